import type { KubeObject, OwnerReference, ResourceRef } from '../../api';

/** What the collector knows of one object. */
export interface Node {
  readonly uid: string;
  readonly ref: ResourceRef;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  owners: readonly OwnerReference[];
  /** Waits for its dependents to be deleted (foreground deletion has begun). */
  deletingDependents: boolean;
}

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

const awaits = ({ metadata }: KubeObject, finalizer: string): boolean =>
  !!metadata.deletionTimestamp && !!metadata.finalizers?.includes(finalizer);
export const isDeletingDependents = (object: KubeObject): boolean => awaits(object, foregroundFinalizer);
export const isOrphaning = (object: KubeObject): boolean => awaits(object, orphanFinalizer);

/** Who owns whom, by UID. */
export class Graph {
  private readonly nodes = new Map<string, Node>();
  private readonly byOwner = new Map<string, Set<Node>>();

  get(uid: string): Node | undefined {
    return this.nodes.get(uid);
  }

  dependentsOf(uid: string): Node[] {
    return [...(this.byOwner.get(uid) ?? [])];
  }

  put(object: KubeObject, ref: ResourceRef): Node {
    const { uid = '', namespace, name = '', ownerReferences = [] } = object.metadata;
    const known = this.nodes.get(uid);
    const node: Node = known ?? { uid, ref, kind: object.kind ?? '', namespace, name, owners: [], deletingDependents: false };
    this.unlink(node);
    node.owners = ownerReferences;
    node.deletingDependents = isDeletingDependents(object);
    for (const owner of node.owners) {
      const dependents = this.byOwner.get(owner.uid) ?? new Set();
      this.byOwner.set(owner.uid, dependents.add(node));
    }
    this.nodes.set(uid, node);
    return node;
  }

  remove(uid: string): void {
    const node = this.nodes.get(uid);
    if (node) this.unlink(node);
    this.nodes.delete(uid);
  }

  private unlink(node: Node): void {
    for (const owner of node.owners) {
      const dependents = this.byOwner.get(owner.uid);
      dependents?.delete(node);
      if (dependents?.size === 0) this.byOwner.delete(owner.uid);
    }
  }
}
