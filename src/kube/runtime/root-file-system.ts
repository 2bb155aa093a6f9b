import { Errno, type Process } from '../../kernel';
import { RuntimeError, type ContainerMount, type ContainerUser } from './types';

/** The file system a container's first process gets. */
export interface RootPlan {
  /** An overlay's lower tree, by its registered name. */
  readonly lower: string;
  /** The numbers of the image's snapshot and of the container's own. */
  readonly snapshots?: readonly [image: number, own: number];
  /** Where the overlay is mounted on the node. */
  readonly path: string;
  readonly readOnly: boolean;
  readonly mounts: readonly ContainerMount[];
  readonly hostname: string | undefined;
  readonly newPidNamespace: boolean;
  /** The sandbox's shared memory, bound to /dev/shm; undefined: one of its own. */
  readonly shmPath: string | undefined;
  readonly privileged: boolean;
  readonly user: ContainerUser;
  /** The pod's pause: it sees no cgroups. */
  readonly isSandbox?: boolean;
}

export function makeDirectories(proc: Process, path: string): void {
  if (exists(proc, path)) return;
  const slash = path.lastIndexOf('/');
  if (slash > 0) makeDirectories(proc, path.slice(0, slash));
  proc.mkdir(path, 0o755);
}

/** What a container may see of the kernel but not change, and what it may not see (containerd's default specification). */
const readOnlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
const maskedPaths = ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list', '/proc/sched_debug', '/proc/scsi', '/sys/firmware']; // prettier-ignore
/** The kubelet's list for containers has one more. */
const containerMasks = ['/proc/acpi', '/proc/interrupts', ...maskedPaths.slice(1)];

const devices = [['null', 1, 3], ['zero', 1, 5], ['full', 1, 7], ['random', 1, 8], ['urandom', 1, 9], ['tty', 5, 0]] as const; // prettier-ignore
const deviceLinks = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', 'pts/ptmx'],
] as const;

function exists(init: Process, path: string): boolean {
  try {
    init.stat(path);
    return true;
  } catch {
    return false;
  }
}

/** The first directory of a path that is not there. */
function firstMissing(init: Process, path: string): string | undefined {
  let missing: string | undefined;
  for (let at = path; at && !exists(init, at); at = at.replace(/\/?[^/]*$/, '')) missing = at;
  return missing;
}

function touch(init: Process, path: string): void {
  makeDirectories(init, path.replace(/\/[^/]*$/, ''));
  if (!exists(init, path)) init.mknod(path, 'file', 0o644);
}

/** As containerd's overlay snapshotter mounts a container. */
function overlayOptions({ lower, snapshots }: RootPlan): string {
  if (!snapshots) return `lowerdir=${lower}`;
  const [image, own] = snapshots.map((number) => `/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/${number}`);
  return `lowerdir=${image}/fs,upperdir=${own}/fs,workdir=${own}/work,uuid=on,tree=${lower}`;
}

/** The mounts of an OCI container in containerd's order, then the Pod's own, then the new root. */
export function setUpRoot(init: Process, root: RootPlan, cgroup: string): void {
  // below the new root as the working directory, which spares walking to it each time
  const at = (path: string): string => `.${path}`;
  init.umask(0);
  // what is mounted from here on is the container's own: the node does not see it
  init.mount('', '/', '', { propagation: 'slave', recursive: true });
  makeDirectories(init, root.path);
  init.mount('overlay', root.path, 'overlay', { data: overlayOptions(root) });
  init.chdir(root.path);
  for (const dir of ['/proc', '/dev', '/sys']) makeDirectories(init, at(dir));
  init.mount('proc', at('/proc'), 'proc', { nosuid: true, noexec: true, nodev: true });
  init.mount('tmpfs', at('/dev'), 'tmpfs', { nosuid: true, strictatime: true, data: 'size=65536k,mode=755' });
  for (const [name, major, minor] of devices) init.mknod(at(`/dev/${name}`), 'char', 0o666, (major << 8) | minor);
  for (const [link, target] of deviceLinks) init.symlink(target, at(`/dev/${link}`));
  init.mkdir(at('/dev/pts'), 0o755);
  init.mount('devpts', at('/dev/pts'), 'devpts', { nosuid: true, noexec: true });
  init.mkdir(at('/dev/mqueue'), 0o755);
  init.mount('mqueue', at('/dev/mqueue'), 'mqueue', { nosuid: true, noexec: true, nodev: true });
  init.mkdir(at('/dev/shm'), 0o1777);
  if (!root.shmPath) init.mount('shm', at('/dev/shm'), 'tmpfs', { nosuid: true, noexec: true, nodev: true, data: 'size=65536k,mode=1777' });
  init.mount('sysfs', at('/sys'), 'sysfs', { nosuid: true, noexec: true, nodev: true, readOnly: !root.privileged });
  if (!root.isSandbox) mountCgroup(init, at('/sys/fs/cgroup'), cgroup, root.privileged);
  const shm = root.shmPath ? [{ hostPath: root.shmPath, containerPath: '/dev/shm', readOnly: false }] : [];
  const depth = ({ containerPath }: ContainerMount): number => containerPath.split('/').length;
  for (const mount of [...root.mounts, ...shm].sort((a, b) => depth(a) - depth(b)))
    bindMount(init, mount, at(mount.containerPath), root.path);
  if (!root.privileged) protect(init, at, root.isSandbox ? maskedPaths : containerMasks);
  if (root.readOnly) init.mount('', '.', '', { bind: true, remount: true, readOnly: true });
  if (root.hostname !== undefined) init.sethostname(root.hostname);
  init.pivotRoot('.', '.');
  init.umount('.', { lazy: true });
  init.chdir('/');
}

/** The container's own cgroup as the root of what it sees. */
function mountCgroup(init: Process, target: string, cgroup: string, writable: boolean): void {
  const source = `/sys/fs/cgroup${cgroup}`;
  if (!exists(init, source)) return;
  init.mount(source, target, '', { bind: true });
  init.mount('', target, '', { bind: true, remount: true, readOnly: !writable, nosuid: true, nodev: true, noexec: true });
}

function bindMount(init: Process, mount: ContainerMount, target: string, root: string): void {
  const refuse = (error: unknown, doing: string): never => {
    if (!(error instanceof Errno)) throw error;
    const where = `error mounting "${mount.hostPath}" to rootfs at "${mount.containerPath}"`;
    throw new RuntimeError('StartError', `error during container init: ${where}: ${doing}: ${error.message.toLowerCase()}`);
  };
  const isDirectory = init.stat(mount.hostPath).type === 'directory';
  try {
    if (isDirectory) makeDirectories(init, target);
    else touch(init, target);
  } catch (error) {
    const directory = firstMissing(init, isDirectory ? target : target.replace(/\/[^/]*$/, ''));
    refuse(error, directory === undefined ? `open ${root}${mount.containerPath}` : `mkdir ${root}${directory.slice(1)}`);
  }
  try {
    init.mount(mount.hostPath, target, '', { bind: true, recursive: true });
  } catch (error) {
    refuse(error, `mount ${mount.hostPath}:${mount.containerPath} (via /proc/self/fd/6), flags: ${mount.readOnly ? '0x5001' : '0x5000'}`);
  }
  if (mount.readOnly) init.mount('', target, '', { bind: true, remount: true, readOnly: true });
  // what covers the root itself is where the next ones go
  if (mount.containerPath === '/') init.chdir(root);
}

/** Paths that are not there are passed over, as runc does. */
function protect(init: Process, at: (path: string) => string, masked: readonly string[]): void {
  for (const path of readOnlyPaths.map(at)) {
    if (!exists(init, path)) continue;
    init.mount(path, path, '', { bind: true, recursive: true });
    init.mount('', path, '', { bind: true, remount: true, readOnly: true, nosuid: true, nodev: true, noexec: true });
  }
  for (const path of masked.map(at)) {
    if (!exists(init, path)) continue;
    if (init.stat(path).type === 'directory') init.mount('tmpfs', path, 'tmpfs', { readOnly: true });
    else init.mount(at('/dev/null'), path, '', { bind: true });
  }
}
