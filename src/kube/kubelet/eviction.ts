import { quantityNumber, type Pod } from '../api';
import { Errno, imageBytes, type Process, type Runtime } from '../runtime';
import type { EventSink } from './event-sink';
import { podTotals } from './resources';
import { latestOf } from './pod-actions';
import { podRecords } from './pod-records';
import type { VolumeManager } from './volume-manager';

/** How often the use of the disk is looked at, ms. */
export const monitoringMs = 10_000;
const resource = 'ephemeral-storage';
const blockBytes = 4096;

export interface EvictionOptions {
  readonly proc: Process;
  readonly runtime: Runtime;
  readonly events: EventSink;
  readonly volumes: VolumeManager;
  readonly activePods: () => readonly Pod[];
  /** Ends a pod for good. */
  readonly evict: (pod: Pod, message: string) => void;
}

/** Evicts pods that have written more to the node's disk than they may (localStorageEviction). */
export class EvictionManager {
  constructor(private readonly options: EvictionOptions) {}

  async look(): Promise<void> {
    for (const pod of this.options.activePods()) {
      const message = this.#problem(pod);
      if (message === undefined) continue;
      this.options.events.record(pod, 'Warning', 'Evicted', message);
      this.options.evict(pod, message);
    }
  }

  #problem(pod: Pod): string | undefined {
    const { volumes } = this.options;
    const onDisk = (pod.spec.volumes ?? []).filter(({ emptyDir }) => emptyDir && emptyDir.medium !== 'Memory');
    for (const volume of onDisk) {
      const limit = volume.emptyDir?.sizeLimit;
      if (limit !== undefined && quantityNumber(limit) > 0 && this.#used(volumes.path(pod, volume)) > quantityNumber(limit))
        return `Usage of EmptyDir volume "${volume.name}" exceeds the limit "${limit}". `;
    }
    const limited = pod.spec.containers.filter(({ resources }) => resources?.limits?.[resource] !== undefined);
    if (!limited.length) return undefined;
    const written = new Map(pod.spec.containers.map(({ name }) => [name, this.#written(pod, name)]));
    const [only] = limited;
    const total = limited.length === 1 ? only?.resources?.limits?.[resource] : podTotals({ ...pod, spec: { ...pod.spec, containers: limited } }, 'limits')[resource]; // prettier-ignore
    const sum = [...written.values(), ...onDisk.map((volume) => this.#used(volumes.path(pod, volume)))].reduce((a, b) => a + b, 0);
    if (total !== undefined && sum > quantityNumber(total)) return `Pod ephemeral local storage usage exceeds the total limit of containers ${total}. `; // prettier-ignore
    for (const { name, resources } of limited) {
      const limit = resources?.limits?.[resource] ?? '';
      if ((written.get(name) ?? 0) > quantityNumber(limit))
        return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `;
    }
    return undefined;
  }

  /** What a container has written to its root and its log, bytes. */
  #written(pod: Pod, name: string): number {
    const { runtime } = this.options;
    const container = latestOf(podRecords(runtime, pod.metadata.uid ?? '', Infinity), name);
    if (!container?.task || container.state !== 'Running') return 0;
    const root = this.#used(`/proc/${container.task.globalPid}/root`) - imageBytes(container.image);
    return Math.max(0, root) + this.#used(container.config.logPath);
  }

  /** The blocks of a file or of what is below a directory, other mounts left out, bytes. */
  #used(path: string): number {
    const { proc } = this.options;
    try {
      const { dev, type, size } = proc.stat(path);
      if (type !== 'directory') return Math.ceil(size / blockBytes) * blockBytes;
      const walk = (at: string): number => {
        let sum = 0;
        for (const { name } of proc.readdir(at)) {
          const below = `${at}/${name}`;
          const stat = proc.lstat(below);
          if (stat.dev !== dev) continue;
          sum += stat.type === 'directory' ? walk(below) : stat.type === 'file' ? Math.ceil(stat.size / blockBytes) * blockBytes : 0;
        }
        return sum;
      };
      return walk(path);
    } catch (error) {
      if (error instanceof Errno) return 0;
      throw error;
    }
  }
}
