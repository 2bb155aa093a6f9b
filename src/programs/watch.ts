import { Errno, type Process, SIG } from '../kernel';
import type { Command, Context } from './command';
import { strftime } from './dates';
import { spawnp } from './exec';
import type { Options } from './getopt';
import { readAll } from './input';
import { Screen } from './screen';
import { displayWidth, utf8 } from './text';

export const watch: Command = {
  gnu: {
    short: '+bcd::eghn:pq:tvxw',
    long: {
      beep: 'b',
      color: 'c',
      'differences::': 'd',
      errexit: 'e',
      chgexit: 'g',
      'equexit:': 'q',
      'interval:': 'n',
      precise: 'p',
      'no-title': 't',
      exec: 'x',
      'no-wrap': 'w',
    },
    package: 'procps',
    usage: '[options] command\n',
    help: 'Options:\n  -b, --beep             beep if command has a non-zero exit\n  -c, --color            interpret ANSI color and style sequences\n  -d, --differences[=<permanent>]\n                         highlight changes between updates\n  -e, --errexit          exit if command has a non-zero exit\n  -g, --chgexit          exit when output from command changes\n  -q, --equexit <cycles>\n                         exit when output from command does not change\n  -n, --interval <secs>  seconds to wait between updates\n  -p, --precise          attempt run command in precise intervals\n  -t, --no-title         turn off header\n  -w, --no-wrap          turn off line wrapping\n  -x, --exec             pass command to exec instead of "sh -c"\n\n -h, --help     display this help and exit\n -v, --version  output version information and exit\n\nFor more details see watch(1).\n',
  },
  busybox: {
    short: '+n:t',
    usage: "[-n SEC] [-t] PROG ARGS\n\nRun PROG periodically\n\n\t-n SEC\tPeriod (default 2)\n\t-t\tDon't print header",
  },
  run: async (ctx, options) => {
    if (options.operands.length === 0) {
      if (!ctx.gnu) return ctx.usage();
      await ctx.stderr(ctx.helpText());
      return 1;
    }
    const intervalText = options.value('n') ?? '2';
    const seconds = Number(intervalText.replace(',', '.'));
    if (intervalText.trim() === '' || Number.isNaN(seconds))
      return ctx.fail(ctx.gnu ? `failed to parse argument: '${intervalText}': Invalid argument` : `invalid number '${intervalText}'`);
    const intervalMs = Math.max(100, seconds * 1000);
    return ctx.gnu ? watchScreen(ctx, options, intervalMs) : watchPlain(ctx, options, intervalMs);
  },
};

/** The first line: what is run how often, and the time at the right. */
function heading(left: string, right: string, columns: number): string {
  const room = columns - right.length - 1;
  const cut = left.length > room ? `${left.slice(0, Math.max(0, room - 3))}...` : left;
  return `${cut.padEnd(Math.max(0, columns - right.length))}${right}`;
}

/** busybox: the command writes to the terminal itself, after the screen was cleared. */
async function watchPlain(ctx: Context, options: Options, intervalMs: number): Promise<number> {
  const { proc } = ctx;
  const command = options.operands.join(' ');
  for (;;) {
    const columns = proc.isatty(1) ? proc.getWindowSize(1).columns || 80 : 80;
    const head = heading(`Every ${(intervalMs / 1000).toFixed(1)}s: ${command}`, strftime('%Y-%m-%d %H:%M:%S', proc.clock.now()), columns);
    await proc.write(1, `\x1b[H\x1b[J${options.has('t') ? '' : `${head}\n\n`}`);
    await proc.wait(await proc.spawn('/bin/sh', ['sh', '-c', command], {}));
    await proc.nanosleep(intervalMs);
  }
}

/** Runs the command; what it wrote and how it ended. */
async function output(ctx: Context, options: Options): Promise<{ text: string; status: number }> {
  const { proc } = ctx;
  const [read, write] = proc.pipe();
  const before = (p: Process): void => {
    for (const fd of [1, 2]) p.dup2(write, fd);
    p.close(read);
    p.close(write);
  };
  let child: number;
  try {
    child = options.has('x') ? await spawnp(proc, options.operands, before) : await proc.spawn('/bin/sh', ['sh', '-c', options.operands.join(' ')], { before }); // prettier-ignore
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    proc.close(read);
    proc.close(write);
    return { text: `watch: unable to execute '${options.operands[0]}': ${ctx.strerror(error)}\n`, status: 4 };
  }
  proc.close(write);
  const text = utf8.decode(await readAll(proc, read));
  proc.close(read);
  const waited = await proc.wait(child);
  return { text, status: !waited ? 0 : waited.status.kind === 'exited' ? waited.status.code : 1 };
}

async function watchScreen(ctx: Context, options: Options, intervalMs: number): Promise<number> {
  const { proc } = ctx;
  const screen = new Screen(proc);
  const tty = proc.isatty(1);
  const raw = tty && proc.isatty(0);
  if (raw) await screen.enter({ signals: true, alternate: true });
  let stopped = false;
  for (const s of [SIG.INT, SIG.TERM, SIG.HUP]) proc.sigaction(s, () => void (stopped = true));
  if (tty) await screen.write('\x1b[H\x1b[2J');
  const permanent = options.list.some(({ name, value }) => name === 'd' && value !== undefined);
  let previous: readonly string[] | undefined;
  // places that have ever changed, row by row
  const changed: Set<number>[] = [];
  let same = 0;
  let status = 0;
  while (!stopped) {
    const ran = await output(ctx, options);
    const { columns, rows } = tty ? screen.size : { columns: 80, rows: 24 };
    const title = `Every ${(intervalMs / 1000).toFixed(1)}s: ${options.operands.join(' ')}`;
    const right = `${proc.uname().nodename}: ${strftime('%a %b %e %H:%M:%S %Y', proc.clock.now())}`;
    const head = options.has('t') ? '' : `${heading(title, right, columns)}\r\n\r\n`;
    const room = rows - (options.has('t') ? 0 : 2);
    const text = options.has('c') ? ran.text : ran.text.replace(/\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]/g, '');
    const lines = text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.replace(/\t/g, (_, at: number) => ' '.repeat(8 - (at % 8))))
      .flatMap((line) => (options.has('w') ? [wrap(line, columns)[0] as string] : options.has('c') ? [line] : wrap(line, columns)))
      .slice(0, room);
    const old = previous;
    const shown = options.has('d') && old ? lines.map((line, row) => marked(line, old[row] ?? '', (changed[row] ??= new Set()), permanent)) : lines; // prettier-ignore
    if (tty) await screen.write(`\x1b[H${head}${shown.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
    else await screen.write(`${head.replaceAll('\r', '')}${ran.text}`);
    const unchanged = old !== undefined && old.join('\n') === lines.join('\n');
    if (options.has('g') && old !== undefined && !unchanged) break;
    same = unchanged ? same + 1 : 0;
    if (options.has('q') && same >= Number(options.value('q'))) break;
    previous = lines;
    if (ran.status !== 0) {
      if (options.has('b')) await screen.write('\x07');
      if (options.has('e')) {
        if (raw) {
          await screen.write(`\x1b[${rows};1Hcommand exit with a non-zero status, press a key to exit`);
          await screen.key(undefined, () => stopped);
        }
        status = 8;
        break;
      }
    }
    if (raw) {
      const until = proc.clock.now() + intervalMs;
      // keys mean nothing, but a window of another size is drawn at once
      while (!stopped && proc.clock.now() < until) if ((await screen.key(until - proc.clock.now(), () => stopped)) === 'resize') break;
    } else await proc.nanosleep(intervalMs).catch(() => undefined);
  }
  if (tty) await screen.write(`\x1b[${screen.size.rows};1H`);
  if (raw) await screen.leave();
  return status;
}

function wrap(line: string, columns: number): string[] {
  const out: string[] = [];
  let current = '';
  for (const c of line) {
    if (displayWidth(current + c) > columns) {
      out.push(current);
      current = '';
    }
    current += c;
  }
  return [...out, current];
}

/** A line with what differs from the line that was there before, or ever did, shown inverted. */
function marked(line: string, old: string, places: Set<number>, permanent: boolean): string {
  const before = [...old];
  const chars = [...line];
  if (!permanent) places.clear();
  for (const [i, c] of chars.entries()) if (c !== (before[i] ?? ' ')) places.add(i);
  return chars.map((c, i) => (places.has(i) ? `\x1b[7m${c}\x1b[27m` : c)).join('');
}
