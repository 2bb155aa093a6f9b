import type { FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import type { GroupVersionKind } from '../schema';
import type { Pod } from '../types';
import { claimErrors, claimUpdateErrors, claimWarnings } from './claims';
import * as classes from './classes';
import { namespaceErrors, nodeErrors, nodeUpdateErrors } from './cluster-kinds';
import { configMapErrors, configMapUpdateErrors } from './config-map';
import * as endpoints from './endpoints';
import { eventErrors, strictEventErrors } from './event';
import { cronJobErrors, jobErrors, jobUpdateErrors } from './jobs';
import { dnsLabelErrors, pathSegmentErrors, type NameRule } from './names';
import * as networks from './networks';
import { runtimeClassWarnings, storageClassWarnings } from './node-labels';
import { validatePodCreate } from './pod';
import { podTemplateErrors, type PodTemplate } from './pod-template';
import { validatePodUpdate } from './pod-update';
import { podWarnings } from './pod-warnings';
import * as quotas from './quotas';
import * as roles from './roles';
import { autoscalerErrors, budgetErrors } from './scaling';
import { signingRequestErrors, signingRequestUpdateErrors } from './signing-requests';
import { secretErrors, secretUpdateErrors, secretWarnings } from './secret';
import { serviceErrors, serviceUpdateErrors } from './service';
import { nodeWarnings, serviceAccountWarnings, serviceWarnings } from './service-warnings';
import { volumeErrors, volumeUpdateErrors, volumeWarnings } from './volumes';
import * as workloadWarnings from './workload-warnings';
import * as workloads from './workloads';

/** What is checked of a kind beyond its metadata. */
export interface KindRules {
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
export const kinds: Readonly<Record<string, KindRules>> = {
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
  '/PodTemplate': {
    errors: (object: KubeObject & { template?: PodTemplate }) => podTemplateErrors(object.template ?? {}, FieldPath.of('template')),
  },
  '/ReplicationController': { errors: workloads.replicationControllerErrors },
  'apps/Deployment': { errors: workloads.deploymentErrors, updateErrors: workloads.selectorUpdateErrors },
  'apps/ReplicaSet': { errors: workloads.replicaSetErrors, updateErrors: workloads.selectorUpdateErrors },
  'apps/DaemonSet': { errors: workloads.daemonSetErrors, updateErrors: workloads.selectorUpdateErrors },
  'apps/StatefulSet': { name: dnsLabelErrors, errors: workloads.statefulSetErrors, updateErrors: workloads.statefulSetUpdateErrors },
  'batch/Job': { errors: jobErrors, updateErrors: jobUpdateErrors },
  'batch/CronJob': { errors: (cronJob) => cronJobErrors(cronJob) },
  '/PersistentVolumeClaim': { errors: claimErrors, updateErrors: claimUpdateErrors },
  '/ResourceQuota': { errors: quotas.quotaErrors, updateErrors: quotas.quotaUpdateErrors },
  '/LimitRange': { errors: quotas.limitRangeErrors },
  'autoscaling/HorizontalPodAutoscaler': { errors: autoscalerErrors },
  'policy/PodDisruptionBudget': { errors: budgetErrors },
  'networking.k8s.io/NetworkPolicy': { errors: networks.networkPolicyErrors },
  'networking.k8s.io/Ingress': { errors: networks.ingressErrors },
  'rbac.authorization.k8s.io/Role': { ...role, errors: roles.roleErrors },
  'rbac.authorization.k8s.io/RoleBinding': { ...role, errors: roles.roleBindingErrors, updateErrors: roles.bindingUpdateErrors },
  'rbac.authorization.k8s.io/ClusterRole': { ...role, cluster: true, errors: roles.clusterRoleErrors },
  'rbac.authorization.k8s.io/ClusterRoleBinding': {
    ...role,
    cluster: true,
    errors: roles.clusterRoleBindingErrors,
    updateErrors: roles.bindingUpdateErrors,
  },
  '/PersistentVolume': { cluster: true, errors: volumeErrors, updateErrors: volumeUpdateErrors },
  '/Endpoints': { errors: endpoints.endpointsErrors },
  'discovery.k8s.io/EndpointSlice': { errors: endpoints.endpointSliceErrors, updateErrors: endpoints.endpointSliceUpdateErrors },
  'coordination.k8s.io/Lease': { errors: classes.leaseErrors },
  '/ComponentStatus': clusterWide,
  'apiregistration.k8s.io/APIService': { ...role, cluster: true },
  'certificates.k8s.io/CertificateSigningRequest': { cluster: true, errors: signingRequestErrors, update: signingRequestUpdateErrors },
  'networking.k8s.io/IngressClass': { cluster: true, errors: networks.ingressClassErrors, updateErrors: networks.ingressClassUpdateErrors },
  'networking.k8s.io/IPAddress': clusterWide,
  'networking.k8s.io/ServiceCIDR': clusterWide,
  'storage.k8s.io/CSIDriver': clusterWide,
  'storage.k8s.io/CSINode': clusterWide,
  'storage.k8s.io/StorageClass': { cluster: true, errors: classes.storageClassErrors, updateErrors: classes.storageClassUpdateErrors },
  'storage.k8s.io/VolumeAttachment': clusterWide,
  'storage.k8s.io/VolumeAttributesClass': clusterWide,
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': clusterWide,
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': clusterWide,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': clusterWide,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': clusterWide,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': clusterWide,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': clusterWide,
  'apiextensions.k8s.io/CustomResourceDefinition': clusterWide,
  'scheduling.k8s.io/PriorityClass': {
    cluster: true,
    errors: classes.priorityClassErrors,
    updateErrors: classes.priorityClassUpdateErrors,
  },
  'node.k8s.io/RuntimeClass': { cluster: true, errors: classes.runtimeClassErrors, updateErrors: classes.runtimeClassUpdateErrors },
  'resource.k8s.io/DeviceClass': clusterWide,
  'resource.k8s.io/ResourceSlice': clusterWide,
  'flowcontrol.apiserver.k8s.io/FlowSchema': { ...role, cluster: true },
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': { ...role, cluster: true },
};

/** By group and kind: what is allowed, and yet said in a Warning header. `old` is there for a change. */
export const warnings: Readonly<Record<string, (object: KubeObject, old?: KubeObject) => string[]>> = {
  '/Secret': secretWarnings,
  // Nothing is said of changes: they are seldom made by hand.
  '/Pod': (pod, old) => (old ? [] : podWarnings(pod as Pod)),
  '/Service': serviceWarnings,
  '/ServiceAccount': serviceAccountWarnings,
  '/Node': nodeWarnings,
  'node.k8s.io/RuntimeClass': runtimeClassWarnings,
  'storage.k8s.io/StorageClass': storageClassWarnings,
  '/PersistentVolumeClaim': claimWarnings,
  '/PersistentVolume': volumeWarnings,
  '/ReplicationController': workloadWarnings.replicatedWarnings,
  'apps/Deployment': workloadWarnings.replicatedWarnings,
  'apps/ReplicaSet': workloadWarnings.replicatedWarnings,
  'apps/DaemonSet': workloadWarnings.daemonSetWarnings,
  'apps/StatefulSet': workloadWarnings.statefulSetWarnings,
  'batch/Job': workloadWarnings.jobWarnings,
  'batch/CronJob': workloadWarnings.cronJobWarnings,
  'networking.k8s.io/Ingress': networks.ingressWarnings,
};
