import { forbiddenField, invalidEach, invalidValue, required, tooLong, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { ObjectMeta, OwnerReference } from '../object';
import { equal } from '../equal';
import { annotationKeyErrors, asPrefix, byteLength, dnsLabelErrors, labelKeyErrors, labelValueErrors, qualifiedNameErrors } from './names';
import type { NameRule } from './names';

const root = FieldPath.of('metadata');
const annotationsLimit = 256 * 1024;
const standardFinalizers: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** ValidateLabels: errors stand on the map itself, with the key or the value that is wrong. */
export function labelErrors(labels: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidEach(path, key, labelKeyErrors(key), 'label-key'),
    ...invalidEach(path, value, labelValueErrors(value), 'label-value'),
  ]);
}

export function annotationErrors(annotations: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) => invalidEach(path, key, annotationKeyErrors(key), 'annotation-key'));
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return size > annotationsLimit ? [...errors, tooLong(path, annotationsLimit, 'annotations-too-large')] : errors;
}

/** As Go writes it: fields in their own order, the first four always. */
const shownOwner = ({ apiVersion = '', kind = '', name = '', uid = '', controller, blockOwnerDeletion }: OwnerReference): object => ({
  apiVersion,
  kind,
  name,
  uid,
  ...(controller === undefined ? {} : { controller }),
  ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }),
});

function ownerErrors(owners: readonly OwnerReference[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const owner of owners) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
    // Group and version are what stands before and after the slash; more slashes make no version.
    const version = apiVersion.split('/').length > 2 ? '' : apiVersion.slice(apiVersion.indexOf('/') + 1);
    if (!version) errors.push(invalidValue(path.child('apiVersion'), apiVersion, 'version must not be empty'));
    for (const [field, value] of [
      ['kind', kind],
      ['name', name],
      ['uid', uid],
    ] as const)
      if (!value) errors.push(invalidValue(path.child(field), value, 'must not be empty'));
    if (apiVersion === 'v1' && kind === 'Event')
      errors.push(invalidValue(path, shownOwner(owner), '/v1, Kind=Event is disallowed from being an owner'));
    if (!owner.controller) continue;
    const current = `${kind}/${name}`;
    if (controller === undefined) controller = current;
    else
      errors.push(
        invalidValue(
          path,
          owners.map(shownOwner),
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`,
        ),
      );
  }
  return errors;
}

/** A finalizer's name has to be qualified (`example.com/name`) or one that Kubernetes knows. */
export function standardFinalizerErrors(name: string, path: FieldPath): FieldError[] {
  if (name.includes('/') || standardFinalizers.has(name)) return [];
  return [invalidValue(path, name, 'name is neither a standard finalizer name nor is it fully qualified', 'finalizer-name')];
}

function finalizerErrors(finalizers: readonly string[], path: FieldPath): FieldError[] {
  const errors = finalizers.flatMap((name) => invalidEach(path, name, qualifiedNameErrors(name), 'finalizer-name'));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalidValue(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return errors;
}

export interface MetadataRules {
  readonly name: NameRule;
  readonly namespaced: boolean;
  /** Kinds of Kubernetes itself, whose finalizers are looked at more closely. */
  readonly builtIn?: boolean;
}

/** ValidateObjectMeta. */
export function metadataErrors(metadata: ObjectMeta, rules: MetadataRules, path: FieldPath = root): FieldError[] {
  const { name = '', generateName = '', namespace = '', generation = 0 } = metadata;
  const errors: FieldError[] = [];
  if (generateName)
    errors.push(...invalidEach(path.child('generateName'), generateName, asPrefix(rules.name)(generateName), 'object-name'));
  if (!name) errors.push(required(path.child('name'), 'name or generateName is required', 'missing-name'));
  else errors.push(...invalidEach(path.child('name'), name, rules.name(name), 'object-name'));
  if (!rules.namespaced) {
    if (namespace) errors.push(forbiddenField(path.child('namespace'), 'not allowed on this type'));
  } else if (!namespace) errors.push(required(path.child('namespace')));
  else errors.push(...invalidEach(path.child('namespace'), namespace, dnsLabelErrors(namespace), 'object-name'));
  if (generation < 0) errors.push(invalidValue(path.child('generation'), generation, 'must be greater than or equal to 0'));
  errors.push(
    ...labelErrors(metadata.labels, path.child('labels')),
    ...annotationErrors(metadata.annotations, path.child('annotations')),
    ...ownerErrors(metadata.ownerReferences ?? [], path.child('ownerReferences')),
    ...finalizerErrors(metadata.finalizers ?? [], path.child('finalizers')),
  );
  if (rules.builtIn !== false)
    metadata.finalizers?.forEach((finalizer, i) => errors.push(...standardFinalizerErrors(finalizer, path.child('finalizers').index(i))));
  return errors;
}

/** ValidateImmutableField. */
export const immutableErrors = (now: unknown, before: unknown, path: FieldPath, rule = 'immutable-field'): FieldError[] =>
  equal(now, before) ? [] : [invalidValue(path, now, 'field is immutable', rule)];

const keptFields = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** ValidateObjectMetaUpdate. */
export function metadataUpdateErrors(metadata: ObjectMeta, old: ObjectMeta, path: FieldPath = root): FieldError[] {
  const errors: FieldError[] = [];
  const added = (metadata.finalizers ?? []).filter((name) => !old.finalizers?.includes(name));
  if (old.deletionTimestamp && added.length > 0) {
    const shown = `[]string{${[...new Set(added)]
      .sort()
      .map((name) => JSON.stringify(name))
      .join(', ')}}`;
    const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`;
    errors.push(forbiddenField(path.child('finalizers'), detail));
  }
  if (!metadata.resourceVersion)
    errors.push(invalidValue(path.child('resourceVersion'), metadata.resourceVersion ?? '', 'must be specified for an update'));
  if ((metadata.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalidValue(path.child('generation'), metadata.generation ?? 0, 'must not be decremented'));
  for (const field of keptFields) errors.push(...immutableErrors(metadata[field], old[field], path.child(field)));
  return errors;
}
