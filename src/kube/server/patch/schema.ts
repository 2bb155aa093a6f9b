/**
 * How lists and maps merge, by type and field: what the `patchStrategy` and `listType` marks in the API's types say.
 * A field that is not named here: a map merges by key, a struct by field, a list is replaced as a whole.
 */
export interface FieldRule {
  /** Type of the field's value, or of its items. */
  readonly type?: string;
  /** Items of strategic merge patches are matched by this key. */
  readonly mergeKey?: string;
  /** Items of field sets (server-side apply) are matched by these keys. */
  readonly keys?: readonly string[];
  /** A list of scalars that merges as a set. */
  readonly set?: boolean;
  /** Fields the patch does not name in `$retainKeys` are dropped. */
  readonly retainKeys?: boolean;
  /** A map or struct that has one owner as a whole. */
  readonly atomic?: boolean;
}

type TypeRules = Readonly<Record<string, FieldRule>>;

const list = (type: string, mergeKey: string, keys: readonly string[] = [mergeKey], more: FieldRule = {}): FieldRule => ({
  type,
  mergeKey,
  keys,
  ...more,
});
const of = (type: string): FieldRule => ({ type });
const atomic: FieldRule = { atomic: true };
const conditions = list('Condition', 'type');

const types: Readonly<Record<string, TypeRules>> = {
  ObjectMeta: { ownerReferences: list('OwnerReference', 'uid'), finalizers: { set: true } },
  OwnerReference: {},
  Condition: {},
  Pod: { metadata: of('ObjectMeta'), spec: of('PodSpec'), status: of('PodStatus') },
  PodSpec: {
    volumes: list('Volume', 'name', ['name'], { retainKeys: true }),
    initContainers: list('Container', 'name'),
    containers: list('Container', 'name'),
    ephemeralContainers: list('Container', 'name'),
    nodeSelector: atomic,
    imagePullSecrets: list('LocalObjectReference', 'name'),
    hostAliases: list('HostAlias', 'ip'),
    topologySpreadConstraints: list('TopologySpreadConstraint', 'topologyKey', ['topologyKey', 'whenUnsatisfiable']),
    schedulingGates: list('PodSchedulingGate', 'name'),
    resourceClaims: list('PodResourceClaim', 'name', ['name'], { retainKeys: true }),
    resources: of('ResourceRequirements'),
  },
  Volume: {
    projected: of('ProjectedVolumeSource'),
    configMap: {},
    secret: {},
    azureFile: {},
    csi: of('CSIVolumeSource'),
    flexVolume: of('SecretRefVolume'),
    cephfs: of('SecretRefVolume'),
    iscsi: of('SecretRefVolume'),
    rbd: of('SecretRefVolume'),
    scaleIO: of('SecretRefVolume'),
    storageos: of('SecretRefVolume'),
  },
  CSIVolumeSource: { nodePublishSecretRef: atomic },
  SecretRefVolume: { secretRef: atomic },
  ProjectedVolumeSource: {},
  Container: {
    ports: list('ContainerPort', 'containerPort', ['containerPort', 'protocol']),
    env: list('EnvVar', 'name'),
    volumeMounts: list('VolumeMount', 'mountPath'),
    volumeDevices: list('VolumeDevice', 'devicePath'),
    resources: of('ResourceRequirements'),
    resizePolicy: {},
  },
  EnvVar: { valueFrom: of('EnvVarSource') },
  EnvVarSource: { fieldRef: atomic, resourceFieldRef: atomic, configMapKeyRef: atomic, secretKeyRef: atomic, fileKeyRef: atomic },
  ResourceRequirements: { claims: { type: 'ResourceClaim', keys: ['name'] } },
  PodStatus: {
    conditions,
    podIPs: list('PodIP', 'ip'),
    hostIPs: { type: 'HostIP', mergeKey: 'ip' },
    resourceClaimStatuses: list('PodResourceClaimStatus', 'name', ['name'], { retainKeys: true }),
  },
  Secret: { metadata: of('ObjectMeta') },
  ConfigMap: { metadata: of('ObjectMeta') },
  Namespace: { metadata: of('ObjectMeta'), status: of('NamespaceStatus') },
  NamespaceStatus: { conditions },
  Node: { metadata: of('ObjectMeta'), spec: of('NodeSpec'), status: of('NodeStatus') },
  NodeSpec: { podCIDRs: { set: true } },
  NodeStatus: { conditions, addresses: list('NodeAddress', 'type') },
  ServiceAccount: {
    metadata: of('ObjectMeta'),
    secrets: list('ObjectReference', 'name'),
    imagePullSecrets: {},
  },
  Event: { metadata: of('ObjectMeta'), involvedObject: atomic, related: atomic, regarding: atomic },
  Service: { metadata: of('ObjectMeta'), spec: of('ServiceSpec'), status: of('ServiceStatus') },
  ServiceSpec: { ports: list('ServicePort', 'port', ['port', 'protocol']), selector: atomic },
  ServiceStatus: { conditions },
  Deployment: { metadata: of('ObjectMeta'), spec: of('WorkloadSpec'), status: of('WorkloadStatus') },
  ReplicaSet: { metadata: of('ObjectMeta'), spec: of('WorkloadSpec'), status: of('WorkloadStatus') },
  StatefulSet: { metadata: of('ObjectMeta'), spec: of('WorkloadSpec'), status: of('WorkloadStatus') },
  DaemonSet: { metadata: of('ObjectMeta'), spec: of('WorkloadSpec'), status: of('WorkloadStatus') },
  Job: { metadata: of('ObjectMeta'), spec: of('WorkloadSpec'), status: of('WorkloadStatus') },
  CronJob: { metadata: of('ObjectMeta'), spec: of('CronJobSpec') },
  CronJobSpec: { jobTemplate: of('Job') },
  WorkloadSpec: { template: of('Pod'), selector: atomic, strategy: { retainKeys: true } },
  WorkloadStatus: { conditions },
};

const noRule: FieldRule = {};

/** The rule of `type`'s field; unknown types and fields have none. */
export function fieldRule(type: string | undefined, field: string): FieldRule {
  const rules = type === undefined ? undefined : types[type];
  return (rules && Object.hasOwn(rules, field) ? rules[field] : undefined) ?? (field === 'metadata' ? of('ObjectMeta') : noRule);
}
