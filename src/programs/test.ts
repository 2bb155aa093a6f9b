import { Errno, type Process } from '../kernel';
import type { Command } from './command';

/** A wrong expression; status 2. */
export class TestError extends Error {}

const unary = new Set([
  '-b',
  '-c',
  '-d',
  '-e',
  '-f',
  '-g',
  '-G',
  '-h',
  '-k',
  '-L',
  '-n',
  '-N',
  '-O',
  '-p',
  '-r',
  '-s',
  '-S',
  '-t',
  '-u',
  '-w',
  '-x',
  '-z',
]);
const binary = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

function fileTest(proc: Process, operator: string, arg: string): boolean {
  const stat = attempt(() => (operator === '-h' || operator === '-L' ? proc.lstat(arg) : proc.stat(arg)));
  switch (operator) {
    case '-h': case '-L': return stat?.type === 'symlink';
    case '-b': return stat?.type === 'block';
    case '-c': return stat?.type === 'char';
    case '-d': return stat?.type === 'directory';
    case '-e': return stat !== undefined;
    case '-f': return stat?.type === 'file';
    case '-g': return stat !== undefined && (stat.mode & 0o2000) !== 0;
    case '-G': return stat?.gid === proc.credentials().egid;
    case '-k': return stat !== undefined && (stat.mode & 0o1000) !== 0;
    case '-N': return stat !== undefined && stat.mtimeMs > stat.atimeMs;
    case '-O': return stat?.uid === proc.credentials().euid;
    case '-p': return stat?.type === 'fifo';
    case '-s': return stat !== undefined && stat.size > 0;
    case '-S': return stat?.type === 'socket';
    case '-u': return stat !== undefined && (stat.mode & 0o4000) !== 0;
    default: return attempt(() => (proc.access(arg, operator.slice(1)), true)) ?? false;
  }
} // prettier-ignore

/** test(1)'s expression over `words`. `quote` is how the messages show a word. Throws TestError. */
export function evaluateTest(proc: Process, words: readonly string[], quote: (word: string) => string): boolean {
  const integer = (text: string): bigint => {
    if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new TestError(`invalid integer ${quote(text)}`);
    return BigInt(text.trim().replace(/^\+/, ''));
  };
  const one = (operator: string, arg: string): boolean => {
    if (operator === '-n') return arg !== '';
    if (operator === '-z') return arg === '';
    if (operator === '-t') return proc.isatty(Number(integer(arg)));
    return fileTest(proc, operator, arg);
  };
  const two = (left: string, operator: string, right: string): boolean => {
    switch (operator) {
      case '=': case '==': return left === right;
      case '!=': return left !== right;
      case '<': return left < right;
      case '>': return left > right;
      case '-eq': return integer(left) === integer(right);
      case '-ne': return integer(left) !== integer(right);
      case '-lt': return integer(left) < integer(right);
      case '-le': return integer(left) <= integer(right);
      case '-gt': return integer(left) > integer(right);
      case '-ge': return integer(left) >= integer(right);
      default: {
        const [a, b] = [attempt(() => proc.stat(left)), attempt(() => proc.stat(right))];
        if (operator === '-ef') return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
        if (operator === '-nt') return a !== undefined && (b === undefined || a.mtimeMs > b.mtimeMs);
        return b !== undefined && (a === undefined || a.mtimeMs < b.mtimeMs);
      }
    }
  }; // prettier-ignore
  // POSIX's rules by the number of arguments
  const byCount = (w: readonly string[]): boolean => {
    const [a = '', b = '', c = '', d = ''] = w;
    switch (w.length) {
      case 0: return false;
      case 1: return a !== '';
      case 2:
        if (a === '!') return b === '';
        if (unary.has(a)) return one(a, b);
        throw new TestError(/^-.$/.test(a) ? `${quote(a)}: unary operator expected` : `missing argument after ${quote(b)}`);
      case 3:
        if (binary.has(b)) return two(a, b, c);
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !byCount(w.slice(1));
        if (a === '(' && c === ')') return b !== '';
        throw new TestError(`${quote(b)}: binary operator expected`);
      case 4:
        if (a === '!') return !byCount(w.slice(1));
        if (a === '(' && d === ')') return byCount(w.slice(1, 3));
        return general(w);
      default: return general(w);
    }
  }; // prettier-ignore
  const general = (w: readonly string[]): boolean => {
    let i = 0;
    const or = (): boolean => {
      let value = and();
      while (w[i] === '-o') {
        i++;
        value = and() || value;
      }
      return value;
    };
    const and = (): boolean => {
      let value = not();
      while (w[i] === '-a') {
        i++;
        value = not() && value;
      }
      return value;
    };
    const not = (): boolean => {
      if (w[i] === '!' && i + 1 < w.length) {
        i++;
        return !not();
      }
      return primary();
    };
    const primary = (): boolean => {
      const word = w[i];
      if (word === undefined) throw new TestError(`missing argument after ${quote(w.at(-1) ?? '')}`);
      if (w[i + 1] !== undefined && binary.has(w[i + 1] as string) && w[i + 2] !== undefined) {
        i += 3;
        return two(word, w[i - 2] as string, w[i - 1] as string);
      }
      if (word === '(') {
        i++;
        const value = or();
        if (w[i] !== ')') throw new TestError(`${quote(')')} expected`);
        i++;
        return value;
      }
      if (unary.has(word) && i + 1 < w.length) {
        i += 2;
        return one(word, w[i - 1] as string);
      }
      i++;
      return word !== '';
    };
    const value = or();
    if (i < w.length) throw new TestError(`extra argument ${quote(w[i] as string)}`);
    return value;
  };
  return byCount(words);
}

const make = (close: string | undefined): Command => ({
  ...(close === ']]' ? {} : { gnu: { usage: 'EXPRESSION', usageStatus: 2 } }),
  busybox: {},
  run: async (ctx) => {
    let words = ctx.args;
    if (close !== undefined) {
      if (words.at(-1) !== close) return ctx.fail(`missing ${ctx.gnu ? ctx.quoteWord(close) : close}`, 2);
      words = words.slice(0, -1);
    }
    try {
      return evaluateTest(ctx.proc, words, (w) => (ctx.gnu ? ctx.quoteWord(w) : w)) ? 0 : 1;
    } catch (error) {
      if (error instanceof TestError)
        return ctx.fail(ctx.gnu ? error.message : error.message.replace(/^invalid integer (.*)$/, '$1: bad number'), 2);
      throw error;
    }
  },
});

export const testCommand = make(undefined);
export const bracket = make(']');
export const bracketBracket = make(']]');
