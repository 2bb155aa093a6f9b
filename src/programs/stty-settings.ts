import { newTermios, type Termios } from '../kernel';

export type Group = 'control' | 'input' | 'output' | 'local';
export interface Flag {
  readonly name: string;
  readonly group: Group;
  /** What `stty sane` makes of it; undefined: it leaves it alone. */
  readonly sane: boolean | undefined;
  /** Its bit in its word of struct termios (asm-generic/termbits.h). */
  readonly bit: number;
}

/** Name, bit, and `+` or `-` for what sane sets or clears. */
const table: Readonly<Record<Group, string>> = {
  control: 'parenb:100 parodd:200 cmspar:40000000 cs5:0 cs6:10 cs7:20 cs8:30 hupcl:400 cstopb:40 cread:80+ clocal:800 crtscts:80000000',
  input:
    'ignbrk:1- brkint:2+ ignpar:4 parmrk:8 inpck:10 istrip:20 inlcr:40- igncr:80- icrnl:100+ ixon:400 ixoff:1000- iuclc:200- ixany:800- imaxbel:2000+ iutf8:4000-',
  output:
    'opost:1+ olcuc:2- ocrnl:8- onlcr:4+ onocr:10- onlret:20- ofill:40- ofdel:80- nl1:100- nl0:0 cr3:600- cr2:400- cr1:200- cr0:0 tab3:1800- tab2:1000- tab1:800- tab0:0 bs1:2000- bs0:0 vt1:4000- vt0:0 ff1:8000- ff0:0',
  local:
    'isig:1+ icanon:2+ iexten:8000+ echo:8+ echoe:10+ echok:20+ echonl:40- noflsh:80- xcase:4- tostop:100- echoprt:400- echoctl:200+ echoke:800+ flusho:1000- extproc:10000-',
};
const names = Object.keys(table) as Group[];

export const flags: readonly Flag[] = names.flatMap((group) =>
  table[group].split(' ').map((word): Flag => {
    const [, name = '', bit = '', sane] = /^(\w+):([\da-f]+)([+-]?)$/.exec(word) ?? [];
    return { name, group, bit: parseInt(bit, 16), sane: sane === '' ? undefined : sane === '+' };
  }),
);

/** stty's names of the characters, in its order. */
export const characters: Readonly<Record<string, keyof Termios & ('intr' | 'quit' | 'erase' | 'kill' | 'eof' | 'eol' | 'eol2' | 'swtch' | 'start' | 'stop' | 'susp' | 'reprint' | 'werase' | 'lnext' | 'discard')>> = {
  intr: 'intr', quit: 'quit', erase: 'erase', kill: 'kill', eof: 'eof', eol: 'eol', eol2: 'eol2', swtch: 'swtch', start: 'start', stop: 'stop',
  susp: 'susp', rprnt: 'reprint', werase: 'werase', lnext: 'lnext', discard: 'discard',
}; // prettier-ignore

export const shownCharacter = (code: number): string =>
  code === 0 ? '<undef>' : code === 127 ? '^?' : code < 32 ? `^${String.fromCharCode(code + 64)}` : String.fromCharCode(code);

export function parseCharacter(text: string): number | undefined {
  if (text === '^-' || text === 'undef') return 0;
  if (text === '^?') return 127;
  if (text.length === 2 && text.startsWith('^')) return (text.toUpperCase().charCodeAt(1) - 64) & 127;
  if (text.length === 1) return text.charCodeAt(0);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Baud, and the bits that stand for them: B50 and so on. */
export const speedBits: ReadonlyMap<number, number> = new Map(
  [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400].map((baud, i): [number, number] => [baud, i]).concat([[57600, 0x1001], [115200, 0x1002], [230400, 0x1003], [460800, 0x1004]]),
); // prettier-ignore
/** c_cc in its order. */
const order: readonly (keyof Termios | undefined)[] = [
  'intr', 'quit', 'erase', 'kill', 'eof', 'vtime', 'vmin', 'swtch', 'start', 'stop', 'susp', 'eol', 'reprint', 'discard', 'werase', 'lnext', 'eol2',
  ...Array<undefined>(15).fill(undefined),
]; // prettier-ignore

/** A flag of several, as `cs8` and `tab0` are: it has no opposite. */
export const isChoice = (name: string): boolean => /\d$/.test(name) && name !== 'iutf8' && name !== 'eol2';
export const stemOf = (name: string): string => name.replace(/\d$/, '');
/** The bits that the choices of a kind share. */
const maskOf = (name: string, group: Group, bit: number): number =>
  isChoice(name)
    ? flags.reduce(
        (mask, each) => (each.group === group && isChoice(each.name) && stemOf(each.name) === stemOf(name) ? mask | each.bit : mask),
        0,
      )
    : bit;

export const isOn = (t: Termios, name: string): boolean => {
  const known = (t as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof known === 'boolean' ? known : t.idle.has(name);
};

/** `stty -g`: a word that stty takes back. */
export function savedTermios(t: Termios): string {
  const word = (group: Group): number =>
    flags.reduce(
      (sum, { name, bit, group: own }) => (own === group && isOn(t, name) ? (sum | bit) >>> 0 : sum),
      group === 'control' ? (speedBits.get(t.speed) ?? 0) : 0,
    );
  const characterCodes = order.map((each) => (each === undefined ? 0 : Number(t[each])));
  return [word('input'), word('output'), word('control'), word('local'), ...characterCodes].map((n) => n.toString(16)).join(':');
}

export function restoreTermios(word: string): Partial<Record<keyof Termios, boolean | number | ReadonlySet<string>>> | undefined {
  const fields = word.split(':');
  if (fields.length !== 4 + order.length || !fields.every((field) => /^[0-9a-f]+$/.test(field))) return undefined;
  const numbers = fields.map((field) => parseInt(field, 16));
  const groupOrder: readonly Group[] = ['input', 'output', 'control', 'local'];
  const idle = new Set<string>();
  const restored: Record<string, boolean | number | ReadonlySet<string>> = { idle };
  for (const { name, group, bit } of flags) {
    const set = (numbers[groupOrder.indexOf(group)]! & maskOf(name, group, bit)) >>> 0 === bit;
    if (typeof (newTermios as unknown as Readonly<Record<string, unknown>>)[name] === 'boolean') restored[name] = set;
    else if (set) idle.add(name);
  }
  for (const [baud, bits] of speedBits) if ((numbers[2]! & 0x100f) === bits) restored.speed = baud;
  for (const [i, each] of order.entries()) if (each !== undefined) restored[each] = numbers[4 + i] ?? 0;
  return restored;
}
