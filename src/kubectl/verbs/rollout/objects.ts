import type { KubeObject } from '../../../kube/api';
import type { Invocation } from '../../command';
import type { Mapping } from '../../discovery';
import { failure } from '../../errors';
import { fileFlags, labelSelectorFlag } from '../../flag-sets';
import type { Flag } from '../../flags';
import { hasManifests } from '../../manifests';
import { fetchAll, targets } from '../../resources';

export interface Found {
  readonly mapping: Mapping;
  readonly object: KubeObject;
}

export const rolloutFlags: readonly Flag[] = [...fileFlags('identifying the resource to get from a server.'), labelSelectorFlag];

/** The objects a rollout command is about, with their kind; NotFound and its like come back as `errors`. */
export async function rolledObjects({ k, flags, args }: Invocation): Promise<{ found: Found[]; errors: unknown[] }> {
  if (args.length === 0 && !hasManifests(flags)) throw failure('required resource not specified');
  const { found, errors } = await fetchAll(
    k,
    await targets(k, { args, flags, selector: flags.string('selector'), typeAlone: true, latest: true }),
    flags.string('selector') ? { labelSelector: flags.string('selector') } : {},
  );
  return {
    found: found.map(({ mapping, object }) => ({ mapping, object: { ...object, kind: mapping.kind, apiVersion: mapping.groupVersion } })),
    errors,
  };
}

/** `Deployment.apps`, `Pod`: how kinds are quoted. */
export const groupKind = ({ kind, group }: Mapping): string => (group ? `${kind}.${group}` : kind);

/** Kinds that polymorphic helpers of kubectl know, whatever they do for them. */
const visited = ['DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'CronJob'];

/** What a kind cannot do, when it is none that rolls out. */
export function unsupported(mapping: Mapping, what: string, retrieved = what): Error {
  const kind = JSON.stringify(groupKind(mapping));
  if (visited.includes(mapping.kind)) return failure(`no ${what} has been implemented for ${kind}`);
  return failure(`error retrieving ${retrieved} for ${kind}, no visitor method exists for {${mapping.group} ${mapping.kind}}`);
}
