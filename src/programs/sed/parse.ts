import { PatternError, Regex } from '../../regex';
import { characters, pieces, textEscape } from './escapes';
import type { Address, Place, SedCommand, SubstituteFlags } from './syntax';
import { patternWords } from '../regex-words';

/** An error in a script; the text has its place: `-e expression #1, char 3: …`. */
export class ScriptError extends Error {}

export interface ParseOptions {
  readonly extended: boolean;
  /** The script's parts, in order: an expression of -e counts characters, a file of -f lines. */
  readonly places: readonly Place[];
  readonly posix: boolean;
  readonly sandbox: boolean;
  readonly gnu: boolean;
  /** The C locale. */
  readonly bytes: boolean;
}

export function parseScript(script: string, options: ParseOptions): SedCommand[] {
  return new Parser(script, options).parse();
}

const noFlags: SubstituteFlags = { global: false, print: false, occurrence: 1, file: undefined, execute: false };

class Parser {
  private i = 0;
  private readonly commands: SedCommand[] = [];
  constructor(
    private readonly s: string,
    private readonly o: ParseOptions,
  ) {}

  private fail(text: string): never {
    const place = this.o.places.findLast((p) => p.from < this.i) ?? this.o.places[0];
    if (!place) throw new ScriptError(text);
    const before = this.s.slice(place.from, Math.max(place.from, this.i - 1));
    const at = place.file ? ` line ${before.split('\n').length}` : `, char ${this.i - place.from}`;
    throw new ScriptError(`${place.name}${at}: ${text}`);
  }

  parse(): SedCommand[] {
    const { s } = this;
    const open: number[] = [];
    for (;;) {
      while (this.i < s.length && /[\s;]/.test(s[this.i] as string)) this.i++;
      if (this.i >= s.length) break;
      if (s[this.i] === '#') {
        const end = s.indexOf('\n', this.i);
        this.i = end < 0 ? s.length : end + 1;
        continue;
      }
      const first = this.address();
      let last: Address | undefined;
      this.blanks();
      if (first && s[this.i] === ',') {
        this.i++;
        this.blanks();
        last = this.address(true);
        if (!last) {
          this.i++;
          this.fail("unexpected `,'");
        }
      }
      this.blanks();
      if (first?.kind === 'line' && first.line === 0 && last?.kind !== 'regex') {
        this.i++;
        this.fail('invalid usage of line address 0');
      }
      let negated = false;
      while (s[this.i] === '!') {
        this.i++;
        if (negated) this.fail("multiple `!'s");
        negated = true;
        this.blanks();
      }
      const name = s[this.i];
      if (name === undefined) {
        this.fail('missing command');
      }
      this.i++;
      if (name === '}') {
        if (first) this.fail("} doesn't want any addresses");
        const from = open.pop();
        if (from === undefined && this.o.gnu) this.fail("unexpected `}'");
        if (from !== undefined) (this.commands[from] as SedCommand).jump = this.commands.length;
        this.add(first, last, negated, '}');
        this.end();
        continue;
      }
      if (name === '{') {
        open.push(this.commands.length);
        this.add(first, last, negated, '{');
        continue;
      }
      this.command(name, first, last, negated);
    }
    if (open.length > 0 && this.o.gnu) throw new ScriptError(`${this.o.places.at(-1)?.name}, char 0: unmatched \`{'`);
    this.link();
    return this.commands;
  }

  private link(): void {
    for (const c of this.commands) {
      if (!'btT'.includes(c.name)) continue;
      if (c.text === '') c.jump = this.commands.length;
      else {
        c.jump = this.commands.findIndex((l) => l.name === ':' && l.text === c.text);
        if (c.jump < 0)
          throw new ScriptError(
            `-e expression #1, char ${this.s.length}: can't find label for jump to \`${c.text}'`.replace(/^.*?: can/, 'can'),
          );
      }
    }
  }

  private add(first: Address | undefined, last: Address | undefined, negated: boolean, name: string, rest: Partial<SedCommand> = {}): void {
    this.commands.push({
      first,
      last,
      negated,
      name,
      text: '',
      regex: undefined,
      replacement: [],
      flags: undefined,
      map: undefined,
      jump: 0,
      active: false,
      until: 0,
      ...rest,
    });
  }

  private blanks(): void {
    while (this.s[this.i] === ' ' || this.s[this.i] === '\t') this.i++;
  }

  private number(): number {
    const m = /^\d+/.exec(this.s.slice(this.i));
    this.i += m?.[0].length ?? 0;
    return Number(m?.[0] ?? 0);
  }

  private address(second = false): Address | undefined {
    const c = this.s[this.i];
    if (c !== undefined && /\d/.test(c)) {
      const line = this.number();
      if (this.s[this.i] === '~' && !second && this.o.gnu) {
        this.i++;
        return { kind: 'step', first: line, step: this.number() };
      }
      return { kind: 'line', line };
    }
    if (c === '$') {
      this.i++;
      return { kind: 'last' };
    }
    if (c === '+' || c === '~') {
      this.i++;
      const n = this.number();
      if (!second) this.fail('invalid usage of +N or ~N as first address');
      return c === '+' ? { kind: 'plus', count: n } : { kind: 'multiple', of: n };
    }
    if (c === '/' || c === '\\') {
      if (c === '\\') this.i++;
      const delimiter = this.s[this.i++] ?? this.fail('unterminated address regex');
      const source = this.delimited(delimiter, true);
      if (source === undefined) this.fail('unterminated address regex');
      let flags = '';
      while (/[IM]/.test(this.s[this.i] ?? '')) flags += this.s[this.i++];
      return { kind: 'regex', regex: this.regex(source, flags) };
    }
    return undefined;
  }

  private regex(source: string, flags: string): Regex | undefined {
    if (source === '') return undefined;
    try {
      const multiline = /m/i.test(flags);
      return new Regex([characters(source)], {
        dialect: this.o.gnu ? (this.o.extended ? 'sedExtended' : 'sed') : this.o.extended ? 'extended' : 'basic',
        ignoreCase: /i/i.test(flags),
        multiline,
        newlines: multiline,
        bytes: this.o.bytes,
      });
    } catch (error) {
      if (error instanceof PatternError && error.problem !== 'COLONS')
        this.fail(this.o.gnu ? error.message : `bad regex '${source}': ${patternWords(error, 'musl', source)}`);
      throw error;
    }
  }

  /** Up to the delimiter, which a backslash makes ordinary. undefined at the end of the script. */
  private delimited(delimiter: string, regex: boolean): string | undefined {
    let out = '';
    for (; this.i < this.s.length; this.i++) {
      const c = this.s[this.i] as string;
      if (c === '\\') {
        const next = this.s[++this.i];
        if (next === undefined) return undefined;
        if (next === delimiter) out += regex && /[.*[\]^$+?(){}|]/.test(delimiter) && delimiter !== '|' ? `\\${delimiter}` : delimiter;
        else if (next === 'n' && regex) out += '\\n';
        else if (next === '\n' && regex) out += '\n';
        else out += `\\${next}`;
        continue;
      }
      if (c === '\n' && regex) return undefined;
      if (regex && c === '[') {
        // A delimiter inside brackets is ordinary.
        const m = /^\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]])*\]/.exec(this.s.slice(this.i));
        if (!m && this.o.gnu) {
          this.i = this.s.length;
          return undefined;
        }
        if (m && !m[0].includes('\n')) {
          out += m[0].replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\\]/g, '\\]'); // prettier-ignore
          this.i += m[0].length - 1;
          continue;
        }
      }
      if (c === delimiter) {
        this.i++;
        return out;
      }
      out += c;
    }
    return undefined;
  }

  private end(): void {
    this.blanks();
    const c = this.s[this.i];
    if (c === undefined || c === ';' || c === '\n') this.i++;
    else if (c !== '}' && c !== '#') {
      this.i++;
      this.fail('extra characters after command');
    }
  }

  /** A file name or label: to the end of the line (a label also ends at `;`). */
  private word(pattern: RegExp): string {
    this.blanks();
    const m = pattern.exec(this.s.slice(this.i));
    this.i += m?.[0].length ?? 0;
    return m?.[0] ?? '';
  }

  /** e, r, w and their like with --sandbox. */
  private guard(): void {
    if (this.o.sandbox) this.fail('e/r/w commands disabled in sandbox mode');
  }

  private command(name: string, first: Address | undefined, last: Address | undefined, negated: boolean): void {
    switch (name) {
      case '=': case 'd': case 'D': case 'g': case 'G': case 'h': case 'H': case 'n': case 'N': case 'p': case 'P': case 'x': case 'z': case 'F':
        this.add(first, last, negated, name);
        return this.end();
      case 'l': case 'L': case 'q': case 'Q': {
        if (last && /[qQ]/.test(name)) this.fail('command only uses one address');
        this.blanks();
        this.add(first, last, negated, name, { text: this.word(/^\d*/) });
        return this.end();
      }
      case 'a': case 'i': case 'c':
        this.add(first, last, negated, name, { text: this.textBlock() });
        return;
      case ':': {
        if (first) this.fail(': doesn\'t want any addresses');
        const text = this.word(/^[^\n;]*/).trim();
        if (text === '') this.fail('":" lacks a label');
        this.add(first, last, negated, name, { text });
        return;
      }
      case 'b': case 't': case 'T':
        this.add(first, last, negated, name, { text: this.word(/^[^\n;}]*/).trim() });
        return this.end();
      case 'r': case 'R': case 'w': case 'W': {
        this.guard();
        const text = this.word(/^[^\n]*/);
        if (text === '') this.fail('missing filename in r/R/w/W commands');
        this.add(first, last, negated, name, { text });
        return;
      }
      case 'e':
        this.guard();
        this.add(first, last, negated, name, { text: this.word(/^[^\n]*/) });
        return;
      case 'v': {
        const [major = 0, minor = 0] = this.word(/^[^\n;]*/).trim().split('.').map(Number);
        if (major > 4 || (major === 4 && minor > 9)) this.fail('expected newer version of sed');
        return this.end();
      }
      case 's':
        return this.substitute(first, last, negated);
      case 'y':
        return this.transliterate(first, last, negated);
      default:
        this.fail(`unknown command: \`${name}'`);
    } // prettier-ignore
  }

  private textBlock(): string {
    this.blanks();
    if (this.i >= this.s.length) this.fail("expected \\ after `a', `c' or `i'");
    if (this.s[this.i] === '\\') {
      this.i++;
      const rest = /^[ \t]*\n/.exec(this.s.slice(this.i));
      if (rest) this.i += rest[0].length;
      else if (this.i >= this.s.length) return '';
    }
    let out = '';
    for (; this.i < this.s.length; this.i++) {
      const c = this.s[this.i] as string;
      if (c === '\\') {
        const escaped = textEscape(this.s.slice(this.i, this.i + 5));
        out += escaped.text;
        this.i += escaped.length - 1;
      } else if (c === '\n') {
        this.i++;
        break;
      } else out += c;
    }
    return `${out}\n`;
  }

  private substitute(first: Address | undefined, last: Address | undefined, negated: boolean): void {
    const delimiter = this.s[this.i++];
    const unterminated = "unterminated `s' command";
    if (delimiter === undefined || delimiter === '\n' || delimiter === '\\') this.fail(unterminated);
    const source = this.delimited(delimiter, true);
    const replacement = source === undefined ? undefined : this.delimited(delimiter, false);
    if (source === undefined || replacement === undefined) this.fail(unterminated);
    let flags: { -readonly [K in keyof SubstituteFlags]: SubstituteFlags[K] } = { ...noFlags };
    let letters = '';
    let numbered = false;
    for (;;) {
      const c = this.s[this.i];
      if (c === undefined || c === ';' || c === '\n' || c === '}' || c === '#') break;
      if (c === ' ' || c === '\t') {
        this.i++;
        continue;
      }
      if (c === 'g' || c === 'p') {
        this.i++;
        if (this.o.gnu && (c === 'g' ? flags.global : flags.print)) this.fail(`multiple \`${c}' options to \`s' command`);
        // busybox's g means all of them, whatever number stands before it
        flags = c === 'g' ? { ...flags, global: true, ...(this.o.gnu ? {} : { occurrence: 1 }) } : { ...flags, print: true };
        continue;
      } else if (c === 'e') {
        this.i++;
        this.guard();
        this.i--;
        flags = { ...flags, execute: true };
      } else if (/[iImM]/.test(c)) letters += c;
      else if (/\d/.test(c)) {
        if (numbered) this.i++;
        if (numbered && this.o.gnu) this.fail("multiple number options to `s' command");
        numbered = true;
        flags = { ...flags, occurrence: this.number() };
        if (flags.occurrence === 0) this.fail("number option to `s' command may not be zero");
        continue;
      } else if (c === 'w') {
        this.i++;
        this.guard();
        flags = { ...flags, file: this.word(/^[^\n]*/) };
        break;
      } else {
        this.i++;
        this.fail("unknown option to `s'");
      }
      this.i++;
    }
    const regex = this.regex(source, letters);
    const groups = regex ? regex.groups : 9;
    const parts = pieces(replacement);
    const highest = Math.max(0, ...parts.map((p) => ('group' in p ? p.group : 0)));
    if (highest > groups && this.o.gnu) this.fail(`invalid reference \\${highest} on \`s' command's RHS`);
    this.add(first, last, negated, 's', { regex, replacement: parts, flags });
    if (this.s[this.i] === ';' || this.s[this.i] === '\n') this.i++;
  }

  private transliterate(first: Address | undefined, last: Address | undefined, negated: boolean): void {
    const delimiter = this.s[this.i];
    if (delimiter !== undefined) this.i++;
    const from = delimiter === undefined ? undefined : this.delimited(delimiter, false);
    const to = from === undefined ? undefined : this.delimited(delimiter as string, false);
    if (from === undefined || to === undefined) this.fail("unterminated `y' command");
    const plain = (t: string): string[] => [...t.replace(/\\(.)/g, (_, c: string) => ({ n: '\n', t: '\t', '\\': '\\' })[c] ?? `\\${c}`)];
    const [a, b] = [plain(from), plain(to)];
    if (a.length !== b.length && this.o.gnu) this.fail("strings for `y' command are different lengths");
    this.add(first, last, negated, 'y', { map: new Map(a.map((c, k) => [c, b[k] as string])) });
    this.end();
  }
}
