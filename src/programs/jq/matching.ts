import { JqError, kindOf, dump } from './values';

type Json = unknown;

const flagsOf: Readonly<Record<string, string>> = { g: 'g', i: 'i', x: '', s: 's', n: '', p: 's', l: '' };

interface Match {
  readonly offset: number;
  readonly length: number;
  readonly string: string | null;
  readonly captures: readonly {
    readonly offset: number;
    readonly length: number;
    readonly string: string | null;
    readonly name: string | null;
  }[];
}

/** Oniguruma's ways that JavaScript writes otherwise: POSIX classes, `\h`, `\A`, `\z`, `(?i)` at the start. */
function translated(pattern: string, extended: boolean): string {
  const posix: Readonly<Record<string, string>> = { alpha: '\\p{L}', digit: '\\d', alnum: '\\p{L}\\d', upper: '\\p{Lu}', lower: '\\p{Ll}', space: '\\s', punct: '!-\\/:-@\\[-`\\{-~', xdigit: '0-9A-Fa-f' }; // prettier-ignore
  return (extended ? pattern.replace(/\\#|#.*$|\s+/gm, (m) => (m === '\\#' ? '#' : '')) : pattern)
    .replace(/\[:(\w+):\]/g, (whole, name: string) => posix[name] ?? whole)
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/\\h/g, '[0-9A-Fa-f]')
    .replace(/\\([^\w\s])/g, (whole, c: string) => ('^$\\.*+?()[]{}|/-'.includes(c) ? whole : c));
}

/** All that `_match` finds: offsets and lengths count characters. */
export function matches(input: Json, pattern: Json, given: Json): Match[] {
  if (typeof input !== 'string') throw new JqError(`${kindOf(input)} (${dump(input)}) cannot be matched, as it is not a string`);
  if (typeof pattern !== 'string') throw new JqError(`${kindOf(pattern)} (${dump(pattern)}) cannot be matched, as it is not a string`);
  if (given !== null && typeof given !== 'string') throw new JqError(`${kindOf(given)} (${dump(given)}) is not a string`);
  let flags = 'ud';
  let leading = '';
  const inline = /^\(\?([ix]+)\)/.exec(pattern);
  for (const c of (given ?? '') + (inline?.[1] ?? '')) {
    const flag = flagsOf[c];
    if (flag === undefined) throw new JqError(`${given ?? ''} is not a valid modifier string`);
    if (c === 'x') leading = 'x';
    if (flag !== '' && !flags.includes(flag)) flags += flag;
  }
  let regex: RegExp;
  try {
    regex = new RegExp(translated(pattern.slice(inline?.[0].length ?? 0), leading === 'x'), flags);
  } catch (error) {
    const why = /Unterminated group/.test(String(error)) ? 'end pattern with unmatched parenthesis' : /Unmatched '\)'/.test(String(error)) ? 'unmatched close parenthesis' : /character class/.test(String(error)) ? 'premature end of char-class' : /Nothing to repeat/.test(String(error)) ? 'target of repeat operator is not specified' : 'invalid pattern'; // prettier-ignore
    throw new JqError(`${pattern} (at offset 0) is not a valid regex: ${why}`);
  }
  const found = flags.includes('g') ? [...input.matchAll(regex)] : [regex.exec(input)].filter((m) => m !== null);
  const units = (end: number): number => [...input.slice(0, end)].length;
  return found
    .filter((m) => !(given ?? '').includes('n') || m[0] !== '')
    .map((m) => {
      const names = new Map<number, string>();
      for (const [name, span] of Object.entries(m.indices?.groups ?? {})) {
        const at = m.indices?.findIndex((own, i) => i > 0 && !names.has(i) && own?.[0] === span?.[0] && own?.[1] === span?.[1]) ?? -1;
        if (at > 0) names.set(at, name);
      }
      return {
        offset: units(m.index),
        length: [...m[0]].length,
        string: m[0],
        captures: [...m].slice(1).map((text: string | undefined, i) => ({
          offset: text === undefined ? -1 : units(m.indices?.[i + 1]?.[0] ?? 0),
          length: text === undefined ? 0 : [...text].length,
          string: text ?? null,
          name: names.get(i + 1) ?? null,
        })),
      };
    });
}
