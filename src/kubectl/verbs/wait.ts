import { type KubeObject, lines } from '../../kube/api';
import type { Command, Invocation } from '../command';
import type { Mapping } from '../discovery';
import { AggregateFailure, describeError, failure, isNotFound, refusal } from '../errors';
import { fileFlags, selectorFlags } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { readFile } from '../files';
import { nameOfObject, type ObjectPrinter, objectPrinter, outputFlags } from '../printers';
import { JsonPath, JsonPathError, relaxed, valueText } from '../printers/jsonpath';
import { targets } from '../resources';
import { listAt, textAt } from '../value';
import { waitUntilGone } from './delete';

export const wait: Command = {
  use: "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  short: 'Wait for a specific condition on one or many resources',
  group: 'advanced',
  long: `Wait for a specific condition on one or many resources.

 The command takes objects and waits until the condition holds of each of them: a condition of their status, their deletion, or a value at a JSONPath.`,
  example: `  # Wait until the pod busybox1 is ready
  kubectl wait --for=condition=Ready pod/busybox1
  
  # Wait until it runs
  kubectl wait --for=jsonpath='{.status.phase}'=Running pod/busybox1
  
  # Wait at most a minute until it is deleted
  kubectl wait --for=delete pod/busybox1 --timeout=60s`,
  flags: [
    { name: 'all', kind: 'bool', usage: 'Select all resources in the namespace of the specified resource types' },
    { name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'If present, wait for objects of all namespaces.' },
    ...fileFlags('identifying the resource.')
      .filter(({ name }) => name !== 'kustomize')
      .map((flag) => (flag.name === 'recursive' ? { ...flag, value: 'true' } : flag)),
    ...selectorFlags,
    {
      name: 'for',
      kind: 'array',
      usage:
        "The condition: [create|delete|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]]. The default condition-value is true.",
    },
    { name: 'local', kind: 'bool', usage: 'If true, work on the files only, without the server.' },
    ...outputFlags(),
    {
      name: 'timeout',
      kind: 'duration',
      value: '30s',
      usage: "How long to wait. Zero means check once and don't wait, negative means wait for a week.",
    },
  ],
  run,
};

type Condition = { readonly kind: 'delete' } | { readonly kind: 'create' } | { readonly kind: 'met'; holds(object: KubeObject): boolean };

function conditionOf(text: string): Condition {
  if (text.toLowerCase() === 'delete') return { kind: 'delete' };
  if (text.toLowerCase() === 'create') return { kind: 'create' };
  if (text.startsWith('condition=')) {
    const [name = '', value = 'true'] = text.slice('condition='.length).split('=');
    const fits = (condition: unknown): boolean =>
      textAt(condition, 'type').toLowerCase() === name.toLowerCase() && textAt(condition, 'status').toLowerCase() === value.toLowerCase();
    return { kind: 'met', holds: (object) => listAt(object, 'status', 'conditions').some(fits) };
  }
  if (text.startsWith('jsonpath=')) return jsonPathCondition(text.slice('jsonpath='.length));
  throw failure(text === '' ? 'unrecognized condition: []' : `unrecognized condition: "${text}"`);
}

function jsonPathCondition(text: string): Condition {
  if (text === '') throw failure('jsonpath expression cannot be empty');
  const close = text.lastIndexOf('}=');
  const [expression, value] =
    close >= 0 ? [text.slice(0, close + 1), text.slice(close + 2)] : text.endsWith('}') ? [text, undefined] : splitPlain(text);
  if (value === '') throw failure("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
  let path: JsonPath;
  try {
    path = new JsonPath(relaxed(expression), true);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw failure(error.message);
  }
  const wanted = value?.replace(/^(["'])(.*)\1$/, '$2');
  return {
    kind: 'met',
    holds(object) {
      const values = path.find(object).flat();
      if (wanted === undefined) return values.length > 0;
      if (values.length > 1) throw failure('given jsonpath expression matches more than one value');
      if (typeof values[0] === 'object' && values[0] !== null)
        throw failure('jsonpath leads to a nested object or list which is not supported');
      return values.length === 1 && valueText(values[0]) === wanted;
    },
  };
}

function splitPlain(text: string): [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** Several conditions are waited for one after the other, each as long as --timeout says; what fails is told at the end. */
async function run(call: Invocation): Promise<number> {
  const { k, flags } = call;
  await k.connection();
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  const conditions = (call.flags.list('for').length > 0 ? call.flags.list('for') : ['']).map(conditionOf);
  const errors: unknown[] = [];
  for (const condition of conditions) {
    try {
      await waitFor(call, condition, printer);
    } catch (error) {
      if (conditions.length === 1) throw error;
      // the same said of several conditions is said once
      for (const one of error instanceof AggregateFailure ? error.errors : [error])
        if (!errors.some((other) => describeError(other)?.text === describeError(one)?.text)) errors.push(one);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return 0;
}

async function waitFor({ k, flags, args }: Invocation, condition: Condition, printer: ObjectPrinter | undefined): Promise<number> {
  const timeout = flags.duration('timeout');
  const timeoutMs = timeout < 0 ? 7 * 24 * 3_600_000 : timeout;
  const deadline = k.proc.clock.now() + timeoutMs;
  const selection = { labelSelector: flags.string('selector') || undefined, fieldSelector: flags.string('field-selector') || undefined };
  const list = await targets(k, {
    args,
    flags,
    allNamespaces: flags.bool('all-namespaces'),
    selector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    typeAlone: flags.bool('all'),
  });
  const errors: unknown[] = [];
  const found: { mapping: Mapping; namespace: string | undefined; name: string; object: KubeObject | undefined }[] = [];
  for (const target of list) {
    const { mapping, namespace } = target;
    if (target.kind === 'list') {
      const items = await listed(k, mapping, namespace, selection, condition.kind === 'create' ? deadline : undefined);
      found.push(...items.map((object) => ({ mapping, namespace: object.metadata.namespace, name: object.metadata.name ?? '', object })));
      continue;
    }
    let object: KubeObject | undefined;
    try {
      const createdBy = condition.kind === 'create' ? deadline : undefined;
      object = await liveObject(k, mapping, namespace, target.name, createdBy, condition.kind !== 'met');
    } catch (error) {
      errors.push(error);
      continue;
    }
    if (object || condition.kind !== 'delete') found.push({ mapping, namespace, name: target.name, object });
  }
  if (found.length === 0 && errors.length === 0) {
    if (condition.kind === 'delete') return 0;
    throw failure('no matching resources found');
  }
  for (const one of found) {
    const { mapping, namespace, name } = one;
    const left = Math.max(0, deadline - k.proc.clock.now());
    // once the time is over nothing is looked at any more
    const late = timeoutMs > 0 && left === 0;
    let met = condition.kind === 'create' && one.object !== undefined;
    if (condition.kind === 'delete') met = await gone(k, one, left);
    else if (condition.kind === 'met' && !late) met = await becomes(k, mapping, namespace, name, left, (object) => condition.holds(object));
    if (met && printer) {
      const now = condition.kind === 'delete' ? one.object : await k.json<KubeObject>('GET', k.path(mapping, namespace, name));
      await k.out(printer.text({ apiVersion: mapping.groupVersion, kind: mapping.kind, ...(now ?? { metadata: { name } }) }, mapping));
    } else if (met) await k.out(`${nameOfObject(one.object ?? { metadata: { name } }, mapping)} condition met\n`);
    else
      errors.push(
        failure(
          condition.kind === 'create'
            ? 'timed out waiting for the condition'
            : timeoutMs === 0
              ? `condition not met for ${mapping.resource}/${name}`
              : `timed out waiting for the condition on ${mapping.resource}/${name}`,
        ),
      );
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return 0;
}

/** The objects of a type; for --for=create, once there are some. */
async function listed(
  k: Kubectl,
  mapping: Mapping,
  namespace: string | undefined,
  query: Readonly<Record<string, string | undefined>>,
  createdBy: number | undefined,
): Promise<KubeObject[]> {
  for (;;) {
    const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, namespace), { query });
    if (items.length > 0 || createdBy === undefined)
      return items.map((item) => ({ ...item, apiVersion: mapping.groupVersion, kind: mapping.kind }));
    if (k.proc.clock.now() >= createdBy) throw failure('timed out waiting for the condition');
    await k.proc.nanosleep(500);
  }
}

async function liveObject(
  k: Kubectl,
  mapping: Mapping,
  namespace: string | undefined,
  name: string,
  createdBy: number | undefined,
  mayMiss: boolean,
): Promise<KubeObject | undefined> {
  for (;;) {
    try {
      return await k.json<KubeObject>('GET', k.path(mapping, namespace, name));
    } catch (error) {
      if (!isNotFound(error) || !mayMiss) throw error;
      if (createdBy === undefined || k.proc.clock.now() >= createdBy) return undefined;
      await k.proc.nanosleep(500);
    }
  }
}

async function gone(
  k: Kubectl,
  one: { mapping: Mapping; namespace: string | undefined; name: string; object: KubeObject | undefined },
  timeoutMs: number,
): Promise<boolean> {
  if (timeoutMs > 0) return waitUntilGone(k, one, one.object?.metadata.uid, timeoutMs);
  return (await liveObject(k, one.mapping, one.namespace, one.name, undefined, true)) === undefined;
}

/** Whether an object comes to satisfy `holds` before the time is over. Deleted meanwhile, it does not. */
async function becomes(
  k: Kubectl,
  mapping: Mapping,
  namespace: string | undefined,
  name: string,
  timeoutMs: number,
  holds: (object: KubeObject) => boolean,
): Promise<boolean> {
  const path = k.path(mapping, namespace);
  const fieldSelector = `metadata.name=${name}`;
  const deadline = k.proc.clock.now() + timeoutMs;
  for (;;) {
    const list = await k.json<{ metadata: { resourceVersion?: string }; items: KubeObject[] }>('GET', path, { query: { fieldSelector } });
    // what a list holds does not say what it is
    const [found] = list.items;
    if (found && holds({ ...found, apiVersion: mapping.groupVersion, kind: mapping.kind })) return true;
    const left = deadline - k.proc.clock.now();
    if (left <= 0) return false;
    const met = await k.cancellable(async (signal) => {
      const query = {
        fieldSelector,
        watch: true,
        resourceVersion: list.metadata.resourceVersion,
        timeoutSeconds: Math.max(1, Math.ceil(left / 1000)),
      };
      const response = await k.send('GET', path, { query, signal });
      if (response.status !== 200) throw await refusal(response);
      for await (const line of lines(response.body)) {
        const event = JSON.parse(line) as { type: string; object: KubeObject };
        if ((event.type === 'ADDED' || event.type === 'MODIFIED') && holds(event.object)) return true;
        if (k.proc.clock.now() >= deadline) return false;
      }
      return false;
    });
    if (met) return true;
  }
}
