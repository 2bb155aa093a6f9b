import { ApiError, type KubeObject } from '../../kube/api';
import type { Invocation } from '../command';
import type { Mapping } from '../discovery';
import { type DryRun, dryRunSuffix } from '../dry-run';
import { goDuration } from '../duration';
import { describeError, failure, isNotFound } from '../errors';

/** How long until a refused eviction is tried again, ms. */
const retryMs = 5000;
/** How often the server is asked whether pods are gone, ms. */
const pollMs = 1000;

interface Leaving {
  readonly pod: KubeObject;
  /** When it is to be evicted (again); undefined once it is. */
  tryAtMs?: number;
}

const errorText = (error: unknown): string => {
  if (error instanceof ApiError) return error.message;
  const described = describeError(error);
  if (!described) throw error;
  return described.text.replace(/^error: /, '').trimEnd();
};

/** Evicts pods, or deletes them with --disable-eviction, and waits until they are gone; throws all that went wrong at once. */
export async function removePods(call: Invocation, mapping: Mapping, pods: readonly KubeObject[], dryRun: DryRun): Promise<void> {
  const { k, flags } = call;
  const { clock } = k.proc;
  const deletes = flags.bool('disable-eviction');
  const startedMs = clock.now();
  const endsMs = flags.duration('timeout') > 0 ? startedMs + flags.duration('timeout') : Infinity;
  const late = `global timeout reached: ${goDuration(flags.duration('timeout'))}`;
  const skipSeconds = flags.int('skip-wait-for-delete-timeout');
  const problems: string[] = [];

  const place = ({ metadata }: KubeObject): string => `pods/"${metadata.name}" -n "${metadata.namespace}"`;
  const path = ({ metadata }: KubeObject, subresource?: string): string =>
    k.path(mapping, metadata.namespace, metadata.name, ...(subresource ? [subresource] : []));

  const options = {
    ...(flags.int('grace-period') >= 0 && { gracePeriodSeconds: flags.int('grace-period') }),
    ...(dryRun === 'server' && { dryRun: ['All'] }),
  };
  async function send(pod: KubeObject): Promise<void> {
    if (deletes) {
      await k.json('DELETE', path(pod), { body: JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', ...options }) });
      return;
    }
    const { name, namespace } = pod.metadata;
    const body = JSON.stringify({ kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name, namespace }, deleteOptions: options });
    await k.json('POST', path(pod, 'eviction'), { body });
  }

  /** Whether the pod is still one to wait for. */
  async function start(leaving: Leaving): Promise<boolean> {
    const { pod } = leaving;
    await k.out(
      `${deletes && dryRun !== 'client' ? 'deleting' : 'evicting'} pod ${pod.metadata.namespace}/${pod.metadata.name}${dryRunSuffix(dryRun)}\n`,
    );
    if (dryRun === 'client') return false;
    if (clock.now() >= endsMs) {
      problems.push(`error when evicting ${place(pod)}: ${late}`);
      return false;
    }
    try {
      await send(pod);
      leaving.tryAtMs = undefined;
      return dryRun === 'none';
    } catch (error) {
      if (isNotFound(error)) return false;
      if (deletes || !(error instanceof ApiError) || error.status.code !== 429) {
        const text = errorText(error);
        problems.push(deletes ? text : `error when evicting ${place(pod)}: ${text}`);
        return false;
      }
      await k.err(`error when evicting ${place(pod)} (will retry after ${retryMs / 1000}s): ${error.message}\n`);
      leaving.tryAtMs = clock.now() + retryMs;
      return true;
    }
  }

  async function stateOf({ metadata }: KubeObject): Promise<'gone' | 'late' | 'there'> {
    try {
      const found = await k.json<KubeObject>('GET', path({ metadata }));
      const deletedAt = found.metadata.deletionTimestamp;
      if (found.metadata.uid !== metadata.uid) return 'gone';
      return skipSeconds > 0 && deletedAt && (clock.now() - Date.parse(deletedAt)) / 1000 > skipSeconds ? 'late' : 'there';
    } catch (error) {
      if (isNotFound(error)) return 'gone';
      throw error;
    }
  }

  /** Whether the pod, which has been evicted, is still one to wait for. */
  async function look({ pod }: Leaving): Promise<boolean> {
    const { name, namespace } = pod.metadata;
    const state = await stateOf(pod);
    if (state === 'gone') await k.out(`pod/${name} ${deletes ? 'deleted' : 'evicted'}\n`);
    if (state === 'late') await k.out(`pod "${name}" has DeletionTimestamp older than ${skipSeconds} seconds, skipping\n`);
    if (state !== 'there') return false;
    if (clock.now() < endsMs) return true;
    problems.push(deletes ? late : `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: ${late}`);
    return false;
  }

  let left: Leaving[] = pods.map((pod) => ({ pod, tryAtMs: startedMs }));
  while (left.length > 0) {
    const next: Leaving[] = [];
    for (const each of left) {
      const isDue = each.tryAtMs !== undefined && each.tryAtMs <= clock.now();
      if (isDue ? await start(each) : each.tryAtMs !== undefined || (await look(each))) next.push(each);
    }
    if (deletes && problems.length > 0) break;
    left = next;
    if (left.length > 0) await k.proc.nanosleep(Math.min(pollMs, Math.max(1, endsMs - clock.now())));
  }
  const texts = [...new Set(problems)];
  if (texts.length > 0) throw failure(texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`);
}
