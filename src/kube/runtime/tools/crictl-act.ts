import { imageRef } from '../image-store';
import { PullError, type Container, type Image, type PodSandbox } from '../types';
import {
  criContainers,
  Fatal,
  findOne,
  findPod,
  last,
  podOf,
  rpc,
  ShowHelp,
  writeDetails,
  type CrictlCommand,
  type CrictlContext,
} from './crictl-context';
import { containerDetails, sandboxDetails, type Json } from './crictl-inspect';
import { containerFilters, goTime, imageStatus, listedContainers, listedPods, podFilters } from './crictl-list';
import { execInteractively, ownStreams } from './interactive';
import { sinceMs, writeLog } from './logs';
import { memoryOf, pidsIn } from './processes';
import { humanDuration, humanSize, table } from './table';

const pairs = (title: string, map: Readonly<Record<string, string>>): string =>
  `${title}:\n${Object.keys(map).sort().map((key) => `\t${key} -> ${map[key]}\n`).join('')}`; // prettier-ignore
const infoLine = (info: Json | undefined): string => (info === undefined ? '' : `Info: map[info:${JSON.stringify(info)}]\n`);

/** Those named, or those that the options ask for; none is an error and the command's help. */
async function chosen<T>(
  context: CrictlContext,
  find: (id: string) => T,
  listed: () => readonly T[],
  doing: string,
): Promise<readonly T[]> {
  const { operands } = context.args;
  const found = operands.length ? await rpc(doing, () => operands.map(find)) : listed();
  if (!found.length) throw new ShowHelp('No IDs provided or nothing found per filter');
  return found;
}

async function inspect(context: CrictlContext): Promise<void> {
  const { runtime, proc } = context;
  const found = await chosen<Container>(context, (id) => findOne(runtime, id), () => listedContainers(context), 'get the status of containers: get container status'); // prettier-ignore
  const ago = (ms: number): string => `${humanDuration(proc.clock.now() - ms)} ago`;
  await writeDetails(
    context,
    found,
    (c) => containerDetails(c, podOf(runtime, c)),
    ({ id, config, state, createdMs, startedMs, finishedMs, exitCode }, info) =>
      `ID: ${id}\nName: ${config.name}\n${config.attempt ? `Attempt: ${config.attempt}\n` : ''}State: CONTAINER_${state.toUpperCase()}\nCreated: ${ago(createdMs)}\n${state === 'Created' ? '' : `Started: ${ago(startedMs)}\n`}${state === 'Exited' ? `Finished: ${ago(finishedMs)}\nExit Code: ${exitCode}\n` : ''}${pairs('Labels', config.labels)}${pairs('Annotations', config.annotations)}${infoLine(info)}`,
  );
}

async function inspectp(context: CrictlContext): Promise<void> {
  const { runtime } = context;
  const found = await chosen<PodSandbox>(context, (id) => findPod(runtime, id), () => listedPods(context), 'get the status of pod sandboxes: get pod sandbox status'); // prettier-ignore
  await writeDetails(
    context,
    found,
    sandboxDetails,
    ({ id, config, state, createdMs, ip }, info) =>
      `ID: ${id}\nName: ${config.name}\nUID: ${config.uid}\nNamespace: ${config.namespace}\nAttempt: ${config.attempt}\nStatus: SANDBOX_${state.toUpperCase()}\nCreated: ${goTime(createdMs)}\nIP Addresses: ${config.namespaces.net === 'pod' && state === 'Ready' ? ip : ''}\n${pairs('Labels', config.labels)}${pairs('Annotations', config.annotations)}${infoLine(info)}`,
  );
}

function imageDetails(image: Image): { readonly [key: string]: Json | undefined } {
  const { config, createdMs } = image;
  const history = [...image.history].reverse().map((layer) => ({ created: new Date(layer.createdMs).toISOString(), created_by: layer.createdBy }));
  const spec = {
    architecture: 'amd64',
    config: {
      Cmd: config.cmd.length ? config.cmd : undefined,
      Entrypoint: config.entrypoint.length ? config.entrypoint : undefined,
      Env: config.env.length ? config.env : ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      User: config.user || undefined,
      WorkingDir: config.workingDir || '/',
    },
    created: new Date(createdMs).toISOString(),
    history,
    os: 'linux',
  };
  return { info: { chainID: `sha256:${image.digest}`, imageSpec: spec }, status: imageStatus(image) };
} // prettier-ignore

async function inspecti(context: CrictlContext): Promise<void> {
  const { runtime } = context;
  const find = (id: string): Image => {
    const image = runtime.imageStatus(id);
    if (!image) throw new Fatal(`no such image "${id}" present`);
    return image;
  };
  const found = await chosen(context, find, () => runtime.listImages(), '');
  await writeDetails(
    context,
    found,
    imageDetails,
    (image, info) =>
      `ID: sha256:${image.id}\n${image.tags.map((tag) => `Tag: ${tag}\n`).join('')}Digest: ${imageRef(image)}\nSize: ${humanSize(image.sizeBytes)}\n${infoLine(info)}`,
  );
}

async function rmi(context: CrictlContext): Promise<void> {
  const { runtime, args, out } = context;
  const used = new Set([...runtime.listContainers(), ...runtime.listPodSandboxes()].map(({ image }) => image.id));
  const pinned = (image: Image): boolean => image.tags.some((tag) => tag.includes('/pause:'));
  const names = args.flags.has('all')
    ? runtime.listImages().map(({ id }) => id)
    : args.flags.has('prune')
      ? runtime.listImages().filter((image) => !used.has(image.id) && !pinned(image)).map(({ id }) => id) // prettier-ignore
      : args.operands;
  if (!names.length && !args.flags.has('all') && !args.flags.has('prune')) throw new ShowHelp();
  for (const name of names) {
    const image = runtime.imageStatus(name);
    if (!image) throw new Fatal(`no such image ${name}`);
    runtime.removeImage(name);
    await out(image.tags.map((tag) => `Deleted: ${tag}\n`).join(''));
  }
}

async function pull({ runtime, args, out }: CrictlContext): Promise<void> {
  const [name] = args.operands;
  if (name === undefined) throw new Fatal('image name cannot be empty');
  try {
    const { image } = await runtime.pullImage(name);
    await out(`Image is up to date for sha256:${image.id}\n`);
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    const told = error.message.startsWith('rpc error') ? error.message : `rpc error: code = Unknown desc = ${error.message}`;
    throw new Fatal(`pulling image: ${told}`);
  }
}

async function logs({ proc, runtime, args }: CrictlContext): Promise<void> {
  const [id] = args.operands;
  if (id === undefined) throw new Fatal('ID cannot be empty');
  const container = await rpc('', () => findOne(runtime, id));
  const since = last(args, 'since');
  const from = since === undefined ? undefined : sinceMs(since, proc.clock.now());
  if (since !== undefined && from === undefined) throw new Fatal(`failed to parse timestamp "${since}"`);
  const tail = Number(last(args, 'tail') ?? -1);
  await writeLog(proc, container, {
    follow: args.flags.has('follow'),
    timestamps: args.flags.has('timestamps'),
    tail: tail < 0 ? undefined : tail,
    ...(from !== undefined && { sinceMs: from }),
  });
}

async function exec({ proc, runtime, args }: CrictlContext): Promise<number> {
  const [id, ...argv] = args.operands;
  if (id === undefined) throw new ShowHelp();
  if (!argv.length) throw new Fatal('execing command in container: container command is required'); // prettier-ignore
  const how = { stdin: args.flags.has('interactive'), tty: args.flags.has('tty') };
  return rpc('execing command in container', () => execInteractively(proc, runtime, findOne(runtime, id).id, { argv }, how));
}

async function attach({ proc, runtime, args }: CrictlContext): Promise<void> {
  const [id] = args.operands;
  if (id === undefined) throw new ShowHelp();
  const container = await rpc('attaching running container', () => findOne(runtime, id));
  const streams = await ownStreams(proc, args.flags.has('stdin'), args.flags.has('tty'));
  try {
    const session = await rpc('attaching running container', () => runtime.attach(container.id, streams.client));
    streams.onResize((size) => session.resize(size));
    await session.ended;
    await streams.written();
  } finally {
    await streams.restore();
  }
}

/** Each id in turn; with --all every one there is. */
async function each(context: CrictlContext, all: () => readonly string[], act: (id: string) => Promise<void>): Promise<void> {
  const ids = context.args.flags.has('all') ? all() : context.args.operands;
  for (const id of ids) await act(id);
}

async function stop(context: CrictlContext): Promise<void> {
  const { runtime, args, out } = context;
  if (args.flags.has('all') && args.operands.length) throw new Fatal('cannot specify CONTAINER-ID(s) when using --all');
  if (!args.flags.has('all') && !args.operands.length) throw new Fatal('you must specify at least one CONTAINER-ID or use --all');
  const running = (): string[] => criContainers(runtime).filter(({ state }) => state === 'Running').map(({ id }) => id); // prettier-ignore
  await each(context, running, async (id) => {
    const graceMs = Number(last(args, 'timeout') ?? 0) * 1000;
    await rpc(`stopping the container "${id}"`, () => runtime.stopContainer(findOne(runtime, id).id, graceMs));
    await out(`${id}\n`);
  });
}

async function rm(context: CrictlContext): Promise<void> {
  const { runtime, args, out } = context;
  if (!args.flags.has('all') && !args.operands.length) throw new ShowHelp();
  await each(context, () => criContainers(runtime).map(({ id }) => id), async (id) => {
    const container = await rpc(`getting container status "${id}"`, () => findOne(runtime, id));
    if (container.state === 'Running') {
      if (!args.flags.has('force')) throw new Fatal(`container "${id}" is running, please stop it first`);
      await runtime.stopContainer(container.id, 0);
      await out(`${id}\n`);
    }
    await rpc(`removing container "${id}"`, () => runtime.removeContainer(container.id));
    await out(`${id}\n`);
  }); // prettier-ignore
}

async function stopp(context: CrictlContext): Promise<void> {
  const { runtime, args, out } = context;
  if (!args.operands.length) throw new ShowHelp();
  await each(context, () => [], async (id) => {
    await rpc(`stopping the pod sandbox "${id}"`, () => runtime.stopPodSandbox(findPod(runtime, id).id));
    await out(`Stopped sandbox ${id}\n`);
  }); // prettier-ignore
}

async function rmp(context: CrictlContext): Promise<void> {
  const { runtime, args, out } = context;
  if (!args.flags.has('all') && !args.operands.length) throw new ShowHelp();
  await each(context, () => runtime.listPodSandboxes().map(({ id }) => id), async (id) => {
    const sandbox = await rpc(`getting sandbox status of pod "${id}"`, () => findPod(runtime, id));
    if (sandbox.state === 'Ready') {
      if (!args.flags.has('force')) throw new Fatal(`pod sandbox "${id}" is running, please stop it first`);
      await runtime.stopPodSandbox(sandbox.id);
      await out(`Stopped sandbox ${id}\n`);
    }
    await rpc(`removing the pod sandbox "${id}"`, () => runtime.removePodSandbox(sandbox.id));
    await out(`Removed sandbox ${id}\n`);
  }); // prettier-ignore
}

/** How long processor use is looked at, ms: real time passes, though none of it is counted here. */
const sampleMs = (context: CrictlContext): number => Number(last(context.args, 'seconds') ?? 1) * 1000;

const used = async ({ proc, runtime }: CrictlContext, cgroup: string): Promise<string> =>
  humanSize(await memoryOf(proc, runtime, cgroup, await pidsIn(proc, cgroup)), 4);

async function stats(context: CrictlContext): Promise<void> {
  const { proc, runtime, args, out } = context;
  const id = last(args, 'id') ?? args.operands[0] ?? '';
  await proc.nanosleep(sampleMs(context));
  const shown = criContainers(runtime)
    .filter((c) => c.state === 'Running' && c.id.startsWith(id) && c.sandboxId.startsWith(last(args, 'pod') ?? ''))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows: string[][] = [];
  for (const c of shown) rows.push([c.id.slice(0, 13), c.config.name, '0.00', await used(context, c.task?.cgroup ?? '/'), '0B', '1']);
  await out(table([['CONTAINER', 'NAME', 'CPU %', 'MEM', 'DISK', 'INODES'], ...rows], 20));
}

async function statsp(context: CrictlContext): Promise<void> {
  const { proc, runtime, args, out } = context;
  const id = last(args, 'id') ?? args.operands[0] ?? '';
  await proc.nanosleep(sampleMs(context));
  const shown = runtime.listPodSandboxes().filter((s) => s.state === 'Ready' && s.id.startsWith(id)).sort((a, b) => (a.id < b.id ? -1 : 1)); // prettier-ignore
  const rows: string[][] = [];
  for (const { id: podId, config } of shown) rows.push([config.name, podId.slice(0, 13), '0.00', await used(context, config.cgroupParent)]);
  await out(table([['POD', 'POD ID', 'CPU %', 'MEM'], ...rows], 20));
}

const force = { long: 'force', short: 'f', help: 'Force removal, disregarding if running' };
const all = (what: string): { long: string; short: string; help: string } => ({ long: 'all', short: 'a', help: what });
const details = [
  { long: 'output', short: 'o', value: true, help: 'Output format, One of: json|yaml|go-template|table' },
  { long: 'quiet', short: 'q', help: 'Do not show verbose information' },
  {
    long: 'template',
    value: true,
    help: 'The template string is only used when output is go-template; The Template format is golang template',
  },
];
const sampled = [{ long: 'id', value: true, help: 'Filter by id' }, { long: 'pod', short: 'p', value: true, help: 'Filter by pod id' }, { long: 'seconds', short: 's', value: true, help: 'Sample duration for CPU usage in seconds (default: 1)' }]; // prettier-ignore
const containers = 'CONTAINER-ID [CONTAINER-ID...]';

export const actCommands: Readonly<Record<string, CrictlCommand>> = {
  attach: { usage: 'CONTAINER-ID', summary: 'Attach to a running container', run: attach, options: [{ long: 'stdin', short: 'i', help: 'Keep STDIN open' }, { long: 'tty', short: 't', help: 'Allocate a pseudo-TTY' }] },
  exec: { usage: 'CONTAINER-ID COMMAND [ARG...]', summary: 'Run a command in a running container', run: exec, options: [{ long: 'interactive', short: 'i', help: 'Keep STDIN open' }, { long: 'tty', short: 't', help: 'Allocate a pseudo-TTY' }, { long: 'sync', short: 's', help: 'Run the command synchronously' }] },
  inspect: { usage: containers, summary: 'Display the status of one or more containers', run: inspect, options: [...details, ...containerFilters] },
  inspecti: { usage: 'IMAGE-ID [IMAGE-ID...]', summary: 'Return the status of one or more images', run: inspecti, options: details },
  inspectp: { usage: 'POD-ID [POD-ID...]', summary: 'Display the status of one or more pods', run: inspectp, options: [...details, ...podFilters] },
  logs: {
    usage: 'CONTAINER-ID', summary: 'Fetch the logs of a container', run: logs,
    options: [{ long: 'follow', short: 'f', help: 'Follow log output' }, { long: 'tail', value: true, help: 'Number of lines to show from the end of the logs. Defaults to all (default: 0)' }, { long: 'since', value: true, help: 'Show logs since timestamp (e.g. 2013-01-02T13:23:37) or relative (e.g. 42m for 42 minutes)' }, { long: 'timestamps', short: 't', help: 'Show timestamps' }],
  },
  pull: { usage: 'NAME[:TAG|@DIGEST]', summary: 'Pull an image from a registry', run: pull, options: [] },
  rm: { usage: containers, summary: 'Remove one or more containers', run: rm, options: [force, all('Remove all containers')] },
  rmi: { usage: 'IMAGE-ID [IMAGE-ID...]', summary: 'Remove one or more images', run: rmi, options: [all('Remove all images'), { long: 'prune', short: 'q', help: 'Remove all unused images' }] },
  rmp: { usage: 'POD-ID [POD-ID...]', summary: 'Remove one or more pods', run: rmp, options: [force, all('Remove all pods')] },
  stats: { usage: '[ID]', summary: 'List container(s) resource usage statistics', run: stats, options: sampled },
  statsp: { usage: '[ID]', summary: 'List pod statistics', run: statsp, options: sampled },
  stop: { usage: containers, summary: 'Stop one or more running containers', run: stop, options: [{ long: 'timeout', short: 't', value: true, help: 'Seconds to wait to kill the container after a graceful stop is requested (default: 0)' }, all('Stop all running containers')] },
  stopp: { usage: 'POD-ID [POD-ID...]', summary: 'Stop one or more running pods', run: stopp, options: [] },
}; // prettier-ignore
