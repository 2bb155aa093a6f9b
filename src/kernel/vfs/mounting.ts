import { Errno } from '../errno';
import type { MountOptions } from '../process';
import { cgroupFs } from './cgroup-fs';
import { createPts } from './devpts';
import { attachTree, detachTree, flagsOf, Mount, topOf } from './mount';
import { MemoryFs } from './memory-fs';
import type { FileSystem } from './inode';
import { createProcFs } from './procfs';
import { sysFs } from './sysfs';
import { createTmpfs, resizeTmpfs } from './tmpfs';
import { lowerTree } from './tree';
import type { Location, PathContext } from './types';
import { capableIn, type UserNamespaceView } from './subject';
import { CAP, resolve } from './walk';

/** How much a container's writable layer may hold. */
const overlayBytes = 20 * 1024 ** 3;

function optionsOf(data: string | undefined): Map<string, string> {
  return new Map((data ?? '').split(',').filter(Boolean).map((option) => {
    const at = option.indexOf('=');
    return at < 0 ? [option, ''] : [option.slice(0, at), option.slice(at + 1)];
  })); // prettier-ignore
}

function createFileSystem(context: PathContext, type: string, data: string | undefined): FileSystem {
  const { machine } = context.mounts;
  const now = (): number => machine.nowMs();
  const options = optionsOf(data);
  switch (type) {
    case 'proc':
      return createProcFs(machine, context.task);
    case 'sysfs':
      return sysFs(machine, context.task);
    case 'devpts':
      return createPts(machine, options);
    case 'cgroup2':
      return cgroupFs(machine);
    case 'mqueue':
      return new MemoryFs({ type: 'mqueue', now, limitBytes: 0, rootMode: 0o1777 });
    case 'devtmpfs':
    case 'ramfs':
    case 'tmpfs':
      return createTmpfs(context, options, now);
    case 'overlay': {
      // Unlike Linux: the lower tree may have a name of its own, which is not shown
      const tree = lowerTree(options.get('tree') ?? options.get('lowerdir') ?? '');
      if (!tree) throw new Errno('ENOENT');
      return new MemoryFs({ type: 'overlay', now, limitBytes: overlayBytes, tree, options: (data ?? '').replace(/,tree=[^,]*/, '') });
    }
    default:
      throw new Errno('ENODEV');
  }
}

/** Who may mount a kind of file system: what it shows has an owner (`FS_USERNS_MOUNT`, get_tree's user_ns). */
function ownerOf(context: PathContext, type: string): UserNamespaceView | undefined {
  const { user } = context.credentials;
  if (type === 'proc') return context.task.pidNamespace.owner;
  if (type === 'sysfs') return context.task.namespaceOf('net').owner;
  if (['tmpfs', 'ramfs', 'devpts', 'overlay', 'cgroup2', 'mqueue'].includes(type)) return user;
  return undefined;
}

function demandMounter(context: PathContext): void {
  const { owner } = context.task.namespaceOf('mnt');
  if (!owner || !capableIn(context.credentials, owner, CAP.SYS_ADMIN)) throw new Errno('EPERM');
}

/** mount(2). */
export function mount(context: PathContext, source: string, target: string, type: string, options: MountOptions = {}): void {
  demandMounter(context);
  const at = topOf(resolve(context, target));
  if (options.remount) {
    if (at.inode !== at.mount.root) throw new Errno('EINVAL');
    const flags = flagsOf(options);
    const { flags: before, locked, fs } = at.mount;
    if (locked && (Object.keys(before) as (keyof typeof before)[]).some((flag) => before[flag] && !flags[flag])) throw new Errno('EPERM');
    // without MS_BIND the file system itself is changed
    if (!options.bind) {
      const creator = ownerOf(context, fs.type);
      if (context.credentials.user.parent && (!creator || at.mount.locked)) throw new Errno('EPERM');
      if (fs instanceof MemoryFs && fs.type === 'tmpfs') resizeTmpfs(context, fs, optionsOf(fs.options), optionsOf(options.data));
      fs.readOnly = flags.readOnly;
    }
    at.mount.flags = flags;
    return;
  }
  if (options.propagation && !options.bind && !type) {
    if (at.inode !== at.mount.root) throw new Errno('EINVAL');
    for (const each of options.recursive ? at.mount.tree() : [at.mount]) each.setPropagation(options.propagation);
    return;
  }
  if (options.move) return moveMount(context, source, at);
  let tree: Mount;
  if (options.bind) {
    const from = resolve(context, source);
    if (from.mount.unbindable) throw new Errno('EINVAL');
    if ((from.inode.type === 'directory') !== (at.inode.type === 'directory')) throw new Errno('ENOTDIR');
    tree = options.recursive ? from.mount.copyTree(from.inode) : from.mount.copy(from.inode);
  } else {
    const owner = ownerOf(context, type);
    if (context.credentials.user.parent && (!owner || !capableIn(context.credentials, owner, CAP.SYS_ADMIN))) throw new Errno('EPERM');
    const fs = createFileSystem(context, type, options.data);
    if (at.inode.type !== 'directory') throw new Errno('ENOTDIR');
    tree = new Mount(fs, fs.root, source || 'none', flagsOf(options));
  }
  attachTree(tree, at);
}

function moveMount(context: PathContext, source: string, at: Location): void {
  const from = topOf(resolve(context, source));
  if (from.inode !== from.mount.root || !from.mount.parent) throw new Errno('EINVAL');
  for (let mount: Mount | undefined = at.mount; mount; mount = mount.parent) if (mount === from.mount) throw new Errno('ELOOP');
  from.mount.detach();
  from.mount.attach(at.mount, at.inode);
}

/** umount2(2). */
export function umount(context: PathContext, target: string, options: { lazy?: boolean } = {}): void {
  demandMounter(context);
  const at = topOf(resolve(context, target));
  if (at.inode !== at.mount.root) throw new Errno('EINVAL');
  if (!at.mount.parent || at.mount.locked) throw new Errno('EINVAL');
  detachTree(at.mount, context.mounts, options.lazy ?? false);
}

/**
 * pivot_root(2): the mount at `newRoot` becomes the namespace's root and the old root moves to `putOld`.
 * The caller moves the root and cwd of every process of the namespace that stands at `from`.
 */
export function pivotRoot(context: PathContext, newRoot: string, putOld: string): { from: Location; to: Location } {
  demandMounter(context);
  const to = topOf(resolve(context, newRoot));
  const old = resolve(context, putOld);
  const from = context.root;
  if (to.inode.type !== 'directory' || old.inode.type !== 'directory') throw new Errno('ENOTDIR');
  if (to.mount === from.mount || old.mount === from.mount) throw new Errno('EBUSY');
  if (to.inode !== to.mount.root || !to.mount.parent || from.inode !== from.mount.root) throw new Errno('EINVAL');
  const oldParent = from.mount.parent;
  const oldPoint = from.mount.mountpoint;
  to.mount.detach();
  if (oldParent && oldPoint) {
    from.mount.detach();
    to.mount.attach(oldParent, oldPoint);
  } else context.mounts.root = to.mount;
  from.mount.attach(old.mount, old.inode);
  return { from, to };
}
