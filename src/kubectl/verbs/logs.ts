import type { HttpResponse, KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completePodsAndContainers } from '../completion';
import { AggregateFailure, failure, isNotFound, refusal, usageError } from '../errors';
import { containerFlag, labelSelectorFlag, podRunningTimeoutFlag } from '../flag-sets';
import { containerOf, containersOf, pods, podsOf } from '../pods';

const expected = `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command`;

export const logs: Command = {
  use: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  short: 'Print the logs for a container in a pod',
  group: 'trouble',
  long: 'Print the logs for a container in a pod or specified resource. If the pod has only one container, the container name is optional.',
  example: `  # The logs of pod nginx, which has one container
  kubectl logs nginx
  
  # The logs of all containers of pod nginx
  kubectl logs nginx --all-containers=true
  
  # The logs of the container web-1 that ran before
  kubectl logs -p -c ruby web-1
  
  # Follow the logs of the container ruby in pod web-1
  kubectl logs -f -c ruby web-1
  
  # The last 20 lines of pod nginx
  kubectl logs --tail=20 nginx
  
  # What pod nginx wrote in the last hour
  kubectl logs --since=1h nginx`,
  flags: [
    { name: 'all-containers', kind: 'bool', usage: 'Get the logs of all containers of the pod(s).' },
    { name: 'all-pods', kind: 'bool', usage: 'Get the logs of all pods of the object. Sets --prefix.' },
    containerFlag(),
    { name: 'follow', short: 'f', kind: 'bool', usage: 'Go on printing what is written.' },
    { name: 'ignore-errors', kind: 'bool', usage: 'While following, errors of a single log do not end the command.' },
    { name: 'insecure-skip-tls-verify-backend', kind: 'bool', usage: "Skip the check of the kubelet's certificate." },
    { name: 'limit-bytes', kind: 'int', value: '0', usage: 'Most bytes to print. No limit by default.' },
    { name: 'max-log-requests', kind: 'int', value: '5', usage: 'Most logs to follow at once with a selector.' },
    { ...podRunningTimeoutFlag, value: '20s' },
    { name: 'prefix', kind: 'bool', usage: 'Put the pod and container before each line.' },
    {
      name: 'previous',
      short: 'p',
      kind: 'bool',
      usage: 'Print the log of the instance of the container that ran before, if there is one.',
    },
    labelSelectorFlag,
    {
      name: 'since',
      kind: 'duration',
      value: '0s',
      usage: 'Only what is newer than this, like 5s, 2m, or 3h. Only one of since-time / since.',
    },
    { name: 'since-time', kind: 'string', usage: 'Only what was written after this date (RFC3339). Only one of since-time / since.' },
    { name: 'tail', kind: 'int', value: '-1', usage: 'Lines at the end of the log to print. -1 for all; with a selector 10.' },
    { name: 'timestamps', kind: 'bool', usage: 'Put a time before each line.' },
  ],
  run,
  complete: completePodsAndContainers,
};

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** time.Parse's words for the first part of a date that is none. */
function timeProblem(text: string): string {
  const parts: readonly (readonly [RegExp, string])[] = [
    [/^\d{4}/, '2006'], [/^-/, '-'], [/^\d\d/, '01'], [/^-/, '-'], [/^\d\d/, '02'], [/^T/, 'T'],
    [/^\d\d/, '15'], [/^:/, ':'], [/^\d\d/, '04'], [/^:/, ':'], [/^\d\d(\.\d+)?/, '05'], [/^(Z|[+-]\d\d:\d\d)/, 'Z07:00'],
  ]; // prettier-ignore
  let rest = text;
  for (const [shape, name] of parts) {
    const match = shape.exec(rest);
    if (!match) return `parsing time "${text}" as "2006-01-02T15:04:05Z07:00": cannot parse "${rest}" as "${name}"`;
    rest = rest.slice(match[0].length);
  }
  return `parsing time "${text}": extra text: "${rest}"`;
}

interface Source {
  readonly pod: KubeObject;
  readonly container: string;
}

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, path } = call;
  const selector = flags.string('selector');
  if (args.length > 2 || (args.length === 0 && !selector)) throw usageError(path, expected);
  if (args.length === 2 && flags.string('container')) throw failure('only one of -c or an inline [CONTAINER] arg is allowed');
  const container = args[1] ?? flags.string('container');
  if (selector && args.length > 0) throw usageError(path, 'only a selector (-l) or a POD name is allowed');
  if (flags.string('since-time') && flags.changed('since')) throw failure('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (flags.string('since-time') && !rfc3339.test(flags.string('since-time'))) throw failure(timeProblem(flags.string('since-time')));
  if (flags.changed('pod-running-timeout') && flags.duration('pod-running-timeout') <= 0)
    throw failure('--pod-running-timeout must be higher than zero');
  const namespace = await k.namespace();
  let found: KubeObject[];
  if (selector) {
    found = await pods(k, selector);
    if (found.length === 0) {
      await k.err(`No resources found in ${namespace} namespace.\n`);
      return 0;
    }
  } else {
    try {
      found = await podsOf(k, args[0]!, 'get the logs from', flags.duration('pod-running-timeout'));
      if (!flags.bool('all-pods')) {
        const [first] = found;
        if (found.length > 1) await k.err(`Found ${found.length} pods, using pod/${first!.metadata.name}\n`);
        found = [first!];
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
      throw failure(`error from server (NotFound): ${error.message} in namespace "${namespace}"`);
    }
  }
  if (flags.changed('since') && flags.duration('since') < 0) throw failure('--since must be greater than 0');
  if (flags.changed('tail') && flags.int('tail') < -1) throw failure('--tail must be greater than or equal to -1');
  if (flags.int('limit-bytes') < 0) throw failure('--limit-bytes must be greater than 0');
  if (flags.bool('all-containers') && container)
    throw failure('--all-containers=true should not be specified with container name ' + container);
  const sources: Source[] = [];
  for (const pod of found) {
    if (flags.bool('all-containers')) {
      const order = { init: 0, container: 1, ephem: 2 };
      const all = containersOf(pod).sort((a, b) => order[a.kind] - order[b.kind]);
      sources.push(...all.map(({ name }) => ({ pod, container: name })));
    } else sources.push({ pod, container: await containerOf(k, pod, container, flags.bool('all-pods')) });
  }
  if (flags.bool('follow') && sources.length > 1) return followAll(call, sources);
  for (const source of sources) await printLog(call, source, (text) => k.out(text));
  return 0;
}

async function followAll(call: Invocation, sources: readonly Source[]): Promise<number> {
  const { k, flags } = call;
  const most = flags.int('max-log-requests');
  if (sources.length > most) {
    throw failure(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
    );
  }
  let turn: Promise<void> = Promise.resolve();
  const write = (text: string): Promise<void> => (turn = turn.then(() => k.out(text)));
  const results = await Promise.allSettled(sources.map((source) => printLog(call, source, write)));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (errors.length > 0) throw new AggregateFailure(errors);
  return 0;
}

async function printLog(call: Invocation, { pod, container }: Source, write: (text: string) => Promise<void>): Promise<void> {
  const { k, flags } = call;
  const mapping = (await k.mapper()).need('pods');
  const tail = flags.changed('tail') ? flags.int('tail') : flags.string('selector') ? 10 : -1;
  const since = flags.duration('since');
  const query = {
    container,
    follow: flags.bool('follow') || undefined,
    previous: flags.bool('previous') || undefined,
    timestamps: flags.bool('timestamps') || undefined,
    tailLines: tail >= 0 ? tail : undefined,
    sinceSeconds: since > 0 ? Math.ceil(since / 1000) : undefined,
    sinceTime: flags.string('since-time') || undefined,
    limitBytes: flags.int('limit-bytes') || undefined,
  };
  const prefix = flags.bool('prefix') || flags.bool('all-pods') ? `[pod/${pod.metadata.name}/${container}] ` : '';
  await k.cancellable(async (signal) => {
    const response = await openLog(call, () =>
      k.send('GET', k.path(mapping, pod.metadata.namespace, pod.metadata.name, 'log'), { query, signal }),
    );
    const chunks = typeof response.body === 'string' ? [response.body] : response.body;
    if (!prefix) {
      for await (const chunk of chunks) await write(chunk);
      return;
    }
    let rest = '';
    for await (const chunk of chunks) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop()!;
      if (parts.length > 0) await write(parts.map((line) => `${prefix}${line}\n`).join(''));
    }
    if (rest) await write(prefix + rest);
  });
}

/** How long a followed log of a container that is still being made is waited for before the next try, ms. */
const creatingMs = 1000;

/** The log's answer. With `--follow`, a container that is being created is waited for, and said so. */
async function openLog({ k, flags }: Invocation, ask: () => Promise<HttpResponse>): Promise<HttpResponse> {
  for (;;) {
    const response = await ask();
    if (response.status === 200) return response;
    const error = await refusal(response);
    if (!flags.bool('follow') || !/ is waiting to start: (ContainerCreating|PodInitializing)$/.test(error.message)) throw error;
    await k.err(`${error.message}\n`);
    await k.proc.nanosleep(creatingMs);
  }
}
