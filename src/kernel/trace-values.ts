import type { Bytes } from './file';
import type { SignalSet } from './process';
import type { TaskImpl } from './task';
import type { TraceValue } from './trace-event';

/** Makers of the values that traced calls are told with. */
export const number = (value: number): TraceValue => ({ is: 'number', value });
export const octal = (value: number): TraceValue => ({ is: 'octal', value });
export const word = (value: string): TraceValue => ({ is: 'word', value });
export const path = (value: string): TraceValue => ({ is: 'path', value });
export const string = (value: string): TraceValue => ({ is: 'string', value });
export const bytesOf = (value: Bytes): TraceValue => ({ is: 'bytes', value });
export const pointer = (note?: string): TraceValue => (note === undefined ? { is: 'pointer' } : { is: 'pointer', note });
export const signal = (value: number): TraceValue => ({ is: 'signal', value });
export const signals = (value: SignalSet): TraceValue => ({ is: 'signals', value });
export const struct = (value: readonly (readonly [string, TraceValue])[], more = false): TraceValue => ({ is: 'struct', value, more });
export const fd = (value: number, task: TaskImpl): TraceValue => ({ is: 'fd', value, path: task.fds.get(value)?.description.label });
export const cwd = (task: TaskImpl): TraceValue => ({ is: 'cwd', path: task.cwdPath });
/** struct timespec. */
export const seconds = (ms: number): TraceValue =>
  struct([
    ['tv_sec', number(Math.floor(ms / 1000))],
    ['tv_nsec', number(Math.round((ms % 1000) * 1e6))],
  ]);
/** The names whose condition holds, `0` for none. */
export const flags = (choices: readonly (readonly [string, boolean])[]): string =>
  choices
    .filter(([, on]) => on)
    .map(([name]) => name)
    .join('|') || '0';
