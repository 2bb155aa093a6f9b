import { type KubeObject, loadDescriptions, type Descriptions, type Transport } from '../kube/api';
import {
  complete,
  diagnose,
  hover,
  objectsIn,
  readManifest,
  sortKeys,
  withoutNulls,
  type ClusterContext,
  type Completion,
  type Diagnostic,
  type Hover,
} from '../manifest';

/** What the page's editor asks about manifests. */
export interface Manifests {
  diagnose(path: string, text: string): Promise<readonly Diagnostic[]>;
  /** Whether the cluster's objects are as `kubectl apply` of the text has left them. */
  applied(path: string, text: string): Promise<'none' | 'other' | 'same'>;
  hover(text: string, offset: number): Promise<Hover | undefined>;
  complete(text: string, offset: number): Promise<readonly Completion[]>;
}

const manifest = /\.(ya?ml|json)$/;
/** Larger texts are read by kubectl, but not while they are being typed. */
const mostCharacters = 2_000_000;

/** The kinds that a manifest's words are checked against, and where the server lists them. */
const listed: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  Secret: '/api/v1/secrets',
  ConfigMap: '/api/v1/configmaps',
  ServiceAccount: '/api/v1/serviceaccounts',
  Pod: '/api/v1/pods',
  PriorityClass: '/apis/scheduling.k8s.io/v1/priorityclasses',
  RuntimeClass: '/apis/node.k8s.io/v1/runtimeclasses',
};

async function objectsOf(transport: Transport, path: string): Promise<Map<string, KubeObject>> {
  const { status, body } = await transport({ method: 'GET', path, headers: { accept: 'application/json' } });
  if (status !== 200 || typeof body !== 'string') throw new Error(`the server answered ${status} to ${path}`);
  const { items } = JSON.parse(body) as { items?: KubeObject[] };
  return new Map((items ?? []).map((item) => [`${item.metadata.namespace ?? ''}/${item.metadata.name ?? ''}`, item]));
}

/** The objects of a cluster, as far as manifests name them. */
async function contextOf(transport: Transport, file: string): Promise<ClusterContext> {
  const lists = Object.entries(listed).map(async ([kind, path]) => [kind, await objectsOf(transport, path)] as const);
  const objects = new Map(await Promise.all(lists));
  return {
    file,
    lookup: (kind, namespace, name) => objects.get(kind)?.get(`${namespace}/${name}`),
    names: (kind, namespace) =>
      [...(objects.get(kind)?.values() ?? [])]
        .filter(({ metadata }) => (metadata.namespace ?? '') === namespace)
        .map(({ metadata }) => metadata.name ?? ''),
  };
}

const isObject = (value: unknown): value is KubeObject =>
  typeof value === 'object' && value !== null && typeof (value as { metadata?: unknown }).metadata === 'object';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** What apply keeps of an object, in one form: with its namespace, without empty annotations. */
function configuration(object: KubeObject, namespaced: boolean): string {
  const { annotations, namespace, ...metadata } = object.metadata;
  const kept = {
    ...metadata,
    ...(namespaced && { namespace: namespace ?? 'default' }),
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
  };
  return JSON.stringify(sortKeys(withoutNulls({ ...object, metadata: kept })));
}

async function compare(transport: Transport, objects: readonly KubeObject[]): Promise<'none' | 'other' | 'same'> {
  let [there, same] = [0, 0];
  for (const object of objects) {
    const { name, namespace = 'default' } = object.metadata;
    const path = listed[object.kind ?? ''];
    if (!path || !name) continue;
    const clusterWide = object.kind === 'Namespace' || /Class$/.test(object.kind ?? '');
    const live = (await objectsOf(transport, path)).get(`${clusterWide ? '' : namespace}/${name}`);
    if (!live || live.metadata.deletionTimestamp) continue;
    there++;
    const before = live.metadata.annotations?.[lastApplied];
    if (before && configuration(JSON.parse(before) as KubeObject, !clusterWide) === configuration(object, !clusterWide)) same++;
  }
  return there === 0 ? 'none' : same === objects.length ? 'same' : 'other';
}

/** `transport` reaches the API server. Until it answers, and when it fails, manifests are read without what is in the cluster. */
export function createManifests(transport: Transport | undefined): Manifests {
  let descriptions: Promise<Descriptions> | undefined;
  const described = (): Promise<Descriptions> => (descriptions ??= loadDescriptions());
  let up = false;
  transport?.({ method: 'GET', path: '/readyz', headers: {} }).then(
    () => (up = true),
    () => undefined,
  );
  const around = async (path: string): Promise<ClusterContext> => {
    const file = path.slice(path.lastIndexOf('/') + 1);
    try {
      return up && transport ? await contextOf(transport, file) : { file };
    } catch {
      return { file };
    }
  };
  return {
    async diagnose(path, text) {
      if (!manifest.test(path) || text.length > mostCharacters) return [];
      return diagnose(text, await around(path));
    },
    async applied(path, text) {
      if (!manifest.test(path) || text.length > mostCharacters || !up || !transport) return 'none';
      const { documents, problem } = readManifest(text);
      const objects = documents.flatMap(({ value }) => objectsIn(value).map(({ object }) => object)).filter(isObject);
      return problem || objects.length === 0 ? 'none' : compare(transport, objects);
    },
    async hover(text, offset) {
      return text.length > mostCharacters ? undefined : hover(text, offset, await described());
    },
    async complete(text, offset) {
      return text.length > mostCharacters ? [] : complete(text, offset, await described(), await around('FILE'));
    },
  };
}
