import { ApiClient, ApiError, type KubeObject, type ResourceRef, type Transport } from '../kube/api';

/** Kinds that a save keeps, in the order in which they can be made again. */
const kept: readonly ResourceRef[] = [
  { groupVersion: 'v1', resource: 'namespaces' },
  { groupVersion: 'v1', resource: 'serviceaccounts' },
  { groupVersion: 'v1', resource: 'configmaps' },
  { groupVersion: 'v1', resource: 'secrets' },
  { groupVersion: 'v1', resource: 'services' },
  { groupVersion: 'v1', resource: 'pods' },
  { groupVersion: 'apps/v1', resource: 'deployments' },
  { groupVersion: 'batch/v1', resource: 'jobs' },
];

/** The cluster makes these itself. */
const ownNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);
const ownNames: ReadonlySet<string> = new Set([
  'namespaces/default',
  ...[...ownNamespaces].map((name) => `namespaces/${name}`),
  'serviceaccounts/default',
  'configmaps/kube-root-ca.crt',
  'services/kubernetes',
]);

/** Volume and mount of the service account's token, which admission adds anew. */
const tokenVolume = /^kube-api-access-/;

interface PodFields {
  volumes?: { name: string }[];
  containers?: { volumeMounts?: { name: string }[] }[];
  initContainers?: { volumeMounts?: { name: string }[] }[];
  nodeName?: string;
}

function withoutToken(spec: PodFields): PodFields {
  const container = <T extends { volumeMounts?: { name: string }[] }>(one: T): T => ({
    ...one,
    ...(one.volumeMounts && { volumeMounts: one.volumeMounts.filter((mount) => !tokenVolume.test(mount.name)) }),
  });
  const { nodeName: _placed, ...rest } = spec;
  return {
    ...rest,
    ...(spec.volumes && { volumes: spec.volumes.filter((volume) => !tokenVolume.test(volume.name)) }),
    ...(spec.containers && { containers: spec.containers.map(container) }),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(container) }),
  };
}

/** An object as a client would make it again: without what only the server sets. */
function asMade(object: KubeObject, ref: ResourceRef): KubeObject {
  const { name, namespace, labels, annotations, finalizers } = object.metadata;
  const { status: _status, metadata: _metadata, ...rest } = object;
  const metadata = { name, ...(namespace && { namespace }), ...(labels && { labels }), ...(annotations && { annotations }), ...(finalizers && { finalizers }) }; // prettier-ignore
  const made: KubeObject = { apiVersion: ref.groupVersion, ...rest, metadata };
  if (ref.resource === 'namespaces') delete made['spec'];
  if (ref.resource === 'pods') made['spec'] = withoutToken(object['spec'] as PodFields);
  return made;
}

const isKept = (object: KubeObject, { resource }: ResourceRef): boolean =>
  !ownNamespaces.has(object.metadata.namespace ?? '') &&
  !ownNames.has(`${resource}/${object.metadata.name}`) &&
  !object.metadata.deletionTimestamp &&
  !(object.metadata.ownerReferences ?? []).some((owner) => owner.controller) &&
  object['type'] !== 'kubernetes.io/service-account-token';

/** Everything in the cluster that the learner made. */
export async function objectsToKeep(transport: Transport): Promise<KubeObject[]> {
  const client = new ApiClient(transport, 'pausebox');
  const objects: KubeObject[] = [];
  for (const ref of kept) {
    const { items, kind } = await client.list(ref);
    objects.push(
      ...items.filter((object) => isKept(object, ref)).map((object) => asMade({ kind: kind.replace(/List$/, ''), ...object }, ref)),
    );
  }
  return objects;
}

/** Makes saved objects again. What the server refuses is told, and the others are made all the same. */
export async function makeAgain(transport: Transport, objects: readonly KubeObject[], refused: (message: string) => void): Promise<void> {
  const client = new ApiClient(transport, 'pausebox');
  for (const object of objects) {
    const ref = kept.find((one) => one.groupVersion === object.apiVersion && one.resource === `${object.kind?.toLowerCase()}s`);
    if (!ref) continue;
    try {
      await client.create(ref, object);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason !== 'AlreadyExists') refused(error.message);
    }
  }
}
