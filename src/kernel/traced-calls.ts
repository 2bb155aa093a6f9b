import type { TaskImpl } from './task';
import type { RestartCode, TracedCall } from './trace-event';
import { fileForms } from './traced-files';
import type { LooseForm } from './traced-form';
import { processForms } from './traced-processes';

const forms = { ...fileForms, ...processForms };

export type TracedMethod = keyof typeof forms;
export const told = forms as unknown as Readonly<Record<TracedMethod, LooseForm>>;
const blocking: ReadonlySet<string> = new Set(
  'open read pread write poll wait pause sigsuspend nanosleep exec tcsetattr tcsetpgrp fork'.split(' '),
);
/** Methods that act at once: watched one by one. Those that may block are watched where they all pass. */
export const directCalls = (Object.keys(forms) as TracedMethod[]).filter((method) => !blocking.has(method));

const nameOf = ({ name }: LooseForm, args: readonly unknown[]): string => (typeof name === 'string' ? name : name(args));
export const calledBy = (method: TracedMethod, args: readonly unknown[], task: TaskImpl): TracedCall => ({
  name: nameOf(told[method], args),
  args: told[method].args(args, task),
  // clone(2)'s last argument is shown with its result alone
  more: told[method].rest !== undefined && method !== 'fork',
});

const restarts: Readonly<Record<string, RestartCode>> = {
  openat: 'ERESTARTSYS', read: 'ERESTARTSYS', write: 'ERESTARTSYS', wait4: 'ERESTARTSYS', ioctl: 'ERESTARTSYS',
  pause: 'ERESTARTNOHAND', rt_sigsuspend: 'ERESTARTNOHAND', clock_nanosleep: 'ERESTART_RESTARTBLOCK', poll: 'ERESTART_RESTARTBLOCK',
}; // prettier-ignore
/** What a signal makes of this call; undefined for calls that do not wait. */
export const restartOf = (name: string): RestartCode | undefined => restarts[name];
