import { print, printError, readText, SIG, signalNumber, type Process, type Program } from '../../../kernel';
import { parseLog } from '../cri-log';
import { familiarName } from '../reference';
import { RuntimeError, type Runtime } from '../types';
import { parseArguments, type OptionSpec } from './arguments';
import { dockerContainers, findContainer, type DockerContainer } from './docker-objects';
import { build, buildOptions } from './docker-build';
import { dockerInspect } from './docker-inspect';
import { run, runOptions } from './docker-run';
import { execInteractively } from './interactive';
import { humanDuration, humanSize, table } from './table';

interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** Least and most operands. */
  readonly operands: readonly [number, number];
  readonly interspersed?: boolean;
  readonly run: (context: Context) => Promise<number> | number;
}

interface Context {
  readonly proc: Process;
  readonly runtime: Runtime;
  readonly flags: ReadonlySet<string>;
  readonly value: (name: string) => string | undefined;
  readonly values: (name: string) => readonly string[];
  readonly operands: readonly string[];
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => Promise<void>;
}

const quoteCommand = (argv: readonly string[], truncate: boolean): string => {
  const text = argv.map((a) => (/^[\w@%+=:,./-]+$/.test(a) ? a : `'${a}'`)).join(' ');
  return `"${truncate && text.length > 19 ? `${text.slice(0, 19)}…` : text}"`;
};

function statusOf(container: DockerContainer, nowMs: number): string {
  if (container.running) return `Up ${humanDuration(nowMs - container.startedMs)}`;
  if (!container.started) return 'Created';
  return `Exited (${container.exitCode}) ${humanDuration(nowMs - container.finishedMs)} ago`;
}

/** A name filter is a regular expression, over the name with its slash and without. */
function namePattern(value: string): RegExp {
  try {
    return new RegExp(value.replace(/^\^(?!\/)/, '^/'));
  } catch {
    return /(?!)/;
  }
}

const matches = (container: DockerContainer, filters: readonly string[], nowMs: number): boolean =>
  filters.every((filter) => {
    const [key, value = ''] = filter.split(/=(.*)/s);
    if (key === 'name') return namePattern(value).test(`/${container.name}`);
    if (key === 'id') return container.id.startsWith(value);
    if (key === 'ancestor') return container.imageObject.tags.some((t) => familiarName(t).startsWith(value));
    if (key === 'status')
      return statusOf(container, nowMs)
        .toLowerCase()
        .startsWith(value === 'running' ? 'up' : value);
    return true;
  });

async function ps({ proc, runtime, flags, value, values, out }: Context): Promise<number> {
  const now = proc.clock.now();
  const full = flags.has('no-trunc');
  const shown = dockerContainers(runtime).filter((c) => (flags.has('all') || c.running) && matches(c, values('filter'), now));
  const id = (c: DockerContainer): string => (full ? c.id : c.id.slice(0, 12));
  const format = value('format');
  if (flags.has('quiet')) await out(shown.map((c) => `${id(c)}\n`).join(''));
  else if (format !== undefined) {
    const fields = (c: DockerContainer): Readonly<Record<string, string>> => ({
      ID: id(c), Image: c.image, Command: quoteCommand(c.argv, !full), Names: c.name, Status: statusOf(c, now), Ports: '',
      State: c.running ? 'running' : c.started ? 'exited' : 'created', RunningFor: `${humanDuration(now - c.createdMs)} ago`,
    }); // prettier-ignore
    const line = (c: DockerContainer): string => format.replace(/^table /, '').replace(/\\t/g, '\t').replace(/\{\{ *\.(\w+) *\}\}/g, (whole, field: string) => fields(c)[field] ?? whole); // prettier-ignore
    await out(shown.map((c) => `${line(c)}\n`).join(''));
  } else {
    await out(
      table(
        [
          ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'],
          ...shown.map((c) => [
            id(c),
            c.image,
            quoteCommand(c.argv, !full),
            `${humanDuration(now - c.createdMs)} ago`,
            statusOf(c, now),
            '',
            c.name,
          ]),
        ],
        10,
      ),
    );
  }
  return 0;
}

async function images({ proc, runtime, flags, out }: Context): Promise<number> {
  const now = proc.clock.now();
  const newest = [...runtime.listImages()].sort((a, b) => b.createdMs - a.createdMs);
  const rows = newest.flatMap((image) =>
    image.tags.map((tag) => {
      const name = familiarName(tag);
      const at = name.lastIndexOf(':');
      return [
        name.slice(0, at),
        name.slice(at + 1),
        flags.has('no-trunc') ? `sha256:${image.id}` : image.id.slice(0, 12),
        `${humanDuration(now - image.createdMs)} ago`,
        humanSize(image.sizeBytes),
      ];
    }),
  );
  if (flags.has('quiet')) await out(rows.map((row) => `${row[2]}\n`).join(''));
  else await out(table([['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'], ...rows], 10));
  return 0;
}

/** Runs `act` on each named container, printing its name; docker reports those it does not know and goes on. */
async function each(context: Context, act: (container: DockerContainer) => Promise<string | void>): Promise<number> {
  let code = 0;
  for (const name of context.operands) {
    const container = findContainer(context.runtime, name);
    const problem = container ? await act(container) : `Error response from daemon: No such container: ${name}`;
    if (problem) {
      await context.err(`${problem}\n`);
      code = 1;
    } else await context.out(`${name}\n`);
  }
  return code;
}

function kill(context: Context): Promise<number> {
  const name = context.value('signal') ?? 'KILL';
  return each(context, async (container) => {
    const signal = signalNumber(name);
    if (!signal) return `Error response from daemon: invalid signal: ${name}`;
    if (!container.running)
      return `Error response from daemon: cannot kill container: ${container.name}: container ${container.id} is not running`;
    container.task?.kill(signal);
    return undefined;
  });
}

function stop(context: Context): Promise<number> {
  const graceMs = Number(context.value('time') ?? 10) * 1000;
  return each(context, async ({ container, sandbox, task }) => {
    if (container) await context.runtime.stopContainer(container.id, graceMs);
    else if (sandbox) {
      task?.kill(SIG.TERM);
      await task?.exited;
    }
  });
}

function remove(context: Context): Promise<number> {
  return each(context, async ({ container, sandbox, running, name, id }) => {
    if (running && !context.flags.has('force'))
      return `Error response from daemon: cannot remove container "/${name}": container is running: stop the container before removing or force remove`;
    if (container) await context.runtime.removeContainer(container.id);
    else if (sandbox) await context.runtime.removePodSandbox(id);
    return undefined;
  });
}

async function logs({ proc, runtime, operands, flags, value, out, err }: Context): Promise<number> {
  const found = findContainer(runtime, operands[0]!);
  if (!found) {
    await err(`Error response from daemon: No such container: ${operands[0]}\n`);
    return 1;
  }
  let lines = found.container ? parseLog(await readText(proc, found.container.config.logPath).catch(() => '')) : [];
  const tail = Number(value('tail') ?? NaN);
  if (tail >= 0) lines = tail ? lines.slice(-tail) : [];
  for (const line of lines)
    await (line.stream === 'stdout' ? out : err)(
      `${flags.has('timestamps') ? `${line.time} ` : ''}${line.text}${line.partial ? '' : '\n'}`,
    );
  return 0;
}

async function top({ proc, runtime, operands, out, err }: Context): Promise<number> {
  const found = findContainer(runtime, operands[0]!);
  if (!found?.running || !found.task) {
    await err(
      found
        ? `Error response from daemon: container ${found.id} is not running\n`
        : `Error response from daemon: No such container: ${operands[0]}\n`,
    );
    return 1;
  }
  const cgroup = found.task.cgroup;
  const pids = proc
    .readdir('/proc')
    .map((e) => Number(e.name))
    .filter((pid) => pid > 0);
  const mine: string[] = [];
  for (const pid of pids) if ((await readText(proc, `/proc/${pid}/cgroup`).catch(() => '')).includes(cgroup)) mine.push(String(pid));
  const child = await proc.spawn('/usr/bin/ps', ['ps', '-o', 'user=UID', '-o', 'pid,ppid,c,stime,tty,time,cmd', '-p', mine.join(',')]);
  await proc.wait(child);
  void out;
  return 0;
}

async function exec({ proc, runtime, operands, flags, err }: Context): Promise<number> {
  const [name = '', ...argv] = operands;
  const found = findContainer(runtime, name);
  const problem = !found ? `No such container: ${name}` : !found.running ? `container ${found.id} is not running` : undefined;
  if (problem || !found) {
    await err(`Error response from daemon: ${problem}\n`);
    return 1;
  }
  try {
    if (!found.container) throw new RuntimeError('StartError', `exec: "${argv[0]}": executable file not found in $PATH`);
    return await execInteractively(proc, runtime, found.container.id, argv, { stdin: flags.has('interactive'), tty: flags.has('tty') });
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const reason = error.message.replace(/^.*container process: /, '').replace(/^error during container init: /, '');
    await err(`OCI runtime exec failed: exec failed: unable to start container process: ${reason}: unknown\n`);
    return reason.includes('permission denied') ? 126 : 127;
  }
}

async function history({ proc, runtime, operands, out, err }: Context): Promise<number> {
  const image = runtime.imageStatus(operands[0]!);
  if (!image) {
    await err(`Error response from daemon: No such image: ${operands[0]!.includes(':') ? operands[0] : `${operands[0]}:latest`}\n`);
    return 1;
  }
  const now = proc.clock.now();
  const rows = image.history.map((layer, i) => [
    i === 0 ? image.id.slice(0, 12) : '<missing>',
    `${humanDuration(now - layer.createdMs)} ago`,
    layer.createdBy.length > 45 ? `${layer.createdBy.slice(0, 44)}…` : layer.createdBy,
    humanSize(layer.sizeBytes),
    '',
  ]);
  await out(table([['IMAGE', 'CREATED', 'CREATED BY', 'SIZE', 'COMMENT'], ...rows], 10));
  return 0;
}

async function removeImage({ runtime, operands, out, err }: Context): Promise<number> {
  let code = 0;
  for (const name of operands) {
    const image = runtime.imageStatus(name);
    const user = image && dockerContainers(runtime).find((c) => c.imageObject === image);
    if (!image) await err(`Error response from daemon: No such image: ${name.includes(':') ? name : `${name}:latest`}\n`);
    else if (user)
      await err(
        `Error response from daemon: conflict: unable to remove repository reference "${name}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${image.id.slice(0, 12)}\n`,
      );
    else {
      runtime.removeImage(name);
      await out(`Untagged: ${familiarName(image.tags[0] ?? name)}\nDeleted: sha256:${image.id}\n`);
      continue;
    }
    code = 1;
  }
  return code;
}

const all: OptionSpec = { long: 'all', short: 'a' };
const quiet: OptionSpec = { long: 'quiet', short: 'q' };
const noTrunc: OptionSpec = { long: 'no-trunc' };
const commands: Readonly<Record<string, Command>> = {
  build: { usage: 'PATH', summary: 'Build an image from a Dockerfile', options: buildOptions, operands: [1, 1], run: build },
  exec: { usage: 'CONTAINER COMMAND [ARG...]', summary: 'Execute a command in a running container', options: [{ long: 'interactive', short: 'i' }, { long: 'tty', short: 't' }], operands: [2, Infinity], interspersed: false, run: exec },
  history: { usage: 'IMAGE', summary: 'Show the history of an image', options: [noTrunc, quiet], operands: [1, 1], run: history },
  images: { usage: '', summary: 'List images', options: [all, quiet, noTrunc], operands: [0, 1], run: images },
  inspect: { usage: 'NAME|ID [NAME|ID...]', summary: 'Return low-level information on Docker objects', options: [{ long: 'format', short: 'f', value: true }], operands: [1, Infinity], run: dockerInspect },
  kill: { usage: 'CONTAINER [CONTAINER...]', summary: 'Kill one or more running containers', options: [{ long: 'signal', short: 's', value: true }], operands: [1, Infinity], run: kill },
  logs: { usage: 'CONTAINER', summary: 'Fetch the logs of a container', options: [{ long: 'timestamps', short: 't' }, { long: 'tail', short: 'n', value: true }], operands: [1, 1], run: logs },
  ps: { usage: '', summary: 'List containers', options: [all, quiet, noTrunc, { long: 'filter', short: 'f', value: true }, { long: 'format', value: true }], operands: [0, 0], run: ps },
  rm: { usage: 'CONTAINER [CONTAINER...]', summary: 'Remove one or more containers', options: [{ long: 'force', short: 'f' }], operands: [1, Infinity], run: remove },
  rmi: { usage: 'IMAGE [IMAGE...]', summary: 'Remove one or more images', options: [{ long: 'force', short: 'f' }], operands: [1, Infinity], run: removeImage },
  run: { usage: 'IMAGE [COMMAND] [ARG...]', summary: 'Create and run a new container from an image', options: runOptions, operands: [1, Infinity], interspersed: false, run },
  stop: { usage: 'CONTAINER [CONTAINER...]', summary: 'Stop one or more running containers', options: [{ long: 'time', short: 't', value: true }], operands: [1, Infinity], run: stop },
  top: { usage: 'CONTAINER', summary: 'Display the running processes of a container', options: [], operands: [1, 1], run: top },
}; // prettier-ignore

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  const rows = Object.entries(commands).map(([name, command]) => `  ${name.padEnd(width)}${command.summary}\n`);
  return `Usage:  docker COMMAND\n\nCommands:\n${rows.join('')}\nRun 'docker COMMAND --help' for more information on a command.\n`;
}

/** docker on the node: the view a node with docker as its runtime gives of pods, as far as looking and signalling go. */
export const docker =
  (runtime: Runtime): Program =>
  async (proc) => {
    const [name, ...args] = proc.argv.slice(1);
    const out = (text: string): Promise<void> => print(proc, text);
    const err = (text: string): Promise<void> => printError(proc, text);
    if (name === undefined || name === '--help' || name === 'help') {
      await out(help());
      return 0;
    }
    const command = commands[name === 'container' && args[0] === 'ls' ? (args.shift(), 'ps') : name];
    if (!command) {
      await err(`docker: '${name}' is not a docker command.\nSee 'docker --help'\n`);
      return 1;
    }
    const usage = `Usage:  docker ${name} [OPTIONS]${command.usage && ` ${command.usage}`}\n`;
    if (args[0] === '--help') {
      await out(`${usage}\n${command.summary}\n`);
      return 0;
    }
    const parsed = parseArguments(args, command.options, command.interspersed);
    if (parsed.error) {
      await err(`${parsed.error}\nSee 'docker ${name} --help'.\n`);
      return 125;
    }
    const [least, most] = command.operands;
    if (parsed.operands.length < least || parsed.operands.length > most) {
      const count =
        most === 0
          ? 'accepts no arguments'
          : `requires ${least === most ? 'exactly' : 'at least'} ${least} argument${least === 1 ? '' : 's'}`;
      await err(`"docker ${name}" ${count}.\nSee 'docker ${name} --help'.\n\n${usage}\n${command.summary}\n`);
      return 1;
    }
    return command.run({
      proc,
      runtime,
      flags: parsed.flags,
      value: (n) => parsed.values.get(n)?.at(-1),
      values: (n) => parsed.values.get(n) ?? [],
      operands: parsed.operands,
      out,
      err,
    });
  };

export type { Context as DockerContext };
