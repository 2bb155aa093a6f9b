import { type KubeObject, labelQuery } from '../../kube/api';
import { failure } from '../errors';
import { at, type Fields, fieldsAt, isFields, listAt, textAt, textsAt } from '../value';
import type { Resource } from './build';

/** All names a resource has or had. */
export const namesOf = ({ object, names }: Resource): string[] => [...names, object.metadata.name ?? ''];

/** Whether a target's selector means a resource: kind, name and namespace are patterns of whole words, labels a selector. */
export function selects(target: Fields, resource: Resource): boolean {
  const { object } = resource;
  const [version, group = ''] = (object.apiVersion ?? '').split('/').reverse();
  const fits = (field: string, ...values: (string | undefined)[]): boolean => {
    const text = textAt(target, field);
    return !text || values.some((value) => new RegExp(`^(?:${text})$`).test(value ?? ''));
  };
  const labels = textAt(target, 'labelSelector');
  const annotations = textAt(target, 'annotationSelector');
  return (
    fits('kind', object.kind) &&
    fits('group', group) &&
    fits('version', version) &&
    fits('namespace', object.metadata.namespace) &&
    fits('name', ...namesOf(resource)) &&
    labelQuery(labels)(object.metadata.labels ?? {}) &&
    labelQuery(annotations)(object.metadata.annotations ?? {})
  );
}

/** `spec.containers.[name=a].image`, with `\\.` for a dot that parts nothing. */
const pathOf = (text: string): string[] => text.replaceAll('\\.', '\0').split('.').map((part) => part.replaceAll('\0', '.')); // prettier-ignore

/** Values of fields of some resources put into fields of others. */
export function replaced(replacements: readonly Fields[], resources: Resource[]): Resource[] {
  for (const replacement of replacements) {
    const source = fieldsAt(replacement, 'source');
    const found = resources.filter((resource) => selects(source, resource));
    if (found.length !== 1)
      throw failure(found.length === 0 ? `nothing selected by ${textAt(source, 'kind')}.[noVer].[noGrp]/${textAt(source, 'name')}.[noNs]:${textAt(source, 'fieldPath')}` : 'multiple matches for selector'); // prettier-ignore
    const from = textAt(source, 'fieldPath') || 'metadata.name';
    const value = part(at(found[0]!.object, ...pathOf(from)), fieldsAt(source, 'options'));
    for (const target of listAt(replacement, 'targets')) {
      const rejected = listAt(target, 'reject');
      for (const resource of resources) {
        if (!selects(fieldsAt(target, 'select'), resource) || rejected.some((each) => selects(each, resource))) continue;
        const paths = textsAt(target, 'fieldPaths');
        for (const path of paths.length > 0 ? paths : ['metadata.name'])
          resource.object = put(resource.object, pathOf(path), value, fieldsAt(target, 'options')) as KubeObject;
      }
    }
  }
  return resources;
}

function part(value: unknown, options: Fields): unknown {
  const delimiter = textAt(options, 'delimiter');
  return delimiter && typeof value === 'string' ? value.split(delimiter)[Number(textAt(options, 'index') || '0')] : value;
}

function put(here: unknown, [head, ...rest]: readonly string[], value: unknown, options: Fields): unknown {
  if (head === undefined) {
    const delimiter = textAt(options, 'delimiter');
    if (!delimiter || typeof here !== 'string') return value;
    const parts = here.split(delimiter);
    parts[Number(textAt(options, 'index') || '0')] = String(value);
    return parts.join(delimiter);
  }
  if (Array.isArray(here)) {
    const [, key, wanted] = /^\[(.+)=(.*)\]$/.exec(head) ?? [];
    return here.map((item: unknown, i) =>
      head === '*' || String(i) === head || (key !== undefined && isFields(item) && String(item[key]) === wanted)
        ? put(item, rest, value, options)
        : item,
    );
  }
  if (!isFields(here) || (here[head] === undefined && options.create !== true)) return here;
  return { ...here, [head]: put(here[head], rest, value, options) };
}
