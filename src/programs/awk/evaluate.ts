import type { Regex } from '../../regex';
import { Errno } from '../../kernel';
import type { Context } from '../command';
import { strftime } from '../dates';
import { replaceMatches, splitBy } from './matching';
import { AwkError, type Cell, Memory } from './memory';
import { largestInt } from './format';
import { Random } from './random';
import { Streams } from './streams';
import type { AwkProgram, Expression, Statement, Target } from './syntax';
import type { Key } from './tables';
import { fromInput, isNumeric, isTable, toNumber, truthy, type Value } from './values';

type Later<T> = T | Promise<T>;

/** How a statement ended. */
export type Flow = 'next-statement' | 'break' | 'continue' | 'next' | 'nextfile' | 'exit' | 'return';

/** `exit` inside a function. */
export class ExitInFunction extends Error {}
function then<A, B>(value: Later<A>, use: (a: A) => Later<B>): Later<B> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** rint(3). */
const roundEven = (x: number): number => (Math.abs(x % 2) === 0.5 ? Math.floor(x) : Math.round(x));

/** mawk's substr: fractions are cut off, and a start before the text makes it longer, not shorter. */
function mawkSubstring(text: string, start: number, length: number): string {
  let from = Math.trunc(start) || 0;
  let count = Math.trunc(length) || 0;
  if (from <= 0) {
    count -= from;
    from = 1;
  }
  return count <= 0 ? '' : text.slice(from - 1, from - 1 + count);
}

/** Expressions: at once where nothing in them has to wait. */
export abstract class Evaluator extends Memory {
  protected readonly streams: Streams;
  protected returned: Value;
  private readonly random: Random;

  constructor(
    ctx: Context,
    protected readonly program: AwkProgram,
    operands: readonly string[],
  ) {
    super(ctx, operands);
    this.streams = new Streams(ctx.proc, this.charset, ctx.out);
    this.random = new Random(Math.floor(ctx.proc.clock.now() / 1000));
  }

  protected abstract statement(s: Statement): Promise<Flow>;
  /** The next record of the operands' files, NR and FNR counted. */
  protected abstract nextRecord(): Promise<string | undefined>;

  protected pattern(e: Expression): Later<Regex> {
    return e.type === 'regex' ? this.regex(e.source) : then(this.value(e), (v) => this.regex(this.text(v)));
  }

  protected subscript(list: readonly Expression[]): Later<Key> {
    const [only] = list;
    if (list.length === 1 && only)
      return then(this.value(only), (v) => (typeof v === 'number' && Number.isInteger(v) && Math.abs(v) <= largestInt ? v : this.text(v)));
    return then(this.values(list), (vs) => vs.map((v) => this.text(v)).join(this.text(this.variable('SUBSEP'))));
  }

  protected values(list: readonly Expression[]): Later<Value[]> {
    const out: Value[] = [];
    for (const [i, e] of list.entries()) {
      const v = this.value(e);
      if (v instanceof Promise) return this.valuesFrom(list, i + 1, out, v);
      out.push(v);
    }
    return out;
  }
  protected async valuesFrom(list: readonly Expression[], from: number, out: Value[], pending: Promise<Value>): Promise<Value[]> {
    out.push(await pending);
    for (const e of list.slice(from)) out.push(await this.value(e));
    return out;
  }

  protected value(e: Expression): Later<Value> {
    switch (e.type) {
      case 'number':
      case 'string':
        return e.value;
      case 'regex':
        return this.regex(e.source).test(this.wholeRecord()) ? 1 : 0;
      case 'variable':
        return this.variable(e.name);
      case 'field':
        return then(this.value(e.index), (i) => this.field(Math.trunc(toNumber(i))));
      case 'element':
        return then(this.subscript(e.subscripts), (k) => {
          const t = this.table(e.name);
          if (!t.has(k)) t.set(k, undefined);
          return t.get(k);
        });
      case 'group':
        return this.value(e.inner);
      case 'unary':
        return then(this.value(e.operand), (v) =>
          e.operator === '!' ? (truthy(v) ? 0 : 1) : e.operator === '-' ? -toNumber(v) : toNumber(v),
        );
      case 'binary':
        return then(this.value(e.left), (a) => then(this.value(e.right), (b) => this.binary(e.operator, a, b)));
      case 'match':
        return then(this.value(e.left), (v) => then(this.pattern(e.right), (r) => (r.test(this.text(v)) !== e.negated ? 1 : 0)));
      case 'and':
        return then(this.value(e.left), (a) => (truthy(a) ? then(this.value(e.right), (b) => (truthy(b) ? 1 : 0)) : 0));
      case 'or':
        return then(this.value(e.left), (a) => (truthy(a) ? 1 : then(this.value(e.right), (b) => (truthy(b) ? 1 : 0))));
      case 'in':
        return then(this.subscript(e.subscripts), (k) => (this.table(e.name).has(k) ? 1 : 0));
      case 'conditional':
        return then(this.value(e.test), (t) => this.value(truthy(t) ? e.then : e.otherwise));
      case 'assign':
        return then(this.value(e.value), (v) => {
          if (e.operator === '=') return this.assign(e.target, v);
          return then(this.value(e.target), (old) => this.assign(e.target, this.binary(e.operator.slice(0, -1), old, v)));
        });
      case 'increment':
        return then(this.value(e.target), (old) => {
          const n = toNumber(old);
          return then(this.assign(e.target, n + e.by), (fresh) => (e.prefix ? fresh : n));
        });
      case 'call':
        return this.call(e.name, e.args);
      case 'builtin':
        return this.builtin(e.name, e.args);
      case 'getline':
        return this.getline(e);
    }
  }

  protected assign(target: Target, value: Value): Later<Value> {
    if (target.type === 'variable') this.setVariable(target.name, value);
    else if (target.type === 'field') return then(this.value(target.index), (i) => (this.setField(Math.trunc(toNumber(i)), value), value));
    else return then(this.subscript(target.subscripts), (k) => (this.table(target.name).set(k, value), value));
    return value;
  }

  protected binary(operator: string, a: Value, b: Value): Value {
    switch (operator) {
      case ' ':
        return this.text(a) + this.text(b);
      case '+':
        return toNumber(a) + toNumber(b);
      case '-':
        return toNumber(a) - toNumber(b);
      case '*':
        return toNumber(a) * toNumber(b);
      case '/':
      case '%': {
        const divisor = toNumber(b);
        if (divisor === 0 && !this.ctx.gnu) throw new AwkError('Division by zero');
        return operator === '/' ? toNumber(a) / divisor : toNumber(a) % divisor;
      }
      case '^':
        return toNumber(a) ** toNumber(b);
      default: {
        const numeric = isNumeric(a) && isNumeric(b);
        const [x, y] = numeric ? [toNumber(a), toNumber(b)] : [this.text(a), this.text(b)];
        const result =
          operator === '<'
            ? x < y
            : operator === '<='
              ? x <= y
              : operator === '=='
                ? x === y
                : operator === '!='
                  ? x !== y
                  : operator === '>'
                    ? x > y
                    : x >= y;
        return result ? 1 : 0;
      }
    }
  }

  protected async call(name: string, args: readonly Expression[]): Promise<Value> {
    const f = this.program.functions.get(name);
    if (!f) throw new AwkError(this.ctx.gnu ? `function ${name} never defined` : 'Call to undefined function');
    const frame = new Map<string, Cell>();
    const links = new Map<string, { scope: Map<string, Cell>; name: string }>();
    for (const [i, parameter] of f.parameters.entries()) {
      const a = args[i];
      if (a?.type === 'variable') {
        const scope = this.lookup(a.name);
        const cell = scope.get(a.name);
        frame.set(parameter, cell);
        if (cell === undefined && a.name !== 'NF') links.set(parameter, { scope, name: a.name });
        else if (a.name === 'NF') frame.set(parameter, this.variable('NF'));
      } else frame.set(parameter, a ? await this.value(a) : undefined);
    }
    this.aliases.set(frame, links);
    const saved = this.frame;
    this.frame = frame;
    this.returned = undefined;
    const flow = await this.statement(f.body);
    this.frame = saved;
    const value = this.returned;
    this.returned = undefined;
    if (flow === 'exit') throw new ExitInFunction();
    return value;
  }

  protected getline(e: Extract<Expression, { type: 'getline' }>): Promise<Value> {
    const store = async (record: string): Promise<Value> => {
      if (e.target) await this.assign(e.target, fromInput(record));
      else this.setRecord(record);
      return 1;
    };
    const run = async (): Promise<Value> => {
      if (e.source === 'input') {
        const record = await this.nextRecord();
        return record === undefined ? 0 : store(record);
      }
      const name = this.text(await this.value(e.from as Expression));
      try {
        const reader = await this.streams.reader(e.source, name);
        const record = await reader.next(this.text(this.variable('RS')), (s) => this.regex(s));
        if (record === undefined) return 0;
        if (e.source === 'command') this.globals.set('NR', toNumber(this.variable('NR')) + 1);
        return await store(record);
      } catch (error) {
        if (error instanceof Errno) return -1;
        throw error;
      }
    };
    return run();
  }

  // built-in functions

  protected builtin(name: string, args: readonly Expression[]): Later<Value> {
    const [first, second] = args;
    if (name === 'length' && first?.type === 'variable') {
      const cell = this.lookup(first.name).get(first.name);
      if (isTable(cell)) return cell.size;
    }
    if (name === 'split') return this.splitInto(args);
    if (name === 'sub' || name === 'gsub') return this.substitute(name, args);
    if (name === 'gensub') return this.generalSubstitute(args);
    if (name === 'match' && first && second) {
      return then(this.value(first), (v) => then(this.pattern(second), (r) => {
        const m = r.exec(this.text(v));
        this.globals.set('RSTART', m ? [...this.text(v).slice(0, m.index)].length + 1 : 0);
        this.globals.set('RLENGTH', m ? [...this.text(v).slice(m.index, m.end)].length : -1);
        return this.variable('RSTART');
      })); // prettier-ignore
    }
    return then(this.values(args), (vs) => this.plain(name, vs));
  }

  protected plain(name: string, vs: readonly Value[]): Later<Value> {
    const n = (i: number): number => toNumber(vs[i]);
    const t = (i: number): string => this.text(vs[i]);
    switch (name) {
      case 'length': return [...(vs.length === 0 ? this.wholeRecord() : t(0))].length;
      case 'substr': {
        const chars = [...t(0)];
        if (this.ctx.gnu) return mawkSubstring(t(0), n(1), vs.length > 2 ? n(2) : Infinity);
        const round = (x: number): number => (Number.isNaN(x) ? 0 : roundEven(x));
        // busybox takes a start before the text for its beginning, and counts from there
        const start = Math.max(1, round(n(1)));
        const end = vs.length > 2 ? start + round(n(2)) : Infinity;
        return chars.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join('');
      }
      case 'index': {
        const at = t(0).indexOf(t(1));
        return at < 0 ? 0 : [...t(0).slice(0, at)].length + 1;
      }
      case 'sprintf': return this.format('sprintf', t(0), vs.slice(1));
      case 'sin': return Math.sin(n(0));
      case 'cos': return Math.cos(n(0));
      case 'atan2': return Math.atan2(n(0), n(1));
      case 'exp': return Math.exp(n(0));
      case 'log': return Math.log(n(0));
      case 'sqrt': return Math.sqrt(n(0));
      case 'int': return Math.trunc(n(0));
      case 'rand': return this.random.next();
      case 'srand': return this.random.seed(vs.length > 0 ? n(0) : Math.floor(this.ctx.proc.clock.now() / 1000));
      case 'tolower': return this.ctx.gnu ? t(0).replace(/[A-Z]/g, (c) => c.toLowerCase()) : t(0).toLowerCase();
      case 'toupper': return this.ctx.gnu ? t(0).replace(/[a-z]/g, (c) => c.toUpperCase()) : t(0).toUpperCase();
      case 'system': return this.streams.system(t(0));
      case 'close': return this.streams.close(t(0));
      case 'fflush': return this.streams.flush().then(() => 0);
      case 'systime': return Math.floor(this.ctx.proc.clock.now() / 1000);
      case 'strftime': return strftime(vs.length > 0 ? t(0) : '%c', vs.length > 1 ? n(1) * 1000 : this.ctx.proc.clock.now());
      case 'mktime': {
        const [y = 0, mo = 1, d = 1, h = 0, mi = 0, s = 0] = t(0).trim().split(/\s+/).map(Number);
        return Math.floor(Date.UTC(y, mo - 1, d, h, mi, s) / 1000);
      }
      case 'and': return Number(BigInt(Math.trunc(n(0))) & BigInt(Math.trunc(n(1))));
      case 'or': return Number(BigInt(Math.trunc(n(0))) | BigInt(Math.trunc(n(1))));
      case 'xor': return Number(BigInt(Math.trunc(n(0))) ^ BigInt(Math.trunc(n(1))));
      case 'lshift': return Math.trunc(n(0)) * 2 ** n(1);
      case 'rshift': return Math.floor(Math.trunc(n(0)) / 2 ** n(1));
      case 'compl': return 2 ** 53 - 1 - Math.trunc(n(0));
      case 'strtonum': return /^0x/i.test(t(0)) ? parseInt(t(0), 16) : /^0\d/.test(t(0)) ? parseInt(t(0), 8) : n(0);
      default: throw new AwkError(`function ${name} never defined`);
    }
  } // prettier-ignore

  protected async splitInto(args: readonly Expression[]): Promise<Value> {
    const [textE, arrayE, separatorE] = args;
    if (!textE || arrayE?.type !== 'variable') throw new AwkError('split needs an array');
    const text = this.text(await this.value(textE));
    let parts: string[];
    if (separatorE?.type === 'regex') parts = text === '' ? [] : splitBy(text, this.regex(separatorE.source));
    else parts = this.split(text, separatorE ? this.text(await this.value(separatorE)) : this.text(this.variable('FS')));
    const table = this.table(arrayE.name);
    table.load(parts.map(fromInput));
    return parts.length;
  }

  protected async substitute(name: 'sub' | 'gsub', args: readonly Expression[]): Promise<Value> {
    const [patternE, replacementE, targetE] = args;
    if (!patternE || !replacementE) throw new AwkError(`${name} needs two arguments`);
    const regex = await this.pattern(patternE);
    const replacement = this.text(await this.value(replacementE));
    const inner = targetE?.type === 'group' ? targetE.inner : targetE;
    const target: Target =
      inner?.type === 'variable' || inner?.type === 'field' || inner?.type === 'element'
        ? inner
        : { type: 'field', index: { type: 'number', value: 0 } };
    const text = this.text(inner && inner !== target ? await this.value(inner) : await this.value(target));
    const { result, count } = replaceMatches(text, regex, name === 'gsub' ? 0 : 1, (m) =>
      replacement.replace(/\\\\&|\\&|&|\\\\/g, (x) =>
        x === '&' ? (m.groups[0] ?? '') : x === '\\&' ? '&' : x === '\\\\&' ? `\\${m.groups[0]}` : x,
      ),
    );
    if (count > 0 && (!inner || inner === target)) await this.assign(target, result);
    return count;
  }

  protected async generalSubstitute(args: readonly Expression[]): Promise<Value> {
    const [patternE, replacementE, howE, targetE] = args;
    if (!patternE || !replacementE || !howE) throw new AwkError('gensub needs three arguments');
    const regex = await this.pattern(patternE);
    const replacement = this.text(await this.value(replacementE));
    const how = this.text(await this.value(howE));
    const text = targetE ? this.text(await this.value(targetE)) : this.wholeRecord();
    const nth = /^[gG]/.test(how) ? 0 : Math.max(1, Math.trunc(Number(how)));
    return replaceMatches(text, regex, nth, (m) =>
      replacement.replace(/\\(\d|&|\\)|&/g, (x, c: string | undefined) =>
        x === '&' ? (m.groups[0] ?? '') : c === '&' || c === '\\' ? c : (m.groups[Number(c)] ?? ''),
      ),
    ).result;
  }
}
