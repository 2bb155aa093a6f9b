import { ReadlineState } from './readline/bindings';
import type { CompoundCommand, CompoundList, Redirected, SyntaxNode } from 'unbash';
import { Errno, type Process, SIG, strerror } from '../kernel';
import { type ArithmeticScope, evaluate } from './arithmetic';
import { decode, encode, narrow } from './bytes';
import type { Dialect } from './dialect';
import { nameOfSignal } from './signal-names';
import { exportedFunction } from './describe';
import { stifle } from './history';
import { RandomNumbers, dynamicArrays, dynamicVariable } from './dynamic';
import { ExitShell, ShellError } from './flow';
import { messagePrefix } from './prefix';
import type { Frame } from './frames';
import { JobTable } from './jobs';
import { unsetStatus } from './parameter';
import { type Reading, type Source, sourceOf } from './parse';
import type { CompletionSpec } from './specs';
import { type Variable, Variables, elements } from './variables';

export interface ShellFunction {
  readonly name: string;
  readonly body: CompoundCommand | Redirected | CompoundList;
  readonly source: Source;
}

export type TrapName = number | 'ERR' | 'DEBUG' | 'RETURN';

/** A value from this length on is worth asking for memory. */
const largeValue = 65_536;

/** One shell process: its state, and its way to the kernel. A subshell is a copy on another process. */
export class Shell {
  vars = new Variables();
  functions = new Map<string, ShellFunction>();
  /** `readonly -f`, `export -f`. */
  readonlyFunctions = new Set<string>();
  exportedFunctions = new Set<string>();
  /** `declare -ft`: DEBUG and RETURN traps reach them. */
  tracedFunctions = new Set<string>();
  /** Options to put back when the function that is running returns: `local -`. */
  savedOptions: Set<string> | undefined;
  aliases = new Map<string, string>();
  /** Aliases as they were when the line being run was read. */
  readAliases: ReadonlyMap<string, string> = new Map();
  options = new Set<string>(['hashall', 'interactive-comments']);
  shopt = new Set<string>();
  positional: string[] = [];
  /** $0. */
  name: string;
  /** $$. */
  readonly pid: number;
  parentPid = 0;
  status = 0;
  pipeStatus: number[] = [];
  lastBackground: number | undefined;
  lastArgument = '';
  source: Source = sourceOf('', 1);
  position = 0;
  interactive = false;
  login = false;
  /** Started with -c. */
  commandString: string | undefined;
  readingStdin = false;
  scriptName: string | undefined;
  subshellLevel = 0;
  functionDepth = 0;
  sourceDepth = 0;
  loopDepth = 0;
  frames: Frame[] = [];
  /** The command that BASH_COMMAND names. */
  runningCommand: { readonly source: Source; readonly node: SyntaxNode } | undefined;
  /** Of the command being read by ash's `set -x`. */
  tracedAssignments: string[] = [];
  /** Variables that were unset: they lose what they computed. */
  plain = new Set<string>();
  /** Behind $RANDOM, once it was asked for or seeded. */
  random: RandomNumbers | undefined;
  /** Above 0: a failing command does not end the shell (conditions, `!`, all but the last of && and ||). */
  errexitOff = 0;
  traps = new Map<TrapName, string>();
  pendingTraps: number[] = [];
  ignoredAtEntry = new Set<number>();
  /** Signals the shell itself handles or ignores, which its children must not. */
  ownSignals = new Set<number>();
  jobs = new JobTable();
  /** The descriptor on the controlling terminal, with job control. */
  terminal: number | undefined;
  /** Builtins that `enable -n` put out of use. */
  disabled = new Set<string>();
  hashed = new Map<string, { path: string; hits: number }>();
  directories: string[] = [];
  directoryLost = false;
  /** `complete`, by command. */
  completions = new Map<string, CompletionSpec>();
  /** A completion function is running. */
  completing = false;
  history: string[] = [];
  /** The number of the first line that is left: HISTSIZE lets the others go. */
  historyBase = 1;
  /** Commands entered at the prompt so far. */
  commandNumber = 1;
  /** When a line was entered, ms. */
  readonly historyTimes = new Map<string, number>();
  readonly readline = new ReadlineState();
  startedMs: number;
  waitingForeground = false;
  /** A foreground command has ended since jobs were last looked at. */
  foregroundEnded = false;
  interrupted = false;
  runningTrap = false;
  /** Its EXIT trap runs: what an `exit` in it without a number ends with. */
  exitingWith: number | undefined;
  /** Above 0 while any trap's action runs: BASH_COMMAND stays as it was. */
  trapDepth = 0;
  /** The user was told of stopped jobs: by this line, or by the one before, after which `exit` leaves. */
  warnedStopped: 'now' | 'before' | undefined;
  /** Status of the last command substitution: that of an assignment without a command. */
  substitutionStatus: number | undefined;
  /** Descriptors of <( ) and >( ) to close when the command is done. */
  substitutionFds: number[] = [];
  substitutionLevel = 0;
  /** Home directories by user, once a `~user` was met. */
  homes: Map<string, string> | undefined;
  /** A terminating signal has come while an EXIT trap is set: the trap runs, then the shell dies of it. */
  fatalSignal: number | undefined;
  /** What `trap` lists in a subshell that has set none of its own: its parent's. */
  inheritedTraps: Map<TrapName, string> | undefined;
  getoptsIndex = 1;
  getoptsOffset = 1;
  onMonitor: ((sh: Shell, on: boolean) => Promise<void>) | undefined;
  // set when the shell starts, so that builtins need not import each other
  isBuiltin: (name: string) => boolean = () => false;
  isSpecialBuiltin: (name: string) => boolean = () => false;
  builtinNames: () => string[] = () => [];
  runProgram: (words: readonly string[]) => Promise<number> = () => Promise.resolve(127);
  aliasesInUse = new Set<string>();
  /** Words already expanded for the node that a child is forked to run, so that side effects happen once. */
  preparedWords: { readonly node: unknown; readonly words: readonly string[] } | undefined;
  /** The node this child was forked to run. */
  forkedFor: unknown;
  /** Puts back what the shell itself does on a signal. */
  restoreSignal: ((signal: number) => void) | undefined;

  constructor(
    public proc: Process,
    readonly dialect: Dialect,
  ) {
    this.pid = proc.pid;
    const called = proc.argv[0] ?? dialect.name;
    this.name = /(?:^|\/)busybox$/.test(called) ? (proc.argv[1] ?? 'sh') : called;
    this.startedMs = proc.clock.now();
    this.lastArgument = proc.env.get('_') ?? called;
    this.bindVariables();
  }

  /** What reading and setting this shell's special variables does. */
  bindVariables(): void {
    this.vars.dynamic = (name) => dynamicVariable(this, name);
    if (this.dialect.almquist) this.vars.readonlyError = (name) => new ShellError(`${name}: is read only`, 2, true);
    this.vars.evaluateInteger = (e) => String(this.arithmetic(e));
    // "The GLOBIGNORE variable … has the effect of enabling the dotglob shell option" until it is unset
    this.vars.onUnset = (name) => {
      if (name === 'GLOBIGNORE') this.shopt.delete('dotglob');
      this.plain.add(name);
    };
    this.vars.onSet = (name, value) => {
      if (value.length > largeValue) this.proc.brk(this.vars.bytes);
      if (name === 'SECONDS') this.startedMs = this.proc.clock.now() - Number(value) * 1000;
      if (name === 'HISTSIZE') stifle(this, value);
      if (name === 'RANDOM') this.random = new RandomNumbers(Number(value) >>> 0);
      if (name === 'PATH') this.hashed.clear();
      if (name === 'GLOBIGNORE' && value !== '') this.shopt.add('dotglob');
      if (this.options.has('allexport')) {
        const v = this.vars.find(name);
        if (v) v.exported = true;
      }
    };
  }

  /** What programs are given: exported variables and functions. */
  environment(): Map<string, string> {
    const env = this.vars.environment();
    for (const name of this.exportedFunctions) {
      const fn = this.functions.get(name);
      if (fn) env.set(`BASH_FUNC_${name}%%`, exportedFunction(fn.source.text, fn.body));
    }
    return env;
  }

  /** How it reads what comes next. */
  get reading(): Reading {
    return { extglob: this.shopt.has('extglob'), extended: this.dialect.extended };
  }

  /** A line is about to be read: the aliases of now are those it knows. */
  noteAliases(): void {
    const expands = this.interactive || this.dialect.almquist || this.shopt.has('expand_aliases');
    this.readAliases = expands ? new Map(this.aliases) : new Map();
  }

  /** Whether characters are those of UTF-8, by LC_ALL, LC_CTYPE and LANG; bytes otherwise. busybox does not ask. */
  get utf8(): boolean {
    const { vars } = this;
    return this.dialect.name !== 'bash' || /\.utf-?8$/i.test(vars.get('LC_ALL') || vars.get('LC_CTYPE') || vars.get('LANG') || '');
  }

  /** A text in the locale's characters (bytes.ts). */
  localized(text: string): string {
    return /^[\x00-\x7f]*$/.test(text) || this.utf8 ? text : narrow(text);
  }

  get line(): number {
    return this.source.lineAt(this.position);
  }

  /** Arithmetic whose parameters are already expanded. */
  arithmetic(expression: string): bigint {
    const scope: ArithmeticScope = {
      extended: this.dialect.extended,
      dash: this.dialect.name === 'dash',
      subscriptError: (e) => this.subscriptError(e),
      isAssoc: (name) => this.vars.find(name)?.kind === 'assoc',
      get: (name, index) => {
        const value = index === undefined ? this.vars.get(name) : this.element(name, index);
        if (value === undefined && this.options.has('nounset')) throw new ShellError(this.unbound(name), unsetStatus(this), true);
        return value;
      },
      set: (name, value, index) => this.vars.set(name, value, index === undefined ? undefined : { index }),
    };
    return evaluate(expression, scope);
  }

  /** A subscript that is no expression: what `bash -c` runs is given up as a whole. */
  subscriptError(e: unknown): unknown {
    const whole = e instanceof ShellError && this.dialect.extended && this.commandString !== undefined && !this.interactive;
    return whole ? new ShellError(e.message, e.status, true, e.where) : e;
  }

  unbound(name: string): string {
    return this.dialect.extended ? `${name}: unbound variable` : `${name}: parameter not set`;
  }

  element(name: string, index: string): string | undefined {
    const dynamic = this.dialect.extended ? dynamicArrays[name] : undefined;
    if (dynamic) return dynamic(this).find(([key]) => key === index)?.[1];
    const v = this.vars.find(name);
    if (!v) return undefined;
    if (v.kind === 'indexed' && index.startsWith('-')) {
      return v.items.get(this.fromEnd(v, index));
    }
    return v.kind === 'scalar' ? (index === '0' ? v.value : undefined) : v.items.get(index);
  }

  /** A negative index counts from behind the last element. */
  fromEnd(v: Variable, index: string): string {
    return String(Number(elements(v).at(-1)?.[0] ?? -1) + 1 + Number(index));
  }

  /** Whether a negative index goes back past the first element. */
  beforeFirst(name: string, index: string): boolean {
    if (!index.startsWith('-')) return false;
    const v = this.vars.find(name);
    return v !== undefined && v.kind !== 'assoc' && this.fromEnd(v, index).startsWith('-');
  }

  elements(name: string): [string, string][] {
    const dynamic = this.dialect.extended ? dynamicArrays[name] : undefined;
    if (dynamic) return dynamic(this);
    const v = this.vars.find(name);
    if (v) return elements(v);
    const value = this.vars.get(name);
    return value === undefined ? [] : [['0', value]];
  }

  // input and output

  async out(text: string): Promise<void> {
    if (text !== '') await this.proc.write(1, encode(text));
  }

  /** To standard error as it is. */
  async err(text: string): Promise<void> {
    try {
      await this.proc.write(2, encode(text));
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }

  /** What stands before every message; `builtin`: the command that says it. */
  prefix(builtin?: string): string {
    return messagePrefix(this, builtin);
  }

  get shortName(): string {
    const name = this.name.startsWith('-') ? this.name : this.name;
    if (this.dialect.almquist) return name;
    return this.scriptName ?? (this.interactive ? name.slice(name.lastIndexOf('/') + 1) : name);
  }

  /** Prints one message on standard error. */
  async complain(message: string, builtin?: string): Promise<void> {
    await this.err(`${this.prefix(builtin)}${message}\n`);
  }

  strerror(error: unknown): string {
    if (error instanceof Errno) return strerror(error.code, this.dialect.libc);
    throw error;
  }

  async readAll(fd: number): Promise<string> {
    const chunks: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const chunk = await this.uninterrupted(() => this.proc.read(fd));
      if (chunk.length === 0) break;
      chunks.push(chunk.slice());
      total += chunk.length;
    }
    const all = new Uint8Array(total);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return decode(all);
  }

  /** Retries a call that a signal's handler interrupted. */
  async uninterrupted<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (e) {
        if (!(e instanceof Errno && e.code === 'EINTR')) throw e;
      }
    }
  }

  // signals

  get jobControl(): boolean {
    return this.options.has('monitor');
  }

  /** Notes a signal that has a trap; the trap runs after the current command. */
  noteTrap(signal: number): void {
    if (!this.pendingTraps.includes(signal)) this.pendingTraps.push(signal);
  }
  get hasPendingTraps(): boolean {
    return this.pendingTraps.length > 0;
  }
  peekPendingTraps(): readonly number[] {
    return this.pendingTraps;
  }
  takePendingTraps(): number[] {
    const taken = this.pendingTraps.sort((a, b) => a - b);
    this.pendingTraps = [];
    return taken;
  }

  /** Ends by SIGINT as a program without a handler would, so that the parent sees it. */
  dieOfInterrupt(): void {
    this.proc.sigaction(SIG.INT, 'default');
    this.proc.kill(this.proc.pid, SIG.INT);
    // the init of a PID namespace lives on: it has no default. ash ends then, bash goes on
    if (this.dialect.name === 'ash' && this.proc.pid === 1) void this.proc.exit(128 + SIG.INT);
  }

  /** SIGINT came to an interactive shell: the command line is given up. Any other shell goes on. */
  async abandonLine(): Promise<void> {
    if (!this.interactive) return;
    this.interrupted = false;
    if (this.subshellLevel > 0) this.exit(130);
    await this.err('\n');
    throw new ShellError('', 130);
  }

  exit(status: number): never {
    throw new ExitShell(status & 255);
  }
}

export function trapLabel(name: TrapName, dialect: Dialect): string {
  if (typeof name !== 'number') return name;
  return name === 0 ? 'EXIT' : `SIG${nameOfSignal(dialect, name) ?? name}`;
}
