import { type Bytes, Errno, type Stat } from '../kernel';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { readAll } from './input';
import { parseDuration, parseSize } from './sizes';

interface Amount {
  readonly bytes: boolean;
  readonly count: number;
  /** +N: from the Nth on. */
  readonly from: boolean;
}

/** Where the wanted end of `data` begins. */
function startOf(data: Bytes, amount: Amount, delimiter: number): number {
  if (amount.from) {
    if (amount.bytes) return Math.min(data.length, Math.max(0, amount.count - 1));
    let at = 0;
    for (let n = 1; n < amount.count; n++) {
      const next = data.indexOf(delimiter, at);
      if (next < 0) return data.length;
      at = next + 1;
    }
    return at;
  }
  if (amount.bytes) return Math.max(0, data.length - amount.count);
  if (amount.count === 0) return data.length;
  let at = data[data.length - 1] === delimiter ? data.length - 1 : data.length;
  for (let n = 0; n < amount.count; n++) {
    const previous = at > 0 ? data.lastIndexOf(delimiter, at - 1) : -1;
    if (previous < 0) return 0;
    at = previous;
  }
  return at + 1;
}

interface Followed {
  readonly name: string;
  fd: number | undefined;
  at: number;
  identity: string;
}

const identity = (s: Stat): string => `${s.dev}:${s.ino}`;
const shown = (name: string): string => (name === '-' ? 'standard input' : name);

/** -f and -F: looks for more at an interval, as tail does without inotify. */
async function follow(ctx: Context, files: Followed[], byName: boolean, options: Options, titled: boolean): Promise<number> {
  const { proc } = ctx;
  const interval = parseDuration(options.value('s') ?? '1') ?? 1000;
  const pid = options.value('pid');
  let last: Followed | undefined = files.filter((f) => f.fd !== undefined).at(-1);
  for (;;) {
    let more = false;
    for (const f of files) {
      if (byName) await reopen(ctx, f);
      if (f.fd === undefined) continue;
      const stat = proc.fstat(f.fd);
      if (stat.type === 'file' && stat.size < f.at) {
        await ctx.stderr(ctx.gnu ? `${ctx.name}: ${f.name}: file truncated\n` : '');
        f.at = 0;
        proc.lseek(f.fd, 0, 'set');
      }
      for (;;) {
        if (stat.type !== 'file' && !(await proc.poll([{ fd: f.fd, events: 'in' }], 0)).some((each) => each.in || each.hup)) break;
        const data = await proc.read(f.fd);
        if (data.length === 0) {
          if (stat.type === 'fifo') {
            if (files.length === 1) return ctx.status;
            f.fd = undefined;
          }
          break;
        }
        if (titled && last !== f) await ctx.write(`\n==> ${shown(f.name)} <==\n`);
        last = f;
        f.at += data.length;
        more = true;
        await ctx.write(data);
      }
    }
    await ctx.out.flush();
    if (pid !== undefined) {
      try {
        proc.kill(Number(pid), 0);
      } catch (error) {
        if (error instanceof Errno && error.code === 'ESRCH') return ctx.status;
      }
    }
    if (!more) await proc.nanosleep(interval);
  }
}

async function reopen(ctx: Context, f: Followed): Promise<void> {
  let now: string | undefined;
  try {
    now = identity(ctx.proc.stat(f.name));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
  if (now === undefined) {
    if (f.identity !== '') await ctx.warn(`${ctx.quote(f.name)} has become inaccessible: No such file or directory`);
    f.identity = '';
    return;
  }
  if (now === f.identity) return;
  await ctx.warn(`${ctx.quote(f.name)} has ${f.identity === '' ? 'appeared' : 'been replaced'};  following new file`);
  if (f.fd !== undefined) ctx.proc.close(f.fd);
  f.fd = await ctx.proc.open(f.name);
  f.at = 0;
  f.identity = now;
}

async function amountOf(ctx: Context, text: string, bytes: boolean): Promise<Amount> {
  const count = parseSize(text.replace(/^[-+]/, ''));
  if (count === undefined)
    return ctx.fail(ctx.gnu ? `invalid number of ${bytes ? 'bytes' : 'lines'}: ${ctx.quoteWord(text)}` : `invalid number '${text}'`);
  return { bytes, count, from: text.startsWith('+') };
}

/** busybox opens all its files before it reads one: those that it can. */
async function readable(ctx: Context, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    try {
      if (name !== '-') ctx.proc.close(await ctx.proc.open(name));
      found.push(name);
    } catch (error) {
      await ctx.perror(`can't open '${name}'`, error);
    }
  }
  return found;
}

export const tail: Command = {
  gnu: {
    short: 'c:n:fFqs:vz',
    long: {
      'bytes:': 'c',
      'follow::': 'follow',
      'lines:': 'n',
      'pid:': 'pid',
      quiet: 'q',
      silent: 'q',
      retry: 'retry',
      'sleep-interval:': 's',
      verbose: 'v',
      'zero-terminated': 'z',
      'max-unchanged-stats:': 'max',
    },
    usage: '[OPTION]... [FILE]...',
    help: 'Print the last 10 lines of each FILE.\n\n  -c, --bytes=[+]NUM   the last NUM bytes, or from byte NUM on\n  -f, --follow[={name|descriptor}]  go on as the file grows\n  -F                   same as --follow=name --retry\n  -n, --lines=[+]NUM   the last NUM lines, or from line NUM on\n      --pid=PID        with -f, end after PID dies\n  -q, --quiet, --silent\n  -s, --sleep-interval=N\n  -v, --verbose        always print headers\n',
    writeError: "error writing 'standard output'",
  },
  busybox: {
    short: 'fFc:n:s:qv',
    usage:
      '[OPTIONS] [FILE]...\n\nPrint last 10 lines of FILEs (or stdin) to.\nWith more than one FILE, precede each with a filename header.\n\n\t-c [+]N[bkm]\tPrint last N bytes\n\t-n N[bkm]\tPrint last N lines\n\t-n +N[bkm]\tStart on Nth line and print the rest\n\t\t\t(b:*512 k:*1024 m:*1024^2)\n\t-q\t\tNever print headers\n\t-v\t\tAlways print headers\n\t-f\t\tPrint data as file grows\n\t-F\t\tSame as -f, but keep retrying\n\t-s SECONDS\tWait SECONDS between reads with -f',
  },
  rewrite: (args) => (/^[-+]\d+[bcl]?f?$/.test(args[0] ?? '') ? [...oldStyle(args[0] as string), ...args.slice(1)] : [...args]),
  run: async (ctx, options) => {
    if (
      ctx.gnu &&
      /^-\d+$/.test(ctx.args[0] ?? '') &&
      ctx.args.slice(1).filter((a) => a !== '-f' && !a.startsWith('-') && a !== '').length +
        (ctx.args.some((a, i) => i > 0 && /^-[nc]/.test(a)) ? 2 : 0) >
        1
    ) {
      return ctx.fail(`option used in invalid context -- ${(ctx.args[0] as string)[1]}`);
    }
    for (const [i, a] of ctx.args.entries())
      if (ctx.gnu && i > 0 && /^-\d+$/.test(a) && !/^(-[cns]|--(lines|bytes|pid|sleep-interval))$/.test(ctx.args[i - 1] ?? ''))
        return ctx.fail(`option used in invalid context -- ${a[1]}`);
    const [seconds, pid] = [options.value('s'), options.value('pid')];
    if (ctx.gnu && seconds !== undefined && !/^\d*\.?\d+$/.test(seconds))
      return ctx.fail(`invalid number of seconds: ${ctx.quoteWord(seconds)}`);
    if (pid !== undefined && !/^\d+$/.test(pid)) return ctx.fail(`invalid PID: ${ctx.quoteWord(pid)}`);
    const last = options.last('c', 'n');
    const amount =
      last === undefined ? { bytes: false, count: 10, from: false } : await amountOf(ctx, options.value(last) as string, last === 'c');
    const following = options.has('f', 'F', 'follow');
    const byName = options.has('F') || options.value('follow') === 'name';
    if (options.has('retry') && !following) await ctx.warn('warning: --retry ignored; --retry is useful only when following');
    else if (options.has('retry') && !byName) await ctx.warn('warning: --retry only effective for the initial open');
    if (pid !== undefined && !following) await ctx.warn('warning: PID ignored; --pid=PID is useful only when following');
    const quiet = options.last('q', 'v');
    const operands = ctx.gnu ? options.operands : await readable(ctx, options.operands);
    if (operands.length === 0 && options.operands.length > 0) {
      await ctx.warn('no files');
      return 1;
    }
    const titled = quiet === 'v' || (quiet !== 'q' && operands.length > 1);
    const delimiter = options.has('z') ? 0 : 10;
    const followed: Followed[] = [];
    let printed = false;
    for (const name of operands.length > 0 ? operands : ['-']) {
      let fd = 0;
      try {
        if (name !== '-') fd = await ctx.proc.open(name);
      } catch (error) {
        await ctx.perror(ctx.gnu ? `cannot open ${ctx.quote(name)} for reading` : `can't open '${name}'`, error);
        if (byName || options.has('retry')) followed.push({ name, fd: undefined, at: 0, identity: '' });
        continue;
      }
      if (titled) await ctx.write(`${printed ? '\n' : ''}==> ${shown(name)} <==\n`);
      printed = true;
      const stat = ctx.proc.fstat(fd);
      try {
        const data = await readAll(ctx.proc, fd);
        await ctx.write(data.subarray(startOf(data, amount, delimiter)));
        if (following)
          followed.push({
            name,
            fd,
            at: ctx.proc.fstat(fd).type === 'file' ? ctx.proc.lseek(fd, 0, 'cur') : data.length,
            identity: identity(stat),
          });
      } catch (error) {
        await ctx.perror(ctx.gnu ? `error reading ${ctx.quote(shown(name))}` : 'read error', error);
      }
      if (!following && fd !== 0) ctx.proc.close(fd);
    }
    const lasting = followed.filter((f) => f.fd === undefined || ctx.proc.fstat(f.fd).type !== 'fifo');
    if (!following) return ctx.status;
    if (lasting.length === 0) {
      if (options.operands.length > 0 && ctx.gnu && followed.length === 0) await ctx.stderr(`${ctx.name}: no files remaining\n`);
      return ctx.status;
    }
    await ctx.out.flush();
    return follow(ctx, lasting, byName || options.has('retry'), options, titled);
  },
};

function oldStyle(word: string): string[] {
  const m = /^([-+])(\d+)([bcl]?)(f?)$/.exec(word);
  return [
    m?.[3] === 'c' || m?.[3] === 'b' ? '-c' : '-n',
    `${m?.[1] === '+' ? '+' : ''}${m?.[2]}${m?.[3] === 'b' ? 'b' : ''}`,
    ...(m?.[4] ? ['-f'] : []),
  ];
}
