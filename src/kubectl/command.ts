import type { Flag, Flags } from './flags';
import type { Kubectl } from './kubectl';

/** One run of a command: the shared `k`, its own flags and arguments. */
export interface Invocation {
  readonly k: Kubectl;
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly dashAt: number;
  /** `kubectl create secret generic`: how messages name the command. */
  readonly path: string;
  /** The command's help. */
  readonly help: () => string;
}

export interface Completion {
  readonly words: readonly string[];
  /** Cobra's directive bits: 1 error, 2 no space, 4 no files, 8 filter by extension, 16 filter directories. */
  readonly directive: number;
}

export interface Command {
  /** The usage line after `kubectl …`: its first word is the name. */
  readonly use: string;
  readonly aliases?: readonly string[];
  readonly suggestFor?: readonly string[];
  readonly short: string;
  readonly long?: string;
  readonly example?: string;
  readonly flags?: readonly Flag[];
  readonly commands?: readonly Command[];
  readonly hidden?: boolean;
  /** The exit status of its failures, when it is not 1; its wrong flags are then told as wrong use. */
  readonly failureCode?: number;
  readonly group?: string;
  /** Without it the command prints its help, to stderr and with status 1 where it has commands below it, and refuses other words. */
  run?(call: Invocation): Promise<number | void>;
  /** Words for the argument after `args`; those that do not begin as the word does are left out. */
  complete?(call: Invocation, word: string): Promise<readonly string[] | Completion>;
}

export const nameOf = (command: Command): string => command.use.split(' ')[0]!;
