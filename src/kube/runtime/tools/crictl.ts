import { print, printError, readText, type Process, type Program } from '../../../kernel';
import { parseLog } from '../cri-log';
import { imageRef } from '../image-store';
import { PullError, RuntimeError, type Container, type PodSandbox, type Runtime } from '../types';
import { parseArguments, type OptionSpec, type ParsedArguments } from './arguments';
import { containerDetails, inspectJson, sandboxDetails } from './crictl-inspect';
import { execInteractively } from './interactive';
import { humanDuration, humanSize, table } from './table';

interface Context {
  readonly proc: Process;
  readonly runtime: Runtime;
  readonly args: ParsedArguments;
  readonly out: (text: string) => Promise<void>;
}

const ago = (proc: Process, ms: number): string => `${humanDuration(proc.clock.now() - ms)} ago`;
const last = (args: ParsedArguments, name: string): string | undefined => args.values.get(name)?.at(-1);

const podOf = (runtime: Runtime, container: Container): PodSandbox | undefined =>
  runtime.listPodSandboxes().find((s) => s.id === container.sandboxId);

function findPod(runtime: Runtime, id: string): PodSandbox {
  const pod = runtime.listPodSandboxes().find((s) => s.id.startsWith(id));
  if (!pod) throw new RuntimeError('NotFound', `an error occurred when try to find sandbox: not found`);
  return pod;
}
function findOne(runtime: Runtime, id: string): Container {
  const container = runtime.listContainers().find((c) => c.id.startsWith(id));
  if (!container) throw new RuntimeError('NotFound', `an error occurred when try to find container "${id}": not found`);
  return container;
}

async function pods({ proc, runtime, args, out }: Context): Promise<void> {
  const name = last(args, 'name');
  const namespace = last(args, 'namespace');
  const state = last(args, 'state')?.toLowerCase();
  const shown = [...runtime.listPodSandboxes()]
    .filter(
      (s) =>
        (!name || new RegExp(name).test(s.config.name)) &&
        (!namespace || s.config.namespace === namespace) &&
        (!state || s.state.toLowerCase() === state),
    )
    .sort((a, b) => b.createdMs - a.createdMs);
  if (args.flags.has('quiet')) return out(shown.map((s) => `${s.id}\n`).join(''));
  await out(
    table(
      [
        ['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'],
        ...shown.map((s) => [
          s.id.slice(0, 13),
          ago(proc, s.createdMs),
          s.state,
          s.config.name,
          s.config.namespace,
          String(s.config.attempt),
          '(default)',
        ]),
      ],
      20,
    ),
  );
}

async function ps({ proc, runtime, args, out }: Context): Promise<void> {
  const name = last(args, 'name');
  const pod = last(args, 'pod');
  const state = last(args, 'state')?.toLowerCase();
  const shown = [...runtime.listContainers()]
    .filter(
      (c) =>
        (args.flags.has('all') || state ? true : c.state === 'Running') &&
        (!state || c.state.toLowerCase() === state) &&
        (!name || new RegExp(name).test(c.config.name)) &&
        (!pod || c.sandboxId.startsWith(pod)),
    )
    .sort((a, b) => b.createdMs - a.createdMs);
  if (args.flags.has('quiet')) return out(shown.map((c) => `${c.id}\n`).join(''));
  await out(
    table(
      [
        ['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'],
        ...shown.map((c) => {
          const config = podOf(runtime, c)?.config;
          return [
            c.id.slice(0, 13),
            c.image.id.slice(0, 13),
            ago(proc, c.createdMs),
            c.state,
            c.config.name,
            String(c.config.attempt),
            c.sandboxId.slice(0, 13),
            config?.name ?? 'unknown',
            config?.namespace ?? 'unknown',
          ];
        }),
      ],
      20,
    ),
  );
}

async function images({ runtime, args, out }: Context): Promise<void> {
  const all = runtime.listImages();
  if (args.flags.has('quiet')) return out(all.map((i) => `sha256:${i.id}\n`).join(''));
  const rows = all.flatMap((image) =>
    image.tags.map((tag) => {
      const at = tag.lastIndexOf(':');
      return [tag.slice(0, at), tag.slice(at + 1), image.id.slice(0, 13), humanSize(image.sizeBytes)];
    }),
  );
  await out(table([['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...rows.sort((a, b) => (a[0]! < b[0]! ? -1 : 1))], 20));
}

async function inspect({ runtime, args, out }: Context): Promise<void> {
  for (const id of args.operands) {
    const container = findOne(runtime, id);
    await out(inspectJson(containerDetails(container, podOf(runtime, container))));
  }
}

async function inspectp({ runtime, args, out }: Context): Promise<void> {
  for (const id of args.operands) await out(inspectJson(sandboxDetails(findPod(runtime, id))));
}

/** Deletes images by reference or id. */
async function rmi({ runtime, args, out }: Context): Promise<void> {
  for (const name of args.operands) {
    const image = runtime.imageStatus(name);
    if (!image) throw new RuntimeError('NotFound', `no such image ${name}`);
    runtime.removeImage(name);
    await out(`Deleted: ${image.tags[0] ?? image.id}\n`);
  }
}

async function pull({ runtime, args, out }: Context): Promise<void> {
  try {
    const { image } = await runtime.pullImage(args.operands[0]!);
    await out(`Image is up to date for ${imageRef(image)}\n`);
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    throw new RuntimeError('NotFound', error.message.replace(/^rpc error: code = \w+ desc = /, ''));
  }
}

/** CPU, memory and disk of running containers. */
async function stats({ runtime, args, out }: Context): Promise<void> {
  const shown = runtime.listContainers().filter((c) => c.state === 'Running' && (!args.operands[0] || c.id.startsWith(args.operands[0])));
  const rows = shown.map((c) => {
    const { anonBytes, fileBytes } = runtime.cgroups.memory(c.task?.cgroup ?? '/');
    return [c.id.slice(0, 13), c.config.name, '0.00', humanSize(anonBytes + fileBytes), '0B', '1'];
  });
  await out(table([['CONTAINER', 'NAME', 'CPU %', 'MEM', 'DISK', 'INODES'], ...rows], 20));
}

async function logs({ proc, runtime, args }: Context): Promise<void> {
  const c = findOne(runtime, args.operands[0]!);
  let lines = parseLog(await readText(proc, c.config.logPath).catch(() => ''));
  const tail = Number(last(args, 'tail') ?? -1);
  if (tail >= 0) lines = tail ? lines.slice(-tail) : [];
  for (const line of lines) {
    const stamp = args.flags.has('timestamps') ? `${line.time} ` : '';
    await proc.write(line.stream === 'stdout' ? 1 : 2, stamp + line.text + (line.partial ? '' : '\n'));
  }
}

async function exec({ proc, runtime, args }: Context): Promise<number> {
  const [id = '', ...argv] = args.operands;
  return execInteractively(proc, runtime, findOne(runtime, id).id, argv, {
    stdin: args.flags.has('interactive'),
    tty: args.flags.has('tty'),
  });
}

const eachId =
  (act: (context: Context, id: string) => Promise<string>) =>
  async (context: Context): Promise<void> => {
    for (const id of context.args.operands) await context.out(`${await act(context, id)}\n`);
  };

interface Command {
  readonly options: readonly OptionSpec[];
  readonly least: number;
  readonly interspersed?: boolean;
  readonly run: (context: Context) => Promise<number | void>;
}

const quiet: OptionSpec = { long: 'quiet', short: 'q' };
const all: OptionSpec = { long: 'all', short: 'a' };
const state: OptionSpec = { long: 'state', short: 's', value: true };
const commands: Readonly<Record<string, Command>> = {
  exec: { options: [{ long: 'interactive', short: 'i' }, { long: 'tty', short: 't' }], least: 2, interspersed: false, run: exec },
  images: { options: [quiet], least: 0, run: images },
  inspect: { options: [{ long: 'output', short: 'o', value: true }], least: 1, run: inspect },
  inspectp: { options: [{ long: 'output', short: 'o', value: true }], least: 1, run: inspectp },
  info: { options: [], least: 0, run: ({ runtime, out }) => out(inspectJson({ config: { containerdEndpoint: '/run/containerd/containerd.sock', sandboxImage: 'registry.k8s.io/pause:3.10' }, status: { conditions: [{ message: '', reason: '', status: true, type: 'RuntimeReady' }, { message: '', reason: '', status: true, type: 'NetworkReady' }] }, version: runtime.version })) },
  logs: { options: [{ long: 'tail', value: true }, { long: 'timestamps', short: 't' }], least: 1, run: logs },
  pods: { options: [quiet, state, { long: 'name', value: true }, { long: 'namespace', value: true }], least: 0, run: pods },
  ps: { options: [quiet, all, state, { long: 'name', value: true }, { long: 'pod', short: 'p', value: true }], least: 0, run: ps },
  pull: { options: [], least: 1, run: pull },
  rmi: { options: [quiet], least: 1, run: rmi },
  stats: { options: [], least: 0, run: stats },
  rm: { options: [{ long: 'force', short: 'f' }], least: 1, run: eachId(async ({ runtime, args }, id) => { const c = findOne(runtime, id); if (c.state === 'Running' && !args.flags.has('force')) throw new RuntimeError('Unknown', `container is in running state, use force flag to remove it`); await runtime.removeContainer(c.id); return id; }) },
  rmp: { options: [{ long: 'force', short: 'f' }], least: 1, run: eachId(async ({ runtime, args }, id) => { const s = findPod(runtime, id); if (s.state === 'Ready') { if (!args.flags.has('force')) throw new RuntimeError('Unknown', `sandbox "${s.id}" is in running state, use force flag to remove it`); await runtime.stopPodSandbox(s.id); } await runtime.removePodSandbox(s.id); return `Removed sandbox ${id}`; }) },
  stop: { options: [{ long: 'timeout', short: 't', value: true }], least: 1, run: eachId(async ({ runtime, args }, id) => { await runtime.stopContainer(findOne(runtime, id).id, Number(last(args, 'timeout') ?? 0) * 1000); return id; }) },
  stopp: { options: [], least: 1, run: eachId(async ({ runtime }, id) => { await runtime.stopPodSandbox(findPod(runtime, id).id); return `Stopped sandbox ${id}`; }) },
  version: { options: [], least: 0, run: ({ runtime, out }) => out(`Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  ${runtime.version}\nRuntimeApiVersion:  v1\n`) },
}; // prettier-ignore

/** crictl: the runtime as the kubelet sees it. */
export const crictl =
  (runtime: Runtime): Program =>
  async (proc) => {
    const [name, ...rest] = proc.argv.slice(1);
    const command = commands[name ?? ''];
    if (!command) {
      const usage = `NAME:\n   crictl - client for CRI\n\nUSAGE:\n   crictl [global options] command [command options]\n\nCOMMANDS:\n${Object.keys(
        commands,
      )
        .map((c) => `   ${c}\n`)
        .join('')}`;
      if (name === undefined || name === '--help') {
        await print(proc, usage);
        return 0;
      }
      await printError(proc, `No help topic for '${name}'\n`);
      return 3;
    }
    const args = parseArguments(rest, command.options, command.interspersed);
    const fatal = async (text: string): Promise<number> => {
      await printError(
        proc,
        `time="${new Date(proc.clock.now()).toISOString().slice(0, 19)}Z" level=fatal msg="${text.replaceAll('"', '\\"')}"\n`,
      );
      return 1;
    };
    if (args.error) return fatal(args.error);
    if (args.operands.length < command.least) return fatal('ID cannot be empty');
    try {
      return (await command.run({ proc, runtime, args, out: (text) => print(proc, text) })) ?? 0;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      return fatal(`rpc error: code = ${error.code} desc = ${error.message}`);
    }
  };
