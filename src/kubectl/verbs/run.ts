import { decode, DecodeError, type KubeObject } from '../../kube/api';
import { patchedJson, patchedMerge, patchedStrategic } from '../apply/patched';
import type { Command, Invocation } from '../command';
import { type DryRun, dryRunOf, dryRunQuery } from '../dry-run';
import { CommandError, failure, usageError } from '../errors';
import { readFile } from '../files';
import { detachKeysFlag, dryRunFlag, fieldManagerFlag, podRunningTimeoutFlag, saveConfigFlag } from '../flag-sets';
import { completed, containerOf, phaseOf, waitForPod } from '../pods';
import { objectFormats, objectPrinter, type ObjectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { labelsOf } from '../selectors';
import { type Fields, fieldsAt, isFields, listAt, textAt } from '../value';
import { documents } from '../yaml';
import { withTypedLastApplied } from './apply';
import { attachOrLog, printLog } from './attach';
import { deletedText, deletionFlags, propagation } from './delete';
import { nameProblem } from './set/variables';

export const run: Command = {
  use: 'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  short: 'Run a particular image on the cluster',
  group: 'beginner',
  long: 'Create and run a particular image in a pod.',
  example: `  # Start a pod
  kubectl run nginx --image=nginx
  
  # Only print the object
  kubectl run nginx --image=nginx --dry-run=client
  
  # Start a shell in the foreground, not restarted when it ends
  kubectl run -i -t busybox --image=busybox --restart=Never
  
  # With arguments for the image's own command
  kubectl run nginx --image=nginx -- <arg1> <arg2> ... <argN>
  
  # With another command
  kubectl run nginx --image=nginx --command -- <cmd> <arg1> ... <argN>`,
  flags: [
    { name: 'annotations', kind: 'array', usage: 'Annotations to apply to the pod.' },
    { name: 'attach', kind: 'bool', usage: 'If true, wait for the pod to run, then attach to it. On with -i/--stdin.' },
    { name: 'command', kind: 'bool', usage: "If true, the words after -- are the container's command, not its arguments." },
    dryRunFlag,
    { name: 'env', kind: 'array', usage: 'Environment variables to set in the container.' },
    { name: 'expose', kind: 'bool', usage: 'If true, create a ClusterIP service for the pod. Requires --port.' },
    detachKeysFlag,
    fieldManagerFlag('kubectl-run'),
    { name: 'image', kind: 'string', required: true, usage: 'The image of the container.' },
    { name: 'image-pull-policy', kind: 'string', usage: 'The image pull policy of the container.' },
    { name: 'labels', short: 'l', kind: 'string', usage: 'Labels of the pod, separated by commas.' },
    { name: 'leave-stdin-open', kind: 'bool', usage: 'If true, standard input stays open after the first attach.' },
    ...outputFlags(),
    { name: 'override-type', kind: 'string', value: 'merge', usage: 'How --overrides is laid over the object: json, merge, or strategic.' },
    { name: 'overrides', kind: 'string', usage: 'JSON that is laid over the object.' },
    podRunningTimeoutFlag,
    { name: 'port', kind: 'string', usage: 'The port that the container exposes.' },
    { name: 'privileged', kind: 'bool', usage: 'If true, run the container in privileged mode.' },
    { name: 'quiet', short: 'q', kind: 'bool', usage: 'If true, suppress prompt messages.' },
    { name: 'restart', kind: 'string', value: 'Always', usage: 'The restart policy of the pod: Always, OnFailure, Never.' },
    { name: 'rm', kind: 'bool', usage: 'If true, delete the pod when the attached session ends.' },
    saveConfigFlag,
    { name: 'stdin', short: 'i', kind: 'bool', usage: 'Keep standard input open on the container, even if nothing is attached.' },
    { name: 'tty', short: 't', kind: 'bool', usage: 'Allocate a TTY for the container.' },
    ...deletionFlags,
  ],
  run: runPod,
};

async function runPod(call: Invocation): Promise<number> {
  const { k, flags, args, dashAt, path } = call;
  await k.connection();
  const dryRun = await dryRunOf(k, flags);
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats, true);
  const words = dashAt < 0 ? args : args.slice(0, dashAt);
  if (words.length === 0) throw usageError(path, 'NAME is required for run');
  if (flags.changed('pod-running-timeout') && flags.duration('pod-running-timeout') <= 0)
    throw usageError(path, '--pod-running-timeout must be higher than zero');
  const name = words[0]!;
  const image = flags.string('image');
  const [stdin, tty] = [flags.bool('stdin'), flags.bool('tty')];
  const attaching = flags.changed('attach') ? flags.bool('attach') : stdin || tty;
  if (!image) throw failure('--image is required');
  if (!imageName.test(image)) throw failure(`Invalid image name "${image}": invalid reference format`);
  if (tty && !stdin) throw usageError(path, '-i/--stdin is required for containers with -t/--tty=true');
  if (flags.bool('expose') && !flags.string('port')) throw usageError(path, '--port must be set when exposing a service');
  if (!['Always', 'OnFailure', 'Never'].includes(flags.string('restart')))
    throw usageError(path, `invalid restart policy: ${flags.string('restart')}`);
  const pull = flags.string('image-pull-policy');
  if (pull && !['Always', 'IfNotPresent', 'Never'].includes(pull)) throw usageError(path, `invalid image pull policy: ${pull}`);
  if (flags.bool('rm') && !attaching) throw usageError(path, '--rm should only be used for attached containers');
  if (attaching && dryRun !== 'none')
    throw usageError(path, `--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)`);
  propagation(flags);
  let pod = await podOf(call, name, args.slice(1));
  if (flags.bool('save-config') && dryRun !== 'client') pod = withTypedLastApplied(pod);
  const mapping = (await k.mapper()).need('pods');
  const namespace = await k.namespace();
  const query = { fieldManager: flags.string('field-manager'), dryRun: dryRunQuery(dryRun) };
  const made =
    dryRun === 'client' ? pod : await k.json<KubeObject>('POST', k.path(mapping, namespace), { query, body: JSON.stringify(pod) });
  if (!attaching) {
    if (flags.bool('expose')) await expose(call, made, dryRun, printer);
    await report(k, printer, made, mapping, 'created', dryRun);
    return 0;
  }
  if (!flags.bool('rm')) return session(call, made);
  try {
    return await session(call, made);
  } finally {
    const body = JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: propagation(flags) });
    await k.text('DELETE', k.path(mapping, namespace, name), { body });
    if (!flags.bool('quiet')) await k.out(`${deletedText(mapping, name, namespace, 'deleted')}\n`);
  }
}

/** --expose: a service of the pod's name for its port. */
async function expose(call: Invocation, pod: KubeObject, dryRun: DryRun, printer: ObjectPrinter | undefined): Promise<void> {
  const { k, flags } = call;
  const port = Number(flags.string('port'));
  const service = {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: pod.metadata.name, ...(k.namespaceGiven ? { namespace: await k.namespace() } : {}) },
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: pod.metadata.labels },
    status: { loadBalancer: {} },
  } as unknown as KubeObject;
  const mapping = (await k.mapper()).need('services');
  const query = { fieldManager: flags.string('field-manager'), dryRun: dryRunQuery(dryRun) };
  const path = k.path(mapping, await k.namespace());
  const made = dryRun === 'client' ? service : await k.json<KubeObject>('POST', path, { query, body: JSON.stringify(service) });
  await report(k, printer, made, mapping, 'created', dryRun);
  if (printer?.format === 'yaml') await k.out('---\n');
}

export const imageName =
  /^(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/;

/** --annotations, a pair each; those that are none are told together. */
function annotationsOf(list: readonly string[]): Record<string, string> {
  const wrong = list.filter((pair) => pair.indexOf('=') < 1);
  if (wrong.length > 0) throw failure(`invalid annotations format: ${wrong.join(', ')}`);
  return Object.fromEntries(list.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** A pod as its Go type holds it: what that does not know is gone. */
function onlyKnown(pod: Fields): Fields {
  try {
    return decode(pod, { group: '', version: 'v1', kind: 'Pod' }).object as unknown as Fields;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw failure(error.message);
  }
}

async function podOf({ k, flags }: Invocation, name: string, words: readonly string[]): Promise<KubeObject> {
  const env = flags.list('env').map((text) => {
    const equals = text.indexOf('=');
    if (equals <= 0 || nameProblem(text.slice(0, equals))) throw failure(`invalid env: ${text}`);
    return { name: text.slice(0, equals), ...(text.slice(equals + 1) ? { value: text.slice(equals + 1) } : {}) };
  });
  const port = flags.string('port');
  if (port && !/^\d+$/.test(port)) throw failure(`strconv.Atoi: parsing "${port}": invalid syntax`);
  const [stdin, tty] = [flags.bool('stdin'), flags.bool('tty')];
  const container = {
    name,
    image: flags.string('image'),
    ...(words.length > 0 ? (flags.bool('command') ? { command: [...words] } : { args: [...words] }) : {}),
    ...(port ? { ports: [{ containerPort: Number(port) }] } : {}),
    ...(env.length > 0 ? { env } : {}),
    resources: {},
    ...(flags.string('image-pull-policy') ? { imagePullPolicy: flags.string('image-pull-policy') } : {}),
    ...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
    ...(stdin ? { stdin: true } : {}),
    ...(stdin && !flags.bool('leave-stdin-open') ? { stdinOnce: true } : {}),
    ...(tty ? { tty: true } : {}),
  };
  const annotations = annotationsOf(flags.list('annotations'));
  const pod: KubeObject = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      ...(k.namespaceGiven ? { namespace: await k.namespace() } : {}),
      labels: flags.changed('labels') ? labelsOf(flags.string('labels')) : { run: name },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    spec: { containers: [container], restartPolicy: flags.string('restart'), dnsPolicy: 'ClusterFirst' },
    status: {},
  };
  const overrides = flags.string('overrides');
  if (!overrides) return pod;
  const merged = onlyKnown(overridden(pod, overrides, flags.string('override-type')));
  const containers = listAt(merged, 'spec', 'containers').map((one) => ({ ...one, resources: one.resources ?? {} }));
  return { ...merged, spec: { ...fieldsAt(merged, 'spec'), containers } } as unknown as KubeObject;
}

/** --overrides laid over the object as --override-type says. */
function overridden(pod: KubeObject, overrides: string, type: string): Fields {
  if (!['merge', 'json', 'strategic'].includes(type)) throw failure(`invalid override type: ${type}`);
  let change: unknown;
  try {
    change = documents(overrides)[0];
  } catch {
    throw failure('Invalid JSON Patch');
  }
  if (type === 'json') {
    if (!Array.isArray(change)) throw failure('Invalid JSON Patch');
    return patchedJson(pod, change as Parameters<typeof patchedJson>[1]) as Fields;
  }
  if (!isFields(change)) throw failure('Invalid JSON Patch');
  return (type === 'merge' ? patchedMerge(pod, change) : patchedStrategic(pod as unknown as Fields, change)) as Fields;
}

/** Attaches to the new pod as soon as it runs; its log when it has already ended. The status is the container's. */
async function session(call: Invocation, made: KubeObject): Promise<number> {
  const { k, flags } = call;
  const name = made.metadata.name ?? '';
  const quiet = flags.bool('quiet');
  const ready = (pod: KubeObject): boolean => completed(pod) || (phaseOf(pod) === 'Running' && running(pod));
  const pod = await waitForPod(k, name, flags.duration('pod-running-timeout'), ready);
  if (!pod) throw failure('timed out waiting for the condition');
  const container = await containerOf(k, pod, '', true);
  if (completed(pod)) await printLog(k, pod, container);
  else await attachOrLog(k, pod, container, { stdin: flags.bool('stdin'), tty: flags.bool('tty'), quiet });
  if (flags.string('restart') === 'Always' || flags.bool('leave-stdin-open')) return 0;
  const ended = await waitForPod(k, name, 0, completed);
  if (!ended || phaseOf(ended) === 'Succeeded') return 0;
  const terminated = fieldsAt(listAt(ended, 'status', 'containerStatuses')[0], 'state', 'terminated');
  const code = Number(terminated.exitCode ?? 0);
  if (code === 0) throw failure(`pod ${ended.metadata.namespace}/${name} failed with unknown exit code`);
  throw new CommandError(
    `pod ${ended.metadata.namespace}/${name} terminated (${textAt(terminated, 'reason')})\n${textAt(terminated, 'message')}`,
    code,
  );
}

const running = (pod: KubeObject): boolean =>
  listAt(pod, 'status', 'conditions').some((condition) => condition.type === 'Ready' && condition.status === 'True');
