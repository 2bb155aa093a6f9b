import { SIG } from '../kernel';
import type { Command } from './command';
import { strftime } from './dates';
import { readAll } from './input';
import { Screen } from './screen';
import { displayWidth, utf8 } from './text';

export const watch: Command = {
  gnu: {
    short: '+bcdeghn:ptvxw',
    long: {
      beep: 'b',
      color: 'c',
      'differences::': 'd',
      errexit: 'e',
      chgexit: 'g',
      'interval:': 'n',
      precise: 'p',
      'no-title': 't',
      exec: 'x',
      'no-wrap': 'w',
    },
    package: 'procps',
    usage: '[options] command\n',
    help: 'Options:\n  -b, --beep             beep if command has a non-zero exit\n  -d, --differences      highlight changes between updates\n  -e, --errexit          exit if command has a non-zero exit\n  -g, --chgexit          exit when output from command changes\n  -n, --interval <secs>  seconds to wait between updates\n  -t, --no-title         turn off header\n  -x, --exec             pass command to exec instead of "sh -c"\n',
  },
  busybox: {
    short: '+n:t',
    usage: "[-n SEC] [-t] PROG ARGS\n\nRun PROG periodically\n\n\t-n SEC\tPeriod (default 2)\n\t-t\tDon't print header",
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (options.operands.length === 0) {
      if (!ctx.gnu) return ctx.usage();
      await ctx.stderr(`${ctx.helpText()}`);
      return 1;
    }
    const intervalText = options.value('n') ?? '2';
    const interval = Math.max(100, Number(intervalText.replace(',', '.')) * 1000);
    if (Number.isNaN(interval)) return ctx.fail(`failed to parse argument: '${intervalText}'${ctx.gnu ? ': Invalid argument' : ''}`);
    const command = options.operands.join(' ');
    const screen = new Screen(proc);
    const tty = proc.isatty(1);
    const raw = tty && proc.isatty(0);
    if (raw) await screen.enter({ signals: true });
    let stopped = false;
    for (const s of [SIG.INT, SIG.TERM, SIG.HUP]) proc.sigaction(s, () => void (stopped = true));
    if (tty) await screen.write('\x1b[?25l\x1b[H\x1b[2J');
    let previous: string | undefined;
    let status = 0;
    while (!stopped) {
      const [read, write] = proc.pipe();
      const argv = options.has('x') ? [...options.operands] : ['sh', '-c', command];
      const child = await proc.spawn(options.has('x') ? (argv[0] as string) : '/bin/sh', argv, {
        before: (p) => {
          p.dup2(write, 1);
          p.dup2(write, 2);
          p.close(read);
          p.close(write);
        },
      });
      proc.close(write);
      const text = utf8.decode(await readAll(proc, read));
      proc.close(read);
      const waited = await proc.wait(child);
      const { columns, rows } = tty ? screen.size : { columns: 80, rows: 24 };
      const title = `Every ${(interval / 1000).toFixed(1)}s: ${command}`;
      const right = ctx.gnu
        ? `${proc.uname().nodename}: ${strftime('%a %b %e %H:%M:%S %Y', proc.clock.now())}`
        : strftime('%Y-%m-%d %H:%M:%S', proc.clock.now());
      const header = options.has('t')
        ? ''
        : `${title.slice(0, Math.max(0, columns - right.length - 1)).padEnd(Math.max(0, columns - right.length))}${right}\r\n\r\n`;
      const room = rows - (options.has('t') ? 0 : 2);
      const old = previous?.split('\n') ?? [];
      const lines = text.replace(/\n$/, '').split('\n').flatMap((l) => wrap(l.replace(/\t/g, (_, at: number) => ' '.repeat(8 - (at % 8))), columns)).slice(0, room); // prettier-ignore
      const shown = options.has('d') && previous !== undefined ? lines.map((l, i) => highlight(l, old[i] ?? '')) : lines;
      await screen.write(
        tty ? `\x1b[H${header}${shown.map((l) => `${l}\x1b[K`).join('\r\n')}\x1b[J` : `${header.replaceAll('\r', '')}${text}`,
      );
      if (options.has('g') && previous !== undefined && previous !== lines.join('\n')) break;
      previous = lines.join('\n');
      if (options.has('e') && waited?.status.kind === 'exited' && waited.status.code !== 0) {
        status = waited.status.code;
        break;
      }
      if (raw) {
        const key = await screen.key(interval, () => stopped);
        if (key === 'q' || key === 'eof') break;
      } else await proc.nanosleep(interval).catch(() => undefined);
    }
    if (tty) await screen.write(`\x1b[${screen.size.rows};1H\x1b[?25h\r\n`);
    if (raw) await screen.leave();
    return stopped && ctx.gnu ? 0 : status;
  },
};

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

function highlight(line: string, old: string): string {
  const before = [...old];
  return [...line].map((c, i) => (c === before[i] ? c : `\x1b[7m${c}\x1b[27m`)).join('');
}
