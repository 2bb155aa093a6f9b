import { SIG, type KernelApi, type NamespaceType, type Task } from '../../kernel';
import type { ContainerPlace } from './exec';
import type { ContainerRecord, SandboxRecord } from './records';
import { startShim } from './shim';
import { RuntimeError, type ContainerConfig } from './types';

/** Where containers are started: below which shim, in which namespaces and cgroup. */
export class ContainerPlaces {
  readonly kernel: KernelApi;
  readonly daemon: Task;
  /** Of containers without a pod. */
  readonly #shims = new Map<string, Task>();

  constructor(
    { kernel, daemon }: { readonly kernel: KernelApi; readonly daemon: Task },
    private readonly sandbox: (id: string) => SandboxRecord,
    private readonly container: (id: string) => ContainerRecord | undefined,
  ) {
    this.kernel = kernel;
    this.daemon = daemon;
  }

  /** Where a container's processes are started: below its pod's shim, in its pod's namespaces, or all on its own. */
  of(container: ContainerRecord): ContainerPlace {
    if (!container.sandboxId) {
      const shim = this.#shims.get(container.id) ?? startShim(this.kernel, this.daemon, container.id);
      this.#shims.set(container.id, shim);
      const hostname = container.config.hostname ?? container.id.slice(0, 12);
      return { shim, hostname, cgroupParent: '/docker', join: [], create: ['mnt', 'pid', 'net', 'uts', 'ipc'] };
    }
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

  /** The container has ended. */
  release(id: string): void {
    this.#shims.get(id)?.kill(SIG.KILL);
    this.#shims.delete(id);
  }
}
