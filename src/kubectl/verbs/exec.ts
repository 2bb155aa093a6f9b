import { type Cancel, type Channel, type HttpResponse, type KubeObject, type Status, ApiError } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completePods } from '../completion';
import { CommandError, failure, usageError } from '../errors';
import { containerFlag, podRunningTimeoutFlag } from '../flag-sets';
import { type Kubectl, textOf } from '../kubectl';
import { readManifests } from '../manifests';
import { completed, containerOf, phaseOf, podOf } from '../pods';
import { fileTargets } from '../resources';
import { stream, type StreamOptions } from '../terminal';

export const exec: Command = {
  use: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  short: 'Execute a command in a container',
  group: 'trouble',
  long: 'Execute a command in a container.',
  example: `  # Run date in the first container of pod mypod
  kubectl exec mypod -- date
  
  # Run date in the container ruby-container of pod mypod
  kubectl exec mypod -c ruby-container -- date
  
  # A shell with a terminal
  kubectl exec mypod -c ruby-container -i -t -- bash -il
  
  # Flags of the command come after --
  kubectl exec mypod -i -t -- ls -t /usr
  
  # In the first pod of a deployment, and of a service
  kubectl exec deploy/mydeployment -- date
  kubectl exec svc/myservice -- date`,
  flags: [
    containerFlag(),
    { name: 'filename', short: 'f', kind: 'slice', usage: 'to use to exec into the resource' },
    podRunningTimeoutFlag,
    { name: 'quiet', short: 'q', kind: 'bool', usage: 'Only print output of the remote session' },
    { name: 'stdin', short: 'i', kind: 'bool', usage: 'Pass stdin to the container' },
    { name: 'tty', short: 't', kind: 'bool', usage: 'Stdin is a TTY' },
  ],
  run,
  complete: completePods,
};

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, dashAt, path } = call;
  const files = flags.list('filename');
  const before = dashAt < 0 ? args.length : dashAt;
  if (args.length === 0 && files.length === 0) throw failure('pod, type/name or --filename must be specified');
  if (before === 0 && files.length === 0) throw failure('pod, type/name or --filename must be specified');
  if (dashAt < 0 && args.length > (files.length > 0 ? 0 : 1)) {
    throw usageError(path, 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
  }
  const command = dashAt < 0 ? [] : args.slice(dashAt);
  if (command.length === 0) throw failure('you must specify at least one command for the container');
  if (files.length > 0 && before > 0) throw failure('resource/name arguments cannot be provided when a path is specified');
  const word = files.length > 0 ? await wordOf(k, files) : args[0]!;
  const pod = await podOf(k, word, flags.duration('pod-running-timeout'));
  if (completed(pod)) throw failure(`cannot exec into a container in a completed pod; current phase is ${phaseOf(pod)}`);
  const container = await containerOf(k, pod, flags.string('container'), flags.bool('quiet'));
  const options = await terminalOptions(k, flags.bool('stdin'), flags.bool('tty'), flags.bool('quiet'));
  const params = new URLSearchParams();
  for (const part of command) params.append('command', part);
  params.append('container', container);
  if (options.stdin) params.append('stdin', 'true');
  params.append('stdout', 'true');
  if (!options.tty) params.append('stderr', 'true');
  if (options.tty) params.append('tty', 'true');
  return remote(k, pod, 'exec', params, options);
}

async function wordOf(k: Kubectl, files: readonly string[]): Promise<string> {
  const [target] = await fileTargets(k, await readManifests(k, files));
  if (!target || target.kind !== 'file') throw failure('pod, type/name or --filename must be specified');
  return `${target.mapping.resource}/${target.name}`;
}

/** -i and -t as they can be met: a TTY needs a terminal as standard input. */
export async function terminalOptions(k: Kubectl, stdin: boolean, tty: boolean, quiet: boolean): Promise<StreamOptions> {
  if (!tty) return { stdin, tty: false };
  if (stdin && k.proc.isatty(0)) return { stdin, tty: true };
  if (stdin) {
    if (!quiet) await k.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
    return { stdin, tty: false };
  }
  return { stdin: false, tty: true };
}

/** Opens exec or attach and carries its streams; the exit status is the command's own. */
export async function remote(
  k: Kubectl,
  pod: KubeObject,
  subresource: 'exec' | 'attach',
  params: URLSearchParams,
  options: StreamOptions,
): Promise<number> {
  const status = await k.cancellable(async (signal) => {
    return stream(k, await openChannel(k, pod, subresource, params, signal), options);
  });
  return exitStatus(status);
}

export async function openChannel(
  k: Kubectl,
  pod: KubeObject,
  subresource: 'exec' | 'attach',
  params: URLSearchParams,
  signal: Cancel,
): Promise<Channel> {
  const mapping = (await k.mapper()).need('pods');
  const path = `${k.path(mapping, pod.metadata.namespace, pod.metadata.name, subresource)}?${params.toString()}`;
  return channelOf(await k.send('POST', path, { signal }));
}

async function channelOf(response: HttpResponse): Promise<Channel> {
  if (response.channel) return response.channel;
  throw await refusedUpgrade(response);
}

/** What a server says that does not upgrade a connection. */
export async function refusedUpgrade(response: HttpResponse): Promise<ApiError | CommandError> {
  const text = await textOf(response);
  let status: Status | undefined;
  try {
    status = JSON.parse(text) as Status;
  } catch {
    // a plain text is the kubelet's
  }
  if (status?.kind === 'Status') return new ApiError(status);
  return failure(`unable to upgrade connection: ${text.trim()}`);
}

function exitStatus(status: Status | undefined): number {
  if (!status || status.status === 'Success') return 0;
  if (status.reason === 'NonZeroExitCode') {
    const code = Number(status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message ?? '1');
    throw new CommandError(`command terminated with exit code ${code}`, code);
  }
  throw failure(status.message ?? 'unknown error');
}
