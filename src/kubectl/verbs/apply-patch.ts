import { ApiError, jsonText, type KubeObject } from '../../kube/api';
import { patchedMerge, patchedStrategic } from '../apply/patched';
import { patchFor } from '../apply/patch';
import type { Invocation } from '../command';
import type { DryRun } from '../dry-run';
import { CommandError, WhileDoing, failure, isNotFound, whileDoing } from '../errors';
import type { RequestOptions } from '../kubectl';
import type { FileTarget } from '../resources';
import { type Fields, goJson, sortKeys } from '../value';
import { subjectText } from './apply-subject';
import { propagation } from './delete';

/** Conflicts are tried again so often; from the second time on, after a pause. */
const tries = 5;
const pauseMs = 1000;
/** How often --force looks whether the old object is gone, ms. */
const lookMs = 1000;

const reasonOf = (error: unknown): string =>
  error instanceof ApiError ? error.reason : error instanceof WhileDoing ? error.cause.reason : '';

export interface Change {
  readonly target: FileTarget;
  readonly modified: KubeObject;
  readonly live: KubeObject;
  readonly query: RequestOptions['query'];
  readonly dryRun: DryRun;
}
export interface Applied {
  readonly object: KubeObject;
  /** As kubectl says it: `configured`, `unchanged`. */
  readonly done: string;
}

/**
 * Makes `live` what `modified` says, by the patch from what was applied last. A conflict is tried again; with --force,
 * what cannot be patched is deleted and created anew.
 */
export async function applyPatch(call: Invocation, change: Change): Promise<Applied> {
  const { k, flags } = call;
  const { mapping, namespace, name } = change.target;
  let current = change;
  for (let tried = 0; ; tried++) {
    try {
      return await patchOnce(call, current);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'Conflict' && tried < tries) {
        if (tried > 0) await k.proc.nanosleep(pauseMs);
        current = { ...change, live: await k.json<KubeObject>('GET', k.path(mapping, namespace, name)) };
        continue;
      }
      if (!flags.bool('force') || (reason !== 'Conflict' && reason !== 'Invalid')) throw error;
      return { object: await recreated(call, current), done: 'configured' };
    }
  }
}

async function patchOnce({ k }: Invocation, { target, modified, live, query, dryRun }: Change): Promise<Applied> {
  const { mapping, namespace, name, source } = target;
  const { patch, strategic } = await patchFor(k, mapping, source, modified, live).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw failure(`${applying('', target)}: ${error.text.replace(/^error: /, '')}`);
  });
  const text = goJson(sortKeys(patch));
  if (text === '{}') return { object: live, done: 'unchanged' };
  if (dryRun === 'client') {
    const object = strategic ? patchedStrategic(live as unknown as Fields, patch) : patchedMerge(live, patch);
    return { object: object as KubeObject, done: 'configured' };
  }
  const contentType = strategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
  try {
    const path = k.path(mapping, namespace, name);
    return { object: await k.json<KubeObject>('PATCH', path, { query, body: text, contentType }), done: 'configured' };
  } catch (error) {
    throw whileDoing(`${applying(text, target)}: error when patching "${source}"`, error);
  }
}

const applying = (text: string, target: FileTarget): string =>
  `error when applying patch:\n${text}\nto:\n${subjectText(target)}\nfor: "${target.source}"`;

/** Deletes the object and creates it as it should be; when that is refused, as it was. */
async function recreated({ k, flags }: Invocation, { target, modified, live, query }: Change): Promise<KubeObject> {
  const { mapping, namespace, name } = target;
  const path = k.path(mapping, namespace, name);
  const grace = flags.int('grace-period');
  const create = (object: KubeObject): Promise<KubeObject> => {
    const { resourceVersion: _, ...metadata } = object.metadata;
    return k.json<KubeObject>('POST', k.path(mapping, namespace), { query, body: jsonText({ ...object, metadata }) });
  };
  try {
    const options = { gracePeriodSeconds: grace >= 0 ? grace : undefined, propagationPolicy: propagation(flags) };
    await k.json('DELETE', path, { body: JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', ...options }) });
    const timeout = flags.duration('timeout');
    const deadline = timeout > 0 ? k.proc.clock.now() + timeout : Infinity;
    while (await isThere(k.json('GET', path))) {
      if (k.proc.clock.now() >= deadline) throw failure('timed out waiting for the condition');
      await k.proc.nanosleep(lookMs);
    }
    try {
      return await create(modified);
    } catch (error) {
      await create({ apiVersion: mapping.groupVersion, kind: mapping.kind, ...live });
      throw error;
    }
  } catch (error) {
    throw whileDoing(applying(goJson(sortKeys(modified)), target), error);
  }
}

async function isThere(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
