import { Errno } from '../../kernel';
import type { Context } from '../command';
import { strftime } from '../dates';
import { posixRegex } from '../regex';
import { awkFormat, numberFormat } from './format';
import { RecordReader, Streams } from './streams';
import type { AwkProgram, Expression, Rule, Statement, Target } from './syntax';
import { unescapeString } from './tokens';
import { fromInput, isNumeric, toNumber, toText, truthy, type Value } from './values';

type Table = Map<string, Value>;
type Cell = Value | Table;
type Later<T> = T | Promise<T>;

/** How a statement ended. */
type Flow = 'next-statement' | 'break' | 'continue' | 'next' | 'nextfile' | 'exit' | 'return';

/** An error while running; fatal. */
export class AwkError extends Error {}

function then<A, B>(value: Later<A>, use: (a: A) => Later<B>): Later<B> {
  return value instanceof Promise ? value.then(use) : use(value);
}

export class Interpreter {
  private readonly globals = new Map<string, Cell>();
  private frame: Map<string, Cell> | undefined;
  private fields: string[] | undefined;
  private fieldValues: Value[] = [];
  private record = '';
  private recordStale = false;
  private readonly regexes = new Map<string, RegExp>();
  private readonly streams: Streams;
  private exitStatus = 0;
  private returned: Value;
  private input: RecordReader | undefined;
  private inputFd = 0;
  private argument = 1;
  private usedFiles = false;
  private inputEnded = false;
  private readonly rangeOpen = new Set<Rule>();
  private randomState = 0;
  private seed = 0;
  private steps = 0;
  private convertFormat = '%.6g';
  private convert = numberFormat('%.6g');

  constructor(
    private readonly ctx: Context,
    private readonly program: AwkProgram,
    operands: readonly string[],
  ) {
    const table: Table = new Map();
    const argv = [ctx.shortName, ...operands];
    argv.forEach((a, i) => table.set(String(i), fromInput(ctx.charset.arg(a))));
    this.globals.set('ARGV', table);
    this.globals.set('ARGC', argv.length);
    this.globals.set('ENVIRON', new Map([...ctx.env].map(([k, v]) => [k, fromInput(ctx.charset.arg(v))])));
    for (const [name, value] of [['FS', ' '], ['OFS', ' '], ['ORS', '\n'], ['RS', '\n'], ['SUBSEP', '\x1c'], ['CONVFMT', '%.6g'], ['OFMT', '%.6g'], ['FILENAME', ''], ['NR', 0], ['FNR', 0], ['NF', 0], ['RSTART', 0], ['RLENGTH', -1]] as const) this.globals.set(name, value); // prettier-ignore
    this.streams = new Streams(ctx.proc, ctx.charset, ctx.out);
    this.reseed(ctx.proc.clock.now());
  }

  /** `-v name=value`, or such an operand. */
  assignText(name: string, text: string): void {
    this.setVariable(name, fromInput(unescapeString(this.ctx.charset.arg(text))));
  }

  /** A rule's body; `exit` in a function ends it too. */
  private async body(s: Statement): Promise<Flow> {
    try {
      return await this.statement(s);
    } catch (error) {
      if (!(error instanceof ExitInFunction)) throw error;
      this.frame = undefined;
      return 'exit';
    }
  }

  async run(): Promise<number> {
    let flow: Flow = 'next-statement';
    const { rules } = this.program;
    for (const r of rules) {
      if (r.pattern.kind !== 'BEGIN' || !r.body) continue;
      flow = await this.body(r.body);
      if (flow === 'exit') break;
    }
    const main = rules.filter((r) => r.pattern.kind !== 'BEGIN' && r.pattern.kind !== 'END');
    const ends = rules.filter((r) => r.pattern.kind === 'END');
    if (flow !== 'exit' && (main.length > 0 || ends.length > 0)) flow = await this.mainLoop(main);
    for (const r of ends) {
      if (flow === 'exit' && !this.exitInMain) break;
      if (!r.body) continue;
      this.exitInMain = false;
      flow = await this.body(r.body);
      if (flow === 'exit') break;
    }
    await this.streams.closeAll();
    return this.exitStatus;
  }

  /** `exit` in a main rule still runs the END rules. */
  private exitInMain = false;

  private async mainLoop(main: readonly Rule[]): Promise<Flow> {
    for (;;) {
      const record = await this.nextRecord();
      if (record === undefined) return 'next-statement';
      this.setRecord(record);
      for (const r of main) {
        if (!(await this.selects(r))) continue;
        let flow: Flow = 'next-statement';
        if (r.body) flow = await this.body(r.body);
        else await this.ctx.write(`${this.wholeRecord()}${this.text(this.variable('ORS'))}`);
        if (flow === 'exit') {
          this.exitInMain = true;
          return 'exit';
        }
        if (flow === 'nextfile') {
          this.closeInput();
          break;
        }
        if (flow === 'next') break;
      }
      if (++this.steps % 64 === 0) await this.ctx.proc.schedYield();
    }
  }

  private async selects(r: Rule): Promise<boolean> {
    const p = r.pattern;
    if (p.kind === 'always') return true;
    if (p.kind === 'expression') return truthy(await this.value(p.test));
    if (p.kind !== 'range') return false;
    if (!this.rangeOpen.has(r)) {
      if (!truthy(await this.value(p.from))) return false;
      this.rangeOpen.add(r);
    }
    if (truthy(await this.value(p.to))) this.rangeOpen.delete(r);
    return true;
  }

  // input

  private closeInput(): void {
    if (this.input && this.inputFd !== 0) this.ctx.proc.close(this.inputFd);
    this.input = undefined;
  }

  /** The next record of the operands' files, NR and FNR counted. */
  private async nextRecord(): Promise<string | undefined> {
    for (;;) {
      if (!this.input && !(await this.openNext())) return undefined;
      let record: string | undefined;
      try {
        record = await this.input?.next(this.text(this.variable('RS')), (s) => this.regex(s));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await this.ctx.perrorText(
          this.ctx.gnu
            ? `read failure (${this.ctx.strerror(error)})`
            : `${this.text(this.variable('FILENAME'))}: ${this.ctx.strerror(error)}`,
          2,
        );
      }
      if (record !== undefined) {
        this.globals.set('NR', toNumber(this.variable('NR')) + 1);
        this.globals.set('FNR', toNumber(this.variable('FNR')) + 1);
        return record;
      }
      this.closeInput();
    }
  }

  private async openNext(): Promise<boolean> {
    if (this.inputEnded) return false;
    const argv = this.table('ARGV');
    while (this.argument < toNumber(this.variable('ARGC'))) {
      const name = this.text(argv.get(String(this.argument++)));
      if (name === '') continue;
      const m = /^([A-Za-z_]\w*)=([^]*)$/.exec(name);
      if (m) {
        this.assignText(m[1] as string, m[2] as string);
        continue;
      }
      this.usedFiles = true;
      this.globals.set('FILENAME', name);
      this.globals.set('FNR', 0);
      try {
        this.inputFd = name === '-' || name === '/dev/stdin' ? 0 : await this.ctx.proc.open(name);
        if (this.ctx.proc.fstat(this.inputFd).type === 'directory') throw new Errno('EISDIR');
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (this.ctx.gnu) {
          await this.ctx.stderr(`${this.ctx.name}: cannot open "${name}" (${this.ctx.strerror(error)})\n`);
          this.exitStatus = 2;
        } else {
          await this.ctx.stderr(`${this.ctx.name}: ${name}: ${this.ctx.strerror(error)}\n`);
          this.exitStatus = 2;
        }
        if (this.ctx.gnu) {
          await this.streams.closeAll();
          throw new AwkError('');
        }
        continue;
      }
      this.input = new RecordReader(this.ctx.proc, this.inputFd, this.ctx.charset);
      return true;
    }
    this.inputEnded = true;
    if (this.usedFiles) return false;
    this.usedFiles = true;
    this.inputFd = 0;
    this.input = new RecordReader(this.ctx.proc, 0, this.ctx.charset);
    return true;
  }

  // record and fields

  private setRecord(text: string): void {
    this.record = text;
    this.fields = undefined;
    this.recordStale = false;
  }

  private split(text: string, separator: string): string[] {
    if (separator === ' ') {
      const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, '');
      return trimmed === '' ? [] : trimmed.split(/[ \t\n]+/);
    }
    if (text === '') return [];
    if (separator === '') return [...text];
    const paragraphs = this.text(this.variable('RS')) === '';
    if (separator.length === 1 && !paragraphs) return text.split(separator === '\\' ? '\\' : separator);
    const source =
      separator.length === 1
        ? separator === '\t'
          ? '\t'
          : `[${separator === '^' || separator === '\\' ? `\\${separator}` : separator}]`
        : separator;
    const regex = this.regex(paragraphs ? `(${source})|\n` : source);
    return splitBy(text, regex);
  }

  private ensureFields(): string[] {
    if (!this.fields) {
      this.fields = this.split(this.record, this.text(this.variable('FS')));
      this.fieldValues = [];
      this.globals.set('NF', this.fields.length);
    }
    return this.fields;
  }

  private wholeRecord(): string {
    if (this.recordStale) {
      this.record = (this.fields ?? []).join(this.text(this.variable('OFS')));
      this.recordStale = false;
    }
    return this.record;
  }

  private field(index: number): Value {
    if (index < 0) throw new AwkError(this.ctx.gnu ? `negative field index $${index}` : 'Access to negative field');
    if (index === 0) return fromInput(this.wholeRecord());
    const fields = this.ensureFields();
    const text = fields[index - 1];
    if (text === undefined) return undefined;
    return (this.fieldValues[index] ??= fromInput(text));
  }

  private setField(index: number, value: Value): void {
    if (index < 0) throw new AwkError('negative field index');
    const text = this.text(value);
    if (index === 0) {
      this.setRecord(text);
      return;
    }
    const fields = this.ensureFields();
    while (fields.length < index) fields.push('');
    fields[index - 1] = text;
    this.fieldValues = [];
    this.globals.set('NF', fields.length);
    this.recordStale = true;
  }

  // variables

  private lookup(name: string): Map<string, Cell> {
    return this.frame?.has(name) ? this.frame : this.globals;
  }

  private variable(name: string): Value {
    if (name === 'NF') this.ensureFields();
    const cell = this.lookup(name).get(name);
    if (cell instanceof Map) throw new AwkError(`type error: ${name} is an array`);
    return cell;
  }

  private setVariable(name: string, value: Value): void {
    if (name === 'NF') {
      const fields = this.ensureFields();
      const count = Math.max(0, Math.trunc(toNumber(value)));
      while (fields.length < count) fields.push('');
      fields.length = count;
      this.fieldValues = [];
      this.globals.set('NF', count);
      this.recordStale = true;
      return;
    }
    this.lookup(name).set(name, value);
    if (name === 'CONVFMT') {
      this.convertFormat = this.text(value);
      this.convert = numberFormat(this.convertFormat);
    }
  }

  private table(name: string): Table {
    const scope = this.lookup(name);
    const cell = scope.get(name);
    if (cell instanceof Map) return cell;
    if (cell !== undefined) throw new AwkError(`type error: can't use ${name} as an array`);
    const made: Table = new Map();
    scope.set(name, made);
    const alias = this.aliases.get(scope)?.get(name);
    if (alias) alias.scope.set(alias.name, made);
    return made;
  }

  /** Parameters that were given an unset variable: an array made of one makes the other. */
  private readonly aliases = new WeakMap<Map<string, Cell>, Map<string, { scope: Map<string, Cell>; name: string }>>();

  private text(v: Value): string {
    return toText(v, this.convert);
  }

  private outputText(v: Value): string {
    if (typeof v !== 'number' || Number.isInteger(v)) return this.text(v);
    return toText(v, numberFormat(this.text(this.variable('OFMT'))));
  }

  private regex(source: string): RegExp {
    let r = this.regexes.get(source);
    if (!r) {
      r = posixRegex(source, { extended: true, awk: true, flags: 'g' });
      this.regexes.set(source, r);
    }
    r.lastIndex = 0;
    return r;
  }

  private pattern(e: Expression): Later<RegExp> {
    return e.type === 'regex' ? this.regex(e.source) : then(this.value(e), (v) => this.regex(this.text(v)));
  }

  // statements

  private async statement(s: Statement): Promise<Flow> {
    switch (s.type) {
      case 'expression': {
        const v = this.value(s.value);
        if (v instanceof Promise) await v;
        return 'next-statement';
      }
      case 'block':
        for (const inner of s.body) {
          const flow = await this.statement(inner);
          if (flow !== 'next-statement') return flow;
        }
        return 'next-statement';
      case 'print':
      case 'printf':
        await this.print(s);
        return 'next-statement';
      case 'if':
        if (truthy(await this.value(s.test))) return this.statement(s.then);
        return s.otherwise ? this.statement(s.otherwise) : 'next-statement';
      case 'while':
      case 'do':
        return this.loop(s.test, s.body, undefined, s.type === 'do');
      case 'for':
        if (s.init) await this.statement(s.init);
        return this.loop(s.test, s.body, s.step, false);
      case 'for-in':
        for (const key of [...this.table(s.name).keys()]) {
          this.setVariable(s.variable, fromInput(key));
          const flow = await this.statement(s.body);
          if (flow === 'break') break;
          if (flow !== 'next-statement' && flow !== 'continue') return flow;
        }
        return 'next-statement';
      case 'exit':
        if (s.value) this.exitStatus = Math.trunc(toNumber(await this.value(s.value))) & 255;
        return 'exit';
      case 'return':
        this.returned = s.value ? await this.value(s.value) : undefined;
        return 'return';
      case 'delete':
        if (s.subscripts) this.table(s.name).delete(await this.subscript(s.subscripts));
        else this.table(s.name).clear();
        return 'next-statement';
      default:
        return s.type;
    }
  }

  private async loop(test: Expression | undefined, body: Statement, step: Statement | undefined, atLeastOnce: boolean): Promise<Flow> {
    let first = atLeastOnce;
    for (;;) {
      if (!first && test && !truthy(await this.value(test))) return 'next-statement';
      first = false;
      const flow = await this.statement(body);
      if (flow === 'break') return 'next-statement';
      if (flow !== 'next-statement' && flow !== 'continue') return flow;
      if (step) await this.statement(step);
      if (++this.steps % 256 === 0) await this.ctx.proc.schedYield();
    }
  }

  private async print(s: Extract<Statement, { type: 'print' | 'printf' }>): Promise<void> {
    const values: Value[] = [];
    for (const a of s.args) values.push(await this.value(a));
    let text: string;
    if (s.type === 'printf') {
      const [format, ...args] = values;
      text = awkFormat(this.text(format), args, this.convert);
    } else
      text =
        (values.length === 0 ? this.wholeRecord() : values.map((v) => this.outputText(v)).join(this.text(this.variable('OFS')))) +
        this.text(this.variable('ORS'));
    if (!s.redirect) {
      const written = this.ctx.out.write(text);
      if (written) await written;
      return;
    }
    const name = this.text(await this.value(s.redirect.to));
    try {
      const out = await this.streams.output(s.redirect.operator, name);
      await out.write(text);
      if (name === '/dev/stderr') await out.flush();
    } catch (error) {
      if (error instanceof Errno)
        throw new AwkError(
          this.ctx.gnu ? `cannot open "${name}" for output` : `can't redirect to '${name}'`.replace(/^.*$/, `${name}: ${error.message}`),
        );
      throw error;
    }
  }

  // expressions

  private subscript(list: readonly Expression[]): Later<string> {
    const key = (v: Value): string => (typeof v === 'number' && Number.isInteger(v) ? String(v) : this.text(v));
    const [only] = list;
    if (list.length === 1 && only) return then(this.value(only), key);
    return then(this.values(list), (vs) => vs.map(key).join(this.text(this.variable('SUBSEP'))));
  }

  private values(list: readonly Expression[]): Later<Value[]> {
    const out: Value[] = [];
    for (const [i, e] of list.entries()) {
      const v = this.value(e);
      if (v instanceof Promise) return this.valuesFrom(list, i + 1, out, v);
      out.push(v);
    }
    return out;
  }
  private async valuesFrom(list: readonly Expression[], from: number, out: Value[], pending: Promise<Value>): Promise<Value[]> {
    out.push(await pending);
    for (const e of list.slice(from)) out.push(await this.value(e));
    return out;
  }

  private value(e: Expression): Later<Value> {
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
        return then(this.value(e.left), (v) =>
          then(this.pattern(e.right), (r) => ((r.lastIndex = 0), r.test(this.text(v)) !== e.negated ? 1 : 0)),
        );
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

  private assign(target: Target, value: Value): Later<Value> {
    if (target.type === 'variable') this.setVariable(target.name, value);
    else if (target.type === 'field') return then(this.value(target.index), (i) => (this.setField(Math.trunc(toNumber(i)), value), value));
    else return then(this.subscript(target.subscripts), (k) => (this.table(target.name).set(k, value), value));
    return value;
  }

  private binary(operator: string, a: Value, b: Value): Value {
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

  private async call(name: string, args: readonly Expression[]): Promise<Value> {
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

  private getline(e: Extract<Expression, { type: 'getline' }>): Promise<Value> {
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

  private builtin(name: string, args: readonly Expression[]): Later<Value> {
    const [first, second] = args;
    if (name === 'length' && first?.type === 'variable') {
      const cell = this.lookup(first.name).get(first.name);
      if (cell instanceof Map) return cell.size;
    }
    if (name === 'split') return this.splitInto(args);
    if (name === 'sub' || name === 'gsub') return this.substitute(name, args);
    if (name === 'gensub') return this.generalSubstitute(args);
    if (name === 'match' && first && second) {
      return then(this.value(first), (v) => then(this.pattern(second), (r) => {
        r.lastIndex = 0;
        const m = r.exec(this.text(v));
        this.globals.set('RSTART', m ? [...this.text(v).slice(0, m.index)].length + 1 : 0);
        this.globals.set('RLENGTH', m ? [...m[0]].length : -1);
        return this.variable('RSTART');
      })); // prettier-ignore
    }
    return then(this.values(args), (vs) => this.plain(name, vs));
  }

  private plain(name: string, vs: readonly Value[]): Later<Value> {
    const n = (i: number): number => toNumber(vs[i]);
    const t = (i: number): string => this.text(vs[i]);
    switch (name) {
      case 'length': return [...(vs.length === 0 ? this.wholeRecord() : t(0))].length;
      case 'substr': {
        const chars = [...t(0)];
        const round = (x: number): number => (Number.isNaN(x) ? 0 : Math.round(x));
        const start = round(n(1));
        const end = vs.length > 2 ? start + round(n(2)) : Infinity;
        return chars.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join('');
      }
      case 'index': {
        const at = t(0).indexOf(t(1));
        return at < 0 ? 0 : [...t(0).slice(0, at)].length + 1;
      }
      case 'sprintf': return awkFormat(t(0), vs.slice(1), this.convert);
      case 'sin': return Math.sin(n(0));
      case 'cos': return Math.cos(n(0));
      case 'atan2': return Math.atan2(n(0), n(1));
      case 'exp': return Math.exp(n(0));
      case 'log': return Math.log(n(0));
      case 'sqrt': return Math.sqrt(n(0));
      case 'int': return Math.trunc(n(0));
      case 'rand': return this.random();
      case 'srand': return this.reseed(vs.length > 0 ? n(0) : Math.floor(this.ctx.proc.clock.now() / 1000));
      case 'tolower': return t(0).toLowerCase();
      case 'toupper': return t(0).toUpperCase();
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

  private async splitInto(args: readonly Expression[]): Promise<Value> {
    const [textE, arrayE, separatorE] = args;
    if (!textE || arrayE?.type !== 'variable') throw new AwkError('split needs an array');
    const text = this.text(await this.value(textE));
    let parts: string[];
    if (separatorE?.type === 'regex') parts = text === '' ? [] : splitBy(text, this.regex(separatorE.source));
    else parts = this.split(text, separatorE ? this.text(await this.value(separatorE)) : this.text(this.variable('FS')));
    const table = this.table(arrayE.name);
    table.clear();
    parts.forEach((p, i) => table.set(String(i + 1), fromInput(p)));
    return parts.length;
  }

  private async substitute(name: 'sub' | 'gsub', args: readonly Expression[]): Promise<Value> {
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
      replacement.replace(/\\\\&|\\&|&|\\\\/g, (x) => (x === '&' ? m[0] : x === '\\&' ? '&' : x === '\\\\&' ? `\\${m[0]}` : x)),
    );
    if (count > 0 && (!inner || inner === target)) await this.assign(target, result);
    return count;
  }

  private async generalSubstitute(args: readonly Expression[]): Promise<Value> {
    const [patternE, replacementE, howE, targetE] = args;
    if (!patternE || !replacementE || !howE) throw new AwkError('gensub needs three arguments');
    const regex = await this.pattern(patternE);
    const replacement = this.text(await this.value(replacementE));
    const how = this.text(await this.value(howE));
    const text = targetE ? this.text(await this.value(targetE)) : this.wholeRecord();
    const nth = /^[gG]/.test(how) ? 0 : Math.max(1, Math.trunc(Number(how)));
    return replaceMatches(text, regex, nth, (m) =>
      replacement.replace(/\\(\d|&|\\)|&/g, (x, c: string | undefined) =>
        x === '&' ? m[0] : c === '&' || c === '\\' ? c : (m[Number(c)] ?? ''),
      ),
    ).result;
  }

  private random(): number {
    // An xorshift, so that a seed gives the same sequence again.
    let x = this.randomState | 0 || 1;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.randomState = x;
    return (x >>> 0) / 2 ** 32;
  }

  private reseed(seed: number): number {
    const previous = this.seed;
    this.seed = seed;
    this.randomState = (Math.imul(Math.trunc(seed) % 2 ** 31, 2654435761) ^ 0x9e3779b9) | 0;
    for (let i = 0; i < 8; i++) this.random();
    return previous;
  }
}

/** `exit` inside a function. */
export class ExitInFunction extends Error {}

function splitBy(text: string, regex: RegExp): string[] {
  const out: string[] = [];
  let from = 0;
  regex.lastIndex = 0;
  for (let m = regex.exec(text); m; m = regex.exec(text)) {
    if (m[0] === '') {
      regex.lastIndex++;
      continue;
    }
    out.push(text.slice(from, m.index));
    from = m.index + m[0].length;
  }
  out.push(text.slice(from));
  return out;
}

/** Replaces the nth match, or all (0). */
function replaceMatches(text: string, regex: RegExp, nth: number, make: (m: RegExpExecArray) => string): { result: string; count: number } {
  let result = '';
  let from = 0;
  let count = 0;
  let seen = 0;
  let lastEnd = -1;
  regex.lastIndex = 0;
  for (let m = regex.exec(text); m; m = regex.exec(text)) {
    const empty = m[0] === '';
    if (!(empty && m.index === lastEnd)) {
      seen++;
      if (nth === 0 || seen === nth) {
        result += text.slice(from, m.index) + make(m);
        from = m.index + m[0].length;
        count++;
        if (nth !== 0) break;
      }
      lastEnd = m.index + m[0].length;
    }
    if (empty) {
      if (m.index >= text.length) break;
      regex.lastIndex = m.index + ((text.codePointAt(m.index) ?? 0) > 0xffff ? 2 : 1);
    }
  }
  return { result: result + text.slice(from), count };
}
