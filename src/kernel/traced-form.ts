import type { Errno } from './errno';
import type { TracedCall, TraceOutcome, TraceValue } from './trace-event';
import type { TaskImpl } from './task';

/** How a method of Process is told: as the system call it stands for (`name` and what is known when it is called). */
export interface Form {
  /** A function where it depends on the arguments. */
  readonly name: string | ((args: readonly never[]) => string);
  readonly args: (args: readonly never[], task: TaskImpl) => readonly TraceValue[];
  /** What is known when it ends; `value` is undefined when it has failed. */
  readonly rest?: (args: readonly never[], value: never, task: TaskImpl) => readonly TraceValue[];
  readonly outcome?: (value: never, task: TaskImpl) => TraceOutcome;
  /** For what takes several calls on Linux. `value` is an Errno when it has failed. */
  readonly steps?: (args: readonly never[], value: never, task: TaskImpl) => readonly Step[];
}
export type Step = readonly [TracedCall, readonly TraceValue[], TraceOutcome];

export interface LooseForm {
  readonly name: string | ((args: readonly unknown[]) => string);
  readonly args: (args: readonly unknown[], task: TaskImpl) => readonly TraceValue[];
  readonly rest?: (args: readonly unknown[], value: unknown, task: TaskImpl) => readonly TraceValue[];
  readonly outcome?: (value: unknown, task: TaskImpl) => TraceOutcome;
  readonly steps?: (args: readonly unknown[], value: unknown, task: TaskImpl) => readonly Step[];
}

/** A form whose functions know the types of the method's arguments and value. */
export function form<A extends readonly unknown[], V>(
  name: string | ((args: A) => string),
  args: (args: A, task: TaskImpl) => readonly TraceValue[],
  more: {
    readonly rest?: (args: A, value: V | undefined, task: TaskImpl) => readonly TraceValue[];
    readonly outcome?: (value: V, task: TaskImpl) => TraceOutcome;
    readonly steps?: (args: A, value: V | Errno, task: TaskImpl) => readonly Step[];
  } = {},
): Form {
  return { name, args, ...more } as unknown as Form;
}
