import { Errno } from '../../kernel';
import { Evaluator, ExitInFunction, type Flow } from './evaluate';
import { AwkError } from './memory';
import { RecordReader } from './streams';
import type { Expression, Rule, Statement } from './syntax';
import { fromInput, toNumber, truthy, type Value } from './values';

/** A program over its input. */
export class Interpreter extends Evaluator {
  private exitStatus = 0;
  private input: RecordReader | undefined;
  private inputFd = 0;
  private argument = 1;
  private usedFiles = false;
  private inputEnded = false;
  private readonly rangeOpen = new Set<Rule>();
  private steps = 0;

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
    // "exit … before the END actions: they are performed": awk(1P)
    for (const r of ends) {
      if (!r.body) continue;
      flow = await this.body(r.body);
      if (flow === 'exit') break;
    }
    await this.streams.closeAll();
    return this.exitStatus;
  }

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
        if (flow === 'exit') return 'exit';
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
  protected async nextRecord(): Promise<string | undefined> {
    for (;;) {
      if (!this.input && !(await this.openNext())) return undefined;
      let record: string | undefined;
      try {
        record = await this.input?.next(this.text(this.variable('RS')), (s) => this.regex(s));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await this.ctx.perrorText(
          this.ctx.gnu
            ? `read error (${this.ctx.strerror(error)})`
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
      const name = this.text(argv.get(this.argument++));
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
          const failed = error.code === 'EISDIR' ? 'read error' : `cannot open ${name}`;
          await this.ctx.stderr(`${this.ctx.name}: ${failed} (${this.ctx.strerror(error)})\n`);
          this.exitStatus = 2;
        } else {
          await this.ctx.stderr(`${this.ctx.name}: ${name}: ${this.ctx.strerror(error)}\n`);
          this.exitStatus = 1;
        }
        if (this.ctx.gnu) {
          await this.streams.closeAll();
          throw new AwkError('');
        }
        continue;
      }
      this.input = new RecordReader(this.ctx.proc, this.inputFd, this.charset);
      return true;
    }
    this.inputEnded = true;
    if (this.usedFiles) return false;
    this.usedFiles = true;
    this.inputFd = 0;
    this.input = new RecordReader(this.ctx.proc, 0, this.charset);
    return true;
  }

  // statements

  protected async statement(s: Statement): Promise<Flow> {
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
        for (const key of this.table(s.name).keys()) {
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
      if (++this.steps % 256 === 0) await this.ctx.proc.schedYield(100);
    }
  }

  private async print(s: Extract<Statement, { type: 'print' | 'printf' }>): Promise<void> {
    const values: Value[] = [];
    for (const a of s.args) values.push(await this.value(a));
    let text: string;
    if (s.type === 'printf') {
      const [format, ...args] = values;
      text = this.format('printf', this.text(format), args, (partly) => void (s.redirect ?? this.ctx.out.write(partly)));
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
}
