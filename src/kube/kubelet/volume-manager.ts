import type { Clock, Timer } from '../../clock';
import type { EventSink } from './event-sink';
import { quantityNumber, type Pod, type Volume } from '../api';
import { Errno, type Process } from '../runtime';
import { writeAtomically } from './atomic-writer';
import { RetryDelay } from './back-off';
import type { ValueSource } from './environment';
import type { Gate } from './gate';
import { checkHostPath } from './host-path';
import { podResources } from './resources';
import { VolumeError, volumePayload, type ClaimSource, type TokenSource } from './volume-payload';

interface Mounted {
  readonly path: string;
  ready: boolean;
  retry: RetryDelay;
  /** It is mounted, and its content is to be brought up to date. */
  stale: boolean;
}

interface PodVolumes {
  pod: Pod;
  readonly volumes: Map<string, Mounted>;
  remount?: Timer;
}

/** How often the reconciler looks for volumes to set up, ms. */
const reconcileMs = 100;
/** How long it takes until all volumes of a pod are seen to be gone, ms. */
const unmountMs = 500;

/** The volumes of the pods on one node: sets them up with retries, refreshes their content, takes them down. */
export class VolumeManager {
  readonly #proc: Process;
  readonly #clock: Clock;
  readonly #events: EventSink;
  /** Of the node, for pods. */
  readonly #memory: string;
  readonly #sources: (pod: Pod) => ValueSource & TokenSource & ClaimSource;
  readonly #report: (error: unknown) => void;
  readonly #gate: Gate;
  readonly #pods = new Map<string, PodVolumes>();
  /** Where the volumes are that claims are bound to, by pod UID and the volume's name in the pod. */
  readonly #claimed = new Map<string, string>();

  constructor(options: {
    proc: Process;
    clock: Clock;
    events: EventSink;
    memory: string;
    sources: (pod: Pod) => ValueSource & TokenSource & ClaimSource;
    report: (error: unknown) => void;
    gate: Gate;
  }) {
    this.#gate = options.gate;
    this.#report = options.report;
    this.#proc = options.proc;
    this.#clock = options.clock;
    this.#events = options.events;
    this.#sources = options.sources;
    this.#memory = options.memory;
  }

  podDirectory(uid: string): string {
    return `/var/lib/kubelet/pods/${uid}`;
  }

  /** Where a volume's content is on the node. */
  path(pod: Pod, volume: Volume): string {
    if (volume.hostPath) return volume.hostPath.path;
    const claimed = this.#claimed.get(`${pod.metadata.uid}/${volume.name}`);
    if (claimed !== undefined) return claimed;
    const plugin = volume.secret
      ? 'secret'
      : volume.configMap
        ? 'configmap'
        : volume.projected
          ? 'projected'
          : volume.downwardAPI
            ? 'downward-api'
            : 'empty-dir';
    return `${this.podDirectory(pod.metadata.uid ?? '')}/volumes/kubernetes.io~${plugin}/${volume.name}`;
  }

  /** Settles when every volume of the pod is there, or false when `gone` says that the pod no longer wants them. */
  async waitForMounts(pod: Pod, gone: () => boolean): Promise<boolean> {
    const uid = pod.metadata.uid ?? '';
    const known = this.#pods.get(uid)?.volumes ?? new Map<string, Mounted>();
    for (const volume of pod.spec.volumes ?? []) {
      if (!known.has(volume.name))
        known.set(volume.name, { path: this.path(pod, volume), ready: false, retry: new RetryDelay(), stale: false });
    }
    const held = this.#pods.get(uid) ?? { pod, volumes: known };
    held.pod = pod;
    this.#pods.set(uid, held);
    if ([...known.values()].every((m) => m.ready)) {
      this.#remountSoon(held);
      return true;
    }
    for (;;) {
      await this.#clock.sleep(reconcileMs);
      await this.#gate.passed();
      if (gone()) return false;
      await this.#reconcile(pod, known);
      if ([...known.values()].every((m) => m.ready)) return true;
      const waits = [...known.values()].filter((m) => !m.ready).map((m) => m.retry.dueMs - this.#clock.now());
      if (Math.min(...waits) > 2 * reconcileMs) await this.#untilDue(Math.min(...waits), gone);
    }
  }

  /** Sleeps towards the next attempt in steps short enough to notice a deletion. */
  async #untilDue(waitMs: number, gone: () => boolean): Promise<void> {
    for (let left = waitMs; left > 0 && !gone(); left -= 1000) await this.#clock.sleep(Math.min(left, 1000));
  }

  async #reconcile(pod: Pod, volumes: Map<string, Mounted>): Promise<void> {
    for (const volume of pod.spec.volumes ?? []) {
      const mounted = volumes.get(volume.name)!;
      if (mounted.ready || mounted.retry.dueMs > this.#clock.now()) continue;
      try {
        await this.#setUp(pod, volume, mounted.path);
        mounted.ready = true;
      } catch (error) {
        if (!(error instanceof VolumeError) && !(error instanceof Errno)) throw error;
        mounted.retry.fail(this.#clock.now());
        this.#failed(pod, volume, error);
      }
    }
  }

  #failed(pod: Pod, volume: Volume, error: Error): void {
    const about = error instanceof VolumeError ? error.about : undefined;
    const text = `MountVolume.${about?.step ?? 'SetUp'} failed for volume "${about?.volume ?? volume.name}" : ${error.message}`;
    this.#events.record(pod, 'Warning', 'FailedMount', text);
  }

  #makeDirectory(path: string, mode = 0o750): void {
    let at = '';
    for (const part of path.split('/').filter(Boolean)) {
      at += `/${part}`;
      try {
        this.#proc.mkdir(at, mode);
      } catch (error) {
        if (!(error instanceof Errno) || error.code !== 'EEXIST') throw error;
      }
    }
  }

  async #setUp(pod: Pod, volume: Volume, path: string): Promise<void> {
    if (volume.hostPath) return checkHostPath(this.#proc, volume.hostPath, (at, mode) => this.#makeDirectory(at, mode));
    const { persistentVolumeClaim: claim } = volume as { readonly persistentVolumeClaim?: { readonly claimName: string } };
    if (claim) return this.#claim(pod, volume, claim.claimName);
    const payload = await volumePayload(volume, pod, this.#sources(pod), this.#sources(pod));
    this.#makeDirectory(path);
    const fsGroup = pod.spec.securityContext?.fsGroup;
    if (payload || volume.emptyDir?.medium === 'Memory') {
      const size = this.#memoryFor(pod, volume);
      if (!this.#isMount(path)) this.#proc.mount('tmpfs', path, 'tmpfs', { data: `size=${size},mode=1777,noswap` });
    } else this.#proc.chmod(path, 0o777);
    if (fsGroup !== undefined) {
      this.#proc.chown(path, -1, fsGroup);
      this.#proc.chmod(path, (this.#proc.stat(path).mode & 0o1777) | 0o2070);
    }
    if (payload) await writeAtomically(this.#proc, this.#clock, path, payload, fsGroup);
  }

  async #claim(pod: Pod, volume: Volume, claimName: string): Promise<void> {
    const found = await this.#sources(pod).volumeOf(claimName);
    if (!found) throw new VolumeError(`failed to get PVC ${pod.metadata.namespace}/${claimName}: it is not bound`);
    const { name, spec } = found;
    try {
      if (spec.hostPath) checkHostPath(this.#proc, spec.hostPath, (at, mode) => this.#makeDirectory(at, mode));
      else if (spec.local) this.#proc.stat(spec.local.path);
      else throw new VolumeError('no volume plugin matched', { step: 'NewMounter initialization', volume: name });
    } catch (error) {
      if (error instanceof Errno && spec.local)
        throw new VolumeError(`path "${spec.local.path}" does not exist`, { step: 'NewMounter initialization', volume: name });
      if (error instanceof VolumeError && spec.hostPath) throw new VolumeError(error.message, { step: 'SetUp', volume: name });
      throw error;
    }
    this.#claimed.set(`${pod.metadata.uid}/${volume.name}`, spec.hostPath?.path ?? spec.local?.path ?? '');
  }

  /** Bytes a volume in memory may have: what the node has for pods, the pod's limit or its own, whichever is least. */
  #memoryFor(pod: Pod, volume: Volume): number {
    const limits = [quantityNumber(this.#memory), podResources(pod).memoryLimitBytes, quantityNumber(volume.emptyDir?.sizeLimit ?? '0')];
    return Math.floor(Math.min(...limits.filter((bytes) => bytes > 0)));
  }

  #isMount(path: string): boolean {
    return this.#proc.stat(path).dev !== this.#proc.stat(path.replace(/\/[^/]*$/, '')).dev;
  }

  /** With each sync the content of what is mounted is brought up to date; what fails is tried again by itself. */
  #remountSoon(held: PodVolumes): void {
    for (const mounted of held.volumes.values()) mounted.stale = true;
    held.remount ??= this.#clock.after(reconcileMs, () => void this.#remount(held).catch(this.#report));
  }

  async #remount(held: PodVolumes): Promise<void> {
    await this.#gate.passed();
    const { pod, volumes } = held;
    const isHeld = (): boolean => this.#pods.get(pod.metadata.uid ?? '') === held;
    for (const volume of pod.spec.volumes ?? []) {
      const mounted = volumes.get(volume.name);
      if (!mounted?.stale || mounted.retry.dueMs > this.#clock.now()) continue;
      try {
        const payload = await volumePayload(volume, pod, this.#sources(pod), this.#sources(pod));
        if (!isHeld()) return;
        if (payload) await writeAtomically(this.#proc, this.#clock, mounted.path, payload, pod.spec.securityContext?.fsGroup);
        mounted.stale = false;
        mounted.retry = new RetryDelay();
      } catch (error) {
        // what is mounted stays as it is
        if (!(error instanceof VolumeError) && !(error instanceof Errno)) throw error;
        if (!isHeld()) return;
        mounted.retry.fail(this.#clock.now());
        this.#failed(pod, volume, error);
      }
    }
    held.remount = undefined;
    const waits = [...volumes.values()].filter(({ stale }) => stale).map(({ retry }) => retry.dueMs - this.#clock.now());
    if (waits.length && isHeld())
      held.remount = this.#clock.after(Math.max(reconcileMs, Math.min(...waits)), () => void this.#remount(held).catch(this.#report));
  }

  stop(): void {
    for (const { remount } of this.#pods.values()) remount?.cancel();
  }

  /** Unmounts and removes what a pod that is gone had on the node. */
  async takeDown(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    if (this.#pods.has(uid)) await this.#clock.sleep(unmountMs);
    for (const mounted of this.#pods.get(uid)?.volumes.values() ?? []) {
      try {
        if (mounted.path.startsWith(this.podDirectory(uid)) && this.#isMount(mounted.path)) this.#proc.umount(mounted.path, { lazy: true });
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    }
    this.#pods.get(uid)?.remount?.cancel();
    this.#pods.delete(uid);
    for (const volume of pod.spec.volumes ?? []) this.#claimed.delete(`${uid}/${volume.name}`);
    this.#removeTree(this.podDirectory(uid));
  }

  #removeTree(path: string): void {
    try {
      if (this.#proc.lstat(path).type !== 'directory') return this.#proc.unlink(path);
      for (const entry of this.#proc.readdir(path)) this.#removeTree(`${path}/${entry.name}`);
      this.#proc.rmdir(path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
}
