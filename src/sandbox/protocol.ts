/**
 * What passes between a page and the Worker its sandbox lives in, over comlink: every call becomes a promise, every
 * function argument is a proxy that the receiver releases with the terminal or the sandbox it was given for.
 */

import type { Fact } from '../lessons';
import type { Completion, Diagnostic, Hover } from '../manifest';
import type { Scene } from './scene-shapes';

export type * from './scene-shapes';

/** A terminal's number: 1 and up, never used again within one sandbox. */
export type TerminalId = number;

/** Sandbox seconds per real second; 0 stands still. */
export type Rate = 0 | 1 | 10 | 60;

export type Language = 'en' | 'zh';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface SandboxStart {
  /** The locale of messages that are ours; what real software prints is English in either. */
  readonly language: Language;
  /** What `save` gave earlier. `start` rejects with a `DamagedSave` when it cannot be read. */
  readonly saved?: Uint8Array | undefined;
  /** Files put into the home directory at the start where `saved` has none of the name. */
  readonly files?: readonly StartFile[] | undefined;
}

export interface StartFile {
  /** Relative to the home directory. */
  readonly path: string;
  readonly text: string;
}

/** A fact under a name of the page's own, and what holds while it waits for something. */
export interface NamedFact {
  readonly name: string;
  readonly fact: Fact;
  readonly waits?: Fact | undefined;
}

/** How a command line that was typed ended. */
export interface Outcome {
  /** Exit status of its last process; undefined: it needed none. */
  readonly code: number | undefined;
  /** What the terminal showed of it, without colours; the end of it where there was much. */
  readonly output: string;
}

export interface FileEntry {
  readonly name: string;
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** Bytes. */
  readonly size: number;
  readonly modifiedMs: number;
  /** Permission bits, as in st_mode & 07777. */
  readonly mode: number;
}

/** What is loaded after the prompt is there, each shown as a line with its share of 1. */
export type LoadStage = 'kernel' | 'cluster' | 'wasm' | 'clang';

export type SandboxEvent =
  /** `fraction` of 1, or undefined while it is not known; 1 says that the stage is ready. */
  | { readonly type: 'progress'; readonly stage: LoadStage; readonly fraction?: number | undefined }
  /** A stage will not come; the sandbox runs on without it. */
  | {
      readonly type: 'unavailable';
      readonly stage: LoadStage;
      readonly reason: 'isolation' | 'network' | 'other';
      readonly message: string;
    }
  /** A watched file was written, made, renamed or removed, by anyone but this page's own `writeFile`. */
  | { readonly type: 'file'; readonly path: string; readonly exists: boolean }
  /** Something changed that `save` would keep. At most one a second. */
  | { readonly type: 'changed' }
  /** Of the facts watched: those that hold, and those that wait for something. Told again when it changes. */
  | { readonly type: 'facts'; readonly held: readonly string[]; readonly waiting: readonly string[] }
  /** What the pictures show, whenever it changed while they are watched. */
  | { readonly type: 'scene'; readonly scene: Scene }
  /** The shell of a terminal ended, with its exit status. */
  | { readonly type: 'terminal-ended'; readonly id: TerminalId; readonly status: number }
  /** A defect of the sandbox itself, never of a program in it. */
  | { readonly type: 'error'; readonly message: string; readonly detail?: string | undefined };

/** The `name` of errors that `start` rejects with when `saved` is not a save, or of a version it does not know. */
export const damagedSave = 'DamagedSave';

export interface SandboxApi {
  /** Settles once a terminal can be opened; `wasm` and `cluster` may still be loading. Called once. */
  start(options: SandboxStart, onEvent: (event: SandboxEvent) => void): Promise<void>;

  /**
   * A login shell on a terminal of its own. `onOutput` gets what it prints, in order, in chunks; it settles once the
   * chunk is shown, and the sandbox holds a terminal's output back while much of it is not.
   */
  openTerminal(size: TerminalSize, onOutput: (bytes: Uint8Array) => void | Promise<void>): Promise<TerminalId>;
  /** Keys, as a terminal sends them; of a terminal that has ended: nothing happens. */
  writeTerminal(id: TerminalId, bytes: Uint8Array): Promise<void>;
  resizeTerminal(id: TerminalId, size: TerminalSize): Promise<void>;
  /** Hangs up, as closing a terminal's window does. */
  closeTerminal(id: TerminalId): Promise<void>;
  /** Types the line and Enter into the terminal once its shell waits for a line; settles when it has been typed. */
  run(id: TerminalId, commandLine: string): Promise<void>;
  /** Settles once the line that was entered last, by `run` or by keys, has ended and the shell waits for another; undefined: the terminal has ended. */
  outcome(id: TerminalId): Promise<Outcome | undefined>;
  /** Runs a script of bash's on the node, on no terminal, in the home directory; its exit status. */
  runScript(script: string): Promise<number>;

  /** The user's home directory, absolute. Paths below are absolute or relative to it. */
  home(): Promise<string>;
  /** undefined: there is no such file (or it is no regular file). */
  readFile(path: string): Promise<Uint8Array | undefined>;
  /** Makes the file where there is none; keeps its owner and mode. Rejects with the Errno's message. */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  renameFile(from: string, to: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  /** Sorted by name; empty where there is no such directory. */
  listFiles(directory: string): Promise<readonly FileEntry[]>;
  /** From now on `file` events come for these paths, directories standing for the files in them. Replaces earlier ones. */
  watchFiles(paths: readonly string[]): Promise<void>;

  /**
   * What `kubectl apply` would say of a manifest, and advice beside it; the file's name tells whether it is one
   * (`.yaml`, `.yml`, `.json`). What is in the cluster is taken into account.
   */
  diagnose(path: string, text: string): Promise<readonly Diagnostic[]>;
  /** Whether the cluster's objects are as `kubectl apply` of the text has left them; `none`: it has none of them. */
  applied(path: string, text: string): Promise<'none' | 'other' | 'same'>;
  hover(text: string, offset: number): Promise<Hover | undefined>;
  complete(text: string, offset: number): Promise<readonly Completion[]>;

  /** From now on `facts` events tell about these. Replaces earlier ones. */
  watchFacts(facts: readonly NamedFact[]): Promise<void>;

  /** Whether `scene` events come from now on. */
  watchScene(on: boolean): Promise<void>;

  setRate(rate: Rate): Promise<void>;
  /** Jumps to the next thing that happens: to a process, a Pod, a Secret. At most ten minutes of sandbox time. */
  step(): Promise<void>;
  /** Sandbox time, ms since the sandbox's start, and how fast it runs. */
  time(): Promise<{ readonly sinceStartMs: number; readonly nowMs: number; readonly rate: Rate }>;

  /** All that a later `start` needs to go on from here: the home directory's files, and what else can be kept. */
  save(): Promise<Uint8Array>;
}
