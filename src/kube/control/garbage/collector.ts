import type { Clock } from '../../../clock';
import { ApiError, EventRecorder, isOtherObject, type ApiClient, type KubeObject, type OwnerReference, type ResourceRef } from '../../api';
import { WorkQueue } from '../work-queue';
import { foregroundFinalizer, Graph, isDeletingDependents, isOrphaning, orphanFinalizer, type Node } from './graph';

/** The object is gone, or another one has its name. */
const isGone = (error: unknown): boolean => (error instanceof ApiError && error.code === 404) || isOtherObject(error);

/** How often a change is tried again at once. */
const conflictTries = 5;

/** An owner is of the cluster, or of its dependents' namespace. */
const mayOwn = (owner: Node, dependent: Node): boolean => !owner.namespace || owner.namespace === dependent.namespace;

/** What became of an owner: it is there, it is gone, or it waits for its dependents. */
type OwnerState = 'solid' | 'dangling' | 'waiting';

export interface Collector {
  /** An object as it is now. */
  seen(object: KubeObject, ref: ResourceRef, old?: KubeObject): void;
  gone(object: KubeObject): void;
  stop(): void;
}

/**
 * Deletes objects whose owners are gone, and what owners that are deleted in the foreground own; lets dependents of
 * orphaning owners go. `refOf` says where objects of an owner reference's kind live.
 */
export function startCollector(
  clock: Clock,
  client: ApiClient,
  refOf: (reference: OwnerReference) => { ref: ResourceRef; namespaced: boolean } | undefined,
): Collector {
  const graph = new Graph();
  const recorder = new EventRecorder({ client, clock, component: 'garbage-collector-controller' });

  const live = async (node: Node): Promise<KubeObject | undefined> => {
    try {
      const object = await client.get(node.ref, node.name, node.namespace);
      return object.metadata.uid === node.uid ? object : undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  };

  const patch = async (node: Node, metadata: Readonly<Record<string, unknown>>): Promise<void> => {
    const body = { metadata: { uid: node.uid, ...metadata } };
    await client.patch(node.ref, node.name, 'merge', body, { namespace: node.namespace }).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  };

  /** What is refused since the object has changed meanwhile is tried again on what it is now. */
  const retried = async (change: () => Promise<void>): Promise<void> => {
    for (let left = conflictTries; ; left--) {
      try {
        return await change();
      } catch (error) {
        if (left === 0 || !(error instanceof ApiError) || error.code !== 409) throw error;
      }
    }
  };

  const dropFinalizer = (node: Node, finalizer: string): Promise<void> =>
    retried(async () => {
      const object = await live(node);
      const left = object?.metadata.finalizers?.filter((name) => name !== finalizer) ?? [];
      if (!object || left.length === object.metadata.finalizers?.length) return;
      await patch(node, { resourceVersion: object.metadata.resourceVersion, finalizers: left.length > 0 ? left : null });
    });

  const dropOwners = (node: Node, uids: ReadonlySet<string>): Promise<void> =>
    retried(async () => {
      const object = await live(node);
      const owners = object?.metadata.ownerReferences?.filter(({ uid }) => !uids.has(uid)) ?? [];
      if (!object || owners.length === object.metadata.ownerReferences?.length) return;
      await patch(node, { resourceVersion: object.metadata.resourceVersion, ownerReferences: owners.length > 0 ? owners : null });
    });

  const stateOf = async (dependent: Node, owner: OwnerReference): Promise<OwnerState> => {
    const known = graph.get(owner.uid);
    if (known && mayOwn(known, dependent)) return known.deletingDependents ? 'waiting' : 'solid';
    const kind = refOf(owner);
    // "If the kind can't be found, there is no telling whether the owner is."
    if (!kind) return 'solid';
    if (kind.namespaced && !dependent.namespace) return 'solid';
    try {
      const found = await client.get(kind.ref, owner.name, kind.namespaced ? dependent.namespace : undefined);
      if (found.metadata.uid === owner.uid) return isDeletingDependents(found) ? 'waiting' : 'solid';
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    if (known) {
      const { apiVersion, kind: ownerKind, name, uid } = owner;
      const about = { apiVersion: dependent.ref.groupVersion, kind: dependent.kind, namespace: dependent.namespace, name: dependent.name };
      const which = `[${apiVersion}/${ownerKind}, namespace: ${dependent.namespace}, name: ${name}, uid: ${uid}]`;
      const message = `ownerRef ${which} does not exist in namespace "${dependent.namespace}"`;
      recorder.event({ ...about, uid: dependent.uid }, 'Warning', 'OwnerRefInvalidNamespace', message);
    }
    return 'dangling';
  };
  const blocking = (node: Node): Node[] =>
    graph
      .dependentsOf(node.uid)
      .filter(({ owners }) => owners.some(({ uid, blockOwnerDeletion }) => uid === node.uid && blockOwnerDeletion));

  const deleteObject = async (node: Node, object: KubeObject, policy: 'Foreground' | 'Background' | 'Orphan'): Promise<void> => {
    const { uid, resourceVersion } = object.metadata;
    const options = { namespace: node.namespace, propagationPolicy: policy, preconditions: { uid, resourceVersion } };
    await client.delete(node.ref, node.name, options).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  };

  const collect = async (node: Node): Promise<void> => {
    const object = await live(node);
    if (!object) return graph.remove(node.uid);
    if (isOrphaning(object)) {
      for (const dependent of graph.dependentsOf(node.uid)) await dropOwners(dependent, new Set([node.uid]));
      return dropFinalizer(node, orphanFinalizer);
    }
    if (isDeletingDependents(object)) {
      const left = blocking(node);
      if (left.length === 0) return dropFinalizer(node, foregroundFinalizer);
      for (const dependent of left) if (!dependent.deletingDependents) queue.add(dependent.uid);
      return;
    }
    if (object.metadata.deletionTimestamp) return;
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0) return;
    const states = await Promise.all(owners.map((owner) => stateOf(node, owner)));
    const of = (state: OwnerState): OwnerReference[] => owners.filter((_, i) => states[i] === state);
    const [solid, dangling, waiting] = [of('solid'), of('dangling'), of('waiting')];
    if (solid.length > 0) {
      if (solid.length < owners.length) await dropOwners(node, new Set([...dangling, ...waiting].map(({ uid }) => uid)));
      return;
    }
    if (waiting.length > 0 && graph.dependentsOf(node.uid).length > 0) return deleteObject(node, object, 'Foreground');
    const { finalizers = [] } = object.metadata;
    const policy = finalizers.includes(orphanFinalizer) ? 'Orphan' : finalizers.includes(foregroundFinalizer) ? 'Foreground' : 'Background';
    await deleteObject(node, object, policy);
  };

  const queue = new WorkQueue({
    clock,
    async sync(uid) {
      const node = graph.get(uid);
      if (node) await collect(node);
    },
  });

  return {
    seen(object, ref, old) {
      const node = graph.put(object, ref);
      for (const { uid } of node.owners) {
        const owner = graph.get(uid);
        // Owners that are not known, or wait for their dependents, decide about this one.
        if (!owner || !mayOwn(owner, node) || owner.deletingDependents) queue.add(node.uid);
      }
      for (const { uid } of old?.metadata.ownerReferences ?? []) if (graph.get(uid)?.deletingDependents) queue.add(uid);
      if (isOrphaning(object) || node.deletingDependents) queue.add(node.uid);
    },
    gone(object) {
      const { uid = '', ownerReferences = [] } = object.metadata;
      graph.remove(uid);
      for (const dependent of graph.dependentsOf(uid)) queue.add(dependent.uid);
      for (const owner of ownerReferences) if (graph.get(owner.uid)?.deletingDependents) queue.add(owner.uid);
    },
    stop: () => queue.stop(),
  };
}
