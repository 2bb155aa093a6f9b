/** f, F, t or T and what it looks for. */
export interface Finding {
  readonly letter: string;
  readonly character: string;
}

/** Where f, F, t and T go from `cursor`; for an operator, behind the last character it takes. */
export function find(
  chars: readonly string[],
  cursor: number,
  { letter, character }: Finding,
  times: number,
  operating: boolean,
): number | undefined {
  const forward = letter === 'f' || letter === 't';
  let at = cursor;
  for (let i = 0; i < times; i++) {
    at = forward ? chars.indexOf(character, at + 1) : at === 0 ? -1 : chars.lastIndexOf(character, at - 1);
    if (at < 0) return undefined;
  }
  if (letter === 't') at--;
  if (letter === 'T') at++;
  return operating && forward ? at + 1 : at;
}

type Kind = 'blank' | 'word' | 'other';

const kindOf = (c: string | undefined, big: boolean): Kind =>
  c === undefined || /\s/.test(c) ? 'blank' : big || /[\p{L}\p{N}_]/u.test(c) ? 'word' : 'other';

function nextWord(chars: readonly string[], from: number, big: boolean): number {
  let i = from;
  const kind = kindOf(chars[i], big);
  if (kind !== 'blank') while (i < chars.length && kindOf(chars[i], big) === kind) i++;
  while (i < chars.length && kindOf(chars[i], big) === 'blank') i++;
  return i;
}

function wordEnd(chars: readonly string[], from: number, big: boolean): number {
  let i = from + 1;
  while (i < chars.length && kindOf(chars[i], big) === 'blank') i++;
  const kind = kindOf(chars[i], big);
  while (i + 1 < chars.length && kindOf(chars[i + 1], big) === kind) i++;
  return Math.min(i, chars.length - 1);
}

function previousWord(chars: readonly string[], from: number, big: boolean): number {
  let i = from;
  while (i > 0 && kindOf(chars[i - 1], big) === 'blank') i--;
  const kind = kindOf(chars[i - 1], big);
  while (i > 0 && kindOf(chars[i - 1], big) === kind) i--;
  return i;
}

const pairs: Readonly<Record<string, readonly [other: string, step: 1 | -1]>> = {
  '(': [')', 1], '[': [']', 1], '{': ['}', 1], ')': ['(', -1], ']': ['[', -1], '}': ['{', -1],
}; // prettier-ignore

function matching(chars: readonly string[], cursor: number): number | undefined {
  const at = chars.findIndex((c, i) => i >= cursor && c in pairs);
  const [other, step] = pairs[chars[at] ?? ''] ?? [];
  if (other === undefined || step === undefined) return undefined;
  for (let i = at, depth = 0; i >= 0 && i < chars.length; i += step) {
    if (chars[i] === chars[at]) depth++;
    else if (chars[i] === other && --depth === 0) return i;
  }
  return undefined;
}

/** Where a motion of vi goes from `cursor`; for an operator, behind the last character it takes. */
export function motion(letter: string, chars: readonly string[], cursor: number, times: number, operating: boolean): number | undefined {
  const repeated = (step: (from: number) => number): number => {
    let at = cursor;
    for (let i = 0; i < times; i++) at = step(at);
    return at;
  };
  const big = letter === letter.toUpperCase();
  const past = operating ? 1 : 0;
  switch (letter) {
    case 'h': return Math.max(0, cursor - times);
    case 'l': case ' ': return Math.min(chars.length, cursor + times);
    case '0': return 0;
    case '^': return Math.max(0, chars.findIndex((c) => !/\s/.test(c)));
    case '$': return operating ? chars.length : Math.max(0, chars.length - 1);
    case '|': return Math.min(chars.length, times - 1);
    case 'w': case 'W': return repeated((from) => nextWord(chars, from, big));
    case 'e': case 'E': return repeated((from) => wordEnd(chars, from, big)) + past;
    case 'b': case 'B': return repeated((from) => previousWord(chars, from, big));
    case '%': {
      const to = matching(chars, cursor);
      return to === undefined ? undefined : to >= cursor ? to + past : to;
    }
    default: return undefined;
  } // prettier-ignore
}
