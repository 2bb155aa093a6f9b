import { Errno, type Stat } from '../kernel';
import { optionLetters } from './option-letters';
import type { Shell } from './shell';

function statOf(sh: Shell, path: string, follow = true): Stat | undefined {
  try {
    return follow ? sh.proc.stat(path) : sh.proc.lstat(path);
  } catch (e) {
    if (e instanceof Errno) return undefined;
    throw e;
  }
}

function accessible(sh: Shell, path: string, mode: string): boolean {
  // ash looks at the mode alone: "Root can read or write any file."
  if (sh.dialect.name === 'ash' && mode !== 'x' && sh.proc.credentials().euid === 0) return statOf(sh, path) !== undefined;
  try {
    sh.proc.access(path, mode);
    return true;
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

export const unaryOperators = new Set('abcdefghknoprstuvwxzGLNORS'.split('').map((c) => `-${c}`));

/** The unary operators of `test` and `[[`. */
export function unaryTest(sh: Shell, operator: string, operand: string): boolean {
  const s = (): Stat | undefined => statOf(sh, operand);
  switch (operator) {
    case '-n': return operand !== '';
    case '-z': return operand === '';
    case '-a':
    case '-e': return s() !== undefined;
    case '-f': return s()?.type === 'file';
    case '-d': return s()?.type === 'directory';
    case '-b': return s()?.type === 'block';
    case '-c': return s()?.type === 'char';
    case '-p': return s()?.type === 'fifo';
    case '-S': return s()?.type === 'socket';
    case '-h':
    case '-L': return statOf(sh, operand, false)?.type === 'symlink';
    case '-s': return (s()?.size ?? 0) > 0;
    case '-r': return accessible(sh, operand, 'r');
    case '-w': return accessible(sh, operand, 'w');
    case '-x': return s() !== undefined && accessible(sh, operand, 'x');
    case '-u': return ((s()?.mode ?? 0) & 0o4000) !== 0;
    case '-g': return ((s()?.mode ?? 0) & 0o2000) !== 0;
    case '-k': return ((s()?.mode ?? 0) & 0o1000) !== 0;
    case '-O': return s()?.uid === sh.proc.credentials().euid;
    case '-G': return s()?.gid === sh.proc.credentials().egid;
    case '-N': return (s()?.mtimeMs ?? 0) > (s()?.atimeMs ?? 0);
    case '-t': return /^\d+$/.test(operand) && sh.proc.fds().includes(Number(operand)) && sh.proc.isatty(Number(operand));
    case '-o': return sh.options.has(operand) || sh.options.has(optionLetters[operand] ?? '');
    case '-v': {
      const element = /^(\w+)\[(.*)\]$/.exec(operand);
      return (element ? sh.element(element[1] ?? '', element[2] ?? '') : sh.vars.get(operand)) !== undefined;
    }
    case '-R': return sh.vars.own(operand)?.nameref === true;
    default: return false;
  } // prettier-ignore
}

/** -nt, -ot and -ef. */
export function compareFiles(sh: Shell, operator: string, left: string, right: string): boolean {
  const a = statOf(sh, left);
  const b = statOf(sh, right);
  if (operator === '-ef') return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
  if (sh.dialect.name === 'ash' && (!a || !b)) return false;
  if (operator === '-nt') return a !== undefined && (b === undefined || a.mtimeMs > b.mtimeMs);
  return b !== undefined && (a === undefined || a.mtimeMs < b.mtimeMs);
}

/** Whether a path leads to a directory; links are followed. */
export function isDirectory(sh: Shell, path: string): boolean {
  try {
    return sh.proc.stat(path).type === 'directory';
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}
