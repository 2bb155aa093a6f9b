import type { KubeObject } from '../../kube/api';
import { failure } from '../errors';
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

const counted = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

/** Namespace, names, labels, annotations, images and replicas. */
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
  for (const replicas of listAt(kustomization, 'replicas')) {
    const name = textAt(replicas, 'name');
    if (!resources.some(({ object, names }) => counted.includes(object.kind ?? '') && names.includes(name)))
      throw failure(
        `resource with name ${name} does not match a config with the following GVK [${counted.map((kind) => `${kind}.[noVer].[noGrp]`).join(' ')}]`,
      );
  }
  return resources.map((resource) => {
    const { metadata } = resource.object;
    const renamed = resource.object.kind === 'Namespace' ? metadata.name : `${prefix}${metadata.name}${suffix}`;
    let object: KubeObject = { ...resource.object, metadata: { ...metadata, name: renamed } };
    if (namespace && object.kind === 'Namespace') object.metadata.name = namespace;
    else if (namespace && !clusterKinds.has(object.kind ?? '')) object.metadata.namespace = namespace;
    if (Object.keys(annotations).length > 0) {
      object.metadata.annotations = { ...object.metadata.annotations, ...annotations };
      object = inTemplates(object, (metadata) => ({ ...metadata, annotations: { ...fieldsAt(metadata, 'annotations'), ...annotations } }));
    }
    for (const { pairs, selectors, templates } of labelSets)
      object = labelled(object, pairs as Record<string, string>, selectors, templates);
    for (const image of listAt(kustomization, 'images')) object = withImage(object, image) as KubeObject;
    for (const replicas of listAt(kustomization, 'replicas')) {
      if (resource.names.includes(textAt(replicas, 'name')) && counted.includes(object.kind ?? ''))
        object = { ...object, spec: { ...fieldsAt(object, 'spec'), replicas: Number(textAt(replicas, 'count')) } };
    }
    return { ...resource, object, names: [...new Set([...resource.names, metadata.name ?? ''])] };
  });
}

/** A generated object with its hash at the end of its name. */
export function withHash(resource: Resource): Resource {
  if (!resource.needsHash) return resource;
  const { object } = resource;
  const { name = '' } = object.metadata;
  return {
    ...resource,
    names: [...resource.names, name],
    object: { ...object, metadata: { ...object.metadata, name: `${name}-${hashOf(object)}` } },
  };
}

/** The metadata of pod templates, and of the jobs of a CronJob, changed. */
function inTemplates(object: KubeObject, change: (metadata: Fields) => Fields): KubeObject {
  const changed = (holder: Fields, key: string): Fields => {
    const inner = holder[key];
    if (!isFields(inner)) return holder;
    const own = { ...inner, metadata: change(fieldsAt(inner, 'metadata')) };
    return { ...holder, [key]: key === 'jobTemplate' ? { ...own, spec: changed(fieldsAt(inner, 'spec'), 'template') } : own };
  };
  const spec = fieldsAt(object, 'spec');
  if (!isFields(spec.template) && !isFields(spec.jobTemplate)) return object;
  return { ...object, spec: changed(spec, isFields(spec.template) ? 'template' : 'jobTemplate') };
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
  if (templates) labelled = inTemplates(labelled, (metadata) => ({ ...metadata, labels: { ...fieldsAt(metadata, 'labels'), ...pairs } }));
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
