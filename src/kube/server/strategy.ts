import { dropGatedFields, type KubeObject, type PodSpec } from '../api';
import type { ServerContext } from './context';
import { podStrategy } from './pod-strategy';
import type { Resource } from './resources';

export interface DeleteChoice {
  readonly gracePeriodSeconds?: number;
}

/** What a kind does beyond the general rules. Functions get an object of their own to change. */
export interface Strategy {
  prepareCreate?(object: KubeObject, context: ServerContext): void;
  prepareUpdate?(object: KubeObject, old: KubeObject): void;
  /** Puts back what a subresource of the kind may not change. */
  prepareSubresource?(object: KubeObject, old: KubeObject, subresource: string): void;
  /** Seconds until a deletion takes effect; absent: at once. */
  graceSeconds?(object: KubeObject, choice: DeleteChoice): number;
  /** metadata.generation counts changes of spec. */
  readonly generation?: boolean;
  /** DELETE answers the object, not a Status. */
  readonly returnsDeleted?: boolean;
}

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const namespaces: Strategy = {
  prepareCreate(namespace) {
    namespace['spec'] = { finalizers: ['kubernetes'] };
    namespace['status'] = { phase: 'Active' };
    namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name! };
  },
  prepareUpdate(namespace, old) {
    namespace['spec'] = old['spec'];
    namespace['status'] = old['status'];
  },
};

function nextClusterIP(context: ServerContext): string {
  const used = new Set(context.store.list('services').map((service) => fields(service['spec'])['clusterIP']));
  for (;;) {
    const address = `10.${96 + Math.floor(context.clock.random() * 16)}.${Math.floor(context.clock.random() * 256)}.${1 + Math.floor(context.clock.random() * 254)}`;
    if (!used.has(address)) return address;
  }
}

const services: Strategy = {
  returnsDeleted: true,
  prepareCreate(service, context) {
    const spec = fields(service['spec']);
    service['status'] = { loadBalancer: {} };
    if (spec['type'] === 'ExternalName') return;
    const address = spec['clusterIP'] || nextClusterIP(context);
    service['spec'] = {
      ...spec,
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: spec['ipFamilies'] ?? ['IPv4'],
      ipFamilyPolicy: spec['ipFamilyPolicy'] ?? 'SingleStack',
    };
  },
  prepareUpdate(service, old) {
    const before = fields(old['spec']);
    const spec = fields(service['spec']);
    service['spec'] = {
      ...spec,
      clusterIP: spec['clusterIP'] || before['clusterIP'],
      clusterIPs: spec['clusterIPs'] || before['clusterIPs'],
    };
    service['status'] = old['status'];
  },
};

/** Pods are made of the template, so what is dropped of a pod is dropped of it too. */
function cleanTemplate(workload: KubeObject): void {
  const template = fields(fields(workload['spec'])['template']);
  if (template['spec']) dropGatedFields(template['spec'] as PodSpec);
}

const workload: Strategy = {
  generation: true,
  prepareCreate(object) {
    cleanTemplate(object);
    delete object['status'];
  },
  prepareUpdate(object, old) {
    cleanTemplate(object);
    object['status'] = old['status'];
  },
};

const strategies: Readonly<Record<string, Strategy>> = {
  pods: podStrategy,
  namespaces,
  services,
  // A node may report its status with its registration.
  nodes: { prepareUpdate: (node, old) => void (node['status'] = old['status']) },
  serviceaccounts: { returnsDeleted: true },
  persistentvolumes: { returnsDeleted: true },
  persistentvolumeclaims: { returnsDeleted: true },
  podtemplates: { returnsDeleted: true, generation: true },
  resourcequotas: { returnsDeleted: true },
  replicationcontrollers: workload,
  'apps/deployments': workload,
  'apps/replicasets': workload,
  'apps/statefulsets': workload,
  'apps/daemonsets': workload,
  'batch/jobs': workload,
  'batch/cronjobs': workload,
  'networking.k8s.io/ingresses': workload,
  'networking.k8s.io/networkpolicies': workload,
  'policy/poddisruptionbudgets': workload,
};

const general: Strategy = {};

export function strategyOf(resource: Resource): Strategy {
  return strategies[resource.storage] ?? general;
}

const hasStatus = (resource: Resource): boolean => resource.subresources.some((subresource) => subresource.name === 'status');

/** Clears and sets what clients may not, before an object is stored for the first time. */
export function prepareCreate(resource: Resource, object: KubeObject, context: ServerContext): void {
  const strategy = strategyOf(resource);
  if (strategy.prepareCreate) strategy.prepareCreate(object, context);
  else if (hasStatus(resource) && resource.storage !== 'nodes') delete object['status'];
  if (strategy.generation) object.metadata.generation = 1;
}

/** Keeps what an update through the main path may not change. */
export function prepareUpdate(resource: Resource, object: KubeObject, old: KubeObject): void {
  const strategy = strategyOf(resource);
  if (strategy.prepareUpdate) strategy.prepareUpdate(object, old);
  else if (hasStatus(resource)) object['status'] = old['status'];
  if (object['status'] === undefined) delete object['status'];
}
