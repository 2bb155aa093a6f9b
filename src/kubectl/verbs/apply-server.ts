import { ApiError, jsonText, type KubeObject } from '../../kube/api';
import type { Invocation } from '../command';
import { type DryRun, dryRunQuery } from '../dry-run';
import { failure } from '../errors';
import type { FileTarget } from '../resources';
import { type Fields, isFields, lastApplied } from '../value';

const usualManager = 'kubectl';
/** Owns the annotation of client-side apply when server-side apply has taken the object over. */
const annotationManager = 'kubectl-last-applied';
const clientSideManager = 'kubectl-client-side-apply';

/** Server-side apply of one object, and the moving of what client-side apply owned. */
export async function applyOnServer(call: Invocation, target: FileTarget, dryRun: DryRun, validation: string): Promise<KubeObject> {
  const { k, flags } = call;
  const { mapping, namespace, name, object } = target;
  const manager = flags.changed('field-manager') ? flags.string('field-manager') : usualManager;
  const query = { fieldValidation: validation, dryRun: dryRunQuery(dryRun) };
  const path = k.path(mapping, namespace, name, flags.string('subresource') || undefined);
  const send = (body: string, fieldManager: string): Promise<KubeObject> =>
    k.json<KubeObject>('PATCH', path, {
      query: { ...query, fieldManager, force: flags.bool('force-conflicts') ? true : undefined },
      body,
      contentType: 'application/apply-patch+yaml',
    });
  const body = jsonText({ ...object, metadata: { ...object.metadata, ...(namespace ? { namespace } : {}) } });
  try {
    let applied = await send(body, manager);
    const annotation = applied.metadata.annotations?.[lastApplied];
    if (manager === usualManager && annotation !== undefined) {
      const { apiVersion, kind } = object;
      const alone = {
        apiVersion,
        kind,
        metadata: { name, ...(namespace ? { namespace } : {}), annotations: { [lastApplied]: annotation } },
      };
      applied = await send(jsonText(alone), annotationManager);
    }
    const entries = managersAfterMove(applied, manager);
    if (!entries) return applied;
    const move = [
      { op: 'replace', path: '/metadata/managedFields', value: entries },
      { op: 'replace', path: '/metadata/resourceVersion', value: applied.metadata.resourceVersion },
    ];
    await k.json<KubeObject>('PATCH', path, { body: jsonText(move), query, contentType: 'application/json-patch+json' });
    return await send(body, manager);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
    throw failure(`Apply failed with ${error.status.details?.causes?.length ?? 1} ${conflictText(error)}`);
  }
}

interface ManagerEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Fields;
}

/**
 * managedFields after what client-side apply owned is given to the manager of server-side apply
 * (csaupgrade.UpgradeManagedFields), or undefined when client-side apply owns nothing.
 */
function managersAfterMove({ metadata }: KubeObject, manager: string): ManagerEntry[] | undefined {
  const entries = (metadata.managedFields ?? []) as ManagerEntry[];
  const isOld = (entry: ManagerEntry): boolean => entry.manager === clientSideManager && entry.operation === 'Update' && !entry.subresource;
  const old = entries.filter(isOld);
  if (old.length === 0) return undefined;
  const isNew = (entry: ManagerEntry): boolean => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
  const into = entries.find(isNew) ?? { ...old[0]!, manager, operation: 'Apply' };
  const moved = { ...into, fieldsV1: old.reduce<Fields>((fields, entry) => union(fields, entry.fieldsV1 ?? {}), into.fieldsV1 ?? {}) };
  const others = entries.filter((entry) => !isOld(entry));
  return others.some(isNew) ? others.map((entry) => (isNew(entry) ? moved : entry)) : [...others, moved];
}

function union(a: Fields, b: Fields): Fields {
  const all: Fields = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const own = all[key];
    all[key] = isFields(own) && isFields(value) ? union(own, value) : value;
  }
  return all;
}

function conflictText(error: ApiError): string {
  const text = error.message.replace(/^Apply failed with \d+ /, '');
  return `${text}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
}
