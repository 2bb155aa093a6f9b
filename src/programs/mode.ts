import type { FileType } from '../kernel';

const typeLetter: Readonly<Record<FileType, string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  fifo: 'p',
  char: 'c',
  block: 'b',
  socket: 's',
};
/** S_IFMT bits. */
export const typeBits: Readonly<Record<FileType, number>> = {
  fifo: 0o010000,
  char: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  symlink: 0o120000,
  socket: 0o140000,
};

/** `drwxr-xr-t`, as ls -l shows it. */
export function modeString(type: FileType, mode: number): string {
  const triple = (shift: number, special: number, letter: string): string => {
    const bits = (mode >> shift) & 7;
    const x = mode & special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-';
    return (bits & 4 ? 'r' : '-') + (bits & 2 ? 'w' : '-') + x;
  };
  return typeLetter[type] + triple(6, 0o4000, 's') + triple(3, 0o2000, 's') + triple(0, 0o1000, 't');
}

export interface ModeChange {
  /** The new mode of a file that has `mode`. */
  apply(mode: number, directory: boolean, umask: number): number;
}

/** A mode as chmod(1) takes it: octal or symbolic. undefined when it is neither. */
export function parseMode(text: string): ModeChange | undefined {
  if (/^[0-7]+$/.test(text)) {
    const value = parseInt(text, 8);
    if (value > 0o7777) return undefined;
    // "chmod preserves a directory's set-user-ID and set-group-ID bits unless you explicitly specify otherwise" - chmod(1)
    return { apply: (mode, directory) => (directory && text.length < 5 ? value | (mode & 0o6000) : value) };
  }
  const clauses = text.split(',').map(parseClause);
  if (clauses.some((c) => c === undefined)) return undefined;
  return { apply: (mode, directory, umask) => clauses.reduce((m, c) => (c ? c(m, directory, umask) : m), mode) };
}

type Clause = (mode: number, directory: boolean, umask: number) => number;

function parseClause(text: string): Clause | undefined {
  const m = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]|[0-7]+))+)$/.exec(text);
  if (!m) return undefined;
  const who = m[1] as string;
  const actions = [...(m[2] as string).matchAll(/([-+=])([ugo]|[0-7]+|[rwxXst]*)/g)];
  return (mode, directory, umask) =>
    actions.reduce((current, a) => act(current, who, a[1] as string, a[2] as string, directory, umask), mode);
}

function act(mode: number, who: string, operator: string, what: string, directory: boolean, umask: number): number {
  const all = who === '' || who.includes('a');
  let mask =
    (all || who.includes('u') ? 0o4700 : 0) |
    (all || who.includes('g') ? 0o2070 : 0) |
    (all || who.includes('o') ? 0o0007 : 0) |
    (all || who.includes('o') ? 0o1000 : 0);
  let bits = 0;
  if (/^[0-7]+$/.test(what)) bits = parseInt(what, 8);
  else if (/^[ugo]$/.test(what)) {
    const triple = (mode >> (what === 'u' ? 6 : what === 'g' ? 3 : 0)) & 7;
    bits = triple * 0o111;
  } else {
    if (what.includes('r')) bits |= 0o444;
    if (what.includes('w')) bits |= 0o222;
    if (what.includes('x') || (what.includes('X') && (directory || (mode & 0o111) !== 0))) bits |= 0o111;
    if (what.includes('s')) bits |= 0o6000;
    if (what.includes('t')) bits |= 0o1000;
  }
  if (who === '' && !/^[0-7]+$/.test(what)) mask &= ~umask | 0o7000;
  const affected = bits & mask;
  if (operator === '+') return mode | affected;
  if (operator === '-') return mode & ~affected;
  // `=` keeps a directory's setuid and setgid unless they are named
  const cleared = directory ? mask & ~(0o6000 & ~bits) : mask;
  return (mode & ~cleared) | affected;
}
