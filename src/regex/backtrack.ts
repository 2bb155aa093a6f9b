import { type Alphabet, codeAt, codeBefore, type Side, width } from './alphabet';
import { holds } from './automaton';
import { upper } from './char-set';
import type { RegexProgram } from './program';
import { Registers, type Spans } from './registers';
import { PatternError } from './syntax';

/** Steps of one search, after which it is given up: back-references may ask for more than there is. */
const mostSteps = 2_000_000;

interface Thread {
  readonly at: number;
  readonly i: number;
  readonly registers: Registers;
}

/** Searches with back-references: all ways through the program, in the order of preference; the longest match wins, of those the first. */
export class Backtracker {
  private steps = 0;
  private readonly referenced: readonly number[];

  constructor(
    private readonly program: RegexProgram,
    private readonly alphabet: Alphabet,
    private readonly options: { readonly multiline: boolean; readonly ignoreCase: boolean; readonly groups: number },
  ) {
    this.referenced = [...new Set(program.nodes.flatMap((n) => (n.type === 'reference' ? [n.group] : [])))];
  }

  /** Throws PatternError (ESPACE). */
  find(text: string, from: number): Spans | undefined {
    this.steps = 0;
    /** Nodes, positions and referenced groups that were tried: nothing more comes of them. */
    const tried = new Set<string>();
    for (let i = from; i <= text.length; i += i < text.length ? width(codeAt(text, i)) : 1) {
      const found = this.matchAt(text, i, tried);
      if (found) return found;
    }
    return undefined;
  }

  private side(text: string, i: number, before: boolean): Side {
    if (before) return this.alphabet.side(i > 0 ? this.alphabet.letter(codeBefore(text, i)) : 0);
    return this.alphabet.side(i < text.length ? this.alphabet.letter(codeAt(text, i)) : 0);
  }

  private matchAt(text: string, start: number, tried: Set<string>): Spans | undefined {
    let best: Spans | undefined;
    const stack: Thread[] = [{ at: this.program.start, i: start, registers: Registers.empty(this.options.groups) }];
    for (let thread = stack.pop(); thread; thread = stack.pop()) {
      let { at, i } = thread;
      const { registers } = thread;
      for (;;) {
        if (++this.steps > mostSteps) throw new PatternError('ESPACE');
        const node = this.program.nodes[at];
        if (!node) break;
        if (node.type === 'accept') {
          if (!best || i > (best[1] as number)) {
            best = registers.spans.slice();
            best[0] = start;
            best[1] = i;
          }
          break;
        }
        if (node.type === 'take') {
          if (i >= text.length) break;
          const code = codeAt(text, i);
          if (!this.alphabet.taken(this.alphabet.letter(code), node.set)) break;
          i += width(code);
        } else if (node.type === 'assert') {
          if (!holds(node.what, this.side(text, i, true), this.side(text, i, false), this.options.multiline)) break;
        } else if (node.type === 'reference') {
          const next = this.repeated(text, i, registers.spans, node.group);
          if (next === undefined) break;
          i = next;
        } else if (node.type === 'branch') {
          const key = `${at},${i},${this.referenced.map((g) => `${registers.spans[2 * g]}-${registers.spans[2 * g + 1]}`).join()}`;
          if (tried.has(key)) break;
          tried.add(key);
          stack.push({ at: node.other, i, registers: registers.copy() });
        } else registers.note(node, i);
        at = node.to;
      }
      // nothing is longer than to the end of the text
      if (best && best[1] === text.length) break;
    }
    return best;
  }

  /** Where the text goes on after what `group` took, come again. */
  private repeated(text: string, i: number, spans: Spans, group: number): number | undefined {
    const [start = -1, end = -1] = [spans[2 * group], spans[2 * group + 1]];
    if (start < 0 || end < 0) return undefined;
    const length = end - start;
    if (!this.options.ignoreCase) return text.startsWith(text.slice(start, end), i) ? i + length : undefined;
    const fold = (t: string): string => String.fromCodePoint(...[...t].map((c) => upper(c.codePointAt(0) as number)));
    return fold(text.slice(i, i + length)) === fold(text.slice(start, end)) ? i + length : undefined;
  }
}
