import type { Clock } from '../../clock';
import { quantityNumber, type Container, type Pod, type PodCondition, type ResourceRequirements } from '../api';
import type { Container as RuntimeContainer, Runtime } from '../runtime';
import type { EventSink } from './event-sink';
import { cgroupParent } from './sandbox-config';
import { containerResources, podRequest, podResources, sameResources } from './resources';

/** Pending resizes are looked at again this often, ms. */
export const retryResizesMs = 180_000;

interface Allocation {
  readonly resources: Map<string, ResourceRequirements>;
  pending: PodCondition | undefined;
  inProgress: PodCondition | undefined;
}

export interface AllocationOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly events: EventSink;
  /** What pods may use of the node. */
  readonly allocatable: { readonly milliCpu: number; readonly memoryBytes: number };
  readonly memoryBytes: number;
  /** The pods on the node that have not ended. */
  readonly activePods: () => readonly Pod[];
}

const resizable = (pod: Pod): Container[] => [
  ...pod.spec.containers,
  ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'),
];

/** The message of a resize event: what is said, and the containers' resources as the spec has them. */
function resizeMessage(pod: Pod, what: string, error?: string): string {
  const summary = (list: readonly Container[]): object[] => list.map(({ name, resources }) => ({ name, resources: resources ?? {} }));
  const init = (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always');
  const details = {
    ...(init.length && { initContainers: summary(init) }),
    containers: summary(pod.spec.containers),
    generation: pod.metadata.generation ?? 1,
    ...(error && { error }),
  };
  return `Pod resize ${what}: ${JSON.stringify(details)}`;
}

/**
 * What each pod on the node was given. A resize (pods/resize) is taken over when it fits, waits when it does not yet
 * (Deferred), or is refused (Infeasible); containers then get it in place or by a restart, as their resizePolicy says.
 */
export class Allocations {
  readonly #pods = new Map<string, Allocation>();

  constructor(private readonly options: AllocationOptions) {}

  /** The pod with the resources it has been given. */
  allocated(pod: Pod): Pod {
    const allocation = this.#pods.get(pod.metadata.uid ?? '');
    if (!allocation) return pod;
    const apply = (list: readonly Container[]): Container[] =>
      list.map((c) => {
        const resources = allocation.resources.get(c.name);
        return resources === undefined || sameResources(resources, c.resources) ? c : { ...c, resources };
      });
    const { containers, initContainers } = pod.spec;
    return {
      ...pod,
      spec: { ...pod.spec, containers: apply(containers), ...(initContainers && { initContainers: apply(initContainers) }) },
    };
  }

  conditions(uid: string): PodCondition[] {
    const { pending, inProgress } = this.#pods.get(uid) ?? {};
    return [pending, inProgress].filter((condition) => condition !== undefined);
  }

  /** A pod is new, or its spec has changed: takes over what fits. */
  admit(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    const known = this.#pods.get(uid);
    if (!known) return this.#take(pod, undefined);
    const asked = resizable(pod);
    if (asked.every((c) => sameResources(known.resources.get(c.name), c.resources))) return void (known.pending = undefined);
    const refusal = this.#refusal(pod);
    if (!refusal) {
      this.#take(pod, this.#condition('PodResizeInProgress', pod));
      this.options.events.record(pod, 'Normal', 'ResizeStarted', resizeMessage(pod, 'started'));
      return;
    }
    const { pending } = known;
    if (pending?.reason === refusal.reason && pending.message === refusal.message && pending.observedGeneration === pod.metadata.generation)
      return;
    known.pending = this.#condition('PodResizePending', pod, refusal.reason, refusal.message);
    this.options.events.record(pod, 'Warning', `Resize${refusal.reason}`, resizeMessage(pod, refusal.reason, refusal.message));
  }

  /** Resizes that wait are tried again. */
  retry(): Pod[] {
    const waiting = this.options.activePods().filter((pod) => this.#pods.get(pod.metadata.uid ?? '')?.pending?.reason === 'Deferred');
    for (const pod of waiting) this.admit(pod);
    return waiting.filter((pod) => !this.#pods.get(pod.metadata.uid ?? '')?.pending);
  }

  #take(pod: Pod, inProgress: PodCondition | undefined): void {
    const resources = new Map(resizable(pod).map((c) => [c.name, c.resources ?? {}]));
    this.#pods.set(pod.metadata.uid ?? '', { resources, pending: undefined, inProgress });
  }

  #condition(type: string, pod: Pod, reason?: string, message?: string): PodCondition {
    return {
      lastProbeTime: null,
      lastTransitionTime: `${new Date(this.options.clock.now()).toISOString().slice(0, 19)}Z`,
      ...(message && { message }),
      observedGeneration: pod.metadata.generation ?? 1,
      ...(reason && { reason }),
      status: 'True',
      type,
    };
  }

  /** Why the node cannot give what is asked for: never (Infeasible), or not now (Deferred). */
  #refusal(pod: Pod): { reason: 'Infeasible' | 'Deferred'; message: string } | undefined {
    const { allocatable } = this.options;
    const others = this.options.activePods().filter((each) => each.metadata.uid !== pod.metadata.uid);
    for (const [name, capacity] of [['memory', allocatable.memoryBytes], ['cpu', allocatable.milliCpu]] as const) {
      const wanted = podRequest(pod, name);
      if (wanted > capacity)
        return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${name}, requested: ${wanted}, capacity: ${capacity}` };
    } // prettier-ignore
    for (const [name, capacity] of [['cpu', allocatable.milliCpu], ['memory', allocatable.memoryBytes]] as const) {
      const wanted = podRequest(pod, name);
      const used = others.reduce((sum, each) => sum + podRequest(this.allocated(each), name), 0);
      if (wanted > capacity - used)
        return { reason: 'Deferred', message: `Node didn't have enough resource: ${name}, requested: ${wanted}, used: ${used}, capacity: ${capacity}` };
    } // prettier-ignore
    return undefined;
  }

  /** Containers that must be restarted for the resources that changed (resizePolicy: RestartContainer). */
  restarts(pod: Pod, running: readonly RuntimeContainer[]): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const spec of resizable(pod)) {
      const current = running.find((c) => c.config.name === spec.name);
      const wanted = current && containerResources(pod, spec, this.options.memoryBytes);
      if (!current || !wanted) continue;
      const memory = current.resources.memoryLimitBytes !== wanted.memoryLimitBytes;
      const cpu = current.resources.cpuQuotaUs !== wanted.cpuQuotaUs || current.resources.cpuShares !== wanted.cpuShares;
      const policies = (spec as { resizePolicy?: { resourceName: string; restartPolicy: string }[] }).resizePolicy ?? [];
      const restart = (name: string): boolean => policies.some((p) => p.resourceName === name && p.restartPolicy === 'RestartContainer');
      if ((memory && restart('memory')) || (cpu && restart('cpu'))) found.set(current.id, `Container ${spec.name} resize requires restart`);
    }
    return found;
  }

  /**
   * Gives running containers what was allocated to them, in place. What remains to be done shows in the conditions.
   * Tells whether those changed.
   */
  actuate(pod: Pod, running: readonly RuntimeContainer[], restarting: ReadonlySet<string>): boolean {
    const allocation = this.#pods.get(pod.metadata.uid ?? '');
    if (!allocation?.inProgress) return false;
    const before = allocation.inProgress;
    const { runtime, events, memoryBytes } = this.options;
    const parent = cgroupParent(pod);
    let settled = true;
    for (const spec of resizable(pod)) {
      const current = running.find((c) => c.config.name === spec.name);
      if (!current || restarting.has(current.id)) {
        settled = false;
        continue;
      }
      const wanted = containerResources(pod, spec, memoryBytes);
      const { anonBytes, fileBytes } = runtime.cgroups.memory(current.task?.cgroup ?? parent);
      if (wanted.memoryLimitBytes < current.resources.memoryLimitBytes && anonBytes + fileBytes >= wanted.memoryLimitBytes) {
        settled = false;
        const message = `attempting to set container "${spec.name}" memory limit (${wanted.memoryLimitBytes}) below current usage (${anonBytes + fileBytes})`;
        if (allocation.inProgress.message === message) continue;
        allocation.inProgress = this.#condition('PodResizeInProgress', pod, 'Error', message);
        events.record(pod, 'Warning', 'ResizeError', resizeMessage(pod, 'error', message));
        continue;
      }
      runtime.updateContainer(current.id, wanted);
    }
    this.setPodCgroup(pod);
    if (!settled) return allocation.inProgress !== before;
    allocation.inProgress = undefined;
    events.record(pod, 'Normal', 'ResizeCompleted', resizeMessage(pod, 'completed'));
    return true;
  }

  /** The pod's own cgroup, above its containers'. */
  setPodCgroup(pod: Pod): void {
    this.options.runtime.setPodCgroup(cgroupParent(pod), podResources(pod));
  }

  forget(pod: Pod): void {
    this.#pods.delete(pod.metadata.uid ?? '');
    this.options.runtime.cgroups.remove(cgroupParent(pod));
  }
}

/** A node's allocatable cpu and memory as numbers. */
export const allocatableOf = (cpu: string, memory: string): AllocationOptions['allocatable'] => ({
  milliCpu: quantityNumber(cpu) * 1000,
  memoryBytes: quantityNumber(memory),
});
