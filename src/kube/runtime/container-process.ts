import { Errno, type KernelApi, type NamespaceType, type Process, type Task } from '../../kernel';
import { makeDirectories, setUpRoot, type RootPlan } from './root-file-system';
import { RuntimeError, type ContainerUser } from './types';

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
  readonly noNewPrivileges?: boolean;
  readonly seccomp?: boolean;
  readonly cgroup: string;
  readonly oomScoreAdj?: number;
  /** Puts descriptors 0, 1, 2 in place (and nothing else). */
  readonly stdio: (child: Process) => Promise<void> | void;
}

/** `runc init` is a Go program: its other threads take PIDs of the namespace before exec ends them. Mostly it has so many. */
const runcThreads = { sandbox: 4, container: 5 };
/** What it holds until then: a container that may have less never starts. */
const runcBytes = 5 * 1024 * 1024;
const outOfMemory = 'container init was OOM-killed (memory limit too low?)';

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
          try {
            return await runcInit(kernel, init, plan, resolve);
          } catch (error) {
            fail(task.outOfMemory ? new RuntimeError('StartError', outOfMemory) : error);
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
  if (plan.root) setUpRoot(init, plan.root, plan.cgroup);
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
  if (plan.noNewPrivileges) init.setNoNewPrivs();
  if (plan.seccomp) task.seccompFilters++;
  if (plan.oomScoreAdj !== undefined) task.oomScoreAdj = plan.oomScoreAdj;
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
