import type { Clock } from '../../clock';
import type { NodeProxy } from '../api';
import type { Store } from './storage';

/** What every request handler works with. */
export interface ServerContext {
  readonly clock: Clock;
  readonly store: Store;
  /** Undefined until a node has joined. */
  readonly nodeProxy: () => NodeProxy | undefined;
  readonly userName: string;
}

/** RFC 3339 with seconds, as metav1.Time is written. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const hex = (clock: Clock, digits: number): string => {
  let text = '';
  for (let i = 0; i < digits; i++) text += Math.floor(clock.random() * 16).toString(16);
  return text;
};

/** A random UUID (version 4). */
export function newUid(clock: Clock): string {
  const variant = '89ab'[Math.floor(clock.random() * 4)]!;
  return `${hex(clock, 8)}-${hex(clock, 4)}-4${hex(clock, 3)}-${variant}${hex(clock, 3)}-${hex(clock, 12)}`;
}

// No vowels, no 0, 1, 3: generated names spell no words (apimachinery's util/rand).
const alphanums = 'bcdfghjklmnpqrstvwxz2456789';

export function randomSuffix(clock: Clock, length = 5): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphanums[Math.floor(clock.random() * alphanums.length)]!;
  return text;
}

/** A name from `generateName`: at most 63 bytes, five of them random. */
export function generateName(clock: Clock, base: string): string {
  return base.slice(0, 63 - 5) + randomSuffix(clock);
}
