import type { Clock } from '../../clock';
import type { Container, Pod } from '../api';
import type { Container as RuntimeContainer, Runtime } from '../runtime';
import type { EventSink } from './event-sink';
import { HookError, type LifecycleHooks } from './lifecycle-hooks';
import { isSidecar, type ContainerToKill } from './pod-actions';

/** "always give containers a minimal shutdown window" - kuberuntime, seconds. */
const leastGraceSeconds = 2;

/** Ends the wait for containers to end: their pod is to be ended, or ended sooner. */
export class Cancellation {
  cancelled = false;
  cancel: () => void = () => undefined;
  readonly promise = new Promise<void>((resolve) => {
    this.cancel = (): void => {
      this.cancelled = true;
      resolve();
    };
  });
}

export const specOf = (pod: Pod, name: string): Container | undefined =>
  [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === name);

/** Ends containers as the kubelet does: the event, the preStop hook, TERM, and KILL when the grace period is over. */
export class ContainerKiller {
  constructor(
    private readonly options: {
      readonly runtime: Runtime;
      readonly clock: Clock;
      readonly events: EventSink;
      readonly hooks: LifecycleHooks;
    },
  ) {}

  async kill(
    pod: Pod,
    { container, message, probe }: ContainerToKill,
    graceSeconds: number | undefined,
    cancellation = new Cancellation(),
  ): Promise<void> {
    const { events, runtime, clock } = this.options;
    if (container.state !== 'Running') return;
    const spec = specOf(pod, container.config.name);
    const probeGrace = probe && spec?.[probe]?.terminationGracePeriodSeconds;
    let grace = graceSeconds ?? pod.metadata.deletionGracePeriodSeconds ?? probeGrace ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    events.record(pod, 'Normal', 'Killing', message, container.config.name);
    const preStop = spec?.lifecycle?.preStop;
    if (preStop && grace > 0) {
      const since = clock.now();
      const hook = this.options.hooks.run(pod, container, preStop).catch((error: unknown) => {
        if (!(error instanceof HookError)) throw error;
        // "do not record the message in the event so that secrets won't leak from the server" - kuberuntime
        events.record(pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', container.config.name);
      });
      await Promise.race([hook, clock.sleep(grace * 1000), container.task?.exited, cancellation.promise]);
      if (cancellation.cancelled) return;
      grace -= Math.floor((clock.now() - since) / 1000);
    }
    await Promise.race([runtime.stopContainer(container.id, Math.max(grace, leastGraceSeconds) * 1000), cancellation.promise]);
  }

  /** Stops containers of a pod together, sidecars after the others and in reverse order. */
  async killAll(
    pod: Pod,
    running: readonly RuntimeContainer[],
    graceSeconds: number | undefined,
    cancellation: Cancellation,
  ): Promise<void> {
    const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map((c) => c.name));
    const stop = (list: readonly RuntimeContainer[]): Promise<unknown> =>
      Promise.all(
        list.map((container) =>
          this.kill(pod, { container, message: `Stopping container ${container.config.name}` }, graceSeconds, cancellation),
        ),
      );
    await stop(running.filter((c) => !sidecars.has(c.config.name)));
    for (const sidecar of running.filter((c) => sidecars.has(c.config.name)).reverse()) if (!cancellation.cancelled) await stop([sidecar]);
  }
}
