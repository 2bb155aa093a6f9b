import type { Context } from '../command';
import { PatternError, Regex } from '../../regex';
import { awkFormat, FormatError, numberFormat } from './format';
import { splitBy } from './matching';
import { bytes, type Charset } from '../text';
import { unescapeString } from './tokens';
import { BusyboxTable, MawkTable, type Table } from './tables';
import { fromInput, isTable, toNumber, toText, type Value } from './values';

export type Cell = Value | Table;

/** An error while running; fatal. */
export class AwkError extends Error {}

/** mawk's words for what is wrong with a pattern. */
export function mawkProblem({ problem }: PatternError, pattern: string): string {
  const words = { BADRPT: 'missing operand', EPAREN: "missing ')'", ESPACE: 'regular expression too big' } as const;
  const word = problem in words ? words[problem as keyof typeof words] : 'bad class -- [], [^] or [';
  return `regular expression compile failed (${word})\n${pattern}`;
}

/** Variables, the record and its fields. */
export class Memory {
  protected readonly globals = new Map<string, Cell>();
  protected frame: Map<string, Cell> | undefined;
  private fields: string[] | undefined;
  private fieldValues: Value[] = [];
  private record = '';
  private recordStale = false;
  private readonly regexes = new Map<string, Regex>();
  private convertFormat = '%.6g';
  protected convert: (n: number) => string;
  protected readonly charset: Charset;

  constructor(
    protected readonly ctx: Context,
    operands: readonly string[],
  ) {
    this.convert = numberFormat(this.convertFormat, ctx.gnu);
    // "mawk ... is not UTF-8 aware": its characters are bytes
    this.charset = ctx.gnu ? bytes : ctx.charset;
    const table = this.emptyTable();
    const argv = [ctx.shortName, ...operands];
    argv.forEach((a, i) => table.set(i, fromInput(this.charset.arg(a))));
    this.globals.set('ARGV', table);
    this.globals.set('ARGC', argv.length);
    const environment = this.emptyTable();
    for (const [k, v] of ctx.env) environment.set(k, fromInput(this.charset.arg(v)));
    this.globals.set('ENVIRON', environment);
    for (const [name, value] of [['FS', ' '], ['OFS', ' '], ['ORS', '\n'], ['RS', '\n'], ['SUBSEP', '\x1c'], ['CONVFMT', '%.6g'], ['OFMT', '%.6g'], ['FILENAME', ''], ['NR', 0], ['FNR', 0], ['NF', 0], ['RSTART', 0], ['RLENGTH', -1]] as const) this.globals.set(name, value); // prettier-ignore
  }

  /** `-v name=value`, or such an operand. */
  assignText(name: string, text: string): void {
    this.setVariable(name, fromInput(unescapeString(this.charset.arg(text))));
  }

  // record and fields

  protected setRecord(text: string): void {
    this.record = text;
    this.fields = undefined;
    this.recordStale = false;
  }

  protected split(text: string, separator: string): string[] {
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

  protected ensureFields(): string[] {
    if (!this.fields) {
      this.fields = this.split(this.record, this.text(this.variable('FS')));
      this.fieldValues = [];
      this.globals.set('NF', this.fields.length);
    }
    return this.fields;
  }

  protected wholeRecord(): string {
    if (this.recordStale) {
      this.record = (this.fields ?? []).join(this.text(this.variable('OFS')));
      this.recordStale = false;
    }
    return this.record;
  }

  protected field(index: number): Value {
    if (index < 0) throw this.ctx.gnu ? this.runtimeError(`negative field index $${index}`) : new AwkError('Access to negative field');
    if (index === 0) return fromInput(this.wholeRecord());
    const fields = this.ensureFields();
    const text = fields[index - 1];
    if (text === undefined) return undefined;
    return (this.fieldValues[index] ??= fromInput(text));
  }

  protected setField(index: number, value: Value): void {
    if (index < 0) throw this.ctx.gnu ? this.runtimeError(`negative field index $${index}`) : new AwkError('Access to negative field');
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

  protected lookup(name: string): Map<string, Cell> {
    return this.frame?.has(name) ? this.frame : this.globals;
  }

  protected variable(name: string): Value {
    if (name === 'NF') this.ensureFields();
    const cell = this.lookup(name).get(name);
    if (isTable(cell)) throw new AwkError(`type error: ${name} is an array`);
    return cell;
  }

  protected setVariable(name: string, value: Value): void {
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
    // the record that is there is split as it was read
    if (name === 'FS') this.ensureFields();
    this.lookup(name).set(name, value);
    if (name === 'CONVFMT') {
      this.convertFormat = this.text(value);
      this.convert = numberFormat(this.convertFormat, this.ctx.gnu);
    }
  }

  private emptyTable(): Table {
    return this.ctx.gnu ? new MawkTable() : new BusyboxTable();
  }

  protected table(name: string): Table {
    const scope = this.lookup(name);
    const cell = scope.get(name);
    if (isTable(cell)) return cell;
    if (cell !== undefined) throw new AwkError(`type error: can't use ${name} as an array`);
    const made = this.emptyTable();
    scope.set(name, made);
    const alias = this.aliases.get(scope)?.get(name);
    if (alias) alias.scope.set(alias.name, made);
    return made;
  }

  /** Parameters that were given an unset variable: an array made of one makes the other. */
  protected readonly aliases = new WeakMap<Map<string, Cell>, Map<string, { scope: Map<string, Cell>; name: string }>>();

  protected text(v: Value): string {
    return toText(v, this.convert);
  }

  protected outputText(v: Value): string {
    if (typeof v !== 'number') return this.text(v);
    return toText(v, numberFormat(this.text(this.variable('OFMT')), this.ctx.gnu));
  }

  protected regex(source: string): Regex {
    let r = this.regexes.get(source);
    if (!r) {
      r = this.compile(source);
      this.regexes.set(source, r);
    }
    return r;
  }

  private compile(source: string): Regex {
    try {
      return new Regex([source], { dialect: this.ctx.gnu ? 'mawk' : 'awk', bytes: this.charset.name === 'bytes' });
    } catch (error) {
      if (!(error instanceof PatternError) || !this.ctx.gnu) throw error;
      throw this.runtimeError(mawkProblem(error, source));
    }
  }

  /** mawk's words for what goes wrong while it runs, with the place in the input. */
  protected runtimeError(problem: string): AwkError {
    const seen = ['FNR', 'NR'].map((name) => ` ${name}=${this.text(this.globals.get(name) as Value)}`).join('');
    return new AwkError(`run time error: ${problem}\n\tFILENAME="${this.text(this.globals.get('FILENAME') as Value)}"${seen}`);
  }

  /** What printf and sprintf make of their arguments; `written` takes what is there when mawk gives up. */
  protected format(kind: 'printf' | 'sprintf', format: string, args: readonly Value[], written?: (text: string) => void): string {
    try {
      return awkFormat(format, args, { convert: this.convert, mawk: this.ctx.gnu });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      written?.(error.before);
      throw this.runtimeError(`${error.problem} ${kind}("${format}")`);
    }
  }
}
