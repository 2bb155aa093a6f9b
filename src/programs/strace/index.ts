import { Errno, type Process, type PtraceCalls, SIG, type TraceEvent, type WaitStatus } from '../../kernel';
import type { Command, Context } from '../command';
import { searchPath } from '../exec';
import { ChoiceError } from './choices';
import { concerns } from './calls';
import { type Settings, settingsOf } from './options';
import { Printer } from './printer';
import { Summary } from './summary';

const helpText = `Usage: strace [-ACdffhikqqrtttTvVwxxyyzZ] [-a COLUMN] [-e EXPR]... [-o FILE]
              [-O OVERHEAD] [-S SORTBY] [-P PATH]... [-p PID]... [-s STRSIZE]
              { -p PID | [-E VAR=VAL]... [-u USERNAME] PROG [ARGS] }

  -e EXPR        trace=SET, signal=SET, status=SET, read=SET, write=SET; SET: all, none, [!]NAME,..., %file, %process, ...
  -f             follow forks; -ff with -o FILE: a file per process
  -p PID         attach to a running process
  -P PATH        only calls about PATH
  -z, -Z         only successful, only failed calls
  -o FILE        write to FILE instead of stderr
  -s STRSIZE     show so much of strings (default 32)
  -t, -tt, -ttt  time of day, with microseconds, since the epoch
  -r, -T         time since the call before; time spent in each call
  -v, -x, -xx, -y, -n, -i   more of structures; strings in hex; descriptors' paths; call numbers; instruction pointers
  -c, -C         count calls; also as usual
  -S SORTBY      sort counts by time, calls, errors, name, nothing
  -E VAR=VAL     put VAR=VAL into the command's environment
  -q, -qq, -qqq  less talk: attaching; exits; all
`;

/** One run: the tracees, and where what they do is written. */
class Session {
  readonly #printers = new Map<number, { readonly printer: Printer; readonly fd: number }>();
  readonly #summary = new Summary();
  readonly #tracees = new Set<number>();
  /** Calls that -e status= may yet hide. */
  readonly #entered = new Map<number, Extract<TraceEvent, { type: 'enter' }>>();
  caught = 0;
  status: WaitStatus | undefined;

  constructor(
    readonly ctx: Context,
    readonly settings: Settings,
    /** -o, or standard error. */
    readonly output: number,
    readonly child: number | undefined,
    readonly ptrace: PtraceCalls,
  ) {}

  /** "This happens automatically when output is redirected to a file and the command is run directly" - strace(1) on -q */
  get #quiet(): boolean {
    return this.settings.quiet > 0 || (this.settings.output !== undefined && this.child !== undefined);
  }
  get #numbered(): boolean {
    return this.settings.output !== undefined && !this.settings.separate && (this.settings.follow || this.settings.pids.length > 1);
  }
  async #printerOf(pid: number): Promise<Printer> {
    const separate = this.settings.separate && this.settings.output !== undefined;
    const key = separate ? pid : 0;
    let found = this.#printers.get(key);
    if (!found) {
      const fd = separate
        ? await this.ctx.proc.open(`${this.settings.output}.${pid}`, ['write', 'create', 'truncate', 'cloexec'])
        : this.output;
      const prefix = (of: number): string => {
        if (this.#numbered) return `${String(of).padEnd(5)} `;
        return this.#tracees.size > 1 && this.settings.output === undefined ? `[pid ${String(of).padStart(5)}] ` : '';
      };
      this.#printers.set(key, (found = { printer: new Printer(this.settings.looks, prefix), fd }));
    }
    return found.printer;
  }
  async #flush(): Promise<void> {
    for (const { printer, fd } of this.#printers.values()) {
      const text = printer.take();
      if (text) await this.ctx.proc.write(fd, text);
    }
  }

  async attached(pid: number, quiet = this.#quiet): Promise<void> {
    this.#tracees.add(pid);
    await this.#flush();
    if (!quiet) await this.ctx.warn(`Process ${pid} attached`);
  }

  async run(): Promise<void> {
    const { proc } = this.ctx;
    while (!this.caught) {
      let event: TraceEvent | undefined;
      try {
        event = await this.ptrace.next();
      } catch (error) {
        if (error instanceof Errno && error.code === 'EINTR') continue;
        throw error;
      }
      if (!event) break;
      await this.#hear(event);
      await this.#flush();
    }
    if (this.caught) await this.#letGo();
    if (this.settings.summary !== 'none') await proc.write(this.output, this.#summary.table(this.settings.sorting));
  }

  async #hear(event: TraceEvent): Promise<void> {
    const { settings } = this;
    const printer = await this.#printerOf(event.pid);
    const silent = settings.summary === 'only';
    switch (event.type) {
      case 'attached':
        return this.attached(event.pid);
      case 'enter':
        if (settings.outcomes) this.#entered.set(event.pid, event);
        else printer.enter(event, !silent && this.#shows(event));
        return;
      case 'leave': {
        const chosen = settings.calls(event.call.name) && this.#concerns(event);
        if (chosen && !('restart' in event.outcome)) this.#summary.count(event.call.name, event.outcome);
        const entered = this.#entered.get(event.pid);
        if (entered) printer.enter(entered, !silent && chosen && settings.outcomes?.(event.outcome) !== false);
        this.#entered.delete(event.pid);
        printer.leave(event, !silent);
        return;
      }
      case 'signal':
        if (!silent && settings.signals(event.signal)) printer.signal(event);
        return;
      case 'stopped':
        if (!silent && settings.signals(event.signal)) printer.stopped(event);
        return;
      case 'exit':
        await this.#reap(event);
        printer.exit(event, !silent && this.#tellsEnd(event.status));
        this.#tracees.delete(event.pid);
    }
  }
  #tellsEnd(status: WaitStatus): boolean {
    return status.kind === 'signaled' ? this.settings.signals(status.signal) : this.settings.quiet < 2;
  }
  #shows(event: Extract<TraceEvent, { type: 'enter' }>): boolean {
    return this.settings.calls(event.call.name) && this.#concerns(event);
  }
  #concerns({ call }: { readonly call: Parameters<typeof concerns>[0] }): boolean {
    return this.settings.paths.length === 0 || concerns(call, this.settings.paths);
  }
  async #reap({ pid, status }: Extract<TraceEvent, { type: 'exit' }>): Promise<void> {
    if (pid !== this.child) return;
    this.status = status;
    await this.ctx.proc.wait(pid);
  }

  /** A signal asks strace to end: the command gets it too, the others are let go. */
  async #letGo(): Promise<void> {
    const { proc } = this.ctx;
    for (const pid of this.#tracees) {
      this.ptrace.detach(pid);
      if (pid === this.child) {
        proc.kill(pid, SIG.CONT);
        proc.kill(pid, this.caught);
      }
      await this.#flush();
      if (!this.#quiet) await this.ctx.warn(`Process ${pid} detached`);
      (await this.#printerOf(pid)).detached(pid);
      await this.#flush();
    }
  }
}

/** The file that runs when CMD is called so. */
async function executable(ctx: Context, name: string, path: string | undefined): Promise<string> {
  const { proc } = ctx;
  for (const file of searchPath(name, path)) {
    try {
      if (name.includes('/') || (proc.stat(file).type === 'file' && isExecutable(proc, file))) {
        proc.stat(file);
        return file;
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (name.includes('/')) return ctx.fail(`Can't stat '${name}': ${ctx.strerror(error)}`);
    }
  }
  return ctx.fail(`Can't stat '${name}': ${ctx.strerror(new Errno('ENOENT'))}`);
}

function isExecutable(proc: Process, file: string): boolean {
  try {
    proc.access(file, 'x');
    return true;
  } catch {
    return false;
  }
}

const ends = [SIG.HUP, SIG.INT, SIG.QUIT, SIG.PIPE, SIG.TERM];

async function trace(ctx: Context, settings: Settings): Promise<number> {
  const { proc } = ctx;
  const { command, pids, output, follow } = settings;
  const [name] = command;
  if (name === undefined && pids.length === 0) return ctx.usage('must have PROG [ARGS] or -p PID');
  let out = 2;
  if (output !== undefined && !settings.separate) {
    try {
      out = await proc.open(output, ['write', 'create', 'truncate', 'cloexec']);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(`Can't fopen '${output}': ${ctx.strerror(error)}`);
    }
  }
  const path = name === undefined ? undefined : await executable(ctx, name, ctx.env.get('PATH'));
  const ptrace = await proc.ptrace();
  let child: number | undefined;
  if (path !== undefined) {
    child = proc.fork(async (own) => {
      try {
        return await own.exec(path, command, settings.environment);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await own.write(2, `strace: exec: ${ctx.strerror(error)}\n`);
        return 1;
      }
    });
    ptrace.seize(child, { follow });
  }
  const session = new Session(ctx, settings, out, child, ptrace);
  if (child !== undefined) await session.attached(child, true);
  // strace -o FILE PROG leaves the end to PROG
  const own = child !== undefined && output !== undefined;
  for (const signal of ends) proc.sigaction(signal, own ? 'ignore' : () => void (session.caught = signal));
  for (const pid of pids) {
    try {
      ptrace.seize(pid, { follow });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await ctx.warn(`attach: ptrace(PTRACE_SEIZE, ${pid}): ${ctx.strerror(error)}`);
      ctx.status = 1;
      continue;
    }
    await session.attached(pid);
  }
  await session.run();
  return end(ctx, session);
}

/** As the command ended, or as the signal says that ended strace. */
async function end(ctx: Context, { caught, status, child }: Session): Promise<number> {
  const { proc } = ctx;
  const signal = caught || (status?.kind === 'signaled' ? status.signal : 0);
  if (signal) {
    if (signal !== SIG.KILL) proc.sigaction(signal, 'default');
    proc.kill(proc.pid, signal);
    await proc.schedYield();
    return 128 + signal;
  }
  if (child !== undefined) ctx.status = 0;
  return status?.kind === 'exited' ? status.code : ctx.status;
}

export const strace: Command = {
  gnu: {
    package: 'other',
    short: '+a:b:cCDe:E:fFhiI:ko:nO:p:P:qrs:S:tTu:U:vVwxX:yzZ',
    long: {
      'attach:': 'p', 'output:': 'o', 'follow-forks': 'f', 'output-separately': 'output-separately', 'string-limit:': 's', 'trace:': 'trace',
      'signal:': 'signal', 'signals:': 'signal', 'status:': 'status', 'read:': 'read', 'write:': 'write', 'trace-path:': 'P', 'env:': 'E',
      'summary-only': 'c', summary: 'C', 'summary-sort-by:': 'S', 'columns:': 'a', 'quiet::': 'q', 'silent::': 'q', 'no-abbrev': 'v',
      'decode-fds::': 'y', 'successful-only': 'z', 'failed-only': 'Z', 'relative-timestamps::': 'r', 'absolute-timestamps::': 't',
      'syscall-times::': 'T', 'syscall-number': 'n', 'instruction-pointer': 'i', 'stack-traces': 'k', 'strings-in-hex::': 'x', 'seccomp-bpf': 'seccomp',
      'interruptible:': 'I', help: 'h', version: 'V',
    },
    tryText: (name) => `Try '${name} -h' for more information.\n`,
  }, // prettier-ignore
  run: async (ctx, options) => {
    if (options.has('h') || options.has('V')) {
      await ctx.write(options.has('h') ? helpText : 'strace -- version 6.1\n');
      return 0;
    }
    if (options.has('k')) return ctx.fail('Stack traces (-k/--stack-traces option) are not supported by this build of strace');
    try {
      return await trace(ctx, settingsOf(ctx, options));
    } catch (error) {
      if (error instanceof ChoiceError) return ctx.fail(error.message);
      throw error;
    }
  },
};
