import type { Process } from '../../kernel';
import { globRegex } from '../glob';
import { LineReader } from '../input';
import { dirName, joinPath } from '../path';
import { utf8 } from '../text';
import { patsubst, textFunctions, wordsOf } from './functions';

export interface Variable {
  readonly value: string;
  /** Expanded when it is used (`=`), not when it was set (`:=`). */
  readonly lazy: boolean;
  /** One from the command line is not changed by the makefile. */
  readonly fixed: boolean;
}

/** make gives up; the message is printed with its place or the program's name before. */
export class MakeError extends Error {}

const deepest = 200;

/** The variables of a run, and what references to them expand to. */
export class Variables {
  readonly all = new Map<string, Variable>();
  readonly exported = new Set<string>();
  private depth = 0;

  constructor(
    private readonly proc: Process,
    private readonly say: (text: string) => Promise<void>,
  ) {}

  set(name: string, value: string, lazy: boolean, fixed = false): void {
    if (this.all.get(name)?.fixed && !fixed) return;
    this.all.set(name, { value, lazy, fixed });
  }

  /** `extra`: the automatic variables of a rule. Throws MakeError. */
  async expand(text: string, extra: ReadonlyMap<string, string> = new Map()): Promise<string> {
    let out = '';
    for (let i = 0; i < text.length; i++) {
      const c = text[i] as string;
      if (c !== '$') {
        out += c;
        continue;
      }
      const next = text[++i];
      if (next === '$') out += '$';
      else if (next === '(' || next === '{') {
        const end = closing(text, i);
        if (end < 0) throw new MakeError('unterminated variable reference');
        out += await this.reference(text.slice(i + 1, end), extra);
        i = end;
      } else if (next !== undefined) out += await this.value(next, extra);
    }
    return out;
  }

  async value(name: string, extra: ReadonlyMap<string, string>): Promise<string> {
    const automatic = extra.get(name);
    if (automatic !== undefined) return automatic;
    const v = this.all.get(name);
    if (!v) return '';
    if (!v.lazy) return v.value;
    if (++this.depth > deepest) throw new MakeError(`Recursive variable '${name}' references itself (eventually)`);
    const value = await this.expand(v.value, extra);
    this.depth--;
    return value;
  }

  private async reference(body: string, extra: ReadonlyMap<string, string>): Promise<string> {
    const called = /^([a-z-]+)\s+([^]*)$/.exec(body);
    if (called) {
      const value = await this.call(called[1] as string, called[2] as string, extra);
      if (value !== undefined) return value;
    }
    const m = /^([^:=]+):([^=]*)=([^]*)$/.exec(body);
    if (m) {
      const [name = '', from = '', to = ''] = await Promise.all(m.slice(1).map((t) => this.expand(t, extra)));
      const whole = from.includes('%');
      return patsubst(whole ? from : `%${from}`, whole ? to : `%${to}`, await this.value(name, extra));
    }
    const name = await this.expand(body, extra);
    const part = /^([@<^+?*])([DF])$/.exec(name);
    if (part) {
      const words = wordsOf(extra.get(part[1] as string) ?? '');
      return words.map((w) => (part[2] === 'D' ? dirName(w) : w.slice(w.lastIndexOf('/') + 1))).join(' ');
    }
    return this.value(name, extra);
  }

  private async call(name: string, text: string, extra: ReadonlyMap<string, string>): Promise<string | undefined> {
    const raw = argumentsOf(text);
    const plain = textFunctions[name];
    if (plain) return plain(...(await Promise.all(raw.map((a) => this.expand(a, extra)))));
    switch (name) {
      case 'wildcard':
        return wordsOf(await this.expand(text, extra)).flatMap((p) => this.wildcard(p)).join(' ');
      case 'shell':
        return this.shell(await this.expand(text, extra));
      case 'if': {
        const yes = (await this.expand((raw[0] ?? '').trim(), extra)) !== '';
        return this.expand((yes ? raw[1] : raw.slice(2).join(',')) ?? '', extra);
      }
      case 'foreach': {
        const [variable = '', list = '', ...body] = raw;
        const out: string[] = [];
        for (const word of wordsOf(await this.expand(list, extra)))
          out.push(await this.expand(body.join(','), new Map([...extra, [variable.trim(), word]])));
        return out.join(' ');
      }
      case 'call': {
        const args = await Promise.all(raw.map((a) => this.expand(a, extra)));
        const body = this.all.get((args[0] ?? '').trim())?.value ?? '';
        return this.expand(body, new Map([...extra, ...args.map((a, i) => [String(i), a] as const)]));
      }
      case 'info':
        await this.say(`${await this.expand(text, extra)}\n`);
        return '';
      case 'error':
        throw new MakeError(await this.expand(text, extra));
      default:
        return undefined;
    } // prettier-ignore
  }

  private wildcard(pattern: string): string[] {
    const directory = pattern.includes('/') ? dirName(pattern) : '.';
    const test = globRegex(pattern.slice(pattern.lastIndexOf('/') + 1));
    try {
      const names = this.proc.readdir(directory).map((e) => e.name).filter((n) => test.test(n) && (!n.startsWith('.') || pattern.includes('.'))).sort(); // prettier-ignore
      return names.map((n) => (pattern.includes('/') ? joinPath(directory, n) : n));
    } catch {
      return [];
    }
  }

  /** `$(shell …)`: line ends become blanks, but for those at the end. */
  private async shell(command: string): Promise<string> {
    const [read, write] = this.proc.pipe();
    const pid = await this.proc.spawn('/bin/sh', ['/bin/sh', '-c', command], {
      before: (child) => {
        child.dup2(write, 1);
        child.close(write);
        child.close(read);
      },
    });
    this.proc.close(write);
    const lines = new LineReader(this.proc, read, utf8);
    const out: string[] = [];
    for (let line = await lines.next(); line !== undefined; line = await lines.next()) out.push(line);
    this.proc.close(read);
    await this.proc.wait(pid);
    return out.join(' ').trimEnd();
  }
}

/** The index of the bracket that closes the one at `from`; -1 for none. */
function closing(text: string, from: number): number {
  const [open, close] = text[from] === '(' ? ['(', ')'] : ['{', '}'];
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i;
  }
  return -1;
}

function argumentsOf(text: string): string[] {
  const out: string[] = [''];
  let depth = 0;
  for (const c of text) {
    if (c === '(' || c === '{') depth++;
    if (c === ')' || c === '}') depth--;
    if (c === ',' && depth === 0) out.push('');
    else out[out.length - 1] += c;
  }
  return out;
}
