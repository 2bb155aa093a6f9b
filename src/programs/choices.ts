import type { Context } from './command';

/**
 * Which of an option's words `word` names or abbreviates without doubt (gnulib's argmatch); a group's words mean the same, its first is
 * returned. Otherwise says what could have been given, and ends as a wrong command line does.
 */
export async function choose<T extends string>(
  ctx: Context,
  option: string,
  word: string,
  groups: readonly (readonly [T, ...string[]])[],
  listed: readonly string[] = groups.map((group) => group.map((w) => ctx.quoteWord(w)).join(', ')),
): Promise<T> {
  const exact = groups.find((group) => group.includes(word));
  if (exact) return exact[0];
  const near = groups.filter((group) => group.some((w) => w.startsWith(word)));
  if (near.length === 1 && near[0]) return near[0][0];
  const kind = near.length > 1 ? 'ambiguous' : 'invalid';
  await ctx.warn(`${kind} argument ${ctx.quoteWord(word)} for ${ctx.quoteWord(option)}`);
  await ctx.stderr(`Valid arguments are:\n${listed.map((line) => `  - ${line}\n`).join('')}`);
  return ctx.usage();
}
