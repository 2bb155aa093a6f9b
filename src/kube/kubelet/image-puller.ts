import type { Clock } from '../../clock';
import type { Container, Pod } from '../api';
import { parseReference, PullError, type Image, type Runtime } from '../runtime';
import { BackOff } from './back-off';
import type { EventSink } from './event-sink';
import type { WaitReason } from './status';

/** The container cannot start for its image; `reason` is what its status waits for. */
export class ImageError extends Error implements WaitReason {
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Go's time.Duration rounded to milliseconds: `1.483s`, `87ms`. */
function goDuration(ms: number): string {
  const whole = Math.round(ms);
  if (whole < 1000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = (whole - minutes * 60_000) / 1000;
  return minutes ? `${minutes}m${seconds}s` : `${seconds}s`;
}

/** Sees that a container's image is on the node, by its pull policy, with the pull's own back-off. */
export class ImagePuller {
  readonly #runtime: Runtime;
  readonly #clock: Clock;
  readonly #events: EventSink;
  readonly #backOff = new BackOff();
  readonly #failed = new Map<string, { atMs: number; error: ImageError }>();

  constructor(runtime: Runtime, clock: Clock, events: EventSink) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#events = events;
  }

  /** Throws ImageError. */
  async ensure(pod: Pod, container: Container): Promise<Image> {
    const reference = container.image ?? '';
    const about = container.name;
    const present = this.#runtime.imageStatus(reference);
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    if (present && policy !== 'Always') {
      this.#events.record(
        pod,
        'Normal',
        'Pulled',
        `Container image "${reference}" already present on machine and can be accessed by the pod`,
        about,
      );
      return present;
    }
    if (policy === 'Never') {
      const error = new ImageError('ErrImageNeverPull', `Container image "${reference}" is not present with pull policy of Never`);
      this.#events.record(pod, 'Warning', 'ErrImageNeverPull', error.message, about);
      throw error;
    }
    const key = `${pod.metadata.uid}_${reference}`;
    const last = this.#failed.get(key);
    if (last && this.#backOff.waits(key, last.atMs, this.#clock.now())) {
      const text = `Back-off pulling image "${reference}"`;
      this.#events.record(pod, 'Normal', 'BackOff', text, about);
      throw new ImageError('ImagePullBackOff', `${text}: ${last.error.reason}: ${last.error.message}`);
    }
    try {
      parseReference(reference);
    } catch (error) {
      if (!(error instanceof PullError)) throw error;
      this.#events.record(pod, 'Warning', 'InspectFailed', error.message, about);
      throw new ImageError('InvalidImageName', error.message);
    }
    this.#events.record(pod, 'Normal', 'Pulling', `Pulling image "${reference}"`, about);
    try {
      const { image, tookMs } = await this.#runtime.pullImage(reference);
      const took = goDuration(tookMs);
      this.#events.record(
        pod,
        'Normal',
        'Pulled',
        `Successfully pulled image "${reference}" in ${took} (${took} including waiting). Image size: ${image.sizeBytes} bytes.`,
        about,
      );
      this.#failed.delete(key);
      return image;
    } catch (error) {
      if (!(error instanceof PullError)) throw error;
      const now = this.#clock.now();
      this.#backOff.next(key, now);
      const failure = new ImageError('ErrImagePull', error.message);
      this.#failed.set(key, { atMs: now, error: failure });
      this.#events.record(pod, 'Warning', 'Failed', `Failed to pull image "${reference}": ${error.message}`, about);
      throw failure;
    }
  }

  forget(pod: Pod): void {
    this.#backOff.forget(`${pod.metadata.uid}_`);
    for (const key of this.#failed.keys()) if (key.startsWith(`${pod.metadata.uid}_`)) this.#failed.delete(key);
  }
}
