import { Errno } from '../../kernel';
import type { Regex } from '../../regex';
import type { Context } from '../command';
import { LineReader, readAll } from '../input';
import { Output } from '../output';
import { Input } from './input';
import { outputOf } from './shell';
import type { Address, SedCommand } from './syntax';
import { expand, visible } from './text';

export interface SedOptions {
  readonly quiet: boolean;
  readonly separate: boolean;
  readonly delimiter: number;
  readonly unbuffered: boolean;
  readonly lineWrap: number;
  readonly posix: boolean;
}

/** Runs a script over files; the output goes to `out`. Returns the exit status that q or Q gave, or 0. */
export class Machine {
  private pattern = '';
  private hold = '';
  private substituted = false;
  private readonly queue: (() => Promise<void>)[] = [];
  private readonly writers: Map<string, Output>;
  private lastRegex: Regex | undefined;
  private readonly readers = new Map<string, LineReader | undefined>();
  private input: Input;
  private quitting: number | undefined;

  constructor(
    private readonly ctx: Context,
    private readonly commands: readonly SedCommand[],
    private readonly options: SedOptions,
    names: readonly string[],
    private readonly out: Output,
    writers: Map<string, Output>,
  ) {
    this.writers = writers;
    this.input = new Input(ctx, names, options.delimiter);
    for (const c of commands) c.active = false;
  }

  get quit(): boolean {
    return this.quitting !== undefined;
  }

  private get end(): string {
    return String.fromCharCode(this.options.delimiter);
  }

  /** The last line written has no newline: it gets one before anything more. */
  private incomplete = false;

  private put(data: string | Uint8Array): Promise<void> | undefined {
    if (this.incomplete) this.out.put(this.end);
    this.incomplete = false;
    return this.out.write(data);
  }

  private async emit(text: string, terminated = true): Promise<void> {
    await this.put(terminated ? text + this.end : text);
    this.incomplete = !terminated;
    if (this.options.unbuffered) await this.out.flush();
  }

  async run(): Promise<number> {
    for (;;) {
      const line = await this.input.next();
      if (line === undefined) break;
      this.pattern = line;
      if (!(await this.cycle())) break;
      await this.ctx.proc.schedYield();
    }
    await this.out.flush();
    return this.quitting ?? 0;
  }

  private async finishCycle(print = true): Promise<void> {
    if (print && !this.options.quiet) await this.emit(this.pattern, this.input.terminated);
    for (const task of this.queue.splice(0)) await task();
  }

  /** One cycle; false to end. */
  private jumps = 0;

  private async cycle(): Promise<boolean> {
    const { commands } = this;
    let restart = true;
    while (restart) {
      restart = false;
      this.substituted = false;
      for (let pc = 0; pc < commands.length; pc++) {
        const c = commands[pc] as SedCommand;
        if (c.name === '}' || c.name === ':') continue;
        if ((await this.selects(c)) === c.negated) {
          if (c.name === '{' && c.jump === 0) return this.ctx.fail('unterminated {');
          if (c.name === '{') pc = c.jump;
          continue;
        }
        const step = await this.execute(c);
        if (step === 'delete') {
          await this.finishCycle(false);
          return true;
        }
        if (step === 'quit') return false;
        if (step === 'restart') {
          await this.finishCycle(false);
          restart = true;
          break;
        }
        if (step === 'jump') {
          pc = c.jump - 1;
          if (++this.jumps % 256 === 0) await this.ctx.proc.schedYield(100);
        }
      }
    }
    await this.finishCycle();
    return true;
  }

  private noRegex(): Promise<never> {
    return this.ctx.fail(this.ctx.gnu ? '-e expression #1, char 0: no previous regular expression' : 'no previous regexp');
  }

  private async matches(regex: Regex | undefined): Promise<boolean> {
    const r = regex ?? this.lastRegex;
    if (!r) return this.noRegex();
    this.lastRegex = r;
    return r.test(this.pattern);
  }

  private async at(a: Address): Promise<boolean> {
    switch (a.kind) {
      case 'line':
        return this.input.number === a.line;
      case 'last':
        return this.input.isLast();
      case 'regex':
        return this.matches(a.regex);
      case 'step':
        return a.step <= 0 ? this.input.number === a.first : this.input.number >= a.first && (this.input.number - a.first) % a.step === 0;
      default:
        return false;
    }
  }

  private async selects(c: SedCommand): Promise<boolean> {
    if (!c.first) return true;
    if (!c.last) return this.at(c.first);
    const n = this.input.number;
    if (c.active) {
      if (c.last.kind === 'line' || c.last.kind === 'plus' || c.last.kind === 'multiple') {
        if (n >= c.until) c.active = false;
        return n <= c.until || c.last.kind !== 'line' ? n <= c.until : await this.begins(c, n);
      }
      if (await this.at(c.last)) c.active = false;
      return true;
    }
    return this.begins(c, n);
  }

  private async begins(c: SedCommand, n: number): Promise<boolean> {
    const { first, last } = c;
    if (!first || !last) return false;
    if (first.kind === 'line' && first.line === 0) {
      if (n !== 1 || c.until === -1) return false;
      c.until = -1;
      if (!(await this.at(last))) c.active = true;
      return true;
    }
    if (!(await this.at(first))) return false;
    if (last.kind === 'line') c.until = last.line;
    else if (last.kind === 'plus') c.until = n + last.count;
    else if (last.kind === 'multiple') c.until = last.of <= 0 ? n : Math.ceil(n / last.of) * last.of;
    else {
      c.active = last.kind !== 'last' || !(await this.input.isLast());
      return true;
    }
    c.active = c.until > n;
    return true;
  }

  private async execute(c: SedCommand): Promise<'next' | 'delete' | 'quit' | 'restart' | 'jump'> {
    const { input } = this;
    switch (c.name) {
      case '{':
        return 'next';
      case '=':
        await this.put(`${input.number}\n`);
        return 'next';
      case 'a':
        this.queue.push(() => Promise.resolve(this.put(c.text)));
        return 'next';
      case 'i':
        await this.put(c.text);
        return 'next';
      case 'c':
        if (!c.last || c.negated || !c.active) await this.put(c.text);
        return 'delete';
      case 'd':
        return 'delete';
      case 'D': {
        const at = this.pattern.indexOf('\n');
        if (at < 0) return 'delete';
        this.pattern = this.pattern.slice(at + 1);
        return 'restart';
      }
      case 'g':
        this.pattern = this.hold;
        return 'next';
      case 'G':
        this.pattern += `\n${this.hold}`;
        return 'next';
      case 'h':
        this.hold = this.pattern;
        return 'next';
      case 'H':
        this.hold += `\n${this.pattern}`;
        return 'next';
      case 'x':
        [this.pattern, this.hold] = [this.hold, this.pattern];
        return 'next';
      case 'z':
        this.pattern = '';
        return 'next';
      case 'F':
        await this.put(`${input.name}\n`);
        return 'next';
      case 'n': {
        if (await input.isLast()) {
          // "If there is no next input, GNU sed prints the pattern space and exits" - sed(1)
          await this.finishCycle(!this.options.posix);
          return 'quit';
        }
        await this.finishCycle();
        this.pattern = (await input.next()) ?? '';
        return 'next';
      }
      case 'N': {
        if (await input.isLast()) {
          await this.finishCycle(!this.options.posix);
          return 'quit';
        }
        for (const task of this.queue.splice(0)) await task();
        this.pattern += `\n${(await input.next()) ?? ''}`;
        return 'next';
      }
      case 'l':
        await this.put(`${visible(this.ctx.charset.encode(this.pattern), c.text === '' ? this.options.lineWrap : Number(c.text))}\n`);
        return 'next';
      case 'p':
        await this.emit(this.pattern, input.terminated);
        return 'next';
      case 'P':
        await this.emit(this.pattern.split('\n')[0] ?? '');
        return 'next';
      case 'q':
        this.quitting = Number(c.text || 0);
        await this.finishCycle();
        input.finish();
        return 'quit';
      case 'Q':
        this.quitting = Number(c.text || 0);
        input.finish();
        return 'quit';
      case 'r':
        this.queue.push(() => this.appendFile(c.text));
        return 'next';
      case 'R':
        this.queue.push(() => this.appendLine(c.text));
        return 'next';
      case 'w':
        await this.writer(c.text).write(`${this.pattern}\n`);
        return 'next';
      case 'W':
        await this.writer(c.text).write(`${this.pattern.split('\n')[0]}\n`);
        return 'next';
      case 'b':
        return 'jump';
      case 't':
        if (!this.substituted) return 'next';
        this.substituted = false;
        return 'jump';
      case 'T':
        if (!this.substituted) return 'jump';
        this.substituted = false;
        return 'next';
      case 'y':
        this.pattern = [...this.pattern].map((x) => c.map?.get(x) ?? x).join('');
        return 'next';
      case 'e':
        if (c.text === '') this.pattern = (await this.shell(this.pattern)).replace(/\n$/, '');
        else await this.put(await this.shell(c.text));
        return 'next';
      case 's':
        await this.substitute(c);
        return 'next';
      default:
        return 'next';
    }
  }

  private async shell(command: string): Promise<string> {
    await this.out.flush();
    return this.ctx.charset.decode(await outputOf(this.ctx.proc, command));
  }

  private writer(name: string): Output {
    return this.writers.get(name) ?? this.out;
  }

  private async appendFile(name: string): Promise<void> {
    try {
      const fd = name === '/dev/stdin' ? 0 : await this.ctx.proc.open(name);
      const data = await readAll(this.ctx.proc, fd);
      await this.put(data);
      if (!this.ctx.gnu && data.length > 0 && data.at(-1) !== 10) await this.put('\n');
      if (fd !== 0) this.ctx.proc.close(fd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }

  private async appendLine(name: string): Promise<void> {
    if (!this.readers.has(name)) {
      try {
        this.readers.set(name, new LineReader(this.ctx.proc, await this.ctx.proc.open(name), this.ctx.charset));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        this.readers.set(name, undefined);
      }
    }
    const line = await this.readers.get(name)?.next();
    if (line !== undefined) await this.put(`${line}\n`);
  }

  private async substitute(c: SedCommand): Promise<void> {
    const regex = c.regex ?? this.lastRegex;
    const { flags } = c;
    if (!flags) return;
    if (!regex) return this.noRegex();
    this.lastRegex = regex;
    let count = 0;
    const { occurrence, global } = flags;
    const result = regex.replace(
      this.pattern,
      (m) => (++count < occurrence ? undefined : expand(c.replacement, m)),
      global ? Infinity : occurrence,
    );
    if (count < occurrence) return;
    this.pattern = result;
    this.substituted = true;
    if (flags.execute) this.pattern = (await this.shell(this.pattern)).replace(/\n$/, '');
    if (flags.print) await this.emit(this.pattern, this.input.terminated);
    if (flags.file !== undefined) await this.writer(flags.file).write(`${this.pattern}\n`);
  }
}
