import type { HostTime } from '../clock';

/** A new task at once: timers of browsers wait at least 4 ms when they nest. */
const channel = new MessageChannel();
const turns: (() => void)[] = [];
channel.port1.onmessage = () => turns.shift()?.();

/** Time as a page or a Worker has it. */
export const webHostTime: HostTime = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => globalThis.setTimeout(callback, delayMs),
  clearTimeout: (handle) => globalThis.clearTimeout(handle as number),
  turn: (callback) => {
    turns.push(callback);
    channel.port2.postMessage(0);
  },
  random: () => Math.random(),
};
