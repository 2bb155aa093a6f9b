import { readText, SIG, type Process } from '../../../kernel';
import { noLimits } from '../cgroup';
import { argvOf } from '../environment';
import { familiarName, parseReference } from '../reference';
import { makeDirectories } from '../root-file-system';
import {
  PullError,
  RuntimeError,
  type Container,
  type ContainerConfig,
  type Image,
  type NamespaceJoins,
  type PublishedPort,
  type Runtime,
} from '../types';
import { namedUser } from '../user';
import type { OptionSpec } from './arguments';
import { begin, containerOf } from './docker-act';
import { restartOf } from './docker-change';
import { ClientError, DaemonError, type DockerCommand, type DockerContext } from './docker-context';
import { findContainer } from './docker-objects';
import { volumePath } from './docker-volumes';
import { ownStreams } from './interactive';

const ownNamespace = (what: string): string => `${what} namespace to use`;
export const createOptions: readonly OptionSpec[] = [
  { long: 'cap-add', value: true, type: 'list', help: 'Add Linux capabilities' },
  { long: 'cap-drop', value: true, type: 'list', help: 'Drop Linux capabilities' },
  { long: 'entrypoint', value: true, help: 'Overwrite the default ENTRYPOINT of the image' },
  { long: 'env', short: 'e', value: true, type: 'list', help: 'Set environment variables' },
  { long: 'env-file', value: true, type: 'list', help: 'Read in a file of environment variables' },
  { long: 'hostname', short: 'h', value: true, help: 'Container host name' },
  { long: 'interactive', short: 'i', help: 'Keep STDIN open even if not attached' },
  { long: 'ipc', value: true, help: 'IPC mode to use' },
  { long: 'label', short: 'l', value: true, type: 'list', help: 'Set meta data on a container' },
  { long: 'memory', short: 'm', value: true, type: 'bytes', help: 'Memory limit' },
  { long: 'name', value: true, help: 'Assign a name to the container' },
  { long: 'network', alias: 'net', value: true, type: 'network', help: 'Connect a container to a network' },
  { long: 'pid', value: true, help: ownNamespace('PID') },
  { long: 'privileged', help: 'Give extended privileges to this container' },
  { long: 'publish', short: 'p', value: true, type: 'list', help: "Publish a container's port(s) to the host" },
  { long: 'read-only', help: "Mount the container's root filesystem as read only" },
  { long: 'restart', value: true, help: 'Restart policy to apply when a container exits (default "no")' },
  { long: 'rm', help: 'Automatically remove the container and its associated anonymous volumes when it exits' },
  { long: 'tty', short: 't', help: 'Allocate a pseudo-TTY' },
  { long: 'user', short: 'u', value: true, help: 'Username or UID (format: <name|uid>[:<group|gid>])' },
  { long: 'volume', short: 'v', value: true, type: 'list', help: 'Bind mount a volume' },
  { long: 'workdir', short: 'w', value: true, help: 'Working directory inside the container' },
];
const runOptions: readonly OptionSpec[] = [
  ...createOptions,
  { long: 'detach', short: 'd', help: 'Run container in background and print container ID' },
];

const left = ['brave', 'calm', 'clever', 'eager', 'gentle', 'happy', 'keen', 'quiet', 'sharp', 'vibrant'];
const right = ['curie', 'dijkstra', 'hopper', 'kernighan', 'lamport', 'lovelace', 'noether', 'ritchie', 'thompson', 'turing'];
const inventedName = (random: () => number): string => `${left[Math.floor(random() * left.length)]}_${right[Math.floor(random() * right.length)]}`; // prettier-ignore

/** The image, pulled when it is not on the node; docker says what it does. Throws PullError. */
export async function imageFor(context: DockerContext, reference: string): Promise<Image> {
  const { runtime, err } = context;
  const present = runtime.imageStatus(reference);
  if (present) return present;
  const full = /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
  await err(`Unable to find image '${full}' locally\n`);
  const { image } = await runtime.pullImage(reference);
  const tag = full.replace(/^.*:/, '');
  const { repository } = parseReference(reference);
  await err(
    `${tag}: Pulling from ${repository}\nDigest: sha256:${image.digest}\nStatus: Downloaded newer image for ${familiarName(full)}\n`,
  );
  return image;
}

/** `--network`, `--pid` or `--ipc`: `container:NAME`, `host`, and what a container has by itself. */
function joinOf(context: DockerContext, option: string, own: readonly string[]): string | undefined {
  const value = context.value(option) ?? '';
  if (value === 'host') return 'node';
  if (value === 'none' && option === 'network') return 'none';
  if (value === '' || own.includes(value)) return undefined;
  const [mode, name = ''] = value.split(/:(.*)/s);
  if (mode !== 'container') {
    if (option === 'network') throw new DaemonError(`network ${value} not found`);
    throw new ClientError(`--${option}: invalid ${option.toUpperCase()} mode`);
  }
  return containerOf(context, name).id;
}

function joinsOf(context: DockerContext): NamespaceJoins {
  const net = joinOf(context, 'network', ['default', 'bridge']);
  const ipc = joinOf(context, 'ipc', ['private', 'shareable']);
  const pid = joinOf(context, 'pid', []);
  return { ...(net !== undefined && { net }), ...(ipc !== undefined && { ipc }), ...(pid !== undefined && { pid }) };
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80` (a port of the node is chosen). */
function portOf(text: string, random: () => number): PublishedPort {
  const match = /^(?:(?:\d+(?:\.\d+){3}:)?(\d*):)?(\d+)(?:\/tcp)?$/.exec(text);
  const containerPort = Number(match?.[2]);
  const hostPort = Number(match?.[1] ?? '') || 32768 + Math.floor(random() * 1000);
  if (!match || containerPort > 65535 || hostPort > 65535) throw new ClientError(`invalid containerPort: ${text}`);
  return { hostPort, containerPort };
}

const sizeUnits: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
export function memoryOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const match = /^(\d+)([bkmg]?)b?$/i.exec(text);
  if (!match) throw new ClientError(`invalid argument "${text}" for "-m, --memory" flag: invalid size: '${text}'`);
  const bytes = Number(match[1]) * (sizeUnits[(match[2] ?? '').toLowerCase() || 'b'] ?? 1);
  if (bytes && bytes < 6 * 1024 ** 2) throw new DaemonError('Minimum memory limit allowed is 6MB');
  return bytes || Infinity;
}

async function variables({ proc, values }: DockerContext): Promise<[string, string][]> {
  const lines: string[] = [];
  for (const path of values('env-file')) {
    const text = await readText(proc, path).catch(() => {
      throw new ClientError(`open ${path}: no such file or directory`);
    });
    lines.push(...text.split('\n').filter((line) => line.trim() && !line.startsWith('#')));
  }
  return [...lines, ...values('env')].flatMap((text): [string, string][] => {
    const [key = '', given] = text.split(/=(.*)/s);
    const value = given ?? proc.env.get(key);
    return value === undefined ? [] : [[key, value]];
  });
}

async function configOf(context: DockerContext, image: Image, argv: readonly string[], name: string): Promise<ContainerConfig> {
  const { flags, value, values, proc, operands } = context;
  const user = value('user');
  const { uid, gid } = user === undefined ? {} : namedUser(user, image.readFile);
  const entrypoint = value('entrypoint');
  const joins = joinsOf(context);
  const restart = restartOf(value('restart'));
  if (restart && restart.name !== 'no' && flags.has('rm'))
    throw new ClientError('conflicting options: cannot specify both --restart and --rm');
  const publish = values('publish').map((text) => portOf(text, () => proc.clock.random()));
  const joined = joins.net !== undefined && !['node', 'none'].includes(joins.net);
  const hostname = value('hostname');
  if (joined && publish.length) throw new DaemonError('conflicting options: port publishing and the container type network mode');
  if (joined && hostname !== undefined) throw new DaemonError('conflicting options: hostname and the network mode');
  const mounts = values('volume').map((text) => {
    const [hostPath = '', containerPath = '', mode = ''] = text.split(':');
    if (!containerPath.startsWith('/'))
      throw new DaemonError(`invalid volume specification: '${text}': invalid mount config for type "bind": invalid mount path: '${containerPath}' mount path must be absolute`);
    return { hostPath: hostPath.startsWith('/') ? hostPath : volumePath(hostPath), containerPath, readOnly: mode.split(',').includes('ro') };
  }); // prettier-ignore
  for (const { hostPath } of mounts) makeDirectories(proc, hostPath);
  return {
    name,
    attempt: 0,
    image: operands[0] ?? '',
    command: entrypoint === undefined ? [] : [entrypoint],
    args: argv,
    env: await variables(context),
    workingDir: value('workdir') ?? '',
    mounts,
    stdin: flags.has('interactive'),
    stdinOnce: flags.has('interactive'),
    tty: flags.has('tty'),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    supplementalGroups: [],
    addCapabilities: values('cap-add'),
    dropCapabilities: values('cap-drop'),
    privileged: flags.has('privileged'),
    readOnlyRootfs: flags.has('read-only'),
    labels: Object.fromEntries(values('label').map((text) => [text.split('=')[0] ?? '', text.split(/=(.*)/s)[1] ?? ''])),
    annotations: {},
    logPath: '',
    resources: { ...noLimits, memoryLimitBytes: memoryOf(value('memory')) },
    ...(hostname !== undefined && { hostname }),
    joins,
    publish,
    ...(restart && { restart }),
  };
}

/** A signal to `docker run` goes on to the container (--sig-proxy). */
function passSignals(proc: Process, runtime: Runtime, id: string): void {
  for (const signal of [SIG.INT, SIG.TERM, SIG.HUP, SIG.QUIT])
    proc.sigaction(signal, () => void runtime.container(id)?.task?.kill(signal), { restart: true });
}

/** What docker says before it gives up, and its exit status. */
async function refuse(context: DockerContext, error: unknown, verb: string): Promise<number> {
  const help = `\n\nRun 'docker ${verb} --help' for more information\n`;
  if (error instanceof ClientError) {
    await context.err(`docker: ${error.message}${help}`);
    return 125;
  }
  if (!(error instanceof DaemonError) && !(error instanceof RuntimeError)) throw error;
  const { message } = error;
  await context.err(`docker: Error response from daemon: ${message}${help}`);
  if (/permission denied|is a directory/.test(message) && !message.includes('pull access denied')) return 126;
  return /executable file not found|no such file or directory/.test(message) ? 127 : 125;
}

async function make(context: DockerContext): Promise<Container> {
  const { proc, runtime, value, operands } = context;
  const [reference = '', ...argv] = operands;
  const name = value('name') ?? inventedName(() => proc.clock.random());
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
    throw new DaemonError(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  let image: Image;
  try {
    image = await imageFor(context, reference);
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    const denied = error.message.includes('pull access denied');
    throw new DaemonError(denied ? `pull access denied for ${reference.replace(/:[^:/]*$/, '')}, repository does not exist or may require 'docker login'` : error.message.replace(/^.*failed to resolve image: /, '')); // prettier-ignore
  }
  const taken = findContainer(runtime, name);
  if (taken?.name === name) throw new DaemonError(`Conflict. The container name "/${name}" is already in use by container "${taken.id}". You have to remove (or rename) that container to be able to reuse that name.`); // prettier-ignore
  const config = await configOf(context, image, argv, name);
  if (!argvOf(config, image).length) throw new DaemonError('no command specified');
  return runtime.createContainer(undefined, config);
}

async function create(context: DockerContext): Promise<number> {
  try {
    await context.out(`${(await make(context)).id}\n`);
    return 0;
  } catch (error) {
    return refuse(context, error, 'create');
  }
}

/** A container that ends is removed (--rm), whoever waits for it. */
function removeAtEnd(runtime: Runtime, id: string): void {
  const stop = runtime.onEvent((event) => {
    if (event.type !== 'container-exited' || event.container.id !== id) return;
    stop();
    void runtime.removeContainer(id);
  });
}

/** `docker run`: a container of its own, in namespaces of its own or another's. */
async function run(context: DockerContext): Promise<number> {
  const { proc, runtime, flags, out } = context;
  if (flags.has('tty') && flags.has('interactive') && !flags.has('detach') && !proc.isatty(0)) {
    await context.err('the input device is not a TTY\n');
    return 1;
  }
  let container: Container;
  try {
    container = await make(context);
  } catch (error) {
    return refuse(context, error, 'run');
  }
  const { id } = container;
  if (flags.has('rm') && flags.has('detach')) removeAtEnd(runtime, id);
  try {
    if (flags.has('detach')) {
      await begin(context, container);
      await out(`${id}\n`);
      return 0;
    }
    const streams = await ownStreams(proc, flags.has('interactive'), flags.has('tty'));
    try {
      passSignals(proc, runtime, id);
      const session = await begin(context, container, streams.client);
      if (session) streams.onResize((size) => session.resize(size));
      await session?.ended;
      await streams.written();
    } finally {
      await streams.restore();
    }
    return runtime.container(id)?.exitCode ?? 0;
  } catch (error) {
    if (flags.has('detach') && error instanceof DaemonError) await out(`${id}\n`);
    return await refuse(context, error, 'run');
  } finally {
    if (flags.has('rm') && !flags.has('detach')) await runtime.removeContainer(id);
  }
}

const usage = 'IMAGE [COMMAND] [ARG...]';
export const runCommands: Readonly<Record<string, DockerCommand>> = {
  create: { usage, summary: 'Create a new container', also: ['container create'], options: createOptions, operands: [1, Infinity], interspersed: false, run: create },
  run: { usage, summary: 'Create and run a new container from an image', also: ['container run'], common: true, options: runOptions, operands: [1, Infinity], interspersed: false, run },
}; // prettier-ignore
