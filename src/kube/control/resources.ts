import type { ResourceRef } from '../api';

const core = (resource: string): ResourceRef => ({ groupVersion: 'v1', resource });

const of = (groupVersion: string, resource: string): ResourceRef => ({ groupVersion, resource });

export const pods = core('pods');
export const nodes = core('nodes');
export const namespaces = core('namespaces');
export const serviceAccounts = core('serviceaccounts');
export const secrets = core('secrets');
export const configMaps = core('configmaps');
export const resourceQuotas = core('resourcequotas');
export const persistentVolumeClaims = core('persistentvolumeclaims');
export const persistentVolumes = core('persistentvolumes');
export const storageClasses = of('storage.k8s.io/v1', 'storageclasses');
export const services = core('services');
export const replicationControllers = core('replicationcontrollers');
export const endpoints = core('endpoints');
export const endpointSlices = of('discovery.k8s.io/v1', 'endpointslices');
export const deployments = of('apps/v1', 'deployments');
export const replicaSets = of('apps/v1', 'replicasets');
export const statefulSets = of('apps/v1', 'statefulsets');
export const daemonSets = of('apps/v1', 'daemonsets');
export const controllerRevisions = of('apps/v1', 'controllerrevisions');
export const jobs = of('batch/v1', 'jobs');
export const disruptionBudgets = of('policy/v1', 'poddisruptionbudgets');
export const cronJobs = of('batch/v1', 'cronjobs');
export const newEvents: ResourceRef = { groupVersion: 'events.k8s.io/v1', resource: 'events' };
