import type { HostTime } from '../clock';

/** Calls `act` once, `delayMs` of real time after the first of any number of calls. */
export function gather(time: HostTime, delayMs: number, act: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    time.setTimeout(() => {
      waiting = false;
      act();
    }, delayMs);
  };
}
