import { emptyStruct, structOfKind, type KubeObject, type ManagedFieldsEntry } from '../api';
import { common, difference, fieldPath, fromFieldSet, minus, toFieldSet, union, without, type PathSet } from './patch/field-paths';
import { rootRule } from './patch/schema';
import { resourceOfKind } from './resources';
import { timestamp } from './context';

export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly nowMs: number;
}

export interface Owner {
  readonly entry: ManagedFieldsEntry;
  readonly fields: PathSet;
}

// Set by the server, owned by no one (managedfields' stripMeta).
const unowned = [
  fieldPath('apiVersion'),
  fieldPath('kind'),
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => fieldPath('metadata', name),
  ),
  fieldPath('metadata', 'deletionTimestamp'),
  fieldPath('metadata', 'deletionGracePeriodSeconds'),
];

/** What a request through this path leaves as it was. */
function untouched({ apiVersion = '', kind = '' }: KubeObject, subresource: string | undefined): string[] {
  if (subresource === 'status') return [fieldPath('spec'), fieldPath('metadata', 'ownerReferences')];
  const hasStatus = resourceOfKind(apiVersion, kind)?.subresources.some(({ name }) => name === 'status');
  return hasStatus ? [fieldPath('status')] : [];
}

export const ownable = (fields: PathSet, object: KubeObject, subresource?: string): Set<string> => {
  const paths = without(fields, [...unowned, ...untouched(object, subresource)]);
  paths.delete(fieldPath('metadata'));
  return paths;
};

/** What an object of the kind has before anything is set: fields that are never left out. */
function emptyObject({ apiVersion = '', kind = '' }: KubeObject): KubeObject {
  const slash = apiVersion.indexOf('/');
  const struct = structOfKind({ group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind });
  return { ...(struct && emptyStruct(struct)), metadata: {} };
}

export function ownersOf(object: KubeObject | undefined): Owner[] {
  return (object?.metadata.managedFields ?? []).map((entry) => ({ entry, fields: fromFieldSet(entry.fieldsV1) }));
}

export const isBy = (entry: ManagedFieldsEntry, writer: Writer, operation: 'Apply' | 'Update'): boolean =>
  entry.manager === writer.manager &&
  entry.operation === operation &&
  entry.apiVersion === writer.apiVersion &&
  (entry.subresource ?? '') === (writer.subresource ?? '');

export function entryOf(writer: Writer, operation: 'Apply' | 'Update', fields: PathSet): ManagedFieldsEntry {
  return {
    manager: writer.manager,
    operation,
    apiVersion: writer.apiVersion,
    time: timestamp(writer.nowMs),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldSet(fields),
    ...(writer.subresource ? { subresource: writer.subresource } : {}),
  };
}

/** Entries in the order the server writes them; those that own nothing are left out. */
export function encodeOwners(owners: readonly Owner[]): ManagedFieldsEntry[] | undefined {
  const entries = owners.filter(({ fields }) => fields.size > 0).map(({ entry, fields }) => ({ ...entry, fieldsV1: toFieldSet(fields) }));
  const rank = (entry: ManagedFieldsEntry): string =>
    [entry.operation, entry.time, entry.manager, entry.apiVersion, entry.subresource ?? ''].join('\0');
  entries.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return entries.length > 0 ? entries : undefined;
}

/** The managedFields of `next` once `writer` has replaced `old` by it (structured-merge-diff's Update). */
export function trackUpdate(old: KubeObject | undefined, next: KubeObject, writer: Writer): ManagedFieldsEntry[] | undefined {
  const before = old ?? emptyObject(next);
  const changes = difference(
    { ...before, metadata: { ...before.metadata, managedFields: undefined } },
    { ...next, metadata: { ...next.metadata, managedFields: undefined } },
    rootRule(next),
  );
  const taken = ownable(union(changes.added, changes.modified), next, writer.subresource);
  const owners = ownersOf(old).map(({ entry, fields }): Owner => {
    const kept = minus(fields, changes.removed);
    if (!isBy(entry, writer, 'Update')) return { entry, fields: minus(kept, common(kept, taken)) };
    return { entry: taken.size > 0 ? { ...entry, time: timestamp(writer.nowMs) } : entry, fields: union(kept, taken) };
  });
  if (taken.size > 0 && !owners.some(({ entry }) => isBy(entry, writer, 'Update'))) {
    owners.push({ entry: entryOf(writer, 'Update', taken), fields: taken });
  }
  return encodeOwners(owners);
}
