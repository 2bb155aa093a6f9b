import type { Clock } from '../clock';
import { signalName, type KernelApi, type KernelEvent, type Task } from '../kernel';
import type { Pod, Transport } from '../kube/api';
import { isSystem, sceneObjects } from './scene-objects';
import type { MomentKind, Scene, SceneMoment, SceneName, ScenePlace, SceneProcess } from './scene-shapes';

export interface SceneSources {
  readonly kernel: KernelApi;
  readonly clock: Clock;
  /** The clock when the sandbox began, ms. */
  readonly startMs: number;
  readonly transport: Transport;
}

/** How long a process that was collected stays in the picture, sandbox ms. */
const goneMs = 2000;
const mostMoments = 60;
/** More than can be read are counted, not shown. */
const mostProcesses = 150;
const mostGone = 12;

const outcomes: Readonly<Record<Extract<KernelEvent, { type: 'signal' }>['outcome'], MomentKind>> = {
  ignored: 'ignored',
  pending: 'pending',
  handled: 'handled',
  terminated: 'killed',
  stopped: 'stopped',
  continued: 'continued',
};
/** What a shell is told all the time. */
const everyday = new Set(['SIGCHLD', 'SIGWINCH']);

const inner = (task: Task): number => task.nsPids.at(-1) ?? task.globalPid;
const nameOf = (task: Task): SceneName => ({ pid: task.globalPid, innerPid: inner(task), comm: task.comm });
/** A moment with the processes themselves: what they exec later tells more than the name they were forked with. */
interface Noted extends Omit<SceneMoment, 'from' | 'to' | 'by'> {
  readonly from?: Task | undefined;
  readonly to: Task;
  readonly by?: Task | undefined;
}
/** `/kubepods/besteffort/podUID/CONTAINER`. */
const podOf = ({ cgroup }: Task): { readonly uid: string; readonly container: string } | undefined => {
  const [, uid, container = ''] = /^\/kubepods(?:\/[a-z]+)?\/pod([^/]+)\/?([^/]*)/.exec(cgroup) ?? [];
  return uid === undefined ? undefined : { uid, container };
};

/** What the page's pictures show, followed from when it is made on. */
export class SceneWatch {
  readonly #sources: SceneSources;
  readonly #onChange: () => void;
  readonly #stop: () => void;
  /** Processes of the learner outside Pods: what a terminal's shell began, and what came of that. */
  readonly #own = new WeakSet<Task>();
  readonly #formerParents = new Map<Task, SceneName>();
  readonly #gone = new Map<Task, { readonly atMs: number; readonly parent: number }>();
  readonly #ended = new Map<Task, number>();
  #moments: Noted[] = [];
  #count = 0;
  #looksLater = false;
  #pods: ReadonlyMap<string, Pod> = new Map();

  /** `onChange`: the scene may be another one now. */
  constructor(sources: SceneSources, onChange: () => void) {
    this.#sources = sources;
    this.#onChange = onChange;
    for (const task of sources.kernel.tasks()) if (task.terminal !== undefined) this.#adopt(task);
    this.#stop = sources.kernel.observe((event) => this.#observe(event));
  }

  close(): void {
    this.#stop();
    this.#gone.clear();
  }

  #adopt(task: Task): void {
    this.#own.add(task);
    for (const child of task.children) this.#adopt(child);
  }

  /** Not a daemon of the node's, nor of the cluster's own Pods. */
  #isShown(task: Task): boolean {
    // what starts a container is there for a moment only
    if (task.comm.startsWith('runc')) return false;
    const pod = podOf(task);
    if (pod) return !isSystem(this.#pods.get(pod.uid)?.metadata.namespace);
    return this.#own.has(task) || task.terminal !== undefined || task.nsPids.length > 1;
  }

  #observe(event: KernelEvent): void {
    const { task, atMs } = event;
    if (event.type === 'fork' && event.parent && this.#own.has(event.parent)) this.#own.add(task);
    if (!this.#isShown(task)) return;
    switch (event.type) {
      case 'signal': {
        this.#formerParents.delete(task);
        const signal = `SIG${signalName(event.signal)?.replace(/^SIG/, '') ?? event.signal}`;
        if (task.terminal !== undefined && everyday.has(signal)) break;
        this.#note(outcomes[event.outcome], atMs, task, { signal, from: event.sender });
        break;
      }
      case 'exit':
        this.#ended.set(task, atMs);
        break;
      case 'reparent':
        if (event.task.state === 'X') break;
        this.#formerParents.set(task, nameOf(event.from));
        this.#note('reparented', atMs, task, { from: event.from, by: event.to });
        break;
      case 'reap':
        if (atMs - (this.#ended.get(task) ?? atMs) > 20) this.#note('collected', atMs, task, { by: event.by });
        this.#ended.delete(task);
        this.#formerParents.delete(task);
        this.#gone.set(task, { atMs, parent: event.by.globalPid });
        if (this.#gone.size > mostGone) this.#gone.delete(this.#gone.keys().next().value!);
        this.#lookLater();
    }
    this.#onChange();
  }

  /** Once those that are gone now are to be taken out of the picture. */
  #lookLater(): void {
    if (this.#looksLater) return;
    this.#looksLater = true;
    void this.#sources.clock.sleep(goneMs + 50).then(() => {
      this.#looksLater = false;
      this.#forget();
      if (this.#gone.size > 0) this.#lookLater();
      this.#onChange();
    });
  }

  #forget(): void {
    const nowMs = this.#sources.clock.now();
    for (const [task, { atMs }] of this.#gone) if (nowMs - atMs > goneMs) this.#gone.delete(task);
  }

  #note(kind: MomentKind, atMs: number, task: Task, more: Pick<Noted, 'signal' | 'from' | 'by'>): void {
    const moment = { number: ++this.#count, kind, atMs: atMs - this.#sources.startMs, to: task, ...more };
    this.#moments = [...this.#moments, moment].slice(-mostMoments);
  }

  /** A process that has ended and that nobody has collected for a moment is a zombie worth telling of. */
  #noteZombies(): void {
    for (const [task, atMs] of this.#ended) {
      if (task.state !== 'Z') this.#ended.delete(task);
      else if (!this.#moments.some((moment) => moment.kind === 'zombie' && moment.to === task)) this.#note('zombie', atMs, task, {});
    }
  }

  #placeOf(task: Task): ScenePlace {
    const pod = podOf(task);
    if (pod) {
      const found = this.#pods.get(pod.uid);
      return { key: pod.uid, kind: 'pod', name: found?.metadata.name ?? pod.uid, shared: found?.spec.shareProcessNamespace === true };
    }
    if (task.nsPids.length === 1) return { key: 'node', kind: 'node', name: '', shared: true };
    return { key: `pid ${task.namespaces.pid}`, kind: 'namespace', name: `pid:[${task.namespaces.pid}]`, shared: true };
  }

  #containerOf(task: Task): { readonly role: SceneProcess['role']; readonly container?: string } {
    const pod = podOf(task);
    if (!pod) return { role: task.terminal !== undefined && task.globalPid === task.sid ? 'shell' : 'other' };
    const { status } = this.#pods.get(pod.uid) ?? {};
    const statuses = [
      ...(status?.containerStatuses ?? []),
      ...(status?.initContainerStatuses ?? []),
      ...(status?.ephemeralContainerStatuses ?? []),
    ];
    const container = statuses.find(({ containerID = '' }) => pod.container !== '' && containerID.endsWith(pod.container))?.name;
    if (task.comm === 'pause' && container === undefined) return { role: 'pause' };
    const isRoot = task.parent?.comm === 'containerd-shim';
    return { role: isRoot ? 'container' : 'other', ...(container !== undefined && { container }) };
  }

  #processes(): Pick<Scene, 'places' | 'processes' | 'leftOut'> {
    this.#forget();
    const places = new Map<string, ScenePlace>();
    const processes: SceneProcess[] = [];
    const shims = new Set<Task>();
    let leftOut = 0;
    const add = (task: Task, parent: number): void => {
      const place = this.#placeOf(task);
      places.set(place.key, place);
      processes.push({
        pid: task.globalPid,
        innerPid: inner(task),
        parent,
        comm: task.comm,
        state: task.state,
        place: place.key,
        formerParent: this.#formerParents.get(task),
        ...this.#containerOf(task),
      });
      const shim = place.kind === 'pod' ? task.parent : undefined;
      if (!shim || shims.has(shim) || podOf(shim)) return;
      shims.add(shim);
      processes.push({
        pid: shim.globalPid,
        innerPid: shim.globalPid,
        parent: 0,
        comm: shim.comm,
        state: shim.state,
        place: place.key,
        role: 'shim',
      });
    };
    for (const task of this.#sources.kernel.tasks()) {
      if (this.#isShown(task) && processes.length < mostProcesses) add(task, task.parent?.globalPid ?? 0);
      else leftOut++;
    }
    for (const [task, { parent }] of this.#gone) add(task, parent);
    processes.sort((a, b) => a.pid - b.pid);
    return { places: [...places.values()], processes, leftOut: leftOut - shims.size };
  }

  async now(): Promise<Scene> {
    const { transport, startMs, clock } = this.#sources;
    const { pods, secrets, names } = await sceneObjects(transport, startMs);
    this.#pods = names;
    this.#noteZombies();
    const moments = this.#moments.map(({ from, to, by, ...rest }): SceneMoment => {
      return { ...rest, from: from && nameOf(from), to: nameOf(to), by: by && nameOf(by) };
    });
    return { atMs: clock.now() - startMs, ...this.#processes(), moments, pods, secrets };
  }
}
