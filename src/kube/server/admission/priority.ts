import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { forbidden } from '../status';

interface PrioritySpec {
  priority?: number;
  priorityClassName?: string;
  preemptionPolicy?: string;
}

const classStorage = 'scheduling.k8s.io/priorityclasses';
const noClass = { value: 0, preemptionPolicy: 'PreemptLowerPriority' };

/** The class that a pod names, or the default one, whose name it then gets. */
function classOf(context: ServerContext, resource: Resource, pod: KubeObject, spec: PrioritySpec): KubeObject | undefined {
  const classes = context.store.list(classStorage);
  if (spec.priorityClassName) {
    const found = classes.find((candidate) => candidate.metadata.name === spec.priorityClassName);
    if (!found) throw forbidden(resource, pod.metadata.name ?? '', `no PriorityClass with name ${spec.priorityClassName} was found`);
    return found;
  }
  const standard = classes.find((candidate) => candidate['globalDefault'] === true);
  if (standard) spec.priorityClassName = standard.metadata.name!;
  return standard;
}

/** Of all priority classes one is the default. */
export function checkDefaultClass(context: ServerContext, resource: Resource, object: KubeObject): void {
  if (resource.storage !== classStorage || object['globalDefault'] !== true) return;
  const { name = '' } = object.metadata;
  const other = context.store
    .list(classStorage)
    .find((candidate) => candidate['globalDefault'] === true && candidate.metadata.name !== name);
  if (other)
    throw forbidden(resource, name, `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`);
}

/** The Priority plugin: spec.priority and spec.preemptionPolicy come from the pod's priority class, and nothing else may stand there. */
export function setPriority(context: ServerContext, resource: Resource, pod: KubeObject): void {
  const spec = pod['spec'] as PrioritySpec | undefined;
  if (!spec) return;
  const found = classOf(context, resource, pod, spec);
  const priority = Number(found?.['value'] ?? noClass.value);
  const policy = String(found?.['preemptionPolicy'] ?? noClass.preemptionPolicy);
  const refuse = (what: string, given: unknown, computed: unknown): never => {
    const rule = `must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
    throw forbidden(resource, pod.metadata.name ?? '', `the ${what} (${given}) ${rule}`);
  };
  if (spec.priority !== undefined && spec.priority !== priority) refuse('integer value of priority', spec.priority, priority);
  spec.priority = priority;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    refuse('string value of PreemptionPolicy', spec.preemptionPolicy, policy);
  }
  spec.preemptionPolicy = policy;
}

/** A change that leaves them out keeps them. */
export function keepPriority(pod: KubeObject, old: KubeObject): void {
  const spec = pod['spec'] as PrioritySpec | undefined;
  const before = old['spec'] as PrioritySpec | undefined;
  if (!spec || !before) return;
  spec.priority ??= before.priority;
  spec.preemptionPolicy ??= before.preemptionPolicy;
}
