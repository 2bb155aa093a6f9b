import { type Alphabet, codeAt, codeBefore, type Side, sides, width } from './alphabet';
import type { Automaton, State } from './automaton';
import type { RegexProgram } from './program';
import { Registers, type Spans } from './registers';

/**
 * The groups of the match from `start` to `end`: of the ways through the program that end there, the one which takes the first
 * alternative and repeats wherever it can. `backwards` reads from the end which nodes still lead there.
 */
export function walk(
  program: RegexProgram,
  backwards: Automaton,
  alphabet: Alphabet,
  text: string,
  start: number,
  end: number,
  groups: number,
): Spans {
  const sideAfter = (i: number): Side => alphabet.side(i < text.length ? alphabet.letter(codeAt(text, i)) : 0);
  const letterBefore = (i: number): number => (i > 0 ? alphabet.letter(codeBefore(text, i)) : 0);
  const statesFrom = (side: Side): State[] => {
    const states: State[] = [];
    let id = backwards.start(side);
    for (let i = end; ;) {
      states[i - start] = backwards.state(id);
      if (i <= start) return states;
      const code = codeBefore(text, i);
      id = backwards.step(id, alphabet.letter(code)) >> 1;
      i -= width(code);
    }
  };
  const leadsFrom = (states: readonly State[], i: number): ReadonlySet<number> =>
    backwards.closure(states[i - start] as State, alphabet.side(letterBefore(i))).has;
  // glibc prefers an end that no assertion asks about
  let states = statesFrom(sides.unasked);
  let leads = leadsFrom(states, start);
  if (!leads.has(program.start)) {
    states = statesFrom(sideAfter(end));
    leads = leadsFrom(states, start);
  }
  const registers = Registers.empty(groups);
  let at = program.start;
  let i = start;
  let passed = new Set<number>();
  for (;;) {
    const node = program.nodes[at];
    if (!node || node.type === 'accept') break;
    if (node.type === 'take') {
      i += width(codeAt(text, i));
      at = node.to;
      passed = new Set();
      leads = leadsFrom(states, i);
      continue;
    }
    if (node.type === 'open' || node.type === 'close') registers.note(node, i);
    passed.add(at);
    if (node.type === 'branch') {
      const [first, second] = [leads.has(node.to), leads.has(node.other)];
      at = first && !(second && passed.has(node.to)) ? node.to : node.other;
    } else at = node.to;
  }
  registers.spans[0] = start;
  registers.spans[1] = end;
  return registers.spans;
}
