import type { KubeObject } from '../../kube/api';
import type { Mapping } from '../discovery';
import { failure } from '../errors';
import type { Kubectl } from '../kubectl';
import { plain } from '../printers/go-format';
import { at, type Fields, goJson, lastApplied, sortKeys } from '../value';
import { MergeKeyError, threeWayJson, threeWayStrategic } from './three-way';

export interface ApplyPatch {
  readonly patch: Fields;
  readonly strategic: boolean;
}

const keysOfIdentity = [['apiVersion'], ['kind'], ['metadata', 'name']] as const;

/** The patch that brings a live object to what a file says (Patcher). Throws what kubectl says when there is none. */
export async function patchFor(k: Kubectl, mapping: Mapping, source: string, modified: KubeObject, live: KubeObject): Promise<ApplyPatch> {
  const previous = live.metadata.annotations?.[lastApplied];
  const original = previous ? (JSON.parse(previous) as Fields) : {};
  // kinds by their exact name, of the groups that kubectl has built in
  const strategic = modified.kind === mapping.kind && (!mapping.group.includes('.') || mapping.group.endsWith('.k8s.io'));
  const text = (object: KubeObject): string => `${goJson(sortKeys(object))}\n`;
  const refuse = (why: string): never => {
    const all = `original:\n${previous ?? ''}\nmodified:\n${text(modified)}\ncurrent:\n${text(live)}`;
    throw failure(`error when patching "${source}": creating patch with:\n${all}\nfor: ${why}`);
  };
  try {
    const patch = (strategic ? threeWayStrategic : threeWayJson)(original, modified, live);
    if (keysOfIdentity.some((path) => at(patch, ...path) !== undefined)) refuse(`precondition failed for: ${plain(patch)}`);
    return { patch, strategic };
  } catch (error) {
    if (!(error instanceof MergeKeyError)) throw error;
    for (const schema of ['openapi v3', 'openapi']) await k.err(`warning: error calculating patch from ${schema} spec: ${error.message}\n`);
    return refuse(error.message);
  }
}
