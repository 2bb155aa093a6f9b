import type { Process } from '../../../kernel';
import { RuntimeError, type Runtime } from '../types';
import type { OptionSpec } from './arguments';
import type { Formats } from './formats';

/** One run of a docker command, its options read. */
export interface DockerContext {
  readonly proc: Process;
  readonly runtime: Runtime;
  readonly formats: Formats;
  readonly flags: ReadonlySet<string>;
  readonly value: (name: string) => string | undefined;
  readonly values: (name: string) => readonly string[];
  readonly operands: readonly string[];
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => Promise<void>;
}

export interface DockerCommand {
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** Least and most operands. */
  readonly operands: readonly [number, number];
  readonly interspersed?: boolean;
  /** Its names below a management command: `container ls`. */
  readonly also?: readonly string[];
  /** Its place among the commands that help shows first. */
  readonly common?: boolean;
  readonly run: (context: DockerContext) => Promise<number> | number;
}

/** What the daemon refuses: told as `Error response from daemon: …`. */
export class DaemonError extends Error {}
/** Refused by docker itself, before it asks the daemon. */
export class ClientError extends Error {}

/** Runs `act` on each operand, printing it; those that the daemon refuses are told of, and it goes on. */
export async function each(context: DockerContext, act: (name: string) => Promise<void>): Promise<number> {
  let code = 0;
  for (const name of context.operands) {
    try {
      await act(name);
      await context.out(`${name}\n`);
    } catch (error) {
      if (!(error instanceof DaemonError) && !(error instanceof RuntimeError)) throw error;
      await context.err(`Error response from daemon: ${error.message}\n`);
      code = 1;
    }
  }
  return code;
}
