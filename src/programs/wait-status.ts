import type { WaitStatus } from '../kernel';

/** The exit status that a shell shows for a wait(2) status: 128+n for a signal. */
export function statusOf(status: WaitStatus): number {
  if (status.kind === 'exited') return status.code;
  return status.kind === 'signaled' || status.kind === 'stopped' ? 128 + status.signal : 0;
}
