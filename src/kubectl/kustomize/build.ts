import type { KubeObject } from '../../kube/api';
import { Errno } from '../../kernel';
import { failure } from '../errors';
import { readFile } from '../files';
import type { Kubectl } from '../kubectl';
import { byName, type Fields, fieldsAt, isFields, listAt, textAt, textsAt } from '../value';
import { documents } from '../yaml';
import { generate } from './generators';
import { applyPatch, transform } from './transformers';
import { updateReferences } from './references';

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** A resource on its way through a kustomization: its name before prefixes and hashes is what others refer to. */
export interface Resource {
  object: KubeObject;
  readonly originalName: string;
  readonly needsHash: boolean;
}

function join(folder: string, path: string): string {
  return path.startsWith('/') ? path : `${folder.replace(/\/$/, '')}/${path}`;
}

/** The objects that a kustomization directory makes, in kustomize's order of kinds. */
export async function buildKustomization(k: Kubectl, folder: string): Promise<KubeObject[]> {
  const resources = await load(k, folder.replace(/\/$/, '') || '/');
  return resources
    .map(({ object }) => object)
    .sort(
      (a, b) => rank(a) - rank(b) || byName(textAt(a, 'kind'), textAt(b, 'kind')) || byName(a.metadata.name ?? '', b.metadata.name ?? ''),
    );
}

async function kustomizationOf(k: Kubectl, folder: string): Promise<Fields> {
  try {
    k.proc.stat(folder);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const path = join(k.proc.getcwd(), folder);
    throw failure(
      `must build at directory: not a valid directory: evalsymlink failure on '${folder}' : lstat ${path}: ${error.message.toLowerCase()}`,
    );
  }
  for (const name of fileNames) {
    try {
      const [value] = documents(await readFile(k.proc, `${folder}/${name}`));
      return isFields(value) ? value : {};
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  const shown = folder.startsWith('/') ? folder : join(k.proc.getcwd(), folder.replace(/^\.\/?/, '')).replace(/\/$/, '');
  throw failure(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${shown}'`);
}

/** Fields that kustomize warns of, and what it wants in their place. */
const deprecated: Readonly<Record<string, string>> = {
  bases: 'resources',
  commonLabels: 'labels',
  imageTags: 'images',
  patchesJson6902: 'patches',
  patchesStrategicMerge: 'patches',
  vars: 'replacements',
};

async function load(k: Kubectl, folder: string): Promise<Resource[]> {
  const kustomization = await kustomizationOf(k, folder);
  for (const [field, instead] of Object.entries(deprecated))
    if (kustomization[field] !== undefined)
      await k.err(
        `# Warning: '${field}' is deprecated. Please use '${instead}' instead. ${field === 'vars' ? '[EXPERIMENTAL] ' : ''}Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
      );
  const resources: Resource[] = [];
  for (const entry of [...textsAt(kustomization, 'resources'), ...textsAt(kustomization, 'bases')])
    resources.push(...(await loadEntry(k, join(folder, entry), entry)));
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    const field = kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator';
    for (const spec of listAt(kustomization, field)) {
      const options = { ...fieldsAt(kustomization, 'generatorOptions'), ...fieldsAt(spec, 'options') };
      const object = await generate(k, folder, kind, spec, options);
      resources.push({ object, originalName: object.metadata.name ?? '', needsHash: options.disableNameSuffixHash !== true });
    }
  }
  for (const patch of [...listAt(kustomization, 'patches'), ...textsAt(kustomization, 'patchesStrategicMerge').map((path) => ({ path }))]) {
    await patchAll(k, folder, patch, resources);
  }
  return updateReferences(transform(kustomization, resources));
}

async function loadEntry(k: Kubectl, path: string, entry: string): Promise<Resource[]> {
  if (/^https?:\/\//.test(entry)) throw failure(`accumulating resources: the sandbox has no network for "${entry}"`);
  let directory: boolean;
  try {
    directory = k.proc.stat(path).type === 'directory';
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': open ${path}: no such file or directory'`,
    );
  }
  if (directory) return load(k, path);
  const values = documents(await readFile(k.proc, path)).filter(isFields);
  const objects = values.flatMap((value) =>
    value.kind === 'List' && Array.isArray(value.items) ? (value.items as KubeObject[]) : [value as KubeObject],
  );
  return objects.map((object) => ({ object, originalName: object.metadata?.name ?? '', needsHash: false }));
}

async function patchAll(k: Kubectl, folder: string, patch: Fields, resources: Resource[]): Promise<void> {
  const text = textAt(patch, 'patch') || (await readFile(k.proc, join(folder, textAt(patch, 'path'))));
  for (const value of documents(text)) {
    const target = isFields(patch.target)
      ? patch.target
      : isFields(value)
        ? { kind: value.kind, name: textAt(value, 'metadata', 'name') }
        : {};
    const fits = ({ object, originalName }: Resource): boolean =>
      (!target.kind || object.kind === target.kind) && (!target.name || new RegExp(`^(?:${textAt(target, 'name')})$`).test(originalName));
    const found = resources.filter(fits);
    if (found.length === 0 && !isFields(patch.target))
      throw failure(
        `no resource matches strategic merge patch "${textAt(value, 'kind')}.${textAt(value, 'apiVersion')}/${textAt(target, 'name')}.[noNs]": no matches for Id`,
      );
    for (const resource of found) resource.object = applyPatch(resource.object, value);
  }
}

const first = ['Namespace', 'ResourceQuota', 'StorageClass', 'CustomResourceDefinition', 'ServiceAccount', 'PodSecurityPolicy', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap', 'Secret', 'Endpoints', 'Service', 'LimitRange', 'PriorityClass', 'PersistentVolume', 'PersistentVolumeClaim', 'Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget']; // prettier-ignore
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

function rank({ kind = '' }: KubeObject): number {
  if (first.includes(kind)) return first.indexOf(kind);
  return last.includes(kind) ? 1000 + last.indexOf(kind) : 100;
}
