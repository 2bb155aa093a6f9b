import type { KernelApi, Task, WaitStatus } from '../../kernel';
import type { LogWriter } from './cri-log';
import { ContainerStreams } from './streams';
import { noLimits } from './cgroup';
import type { Container, ContainerConfig, ContainerResources, ContainerUser, Image, PodSandbox, PodSandboxConfig } from './types';

export class SandboxRecord implements PodSandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly image: Image;
  readonly ip: string;
  readonly createdMs: number;
  readonly task: Task;
  readonly shim: Task;
  /** What its containers have as /dev/shm. */
  readonly shmPath: string;
  state: 'Ready' | 'NotReady' = 'Ready';
  endedMs = 0;

  constructor(init: Pick<SandboxRecord, 'id' | 'config' | 'image' | 'ip' | 'createdMs' | 'task' | 'shim' | 'shmPath'>) {
    this.id = init.id;
    this.config = init.config;
    this.image = init.image;
    this.ip = init.ip;
    this.createdMs = init.createdMs;
    this.task = init.task;
    this.shim = init.shim;
    this.shmPath = init.shmPath;
  }

  /** Its pause, while that runs. */
  get running(): Task | undefined {
    return this.state === 'Ready' ? this.task : undefined;
  }

  ended(nowMs: number): void {
    this.state = 'NotReady';
    this.endedMs = nowMs;
  }
}

export class ContainerRecord implements Container {
  readonly id: string;
  readonly sandboxId: string;
  config: ContainerConfig;
  resources: ContainerResources;
  readonly image: Image;
  readonly user: ContainerUser;
  readonly createdMs: number;
  state: Container['state'] = 'Created';
  startedMs = 0;
  finishedMs = 0;
  exitCode = 0;
  reason = '';
  message = '';
  task: Task | undefined;
  stopSignaled = false;
  restarts = 0;
  isRestarting = false;
  address = '';
  #streams: ContainerStreams | undefined;

  constructor(init: Pick<ContainerRecord, 'id' | 'sandboxId' | 'config' | 'image' | 'user' | 'createdMs'>) {
    this.id = init.id;
    this.sandboxId = init.sandboxId;
    this.config = init.config;
    this.resources = init.config.resources ?? noLimits;
    this.image = init.image;
    this.user = init.user;
    this.createdMs = init.createdMs;
  }

  /** Its first process, while that runs. */
  get running(): Task | undefined {
    return this.state === 'Running' ? this.task : undefined;
  }

  get streams(): ContainerStreams | undefined {
    return this.#streams;
  }

  openStreams(kernel: KernelApi, log: { out: LogWriter; err: LogWriter }): ContainerStreams {
    return (this.#streams = new ContainerStreams(kernel, this.config, log));
  }

  started(task: Task, nowMs: number): void {
    this.task = task;
    this.stopSignaled = false;
    this.isRestarting = false;
    this.state = 'Running';
    this.startedMs = nowMs;
  }

  /** `oom`: a process of it was killed for want of memory. */
  exited(status: WaitStatus, oom: boolean, nowMs: number): void {
    this.exitCode = exitCode(status);
    this.reason = oom || this.task?.outOfMemory ? 'OOMKilled' : this.exitCode === 0 ? 'Completed' : 'Error';
    this.#finish(nowMs);
  }

  /** The program could not be run; Linux's convention for it is 127 and 126, containerd reports 128 for the whole start. */
  failedToStart(message: string, nowMs: number): void {
    this.exitCode = 128;
    this.reason = 'StartError';
    this.message = message;
    this.#finish(nowMs);
  }

  #finish(nowMs: number): void {
    this.state = 'Exited';
    this.finishedMs = nowMs;
    this.#streams?.end();
  }
}

/** The shell's and containerd's number for a wait status: 128 + n for signal n. */
export function exitCode(status: WaitStatus): number {
  return status.kind === 'exited' ? status.code : status.kind === 'signaled' ? 128 + status.signal : 0;
}
