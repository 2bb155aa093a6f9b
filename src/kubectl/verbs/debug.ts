import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completePodsAndContainers } from '../completion';
import { failure } from '../errors';
import { containerFlag } from '../flag-sets';
import { podOf, waitForPod } from '../pods';
import { type Fields, fieldsAt, goJson, listAt, textAt } from '../value';
import { attachTo } from './attach';

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

export const debug: Command = {
  use: 'debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  short: 'Create debugging sessions for troubleshooting workloads and nodes',
  group: 'trouble',
  long: `Debug cluster resources with an ephemeral container: one that is added to a running pod, with tools that its image does not have.`,
  example: `  # A shell beside the containers of pod mypod
  kubectl debug mypod -it --image=busybox
  
  # In the namespaces of one of its containers
  kubectl debug mypod -it --image=busybox --target=app`,
  flags: [
    {
      name: 'attach',
      kind: 'bool',
      usage: "If true, wait for the container to start running, and then attach as if 'kubectl attach' were called.",
    },
    containerFlag(),
    { name: 'copy-to', kind: 'string', usage: 'Create a copy of the target Pod with this name.' },
    { name: 'env', kind: 'array', usage: 'Environment variables to set in the container.' },
    { name: 'image', kind: 'string', usage: 'Container image to use for debug container.' },
    { name: 'image-pull-policy', kind: 'string', usage: 'The image pull policy for the container.' },
    {
      name: 'profile',
      kind: 'string',
      value: 'general',
      usage: 'Options are "legacy", "general", "baseline", "netadmin", "restricted" or "sysadmin".',
    },
    { name: 'quiet', short: 'q', kind: 'bool', usage: 'If true, suppress informational messages.' },
    { name: 'stdin', short: 'i', kind: 'bool', usage: 'Keep stdin open on the container(s) in the pod, even if nothing is attached.' },
    { name: 'target', kind: 'string', usage: 'Target processes in this container name.' },
    { name: 'tty', short: 't', kind: 'bool', usage: 'Allocate a TTY for the debugging container.' },
  ],
  run,
  complete: completePodsAndContainers,
};

async function run({ k, flags, args, dashAt }: Invocation): Promise<number> {
  const words = dashAt < 0 ? args : args.slice(0, dashAt);
  const command = dashAt < 0 ? [] : args.slice(dashAt);
  const image = flags.string('image');
  if (flags.string('copy-to')) throw failure('--copy-to is not available in this sandbox');
  if (!image) throw failure('you must specify --image when not using --copy-to.');
  if (words.length === 0) throw failure('NAME is required for debug');
  const pod = await podOf(k, words[0]!);
  const quiet = flags.bool('quiet');
  let name = flags.string('container');
  if (!name) {
    const letters = Array.from({ length: 5 }, () => suffixLetters[Math.floor(k.proc.clock.random() * suffixLetters.length)]!);
    name = `debugger-${letters.join('')}`;
    if (!quiet) await k.out(`Defaulting debug container name to ${name}.\n`);
  }
  const target = flags.string('target');
  if (target && !quiet)
    await k.out(
      `Targeting container "${target}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
    );
  const env = flags.list('env').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }));
  const container: Fields = {
    name,
    image,
    ...(command.length > 0 ? { command } : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(flags.string('image-pull-policy') ? { imagePullPolicy: flags.string('image-pull-policy') } : {}),
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
    ...(target ? { targetContainerName: target } : {}),
    resources: {},
    securityContext: { capabilities: { add: ['SYS_PTRACE'] } },
  };
  const mapping = (await k.mapper()).need('pods');
  const body = goJson({ spec: { ephemeralContainers: [...listAt(pod, 'spec', 'ephemeralContainers'), container] } });
  const path = k.path(mapping, pod.metadata.namespace, pod.metadata.name, 'ephemeralcontainers');
  await k.json<KubeObject>('PATCH', path, { body, contentType: 'application/strategic-merge-patch+json' });
  const attaching = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
  if (!attaching) return 0;
  const status = (one: KubeObject): Fields =>
    fieldsAt(
      listAt(one, 'status', 'ephemeralContainerStatuses').find((entry) => entry.name === name),
      'state',
    );
  const started = await waitForPod(k, pod.metadata.name ?? '', 0, (one) => Boolean(status(one).running ?? status(one).terminated));
  if (!started) throw failure(`ephemeral container "${name}" not found`);
  if (status(started).terminated) {
    await k.out(await k.text('GET', k.path(mapping, pod.metadata.namespace, pod.metadata.name, 'log'), { query: { container: name } }));
    return Number(textAt(status(started), 'terminated', 'exitCode') || '0');
  }
  return attachTo(k, started, name, { stdin: flags.bool('stdin'), tty: flags.bool('tty'), quiet });
}
