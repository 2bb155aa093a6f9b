import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { forbidden } from '../status';

interface Spec {
  runtimeClassName?: string;
  overhead?: Record<string, string>;
  nodeSelector?: Record<string, string>;
  tolerations?: unknown[];
}

interface RuntimeClass extends KubeObject {
  overhead?: { podFixed?: Record<string, string> };
  scheduling?: { nodeSelector?: Record<string, string>; tolerations?: unknown[] };
}

/** The RuntimeClass plugin: a pod's class exists; its overhead and its choice of nodes become the pod's. */
export function useRuntimeClass(context: ServerContext, resource: Resource, pod: KubeObject): void {
  const spec = pod['spec'] as Spec | undefined;
  if (!spec) return;
  const refuse = (why: string): never => {
    throw forbidden(resource, pod.metadata.name ?? '', `pod rejected: ${why}`);
  };
  const name = spec.runtimeClassName;
  const found = name ? (context.store.get('node.k8s.io/runtimeclasses', undefined, name) as RuntimeClass | undefined) : undefined;
  if (name && !found) refuse(`RuntimeClass ${JSON.stringify(name)} not found`);
  const overhead = found?.overhead?.podFixed;
  if (spec.overhead && !overhead) refuse('Pod Overhead set without corresponding RuntimeClass defined Overhead');
  if (spec.overhead && JSON.stringify(spec.overhead) !== JSON.stringify(overhead)) {
    refuse("Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }
  if (overhead) spec.overhead = { ...overhead };
  const { nodeSelector = {}, tolerations = [] } = found?.scheduling ?? {};
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) {
      refuse(`conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`);
    }
  }
  if (Object.keys(nodeSelector).length > 0) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  if (tolerations.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...tolerations];
}
