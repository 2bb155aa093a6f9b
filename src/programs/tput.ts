import type { Command, Context } from './command';
import { readText } from './input';

/** terminfo(5), as far as all the terminals here agree on it; `%p1` and `%p2` are the parameters. */
const strings: Readonly<Record<string, string>> = {
  bel: '\x07', blink: '\x1b[5m', bold: '\x1b[1m', cbt: '\x1b[Z', civis: '\x1b[?25l', clear: '\x1b[H\x1b[2J\x1b[3J', cnorm: '\x1b[?12l\x1b[?25h', cr: '\r', cub1: '\b',
  cud1: '\n', cuf1: '\x1b[C', cup: '\x1b[%p1;%p2H', cuu1: '\x1b[A', cub: '\x1b[%p1D', cud: '\x1b[%p1B', cuf: '\x1b[%p1C', cuu: '\x1b[%p1A', dim: '\x1b[2m',
  dl1: '\x1b[M', ed: '\x1b[J', el: '\x1b[K', el1: '\x1b[1K', home: '\x1b[H', ht: '\t', il1: '\x1b[L', ind: '\n', invis: '\x1b[8m', op: '\x1b[39;49m', rc: '\x1b8', rev: '\x1b[7m',
  ri: '\x1bM', ritm: '\x1b[23m', rmcup: '\x1b[?1049l\x1b[23;0;0t', rmso: '\x1b[27m', rmul: '\x1b[24m', sc: '\x1b7', sgr0: '\x1b(B\x1b[m', sitm: '\x1b[3m',
  smcup: '\x1b[?1049h\x1b[22;0;0t', smso: '\x1b[7m', smul: '\x1b[4m',
}; // prettier-ignore
const flags: Readonly<Record<string, boolean>> = { am: true, bce: true, km: true, mir: true, msgr: true, npc: true, xenl: true, hc: false };

const parameterCounts: Readonly<Record<string, number>> = { cup: 2, setaf: 1, setab: 1, cub: 1, cud: 1, cuf: 1, cuu: 1 };

const longNames: Readonly<Record<string, string>> = {
  xterm: 'xterm terminal emulator (X Window System)',
  'xterm-256color': 'xterm with 256 colors',
  linux: 'Linux console',
  vt100: 'DEC VT100',
  screen: 'VT 100/ANSI X3.64 virtual terminal',
  'screen-256color': 'GNU Screen with 256 colors',
  tmux: 'tmux terminal multiplexer',
  dumb: '80-column dumb tty',
};

/** Colour `n` in front or behind, as xterm and its kin ask for it. */
function color(n: number, layer: 3 | 4, count: number): string {
  if (n < 8) return `\x1b[${layer}${n}m`;
  if (count > 8 && n < 16) return `\x1b[${layer + 6}${n - 8}m`;
  return count > 8 ? `\x1b[${layer}8;5;${n}m` : `\x1b[${layer}${n}m`;
}

/** A window's size: of any standard descriptor that is a terminal. */
function windowSize(ctx: Context): { columns: number; rows: number } | undefined {
  const fd = [2, 1, 0].find((each) => ctx.proc.isatty(each));
  const size = fd === undefined ? undefined : ctx.proc.getWindowSize(fd);
  return size && size.columns > 0 ? size : undefined;
}

async function one(ctx: Context, name: string, parameters: readonly string[], terminal: string): Promise<number> {
  const numbers = parameters.map(Number);
  const dumb = terminal === 'dumb';
  const colors = dumb || terminal === 'vt100' ? -1 : terminal.includes('256') ? 256 : 8;
  if (name === 'cols' || name === 'lines') {
    const size = windowSize(ctx);
    const own = Number(ctx.env.get(name === 'cols' ? 'COLUMNS' : 'LINES'));
    await ctx.line(String(own || (name === 'cols' ? (size?.columns ?? 80) : (size?.rows ?? 24))));
    return 0;
  }
  if (name === 'colors') return (await ctx.line(String(colors)), 0);
  if (name === 'longname') return (await ctx.write(longNames[terminal] ?? terminal), 0);
  if (name === 'init' || name === 'reset') return (dumb || (await ctx.write(name === 'reset' ? '\x1bc\x1b]104\x07\x1b[!p\x1b[?3;4l\x1b[4l\x1b>' : '\x1b[!p\x1b[?3;4l\x1b[4l\x1b>')), 0); // prettier-ignore
  if (name in flags) return flags[name] && !dumb ? 0 : 1;
  if (name === 'setaf' || name === 'setab') {
    if (colors < 0) return 1;
    await ctx.write(color(numbers[0] ?? 0, name === 'setaf' ? 3 : 4, colors));
    return 0;
  }
  const text = strings[name];
  if (text === undefined) return ctx.fail(`unknown terminfo capability '${name}'`, 4);
  if (dumb && !['bel', 'cr', 'cud1', 'ind', 'am'].includes(name)) return 1;
  const shift = name === 'cup' ? 1 : 0;
  await ctx.write(text.replace('%p1', String((numbers[0] ?? 0) + shift)).replace('%p2', String((numbers[1] ?? 0) + shift)));
  return 0;
}

export const tput: Command = {
  gnu: {
    short: '+ST:Vx',
    package: 'other',
    usageStatus: 2,
    tryText: () =>
      'Usage: tput [options] [command]\n\nOptions:\n  -S <<       read commands from standard input\n  -T TERM     use this instead of $TERM\n  -V          print curses-version\n  -x          do not try to clear scrollback\n\nCommands:\n  clear       clear the screen\n  init        initialize the terminal\n  reset       reinitialize the terminal\n  capname     unlike clear/init/reset, print value for capability "capname"\n',
  },
  run: async (ctx, options) => {
    if (options.has('V')) return (await ctx.line('ncurses 6.4.20221231'), 0);
    const terminal = options.value('T') ?? ctx.env.get('TERM') ?? '';
    if (terminal === '') return ctx.fail('No value for $TERM and no -T specified', 2);
    if (!/^(xterm|linux|vt1|vt2|screen|tmux|rxvt|ansi|dumb)/.test(terminal)) return ctx.fail(`unknown terminal "${terminal}"`, 3);
    if (options.has('S')) {
      for (const line of (await readText(ctx.proc, '/dev/stdin')).split('\n')) {
        const [name, ...parameters] = line.trim().split(/\s+/);
        if (name) ctx.status = await one(ctx, name, parameters, terminal);
      }
      return ctx.status;
    }
    if (options.operands.length === 0) return ctx.usage();
    for (let i = 0; i < options.operands.length;) {
      const name = options.operands[i++] as string;
      const end = i + (parameterCounts[name] ?? 0);
      ctx.status = await one(ctx, name, options.operands.slice(i, end), terminal);
      i = end;
    }
    return ctx.status;
  },
};
