import type { NamespaceType } from '../../kernel';
import type { ContainerPlace } from './exec';
import type { LoneContainers } from './lone-containers';
import type { ContainerRecord, SandboxRecord } from './records';
import { RuntimeError, type ContainerConfig } from './types';

/** Where containers are started: below which shim, in which namespaces and cgroup. */
export class ContainerPlaces {
  constructor(
    private readonly lone: LoneContainers,
    private readonly sandbox: (id: string) => SandboxRecord,
    private readonly container: (id: string) => ContainerRecord | undefined,
  ) {}

  /** Where a container's processes are started: below its pod's shim, in its pod's namespaces, or all on its own. */
  of(container: ContainerRecord): ContainerPlace {
    if (!container.sandboxId) return this.lone.place(container);
    const sandbox = this.sandbox(container.sandboxId);
    if (sandbox.state !== 'Ready') throw new RuntimeError('FailedPrecondition', `sandbox container "${sandbox.id}" is not running`);
    const { namespaces, hostname, cgroupParent } = sandbox.config;
    const types: NamespaceType[] = [
      ...(namespaces.net === 'pod' ? (['net', 'uts'] as const) : []),
      ...(namespaces.ipc === 'pod' ? (['ipc'] as const) : []),
      ...(namespaces.pid === 'pod' ? (['pid'] as const) : []),
    ];
    const target = container.config.pidTarget === undefined ? undefined : this.container(container.config.pidTarget)?.task;
    const create: NamespaceType[] = ['mnt', ...(namespaces.pid === 'container' && !target ? (['pid'] as const) : [])];
    const join: ContainerPlace['join'] = [
      { pid: sandbox.task.globalPid, types },
      ...(target ? [{ pid: target.globalPid, types: ['pid'] as const }] : []),
    ];
    return { shim: sandbox.shim, hostname, cgroupParent, join, create };
  }

  /** Why a container cannot join its target's PID namespace: that one has to run in the same sandbox. */
  problem(sandboxId: string | undefined, { pidTarget }: ContainerConfig): string | undefined {
    if (pidTarget === undefined) return undefined;
    const target = this.container(pidTarget);
    const why = !target
      ? 'does not exist: not found'
      : target.sandboxId !== sandboxId
        ? `(sandbox ${target.sandboxId}) does not belong to sandbox ${sandboxId}`
        : target.state !== 'Running' && `is not running - in state CONTAINER_${target.state.toUpperCase()}`;
    return why ? `invalid target container: container "${pidTarget}" ${why}` : undefined;
  }
}
