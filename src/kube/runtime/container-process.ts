import { Errno, type KernelApi, type NamespaceType, type Process, type Task } from '../../kernel';
import { RuntimeError, type ContainerMount, type ContainerUser } from './types';

/** The file system a container's first process gets. */
export interface RootPlan {
  /** An overlay's lower tree, by its registered name. */
  readonly lower: string;
  /** Where the overlay is mounted on the node. */
  readonly path: string;
  readonly readOnly: boolean;
  readonly mounts: readonly ContainerMount[];
  readonly hostname: string | undefined;
  readonly newPidNamespace: boolean;
  /** The sandbox's shared memory, bound to /dev/shm. */
  readonly shmPath: string | undefined;
  readonly privileged: boolean;
  readonly user: ContainerUser;
}

export interface ProcessPlan {
  /** Namespaces to join first: `/proc/PID/ns/TYPE` on the node. */
  readonly join: readonly { readonly pid: number; readonly types: readonly NamespaceType[] }[];
  readonly create: readonly NamespaceType[];
  /** For a container's first process; an exec finds its root by joining. */
  readonly root?: RootPlan;
  /** An exec's root: the root of this process. */
  readonly rootOf?: number;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly user: ContainerUser;
  readonly capabilities: bigint;
  readonly cgroup: string;
  readonly oomScoreAdj?: number;
  /** Puts descriptors 0, 1, 2 in place (and nothing else). */
  readonly stdio: (child: Process) => Promise<void> | void;
}

/** `runc init` is a Go program: its other threads take PIDs of the namespace before exec ends them. Mostly it has so many. */
const runcThreads = { sandbox: 4, container: 5 };
/** What it holds until then: a container that may have less never starts. */
const runcBytes = 5 * 1024 * 1024;

/**
 * Starts a process the way runc does: a child of the shim enters the namespaces, its own child sets up the file system
 * and execs; the one between ends, so the shim (a subreaper) becomes the parent. Throws RuntimeError StartError with
 * what runc adds to `unable to start container process: ` when the program cannot be run.
 */
export function startProcess(kernel: KernelApi, shim: Process, plan: ProcessPlan): Promise<Task> {
  return new Promise<Task>((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(
        error instanceof Errno
          ? new RuntimeError('StartError', `error during container init: ${error.message.toLowerCase()}`)
          : (error as Error),
      );
    shim.fork(async (stage) => {
      stage.setName('runc:[1:CHILD]');
      try {
        for (const { pid, types } of plan.join) {
          for (const type of types) {
            const fd = await stage.open(`/proc/${pid}/ns/${type}`, ['read', 'cloexec']);
            stage.setns(fd);
            stage.close(fd);
          }
        }
        if (plan.create.length) stage.unshare(plan.create);
        const inner = stage.fork(async (init) => {
          init.setName('runc:[2:INIT]');
          const task = kernel.taskOf(init);
          const words = 'container init was OOM-killed (memory limit too low?)';
          void task.exited.then(() => task.outOfMemory && reject(new RuntimeError('StartError', words)));
          try {
            return await runcInit(kernel, init, plan, resolve);
          } catch (error) {
            fail(error);
            return 1;
          }
        });
        void inner;
      } catch (error) {
        fail(error);
        return 1;
      }
      return 0;
    });
  });
}

async function runcInit(kernel: KernelApi, init: Process, plan: ProcessPlan, started: (task: Task) => void): Promise<number> {
  const task = kernel.taskOf(init);
  task.setCgroup(plan.cgroup);
  const threads = plan.root && !plan.join.length ? runcThreads.sandbox : runcThreads.container;
  for (let i = 0; i < threads; i++) {
    init.fork(async () => 0);
    await init.wait(-1);
  }
  init.brk(runcBytes);
  init.setsid();
  await plan.stdio(init);
  if (plan.root) setUpRoot(init, plan.root);
  else if (plan.rootOf !== undefined) init.chroot('/');
  init.umask(0o022);
  for (const fd of init.fds()) if (fd > 2) init.setCloseOnExec(fd, true);
  try {
    init.chdir(plan.cwd);
  } catch {
    try {
      makeDirectories(init, plan.cwd);
      init.chdir(plan.cwd);
    } catch (error) {
      throw new RuntimeError(
        'StartError',
        `error during container init: chdir to cwd ("${plan.cwd}") set in config.json failed: ${(error as Error).message.toLowerCase()}`,
      );
    }
  }
  const path = findExecutable(init, plan);
  init.setgroups(plan.user.groups);
  init.setgid(plan.user.gid);
  init.setuid(plan.user.uid);
  const granted = plan.user.uid === 0 ? plan.capabilities : 0n;
  init.setCapabilities({ bounding: plan.capabilities, permitted: granted, effective: granted, inheritable: 0n, ambient: 0n });
  if (plan.oomScoreAdj !== undefined) task.setOomScoreAdj(plan.oomScoreAdj);
  started(task);
  return init.exec(path, plan.argv, plan.env);
}

/** runc looks the program up in the container's PATH before it reports success, so a wrong name is a StartError. */
function findExecutable(init: Process, plan: ProcessPlan): string {
  const name = plan.argv[0] ?? '';
  const refuse = (why: string): RuntimeError => new RuntimeError('StartError', `exec: "${name}": ${why}`);
  const runnable = (path: string): string | undefined => {
    let stat;
    try {
      stat = init.stat(path);
    } catch (error) {
      return (error as Errno).code === 'EACCES'
        ? 'permission denied'
        : name.includes('/')
          ? `stat ${name}: ${(error as Error).message.toLowerCase()}`
          : 'executable file not found in $PATH';
    }
    return stat.type !== 'directory' && stat.mode & 0o111 ? undefined : 'permission denied';
  };
  if (name.includes('/')) {
    const problem = runnable(name);
    if (problem) throw refuse(problem);
    return name;
  }
  let denied = false;
  for (const dir of (plan.env.get('PATH') ?? '').split(':')) {
    const path = `${dir || '.'}/${name}`;
    const problem = runnable(path);
    if (!problem) return path;
    if (problem === 'permission denied') denied = true;
  }
  throw refuse(denied ? 'permission denied' : 'executable file not found in $PATH');
}

function makeDirectories(proc: Process, path: string): void {
  let done = '';
  for (const part of path.split('/').filter(Boolean)) {
    done += `/${part}`;
    try {
      proc.mkdir(done, 0o755);
    } catch (error) {
      if ((error as Errno).code !== 'EEXIST') throw error;
    }
  }
}

/** The mounts of an OCI container in containerd's order, then the Pod's own, then the new root. */
function setUpRoot(init: Process, root: RootPlan): void {
  const at = (path: string): string => `${root.path}${path}`;
  const makeDir = (path: string): void => makeDirectories(init, path);
  const touch = (path: string): void => {
    makeDir(path.replace(/\/[^/]*$/, ''));
    try {
      init.mknod(path, 'file', 0o644);
    } catch (error) {
      if ((error as Errno).code !== 'EEXIST') throw error;
    }
  };
  // what is mounted from here on is the container's own: the node does not see it
  init.mount('', '/', '', { propagation: 'slave', recursive: true });
  makeDir(root.path);
  init.mount('overlay', root.path, 'overlay', { data: `lowerdir=${root.lower}` });
  for (const dir of ['/proc', '/dev', '/sys']) makeDir(at(dir));
  init.mount('proc', at('/proc'), 'proc', { nosuid: true, noexec: true, nodev: true });
  init.mount('tmpfs', at('/dev'), 'tmpfs', { nosuid: true, data: 'size=65536k,mode=755' });
  for (const [name, major, minor] of [['null', 1, 3], ['zero', 1, 5], ['full', 1, 7], ['random', 1, 8], ['urandom', 1, 9], ['tty', 5, 0]] as const) {
    init.mknod(at(`/dev/${name}`), 'char', 0o666, (major << 8) | minor);
  } // prettier-ignore
  for (const [link, target] of [
    ['fd', '/proc/self/fd'],
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
    ['ptmx', 'pts/ptmx'],
  ] as const) {
    init.symlink(target, at(`/dev/${link}`));
  }
  init.mkdir(at('/dev/pts'), 0o755);
  init.mount('devpts', at('/dev/pts'), 'devpts', { nosuid: true, noexec: true });
  init.mkdir(at('/dev/shm'), 0o1777);
  if (root.shmPath) init.mount(root.shmPath, at('/dev/shm'), '', { bind: true });
  else init.mount('shm', at('/dev/shm'), 'tmpfs', { nosuid: true, noexec: true, nodev: true, data: 'size=65536k,mode=1777' });
  init.mount('sysfs', at('/sys'), 'sysfs', { nosuid: true, noexec: true, nodev: true, readOnly: !root.privileged });
  const mounts = [...root.mounts].sort((a, b) => a.containerPath.split('/').length - b.containerPath.split('/').length);
  for (const mount of mounts) {
    const target = at(mount.containerPath);
    const refuse = (error: unknown, doing: string): never => {
      if (!(error instanceof Errno)) throw error;
      const where = `error mounting "${mount.hostPath}" to rootfs at "${mount.containerPath}"`;
      throw new RuntimeError('StartError', `error during container init: ${where}: ${doing}: ${error.message.toLowerCase()}`);
    };
    try {
      if (init.stat(mount.hostPath).type === 'directory') makeDir(target);
      else touch(target);
    } catch (error) {
      refuse(error, `mkdir ${target}`);
    }
    try {
      init.mount(mount.hostPath, target, '', { bind: true, recursive: true });
    } catch (error) {
      refuse(error, `mount ${mount.hostPath}:${mount.containerPath} (via /proc/self/fd/6), flags: ${mount.readOnly ? '0x5001' : '0x5000'}`);
    }
    if (mount.readOnly) init.mount('', target, '', { bind: true, remount: true, readOnly: true });
  }
  if (root.readOnly) init.mount('', root.path, '', { bind: true, remount: true, readOnly: true });
  if (root.hostname !== undefined) init.sethostname(root.hostname);
  init.chdir(root.path);
  init.pivotRoot('.', '.');
  init.umount('.', { lazy: true });
  init.chdir('/');
}
