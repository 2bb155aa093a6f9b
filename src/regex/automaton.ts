import { type Alphabet, codeAt, codeBefore, type Side, sides, width } from './alphabet';
import type { RegexProgram } from './program';
import { type Assertion, PatternError } from './syntax';

/** Whether an assertion holds between what stands before and after. */
export function holds(what: Assertion, before: Side, after: Side, multiline: boolean): boolean {
  if (after === sides.unasked) return false;
  switch (what) {
    case 'textStart': return before === sides.edge;
    case 'textEnd': return after === sides.edge;
    case 'lineStart': return before === sides.edge || (multiline && before === sides.newline);
    case 'lineEnd': return after === sides.edge || (multiline && after === sides.newline);
    case 'wordStart': return before !== sides.word && after === sides.word;
    case 'wordEnd': return before === sides.word && after !== sides.word;
    case 'insideWord': return before === sides.word && after === sides.word;
    case 'outsideWord': return before !== sides.word && after !== sides.word;
    case 'noWordBefore': return before !== sides.word;
    case 'noWordAfter': return after !== sides.word;
  } // prettier-ignore
}

/** Nodes that may go on from a position, what was read to get there, and what they become with what is read next. */
export interface State {
  readonly core: readonly number[];
  readonly side: Side;
  /** By the side that comes next: all nodes reached without taking a character, and whether the end is among them. */
  readonly closures: (Closure | undefined)[];
}

export interface Closure {
  readonly has: ReadonlySet<number>;
  readonly final: boolean;
}

/** How much of automata is kept before they are made anew. */
const mostStates = 4000;
const mostKept = 400_000;
/** Steps that make states, in one search: what takes more is given up. */
const mostWork = 20_000_000;

interface Edges {
  readonly free: readonly { readonly to: number; readonly what?: Assertion }[][];
  readonly takes: readonly { readonly set: number; readonly to: number }[][];
}

/** The program's edges, or the same turned around. */
function edgesOf({ nodes }: RegexProgram, backwards: boolean): Edges {
  const free: { to: number; what?: Assertion }[][] = nodes.map(() => []);
  const takes: { set: number; to: number }[][] = nodes.map(() => []);
  nodes.forEach((node, at) => {
    if (node.type === 'accept') return;
    const [from, to] = backwards ? [node.to, at] : [at, node.to];
    if (node.type === 'take') takes[from]?.push({ set: node.set, to });
    else free[from]?.push(node.type === 'assert' ? { to, what: node.what } : { to });
    if (node.type === 'branch') free[backwards ? node.other : at]?.push({ to: backwards ? at : node.other });
  });
  return { free, takes };
}

/**
 * A deterministic automaton that is made while texts are read: linear in the text, whatever the pattern.
 * Backwards, it reads a text from its end. Floating, a match may begin at any position read.
 */
export class Automaton {
  private table = new Int32Array(0);
  private columns = 0;
  private states: State[] = [];
  private starts: number[] = [];
  private readonly byKey = new Map<string, number>();
  private kept = 0;
  private work = 0;
  private readonly edges: Edges;
  private readonly from: number;
  private readonly goal: number;

  constructor(
    program: RegexProgram,
    private readonly alphabet: Alphabet,
    private readonly multiline: boolean,
    private readonly direction: { readonly backwards: boolean; readonly floating: boolean },
  ) {
    this.edges = edgesOf(program, direction.backwards);
    this.from = direction.backwards ? 0 : program.start;
    this.goal = direction.backwards ? program.start : 0;
    this.reset();
  }

  private reset(): void {
    this.states = [{ core: [], side: sides.other, closures: [] }];
    this.byKey.clear();
    this.starts = [];
    this.kept = 0;
    this.columns = Math.max(8, this.alphabet.size * 2);
    this.table = new Int32Array(64 * this.columns).fill(-1);
    // state 0 is dead
    this.table.fill(0, 0, this.columns);
  }

  private intern(core: readonly number[], side: Side): number {
    if (core.length === 0) return 0;
    const key = `${side},${core.join()}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const id = this.states.push({ core, side, closures: [] }) - 1;
    this.byKey.set(key, id);
    this.kept += core.length;
    if ((id + 1) * this.columns > this.table.length) {
      const larger = new Int32Array(this.table.length * 2).fill(-1);
      larger.set(this.table);
      this.table = larger;
    }
    return id;
  }

  /** A new search may take as long as any. */
  begin(): void {
    this.work = 0;
  }

  start(side: Side): number {
    return (this.starts[side] ??= this.intern([this.from], side));
  }

  state(id: number): State {
    return this.states[id] as State;
  }

  closure(state: State, next: Side): Closure {
    return (state.closures[next] ??= this.close(state, next));
  }

  private close(state: State, next: Side): Closure {
    const [before, after] = this.direction.backwards ? [next, state.side] : [state.side, next];
    const has = new Set(state.core);
    // a set is gone through in the order of insertion, what is added meanwhile too
    for (const at of has)
      for (const edge of this.edges.free[at] ?? [])
        if (edge.what === undefined || holds(edge.what, before, after, this.multiline)) has.add(edge.to);
    this.spend(has.size);
    this.kept += has.size;
    return { has, final: has.has(this.goal) };
  }

  private spend(steps: number): void {
    this.work += steps;
    if (this.work > mostWork) throw new PatternError('ESPACE');
  }

  /** The state after `letter`, times two, plus one when the goal was reached before it. */
  step(id: number, letter: number): number {
    const known = letter < this.columns ? (this.table[id * this.columns + letter] as number) : -1;
    return known >= 0 ? known : this.make(id, letter);
  }

  private make(id: number, letter: number): number {
    const state = this.state(id);
    const side = this.alphabet.side(letter);
    const { has, final } = this.closure(state, side);
    const reached = new Set<number>();
    if (letter > 0)
      for (const at of has) for (const { set, to } of this.edges.takes[at] ?? []) if (this.alphabet.taken(letter, set)) reached.add(to);
    if (this.direction.floating && letter > 0) reached.add(this.from);
    const core = [...reached].sort((a, b) => a - b);
    this.spend(has.size + core.length);
    const full = this.states.length >= mostStates || this.kept > mostKept;
    if (full || letter >= this.columns) {
      this.reset();
      return this.intern(core, side) * 2 + (final ? 1 : 0);
    }
    const value = this.intern(core, side) * 2 + (final ? 1 : 0);
    this.table[id * this.columns + letter] = value;
    return value;
  }

  /** Forwards from `i`: whether the goal is reached anywhere. */
  reaches(text: string, i: number, side: Side): boolean {
    const { ascii } = this.alphabet;
    let { table, columns } = this;
    let id = this.start(side);
    for (const n = text.length; i < n;) {
      const unit = text.charCodeAt(i);
      let letter: number;
      if (unit < 128) {
        letter = ascii[unit] as number;
        i++;
      } else {
        const code = codeAt(text, i);
        letter = this.alphabet.letter(code);
        i += width(code);
      }
      let value = letter < columns ? (table[id * columns + letter] as number) : -1;
      if (value < 0) {
        value = this.make(id, letter);
        ({ table, columns } = this);
      }
      if (value & 1) return true;
      id = value >> 1;
      if (id === 0) return false;
    }
    return (this.step(id, 0) & 1) === 1;
  }

  /** Forwards from `i`: the last position where the goal is reached, or -1; and the steps this took. */
  farthest(text: string, i: number, side: Side): { readonly end: number; readonly read: number } {
    const first = i;
    let end = -1;
    let id = this.start(side);
    for (const n = text.length; id !== 0;) {
      const code = i < n ? codeAt(text, i) : 0;
      const value = this.step(id, i < n ? this.alphabet.letter(code) : 0);
      if (value & 1) end = i;
      if (i >= n) break;
      i += width(code);
      id = value >> 1;
    }
    return { end, read: i - first + 1 };
  }

  /** Backwards from the text's end to `from`: the lowest position where the goal is reached, or -1. */
  lowest(text: string, from: number): number {
    let found = -1;
    let id = this.start(sides.edge);
    let i = text.length;
    for (; id !== 0 && i >= from;) {
      const code = i > 0 ? codeBefore(text, i) : 0;
      const value = this.step(id, i > 0 ? this.alphabet.letter(code) : 0);
      if (value & 1) found = i;
      if (i === 0) break;
      i -= width(code);
      id = value >> 1;
    }
    return found;
  }
}
