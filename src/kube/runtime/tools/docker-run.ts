import { SIG, type Process } from '../../../kernel';
import { familiarName } from '../reference';
import { PullError, RuntimeError, type ContainerConfig, type Image, type Runtime } from '../types';
import { findContainer } from './docker-objects';
import type { DockerContext } from './docker';
import { ownStreams } from './interactive';
import type { OptionSpec } from './arguments';

export const runOptions: readonly OptionSpec[] = [
  { long: 'rm' },
  { long: 'detach', short: 'd' },
  { long: 'interactive', short: 'i' },
  { long: 'tty', short: 't' },
  { long: 'privileged' },
  { long: 'name', value: true },
  { long: 'env', short: 'e', value: true },
  { long: 'entrypoint', value: true },
  { long: 'hostname', short: 'h', value: true },
  { long: 'user', short: 'u', value: true },
  { long: 'volume', short: 'v', value: true },
  { long: 'workdir', short: 'w', value: true },
];

const left = ['brave', 'calm', 'clever', 'eager', 'gentle', 'happy', 'keen', 'quiet', 'sharp', 'vibrant'];
const right = ['curie', 'dijkstra', 'hopper', 'kernighan', 'lamport', 'lovelace', 'noether', 'ritchie', 'thompson', 'turing'];
const inventedName = (random: () => number): string => `${left[Math.floor(random() * left.length)]}_${right[Math.floor(random() * right.length)]}`; // prettier-ignore

/** The image, pulled when it is not on the node; docker says what it does. Throws PullError. */
async function imageFor(context: DockerContext, reference: string): Promise<Image> {
  const { runtime, err } = context;
  const present = runtime.imageStatus(reference);
  if (present) return present;
  const full = /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
  await err(`Unable to find image '${full}' locally\n`);
  const { image } = await runtime.pullImage(reference);
  const tag = full.replace(/^.*:/, '');
  const repository = (image.tags[0] ?? '').replace(/:[^:/]*$/, '').replace(/^docker\.io\//, '');
  await err(
    `${tag}: Pulling from ${repository}\nDigest: sha256:${image.digest}\nStatus: Downloaded newer image for ${familiarName(full)}\n`,
  );
  return image;
}

function configOf(
  { flags, value, values, proc }: DockerContext,
  reference: string,
  argv: readonly string[],
  name: string,
): ContainerConfig {
  const [user = '', group] = (value('user') ?? '').split(':');
  const entrypoint = value('entrypoint');
  const mounts = values('volume').map((text) => {
    const [hostPath = '', containerPath = '', mode] = text.split(':');
    return { hostPath, containerPath, readOnly: mode === 'ro' };
  });
  const hostname = value('hostname');
  return {
    name,
    attempt: 0,
    image: reference,
    command: entrypoint === undefined ? [] : [entrypoint],
    args: argv,
    env: values('env').map((text): [string, string] => {
      const [key = '', given] = text.split(/=(.*)/s);
      return [key, given ?? proc.env.get(key) ?? ''];
    }),
    workingDir: value('workdir') ?? '',
    mounts,
    stdin: flags.has('interactive'),
    stdinOnce: flags.has('interactive'),
    tty: flags.has('tty'),
    ...(/^\d+$/.test(user) && { uid: Number(user) }),
    ...(group !== undefined && /^\d+$/.test(group) && { gid: Number(group) }),
    supplementalGroups: [],
    addCapabilities: [],
    dropCapabilities: [],
    privileged: flags.has('privileged'),
    readOnlyRootfs: false,
    labels: {},
    annotations: {},
    logPath: `/var/lib/docker/containers/${name}/${name}-json.log`,
    ...(hostname !== undefined && { hostname }),
  };
}

/** A signal to `docker run` goes on to the container (--sig-proxy). */
function passSignals(proc: Process, runtime: Runtime, id: string): void {
  for (const signal of [SIG.INT, SIG.TERM, SIG.HUP, SIG.QUIT])
    proc.sigaction(signal, () => void runtime.container(id)?.task?.kill(signal), { restart: true });
}

/** `docker run`: a container of its own, in namespaces of its own. */
export async function run(context: DockerContext): Promise<number> {
  const { proc, runtime, flags, value, operands, out, err } = context;
  const [reference = '', ...argv] = operands;
  const name = value('name') ?? inventedName(() => proc.clock.random());
  const refuse = async (text: string, code: number): Promise<number> => {
    await err(`docker: Error response from daemon: ${text}\n\nRun 'docker run --help' for more information\n`);
    return code;
  };
  const taken = findContainer(runtime, name);
  if (taken?.name === name) return refuse(`Conflict. The container name "/${name}" is already in use by container "${taken.id}". You have to remove (or rename) that container to be able to reuse that name.`, 125); // prettier-ignore
  try {
    await imageFor(context, reference);
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    const denied = error.message.includes('pull access denied');
    return refuse(denied ? `pull access denied for ${reference.replace(/:[^:/]*$/, '')}, repository does not exist or may require 'docker login'` : error.message.replace(/^.*failed to resolve image: /, ''), 125); // prettier-ignore
  }
  const container = await runtime.createContainer(undefined, configOf(context, reference, argv, name));
  try {
    if (flags.has('detach')) {
      await runtime.startContainer(container.id);
      await out(`${container.id}\n`);
      return 0;
    }
    const streams = await ownStreams(proc, flags.has('interactive'), flags.has('tty'));
    try {
      passSignals(proc, runtime, container.id);
      const session = await runtime.startContainer(container.id, streams.client);
      if (session) streams.onResize((size) => session.resize(size));
      await session?.ended;
      await streams.written();
    } finally {
      await streams.restore();
    }
    return runtime.container(container.id)?.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const reason = error.message.replace(/^failed to create containerd task: /, 'failed to create task for container: ');
    return await refuse(`${reason}: unknown`, reason.includes('permission denied') ? 126 : 127);
  } finally {
    if (flags.has('rm') && !flags.has('detach')) await runtime.removeContainer(container.id);
  }
}
