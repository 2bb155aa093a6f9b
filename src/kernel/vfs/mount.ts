import { Errno } from '../errno';
import type { MountOptions } from '../process';
import { Directory, type FileSystem, type Inode } from './inode';
import type { Location, MachineView } from './types';

export type Propagation = 'private' | 'shared' | 'slave' | 'unbindable';

export interface MountFlags {
  readOnly: boolean;
  noexec: boolean;
  nosuid: boolean;
  nodev: boolean;
  strictatime: boolean;
  noatime: boolean;
  nodiratime: boolean;
}

let nextMountId = 20;
let nextPeerGroup = 1;
/** mount_namespaces(7): the mounts among which mounting and unmounting are propagated. */
const peerGroups = new Map<number, Set<Mount>>();

/** One mount: a file system's tree, or a part of it, in a place of a mount namespace. */
export class Mount {
  readonly id = nextMountId++;
  parent: Mount | undefined;
  /** The inode in the parent that this mount covers. */
  mountpoint: Inode | undefined;
  readonly children: Mount[] = [];
  /** The topmost child on each inode. */
  readonly #tops = new Map<Inode, Mount>();
  flags: MountFlags;
  /** Peer group this mount belongs to (shared), and the one it receives from (slave). */
  peerGroup: number | undefined;
  masterGroup: number | undefined;
  unbindable = false;
  /** Came from a more privileged namespace: it cannot be taken off alone, nor lose its flags (mount_namespaces(7)). */
  locked = false;

  constructor(
    readonly fs: FileSystem,
    readonly root: Inode,
    readonly source: string,
    flags: Partial<MountFlags> = {},
  ) {
    this.flags = {
      readOnly: false,
      noexec: false,
      nosuid: false,
      nodev: false,
      strictatime: false,
      noatime: false,
      nodiratime: false,
      ...flags,
    };
  }

  /** The topmost mount on that inode of this mount. */
  childAt(inode: Inode): Mount | undefined {
    return this.#tops.get(inode);
  }

  attach(parent: Mount, at: Inode): void {
    this.parent = parent;
    this.mountpoint = at;
    parent.children.push(this);
    parent.#tops.set(at, this);
  }

  detach(): void {
    const { parent, mountpoint } = this;
    if (parent && mountpoint) {
      parent.children.splice(parent.children.indexOf(this), 1);
      const below = parent.children.findLast((child) => child.mountpoint === mountpoint);
      if (below) parent.#tops.set(mountpoint, below);
      else parent.#tops.delete(mountpoint);
    }
    this.parent = undefined;
    this.mountpoint = undefined;
  }

  setPropagation(to: Propagation): void {
    const group = this.peerGroup;
    if (to === 'shared') {
      if (group === undefined) this.join(nextPeerGroup++);
      return;
    }
    if (group !== undefined) peerGroups.get(group)?.delete(this);
    this.peerGroup = undefined;
    if (to === 'slave') this.masterGroup ??= group;
    else this.masterGroup = undefined;
    this.unbindable = to === 'unbindable';
    if (this.masterGroup !== undefined) this.#follow(this.masterGroup);
  }

  join(group: number): void {
    this.peerGroup = group;
    this.#follow(group);
  }

  #follow(group: number): void {
    const members = peerGroups.get(group) ?? new Set();
    members.add(this);
    peerGroups.set(group, members);
  }

  /** Every other mount that sees what is mounted in this one. */
  receivers(): Mount[] {
    return this.peerGroup === undefined ? [] : [...(peerGroups.get(this.peerGroup) ?? [])].filter((mount) => mount !== this);
  }

  /** No longer in any namespace. */
  forget(): void {
    for (const group of [this.peerGroup, this.masterGroup]) if (group !== undefined) peerGroups.get(group)?.delete(this);
    for (const child of this.children) child.forget();
  }

  /** This mount and those below it. */
  *tree(): Iterable<Mount> {
    yield this;
    for (const child of this.children) yield* child.tree();
  }

  /** A copy that shows `root`, without those below it. Peers stay peers. */
  copy(root: Inode = this.root): Mount {
    const copy = new Mount(this.fs, root, this.source, this.flags);
    if (this.peerGroup !== undefined) copy.join(this.peerGroup);
    if (this.masterGroup !== undefined) {
      copy.masterGroup = this.masterGroup;
      copy.#follow(this.masterGroup);
    }
    return copy;
  }

  copyTree(root: Inode = this.root, seen?: Map<Mount, Mount>): Mount {
    const copy = this.copy(root);
    seen?.set(this, copy);
    for (const child of this.children) {
      if (child.mountpoint && !child.unbindable && isBelow(child.mountpoint, root))
        child.copyTree(child.root, seen).attach(copy, child.mountpoint);
    }
    return copy;
  }
}

/** A mount namespace: one tree of mounts. */
export class MountNamespace {
  constructor(
    public root: Mount,
    readonly machine: MachineView,
  ) {}

  /** In the order mounted. */
  mounts(): Mount[] {
    return [...this.root.tree()].sort((a, b) => a.id - b.id);
  }
  has(mount: Mount): boolean {
    let at = mount;
    while (at.parent) at = at.parent;
    return at === this.root;
  }
}

/** Whether the inode is `ancestor` or inside it, in its own file system. */
export function isBelow(inode: Inode, ancestor: Inode): boolean {
  if (inode === ancestor) return true;
  if (!(ancestor instanceof Directory)) return false;
  for (let at: Inode = inode; at instanceof Directory; at = at.parent) {
    if (at === ancestor) return true;
    if (at.parent === at) return false;
  }
  // a file's own directory is not known to it: only file systems whose root is the ancestor hold it for sure
  return ancestor === inode.fs.root;
}

/** Where a lookup that ends at `location` really ends: on top of what is mounted there. */
export function topOf(location: Location): Location {
  let at = location;
  for (let mount = at.mount.childAt(at.inode); mount; mount = at.mount.childAt(at.inode)) at = { mount, inode: mount.root };
  return at;
}

/** attach_recursive_mnt(): mounts at a place and wherever that place is propagated to. */
export function attachTree(tree: Mount, at: Location): void {
  const receivers = at.mount.receivers();
  if (at.mount.peerGroup !== undefined) for (const mount of tree.tree()) if (mount.peerGroup === undefined) mount.setPropagation('shared');
  tree.attach(at.mount, at.inode);
  for (const receiver of receivers) {
    if (!isBelow(at.inode, receiver.root)) continue;
    const copy = tree.copyTree();
    if (receiver.peerGroup === undefined) {
      for (const mount of copy.tree()) {
        const group = mount.peerGroup;
        mount.setPropagation('slave');
        if (group !== undefined) mount.masterGroup = group;
      }
    }
    copy.attach(receiver, at.inode);
  }
}

/** umount2(2) on a mount; `lazy` is MNT_DETACH. */
export function detachTree(mount: Mount, namespace: MountNamespace, lazy: boolean): void {
  const parent = mount.parent;
  if (!parent) throw new Errno('EINVAL');
  if (!lazy) {
    if (mount.children.length) throw new Errno('EBUSY');
    for (const task of namespace.machine.tasks()) {
      if (task.state === 'Z' || task.state === 'X') continue;
      if (task.cwd.mount === mount || task.root.mount === mount || task.exe?.mount === mount) throw new Errno('EBUSY');
      for (const open of task.descriptors().values()) if (open.location?.mount === mount) throw new Errno('EBUSY');
    }
  }
  const at = mount.mountpoint;
  mount.detach();
  for (const receiver of parent.receivers()) {
    const copy = at && receiver.childAt(at);
    if (copy && copy.fs === mount.fs) {
      copy.detach();
      copy.forget();
    }
  }
  mount.forget();
}

/** clone(2) with CLONE_NEWNS: the same mounts again, and where each old place is in them. */
export function cloneMountNamespace(
  namespace: MountNamespace,
  lock: boolean,
): { namespace: MountNamespace; translate: (location: Location) => Location } {
  const seen = new Map<Mount, Mount>();
  const clone = (mount: Mount): Mount => {
    const copy = mount.copy();
    copy.locked = mount.locked || lock;
    // a less privileged namespace only receives what is mounted in the other
    if (lock && copy.peerGroup !== undefined) copy.setPropagation('slave');
    seen.set(mount, copy);
    for (const child of mount.children) if (child.mountpoint) clone(child).attach(copy, child.mountpoint);
    return copy;
  };
  const root = clone(namespace.root);
  return {
    namespace: new MountNamespace(root, namespace.machine),
    translate: (location) => ({ mount: seen.get(location.mount) ?? location.mount, inode: location.inode }),
  };
}

export function flagsOf(options: MountOptions): MountFlags {
  return {
    readOnly: options.readOnly ?? false,
    noexec: options.noexec ?? false,
    nosuid: options.nosuid ?? false,
    nodev: options.nodev ?? false,
    strictatime: options.strictatime ?? false,
    noatime: options.noatime ?? false,
    nodiratime: options.nodiratime ?? false,
  };
}
