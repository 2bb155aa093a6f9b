import { type Assignment, parse } from 'unbash';
import { assign } from '../assign';
import { ShellError } from '../flow';
import { unnamedFile } from '../frames';
import { quoteIfNeeded } from '../quoting';
import type { Shell } from '../shell';
import { type Variable, arrayText, attributeLetters, declaration, elements } from '../variables';
import { functionText } from './lookup';
import { type Builtin, invalidOption } from './types';

export const identifier = /^[A-Za-z_]\w*$/;

type Nodes = Parameters<Builtin>[3];

/** `name[index]+=value` in its parts. */
export function splitAssignment(arg: string): { name: string; value: string | undefined; append: boolean; index: string | undefined } {
  const m = /^([^=+[]*)(?:\[([^\]]*)\])?(\+?)=([^]*)$/.exec(arg);
  if (m) return { name: m[1] ?? '', value: m[4], append: m[3] === '+', index: m[2] };
  const element = /^(\w+)\[(.*)\]$/.exec(arg);
  return { name: element?.[1] ?? arg, value: undefined, append: false, index: element?.[2] };
}

/** Carries out the assignment behind an argument of `declare` and its kin, if it is one. */
export async function give(
  sh: Shell,
  arg: string,
  nodes: Nodes,
  where: { local?: boolean; assoc?: boolean; array?: boolean },
): Promise<void> {
  const { name, value, append, index } = splitAssignment(arg);
  if (value === undefined) return;
  const node = nodes.find((n): n is Assignment => n.type === 'Assignment' && n.name === name);
  // `declare -a x='(1 2)'` is read once more
  const compound =
    where.array && index === undefined && /^\([^]*\)$/.test(value) ? compoundAssignment(`${name}${append ? '+' : ''}=${value}`) : undefined;
  if (node && (node.value.type === 'ArrayValue' || node.index)) await assign(sh, node, where);
  else if (compound) await assign(sh, compound, where);
  else sh.vars.set(name, value, { append, local: where.local, index });
}

function compoundAssignment(text: string): Assignment | undefined {
  const command = parse(text).commands[0]?.command;
  const first = command?.type === 'Command' ? command.prefix[0] : undefined;
  return first?.type === 'Assignment' && first.value.type === 'ArrayValue' ? first : undefined;
}

export async function badName(sh: Shell, name: string, shown: string): Promise<number> {
  await sh.complain(sh.dialect.extended ? `\`${shown}': not a valid identifier` : `${shown}: bad variable name`, name);
  return sh.dialect.extended ? 1 : 2;
}

/** A variable as `declare -p` shows it, its value computed when it is one of those. */
export function shownDeclaration(sh: Shell, name: string, v: Variable): string {
  const value = v.kind === 'scalar' && !v.nameref ? sh.vars.get(name) : v.value;
  return declaration(
    name,
    v,
    value === undefined ? undefined : sh.localized(value),
    localizedElements(sh, v.kind === 'indexed' ? sh.elements(name) : elements(v)),
  );
}

const localizedElements = (sh: Shell, entries: readonly (readonly [string, string])[]): [string, string][] =>
  entries.map(([key, value]) => [sh.localized(key), sh.localized(value)]);

function shownAssignment(sh: Shell, name: string, v: Variable): string {
  // those that are computed are empty until somebody has asked
  if (name === 'PIPESTATUS' && sh.pipeStatus.length === 0) return '';
  if (v.kind !== 'scalar')
    return `${name}=${arrayText(v, name === 'DIRSTACK' || name === 'GROUPS' ? [] : localizedElements(sh, sh.elements(name)))}\n`;
  const value = v.nameref ? v.value : sh.vars.get(name);
  return value === undefined ? '' : `${name}=${quoteIfNeeded(sh.localized(value))}\n`;
}

/** All variables as `set` lists them. */
export function listVariables(sh: Shell): string {
  return sh.vars.names().map((n) => { const v = sh.vars.own(n); return v ? shownAssignment(sh, n, v) : ''; }).join(''); // prettier-ignore
}

type Fold = NonNullable<Variable['caseFold']>;
const folds: Readonly<Record<string, Fold>> = { l: 'lower', u: 'upper', c: 'capital' };

function setAttribute(v: Variable, letter: string, value: boolean): void {
  const fold = folds[letter];
  if (fold) v.caseFold = value ? fold : v.caseFold === fold ? undefined : v.caseFold;
  else if (letter === 'x') v.exported = value;
  else if (letter === 'i') v.integer = value;
  else if (letter === 't') v.traced = value;
  else if (letter === 'n' && !value) v.nameref = false;
  else if ((letter === 'a' || letter === 'A') && value && v.kind === 'scalar') {
    v.kind = letter === 'a' ? 'indexed' : 'assoc';
    if (v.value !== undefined) v.items.set('0', v.value);
    v.value = undefined;
  }
}

async function listFunctions(sh: Shell, names: readonly string[], onlyNames: boolean, exported: boolean): Promise<number> {
  let status = 0;
  for (const fn of names.length > 0 ? names : [...sh.functions.keys()].sort()) {
    if (!sh.functions.has(fn)) status = 1;
    else if (exported && names.length === 0 && !sh.exportedFunctions.has(fn)) continue;
    else if (onlyNames) {
      const flags = `-f${sh.readonlyFunctions.has(fn) ? 'r' : ''}${sh.exportedFunctions.has(fn) ? 'x' : ''}`;
      const made = sh.functions.get(fn);
      const where = sh.shopt.has('extdebug') && made ? ` ${made.source.lineAt(made.body.pos)} ${made.source.file ?? unnamedFile(sh)}` : '';
      await sh.out(names.length > 0 ? `${fn}${where}\n` : `declare ${flags} ${fn}\n`);
    } else await sh.out(functionText(sh, fn));
  }
  return status;
}

async function list(sh: Shell, names: readonly string[], on: string, name: string): Promise<number> {
  let status = 0;
  const filter = [...on.replace(/[pgI]/g, '')];
  for (const n of names.length > 0 ? names : sh.vars.names()) {
    const v = sh.vars.own(n);
    if (!v) {
      await sh.complain(`${n}: not found`, name);
      status = 1;
    } else if (names.length > 0 || filter.every((l) => attributeLetters(v).includes(l))) {
      await sh.out(on === '' && names.length === 0 ? shownAssignment(sh, n, v) : `${shownDeclaration(sh, n, v)}\n`);
    }
  }
  if (on === '' && names.length === 0) for (const fn of [...sh.functions.keys()].sort()) await sh.out(functionText(sh, fn));
  return status;
}

/** Leading `-x` and `+x`. */
function flagsOf(args: readonly string[]): { on: string; off: string; rest: readonly string[] } {
  let on = '';
  let off = '';
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (/^-[A-Za-z]+$/.test(arg)) on += arg.slice(1);
    else if (/^\+[A-Za-z]+$/.test(arg)) off += arg.slice(1);
    else break;
  }
  return { on, off, rest: args.slice(i) };
}

export const declare: Builtin = async (sh, args, name, nodes) => {
  const { on, off, rest } = flagsOf(args);
  const bad = /[^aAcfFgiIlnrtuxp]/.exec(on)?.[0];
  if (bad) return invalidOption(sh, name, `-${bad}`);
  if (on.includes('f') || on.includes('F')) {
    const marks = /[rxt]/.test(on) && rest.length > 0;
    if (marks) {
      for (const fn of rest) {
        if (on.includes('r')) sh.readonlyFunctions.add(fn);
        if (on.includes('x')) sh.exportedFunctions.add(fn);
        if (on.includes('t')) sh.tracedFunctions.add(fn);
      }
      return 0;
    }
    return listFunctions(sh, rest, on.includes('F'), on.includes('x'));
  }
  if (rest.length === 0 || on.includes('p')) return list(sh, rest, on, name);
  return declareAll(sh, rest, name, nodes, sh.functionDepth > 0 && !on.includes('g'), on, off);
};

async function makeReference(sh: Shell, variable: string, v: Variable, value: string | undefined, name: string): Promise<number> {
  if (value === variable && sh.functionDepth > 0) await sh.complain(`warning: ${variable}: circular name reference`, name);
  else if (value === variable) {
    await sh.complain(`${variable}: nameref variable self references not allowed`, name);
    return 1;
  }
  const target = value ?? v.value;
  if (target !== undefined && target !== '' && !/^[A-Za-z_]\w*(?:\[.*\])?$/.test(target)) {
    await sh.complain(`\`${target}': invalid variable name for name reference`, name);
    return 1;
  }
  v.value = target;
  v.nameref = true;
  return 0;
}

async function declareAll(
  sh: Shell,
  rest: readonly string[],
  name: string,
  nodes: Nodes,
  local: boolean,
  on: string,
  off: string,
): Promise<number> {
  let status = 0;
  for (const arg of rest) {
    const { name: variable, value } = splitAssignment(arg);
    if (arg === '-' && name === 'local') {
      sh.savedOptions ??= new Set(sh.options);
      continue;
    }
    if (!identifier.test(variable)) {
      status = await badName(sh, name, arg);
      continue;
    }
    const own = sh.vars.own(variable);
    if (local && own?.readonly && sh.dialect.extended) {
      await sh.complain(`${variable}: readonly variable`, name);
      status = 1;
      continue;
    }
    const v = local ? sh.vars.declareLocal(variable) : own && (on.includes('n') || off.includes('n')) ? own : sh.vars.declare(variable);
    if (v.readonly && (value !== undefined || off.includes('r'))) {
      await sh.complain(`${variable}: readonly variable`, sh.dialect.extended ? name : undefined);
      status = 1;
      continue;
    }
    if (on.includes('n')) {
      status ||= await makeReference(sh, variable, v, value, name);
      continue;
    }
    const other = { A: 'indexed', a: 'assoc' }[on.includes('A') ? 'A' : 'a'];
    if ((on.includes('A') || on.includes('a')) && v.kind === other) {
      const [from, to] = v.kind === 'indexed' ? ['indexed', 'associative'] : ['associative', 'indexed'];
      await sh.complain(`${variable}: cannot convert ${from} to ${to} array`, name);
      status = 1;
      continue;
    }
    for (const letter of off) setAttribute(v, letter, false);
    for (const letter of on) setAttribute(v, letter, true);
    try {
      await give(sh, arg, nodes, { local, assoc: on.includes('A'), array: /[aA]/.test(on) });
    } catch (e) {
      if (!(e instanceof ShellError) || !v.integer || e.message === '') throw e;
      // an expression that cannot be read gives up the line
      await sh.complain(e.message, name);
      throw new ShellError('', 1);
    }
    if (on.includes('r')) v.readonly = true;
  }
  return status;
}

export const local: Builtin = async (sh, args, name, nodes) => {
  if (sh.functionDepth === 0) {
    await sh.complain(sh.dialect.extended ? 'can only be used in a function' : 'not in a function', name);
    if (sh.dialect.almquist && !sh.interactive) sh.exit(2);
    return sh.dialect.extended ? 1 : 2;
  }
  if (!sh.dialect.extended) return declareAll(sh, args, name, nodes, true, '', '');
  const { on, off, rest } = flagsOf(args);
  const bad = /[^aAcgiIlnrtuxp]/.exec(on)?.[0];
  if (bad) return invalidOption(sh, name, `-${bad}`);
  if (rest.length > 0 && !on.includes('p')) return declareAll(sh, rest, name, nodes, true, on, off);
  for (const n of sh.vars.localNames()) {
    const v = sh.vars.own(n);
    if (v && (rest.length === 0 || rest.includes(n))) await sh.out(`${shownDeclaration(sh, n, v)}\n`);
  }
  return 0;
};
