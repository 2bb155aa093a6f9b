import { Errno, type Libc, type Process, type Program, strerror } from '../kernel';
import { PatternError } from '../regex';
import { getopt, OptionError, Options, type OptionTable } from './getopt';
import { Output, WriteError } from './output';
import { localeQuote, shellQuote } from './quote';
import { type Charset, charsetOf } from './text';

export type Face = 'gnu' | 'busybox';

/** Where a GNU-face program comes from: decides its version line and how its messages name it. */
const packages = {
  coreutils: { version: '(GNU coreutils) 9.1', shortName: false },
  'util-linux': { version: 'from util-linux 2.38.1', shortName: true },
  procps: { version: 'from procps-ng 4.0.2', shortName: false },
  psmisc: { version: '(PSmisc) 23.6', shortName: true },
  findutils: { version: '(GNU findutils) 4.9.0', shortName: false },
  diffutils: { version: '(GNU diffutils) 3.8', shortName: false },
  grep: { version: '(GNU grep) 3.8', shortName: false },
  sed: { version: '(GNU sed) 4.9', shortName: false },
  gzip: { version: '1.12', shortName: true },
  tar: { version: '(GNU tar) 1.34', shortName: true },
  hostname: { version: '3.23', shortName: true },
  gettext: { version: '(GNU gettext-runtime) 0.21', shortName: false },
  glibc: { version: '(Debian GLIBC 2.36-9+deb12u10) 2.36', shortName: false },
  other: { version: '', shortName: true },
} as const;

export interface FaceSpec extends Partial<OptionTable> {
  /** GNU: the lines after `Usage: NAME `; busybox: its whole usage text after the applet's name. */
  readonly usage?: string;
  /** GNU's --help after the usage lines, in our words. */
  readonly help?: string;
  /** It reads its options with getopt(3): `--` and a word are letters like others. */
  readonly shortOnly?: boolean;
  readonly package?: keyof typeof packages;
  /** The name it has for itself, where that is not what it was called by (`gunzip` is `gzip -d`). */
  readonly calledAs?: string;
  /** Exit status for a wrong command line; default 1. */
  readonly usageStatus?: number;
  /** The whole of what is printed where getopt fails, instead of its message and that of `usage`. */
  readonly badOption?: (ctx: Context, message: string) => string;
  /** Printed after an error in the command line instead of `Try 'NAME --help'…`. */
  readonly tryText?: (name: string) => string;
  /** What it says before strerror when standard output cannot be written; default `write error`. */
  readonly writeError?: string;
  /** Exit status when standard output cannot be written; default 1. */
  readonly writeStatus?: number;
}

export interface Command {
  readonly gnu?: FaceSpec;
  readonly busybox?: FaceSpec;
  /** Takes out of the arguments what getopt would not understand (`pkill -9`); `ctx.args` keeps all. */
  readonly rewrite?: (args: readonly string[]) => string[];
  /** Without `short` in the face's spec, `options` is empty and the program reads `ctx.args` itself. */
  run(ctx: Context, options: Options): Promise<number> | number;
}

/** Ends a program with a status, whatever it is in the middle of. Thrown. */
export class Exit extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

/** One run of a command: its process, how it names itself, its standard output, and its status so far. */
export class Context {
  readonly name: string;
  readonly out: Output;
  readonly charset: Charset;
  readonly libc: Libc;
  status = 0;
  /** The exit status of a wrong command line, where it is not always the same. */
  usageStatus: number | undefined;

  constructor(
    readonly proc: Process,
    readonly face: Face,
    readonly spec: FaceSpec,
    /** argv[0] as the messages of getopt show it. */
    readonly invoked: string,
    readonly args: readonly string[],
    libc: Libc = face === 'busybox' ? 'musl' : 'glibc',
  ) {
    const base = invoked.slice(invoked.lastIndexOf('/') + 1);
    this.name = spec.calledAs ?? (face === 'busybox' || packages[spec.package ?? 'coreutils'].shortName ? base : invoked);
    this.out = new Output(proc, 1);
    this.charset = face === 'busybox' ? charsetOf(new Map([['LANG', 'C.UTF-8']])) : charsetOf(proc.env);
    this.libc = libc;
  }

  get gnu(): boolean {
    return this.face === 'gnu';
  }
  get env(): Map<string, string> {
    return this.proc.env;
  }
  /** The program's name without directories. */
  get shortName(): string {
    return this.invoked.slice(this.invoked.lastIndexOf('/') + 1);
  }

  /** A file name for a message, in GNU's quotes. */
  quote(file: string): string {
    return shellQuote(file, this.charset, true);
  }
  /** A file name for a message that starts with it: quoted only where a shell would need it, or where it holds a colon. */
  quoteIfNeeded(file: string): string {
    return this.gnu ? shellQuote(file, this.charset, file.includes(':')) : file;
  }
  /** Another word for a message, in the locale's quotes. */
  quoteWord(word: string): string {
    return localeQuote(word, this.charset);
  }
  strerror(error: Errno): string {
    return strerror(error.code, this.libc);
  }

  write(data: string | Uint8Array): Promise<void> | undefined {
    return this.out.write(data);
  }
  line(text: string): Promise<void> | undefined {
    return this.out.write(`${text}\n`);
  }
  /** To standard error, as it is; standard output first, as error(3) does. */
  async stderr(text: string): Promise<void> {
    await this.out.flush();
    await this.errorStream(text);
  }
  /** `NAME: message` to standard error. */
  warn(message: string): Promise<void> {
    return this.stderr(`${this.name}: ${message}\n`);
  }
  /** Warns, and ends with `status`. */
  async fail(message: string, status = 1): Promise<never> {
    await this.warn(message);
    throw new Exit(status);
  }
  /** Warns of a failed system call as `PREFIX: strerror` and notes the failure; rethrows what is no Errno. */
  async perror(prefix: string, error: unknown, status = 1): Promise<void> {
    if (!(error instanceof Errno)) throw error;
    this.status = status;
    await this.warn(`${prefix}: ${this.strerror(error)}`);
  }

  /** Warns, and notes the failure. */
  async perrorText(message: string, status = 1): Promise<void> {
    this.status = status;
    await this.warn(message);
  }

  /** A wrong command line: GNU's `Try 'x --help'…`, busybox's usage. Ends. */
  async usage(message?: string, status = this.usageStatus ?? this.spec.usageStatus ?? 1): Promise<never> {
    await this.out.flush();
    if (message !== undefined) await this.errorStream(`${this.name}: ${message}\n`);
    await this.errorStream(
      this.face === 'busybox'
        ? this.busyboxUsage()
        : (this.spec.tryText?.(this.name) ?? `Try '${this.name} --help' for more information.\n`),
    );
    throw new Exit(status);
  }

  busyboxUsage(): string {
    return `BusyBox v1.35.0 (BUILD-DATE) multi-call binary.\n\nUsage: ${this.name}${this.spec.usage ? ` ${this.spec.usage}` : ''}\n`;
  }

  helpText(): string {
    const { package: from = 'coreutils' } = this.spec;
    if (from === 'util-linux' || from === 'procps') {
      const usages = (this.spec.usage ?? '[options]').trimEnd().split('\n').map((l) => ` ${this.name} ${l}\n`); // prettier-ignore
      return `\nUsage:\n${usages.join('')}\n${(this.spec.help ?? '').replace(/^\n/, '')}`;
    }
    const lines = (this.spec.usage ?? '[OPTION]...').split('\n').map((l, i) => `${i === 0 ? 'Usage:' : '  or: '} ${this.name} ${l}`);
    return `${lines.join('\n')}\n${this.spec.help ?? ''}`;
  }

  versionText(): string {
    return `${this.shortName} ${packages[this.spec.package ?? 'coreutils'].version}\n`;
  }

  private async errorStream(text: string): Promise<void> {
    try {
      await this.proc.write(2, text);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
}

async function parse(ctx: Context, rewrite?: Command['rewrite']): Promise<Options> {
  const { spec, face } = ctx;
  if (face === 'busybox' && ctx.args.length === 1 && ctx.args[0] === '--help' && spec.usage !== undefined) {
    await ctx.stderr(ctx.busyboxUsage());
    throw new Exit(0);
  }
  if (spec.short === undefined) {
    const [only] = ctx.args;
    if (face === 'gnu' && spec.help !== undefined && ctx.args.length === 1 && (only === '--help' || only === '--version')) {
      await ctx.write(only === '--help' ? ctx.helpText() : ctx.versionText());
      throw new Exit(0);
    }
    return new Options([], ctx.args);
  }
  const long = face === 'gnu' ? { help: '--help', version: '--version', ...spec.long } : spec.shortOnly ? undefined : (spec.long ?? {});
  let options: Options;
  try {
    options = getopt(rewrite ? rewrite(ctx.args) : ctx.args, { short: spec.short, ...(long && { long }) }, ctx.libc);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const message = `${spec.calledAs ?? ctx.invoked}: ${error.message}\n`;
    if (spec.badOption) {
      await ctx.stderr(spec.badOption(ctx, message));
      throw new Exit(spec.usageStatus ?? 1);
    }
    await ctx.proc.write(2, message);
    return ctx.usage();
  }
  const informative = options.list.find((o) => o.name === '--help' || o.name === '--version');
  if (face === 'gnu' && informative) {
    await ctx.write(informative.name === '--help' ? ctx.helpText() : ctx.versionText());
    await ctx.out.flush();
    throw new Exit(0);
  }
  return options;
}

async function writeFailed(ctx: Context, error: WriteError, closing: boolean): Promise<number> {
  ctx.out.discard();
  const text = ctx.strerror(error.errno);
  await ctx.warn(`${(!closing && ctx.spec.writeError) || 'write error'}: ${text}`);
  return ctx.gnu ? (ctx.spec.writeStatus ?? 1) : 1;
}

/** Runs a command's face in `proc`, with its argv taken as `argv`. `libc`: whose error texts it has, by default its face's. */
export async function runCommand(command: Command, face: Face, proc: Process, argv: readonly string[], libc?: Libc): Promise<number> {
  const spec = command[face];
  if (!spec) throw new Error(`no ${face} face for ${argv[0]}`);
  const ctx = new Context(proc, face, spec, argv[0] ?? '', argv.slice(1), libc);
  return settle(ctx, async () => command.run(ctx, await parse(ctx, command.rewrite)));
}

/** A forked child that goes on as the same command. */
export function forked(ctx: Context, run: (child: Context) => Promise<number>): Program {
  return (proc) => {
    const child = new Context(proc, ctx.face, ctx.spec, ctx.invoked, ctx.args, ctx.libc);
    return settle(child, () => run(child));
  };
}

async function settle(ctx: Context, run: () => Promise<number>): Promise<number> {
  let status: number;
  try {
    status = (await run()) || ctx.status;
  } catch (error) {
    if (error instanceof Exit) status = error.status;
    else if (error instanceof Errno) {
      await ctx.warn(ctx.strerror(error));
      status = 1;
    } else if (error instanceof WriteError) return writeFailed(ctx, error, false);
    else if (error instanceof PatternError) {
      // a search that takes more than there is
      await ctx.warn(error.problem === 'ESPACE' ? 'memory exhausted' : error.message);
      status = ctx.spec.usageStatus ?? 1;
    } else throw error;
  }
  try {
    await ctx.out.flush();
  } catch (error) {
    if (error instanceof WriteError) return writeFailed(ctx, error, true);
    throw error;
  }
  return status;
}

export function programOf(command: Command, face: Face): Program {
  return (proc) => runCommand(command, face, proc, proc.argv);
}
