import type { Token } from './tokens';

const opening = new Set(['(', '{']);
const closes: Readonly<Record<string, string>> = { ')': '(', '}': '{' };

const punctuation = (t: Token): string | undefined => (t.kind === 'operator' ? t.text : undefined);

/**
 * mawk's reader counts parentheses and braces: one too many it names and passes over.
 * Gives the tokens without them, and what it says.
 */
export function withoutExtras(tokens: readonly Token[]): { tokens: Token[]; complaints: string[] } {
  const open: Record<string, number> = { '(': 0, '{': 0 };
  const kept: Token[] = [];
  const complaints: string[] = [];
  for (const [i, t] of tokens.entries()) {
    const text = punctuation(t);
    const pair = text === undefined ? undefined : closes[text];
    if (text !== undefined && opening.has(text)) open[text] = (open[text] ?? 0) + 1;
    if (pair !== undefined && open[pair] === 0) {
      complaints.push(`line ${t.line}: extra '${text}'`);
      // after a brace, the line may not end here: no rule begins so
      if (text === '}' && tokens[i + 1]?.kind === 'newline') complaints.push(`line ${t.line}: syntax error at or near end of line`);
      continue;
    }
    if (pair !== undefined) open[pair] = (open[pair] ?? 0) - 1;
    kept.push(t);
  }
  return { tokens: kept, complaints };
}

/** What is missing where the parser met `at`, in mawk's words; nothing where it only says what it met. */
export function missing(tokens: readonly Token[], at: number): string[] {
  const count = (upTo: number, text: string): number => tokens.slice(0, upTo).filter((t) => punctuation(t) === text).length;
  const unclosed = (upTo: number, pair: string): boolean => count(upTo, pair === ')' ? '(' : '{') > count(upTo, pair);
  const met = tokens[at];
  const last = (tokens.at(-1)?.line ?? 1) + 1;
  const brace = unclosed(tokens.length, '}') ? [`line ${last}: missing } near end of file`] : [];
  if (met?.kind === 'end') return unclosed(at, ')') ? [`line ${last}: missing ) near end of file`] : brace;
  if (!met || !unclosed(at, ')')) return [];
  if (met.kind === 'newline') return [`line ${met.line}: missing ) near end of line`, ...brace];
  return punctuation(met) === '}' ? [`line ${met.line}: missing ) near }`] : [];
}
