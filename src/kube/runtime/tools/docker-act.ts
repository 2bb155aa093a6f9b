import { readText, SIG, signalNumber } from '../../../kernel';
import { RuntimeError, type Container } from '../types';
import { DaemonError, each, type DockerCommand, type DockerContext } from './docker-context';
import { dockerContainers, findContainer, type DockerContainer } from './docker-objects';
import { execInteractively, ownStreams } from './interactive';
import { sinceMs, writeLog } from './logs';
import { memoryOf, outputOf, pidsIn } from './processes';
import { humanSize, table } from './table';

export function containerOf({ runtime }: DockerContext, name: string): DockerContainer {
  const found = findContainer(runtime, name);
  if (!found) throw new DaemonError(`No such container: ${name}`);
  return found;
}

const signalOf = (name: string): number => {
  const signal = signalNumber(name);
  if (!signal) throw new DaemonError(`invalid signal: ${name}`);
  return signal;
};

function kill(context: DockerContext): Promise<number> {
  return each(context, async (name) => {
    const container = containerOf(context, name);
    const signal = signalOf(context.value('signal') ?? 'KILL');
    if (!container.running) throw new DaemonError(`cannot kill container: ${name}: container ${container.id} is not running`);
    // a container that is killed for good is not started again
    if (signal === SIG.KILL && container.container) await context.runtime.stopContainer(container.id, 0);
    else container.task?.kill(signal);
  });
}

async function end(context: DockerContext, { container, sandbox, task }: DockerContainer): Promise<void> {
  const signal = context.value('signal');
  const graceMs = Number(context.value('timeout') ?? 10) * 1000;
  if (signal !== undefined && task) task.kill(signalOf(signal));
  if (container) await context.runtime.stopContainer(container.id, graceMs);
  else if (sandbox?.state === 'Ready') {
    task?.kill(SIG.TERM);
    await task?.exited;
  }
}

const stop = (context: DockerContext): Promise<number> => each(context, (name) => end(context, containerOf(context, name)));

/** A container is started with docker's own words for what is in the way. */
export async function begin(
  { runtime }: DockerContext,
  container: Container,
  client?: Parameters<typeof runtime.startContainer>[1],
): ReturnType<typeof runtime.startContainer> {
  try {
    return await runtime.startContainer(container.id, client);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const port = /^Bind for/.test(error.message);
    const network = `failed to set up container networking: driver failed programming external connectivity on endpoint ${container.config.name} (${container.id}): `;
    const words = error.message.replace(/^failed to create containerd task: /, 'failed to create task for container: ');
    throw new DaemonError(port ? network + words : /OCI runtime/.test(words) ? `${words}: unknown` : words);
  }
}

async function start(context: DockerContext): Promise<number> {
  const { proc, runtime, flags, operands } = context;
  const attached = flags.has('attach') || flags.has('interactive');
  if (!attached)
    return each(context, async (name) => {
      const { container, running } = containerOf(context, name);
      if (container && !running) await begin(context, container);
    });
  const { container, running } = containerOf(context, operands[0]!);
  if (!container) return 1;
  const streams = await ownStreams(proc, flags.has('interactive'), container.config.tty);
  try {
    const session = running ? runtime.attach(container.id, streams.client) : await begin(context, container, streams.client);
    if (session) streams.onResize((size) => session.resize(size));
    await session?.ended;
    await streams.written();
    return runtime.container(container.id)?.exitCode ?? 0;
  } finally {
    await streams.restore();
  }
}

function restart(context: DockerContext): Promise<number> {
  return each(context, async (name) => {
    const found = containerOf(context, name);
    await end(context, found);
    if (found.container) await begin(context, found.container);
  });
}

function remove(context: DockerContext): Promise<number> {
  return each(context, async (name) => {
    const { container, sandbox, running, name: full, id } = containerOf(context, name);
    if (running && !context.flags.has('force'))
      throw new DaemonError(`cannot remove container "/${full}": container is running: stop the container before removing or force remove`);
    if (container) await context.runtime.removeContainer(container.id);
    else if (sandbox) await context.runtime.removePodSandbox(id);
  });
}

async function wait(context: DockerContext): Promise<number> {
  for (const name of context.operands) {
    const { task } = containerOf(context, name);
    await task?.exited;
    await context.out(`${findContainer(context.runtime, name)?.exitCode ?? 0}\n`);
  }
  return 0;
}

async function logs(context: DockerContext): Promise<number> {
  const { proc, operands, flags, value, err } = context;
  const { container } = containerOf(context, operands[0]!);
  const tail = value('tail');
  const since = value('since');
  const from = since === undefined ? undefined : sinceMs(since, proc.clock.now());
  if (since !== undefined && from === undefined) {
    await err(`Error response from daemon: invalid value for "since": failed to parse value as time or duration: "${since}"\n`);
    return 1;
  }
  if (container)
    await writeLog(proc, container, {
      follow: flags.has('follow'),
      timestamps: flags.has('timestamps'),
      tail: tail === undefined || tail === 'all' ? undefined : Number(tail),
      ...(from !== undefined && { sinceMs: from }),
    });
  return 0;
}

function runningTask(found: DockerContainer): NonNullable<DockerContainer['task']> {
  if (!found.running || !found.task) throw new DaemonError(`container ${found.id} is not running`);
  return found.task;
}

/** ps on the node, of it the container's processes. */
async function top(context: DockerContext): Promise<number> {
  const { proc, operands, out } = context;
  const [name = '', ...given] = operands;
  const task = runningTask(containerOf(context, name));
  const mine = new Set((await pidsIn(proc, task.cgroup)).map(String));
  const [head = '', ...lines] = (await outputOf(proc, '/usr/bin/ps', ['ps', ...(given.length ? given : ['-ef'])])).trimEnd().split('\n');
  const titles = head.trim().split(/\s+/);
  const pidAt = titles.indexOf('PID');
  if (pidAt < 0) throw new DaemonError("Couldn't find PID field in ps output");
  const cells = (line: string): string[] => {
    const words = line.trim().split(/\s+/);
    return [...words.slice(0, titles.length - 1), words.slice(titles.length - 1).join(' ')];
  };
  const rows = lines.map(cells).filter((row) => mine.has(row[pidAt] ?? ''));
  await out(table([titles, ...rows], 20));
  return 0;
}

async function exec(context: DockerContext): Promise<number> {
  const { proc, runtime, operands, flags, values, value, err } = context;
  const [name = '', ...argv] = operands;
  const found = containerOf(context, name);
  runningTask(found);
  const env = values('env').map((text): [string, string] => {
    const [key = '', given] = text.split(/=(.*)/s);
    return [key, given ?? proc.env.get(key) ?? ''];
  });
  const user = value('user');
  const cwd = value('workdir');
  const how = { argv, env, ...(user !== undefined && { user }), ...(cwd !== undefined && { cwd }) };
  try {
    if (!found.container) throw new RuntimeError('StartError', `exec: "${argv[0]}": executable file not found in $PATH`);
    if (flags.has('detach')) {
      const quiet = (): void => undefined;
      await runtime.exec(found.container.id, { ...how, stdout: quiet, stderr: quiet, tty: false });
      return 0;
    }
    return await execInteractively(proc, runtime, found.container.id, how, { stdin: flags.has('interactive'), tty: flags.has('tty') });
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    if (/unable to find (user|group)/.test(error.message)) throw new DaemonError(error.message);
    const reason = error.message.replace(/^.*container process: /, '').replace(/^error during container init: /, '');
    await err(`OCI runtime exec failed: exec failed: unable to start container process: ${reason}\n`);
    return reason.includes('permission denied') ? 126 : 127;
  }
}

async function attach(context: DockerContext): Promise<number> {
  const { proc, runtime, operands } = context;
  const found = containerOf(context, operands[0]!);
  if (!found.running) {
    await context.err('cannot attach to a stopped container, start it first\n');
    return 1;
  }
  if (!found.container) return (await found.task?.exited, 0);
  const { id, config } = found.container;
  const streams = await ownStreams(proc, config.stdin, config.tty);
  try {
    const session = runtime.attach(id, streams.client);
    streams.onResize((size) => session.resize(size));
    for (const signal of [SIG.INT, SIG.TERM]) proc.sigaction(signal, () => void found.task?.kill(signal), { restart: true });
    await session.ended;
    await streams.written();
    return runtime.container(id)?.exitCode ?? 0;
  } finally {
    await streams.restore();
  }
}

/** How much memory the node has, as the limit of containers that have none. */
const limitText = (bytes: number, machineBytes: number): string => binarySize(Number.isFinite(bytes) ? bytes : machineBytes);

/** go-units' BytesSize: `1.5MiB`. */
export function binarySize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}

async function stats(context: DockerContext): Promise<number> {
  const { proc, runtime, operands, flags, out } = context;
  const machineBytes = Number(/MemTotal: +(\d+)/.exec(await readText(proc, '/proc/meminfo'))?.[1] ?? 0) * 1024;
  for (;;) {
    const all = operands.length ? operands.map((name) => containerOf(context, name)) : dockerContainers(runtime);
    const rows: string[][] = [];
    for (const { id, name, task, running } of all) {
      if (!running || !task) {
        if (flags.has('all') || operands.length) rows.push([id.slice(0, 12), name, '0.00%', '0B / 0B', '0.00%', '0B / 0B', '0B / 0B', '0']);
        continue;
      }
      const pids = await pidsIn(proc, task.cgroup);
      const limit = runtime.cgroups.settings(task.cgroup).memoryMax;
      const used = await memoryOf(proc, runtime, task.cgroup, pids);
      const share = (100 * used) / (Number.isFinite(limit) ? limit : machineBytes || 1);
      rows.push([id.slice(0, 12), name, '0.00%', `${binarySize(used)} / ${limitText(limit, machineBytes)}`, `${share.toFixed(2)}%`, `${humanSize(0)} / ${humanSize(0)}`, '0B / 0B', String(pids.length)]); // prettier-ignore
    }
    const text = table([['CONTAINER ID', 'NAME', 'CPU %', 'MEM USAGE / LIMIT', 'MEM %', 'NET I/O', 'BLOCK I/O', 'PIDS'], ...rows], 10);
    await out(flags.has('no-stream') ? text : `\x1b[H\x1b[J${text}`);
    if (flags.has('no-stream')) return 0;
    await proc.nanosleep(1000);
  }
}

const signal = { long: 'signal', short: 's', value: true };
const timeout = { long: 'timeout', alias: 'time', short: 't', value: true, type: 'int', help: 'Seconds to wait before killing the container' }; // prettier-ignore
const many = 'CONTAINER [CONTAINER...]';
const some = [1, Infinity] as const;
const stopOptions = [{ ...signal, help: 'Signal to send to the container' }, timeout];

export const actCommands: Readonly<Record<string, DockerCommand>> = {
  attach: { usage: 'CONTAINER', summary: 'Attach local standard input, output, and error streams to a running container', also: ['container attach'], options: [], operands: [1, 1], run: attach },
  exec: {
    usage: 'CONTAINER COMMAND [ARG...]', summary: 'Execute a command in a running container', also: ['container exec'], common: true, operands: [2, Infinity], interspersed: false, run: exec,
    options: [
      { long: 'detach', short: 'd', help: 'Detached mode: run command in the background' },
      { long: 'env', short: 'e', value: true, type: 'list', help: 'Set environment variables' },
      { long: 'interactive', short: 'i', help: 'Keep STDIN open even if not attached' },
      { long: 'privileged', help: 'Give extended privileges to the command' },
      { long: 'tty', short: 't', help: 'Allocate a pseudo-TTY' },
      { long: 'user', short: 'u', value: true, help: 'Username or UID (format: "<name|uid>[:<group|gid>]")' },
      { long: 'workdir', short: 'w', value: true, help: 'Working directory inside the container' },
    ],
  },
  kill: { usage: many, summary: 'Kill one or more running containers', also: ['container kill'], options: [{ ...signal, help: 'Signal to send to the container' }], operands: some, run: kill },
  logs: {
    usage: 'CONTAINER', summary: 'Fetch the logs of a container', also: ['container logs'], operands: [1, 1], run: logs,
    options: [
      { long: 'follow', short: 'f', help: 'Follow log output' },
      { long: 'since', value: true, help: 'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)' },
      { long: 'tail', short: 'n', value: true, help: 'Number of lines to show from the end of the logs (default "all")' },
      { long: 'timestamps', short: 't', help: 'Show timestamps' },
    ],
  },
  restart: { usage: many, summary: 'Restart one or more containers', also: ['container restart'], options: stopOptions, operands: some, run: restart },
  rm: {
    usage: many, summary: 'Remove one or more containers', also: ['container rm', 'container remove'], operands: some, run: remove,
    options: [{ long: 'force', short: 'f', help: 'Force the removal of a running container (uses SIGKILL)' }, { long: 'volumes', short: 'v', help: 'Remove anonymous volumes associated with the container' }],
  },
  start: {
    usage: many, summary: 'Start one or more stopped containers', also: ['container start'], operands: some, run: start,
    options: [{ long: 'attach', short: 'a', help: 'Attach STDOUT/STDERR and forward signals' }, { long: 'interactive', short: 'i', help: "Attach container's STDIN" }],
  },
  stats: {
    usage: '[CONTAINER...]', summary: 'Display a live stream of container(s) resource usage statistics', also: ['container stats'], operands: [0, Infinity], run: stats,
    options: [{ long: 'all', short: 'a', help: 'Show all containers (default shows just running)' }, { long: 'no-stream', help: 'Disable streaming stats and only pull the first result' }],
  },
  stop: { usage: many, summary: 'Stop one or more running containers', also: ['container stop'], options: stopOptions, operands: some, run: stop },
  top: { usage: 'CONTAINER [ps OPTIONS]', summary: 'Display the running processes of a container', also: ['container top'], options: [], operands: some, interspersed: false, run: top },
  wait: { usage: many, summary: 'Block until one or more containers stop, then print their exit codes', also: ['container wait'], options: [], operands: some, run: wait },
}; // prettier-ignore
