import type { Clock } from '../../clock';
import { selectorMatches, type KubeObject, type LabelSelector, type Pod } from '../api';
import type { Informer } from './informer';
import { keyOf, splitKey, WorkQueue } from './work-queue';
import { controllerOf } from './workloads';

interface Selecting extends KubeObject {
  spec: { selector?: LabelSelector };
}

export interface SetQueueOptions<T extends Selecting> {
  readonly clock: Clock;
  readonly kind: string;
  readonly sets: Informer<T>;
  readonly pods: Informer<Pod>;
  /** A number asks for the set again after as many ms. */
  readonly sync: (set: T) => Promise<number | undefined>;
}

/** The work of a controller whose sets select pods: a set is due when it changes, or a pod that it controls or could adopt. */
export function setQueue<T extends Selecting>({ clock, kind, sets, pods, sync }: SetQueueOptions<T>): WorkQueue {
  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const set = sets.get(namespace, name);
      return set && sync(set);
    },
  });
  const wake = (set: T): void => queue.add(keyOf(set));
  const wakeOwner = (pod: Pod): void => {
    const owner = controllerOf(pod);
    if (owner?.kind === kind) queue.add(`${pod.metadata.namespace}/${owner.name}`);
    else if (!owner)
      for (const set of sets.list())
        if (set.metadata.namespace === pod.metadata.namespace && selectorMatches(set.spec.selector, pod.metadata.labels ?? {})) wake(set);
  };
  sets.on({ added: wake, updated: wake, deleted: (set) => queue.forget(keyOf(set)) });
  pods.on({ added: wakeOwner, updated: wakeOwner, deleted: wakeOwner });
  return queue;
}
