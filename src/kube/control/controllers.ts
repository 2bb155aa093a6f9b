import type { Clock } from '../../clock';
import { ApiClient } from '../api';
import type { Transport } from '../api';
import type { DisruptionBudget, KubeObject, Pod, ResourceQuota } from '../api';
import { startCronJobs, type CronJob } from './cron-job/controller';
import { startDaemonSets, type DaemonSet } from './daemon-sets';
import { startDeployments } from './deployment/controller';
import { startDisruption } from './disruption';
import { startEndpoints } from './endpoint/controller';
import type { Service } from './endpoint/addresses';
import { startGarbageCollection } from './garbage';
import type { ControllerRevision } from './history';
import { Informer } from './informer';
import { startNamespaceDeletion } from './namespaces';
import { startJobs } from './job/controller';
import { startJobCleanup } from './job/ttl';
import type { Job } from './job/types';
import { startNodeLifecycle } from './node-lifecycle';
import { startPodGc } from './pod-gc';
import { startReplicaSets, startReplicationControllers } from './replica-sets';
import { startResourceQuotas } from './resource-quotas';
import {
  configMaps,
  controllerRevisions,
  cronJobs,
  daemonSets,
  deployments,
  disruptionBudgets,
  endpoints,
  endpointSlices,
  jobs,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  replicaSets,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  statefulSets,
} from './resources';
import { startRootCaPublisher } from './root-ca';
import { startScheduler } from './scheduler';
import type { NodeView, PodView } from './scheduling';
import { startServiceAccounts } from './service-accounts';
import { startStatefulSets, type StatefulSet } from './stateful-sets';
import { startTaintEviction } from './taint-eviction';
import { startTokens } from './tokens';
import { startVolumeBinding, type Claim, type PersistentVolume } from './volume-claims';
import type { Deployment, ReplicaSet } from './workloads';

export interface ControllerOptions {
  readonly clock: Clock;
  readonly transport: Transport;
  /** Name of the machine they run on, as events have it. Default `k8s-minion1`. */
  readonly host?: string;
}

export interface Controllers {
  /** Settles when every controller has seen the cluster as it is. */
  readonly started: Promise<void>;
  /** Ends all watches and timers. */
  stop(): void;
}

/** kube-scheduler and the parts of kube-controller-manager the sandbox has, on one API server. */
export function startControllers({ clock, transport, host = 'k8s-minion1' }: ControllerOptions): Controllers {
  const client = new ApiClient(transport, 'kube-controller-manager/v1.36.2');
  const namespaceInformer = new Informer<KubeObject>(client, clock, namespaces, 'Namespace');
  const accountInformer = new Informer<KubeObject>(client, clock, serviceAccounts, 'ServiceAccount');
  const secretInformer = new Informer<KubeObject>(client, clock, secrets, 'Secret');
  const mapInformer = new Informer<KubeObject>(client, clock, configMaps, 'ConfigMap');
  const podInformer = new Informer<Pod & PodView>(client, clock, pods, 'Pod');
  const nodeInformer = new Informer<NodeView>(client, clock, nodes, 'Node');
  const setInformer = new Informer<ReplicaSet>(client, clock, replicaSets, 'ReplicaSet');
  const deploymentInformer = new Informer<Deployment>(client, clock, deployments, 'Deployment');
  const quotaInformer = new Informer<ResourceQuota>(client, clock, resourceQuotas, 'ResourceQuota');
  const jobInformer = new Informer<Job>(client, clock, jobs, 'Job');
  const serviceInformer = new Informer<Service>(client, clock, services, 'Service');
  const endpointsInformer = new Informer<KubeObject>(client, clock, endpoints, 'Endpoints');
  const sliceInformer = new Informer<KubeObject>(client, clock, endpointSlices, 'EndpointSlice');
  const cronJobInformer = new Informer<CronJob>(client, clock, cronJobs, 'CronJob');
  const daemonSetInformer = new Informer<DaemonSet>(client, clock, daemonSets, 'DaemonSet');
  const statefulSetInformer = new Informer<StatefulSet>(client, clock, statefulSets, 'StatefulSet');
  const revisionInformer = new Informer<ControllerRevision>(client, clock, controllerRevisions, 'ControllerRevision');
  const budgetInformer = new Informer<DisruptionBudget>(client, clock, disruptionBudgets, 'PodDisruptionBudget');
  const controllerInformer = new Informer<ReplicaSet>(client, clock, replicationControllers, 'ReplicationController');
  const volumeInformer = new Informer<PersistentVolume>(client, clock, persistentVolumes, 'PersistentVolume');
  const claimInformer = new Informer<Claim>(client, clock, persistentVolumeClaims, 'PersistentVolumeClaim');
  const informers: Informer<KubeObject>[] = [
    quotaInformer,
    accountInformer,
    mapInformer,
    secretInformer,
    nodeInformer,
    podInformer,
    setInformer,
    controllerInformer,
    deploymentInformer,
    jobInformer,
    cronJobInformer,
    revisionInformer,
    daemonSetInformer,
    statefulSetInformer,
    endpointsInformer,
    sliceInformer,
    budgetInformer,
    serviceInformer,
    volumeInformer,
    claimInformer,
    namespaceInformer,
  ];
  const stops = [
    startServiceAccounts(clock, client, namespaceInformer, accountInformer),
    startRootCaPublisher(clock, client, namespaceInformer, mapInformer),
    startTokens(clock, client, secretInformer, accountInformer),
    startNamespaceDeletion(clock, client, namespaceInformer),
    startScheduler(clock, transport, host, podInformer, nodeInformer, claimInformer),
    startReplicaSets(clock, client, setInformer, podInformer),
    startReplicationControllers(clock, client, controllerInformer, podInformer),
    startDeployments(clock, client, deploymentInformer, setInformer, podInformer),
    startJobs(clock, client, jobInformer, podInformer),
    startJobCleanup(clock, client, jobInformer),
    startCronJobs(clock, client, cronJobInformer, jobInformer),
    startDaemonSets(clock, client, daemonSetInformer, revisionInformer, podInformer, nodeInformer),
    startStatefulSets(clock, client, statefulSetInformer, revisionInformer, podInformer),
    startEndpoints(clock, client, serviceInformer, podInformer, endpointsInformer, sliceInformer),
    startDisruption(clock, client, budgetInformer, podInformer, {
      ReplicationController: controllerInformer,
      ReplicaSet: setInformer,
      Deployment: deploymentInformer,
      StatefulSet: statefulSetInformer,
    }),
    startNodeLifecycle(clock, client, podInformer, nodeInformer),
    startTaintEviction(clock, client, podInformer, nodeInformer),
    startVolumeBinding(clock, client, volumeInformer, claimInformer, podInformer),
    startPodGc(clock, client, podInformer, nodeInformer),
    startGarbageCollection(clock, client, informers),
    startResourceQuotas(clock, client, quotaInformer, informers),
  ];
  return {
    // One after another: the namespaces come last, when what they hold is known.
    started: informers.reduce((before, informer) => before.then(() => informer.start()), Promise.resolve()),
    stop() {
      for (const stop of stops) stop();
      for (const informer of informers) informer.stop();
    },
  };
}
