import { setTimeout as delay } from 'node:timers';
import type { HostTime } from '../clock';

/** Time as Node has it. */
export const nodeHostTime: HostTime = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => delay(callback, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  turn: (callback) => void setImmediate(callback),
  random: () => Math.random(),
};
