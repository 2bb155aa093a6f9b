import { Errno, saneTermios, type Termios } from '../kernel';
import type { Command, Context } from './command';

type Flag =
  | 'icrnl'
  | 'inlcr'
  | 'igncr'
  | 'ixon'
  | 'istrip'
  | 'opost'
  | 'onlcr'
  | 'isig'
  | 'icanon'
  | 'echo'
  | 'echoe'
  | 'echok'
  | 'echonl'
  | 'echoctl'
  | 'iexten'
  | 'noflsh'
  | 'tostop';
type Char = 'intr' | 'quit' | 'erase' | 'kill' | 'eof' | 'eol' | 'susp' | 'start' | 'stop' | 'werase' | 'lnext' | 'reprint';

const flags: readonly Flag[] = [
  'icrnl',
  'inlcr',
  'igncr',
  'ixon',
  'istrip',
  'opost',
  'onlcr',
  'isig',
  'icanon',
  'echo',
  'echoe',
  'echok',
  'echonl',
  'echoctl',
  'iexten',
  'noflsh',
  'tostop',
];
const characters: Readonly<Record<string, Char>> = {
  intr: 'intr',
  quit: 'quit',
  erase: 'erase',
  kill: 'kill',
  eof: 'eof',
  eol: 'eol',
  susp: 'susp',
  start: 'start',
  stop: 'stop',
  werase: 'werase',
  lnext: 'lnext',
  rprnt: 'reprint',
};

const shown = (code: number): string =>
  code === 0 ? '<undef>' : code === 127 ? '^?' : code < 32 ? `^${String.fromCharCode(code + 64)}` : String.fromCharCode(code);

function parseChar(text: string): number | undefined {
  if (text === '^-' || text === 'undef') return 0;
  if (text === '^?') return 127;
  if (text.length === 2 && text.startsWith('^')) return (text.toUpperCase().charCodeAt(1) - 64) & 127;
  if (text.length === 1) return text.charCodeAt(0);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The settings in stty's groups, with what the kernel does not have shown as a new terminal has it. */
function groups(t: Termios): { control: string[]; input: string[]; output: string[]; local: string[] } {
  const f = (name: Flag): string => (t[name] ? name : `-${name}`);
  return {
    control: '-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts'.split(' '),
    input: [
      '-ignbrk',
      '-brkint',
      '-ignpar',
      '-parmrk',
      '-inpck',
      f('istrip'),
      f('inlcr'),
      f('igncr'),
      f('icrnl'),
      f('ixon'),
      '-ixoff',
      '-iuclc',
      '-ixany',
      '-imaxbel',
      '-iutf8',
    ],
    output: [
      f('opost'),
      '-olcuc',
      '-ocrnl',
      f('onlcr'),
      '-onocr',
      '-onlret',
      '-ofill',
      '-ofdel',
      'nl0',
      'cr0',
      'tab0',
      'bs0',
      'vt0',
      'ff0',
    ],
    local: [
      f('isig'),
      f('icanon'),
      f('iexten'),
      f('echo'),
      f('echoe'),
      f('echok'),
      f('echonl'),
      f('noflsh'),
      '-xcase',
      f('tostop'),
      '-echoprt',
      f('echoctl'),
      'echoke',
      '-flusho',
      '-extproc',
    ],
  };
}

function all(ctx: Context, t: Termios, fd: number): string {
  const size = ctx.proc.getWindowSize(fd);
  const g = groups(t);
  const line = (words: string[]): string => `${words.join(' ')}\n`;
  const chars = (names: string[]): string => names.map((n) => `${n} = ${shown(t[characters[n] as Char] ?? 0)};`).join(' ');
  return `speed 38400 baud; rows ${size.rows}; columns ${size.columns}; line = 0;\n${chars(['intr', 'quit', 'erase', 'kill', 'eof', 'eol'])} eol2 = <undef>; swtch = <undef>;\n${chars(['start', 'stop', 'susp', 'rprnt', 'werase', 'lnext'])} discard = ^O;\nmin = ${t.vmin}; time = ${t.vtime};\n${line(g.control)}${line(g.input)}${line(g.output)}${line(g.local)}`;
}

function changed(t: Termios): string {
  let out = 'speed 38400 baud; line = 0;\n';
  const chars = Object.entries(characters).filter(([, k]) => t[k] !== saneTermios[k]).map(([n, k]) => `${n} = ${shown(t[k])};`); // prettier-ignore
  if (chars.length > 0) out += `${chars.join(' ')}\n`;
  const words: string[] = [];
  for (const f of flags) if (t[f] !== saneTermios[f]) words.push(t[f] ? f : `-${f}`);
  return words.length > 0 ? `${out}${words.join(' ')}\n` : out;
}

export const stty: Command = {
  gnu: {
    usage: '[-F DEVICE | --file=DEVICE] [SETTING]...\n[-F DEVICE | --file=DEVICE] [-a|--all]\n[-F DEVICE | --file=DEVICE] [-g|--save]',
    help: 'Print or change terminal characteristics.\n',
  },
  busybox: {
    usage:
      '[-a|g] [-F DEVICE] [SETTING]...\n\nWithout arguments, prints baud rate, line discipline,\nand deviations from stty sane\n\n\t-F DEVICE\tOpen device instead of stdin\n\t-a\t\tPrint all current settings in human-readable form\n\t-g\t\tPrint in stty-readable form\n\t[SETTING]\tSee manpage',
  },
  run: async (ctx) => {
    const { proc } = ctx;
    const args = [...ctx.args];
    if (ctx.gnu && args[0] === '--help') return (await ctx.write(ctx.helpText()), 0);
    let fd = 0;
    let device = 'standard input';
    const at = args.findIndex((a) => a.startsWith('-F') || a.startsWith('--file'));
    if (at >= 0) {
      const word = args[at] as string;
      const attached = word.startsWith('--file=') ? word.slice(7) : word.slice(2);
      device = word.startsWith('-F') && attached === '' ? (args[at + 1] ?? '') : attached;
      args.splice(at, word.startsWith('-F') && attached === '' ? 2 : 1);
      try {
        fd = await proc.open(device, ['readwrite', 'nonblock']);
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`${ctx.gnu ? ctx.quoteIfNeeded(device) : device}: ${ctx.strerror(error)}`);
        throw error;
      }
    }
    let t: Termios;
    try {
      t = proc.tcgetattr(fd);
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(`${ctx.gnu ? (device === 'standard input' ? "'standard input'" : device) : device}: ${ctx.strerror(error)}`);
      throw error;
    }
    if (args.length === 0) return (await ctx.write(changed(t)), 0);
    if (args[0] === '-a' || args[0] === '--all') return (await ctx.write(all(ctx, t, fd)), 0);
    if (args[0] === 'size') {
      const size = proc.getWindowSize(fd);
      return (await ctx.line(`${size.rows} ${size.columns}`), 0);
    }
    if (args[0] === '-g' || args[0] === '--save') return (await ctx.line(saved(t)), 0);
    const next: Record<string, boolean | number> = { ...(t as unknown as Record<string, boolean | number>) };
    let size = proc.getWindowSize(fd);
    for (let i = 0; i < args.length; i++) {
      const word = args[i] as string;
      const on = !word.startsWith('-');
      const name = on ? word : word.slice(1);
      const restored = restore(word);
      if (restored) Object.assign(next, restored);
      else if ((flags as readonly string[]).includes(name)) next[name] = on;
      else if (name === 'cooked' || name === 'raw') {
        const cooked = (name === 'cooked') === on;
        Object.assign(
          next,
          cooked
            ? { icrnl: true, ixon: true, opost: true, isig: true, icanon: true }
            : { icrnl: false, ixon: false, opost: false, isig: false, icanon: false, vmin: 1, vtime: 0 },
        );
      } else if (word === 'sane') Object.assign(next, saneTermios);
      else if (name === 'cbreak') next.icanon = !on;
      else if (name === 'nl') Object.assign(next, { icrnl: !on, onlcr: !on });
      else if (word === 'ek') Object.assign(next, { erase: 127, kill: 21 });
      else if (name === 'ctlecho') next.echoctl = on;
      else if (name === 'crterase') next.echoe = on;
      else if (on && characters[name] !== undefined && args[i + 1] !== undefined) {
        const code = parseChar(args[++i] as string);
        if (code === undefined) return ctx.usage(`invalid integer argument: ${ctx.quoteWord(args[i] as string)}`);
        next[characters[name]] = code;
      } else if (on && (name === 'min' || name === 'time') && /^\d+$/.test(args[i + 1] ?? '')) next[`v${name}`] = Number(args[++i]);
      else if (on && /^(rows|cols|columns)$/.test(name) && /^\d+$/.test(args[i + 1] ?? ''))
        size = name === 'rows' ? { ...size, rows: Number(args[++i]) } : { ...size, columns: Number(args[++i]) };
      else if (
        /^(parenb|parodd|hupcl|hup|cstopb|cread|clocal|crtscts|ignbrk|brkint|ignpar|parmrk|inpck|ixoff|iuclc|ixany|imaxbel|iutf8|olcuc|ocrnl|onocr|onlret|ofill|ofdel|xcase|echoprt|prterase|echoke|crtkill|flusho|extproc|cs\d|tab\d|nl\d|cr\d|bs\d|vt\d|ff\d|tabs|evenp|oddp|pass8|litout|dec|lcase|LCASE|decctlq|crt|speed|ispeed|ospeed|line|discard|eol2|swtch|\d+)$/.test(
          name,
        )
      ) {
        if (/^(ispeed|ospeed|line|discard|eol2|swtch)$/.test(name)) i++;
      } else return ctx.gnu ? ctx.usage(`invalid argument ${ctx.quoteWord(word)}`) : ctx.fail(`invalid argument '${word}'`);
    }
    if (size.rows !== proc.getWindowSize(fd).rows || size.columns !== proc.getWindowSize(fd).columns) proc.setWindowSize(fd, size);
    await proc.tcsetattr(fd, next as unknown as Termios);
    return 0;
  },
};

/** struct termios: which bits of which word the flags are (asm-generic/termbits.h). */
const words: readonly (readonly (readonly [Flag, number])[])[] = [
  [['istrip', 0x20], ['inlcr', 0x40], ['igncr', 0x80], ['icrnl', 0x100], ['ixon', 0x400]],
  [['opost', 1], ['onlcr', 4]],
  [],
  [
    ['isig', 1], ['icanon', 2], ['echo', 8], ['echoe', 0x10], ['echok', 0x20], ['echonl', 0x40], ['noflsh', 0x80], ['tostop', 0x100],
    ['echoctl', 0xa00], ['iexten', 0x8000],
  ],
]; // prettier-ignore
/** B38400, CS8 and CREAD, which no terminal here can change. */
const controlWord = 0xbf;
/** c_cc in its order; numbers are characters that are always so. */
const characterOrder: readonly (keyof Termios | number)[] = [
  'intr', 'quit', 'erase', 'kill', 'eof', 'vtime', 'vmin', 0, 'start', 'stop', 'susp', 'eol', 'reprint', 0xf, 'werase', 'lnext',
  ...Array<number>(16).fill(0),
]; // prettier-ignore

/** `stty -g`: a word that stty takes back. */
function saved(t: Termios): string {
  const bits = words.map((word, i) => word.reduce((sum, [flag, bit]) => (t[flag] ? sum | bit : sum), i === 2 ? controlWord : 0));
  const characters = characterOrder.map((each) => (typeof each === 'number' ? each : Number(t[each])));
  return [...bits, ...characters].map((n) => n.toString(16)).join(':');
}

function restore(word: string): Partial<Record<keyof Termios, boolean | number>> | undefined {
  const fields = word.split(':');
  if (fields.length !== words.length + characterOrder.length || !fields.every((f) => /^[0-9a-f]+$/.test(f))) return undefined;
  const numbers = fields.map((field) => parseInt(field, 16));
  return Object.fromEntries([
    ...words.flatMap((bits, i) => bits.map(([flag, bit]) => [flag, ((numbers[i] ?? 0) & bit) !== 0] as const)),
    ...characterOrder.flatMap((each, i) => (typeof each === 'number' ? [] : [[each, numbers[words.length + i] ?? 0] as const])),
  ]);
}
