import type { Context } from './command';

/** The SGR sequences of GREP_COLORS. */
export interface GrepColors {
  readonly match: string;
  readonly contextMatch: string;
  readonly name: string;
  readonly number: string;
  readonly offset: string;
  readonly separator: string;
}

/** Reads GREP_COLORS, and GREP_COLOR with a warning. */
export async function grepColors(ctx: Context): Promise<GrepColors> {
  const set = new Map([['ms', '01;31'], ['mc', '01;31'], ['fn', '35'], ['ln', '32'], ['bn', '32'], ['se', '36']]); // prettier-ignore
  const old = ctx.env.get('GREP_COLOR');
  if (old) {
    await ctx.warn(`warning: GREP_COLOR='${old}' is deprecated; use GREP_COLORS='mt=${old}'`);
    for (const name of ['ms', 'mc']) set.set(name, old);
  }
  for (const part of (ctx.env.get('GREP_COLORS') ?? '').split(':')) {
    const [name = '', value] = part.split('=');
    if (value === undefined || !/^[0-9;]*$/.test(value)) continue;
    for (const each of name === 'mt' ? ['ms', 'mc'] : [name]) set.set(each, value);
  }
  const of = (name: string): string => set.get(name) ?? '';
  return { match: of('ms'), contextMatch: of('mc'), name: of('fn'), number: of('ln'), offset: of('bn'), separator: of('se') };
}

export const painted = (code: string, text: string): string => (code === '' ? text : `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K`);
