import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completePodsAndContainers } from '../completion';
import { failure } from '../errors';
import { containerFlag, podRunningTimeoutFlag } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { completed, containerOf, phaseOf, podOf } from '../pods';
import type { StreamOptions } from '../terminal';
import { listAt } from '../value';
import { remote, terminalOptions } from './exec';

export const attachNotes = `All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
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
    podRunningTimeoutFlag,
    { name: 'quiet', short: 'q', kind: 'bool', usage: 'Only print output of the remote session' },
    { name: 'stdin', short: 'i', kind: 'bool', usage: 'Pass stdin to the container' },
    { name: 'tty', short: 't', kind: 'bool', usage: 'Stdin is a TTY' },
  ],
  run,
  complete: completePodsAndContainers,
};

async function run({ k, flags, args }: Invocation): Promise<number> {
  if (args.length === 0) throw failure('at least 1 argument is required for attach');
  if (args.length > 2)
    throw failure(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`);
  const pod = await podOf(k, args.length === 2 ? args.join('/') : args[0]!);
  if (completed(pod)) throw failure(`cannot attach a container in a completed pod; current phase is ${phaseOf(pod)}`);
  const quiet = flags.bool('quiet');
  const container = await containerOf(k, pod, flags.string('container'), quiet);
  return attachTo(k, pod, container, { stdin: flags.bool('stdin'), tty: flags.bool('tty'), quiet });
}

/** Attaches to a container of a running pod. */
export async function attachTo(
  k: Kubectl,
  pod: KubeObject,
  container: string,
  wanted: StreamOptions & { quiet: boolean },
): Promise<number> {
  const spec = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'ephemeralContainers')].find((c) => c.name === container);
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
    await k.out(
      `Session ended, resume using 'kubectl attach ${pod.metadata.name} -c ${container} -n ${pod.metadata.namespace} -i -t' command\n`,
    );
  }
  return status;
}
