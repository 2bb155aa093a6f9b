import type { KubeObject } from '../../kube/api';
import { Errno } from '../../kernel';
import { failure } from '../errors';
import { readFile } from '../files';
import type { Kubectl } from '../kubectl';
import { byName, type Fields, fieldsAt, isFields, listAt, textAt, textsAt } from '../value';
import { documents, yamlText } from '../yaml';
import { kustomizationIn, notFound } from './file';
import { generate } from './generators';
import { applyPatch } from './patches';
import { updateReferences } from './references';
import { namesOf, replaced, selects } from './replacements';
import { transform, withHash } from './transformers';

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** A resource on its way through kustomizations: others refer to it by the names it had before prefixes and hashes. */
export interface Resource {
  object: KubeObject;
  readonly names: readonly string[];
  readonly needsHash: boolean;
}

function join(folder: string, path: string): string {
  return path.startsWith('/') ? path : `${folder.replace(/\/$/, '')}/${path}`;
}

/** The objects that a kustomization directory makes, in kustomize's order of kinds; names have their hashes in the end. */
export async function buildKustomization(k: Kubectl, folder: string): Promise<KubeObject[]> {
  const resources = await load(k, folder.replace(/\/$/, '') || '/', []);
  return updateReferences(resources.map(withHash))
    .map(({ object }) => object)
    .sort((a, b) => rank(a) - rank(b) || byName(textAt(a, 'kind'), textAt(b, 'kind')) || byName(place(a), place(b)));
}

/** What has no namespace comes after what has one. */
const place = ({ metadata }: KubeObject): string => `${metadata.namespace || '~X'}|${metadata.name ?? ''}`;

/** `ConfigMap.v1.[noGrp]/c.[noNs]` */
export function idText(object: KubeObject): string {
  const [version = '', group] = (object.apiVersion ?? '').split('/').reverse();
  return `${object.kind}.${version}.${group ?? '[noGrp]'}/${object.metadata?.name}.${object.metadata?.namespace || '[noNs]'}`;
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
  if (k.proc.stat(folder).type !== 'directory') throw failure(`must build at directory: '${folder}': file is not directory`);
  for (const name of fileNames) {
    try {
      return kustomizationIn(await readFile(k.proc, `${folder}/${name}`), name, absolute(k, folder));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  throw failure(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${absolute(k, folder)}'`);
}

/** A path as messages have it: whole, without `.` and `..`. */
export function absolute(k: Kubectl, path: string): string {
  const parts: string[] = [];
  for (const part of join(k.proc.getcwd(), path).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
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

/** `before`: what a component works on. */
async function load(k: Kubectl, folder: string, before: readonly Resource[]): Promise<Resource[]> {
  const kustomization = await kustomizationOf(k, folder);
  for (const [field, instead] of Object.entries(deprecated))
    if (kustomization[field] !== undefined)
      await k.err(
        `# Warning: '${field}' is deprecated. Please use '${instead}' instead. ${field === 'vars' ? '[EXPERIMENTAL] ' : ''}Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
      );
  let resources: Resource[] = [...before];
  for (const entry of [...textsAt(kustomization, 'resources'), ...textsAt(kustomization, 'bases')]) {
    const path = join(folder, entry);
    for (const resource of await loadEntry(k, path, entry)) {
      if (resources.some((other) => idText(other.object) === idText(resource.object)))
        throw failure(
          `accumulating resources: accumulation err='merging resources from '${entry}': may not add resource with an already registered id: ${idText(resource.object)}': must build at directory: '${absolute(k, path)}': file is not directory`,
        );
      resources.push(resource);
    }
  }
  for (const entry of textsAt(kustomization, 'components')) resources = await load(k, join(folder, entry), resources);
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    const field = kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator';
    for (const spec of listAt(kustomization, field)) {
      const options = { ...fieldsAt(kustomization, 'generatorOptions'), ...fieldsAt(spec, 'options') };
      const object = await generate(k, folder, kind, spec, options);
      addGenerated(resources, object, textAt(spec, 'behavior'), options.disableNameSuffixHash !== true);
    }
  }
  const strategic = textsAt(kustomization, 'patchesStrategicMerge').map((text) => (text.includes('\n') ? { patch: text } : { path: text }));
  for (const patch of [...strategic, ...listAt(kustomization, 'patches'), ...listAt(kustomization, 'patchesJson6902')])
    await patchAll(k, folder, patch, resources);
  return replaced(listAt(kustomization, 'replacements'), transform(kustomization, resources));
}

/** A generated object stands for itself, or is merged into, or put in the place of, one that is there. */
function addGenerated(resources: Resource[], object: KubeObject, behavior: string, needsHash: boolean): void {
  const { name = '', namespace = '' } = object.metadata;
  const at = resources.findIndex(
    (other) =>
      other.object.kind === object.kind &&
      [...other.names, other.object.metadata.name].includes(name) &&
      (!namespace || other.object.metadata.namespace === namespace),
  );
  const [version = '', group = ''] = (object.apiVersion ?? '').split('/').reverse();
  const id = `id resid.ResId{Gvk:resid.Gvk{Group:"${group}", Version:"${version}", Kind:"${object.kind}", isClusterScoped:false}, Name:"${name}", Namespace:"${namespace}"}`;
  const merging = behavior === 'merge' || behavior === 'replace';
  if (at < 0 && merging) throw failure(`merging from generator &{0xc000510000 <nil>}: ${id} does not exist; cannot merge or replace`);
  if (at < 0) {
    resources.push({ object, names: [name], needsHash });
    return;
  }
  if (!merging)
    throw failure(
      `merging from generator &{0xc000510000 <nil>}: ${id} exists; can not use behavior: 'unspecified', behavior must be merge or replace`,
    );
  const old = resources[at]!;
  const metadata = {
    ...old.object.metadata,
    labels: { ...old.object.metadata.labels, ...object.metadata.labels },
    annotations: { ...old.object.metadata.annotations, ...object.metadata.annotations },
  };
  for (const field of ['labels', 'annotations'] as const)
    if (Object.keys(metadata[field]).length === 0) delete (metadata as Partial<typeof metadata>)[field];
  const data = behavior === 'merge' ? { ...fieldsAt(old.object, 'data'), ...fieldsAt(object, 'data') } : fieldsAt(object, 'data');
  resources[at] = { ...old, object: { ...old.object, ...object, metadata, data } as KubeObject };
}

async function loadEntry(k: Kubectl, path: string, entry: string): Promise<Resource[]> {
  if (/^https?:\/\//.test(entry)) throw failure(`accumulating resources: the sandbox has no network for "${entry}"`);
  let directory: boolean;
  try {
    directory = k.proc.stat(path).type === 'directory';
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const missing = notFound(absolute(k, path));
    throw failure(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': ${missing}': must build at directory: not a valid directory: ${missing}`,
    );
  }
  if (directory) return load(k, path, []);
  const [root, whole] = [absolute(k, path.slice(0, -entry.length)), absolute(k, path)];
  if (!whole.startsWith(`${root}/`))
    throw failure(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': security; file '${whole}' is not in or below '${root}'': must build at directory: '${whole}': file is not directory`,
    );
  const values = resourcesIn(await readFile(k.proc, path), entry);
  const nameless = values.find(
    (value) => value.kind !== 'List' && textAt(value, 'metadata', 'name') === '' && textAt(value, 'metadata', 'generateName') === '',
  );
  if (nameless)
    throw failure(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': missing metadata.name in object {{${textAt(nameless, 'apiVersion')} ${textAt(nameless, 'kind')}} {{ } map[] map[]}}': must build at directory: '${absolute(k, path)}': file is not directory`,
    );
  const objects = values.flatMap((value) =>
    value.kind === 'List' && Array.isArray(value.items) ? (value.items as KubeObject[]) : [value as KubeObject],
  );
  return objects.map((object) => ({ object, names: [object.metadata?.name ?? ''], needsHash: false }));
}

/** Objects of a file of resources. */
function resourcesIn(text: string, entry: string): Fields[] {
  try {
    return documents(text).filter(isFields);
  } catch (error) {
    const why = (error as Error).message.replace('error converting YAML to JSON: ', '');
    throw failure(`accumulating resources: accumulating resources from '${entry}': MalformedYAMLError: ${why} in File: ${entry}`);
  }
}

async function patchText(k: Kubectl, folder: string, patch: Fields): Promise<string> {
  const path = textAt(patch, 'path');
  try {
    return textAt(patch, 'patch') || (await readFile(k.proc, join(folder, path)));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(
      `trouble configuring builtin PatchTransformer with config: \`\n${yamlText(patch)}\`: failed to get the patch file from path(${path}): ${notFound(absolute(k, join(folder, path)))}`,
    );
  }
}

async function patchAll(k: Kubectl, folder: string, patch: Fields, resources: Resource[]): Promise<void> {
  for (const value of documents(await patchText(k, folder, patch))) {
    const target = isFields(patch.target) ? patch.target : undefined;
    const own = isFields(value) ? { kind: textAt(value, 'kind'), name: textAt(value, 'metadata', 'name') } : { kind: '', name: '' };
    const found = resources.filter((resource) =>
      target ? selects(target, resource) : resource.object.kind === own.kind && namesOf(resource).includes(own.name),
    );
    if (found.length === 0 && !target) {
      const id = idText(value as KubeObject);
      throw failure(
        `no resource matches strategic merge patch "${id}": no matches for Id ${id}; failed to find unique target for patch ${id}`,
      );
    }
    for (const resource of found) {
      // a patch that says which object it is for does not rename it
      const { name, namespace } = resource.object.metadata;
      const patched = applyPatch(resource.object, value);
      resource.object = isFields(value)
        ? { ...patched, metadata: { ...patched.metadata, name, ...(namespace ? { namespace } : {}) } }
        : patched;
    }
  }
}

const first = ['Namespace', 'ResourceQuota', 'StorageClass', 'CustomResourceDefinition', 'ServiceAccount', 'PodSecurityPolicy', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap', 'Secret', 'Endpoints', 'Service', 'LimitRange', 'PriorityClass', 'PersistentVolume', 'PersistentVolumeClaim', 'Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget']; // prettier-ignore
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

function rank({ kind = '' }: KubeObject): number {
  if (first.includes(kind)) return first.indexOf(kind);
  return last.includes(kind) ? 1000 + last.indexOf(kind) : 100;
}
