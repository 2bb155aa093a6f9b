import type { KubeObject } from '../../kube/api';
import { listStrategy } from '../apply/merge-keys';
import { type Fields, fieldsAt, isFields, listAt, textAt } from '../value';
import { configMapHash, secretHash } from '../verbs/create/hash';
import type { Resource } from './build';

const clusterKinds = new Set([
  'Namespace',
  'Node',
  'ClusterRole',
  'ClusterRoleBinding',
  'PersistentVolume',
  'StorageClass',
  'PriorityClass',
  'CustomResourceDefinition',
  'RuntimeClass',
]);

/** Namespace, names, labels, annotations, images and replicas, then the hashes of generated objects. */
export function transform(kustomization: Fields, resources: readonly Resource[]): Resource[] {
  const [prefix, suffix, namespace] = ['namePrefix', 'nameSuffix', 'namespace'].map((key) => textAt(kustomization, key)) as [
    string,
    string,
    string,
  ];
  const annotations = fieldsAt(kustomization, 'commonAnnotations') as Record<string, string>;
  const labelSets = [
    { pairs: fieldsAt(kustomization, 'commonLabels'), selectors: true, templates: true },
    ...listAt(kustomization, 'labels').map((entry) => ({
      pairs: fieldsAt(entry, 'pairs'),
      selectors: entry.includeSelectors === true,
      templates: entry.includeTemplates === true || entry.includeSelectors === true,
    })),
  ].filter(({ pairs }) => Object.keys(pairs).length > 0);
  return resources.map((resource) => {
    const { metadata } = resource.object;
    const renamed = resource.object.kind === 'Namespace' ? metadata.name : `${prefix}${metadata.name}${suffix}`;
    let object: KubeObject = { ...resource.object, metadata: { ...metadata, name: renamed } };
    if (namespace && object.kind === 'Namespace') object.metadata.name = namespace;
    else if (namespace && !clusterKinds.has(object.kind ?? '')) object.metadata.namespace = namespace;
    if (Object.keys(annotations).length > 0) object.metadata.annotations = { ...object.metadata.annotations, ...annotations };
    for (const { pairs, selectors, templates } of labelSets)
      object = labelled(object, pairs as Record<string, string>, selectors, templates);
    for (const image of listAt(kustomization, 'images')) object = withImage(object, image) as KubeObject;
    for (const replicas of listAt(kustomization, 'replicas')) {
      if (textAt(replicas, 'name') === resource.originalName)
        object = { ...object, spec: { ...fieldsAt(object, 'spec'), replicas: Number(textAt(replicas, 'count')) } };
    }
    if (resource.needsHash) object = { ...object, metadata: { ...object.metadata, name: `${object.metadata.name}-${hashOf(object)}` } };
    return { ...resource, object };
  });
}

/** Kustomize's hash leaves the name out: prefixes do not change it. */
function hashOf(object: KubeObject): string {
  const name = '';
  const data = fieldsAt(object, 'data') as Record<string, string>;
  return object.kind === 'Secret' ? secretHash({ name, type: textAt(object, 'type'), data }) : configMapHash({ name, data });
}

function labelled(object: KubeObject, pairs: Record<string, string>, selectors: boolean, templates: boolean): KubeObject {
  let labelled: KubeObject = { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...pairs } } };
  const spec = fieldsAt(object, 'spec');
  const template = fieldsAt(spec, 'template');
  if (templates && Object.keys(template).length > 0) {
    const metadata = fieldsAt(template, 'metadata');
    const labels = { ...fieldsAt(metadata, 'labels'), ...pairs };
    labelled = { ...labelled, spec: { ...spec, template: { ...template, metadata: { ...metadata, labels } } } };
  }
  if (selectors && isFields(spec.selector)) {
    const selector =
      object.kind === 'Service'
        ? { ...spec.selector, ...pairs }
        : { ...spec.selector, matchLabels: { ...fieldsAt(spec.selector, 'matchLabels'), ...pairs } };
    labelled = { ...labelled, spec: { ...fieldsAt(labelled, 'spec'), selector } };
  }
  return labelled;
}

function withImage(value: unknown, image: Fields, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withImage(item, image, key));
  if (!isFields(value)) return value;
  const walked = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withImage(inner, image, name)]));
  if (!['containers', 'initContainers'].includes(key) || typeof walked.image !== 'string') return walked;
  const match = /^(.*?)(?::([^:/@]+))?(?:@(.+))?$/.exec(walked.image)!;
  if (match[1] !== textAt(image, 'name')) return walked;
  const name = textAt(image, 'newName') || match[1];
  const digest = textAt(image, 'digest');
  const tag = textAt(image, 'newTag') || match[2];
  return { ...walked, image: digest ? `${name}@${digest}` : tag ? `${name}:${tag}` : name };
}

/** A strategic merge patch (an object) or a JSON patch (a list) applied to an object. */
export function applyPatch(object: KubeObject, patch: unknown): KubeObject {
  if (Array.isArray(patch)) return patch.reduce<unknown>((value, operation) => jsonPatch(value, operation as Fields), object) as KubeObject;
  return mergeInto(object, patch as Fields, '') as KubeObject;
}

function mergeInto(object: Fields, patch: Fields, parent: string): Fields {
  const merged: Fields = { ...object };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else if (isFields(value) && isFields(before)) merged[key] = mergeInto(before, value, key);
    else if (Array.isArray(value) && Array.isArray(before)) merged[key] = mergeLists(before as Fields[], value as Fields[], parent, key);
    else merged[key] = value;
  }
  return merged;
}

function mergeLists(before: readonly Fields[], patch: readonly Fields[], parent: string, key: string): unknown[] {
  const strategy = listStrategy(parent, key);
  if (strategy.kind === 'replace') return [...patch];
  if (strategy.kind === 'set') return [...new Set([...before, ...patch])];
  const name = strategy.key;
  const gone = (item: Fields): boolean => patch.some((other) => other.$patch === 'delete' && other[name] === item[name]);
  const kept = before
    .filter((item) => !gone(item))
    .map((item) => {
      const change = patch.find((other) => other[name] === item[name]);
      return change ? mergeInto(item, change, key) : item;
    });
  return [...kept, ...patch.filter((item) => item.$patch !== 'delete' && !before.some((other) => other[name] === item[name]))];
}

function jsonPatch(value: unknown, operation: Fields): unknown {
  const path = textAt(operation, 'path')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const change = (here: unknown, [head, ...rest]: readonly string[]): unknown => {
    if (head === undefined) return operation.value;
    if (Array.isArray(here)) {
      const copy = [...(here as unknown[])];
      const index = head === '-' ? copy.length : Number(head);
      if (rest.length > 0) copy[index] = change(copy[index], rest);
      else if (operation.op === 'remove') copy.splice(index, 1);
      else if (operation.op === 'add') copy.splice(index, 0, operation.value);
      else copy[index] = operation.value;
      return copy;
    }
    const fields: Fields = { ...(isFields(here) ? here : {}) };
    if (rest.length === 0 && operation.op === 'remove') delete fields[head];
    else fields[head] = change(fields[head], rest);
    return fields;
  };
  return change(value, path);
}
