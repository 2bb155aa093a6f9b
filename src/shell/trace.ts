import { expandText } from './expand';
import { singleQuote, traceQuote } from './quoting';
import type { Shell } from './shell';

/** A word as ash's `set -x` shows it. */
function ashQuote(word: string): string {
  return /[\x00-*;-?`[\\{-\uffff]/.test(word) ? `'${word.replaceAll("'", "'\"'\"'")}'` : word;
}

const tracing = (sh: Shell): boolean => sh.options.has('xtrace');

/** set -x. */
export async function trace(sh: Shell, words: readonly string[]): Promise<void> {
  if (!tracing(sh)) return;
  const shown = words.map(sh.dialect.almquist ? ashQuote : (word) => traceQuote(sh.localized(word)));
  await sh.err(`${await tracePrefix(sh)}${[...sh.tracedAssignments.splice(0), ...shown].join(' ')}\n`);
}

/** An assignment before a command, or alone: ash shows them with the command, bash on lines of their own. */
export async function traceAssignment(sh: Shell, text: string, ps4?: string): Promise<void> {
  if (!tracing(sh)) return;
  const equals = text.indexOf('=') + 1;
  const value = text.slice(equals);
  if (sh.dialect.almquist) sh.tracedAssignments.push(text.slice(0, equals) + ashQuote(value));
  else await traceText(sh, value === '' || value.startsWith('(') ? text : text.slice(0, equals) + traceQuote(sh.localized(value)), ps4);
}

/** The end of a command that is nothing but assignments. */
export async function traceAssignmentsOnly(sh: Shell): Promise<void> {
  if (sh.tracedAssignments.length > 0) await trace(sh, []);
}

/** A line of bash's own making: the head of a loop, a test. */
export async function traceText(sh: Shell, text: string, ps4?: string): Promise<void> {
  if (tracing(sh) && !sh.dialect.almquist) await sh.err(`${await tracePrefix(sh, ps4)}${text}\n`);
}

/** PS4, its first character repeated for each level of command substitution. */
async function tracePrefix(sh: Shell, raw = sh.vars.get('PS4') ?? '+ '): Promise<string> {
  const ps4 = await expandText(sh, raw);
  return sh.dialect.extended ? (ps4[0] ?? '').repeat(sh.substitutionLevel) + ps4 : ps4;
}

/** `declare -a x=(1 2)`, of which the arrays' values come first. */
export async function traceArrays(sh: Shell, words: readonly string[], arrays: readonly string[]): Promise<void> {
  for (const name of arrays) {
    const v = sh.vars.find(name);
    const keyed = v?.kind === 'assoc';
    const shown = (keyed ? [...v.items] : sh.elements(name)).map(
      ([key, value]) => `${keyed ? `[${singleQuote(key)}]=` : ''}${singleQuote(value)}`,
    );
    await traceText(sh, `${name}=(${shown.join(' ')})`);
  }
  await trace(sh, words.map((w) => (arrays.some((name) => w.startsWith(`${name}=`)) ? w.slice(0, w.indexOf('=')) : w))); // prettier-ignore
}
