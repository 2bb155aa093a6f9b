import { base64 } from './base64';
import { parseQuantity, quantityText, roundToMilli } from './quantity';
import { setOwn } from './json-text';
import { podLevelDefaults } from './pod-level-defaults';

export type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);
const isEmpty = (value: unknown): boolean => value === undefined || value === null || Object.keys(value).length === 0;

/** What is not there yet of `own` is taken from `more`. */
function setMissing(own: Fields, more: unknown): void {
  for (const [name, value] of Object.entries(fieldsOf(more))) if (!Object.hasOwn(own, name)) setOwn(own, name, value);
}

const probe = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const container = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' };
const mode = { defaultMode: 0o644 };
const rbac = 'rbac.authorization.k8s.io';
const workload = { replicas: 1 };
const webhook = { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10 };

/** What fields are when they are absent, by type (pkg/apis/*\/v*\/defaults.go, and `+default` marks in k8s.io/api). */
export const defaultFields: Readonly<Record<string, Fields>> = {
  'v1.PodSpec': {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
  },
  'v1.Container': container,
  'v1.EphemeralContainer': container,
  'v1.ContainerPort': { protocol: 'TCP' },
  'v1.Probe': probe,
  'v1.HTTPGetAction': { path: '/', scheme: 'HTTP' },
  'v1.GRPCAction': { service: '' },
  'v1.ObjectFieldSelector': { apiVersion: 'v1' },
  'v1.FileKeySelector': { optional: false },
  'v1.SecretVolumeSource': mode,
  'v1.ConfigMapVolumeSource': mode,
  'v1.DownwardAPIVolumeSource': mode,
  'v1.ProjectedVolumeSource': mode,
  'v1.ServiceAccountTokenProjection': { expirationSeconds: 3600 },
  'v1.PodCertificateProjection': { maxExpirationSeconds: 86400 },
  'v1.HostPathVolumeSource': { type: '' },
  'v1.ISCSIVolumeSource': { iscsiInterface: 'default' },
  'v1.ISCSIPersistentVolumeSource': { iscsiInterface: 'default' },
  'v1.RBDVolumeSource': { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  'v1.RBDPersistentVolumeSource': { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  'v1.ScaleIOVolumeSource': { storageMode: 'ThinProvisioned', fsType: 'xfs' },
  'v1.ScaleIOPersistentVolumeSource': { storageMode: 'ThinProvisioned', fsType: 'xfs' },
  'v1.AzureDiskVolumeSource': { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false },
  'v1.PersistentVolumeClaimSpec': { volumeMode: 'Filesystem' },
  'v1.PersistentVolumeClaimStatus': { phase: 'Pending' },
  'v1.PersistentVolumeSpec': { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
  'v1.PersistentVolumeStatus': { phase: 'Pending' },
  'v1.Secret': { type: 'Opaque' },
  'v1.NamespaceStatus': { phase: 'Active' },
  'core:v1.EndpointPort': { protocol: 'TCP' },
  'v1.ServiceSpec': { sessionAffinity: 'None', type: 'ClusterIP' },
  'v1.ServicePort': { protocol: 'TCP' },
  'v1.ReplicationControllerSpec': workload,
  'v1.ReplicaSetSpec': workload,
  'v1.DeploymentSpec': { ...workload, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  'v1.DeploymentStrategy': { type: 'RollingUpdate' },
  'v1.StatefulSetSpec': {
    ...workload,
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: {},
  },
  'v1.StatefulSetPersistentVolumeClaimRetentionPolicy': { whenDeleted: 'Retain', whenScaled: 'Retain' },
  'v1.StatefulSetUpdateStrategy': { type: 'RollingUpdate' },
  'v1.DaemonSetSpec': { revisionHistoryLimit: 10 },
  'v1.DaemonSetUpdateStrategy': { type: 'RollingUpdate' },
  'v1.CronJobSpec': { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
  'v1.PodFailurePolicyOnPodConditionsPattern': { status: 'True' },
  'v1.NetworkPolicyPort': { protocol: 'TCP' },
  'v1.IngressClassParametersReference': { scope: 'Cluster' },
  'v1.StorageClass': { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  'v1.CSIDriverSpec': {
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false,
    seLinuxMount: false,
  },
  'v1.PriorityClass': { preemptionPolicy: 'PreemptLowerPriority' },
  'v1.HorizontalPodAutoscalerSpec': { minReplicas: 1 },
  'v2.HorizontalPodAutoscalerSpec': { minReplicas: 1 },
  'discovery:v1.EndpointPort': { name: '', protocol: 'TCP' },
  'v1.TokenRequestSpec': { expirationSeconds: 3600 },
  'v1.ValidatingWebhook': webhook,
  'v1.MutatingWebhook': { ...webhook, reinvocationPolicy: 'Never' },
  'v1.RuleWithOperations': { scope: '*' },
  'apiextensions:v1.ServiceReference': { port: 443 },
  'admissionregistration:v1.ServiceReference': { port: 443 },
  'apiregistration:v1.ServiceReference': { port: 443 },
};

// The grammar of distribution's reference package.
const domain = String.raw`(?:[a-zA-Z0-9]+(?:[.-]+[a-zA-Z0-9]+)*|\[[0-9a-fA-F:]+\])(?::\d+)?`;
const part = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const imageName = new RegExp(String.raw`^(?:${domain}/)?${part}(?:/${part})*(?::(\w[\w.-]{0,127}))?(@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$`);

/** Always for no tag or `latest`; a digest names one image for good, and what is no image's name has no tag. */
function pullPolicy(image: string): string {
  const match = image.length > 1000 ? null : imageName.exec(image);
  const tag = match && (match[1] ?? (match[2] ? '' : 'latest'));
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

const setPullPolicy = (value: Fields): void => {
  value['imagePullPolicy'] ??= pullPolicy(String(value['image'] ?? ''));
};

/** "Limits are copied to requests that are not given." */
function requestLimits(value: Fields): void {
  const resources = fieldsOf(value['resources']);
  if (isEmpty(resources['limits'])) return;
  setMissing((resources['requests'] ??= {}) as Fields, resources['limits']);
}

function roundResources(...lists: unknown[]): void {
  for (const list of lists) {
    const amounts = fieldsOf(list);
    for (const [name, amount] of Object.entries(amounts)) {
      const given = parseQuantity(String(amount));
      const rounded = roundToMilli(given);
      if (rounded !== given) setOwn(amounts, name, quantityText(rounded));
    }
  }
}
const roundLimits = (value: Fields): void => roundResources(value['limits'], value['requests']);

function podDefaults(pod: Fields): void {
  const spec = pod['spec'] as Fields | undefined;
  if (!spec) return;
  for (const each of [...listOf(spec['containers']), ...listOf(spec['initContainers'])]) requestLimits(each);
  podLevelDefaults(spec);
  spec['enableServiceLinks'] ??= true;
}

/** A pod on the host's network has the host's ports. */
function hostPorts(spec: Fields): void {
  if (spec['hostNetwork'] !== true) return;
  for (const each of [...listOf(spec['containers']), ...listOf(spec['initContainers'])]) {
    for (const port of listOf(each['ports'])) if (!port['hostPort'] && port['containerPort']) port['hostPort'] = port['containerPort'];
  }
}

/** serviceAccount is the old name of serviceAccountName: who gives one has both. */
function accountNames(spec: Fields): void {
  const account = spec['serviceAccountName'] || spec['serviceAccount'];
  if (!account) return;
  spec['serviceAccountName'] = account;
  spec['serviceAccount'] = account;
}

const inCluster = new Set(['ClusterIP', 'NodePort', 'LoadBalancer']);

function serviceDefaults(service: Fields): void {
  const spec = service['spec'] as Fields | undefined;
  if (!spec) return;
  const type = String(spec['type'] || 'ClusterIP');
  if (spec['sessionAffinity'] === 'ClientIP') {
    const config = (spec['sessionAffinityConfig'] ??= {}) as Fields;
    const client = (config['clientIP'] ??= {}) as Fields;
    client['timeoutSeconds'] ??= 10800;
  } else if (!spec['sessionAffinity'] || spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  for (const port of listOf(spec['ports'])) port['targetPort'] ||= port['port'];
  const external = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && !isEmpty(spec['externalIPs']));
  if (external) spec['externalTrafficPolicy'] ??= 'Cluster';
  if (inCluster.has(type)) spec['internalTrafficPolicy'] ??= 'Cluster';
  if (type === 'LoadBalancer') spec['allocateLoadBalancerNodePorts'] ??= true;
}

/** The labels of the pod template are those of the controller that has none, and what it selects. */
function templateLabels(controller: Fields, selects: boolean): void {
  const spec = fieldsOf(controller['spec']);
  const labels = fieldsOf(fieldsOf(spec['template'])['metadata'])['labels'];
  if (isEmpty(labels)) return;
  const metadata = fieldsOf(controller['metadata']);
  if (selects && isEmpty(spec['selector'])) spec['selector'] = structuredClone(labels);
  if (isEmpty(metadata['labels'])) metadata['labels'] = structuredClone(labels);
}

function jobDefaults(job: Fields): void {
  const spec = job['spec'] as Fields | undefined;
  if (!spec) return;
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
  spec['parallelism'] ??= 1;
  spec['backoffLimit'] ??= spec['backoffLimitPerIndex'] === undefined ? 6 : 2 ** 31 - 1;
  spec['completionMode'] ??= 'NonIndexed';
  spec['suspend'] ??= false;
  spec['podReplacementPolicy'] ??= spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed';
  spec['manualSelector'] ??= false;
  templateLabels(job, false);
}

const rolling =
  (defaults: Fields) =>
  (strategy: Fields): void => {
    if (strategy['type'] !== 'RollingUpdate') return;
    const update = (strategy['rollingUpdate'] ??= {}) as Fields;
    for (const [name, value] of Object.entries(defaults)) update[name] ??= value;
  };

/** "stringData … is merged into data when written, overwriting": it is never kept. */
function mergeStringData(secret: Fields): void {
  const given = secret['stringData'];
  delete secret['stringData'];
  if (isEmpty(given)) return;
  const data = (secret['data'] ??= {}) as Fields;
  for (const [key, text] of Object.entries(given as Fields)) setOwn(data, key, base64(new TextEncoder().encode(String(text))));
}

const roleGroup = (ref: unknown): void => {
  const fields = fieldsOf(ref);
  fields['apiGroup'] ||= rbac;
};
function bindingDefaults(binding: Fields): void {
  roleGroup(binding['roleRef']);
  for (const subject of listOf(binding['subjects'])) if (subject['kind'] !== 'ServiceAccount') roleGroup(subject);
}

const quickly = { periodSeconds: 15 };
const scaling: Readonly<Record<'scaleUp' | 'scaleDown', Fields>> = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, ...quickly },
      { type: 'Percent', value: 100, ...quickly },
    ],
  },
  scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, ...quickly }] },
};
function autoscalerDefaults(spec: Fields): void {
  const target = { type: 'Utilization', averageUtilization: 80 };
  if (isEmpty(spec['metrics'])) spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  const behavior = spec['behavior'] as Fields | undefined;
  if (!behavior) return;
  for (const [name, rules] of Object.entries(scaling)) setMissing((behavior[name] ??= {}) as Fields, structuredClone(rules));
}

function crdDefaults(crd: Fields): void {
  const spec = fieldsOf(crd['spec']);
  const names = fieldsOf(spec['names']);
  if (names['kind']) {
    names['singular'] ??= String(names['kind']).toLowerCase();
    names['listKind'] ??= `${String(names['kind'])}List`;
  }
  spec['conversion'] ??= { strategy: 'None' };
}

/** What depends on other fields, by type. */
export const defaultRules: Readonly<Record<string, (value: Fields) => void>> = {
  'v1.Pod': (pod) => {
    podDefaults(pod);
    hostPorts(fieldsOf(pod['spec']));
  },
  'v1.PodSpec': accountNames,
  'v1.Container': setPullPolicy,
  'v1.EphemeralContainer': setPullPolicy,
  'v1.ImageVolumeSource': (source) => {
    source['pullPolicy'] ??= pullPolicy(String(source['reference'] ?? ''));
  },
  'v1.Volume': (volume) => {
    if (Object.keys(volume).every((name) => name === 'name')) volume['emptyDir'] = {};
  },
  'v1.ResourceRequirements': roundLimits,
  'v1.VolumeResourceRequirements': roundLimits,
  'v1.PersistentVolumeSpec': (spec) => roundResources(spec['capacity']),
  'v1.ResourceQuotaSpec': (spec) => roundResources(spec['hard']),
  'v1.NodeStatus': (status) => {
    if (isEmpty(status['allocatable']) && !isEmpty(status['capacity'])) status['allocatable'] = structuredClone(status['capacity']);
    roundResources(status['capacity'], status['allocatable']);
  },
  'v1.Namespace': (namespace) => {
    const metadata = fieldsOf(namespace['metadata']);
    if (metadata['name']) metadata['labels'] = { ...fieldsOf(metadata['labels']), 'kubernetes.io/metadata.name': metadata['name'] };
  },
  'v1.LimitRangeItem': (item) => {
    if (item['type'] !== 'Container') return;
    const [limits, requests] = [(item['default'] ??= {}), (item['defaultRequest'] ??= {})] as [Fields, Fields];
    setMissing(limits, item['max']);
    setMissing(requests, limits);
    setMissing(requests, item['min']);
    for (const name of ['default', 'defaultRequest']) if (isEmpty(item[name])) delete item[name];
  },
  'v1.Secret': mergeStringData,
  'v1.Service': serviceDefaults,
  'v1.ReplicationController': (controller) => templateLabels(controller, true),
  'v1.DeploymentStrategy': rolling({ maxUnavailable: '25%', maxSurge: '25%' }),
  'v1.StatefulSetUpdateStrategy': rolling({ partition: 0 }),
  'v1.DaemonSetUpdateStrategy': rolling({ maxUnavailable: 1, maxSurge: 0 }),
  'v1.Job': jobDefaults,
  'v1.NetworkPolicySpec': (spec) => {
    spec['policyTypes'] ??= ['Ingress', ...(isEmpty(spec['egress']) ? [] : ['Egress'])];
  },
  'v2.HorizontalPodAutoscalerSpec': autoscalerDefaults,
  'v1.RoleBinding': bindingDefaults,
  'v1.ClusterRoleBinding': bindingDefaults,
  'v1.CustomResourceDefinition': crdDefaults,
};
