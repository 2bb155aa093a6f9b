import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { forbidden } from '../status';

interface PrioritySpec {
  priority?: number;
  priorityClassName?: string;
  preemptionPolicy?: string;
}

/** The Priority plugin: spec.priority and spec.preemptionPolicy come from the pod's priority class. */
export function setPriority(context: ServerContext, resource: Resource, pod: KubeObject): void {
  const spec = pod['spec'] as PrioritySpec | undefined;
  if (!spec) return;
  const classes = context.store.list('scheduling.k8s.io/priorityclasses');
  let found: KubeObject | undefined;
  if (spec.priorityClassName) {
    found = classes.find((candidate) => candidate.metadata.name === spec.priorityClassName);
    if (!found) throw forbidden(resource, pod.metadata.name ?? '', `no PriorityClass with name ${spec.priorityClassName} was found`);
  } else {
    found = classes.find((candidate) => candidate['globalDefault'] === true);
    if (found) spec.priorityClassName = found.metadata.name!;
  }
  const priority = Number(found?.['value'] ?? 0);
  if (spec.priority !== undefined && spec.priority !== priority) {
    const why = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
    throw forbidden(resource, pod.metadata.name ?? '', why);
  }
  spec.priority = priority;
  spec.preemptionPolicy ??= String(found?.['preemptionPolicy'] ?? 'PreemptLowerPriority');
}
