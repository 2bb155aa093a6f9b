import type { KubeObject } from '../api';
import type { ServerContext } from './context';
import { bootstrapRoles } from './authorization';
import { findResource, resourceOfKind, type Resource } from './resources';
import { createObject } from './verbs/create';
import { withDefaults } from './validation';

const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

const priorityClass = (name: string, value: number, description: string): KubeObject => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value,
  description,
  preemptionPolicy: 'PreemptLowerPriority',
});

const kubernetesService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.96.0.1',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }],
  },
};

/** What the server makes for itself when it starts on an empty store. */
export function bootstrap(context: ServerContext): void {
  const make = (plural: string, object: KubeObject): void => add(findResource(object.apiVersion!, plural)!, object);
  const add = (resource: Resource, object: KubeObject): void => {
    const writer = { manager: 'kube-apiserver', apiVersion: resource.groupVersion, nowMs: context.clock.now() };
    createObject(context, resource, withDefaults(resource, object), writer, { dryRun: false });
  };
  for (const name of systemNamespaces) make('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const description = 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.';
  make('priorityclasses', priorityClass('system-cluster-critical', 2_000_000_000, description));
  make(
    'priorityclasses',
    priorityClass('system-node-critical', 2_000_001_000, 'Used for system critical pods that must not be moved from their current node.'),
  );
  for (const object of bootstrapRoles) add(resourceOfKind(object.apiVersion!, object.kind!)!, object);
  make('services', kubernetesService);
}
