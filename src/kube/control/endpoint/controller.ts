import type { Clock } from '../../../clock';
import { ApiError, equal, EventRecorder, referenceTo, type ApiClient, type KubeObject, type Pod, type ResourceRef } from '../../api';
import type { Informer } from '../informer';
import { endpoints as endpointsRef, endpointSlices as slicesRef } from '../resources';
import { keyOf, splitKey, WorkQueue } from '../work-queue';
import { backendsOf, hasSelector, selects, type Service } from './addresses';
import { endpointsOf, managedByLabel, serviceNameLabel, sliceManager, slicesOf } from './objects';

/** What of an object is compared: the time of the last change says nothing new. */
const content = ({ metadata, ...rest }: KubeObject): unknown => ({ ...rest, labels: metadata.labels ?? {}, managedFields: undefined });
const saysTheSame = (a: KubeObject, b: KubeObject): boolean => {
  const bare = (object: KubeObject): unknown =>
    JSON.parse(
      JSON.stringify(content(object), (_key, value: unknown) =>
        Array.isArray(value) && value.length === 0 ? undefined : (value ?? undefined),
      ),
    );
  return equal(bare(a), bare(b));
};

/** Keeps Endpoints and EndpointSlices of each service that selects pods. */
export function startEndpoints(
  clock: Clock,
  client: ApiClient,
  services: Informer<Service>,
  pods: Informer<Pod>,
  endpoints: Informer<KubeObject>,
  slices: Informer<KubeObject>,
): () => void {
  const recorder = new EventRecorder({ client, clock, component: 'endpoint-controller' });

  const remove = async (ref: ResourceRef, object: KubeObject): Promise<void> => {
    const { name = '', namespace } = object.metadata;
    await client.delete(ref, name, { namespace }).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    });
  };

  const slicesBy = (namespace: string | undefined, service: string): KubeObject[] =>
    slices.list().filter(({ metadata }) => {
      const labels = metadata.labels ?? {};
      return metadata.namespace === namespace && labels[managedByLabel] === sliceManager && labels[serviceNameLabel] === service;
    });

  const syncEndpoints = async (service: Service, wanted: KubeObject, old: KubeObject | undefined): Promise<void> => {
    if (old && saysTheSame(old, wanted)) return;
    try {
      endpoints.note(old ? await client.update(endpointsRef, wanted) : await client.create(endpointsRef, wanted));
    } catch (error) {
      const reason = old ? 'FailedToUpdateEndpoint' : 'FailedToCreateEndpoint';
      const what = `${old ? 'update' : 'create'} endpoint for service ${keyOf(service)}`;
      recorder.event(referenceTo(service), 'Warning', reason, `Failed to ${what}: ${(error as Error).message}`);
      throw error;
    }
  };

  const syncSlices = async (wanted: readonly KubeObject[], old: readonly KubeObject[]): Promise<void> => {
    for (const [i, slice] of wanted.entries()) {
      const known = old[i];
      if (!known) {
        slices.note(await client.create(slicesRef, slice));
        continue;
      }
      const { labels, annotations } = slice.metadata;
      const next = {
        ...known,
        ...slice,
        metadata: { ...known.metadata, labels, annotations: { ...known.metadata.annotations, ...annotations } },
      };
      if (!saysTheSame(known, next)) slices.note(await client.update(slicesRef, next));
    }
    for (const extra of old.slice(wanted.length)) await remove(slicesRef, extra);
  };

  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const service = services.get(namespace, name);
      const known = endpoints.get(namespace, name);
      if (!service) {
        if (known?.metadata.labels?.['endpoints.kubernetes.io/managed-by']) await remove(endpointsRef, known);
        for (const slice of slicesBy(namespace, name)) await remove(slicesRef, slice);
        return;
      }
      if (!hasSelector(service) || service.metadata.deletionTimestamp) return;
      const backends = backendsOf(service, pods.list());
      await syncEndpoints(service, endpointsOf(service, backends, known), known);
      await syncSlices(slicesOf(service, backends), slicesBy(namespace, name));
    },
  });

  const wake = (service: Service): void => queue.add(keyOf(service));
  const wakeServices = (...states: Pod[]): void => {
    for (const service of services.list()) if (hasSelector(service) && states.some((pod) => selects(service, pod))) wake(service);
  };
  services.on({ added: wake, updated: wake, deleted: wake });
  pods.on({ added: wakeServices, updated: (pod, old) => wakeServices(pod, old), deleted: wakeServices });
  endpoints.on({ deleted: (object) => queue.add(keyOf(object)) });
  slices.on({
    deleted({ metadata }) {
      const name = metadata.labels?.[serviceNameLabel];
      if (name) queue.add(`${metadata.namespace}/${name}`);
    },
  });
  return () => queue.stop();
}
