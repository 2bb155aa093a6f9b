import type { KubeObject } from '../../kube/api';
import type { Kubectl } from '../kubectl';
import type { Mapping } from '../discovery';
import type { Fields } from '../value';
import { describeAutoscaler } from './autoscaler';
import { describeSigningRequest } from './certificate';
import { describeGeneric } from './generic';
import { describeIngress, describeIngressClass, describeIpAddress, describeNetworkPolicy, describeServiceCidr } from './networking';
import { describePod } from './pod';
import { describeBudget, describeLimitRange, describePriorityClass, describeQuota } from './policy';
import { describeRole, describeRoleBinding } from './roles';
import { describeEndpoints, describeEndpointSlice, describeService } from './services';
import { describeConfigMap, describeNamespace, describeSecret, describeServiceAccount } from './simple';
import { describeAttributesClass, describeClaim, describeCsiNode, describePersistentVolume, describeStorageClass } from './storage';
import { describeCronJob, describeDaemonSet, describeDeployment, describeJob, describeReplicaSet, describeStatefulSet } from './workloads';
import { type Described, Description } from './writer';

type Describer = (described: Described, k: Kubectl) => void | Promise<void>;

/** By kind and group. */
const describers: Readonly<Record<string, Describer>> = {
  Pod: describePod,
  Secret: describeSecret,
  ConfigMap: describeConfigMap,
  ServiceAccount: describeServiceAccount,
  Namespace: describeNamespace,
  Service: describeService,
  Endpoints: describeEndpoints,
  LimitRange: describeLimitRange,
  ResourceQuota: describeQuota,
  PersistentVolume: describePersistentVolume,
  PersistentVolumeClaim: describeClaim,
  ReplicationController: describeReplicaSet,
  'EndpointSlice.discovery.k8s.io': describeEndpointSlice,
  'HorizontalPodAutoscaler.autoscaling': describeAutoscaler,
  'Deployment.apps': describeDeployment,
  'ReplicaSet.apps': describeReplicaSet,
  'StatefulSet.apps': describeStatefulSet,
  'DaemonSet.apps': describeDaemonSet,
  'Job.batch': describeJob,
  'CronJob.batch': describeCronJob,
  'Ingress.networking.k8s.io': describeIngress,
  'IngressClass.networking.k8s.io': describeIngressClass,
  'IPAddress.networking.k8s.io': describeIpAddress,
  'ServiceCIDR.networking.k8s.io': describeServiceCidr,
  'NetworkPolicy.networking.k8s.io': describeNetworkPolicy,
  'StorageClass.storage.k8s.io': describeStorageClass,
  'CSINode.storage.k8s.io': describeCsiNode,
  'VolumeAttributesClass.storage.k8s.io': describeAttributesClass,
  'PodDisruptionBudget.policy': describeBudget,
  'PriorityClass.scheduling.k8s.io': describePriorityClass,
  'CertificateSigningRequest.certificates.k8s.io': describeSigningRequest,
  'Role.rbac.authorization.k8s.io': describeRole,
  'ClusterRole.rbac.authorization.k8s.io': describeRole,
  'RoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
  'ClusterRoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
};

/** What `kubectl describe` prints of an object; `events` undefined: they are not wanted. */
export async function descriptionOf(
  k: Kubectl,
  mapping: Mapping,
  object: KubeObject,
  events: readonly Fields[] | undefined,
): Promise<string> {
  const d = new Description(k.proc.clock.now());
  const describer = describers[mapping.group ? `${mapping.kind}.${mapping.group}` : mapping.kind] ?? describeGeneric;
  await describer({ object, events, d }, k);
  return d.toString();
}
