import { type KubeObject, lines } from '../kube/api';
import { failure, refusal } from './errors';
import type { Kubectl } from './kubectl';
import { listing, splitPair } from './resources';
import { listAt, textAt } from './value';
import { labelsText } from './printers/table';

export interface ContainerName {
  readonly name: string;
  readonly kind: 'container' | 'init' | 'ephem';
}

/** A pod's containers in the order kubectl lists them. */
export function containersOf(pod: KubeObject): ContainerName[] {
  const named = (field: string, kind: ContainerName['kind']): ContainerName[] =>
    listAt(pod, 'spec', field).map((c) => ({ name: String(c.name), kind }));
  return [...named('containers', 'container'), ...named('ephemeralContainers', 'ephem'), ...named('initContainers', 'init')];
}

/** `app, sidecar, setup (init)` */
export const containersText = (pod: KubeObject): string =>
  containersOf(pod)
    .map(({ name, kind }) => (kind === 'container' ? name : `${name} (${kind})`))
    .join(', ');

/** The container that -c names, or the default one, with kubectl's note when there was a choice. */
export async function containerOf(
  k: Kubectl,
  pod: KubeObject,
  wanted: string,
  quiet: boolean,
  note: (text: string) => Promise<void> = (text) => k.err(text),
): Promise<string> {
  const all = containersOf(pod);
  if (wanted) {
    if (!all.some(({ name }) => name === wanted)) {
      throw failure(`container ${wanted} is not valid for pod ${pod.metadata.name} out of: ${containersText(pod)}`);
    }
    return wanted;
  }
  const annotated = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (annotated) {
    if (all.some(({ name }) => name === annotated)) return annotated;
    await note(`Default container name "${annotated}" not found in pod ${pod.metadata.name}\n`);
  }
  const first = all.find(({ kind }) => kind === 'container');
  if (!first) throw failure(`pod ${pod.metadata.name} has no containers`);
  if (all.length > 1 && !quiet) await note(`Defaulted container "${first.name}" out of: ${containersText(pod)}\n`);
  return first.name;
}

/** The object that `POD` or `TYPE/NAME` names. */
export async function objectOf(k: Kubectl, word: string, defaultType = 'pods'): Promise<KubeObject> {
  const [type, name] = splitPair(word) ?? [defaultType, word];
  const mapping = (await k.mapper()).need(type);
  return k.json<KubeObject>('GET', k.path(mapping, await k.namespace(), name));
}

/** The selector of the pods that an object runs. */
function podSelector(object: KubeObject): string | undefined {
  const spec = object.spec as { selector?: { matchLabels?: Record<string, string> } & Record<string, string> } | undefined;
  const labels = spec?.selector?.matchLabels ?? (spec?.selector as Record<string, string> | undefined);
  return labels && Object.keys(labels).length > 0 ? labelsText(labels) : undefined;
}

/** The pod that `POD` or `TYPE/NAME` means: the object itself, or the most active one that it selects. */
export async function podOf(k: Kubectl, word: string, timeoutMs: number): Promise<KubeObject> {
  return attachablePod(k, await objectOf(k, word), timeoutMs);
}

/** The object itself when it is a pod, or the most active of those that it selects; waits for one when there is none. */
export async function attachablePod(k: Kubectl, object: KubeObject, timeoutMs: number): Promise<KubeObject> {
  if (object.kind === 'Pod') return object;
  const labelSelector = selectorOf(object, 'attach to');
  const found = (await pods(k, labelSelector)).sort(byActivity)[0];
  return found ?? firstPod(k, labelSelector, timeoutMs);
}

const bool = (value: unknown): number => (value ? 1 : 0);
const ms = (text: string): number => (text ? Date.parse(text) : 0);
const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** What makes a pod more active than others, the most telling first (podutils.ActivePods). */
function activity(pod: KubeObject): number[] {
  const ready = listAt(pod, 'status', 'conditions').find(({ type, status }) => type === 'Ready' && status === 'True');
  const deleted = textAt(pod, 'metadata', 'deletionTimestamp');
  const restarts = listAt(pod, 'status', 'containerStatuses').map((each) => Number(each.restartCount ?? 0));
  return [
    bool(textAt(pod, 'spec', 'nodeName')),
    phaseRank[phaseOf(pod)] ?? 0,
    bool(ready),
    bool(!deleted),
    ms(deleted),
    ready ? -ms(textAt(ready, 'lastTransitionTime')) : 0,
    -Math.max(0, ...restarts),
    -ms(textAt(pod, 'metadata', 'creationTimestamp')),
  ];
}
function byActivity(a: KubeObject, b: KubeObject): number {
  const [left, right] = [activity(a), activity(b)];
  return left.map((value, i) => right[i]! - value).find((difference) => difference !== 0) ?? 0;
}

/** The first pod that comes to be. */
async function firstPod(k: Kubectl, labelSelector: string, timeoutMs: number): Promise<KubeObject> {
  const path = k.path((await k.mapper()).need('pods'), await k.namespace());
  const timeoutSeconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  const pod = await k.cancellable(async (signal) => {
    const response = await k.send('GET', path, { query: { labelSelector, watch: true, timeoutSeconds }, signal });
    if (response.status !== 200) throw await refusal(response);
    for await (const line of lines(response.body)) {
      const event = JSON.parse(line) as { type: string; object: KubeObject };
      if (event.type === 'ADDED' || event.type === 'MODIFIED') return event.object;
    }
    return undefined;
  });
  if (!pod) throw failure('timed out waiting for the condition');
  return { apiVersion: 'v1', kind: 'Pod', ...pod };
}

/** The selector of an object's pods; `verb` says what is to be done with one. */
function selectorOf(object: KubeObject, verb: string): string {
  const type = `*${(object.apiVersion ?? '').split('/').at(-1)}.${object.kind}`;
  const selector = podSelector(object);
  if (selector) return selector;
  if (object.kind === 'Service')
    throw failure(`cannot ${verb} ${type}: invalid service '${object.metadata.name}': Service is defined without a selector`);
  throw failure(`cannot ${verb} ${type}: selector for ${type} not implemented`);
}

/** All the pods that an object means; waits for one when there is none. */
export async function podsOf(k: Kubectl, word: string, verb: string, timeoutMs: number): Promise<KubeObject[]> {
  const object = await objectOf(k, word);
  if (object.kind === 'Pod') return [object];
  const selector = selectorOf(object, verb);
  const list = await pods(k, selector);
  return list.length > 0 ? list : [await firstPod(k, selector, timeoutMs)];
}

export async function pods(k: Kubectl, labelSelector: string): Promise<KubeObject[]> {
  const mapping = (await k.mapper()).need('pods');
  const query = { labelSelector };
  const path = k.path(mapping, await k.namespace());
  const { items } = await listing(mapping, query, k.json<{ items: KubeObject[] }>('GET', path, { query }));
  return items.map((item) => ({ apiVersion: 'v1', kind: 'Pod', ...item }));
}

export const phaseOf = (pod: KubeObject): string => textAt(pod, 'status', 'phase');
export const completed = (pod: KubeObject): boolean => ['Succeeded', 'Failed'].includes(phaseOf(pod));

/** Waits until `good` holds of the pod; undefined when the time is over or it is gone. */
export async function waitForPod(
  k: Kubectl,
  name: string,
  timeoutMs: number,
  good: (pod: KubeObject) => boolean | Promise<boolean>,
): Promise<KubeObject | undefined> {
  const mapping = (await k.mapper()).need('pods');
  const path = k.path(mapping, await k.namespace());
  const deadline = timeoutMs > 0 ? k.proc.clock.now() + timeoutMs : Infinity;
  const fieldSelector = `metadata.name=${name}`;
  for (;;) {
    const list = await k.json<{ metadata: { resourceVersion?: string }; items: KubeObject[] }>('GET', path, { query: { fieldSelector } });
    const pod = list.items[0];
    if (!pod) return undefined;
    if (await good(pod)) return pod;
    const left = deadline - k.proc.clock.now();
    if (left <= 0) return undefined;
    const found = await k.cancellable(async (signal) => {
      const timeoutSeconds = left === Infinity ? undefined : Math.max(1, Math.ceil(left / 1000));
      const query = { fieldSelector, watch: true, resourceVersion: list.metadata.resourceVersion, timeoutSeconds };
      const response = await k.send('GET', path, { query, signal });
      if (response.status !== 200) throw await refusal(response);
      for await (const line of lines(response.body)) {
        const event = JSON.parse(line) as { type: string; object: KubeObject };
        if (event.type === 'DELETED') return 'gone' as const;
        if (event.type !== 'BOOKMARK' && event.type !== 'ERROR' && (await good(event.object))) return event.object;
      }
      return undefined;
    });
    if (found === 'gone') return undefined;
    if (found) return { apiVersion: 'v1', kind: 'Pod', ...found };
  }
}
