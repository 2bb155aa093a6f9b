import type { Match, Regex } from '../../regex';

/** The pieces between matches that are not empty. */
export function splitBy(text: string, regex: Regex): string[] {
  const out: string[] = [];
  let from = 0;
  for (const m of regex.matches(text)) {
    if (m.end === m.index) continue;
    out.push(text.slice(from, m.index));
    from = m.end;
  }
  out.push(text.slice(from));
  return out;
}

/** Replaces the nth match, or all (0). */
export function replaceMatches(text: string, regex: Regex, nth: number, make: (m: Match) => string): { result: string; count: number } {
  let seen = 0;
  let count = 0;
  const result = regex.replace(
    text,
    (m) => {
      seen++;
      if (nth !== 0 && seen < nth) return undefined;
      count++;
      return make(m);
    },
    nth === 0 ? Infinity : nth,
  );
  return { result, count };
}
