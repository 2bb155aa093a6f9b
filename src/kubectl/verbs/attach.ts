import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completePods } from '../completion';
import { CommandError, failure, usageError } from '../errors';
import { containerFlag, detachKeysFlag, podRunningTimeoutFlag } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { completed, containerOf, containersOf, containersText, phaseOf, podOf } from '../pods';
import type { StreamOptions } from '../terminal';
import { type Fields, listAt } from '../value';
import { remote, terminalOptions } from './exec';

const attachNotes = `All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don't see a command prompt, try pressing enter.
`;

export const attach: Command = {
  use: 'attach (POD | TYPE/NAME) -c CONTAINER',
  short: 'Attach to a running container',
  group: 'trouble',
  long: 'Attach to a process that is already running inside an existing container.',
  example: `  # The output of pod mypod
  kubectl attach mypod
  
  # Its terminal
  kubectl attach mypod -c ruby-container -i -t`,
  flags: [
    containerFlag(),
    detachKeysFlag,
    podRunningTimeoutFlag,
    { name: 'quiet', short: 'q', kind: 'bool', usage: 'Only print output of the remote session' },
    { name: 'stdin', short: 'i', kind: 'bool', usage: 'Pass stdin to the container' },
    { name: 'tty', short: 't', kind: 'bool', usage: 'Stdin is a TTY' },
  ],
  run,
  complete: completePods,
};

async function run({ k, flags, args, path }: Invocation): Promise<number> {
  if (args.length === 0) throw failure('at least 1 argument is required for attach');
  if (args.length > 2)
    throw failure(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`);
  if (flags.duration('pod-running-timeout') <= 0) throw usageError(path, '--pod-running-timeout must be higher than zero');
  const pod = await podOf(k, args.length === 2 ? args.join('/') : args[0]!, flags.duration('pod-running-timeout'));
  if (completed(pod)) throw failure(`cannot attach a container in a completed pod; current phase is ${phaseOf(pod)}`);
  const quiet = flags.bool('quiet');
  const wanted = flags.string('container');
  if (wanted && !containersOf(pod).some(({ name }) => name === wanted))
    throw failure(
      `cannot attach to the container: container ${wanted} is not valid for pod ${pod.metadata.name} out of: ${containersText(pod)}`,
    );
  const container = await containerOf(k, pod, wanted, quiet);
  return attachTo(k, pod, container, { stdin: flags.bool('stdin'), tty: flags.bool('tty'), quiet });
}

/** Attaches to a container of a running pod. */
export async function attachTo(
  k: Kubectl,
  pod: KubeObject,
  container: string,
  wanted: StreamOptions & { quiet: boolean },
): Promise<number> {
  const named = (list: string): Fields | undefined => listAt(pod, 'spec', list).find((c) => c.name === container);
  const ephemeral = named('ephemeralContainers');
  const spec = named('containers') ?? named('initContainers') ?? ephemeral;
  let { tty } = wanted;
  if (tty && spec?.tty !== true) {
    tty = false;
    if (!wanted.quiet) await k.err(`error: Unable to use a TTY - container ${container} did not allocate one\n`);
  } else if (!tty && spec?.tty === true) tty = wanted.stdin && k.proc.isatty(0);
  const options = await terminalOptions(k, wanted.stdin, tty, wanted.quiet);
  if (!wanted.quiet) await k.err(attachNotes);
  const params = new URLSearchParams();
  params.append('container', container);
  if (options.stdin) params.append('stdin', 'true');
  params.append('stdout', 'true');
  if (!options.tty) params.append('stderr', 'true');
  else params.append('tty', 'true');
  const status = await remote(k, pod, 'attach', params, options);
  if (options.stdin && options.tty && !wanted.quiet) {
    const again = `'kubectl attach ${pod.metadata.name} -c ${container} -n ${pod.metadata.namespace} -i -t'`;
    const text = ephemeral
      ? `the ephemeral container will not be restarted but may be reattached using ${again} if it is still running`
      : `resume using ${again} command`;
    await k.out(`Session ended, ${text}\n`);
  }
  return status;
}

/** Attaches to a container that was just started; prints its log when that is too late. */
export async function attachOrLog(
  k: Kubectl,
  pod: KubeObject,
  container: string,
  wanted: StreamOptions & { quiet: boolean },
): Promise<void> {
  try {
    await attachTo(k, pod, container, wanted);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const why = error.text.replace(/^error: /, '');
    await k.err(`warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${why}\n`);
    // kubectl falls back once for each of its two transports
    for (let i = 0; i < 2; i++) await printLog(k, pod, container);
  }
}

export async function printLog(k: Kubectl, pod: KubeObject, container: string): Promise<void> {
  const mapping = (await k.mapper()).need('pods');
  await k.out(await k.text('GET', k.path(mapping, pod.metadata.namespace, pod.metadata.name, 'log'), { query: { container } }));
}
