import type { Bytes, HostInput, KernelApi, Process, Program, Pty, StdioStream, Task, WaitStatus, WindowSize } from '../kernel';
import type { Clock } from '../clock';

/** Where requests of the host run: on the node itself, or in a container. */
export interface Place {
  /** `stdio` runs in the new process before the command takes its place. */
  start(stdio: (child: Process) => Promise<void> | void, command: Command): Promise<Task>;
}

export interface Command {
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
}

/** Looks a program up as execvp(3) does. */
function findInPath(proc: Process, name: string, env: ReadonlyMap<string, string>): string {
  if (name.includes('/')) return name;
  for (const directory of (env.get('PATH') ?? '/usr/bin:/bin').split(':')) {
    try {
      proc.access(`${directory}/${name}`, 'x');
      return `${directory}/${name}`;
    } catch {
      // not here
    }
  }
  return name;
}

export function nodePlace(kernel: KernelApi, parent: Task): Place {
  return {
    start: async (stdio, { argv, env, cwd }) => {
      const program: Program = async (proc) => {
        await stdio(proc);
        proc.chdir(cwd);
        return proc.exec(findInPath(proc, argv[0] ?? '', env), argv, env);
      };
      return kernel.start(program, { argv, env, parent, session: true });
    },
  };
}

function install(kernel: KernelApi, child: Process, fd: number, stream: StdioStream): void {
  const at = kernel.attach(child, stream);
  if (at === fd) return;
  child.dup2(at, fd);
  child.close(at);
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** What a shell reports for a wait status. */
export const exitCodeOf = (status: WaitStatus): number =>
  status.kind === 'exited' ? status.code : status.kind === 'signaled' ? 128 + status.signal : 0;

/** How long output of processes that outlive the command is waited for, ms. */
const lingerMs = 2000;

/** Runs a command with its output collected. `interruptMs`: SIGINT to it after that long. */
export async function runCommand(options: {
  kernel: KernelApi;
  clock: Clock;
  place: Place;
  command: Command;
  stdin?: Bytes | HostInput;
  interruptMs?: number;
  onOutput?: (stream: 'stdout' | 'stderr', bytes: Bytes) => void;
}): Promise<Output> {
  const { kernel, clock, place, command } = options;
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const text = { stdout: '', stderr: '' };
  let open = 2;
  let allClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (allClosed = resolve));
  const sink = (stream: 'stdout' | 'stderr'): StdioStream => ({
    to: (bytes) => {
      text[stream] += decoders[stream].decode(bytes, { stream: true });
      options.onOutput?.(stream, bytes);
    },
    onClose: () => void (--open === 0 && allClosed()),
  });
  const task = await place.start((child) => {
    install(kernel, child, 0, options.stdin === undefined ? 'null' : { from: options.stdin });
    install(kernel, child, 1, sink('stdout'));
    install(kernel, child, 2, sink('stderr'));
  }, command);
  const timer = options.interruptMs === undefined ? undefined : clock.after(options.interruptMs, () => interrupt(kernel, task));
  const status = await task.exited;
  timer?.cancel();
  await Promise.race([closed, clock.sleep(lingerMs)]);
  return { stdout: text.stdout + decoders.stdout.decode(), stderr: text.stderr + decoders.stderr.decode(), code: exitCodeOf(status) };
}

/** Ctrl-C on everything the command runs in the foreground. */
function interrupt(kernel: KernelApi, leader: Task): void {
  for (const task of kernel.tasks()) if (task.sid === leader.sid && task.state !== 'Z') task.kill(2);
}

/** Runs a command on a terminal that is fed `input`: seconds since the one before, then keys. */
export async function runOnTerminal(options: {
  kernel: KernelApi;
  clock: Clock;
  place: Place;
  command: Command;
  size: WindowSize;
  input: readonly (readonly [number, string])[];
}): Promise<Output> {
  const { kernel, clock, place, command, size, input } = options;
  const pty: Pty = kernel.openPty(size);
  const decoder = new TextDecoder();
  let text = '';
  pty.onOutput((bytes) => void (text += decoder.decode(bytes, { stream: true })));
  const task = await place.start((child) => installTerminal(kernel, child, pty), command);
  let ended = false;
  const status = task.exited.then((result) => {
    ended = true;
    return result;
  });
  const type = async (): Promise<void> => {
    for (const [seconds, keys] of input) {
      await clock.sleep(seconds * 1000);
      if (ended) return;
      pty.write(new TextEncoder().encode(keys));
    }
  };
  const typing = type();
  // a shell that is still there 5 s after the last key has nothing more to say
  await Promise.race([status, typing.then(() => clock.sleep(5000))]);
  if (!ended) {
    pty.close();
    task.kill(1);
    await Promise.race([status, clock.sleep(1000)]);
    if (!ended) task.kill(9);
  }
  const result = await status;
  await clock.sleep(50);
  pty.close();
  return { stdout: text + decoder.decode(), stderr: '', code: exitCodeOf(result) };
}

/** A terminal as descriptors 0, 1, 2 and as controlling terminal of a new session. */
export function installTerminal(kernel: KernelApi, child: Process, pty: Pty): void {
  for (const fd of [0, 1, 2]) {
    const at = kernel.attachPty(child, pty);
    if (at === fd) continue;
    child.dup2(at, fd);
    child.close(at);
  }
  if (child.getsid() !== child.pid) child.setsid();
  child.setControllingTerminal(0);
}
