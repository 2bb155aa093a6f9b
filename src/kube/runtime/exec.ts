import type { KernelApi, NamespaceType, Pty, Task } from '../../kernel';
import { containerCapabilities } from './capabilities';
import { startProcess, type ProcessPlan } from './container-process';
import { exitCode, type ContainerRecord } from './records';
import { install, installTerminal } from './streams';
import { homeOf, namedUser } from './user';
import { RuntimeError, type AttachSession, type ExecOptions, type ExecSession } from './types';

/** Where the processes of a container are started. */
export interface ContainerPlace extends Pick<ProcessPlan, 'join'> {
  readonly shim: Task;
  readonly hostname: string;
  readonly cgroupParent: string;
  readonly create: readonly NamespaceType[];
}

const allNamespaces = ['ipc', 'uts', 'net', 'pid', 'mnt'] as const;

/**
 * Another process in a running container. It is done when the process has ended and nothing holds its output open any
 * more, as containerd waits for the pipes (an orphan that keeps stdout makes `kubectl exec` wait).
 */
export async function execInContainer(
  kernel: KernelApi,
  place: ContainerPlace,
  container: ContainerRecord,
  options: ExecOptions,
  execId: string,
): Promise<ExecSession> {
  if (container.state !== 'Running' || !container.task)
    throw new RuntimeError('NotFound', `container not found ("${container.config.name}")`);
  let pty: Pty | undefined;
  let open = options.tty ? 0 : 2;
  let allClosed: () => void = () => {};
  const outputClosed = options.tty ? Promise.resolve() : new Promise<void>((resolve) => (allClosed = resolve));
  const closed = (): void => {
    if (--open === 0) allClosed();
  };
  const env = new Map(container.image.config.env.map((e) => [e.slice(0, e.indexOf('=')), e.slice(e.indexOf('=') + 1)] as const));
  if (!env.has('PATH')) env.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  env.set('HOSTNAME', place.hostname);
  if (options.tty) env.set('TERM', 'xterm');
  const { config, image } = container;
  for (const [name, value] of [...config.env, ...(options.env ?? [])]) env.set(name, value);
  const user = options.user === undefined ? container.user : namedUser(options.user, image.readFile);
  if (!env.has('HOME')) env.set('HOME', homeOf(user.uid, image.readFile));
  const refused = (error: unknown): never => {
    if (!(error instanceof RuntimeError)) throw error;
    const words = 'OCI runtime exec failed: exec failed: unable to start container process';
    throw new RuntimeError(error.code, `failed to exec in container: failed to start exec "${execId}": ${words}: ${error.message}`);
  };
  const task = await startProcess(kernel, place.shim.proc, {
    join: [{ pid: container.task.globalPid, types: allNamespaces }],
    create: [],
    argv: options.argv,
    env,
    cwd: options.cwd ?? (config.workingDir || image.config.workingDir || '/'),
    user,
    capabilities: containerCapabilities(config.addCapabilities, config.dropCapabilities, config.privileged),
    noNewPrivileges: config.noNewPrivileges,
    seccomp: config.seccomp,
    cgroup: `${place.cgroupParent}/${container.id}`,
    stdio: (child) => {
      if (options.tty) {
        pty = kernel.openPty(options.size);
        pty.onOutput(options.stdout);
        options.stdin?.listen(
          (bytes) => pty?.write(bytes),
          () => {},
        );
        installTerminal(kernel, child, pty);
        return;
      }
      install(child, kernel.attach(child, options.stdin ? { from: options.stdin } : 'null'), 0);
      install(child, kernel.attach(child, { to: options.stdout, onClose: closed }), 1);
      install(child, kernel.attach(child, { to: options.stderr, onClose: closed }), 2);
    },
  }).catch(refused);
  const exit = Promise.all([task.exited, outputClosed]).then(([status]) => {
    pty?.close();
    return exitCode(status);
  });
  return { task, exit, resize: (size) => pty?.resize(size) };
}

export function attachContainer(
  container: ContainerRecord,
  streams: Parameters<NonNullable<ContainerRecord['streams']>['attach']>[0],
): AttachSession {
  if (container.state !== 'Running' || !container.streams)
    throw new RuntimeError('NotFound', `container ${container.config.name} not found`);
  return container.streams.attach(streams);
}
