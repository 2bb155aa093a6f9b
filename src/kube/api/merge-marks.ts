import { structsIn } from './schema';

/**
 * How lists and maps merge: what the `patchStrategy`, `patchMergeKey`, `listType`, `listMapKey` and `mapType` marks of
 * k8s.io/api and k8s.io/apimachinery v0.36 say. A list without a mark is replaced as a whole and has one owner; a map merges by
 * key, a struct by field.
 */
export interface MergeMarks {
  /** Items of strategic merge patches are matched by this key. */
  readonly mergeKey?: string;
  /** Items of field sets (server-side apply) are matched by these keys. */
  readonly keys?: readonly string[];
  /** A list of scalars that merges as a set. */
  readonly set?: boolean;
  /** Fields the patch does not name in `$retainKeys` are dropped. */
  readonly retainKeys?: boolean;
  /** A map, list or struct that has one owner as a whole. */
  readonly atomic?: boolean;
}

/**
 * A line is a struct, then its fields. `name=key` merges by the key both ways; `name=key[a,b]` by other keys in field sets,
 * `name=key[]` by none; `name=[a]` in field sets only; `!` keeps only named keys; `name=set`, `name=atomic`.
 */
const rows = `
v1.ObjectMeta ownerReferences=uid finalizers=set
v1.PodSpec volumes=name! initContainers=name containers=name ephemeralContainers=name nodeSelector=atomic imagePullSecrets=name hostAliases=ip topologySpreadConstraints=topologyKey[topologyKey,whenUnsatisfiable] schedulingGates=name resourceClaims=name!
v1.Container ports=containerPort[containerPort,protocol] env=name volumeMounts=mountPath volumeDevices=devicePath
v1.EphemeralContainer ports=containerPort[containerPort,protocol] env=name volumeMounts=mountPath volumeDevices=devicePath
v1.ResourceRequirements claims=[name]
v1.PodStatus conditions=type podIPs=ip hostIPs=ip[] resourceClaimStatuses=name!
v1.ContainerStatus volumeMounts=mountPath
v1.NamespaceStatus conditions=type
v1.NodeSpec podCIDRs=set
v1.NodeStatus conditions=type addresses=type
v1.ServiceAccount secrets=name
v1.ServiceSpec ports=port[port,protocol] selector=atomic
v1.ServiceStatus conditions=type
v1.ReplicationControllerSpec selector=atomic
v1.ReplicationControllerStatus conditions=type
v1.PersistentVolumeClaimStatus conditions=type
v1.DeploymentSpec strategy=!
v1.DeploymentStatus conditions=type
v1.ReplicaSetStatus conditions=type
v1.StatefulSetStatus conditions=type
v1.DaemonSetStatus conditions=type
v1.JobStatus conditions=type[]
v1.PodDisruptionBudgetStatus conditions=type
v2.HorizontalPodAutoscalerStatus conditions=type
v1.ServiceCIDRStatus conditions=type
v1.CertificateSigningRequestStatus conditions=[type]
v1.APIServiceStatus conditions=type
v1.CustomResourceDefinitionStatus conditions=[type]
v1.FlowSchemaStatus conditions=type
v1.PriorityLevelConfigurationStatus conditions=type
v1.ValidatingAdmissionPolicyStatus conditions=[type]
v1.CSINodeSpec drivers=name
v1.MutatingWebhookConfiguration webhooks=name
v1.ValidatingWebhookConfiguration webhooks=name
v1.MutatingWebhook matchConditions=name
v1.ValidatingWebhook matchConditions=name
v1.ValidatingAdmissionPolicySpec matchConditions=name variables=name
`;

/** Structs that have one owner as a whole, wherever they stand. */
const atomicStructs: ReadonlySet<string> = new Set(
  'ConfigMapKeySelector CrossVersionObjectReference EndpointAddress FileKeySelector LabelSelector LocalObjectReference NodeSelector NodeSelectorTerm ObjectFieldSelector ObjectReference ResourceFieldSelector RoleRef ScopeSelector ScopedResourceSelectorRequirement SecretKeySelector SecretReference Subject TopologySelectorTerm TypedLocalObjectReference'
    .split(' ')
    .map((name) => `v1.${name}`),
);

function marksOf(text: string): MergeMarks {
  if (text === 'set') return { set: true };
  if (text === 'atomic') return { atomic: true };
  const [, mergeKey, brackets, retain] = /^([^[!]*)(\[[^\]]*\])?(!?)$/.exec(text)!;
  const named = brackets === undefined ? mergeKey : brackets.slice(1, -1);
  const listKeys = named ? named.split(',') : undefined;
  return { ...(mergeKey && { mergeKey }), ...(listKeys && { keys: listKeys }), ...(retain && { retainKeys: true }) };
}

let table: ReadonlyMap<string, MergeMarks> | undefined;

function load(): ReadonlyMap<string, MergeMarks> {
  const made = new Map<string, MergeMarks>();
  for (const row of rows.trim().split('\n')) {
    const [struct = '', ...fields] = row.split(' ');
    for (const field of fields) {
      const equals = field.indexOf('=');
      made.set(`${struct}.${field.slice(0, equals)}`, marksOf(field.slice(equals + 1)));
    }
  }
  return made;
}

const unmarked: MergeMarks = {};

/** The marks of a struct's field (`v1.PodSpec`, `volumes`). */
export const mergeMarks = (struct: string, field: string): MergeMarks => (table ??= load()).get(`${struct}.${field}`) ?? unmarked;
export const isAtomicStruct = (struct: string): boolean => atomicStructs.has(struct);

/** The marks of a field by its name and that of the field whose value it stands in; none: it is a field of an object itself. */
export function mergeMarksIn(holder: string, field: string): MergeMarks {
  for (const struct of structsIn(holder)) {
    const marks = mergeMarks(struct, field);
    if (marks !== unmarked) return marks;
  }
  return unmarked;
}

/** Whether fields of the name keep only what patches name, in whatever struct they stand. */
export function retainsNamedKeys(field: string): boolean {
  for (const [path, { retainKeys }] of (table ??= load())) if (retainKeys && path.endsWith(`.${field}`)) return true;
  return false;
}
