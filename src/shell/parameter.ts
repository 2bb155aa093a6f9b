import type { ParameterOperation, Word } from 'unbash';
import { widen } from './bytes';
import { ShellError } from './flow';
import { removeMatch, unquotePattern } from './pattern';
import type { Shell } from './shell';
import type { Variable } from './variables';
import { attributesOf, changeCase, keysAndValues, recreation, replaceMatches, transformed } from './transform';

export interface Parameter {
  readonly name: string;
  readonly prefix: '!' | '#' | undefined;
  readonly index: Word | undefined;
  readonly operation: ParameterOperation | undefined;
  readonly text: string;
}

export type Expanded =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly star: boolean }
  /** The word of `${x:-word}`, still to be expanded in place. */
  | { readonly kind: 'word'; readonly word: Word };

export interface WordExpansion {
  expandString(sh: Shell, word: Word, tilde?: 'word' | 'assignment' | 'none'): Promise<string>;
  expandPattern(sh: Shell, word: Word, quoted?: boolean): Promise<string>;
  arithmetic(sh: Shell, raw: string): Promise<bigint>;
}

type Value = { kind: 'text'; text: string | undefined } | { kind: 'list'; items: string[]; star: boolean };

export function specialParameter(sh: Shell, name: string): string | undefined {
  switch (name) {
    case '?': return String(sh.status);
    case '$': return String(sh.pid);
    case '!': return sh.lastBackground === undefined ? undefined : String(sh.lastBackground);
    case '#': return String(sh.positional.length);
    case '0': return sh.name;
    case '-': return flagLetters(sh);
    case '_': return sh.lastArgument;
  } // prettier-ignore
  if (/^\d+$/.test(name)) return sh.positional[Number(name) - 1];
  return undefined;
}

function flagLetters(sh: Shell): string {
  const on = (name: string): boolean => sh.options.has(name);
  const { extended } = sh.dialect;
  const letters: [string, boolean][] = [
    ['a', on('allexport')], ['b', on('notify')], ['e', on('errexit')], ['f', on('noglob')], ['h', extended && on('hashall')], ['i', sh.interactive],
    ['k', on('keyword')], ['m', on('monitor')], ['n', on('noexec')], ['p', on('privileged')], ['t', on('onecmd')], ['u', on('nounset')],
    ['v', on('verbose')], ['x', on('xtrace')], ['B', extended && on('braceexpand')], ['C', on('noclobber')], ['E', extended && on('errtrace')],
    ['H', extended && on('histexpand')], ['P', on('physical')], ['T', extended && on('functrace')],
    ['c', sh.commandString !== undefined && sh.dialect.name !== 'dash'], ['s', sh.readingStdin],
  ]; // prettier-ignore
  return letters.filter(([, on]) => on).map(([l]) => l).join(''); // prettier-ignore
}

async function lookUp(sh: Shell, name: string, index: Word | undefined, words: WordExpansion): Promise<Value> {
  if (name === '@' || name === '*') return { kind: 'list', items: [...sh.positional], star: name === '*' };
  if (index) {
    if (index.text === '@' || index.text === '*')
      return { kind: 'list', items: sh.elements(name).map(([, v]) => v), star: index.text === '*' };
    const key = await subscript(sh, name, index, words);
    if (sh.beforeFirst(name, key)) {
      await sh.complain(`${name}: bad array subscript`);
      return { kind: 'text', text: undefined };
    }
    return { kind: 'text', text: sh.element(name, key) };
  }
  if (name === '_') return { kind: 'text', text: sh.lastArgument };
  const special = /^[A-Za-z_]/.test(name) ? undefined : specialParameter(sh, name);
  if (special !== undefined) return { kind: 'text', text: special };
  return { kind: 'text', text: sh.vars.get(name) };
}

function localized(sh: Shell, value: Value): Value {
  if (value.kind === 'list') return { ...value, items: value.items.map((item) => sh.localized(item)) };
  return value.text === undefined ? value : { ...value, text: sh.localized(value.text) };
}

export async function subscript(sh: Shell, name: string, index: Word, words: WordExpansion): Promise<string> {
  if (sh.vars.find(name)?.kind === 'assoc') return words.expandString(sh, index, 'none');
  try {
    return String(await words.arithmetic(sh, index.text));
  } catch (e) {
    throw sh.subscriptError(e);
  }
}

const badSubstitution = (sh: Shell): string => (sh.dialect.name === 'dash' ? 'Bad substitution' : 'syntax error: bad substitution');

function isBad(sh: Shell, { name, prefix, operation }: Parameter): boolean {
  if (name === '') return prefix !== '#';
  if (operation?.type === 'Unknown') return !(sh.dialect.extended && operation.operator.startsWith('~'));
  return operation?.type === 'Slice' && sh.dialect.extended && operation.offset.text === '' && operation.length === undefined;
}

export async function expandParameter(sh: Shell, p: Parameter, quoted: boolean, words: WordExpansion): Promise<Expanded> {
  if (!p.operation && p.prefix === undefined) return expandedParameter(sh, p, quoted, words);
  const done = await expandedParameter(sh, p, quoted, words);
  if (done.kind === 'text') return { ...done, text: widen(done.text) };
  return done.kind === 'list' ? { ...done, items: done.items.map(widen) } : done;
}

async function expandedParameter(sh: Shell, p: Parameter, quoted: boolean, words: WordExpansion): Promise<Expanded> {
  let { name } = p;
  const { operation } = p;
  if (isBad(sh, p))
    throw new ShellError(
      sh.dialect.extended ? `${p.text}: bad substitution` : badSubstitution(sh),
      sh.dialect.extended ? 1 : 2,
      !sh.dialect.extended,
    );
  if (
    !sh.dialect.extended &&
    (p.index ||
      (operation && ['CaseModification', 'Transform', 'Names'].includes(operation.type)) ||
      p.prefix === '!' ||
      (sh.dialect.name === 'dash' && operation && ['Slice', 'Replace'].includes(operation.type)))
  )
    throw new ShellError(badSubstitution(sh), 2, true);
  if (p.prefix === '!') {
    if (operation?.type === 'Names') {
      const names = sh.vars.names().filter((n) => n.startsWith(name));
      return { kind: 'list', items: names, star: operation.operator === '*' };
    }
    if (p.index && (p.index.text === '@' || p.index.text === '*'))
      return { kind: 'list', items: sh.elements(name).map(([k]) => k), star: p.index.text === '*' };
    const reference = p.index ? undefined : sh.vars.referenceOf(name);
    if (reference !== undefined && !operation) return finishText(reference);
    const target = await lookUp(sh, name, p.index, words);
    const pointed = target.kind === 'text' ? target.text : target.items.join(' ');
    if (pointed === undefined) throw new ShellError(`${name}: invalid indirect expansion`);
    if (!/^(?:[A-Za-z_]\w*(?:\[[^]*\])?|\d+|[@*#?$!-])$/.test(pointed)) throw new ShellError(`${pointed}: invalid variable name`);
    const element = /^(\w+)\[(.*)\]$/.exec(pointed);
    if (element) {
      const key = element[2] ?? '';
      if (key === '@' || key === '*') return { kind: 'list', items: sh.elements(element[1] ?? '').map(([, v]) => v), star: key === '*' };
      return finishText(sh.element(element[1] ?? '', key));
    }
    name = pointed;
  }
  const value = localized(sh, await lookUp(sh, name, p.prefix === '!' ? undefined : p.index, words));
  if (p.prefix === '#') {
    if (value.kind === 'list') {
      if (p.index && sh.options.has('nounset') && !isAssigned(sh.vars.find(name))) throw new ShellError(sh.unbound(name), 1, true);
      return { kind: 'text', text: String(value.items.length) };
    }
    if (value.text === undefined) requireSet(sh, name, p);
    return { kind: 'text', text: String([...(value.text ?? '')].length) };
  }
  if (!operation) {
    if (value.kind === 'list') return { kind: 'list', items: value.items, star: value.star };
    if (value.text === undefined) requireSet(sh, name, p);
    return finishText(value.text);
  }
  switch (operation.type) {
    case 'Default':
      return defaultOperation(sh, name, p, value, operation, quoted, words);
    case 'Slice': {
      const offset = Number(await words.arithmetic(sh, operation.offset.text));
      const length = operation.length === undefined ? undefined : Number(await words.arithmetic(sh, operation.length.text));
      return slice(sh, name, p, value, offset, length);
    }
  }
  if (operation.type === 'Transform') {
    if (!/^[QUuLEPAaKk]$/.test(operation.operand.text) && (value.kind === 'list' ? value.items.length > 0 : value.text !== undefined))
      throw new ShellError(`${p.text}: bad substitution`, unsetStatus(sh), true);
    const done = ofVariable(sh, name, operation.operand.text, value);
    if (done) return done;
  }
  if (value.kind === 'text' && value.text === undefined) requireSet(sh, name, p);
  const each = await mapping(sh, p, operation, quoted, words);
  if (value.kind === 'list') return { kind: 'list', items: value.items.map(each), star: value.star };
  if (value.text === undefined) return { kind: 'text', text: '' };
  return { kind: 'text', text: each(value.text) };
}

/** "a non-interactive shell exits": with 127 in what -c runs, 1 in a script or a subshell. */
export function unsetStatus(sh: Shell): number {
  return sh.commandString !== undefined && sh.subshellLevel === 0 && !sh.options.has('errexit') ? 127 : 1;
}

function finishText(text: string | undefined): Expanded {
  return { kind: 'text', text: text ?? '' };
}

const isAssigned = (v: Variable | undefined): boolean => v !== undefined && (v.assigned || v.items.size > 0 || v.value !== undefined);

function requireSet(sh: Shell, name: string, p: Parameter): void {
  if (!sh.options.has('nounset') || name === '@' || name === '*') return;
  const label = p.index ? `${name}[${p.index.text}]` : name;
  const shown = /^\d+$|^!$/.test(label) && sh.dialect.extended && !p.text.startsWith('${') ? `$${label}` : label;
  throw new ShellError(sh.unbound(shown), sh.dialect.extended ? unsetStatus(sh) : 2, true);
}

async function defaultOperation(
  sh: Shell,
  name: string,
  p: Parameter,
  value: Value,
  op: Extract<ParameterOperation, { type: 'Default' }>,
  quoted: boolean,
  words: WordExpansion,
): Promise<Expanded> {
  const text = value.kind === 'text' ? value.text : value.items.length === 0 ? undefined : value.items.join(' ');
  const colon = op.operator.startsWith(':');
  const missing = text === undefined || (colon && text === '');
  const current: Expanded = value.kind === 'list' ? { kind: 'list', items: value.items, star: value.star } : finishText(value.text);
  switch (op.operator) {
    case '-':
    case ':-':
      return missing ? { kind: 'word', word: op.operand } : current;
    case '+':
    case ':+':
      if (!missing) return { kind: 'word', word: op.operand };
      return value.kind === 'list' ? { kind: 'list', items: [], star: value.star } : { kind: 'text', text: '' };
    case '=':
    case ':=': {
      if (!missing) return current;
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw new ShellError(sh.dialect.extended ? `$${name}: cannot assign in this way` : `${name}: bad variable name`, 1, true);
      const assigned = await words.expandString(sh, op.operand, quoted ? 'none' : 'word');
      sh.vars.set(name, assigned, p.index ? { index: await subscript(sh, name, p.index, words) } : undefined);
      return { kind: 'text', text: sh.vars.get(name) ?? assigned };
    }
    default: {
      if (!missing) return current;
      const message = op.operand.text === '' ? (colon || text === undefined ? (sh.dialect.extended ? (colon ? 'parameter null or not set' : 'parameter not set') : colon ? 'parameter not set or null' : 'parameter not set') : '') : await words.expandString(sh, op.operand); // prettier-ignore
      throw new ShellError(`${name}: ${message}`, sh.dialect.extended ? unsetStatus(sh) : 2, true);
    }
  }
}

function slice(sh: Shell, name: string, p: Parameter, value: Value, offset: number, length: number | undefined): Expanded {
  if (value.kind === 'list') {
    const positional = name === '@' || name === '*';
    if (!positional && sh.vars.find(name)?.kind === 'indexed') return sliceIndexed(sh, name, offset, length, value.star);
    const all = positional ? [sh.name, ...value.items] : value.items;
    let from = offset < 0 ? all.length + offset : offset;
    if (from < 0) return { kind: 'list', items: [], star: value.star };
    if (length !== undefined && length < 0) throw new ShellError(`${length}: substring expression < 0`);
    if (positional && offset === 0) from = 0;
    return { kind: 'list', items: all.slice(from, length === undefined ? undefined : from + length), star: value.star };
  }
  if (value.text === undefined) {
    requireSet(sh, name, p);
    return { kind: 'text', text: '' };
  }
  const chars = [...value.text];
  const from = offset < 0 ? chars.length + offset : offset;
  if (from < 0 || from > chars.length) return { kind: 'text', text: '' };
  const to = length === undefined ? chars.length : length < 0 ? chars.length + length : from + length;
  if (to < from) throw new ShellError(`${length}: substring expression < 0`);
  return { kind: 'text', text: chars.slice(from, to).join('') };
}

/** An indexed array's slice begins at the first element whose index is at least `offset`. */
function sliceIndexed(sh: Shell, name: string, offset: number, length: number | undefined, star: boolean): Expanded {
  const entries = sh.elements(name);
  const from = offset < 0 ? Number(entries.at(-1)?.[0] ?? -1) + 1 + offset : offset;
  if (length !== undefined && length < 0) throw new ShellError(`${length}: substring expression < 0`);
  const items = from < 0 ? [] : entries.filter(([k]) => Number(k) >= from).map(([, v]) => v);
  return { kind: 'list', items: items.slice(0, length), star };
}

async function mapping(
  sh: Shell,
  p: Parameter,
  op: ParameterOperation,
  quoted: boolean,
  words: WordExpansion,
): Promise<(text: string) => string> {
  switch (op.type) {
    case 'Remove': {
      const pattern = sh.localized(await words.expandPattern(sh, op.operand, quoted));
      return (text) => removeMatch(text, pattern, op.operator);
    }
    case 'Replace': {
      const anchor = sh.dialect.extended ? '' : op.operator.slice(1).replace('/', '');
      const pattern = anchor + sh.localized(await words.expandPattern(sh, op.pattern, quoted));
      const replacement = sh.localized(await words.expandPattern(sh, op.replacement));
      return (text) =>
        replaceMatches(
          text,
          pattern,
          replacement,
          anchor === '' ? op.operator : '/',
          sh.shopt.has('patsub_replacement'),
          sh.shopt.has('nocasematch'),
        );
    }
    case 'CaseModification': {
      const pattern = op.operand && op.operand.text !== '' ? sh.localized(await words.expandPattern(sh, op.operand, quoted)) : '?';
      return (text) => changeCase(text, op.operator, pattern);
    }
    case 'Unknown': {
      const operator = op.operator.startsWith('~~') ? '~~' : '~';
      const pattern = unquotePattern(op.operator.slice(operator.length)) || '?';
      return (text) => changeCase(text, operator, pattern);
    }
    case 'Transform':
      return (text) => transformed(sh, op.operand.text, text);
    default:
      throw new ShellError(`${p.text}: bad substitution`);
  }
}

/** `${x@A}` and its kin, which look at the variable more than at its value. */
function ofVariable(sh: Shell, name: string, operator: string, value: Value): Expanded | undefined {
  const whole = value.kind === 'list';
  const star = value.kind === 'list' && value.star;
  if (operator === 'a') {
    const letters = attributesOf(sh, name);
    return whole ? { kind: 'list', items: value.items.map(() => letters), star } : { kind: 'text', text: letters };
  }
  if (operator === 'A' && name !== '@' && name !== '*')
    return { kind: 'text', text: recreation(sh, name, whole, value.kind === 'text' ? value.text : undefined) };
  if ((operator === 'K' || operator === 'k') && whole && name !== '@' && name !== '*')
    return { kind: 'list', items: keysAndValues(sh.vars.find(name), sh.elements(name), operator === 'k'), star };
  return undefined;
}
