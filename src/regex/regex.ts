import { Alphabet, codeAt, codeBefore, type Side, sides, width } from './alphabet';
import { Automaton } from './automaton';
import { Backtracker } from './backtrack';
import { neededLiteral, wholeLiteral } from './literal';
import { parsePattern } from './parse';
import { RegexProgram } from './program';
import type { Spans } from './registers';
import { type DialectName, dialects, type Tree } from './syntax';
import { walk } from './walk';

export interface RegexOptions {
  readonly dialect: DialectName;
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at newlines. */
  readonly multiline?: boolean;
  /** Neither `.` nor a list with `^` takes a newline. */
  readonly newlines?: boolean;
  /** The C locale: a character is a byte. */
  readonly bytes?: boolean;
  /** grep -w and -x: what a match must stand between. */
  readonly whole?: 'word' | 'line' | undefined;
}

export interface Match {
  readonly index: number;
  /** Behind its last character. */
  readonly end: number;
  /** The whole, and what each group took. */
  readonly groups: readonly (string | undefined)[];
}

/** Attempts at single positions read this much more than the text before the search goes backwards once. */
const patience = 8;

/** A compiled POSIX regular expression: of all matches the leftmost, of those the longest, groups as glibc has them. */
export class Regex {
  /** How many groups. */
  readonly groups: number;
  /** Repetitions with nothing to repeat, which were passed over. */
  readonly ignored: string[] = [];
  private readonly program: RegexProgram;
  private readonly alphabet: Alphabet;
  private readonly literal: string | undefined;
  private readonly needed: string;
  private readonly backtracker: Backtracker | undefined;
  private readonly automata = new Map<string, Automaton>();
  private readonly multiline: boolean;

  /** One expression of several patterns, each an alternative. Throws PatternError. */
  constructor(patterns: readonly string[], options: RegexOptions) {
    const locale = { bytes: options.bytes ?? false, ignoreCase: options.ignoreCase ?? false };
    const dialect = dialects[options.dialect];
    let groups = 0;
    let references = false;
    const trees = patterns.map((pattern) => {
      const parsed = parsePattern(pattern, { dialect, locale, newlines: options.newlines ?? false, groupsBefore: groups });
      groups = parsed.groups;
      references ||= parsed.references;
      this.ignored.push(...parsed.ignored);
      return parsed.tree;
    });
    this.groups = groups;
    this.multiline = options.multiline ?? false;
    let tree = trees.length > 1 ? trees.reduce((left, right): Tree => ({ type: 'alt', left, right })) : trees[0];
    this.literal = options.whole ? undefined : wholeLiteral(tree);
    this.needed = neededLiteral(tree);
    const [before, after] = options.whole === 'word' ? (['noWordBefore', 'noWordAfter'] as const) : (['textStart', 'textEnd'] as const);
    if (options.whole)
      tree = { type: 'cat', parts: [{ type: 'assert', what: before }, ...(tree ? [tree] : []), { type: 'assert', what: after }] };
    this.program = new RegexProgram(tree);
    this.alphabet = new Alphabet(this.program.sets, locale.bytes);
    if (references) this.backtracker = new Backtracker(this.program, this.alphabet, { multiline: this.multiline, ignoreCase: locale.ignoreCase, groups }); // prettier-ignore
  }

  private automaton(name: 'anywhere' | 'here' | 'starts' | 'back'): Automaton {
    let automaton = this.automata.get(name);
    if (!automaton) {
      const direction = { backwards: name === 'starts' || name === 'back', floating: name === 'anywhere' || name === 'starts' };
      this.automata.set(name, (automaton = new Automaton(this.program, this.alphabet, this.multiline, direction)));
    }
    automaton.begin();
    return automaton;
  }

  private sideBefore(text: string, i: number): Side {
    return i === 0 ? sides.edge : this.alphabet.side(this.alphabet.letter(codeBefore(text, i)));
  }

  /** Whether there is a match anywhere. Throws PatternError (ESPACE). */
  test(text: string): boolean {
    if (this.literal !== undefined) return text.includes(this.literal);
    if (this.needed !== '' && !text.includes(this.needed)) return false;
    if (this.backtracker) return this.backtracker.find(text, 0) !== undefined;
    return this.automaton('anywhere').reaches(text, 0, sides.edge);
  }

  /** The first match that begins at `from` or later; what is before belongs to the text all the same. Throws PatternError (ESPACE). */
  exec(text: string, from = 0): Match | undefined {
    const spans = this.spans(text, from);
    if (!spans) return undefined;
    const groups: (string | undefined)[] = [];
    for (let i = 0; i < spans.length; i += 2) groups.push(spans[i + 1] === -1 ? undefined : text.slice(spans[i], spans[i + 1]));
    return { index: spans[0] as number, end: spans[1] as number, groups };
  }

  /** The longest match that begins at `i`. Throws PatternError (ESPACE). */
  matchAt(text: string, i: number): Match | undefined {
    const m = this.exec(text, i);
    return m?.index === i ? m : undefined;
  }

  /** The text with what `make` gives in place of matches, of the first `most` ones; undefined leaves one as it is. */
  replace(text: string, make: (m: Match) => string | undefined, most = Infinity): string {
    let out = '';
    let from = 0;
    let seen = 0;
    for (const m of this.matches(text)) {
      out += text.slice(from, m.index) + (make(m) ?? text.slice(m.index, m.end));
      from = m.end;
      if (++seen >= most) break;
    }
    return out + text.slice(from);
  }

  private spans(text: string, from: number): Spans | undefined {
    if (from > text.length) return undefined;
    if (this.literal !== undefined) {
      const at = text.indexOf(this.literal, from);
      if (at < 0) return undefined;
      const spans = new Int32Array(2 * this.groups + 2).fill(-1);
      spans.set([at, at + this.literal.length]);
      return spans;
    }
    if (this.needed !== '' && !text.includes(this.needed, from)) return undefined;
    if (this.backtracker) return this.backtracker.find(text, from);
    const found = this.locate(text, from);
    if (!found) return undefined;
    if (this.groups === 0) return Int32Array.of(found.start, found.end);
    return walk(this.program, this.automaton('back'), this.alphabet, text, found.start, found.end, this.groups);
  }

  private locate(text: string, from: number): { start: number; end: number } | undefined {
    const here = this.automaton('here');
    let left = patience * (text.length - from) + 256;
    for (let start = from; start <= text.length;) {
      const { end, read } = here.farthest(text, start, this.sideBefore(text, start));
      if (end >= 0) return { start, end };
      left -= read;
      if (left < 0) {
        const first = this.automaton('starts').lowest(text, start);
        return first < 0 ? undefined : { start: first, end: here.farthest(text, first, this.sideBefore(text, first)).end };
      }
      start += start < text.length ? width(codeAt(text, start)) : 1;
    }
    return undefined;
  }

  /** All matches from left to right; an empty one right behind another is none. */
  *matches(text: string): Generator<Match> {
    let last = -1;
    for (let from = 0; from <= text.length;) {
      const m = this.exec(text, from);
      if (!m) return;
      const empty = m.end === m.index;
      if (!empty || m.index !== last) yield m;
      last = m.end;
      from = empty ? m.end + (m.end < text.length ? width(codeAt(text, m.end)) : 1) : m.end;
    }
  }
}
