import type { FieldError } from '../field-error';
import type { KubeObject } from '../object';
import type { GroupVersionKind } from '../schema';
import { namespaceErrors, nodeErrors, nodeUpdateErrors } from './cluster-kinds';
import { configMapErrors, configMapUpdateErrors } from './config-map';
import { eventErrors, strictEventErrors } from './event';
import { cronJobErrors, jobErrors, jobUpdateErrors } from './jobs';
import { metadataErrors, metadataUpdateErrors } from './metadata';
import { dnsLabelErrors, dnsSubdomainErrors, pathSegmentErrors, type NameRule } from './names';
export { pathSegmentErrors } from './names';
import type { Pod } from '../types';
import { validatePodCreate } from './pod';
import { validatePodUpdate } from './pod-update';
import { podWarnings } from './pod-warnings';
import { secretErrors, secretUpdateErrors, secretWarnings } from './secret';
import { serviceErrors, serviceUpdateErrors } from './service';
import * as workloads from './workloads';

export { keyPairProblem } from './key-pair';
export { isEmptySelector, selectorMatches, type LabelSelector } from './label-selector';
export { validatePodCreate } from './pod';
export { validatePodSpec } from './pod-spec';
export { validatePodUpdate } from './pod-update';
export { podWarnings } from './pod-warnings';
export { generatedLabels } from './jobs';
export { configKeyErrors, labelKeyErrors, labelValueErrors } from './names';

/** What is checked of a kind beyond its metadata. */
interface KindRules {
  readonly name?: NameRule;
  readonly cluster?: boolean;
  errors?(object: KubeObject, gvk: GroupVersionKind): FieldError[];
  /** Of a change, beyond `errors` of what it makes of the object. */
  updateErrors?(object: KubeObject, old: KubeObject): FieldError[];
  /** All that is checked of the kind, in place of the rules above: where its order is its own. */
  create?(object: KubeObject): FieldError[];
  update?(object: KubeObject, old: KubeObject, subresource?: string): FieldError[];
  /** The kind's metadata is looked at no closer than what every kind's is. */
  readonly plainMetadata?: boolean;
}

const clusterWide: KindRules = { cluster: true };
const role: KindRules = { name: pathSegmentErrors };

/** By group and kind; what is not here is a namespaced kind whose name is a DNS subdomain. */
const kinds: Readonly<Record<string, KindRules>> = {
  '/Secret': { errors: secretErrors, updateErrors: secretUpdateErrors },
  '/ConfigMap': { errors: configMapErrors, updateErrors: configMapUpdateErrors },
  '/Pod': {
    create: (pod) => validatePodCreate(pod as Pod),
    update: (pod, old, subresource) => validatePodUpdate(pod as Pod, old as Pod, subresource),
  },
  '/Namespace': { name: dnsLabelErrors, cluster: true, errors: namespaceErrors },
  '/Node': { cluster: true, errors: nodeErrors, updateErrors: nodeUpdateErrors },
  // RFC 1123 labels since 1.36 (RelaxedServiceNameValidation).
  '/Service': { name: dnsLabelErrors, errors: serviceErrors, updateErrors: serviceUpdateErrors },
  '/Event': { errors: eventErrors, plainMetadata: true },
  'events.k8s.io/Event': { errors: (event) => [...eventErrors(event), ...strictEventErrors(event)] },
  '/ReplicationController': { errors: workloads.replicationControllerErrors },
  'apps/Deployment': { errors: workloads.deploymentErrors, updateErrors: workloads.selectorUpdateErrors },
  'apps/ReplicaSet': { errors: workloads.replicaSetErrors, updateErrors: workloads.selectorUpdateErrors },
  'apps/DaemonSet': { errors: workloads.daemonSetErrors, updateErrors: workloads.selectorUpdateErrors },
  'apps/StatefulSet': { name: dnsLabelErrors, errors: workloads.statefulSetErrors, updateErrors: workloads.statefulSetUpdateErrors },
  'batch/Job': { errors: jobErrors, updateErrors: jobUpdateErrors },
  'batch/CronJob': { errors: (cronJob) => cronJobErrors(cronJob) },
  'rbac.authorization.k8s.io/Role': role,
  'rbac.authorization.k8s.io/RoleBinding': role,
  'rbac.authorization.k8s.io/ClusterRole': { ...role, cluster: true },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { ...role, cluster: true },
  '/PersistentVolume': clusterWide,
  '/ComponentStatus': clusterWide,
  'apiregistration.k8s.io/APIService': { ...role, cluster: true },
  'certificates.k8s.io/CertificateSigningRequest': clusterWide,
  'networking.k8s.io/IngressClass': clusterWide,
  'networking.k8s.io/IPAddress': clusterWide,
  'networking.k8s.io/ServiceCIDR': clusterWide,
  'storage.k8s.io/CSIDriver': clusterWide,
  'storage.k8s.io/CSINode': clusterWide,
  'storage.k8s.io/StorageClass': clusterWide,
  'storage.k8s.io/VolumeAttachment': clusterWide,
  'storage.k8s.io/VolumeAttributesClass': clusterWide,
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': clusterWide,
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': clusterWide,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': clusterWide,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': clusterWide,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': clusterWide,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': clusterWide,
  'apiextensions.k8s.io/CustomResourceDefinition': clusterWide,
  'scheduling.k8s.io/PriorityClass': clusterWide,
  'node.k8s.io/RuntimeClass': clusterWide,
  'resource.k8s.io/DeviceClass': clusterWide,
  'resource.k8s.io/ResourceSlice': clusterWide,
  'flowcontrol.apiserver.k8s.io/FlowSchema': { ...role, cluster: true },
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': { ...role, cluster: true },
};

/** By group and kind: what is allowed, and yet said in a Warning header. `old` is there for a change. */
const warnings: Readonly<Record<string, (object: KubeObject, old?: KubeObject) => string[]>> = {
  '/Secret': secretWarnings,
  // Nothing is said of changes: they are seldom made by hand.
  '/Pod': (pod, old) => (old ? [] : podWarnings(pod as Pod)),
};

const noRules: KindRules = {};

function rulesOf({ group, kind }: GroupVersionKind): KindRules {
  const key = `${group}/${kind}`;
  return Object.hasOwn(kinds, key) ? kinds[key]! : noRules;
}

/** What every kind's metadata is held to, whatever its strategy says: a name that fits in a path. */
const plainErrors = (object: KubeObject, { cluster = false }: KindRules): FieldError[] =>
  metadataErrors(object.metadata, { name: pathSegmentErrors, namespaced: !cluster, builtIn: false });

function kindErrors(gvk: GroupVersionKind, object: KubeObject, rules: KindRules): FieldError[] {
  const { name = dnsSubdomainErrors, cluster = false, plainMetadata } = rules;
  const metadata = plainMetadata ? [] : metadataErrors(object.metadata, { name, namespaced: !cluster });
  return [...metadata, ...(rules.errors?.(object, gvk) ?? [])];
}

/** What is wrong with a decoded and defaulted object that is to be created, in kube-apiserver's order. */
export function validateCreate(gvk: GroupVersionKind, object: KubeObject): FieldError[] {
  const rules = rulesOf(gvk);
  const errors = rules.create ? rules.create(object) : kindErrors(gvk, object, rules);
  return errors.length > 0 ? errors : plainErrors(object, rules);
}

/** What is wrong with a change of an object, by its main path or a subresource, in kube-apiserver's order; an error may stand twice. */
export function validateUpdate(gvk: GroupVersionKind, object: KubeObject, old: KubeObject, subresource?: string): FieldError[] {
  const rules = rulesOf(gvk);
  const changed = metadataUpdateErrors(object.metadata, old.metadata);
  const common = [...plainErrors(object, rules), ...changed];
  if (rules.update) return [...common, ...rules.update(object, old, subresource)];
  if (subresource) return [...common, ...changed];
  return [...common, ...changed, ...(rules.updateErrors?.(object, old) ?? []), ...kindErrors(gvk, object, rules)];
}

/** What is odd about an object that is created or changed, though nothing is wrong with it. */
export function validationWarnings({ group, kind }: GroupVersionKind, object: KubeObject, old?: KubeObject): string[] {
  const key = `${group}/${kind}`;
  return Object.hasOwn(warnings, key) ? warnings[key]!(object, old) : [];
}
