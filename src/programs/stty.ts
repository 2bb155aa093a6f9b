import { Errno, saneTermios, type Termios } from '../kernel';
import type { Command, Context } from './command';
import {
  characters,
  flags,
  isChoice,
  isOn,
  parseCharacter,
  restoreTermios,
  savedTermios,
  shownCharacter,
  speedBits,
  stemOf,
  type Flag,
  type Group,
} from './stty-settings';

const groups: readonly Group[] = ['control', 'input', 'output', 'local'];
const wordOf = (t: Termios, flag: Flag): string => (isOn(t, flag.name) ? flag.name : `-${flag.name}`);

/** wrapf(): words as many to a line as the terminal is wide. */
function wrapped(words: readonly string[], width: number): string {
  let out = '';
  let column = 0;
  for (const word of words) {
    if (column > 0 && column + word.length >= width) {
      out += '\n';
      column = 0;
    }
    out += column > 0 ? ` ${word}` : word;
    column += word.length + (column > 0 ? 1 : 0);
  }
  return out && `${out}\n`;
}

/** screen_columns(): the terminal's on standard output, else $COLUMNS, else 80. */
function widthOf(ctx: Context): number {
  const columns = ctx.proc.isatty(1) ? ctx.proc.getWindowSize(1).columns : 0;
  return columns || Number(ctx.env.get('COLUMNS')) || 80;
}

function all(ctx: Context, t: Termios, fd: number): string {
  const width = widthOf(ctx);
  const { rows, columns } = ctx.proc.getWindowSize(fd);
  const lines = (words: readonly string[]): string => wrapped(words, width);
  const shown = Object.entries(characters).map(([name, key]) => `${name} = ${shownCharacter(t[key])};`);
  shown.push(`min = ${t.vmin}; time = ${t.vtime};`);
  const ofGroup = (group: Group): string =>
    lines(flags.filter((flag) => flag.group === group && (!isChoice(flag.name) || isOn(t, flag.name))).map((flag) => wordOf(t, flag)));
  return `${lines([`speed ${t.speed} baud;`, `rows ${rows};`, `columns ${columns};`, 'line = 0;'])}${lines(shown)}${groups.map(ofGroup).join('')}`;
}

/** What is not as `stty sane` would have it. */
function changed(ctx: Context, t: Termios): string {
  const width = widthOf(ctx);
  const shown = Object.entries(characters)
    .filter(([, key]) => t[key] !== saneTermios[key])
    .map(([name, key]) => `${name} = ${shownCharacter(t[key])};`);
  if (!t.icanon) shown.push(`min = ${t.vmin}; time = ${t.vtime};`);
  const ofGroup = (group: Group): string =>
    wrapped(
      flags
        .filter((flag) => flag.group === group && flag.sane !== undefined && isOn(t, flag.name) !== flag.sane && (!isChoice(flag.name) || isOn(t, flag.name)))
        .map((flag) => wordOf(t, flag)),
      width,
    ); // prettier-ignore
  return `${wrapped([`speed ${t.speed} baud;`, 'line = 0;'], width)}${wrapped(shown, width)}${groups.map(ofGroup).join('')}`;
}

type Change = Record<string, boolean | number | ReadonlySet<string>>;

function setFlag(next: Change, name: string, on: boolean): void {
  if (typeof next[name] === 'boolean') {
    next[name] = on;
    return;
  }
  const idle = new Set(next.idle as ReadonlySet<string>);
  if (isChoice(name)) for (const each of idle) if (isChoice(each) && stemOf(each) === stemOf(name)) idle.delete(each);
  if (on) idle.add(name);
  else idle.delete(name);
  next.idle = idle;
}

const inputFlags = flags.filter(({ group }) => group === 'input').map(({ name }) => name);
/** Settings that stand for several: stty(1), "Combination settings". A name with `-` before it is turned off. */
const combinations: Readonly<Record<string, string>> = {
  'cooked': 'brkint ignpar istrip icrnl ixon opost isig icanon',
  '-raw': 'brkint ignpar istrip icrnl ixon opost isig icanon',
  'cbreak': '-icanon', '-cbreak': 'icanon', 'nl': '-icrnl -onlcr', '-nl': 'icrnl -inlcr -igncr onlcr -ocrnl -onlret',
  'evenp': 'parenb -parodd cs7', 'oddp': 'parenb parodd cs7', '-evenp': '-parenb cs8', '-oddp': '-parenb cs8', '-parity': '-parenb cs8', 'parity': 'parenb -parodd cs7',
  'pass8': '-parenb -istrip cs8', '-pass8': 'parenb istrip cs7', 'litout': '-parenb -istrip -opost cs8', '-litout': 'parenb istrip opost cs7',
  'crt': 'echoe echoctl echoke', 'dec': 'echoe echoctl echoke -ixany', 'decctlq': '-ixany', '-decctlq': 'ixany', 'tabs': 'tab0', '-tabs': 'tab3',
  'lcase': 'xcase iuclc olcuc', 'LCASE': 'xcase iuclc olcuc', '-lcase': '-xcase -iuclc -olcuc', '-LCASE': '-xcase -iuclc -olcuc',
  'raw': `${inputFlags.map((name) => `-${name}`).join(' ')} -opost -isig -icanon -xcase`,
  '-cooked': `${inputFlags.map((name) => `-${name}`).join(' ')} -opost -isig -icanon -xcase`,
}; // prettier-ignore
const aliases: Readonly<Record<string, string>> = {
  crterase: 'echoe', crtkill: 'echoke', ctlecho: 'echoctl', prterase: 'echoprt', tandem: 'ixoff', hup: 'hupcl',
}; // prettier-ignore

/** One setting from `args`, whose first word it is; returns how many words it took, 0 for what is none. */
function setting(args: readonly string[], next: Change): number {
  const [word = '', value] = args;
  const on = !word.startsWith('-');
  const name = on ? word : word.slice(1);
  const several = combinations[word];
  if (several !== undefined) {
    for (const each of several.split(' ')) setFlag(next, each.replace(/^-/, ''), !each.startsWith('-'));
    if (word === 'raw' || word === '-cooked') Object.assign(next, { vmin: 1, vtime: 0 });
    if (word === 'dec') Object.assign(next, { intr: 3, erase: 127, kill: 21 });
    return 1;
  }
  const restored = restoreTermios(word);
  if (restored) return (Object.assign(next, restored), 1);
  if (word === 'sane') {
    for (const { name: each, sane } of flags) if (sane !== undefined && !isChoice(each)) setFlag(next, each, sane);
    for (const each of ['nl0', 'cr0', 'tab0', 'bs0', 'vt0', 'ff0']) setFlag(next, each, true);
    for (const key of Object.values(characters)) next[key] = saneTermios[key];
    return 1;
  }
  if (word === 'ek') return (Object.assign(next, { erase: 127, kill: 21 }), 1);
  const flag = flags.find((each) => each.name === (aliases[name] ?? name));
  if (flag && (on || !isChoice(flag.name))) return (setFlag(next, flag.name, on), 1);
  if (name === 'drain') return 1;
  if (on && /^\d+$/.test(word) && speedBits.has(Number(word))) return ((next.speed = Number(word)), 1);
  if (!on || value === undefined) return 0;
  const number = /^\d+$/.test(value) ? Number(value) : undefined;
  if ((name === 'ispeed' || name === 'ospeed') && number !== undefined && speedBits.has(number)) return ((next.speed = number), 2);
  if ((name === 'min' || name === 'time') && number !== undefined) return ((next[`v${name}`] = number), 2);
  if (name === 'line' && number !== undefined) return 2;
  const character = characters[name] === undefined ? undefined : parseCharacter(value);
  return character === undefined ? 0 : ((next[characters[name]!] = character), 2);
}

/** The device that -F names, and what is left of the arguments. */
async function opened(ctx: Context, args: string[]): Promise<{ fd: number; device: string }> {
  const at = args.findIndex((each) => each.startsWith('-F') || each.startsWith('--file'));
  if (at < 0) return { fd: 0, device: 'standard input' };
  const word = args[at] as string;
  const attached = word.startsWith('--file=') ? word.slice(7) : word.slice(2);
  const apart = word === '-F' || word === '--file';
  const device = apart ? (args[at + 1] ?? '') : attached;
  args.splice(at, apart ? 2 : 1);
  try {
    return { fd: await ctx.proc.open(device, ['readwrite', 'nonblock']), device };
  } catch (error) {
    if (error instanceof Errno) return ctx.fail(`${ctx.gnu ? ctx.quoteIfNeeded(device) : device}: ${ctx.strerror(error)}`);
    throw error;
  }
}

export const stty: Command = {
  gnu: {
    usage: '[-F DEVICE | --file=DEVICE] [SETTING]...\n[-F DEVICE | --file=DEVICE] [-a|--all]\n[-F DEVICE | --file=DEVICE] [-g|--save]',
    help: 'Print or change terminal characteristics.\n\n  -a, --all          print all current settings in human-readable form\n  -g, --save         print all current settings in a stty-readable form\n  -F, --file=DEVICE  open and use the specified DEVICE instead of stdin\n      --help        display this help and exit\n      --version     output version information and exit\n',
  },
  busybox: {
    usage:
      '[-a|g] [-F DEVICE] [SETTING]...\n\nWithout arguments, prints baud rate, line discipline,\nand deviations from stty sane\n\n\t-F DEVICE\tOpen device instead of stdin\n\t-a\t\tPrint all current settings in human-readable form\n\t-g\t\tPrint in stty-readable form\n\t[SETTING]\tSee manpage',
  },
  run: async (ctx) => {
    const { proc } = ctx;
    const args = [...ctx.args];
    if (ctx.gnu && args[0] === '--help') return (await ctx.write(ctx.helpText()), 0);
    if (ctx.gnu && args[0] === '--version') return (await ctx.write(ctx.versionText()), 0);
    const { fd, device } = await opened(ctx, args);
    let t: Termios;
    try {
      t = proc.tcgetattr(fd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(`${ctx.gnu ? (device === 'standard input' ? "'standard input'" : device) : device}: ${ctx.strerror(error)}`);
    }
    const [first] = args;
    if (first === undefined) return (await ctx.write(changed(ctx, t)), 0);
    if (ctx.gnu && args.some((each) => /^(-a|--all)$/.test(each)) && args.some((each) => /^(-g|--save)$/.test(each)))
      return ctx.fail('the options for verbose and stty-readable output styles are\nmutually exclusive');
    if (first === '-a' || first === '--all') return (await ctx.write(all(ctx, t, fd)), 0);
    if (first === '-g' || first === '--save') return (await ctx.line(savedTermios(t)), 0);
    const next: Change = { ...t };
    let size = proc.getWindowSize(fd);
    for (let i = 0; i < args.length;) {
      const word = args[i] as string;
      const value = args[i + 1] ?? '';
      if (word === 'size') {
        await ctx.line(`${size.rows} ${size.columns}`);
        i++;
      } else if (word === 'speed') {
        await ctx.line(String(next.speed as number));
        i++;
      } else if (/^(rows|cols|columns)$/.test(word) && /^\d+$/.test(value)) {
        size = word === 'rows' ? { ...size, rows: Number(value) } : { ...size, columns: Number(value) };
        i += 2;
      } else {
        const taken = setting(args.slice(i), next);
        const wantsValue = /^(rows|cols|columns|min|time|line|ispeed|ospeed)$/.test(word) || characters[word] !== undefined;
        if (taken === 0 && wantsValue)
          return args[i + 1] === undefined ? ctx.usage(`missing argument to ${ctx.quoteWord(word)}`) : ctx.fail(`invalid integer argument: ${ctx.quoteWord(value)}`); // prettier-ignore
        if (taken === 0) return ctx.gnu ? ctx.usage(`invalid argument ${ctx.quoteWord(word)}`) : ctx.fail(`invalid argument '${word}'`);
        i += taken;
      }
    }
    const now = proc.getWindowSize(fd);
    if (size.rows !== now.rows || size.columns !== now.columns) proc.setWindowSize(fd, size);
    // a pseudo-terminal has eight bits, whatever it is told
    const eight = (next.idle as ReadonlySet<string>).has('cs8');
    if (!eight) setFlag(next, 'cs8', true);
    await proc.tcsetattr(fd, next as unknown as Termios);
    if (!eight)
      return ctx.fail(
        `${ctx.gnu && device === 'standard input' ? "'standard input'" : device}: unable to perform all requested operations`,
      );
    return 0;
  },
};
