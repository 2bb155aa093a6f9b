import { decode, dropGatedFields, equal, generatedLabels, type KubeObject, type PodSpec } from '../api';
import { claimStrategy } from './claim-strategy';
import type { User } from './authorization';
import type { ServerContext } from './context';
import { podStrategy } from './pod-strategy';
import type { Resource } from './resources';
import { serviceStrategy } from './service-strategy';
import { signingRequestStrategy } from './signing-request-strategy';

export interface DeleteChoice {
  readonly gracePeriodSeconds?: number;
}

/** What a kind does beyond the general rules. Functions get an object of their own to change. */
export interface Strategy {
  /** `user`: who asks, when it is a request that does. */
  prepareCreate?(object: KubeObject, context: ServerContext, user?: User): void;
  prepareUpdate?(object: KubeObject, old: KubeObject): void;
  /** Hands out what is the server's to give, before the object is checked; `old` is what there was before. */
  allocate?(object: KubeObject, context: ServerContext, old?: KubeObject): void;
  /** Puts back what a subresource of the kind may not change. */
  prepareSubresource?(object: KubeObject, old: KubeObject, subresource: string, nowMs: number): void;
  /** Seconds until a deletion takes effect; absent: at once. */
  graceSeconds?(object: KubeObject, choice: DeleteChoice): number;
  /** metadata.generation counts changes of spec. */
  readonly generation?: boolean;
  /** What becomes of dependents when a deletion does not say. */
  readonly propagationPolicy?: 'Orphan';
  /** DELETE answers the object, not a Status. */
  readonly returnsDeleted?: boolean;
}

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const namespaces: Strategy = {
  prepareCreate(namespace) {
    delete namespace['status'];
    namespace['spec'] = { finalizers: ['kubernetes'] };
    namespace['status'] = { phase: 'Active' };
    const { name, labels } = namespace.metadata;
    if (name) namespace.metadata.labels = { ...labels, 'kubernetes.io/metadata.name': name };
  },
  prepareUpdate(namespace, old) {
    namespace['spec'] = old['spec'];
    namespace['status'] = old['status'];
  },
};

/** Pods are made of the template, so what is dropped of a pod is dropped of it too. */
function cleanTemplate(workload: KubeObject): void {
  const template = fields(fields(workload['spec'])['template']);
  if (template['spec']) dropGatedFields(template['spec'] as PodSpec);
}

const workload: Strategy = {
  generation: true,
  prepareCreate: cleanTemplate,
  prepareUpdate(object, old) {
    cleanTemplate(object);
    object['status'] = old['status'];
  },
};

const templateGeneration = 'deprecated.daemonset.template.generation';

/** A DaemonSet counts the changes of its template in an annotation. */
const daemonSets: Strategy = {
  ...workload,
  prepareCreate(set, context) {
    workload.prepareCreate?.(set, context);
    set.metadata.annotations = { ...set.metadata.annotations, [templateGeneration]: '1' };
  },
  prepareUpdate(set, old) {
    workload.prepareUpdate?.(set, old);
    const before = Number(old.metadata.annotations?.[templateGeneration] ?? 1);
    const isSame = equal(fields(set['spec'])['template'], fields(old['spec'])['template']);
    set.metadata.annotations = { ...set.metadata.annotations, [templateGeneration]: String(isSame ? before : before + 1) };
  },
};

/** A Job finds its pods by labels that it gives them, unless it is told to look for others. */
const jobs: Strategy = {
  ...workload,
  propagationPolicy: 'Orphan',
  prepareCreate(job) {
    cleanTemplate(job);
    const spec = fields((job['spec'] ??= {}));
    if (spec['manualSelector']) return;
    const labels = generatedLabels(job);
    const template = fields((spec['template'] ??= {}));
    const metadata = fields((template['metadata'] ??= {}));
    metadata['labels'] = { ...fields(metadata['labels']), ...labels };
    const uid = 'batch.kubernetes.io/controller-uid';
    spec['selector'] ??= { matchLabels: { [uid]: labels[uid] } };
  },
};

const strategies: Readonly<Record<string, Strategy>> = {
  pods: podStrategy,
  namespaces,
  services: serviceStrategy,
  // A node may report its status with its registration.
  nodes: { prepareUpdate: (node, old) => void (node['status'] = old['status']) },
  serviceaccounts: { returnsDeleted: true },
  persistentvolumes: { returnsDeleted: true },
  persistentvolumeclaims: claimStrategy,
  podtemplates: { returnsDeleted: true, generation: true },
  resourcequotas: { returnsDeleted: true },
  replicationcontrollers: { ...workload, propagationPolicy: 'Orphan' },
  'apps/deployments': workload,
  'apps/replicasets': workload,
  'apps/statefulsets': workload,
  'apps/daemonsets': daemonSets,
  'batch/jobs': jobs,
  'batch/cronjobs': workload,
  'networking.k8s.io/ingresses': workload,
  'networking.k8s.io/networkpolicies': workload,
  'policy/poddisruptionbudgets': workload,
  'certificates.k8s.io/certificatesigningrequests': signingRequestStrategy,
};

const general: Strategy = {};

export function strategyOf(resource: Resource): Strategy {
  return strategies[resource.storage] ?? general;
}

const hasStatus = (resource: Resource): boolean => resource.subresources.some((subresource) => subresource.name === 'status');

/** What Go writes of a status of which nothing is known yet. */
const emptyStatus = (resource: Resource): unknown => decode({ metadata: {}, status: {} }, resource).object['status'];

/** Clears and sets what clients may not, before an object is stored for the first time. */
export function prepareCreate(resource: Resource, object: KubeObject, context: ServerContext, user?: User): void {
  const strategy = strategyOf(resource);
  if (hasStatus(resource) && resource.storage !== 'nodes') {
    object['status'] = emptyStatus(resource);
    if (object['status'] === undefined) delete object['status'];
  }
  strategy.prepareCreate?.(object, context, user);
  if (strategy.generation) object.metadata.generation = 1;
}

/** Keeps what an update through the main path may not change. */
export function prepareUpdate(resource: Resource, object: KubeObject, old: KubeObject): void {
  const strategy = strategyOf(resource);
  if (strategy.prepareUpdate) strategy.prepareUpdate(object, old);
  else if (hasStatus(resource)) object['status'] = old['status'];
  if (object['status'] === undefined) delete object['status'];
}
