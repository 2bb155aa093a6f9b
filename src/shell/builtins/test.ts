import { compareNumbers } from '../conditional';
import { compareFiles, unaryOperators, unaryTest } from '../file-tests';
import { ShellError } from '../flow';
import type { Shell } from '../shell';
import type { Builtin } from './types';

const binaryOperators = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

/** POSIX rules by argument count up to four, then the old grammar with -a and -o. */
class Test {
  private at = 0;
  constructor(
    private readonly sh: Shell,
    private args: readonly string[],
  ) {}

  run(): boolean {
    const { args } = this;
    const [a = '', b = '', c = '', d = ''] = args;
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return a !== '';
      case 2:
        if (a === '!') return b === '';
        if (unaryOperators.has(a)) return unaryTest(this.sh, a, b);
        if (this.sh.dialect.name === 'ash' && binaryOperators.has(b)) throw new ShellError(`${b}: argument expected`, 2);
        if (this.sh.dialect.name === 'ash' && (b === '-a' || b === '-o')) throw new ShellError('argument expected', 2);
        throw new ShellError(
          this.sh.dialect.extended ? `${a}: unary operator expected` : unknown(this.sh, this.sh.dialect.name === 'ash' ? b : a),
          2,
        );
      case 3:
        if (binaryOperators.has(b)) return this.binary(a, b, c);
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !new Test(this.sh, [b, c]).run();
        if (a === '(' && c === ')') return b !== '';
        throw new ShellError(this.sh.dialect.extended ? `${b}: binary operator expected` : unknown(this.sh, b), 2);
      case 4:
        if (a === '!') return !new Test(this.sh, [b, c, d]).run();
        if (a === '(' && d === ')') return new Test(this.sh, [b, c]).run();
    }
    const value = this.or();
    if (this.at < args.length)
      throw new ShellError(this.sh.dialect.name === 'ash' ? unknown(this.sh, args[this.at] ?? '') : 'too many arguments', 2);
    return value;
  }

  private or(): boolean {
    let value = this.and();
    while (this.args[this.at] === '-o') {
      this.at++;
      value = this.and() || value;
    }
    return value;
  }
  private and(): boolean {
    let value = this.not();
    while (this.args[this.at] === '-a') {
      this.at++;
      value = this.not() && value;
    }
    return value;
  }
  private not(): boolean {
    if (this.args[this.at] === '!') {
      this.at++;
      return !this.not();
    }
    return this.primary();
  }
  private primary(): boolean {
    const { args } = this;
    const a = args[this.at];
    if (a === undefined) throw new ShellError('argument expected', 2);
    const b = args[this.at + 1];
    const c = args[this.at + 2];
    if (a === '(' && !(b !== undefined && binaryOperators.has(b))) {
      this.at++;
      const value = this.or();
      if (args[this.at] !== ')') throw new ShellError("`)' expected", 2);
      this.at++;
      return value;
    }
    if (b !== undefined && c !== undefined && binaryOperators.has(b)) {
      this.at += 3;
      return this.binary(a, b, c);
    }
    if (b !== undefined && unaryOperators.has(a)) {
      this.at += 2;
      return unaryTest(this.sh, a, b);
    }
    this.at++;
    return a !== '';
  }

  private binary(a: string, operator: string, b: string): boolean {
    switch (operator) {
      case '=':
      case '==':
        return a === b;
      case '!=':
        return a !== b;
      case '<':
        return a < b;
      case '>':
        return a > b;
      case '-nt':
      case '-ot':
      case '-ef':
        return compareFiles(this.sh, operator, a, b);
    }
    return compareNumbers(operator, this.integer(a), this.integer(b));
  }

  private integer(text: string): bigint {
    if (/^\s*[+-]?\d+\s*$/.test(text)) {
      const n = BigInt(text.trim().replace(/^\+/, ''));
      if (BigInt.asIntN(64, n) === n) return n;
    }
    throw new ShellError(
      this.sh.dialect.extended
        ? `${text}: integer expression expected`
        : this.sh.dialect.name === 'dash'
          ? `Illegal number: ${text}`
          : `${text}: out of range`,
      2,
    );
  }
}

const unknown = (sh: Shell, word: string): string => `${word}: ${sh.dialect.name === 'dash' ? 'unexpected operator' : 'unknown operand'}`;

export const test: Builtin = async (sh, args, name) => {
  let operands = args;
  if (name === '[') {
    if (args.at(-1) !== ']') {
      await sh.complain(sh.dialect.extended ? "missing `]'" : 'missing ]', name);
      return 2;
    }
    operands = args.slice(0, -1);
  }
  try {
    return new Test(sh, operands).run() ? 0 : 1;
  } catch (e) {
    if (!(e instanceof ShellError)) throw e;
    if (sh.dialect.name !== 'ash') await sh.complain(e.message, name);
    else await sh.err(`${sh.shortName}: ${e.message}\n`);
    return 2;
  }
};
