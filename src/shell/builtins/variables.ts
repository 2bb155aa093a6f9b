import type { Assignment } from 'unbash';
import { assign } from '../assign';
import { ShellError } from '../flow';
import { doubleQuote, quoteIfNeeded, singleQuote } from '../quoting';
import type { Shell } from '../shell';
import { elements, type Variable } from '../variables';
import { type Builtin, invalidOption, options } from './types';

const identifier = /^[A-Za-z_]\w*$/;

function attributes(v: Variable): string {
  const letters = `${v.kind === 'indexed' ? 'a' : ''}${v.kind === 'assoc' ? 'A' : ''}${v.integer ? 'i' : ''}${v.caseFold === 'lower' ? 'l' : ''}${v.nameref ? 'n' : ''}${v.readonly ? 'r' : ''}${v.caseFold === 'upper' ? 'u' : ''}${v.exported ? 'x' : ''}`;
  return letters === '' ? '--' : `-${letters}`;
}

export function declaration(name: string, v: Variable): string {
  const head = `declare ${attributes(v)} ${name}`;
  if (v.kind === 'scalar') return v.value === undefined ? head : `${head}=${doubleQuote(v.value)}`;
  const shown = elements(v).map(
    ([k, value]) => `[${v.kind === 'assoc' && /[^\w.,:\/@%+-]/.test(k) ? doubleQuote(k) : k}]=${doubleQuote(value)}`,
  );
  return `${head}=(${shown.join(' ')}${v.kind === 'assoc' && shown.length > 0 ? ' ' : ''})`;
}

/** The assignment node behind an argument, when it was written as one. */
function assignmentOf(nodes: Parameters<Builtin>[3], name: string): Assignment | undefined {
  return nodes.find((n): n is Assignment => n.type === 'Assignment' && n.name === name);
}

function split(arg: string): { name: string; value: string | undefined; append: boolean } {
  const m = /^([^=+[]*)(?:\[[^\]]*\])?(\+?)=([^]*)$/.exec(arg);
  return m ? { name: m[1] ?? '', value: m[3], append: m[2] === '+' } : { name: arg, value: undefined, append: false };
}

async function give(sh: Shell, arg: string, nodes: Parameters<Builtin>[3], where: { local?: boolean; assoc?: boolean }): Promise<void> {
  const { name, value, append } = split(arg);
  if (value === undefined) return;
  const node = assignmentOf(nodes, name);
  if (node && (node.value.type === 'ArrayValue' || node.index)) await assign(sh, node, where);
  else sh.vars.set(name, value, { append, local: where.local });
}

async function badName(sh: Shell, name: string, shown: string): Promise<number> {
  await sh.complain(sh.dialect.extended ? `\`${shown}': not a valid identifier` : `${shown}: bad variable name`, name);
  return sh.dialect.extended ? 1 : 2;
}

const exportLike =
  (attribute: 'exported' | 'readonly'): Builtin =>
  async (sh, args, name, nodes) => {
    const { flags, rest, bad } = options(args, sh.dialect.extended ? 'fnpaA' : 'p');
    if (bad) return invalidOption(sh, name, bad);
    if (rest.length === 0) {
      let out = '';
      for (const n of sh.vars.names()) {
        const v = sh.vars.find(n);
        if (!v?.[attribute]) continue;
        if (sh.dialect.extended) out += `${declaration(n, v)}\n`;
        else out += `${name} ${n}${v.value === undefined ? '' : `=${singleQuote(v.value)}`}\n`;
      }
      await sh.out(out);
      return 0;
    }
    let status = 0;
    for (const arg of rest) {
      if (flags.has('f')) continue;
      const { name: variable } = split(arg);
      if (!identifier.test(variable)) {
        status = await badName(sh, name, sh.dialect.extended ? arg : variable);
        continue;
      }
      await give(sh, arg, nodes, { assoc: flags.has('A') });
      sh.vars.declare(variable)[attribute] = !flags.has('n');
    }
    return status;
  };

export const exportBuiltin = exportLike('exported');
export const readonly = exportLike('readonly');

function applyAttributes(v: Variable, on: string, off: string): void {
  for (const [letters, value] of [[on, true], [off, false]] as const) {
    for (const letter of letters) {
      if (letter === 'x') v.exported = value;
      else if (letter === 'r' && value) v.readonly = true;
      else if (letter === 'i') v.integer = value;
      else if (letter === 'n') v.nameref = value;
      else if (letter === 'l' || letter === 'u') v.caseFold = value ? (letter === 'l' ? 'lower' : 'upper') : undefined;
      else if (letter === 'a' || letter === 'A') {
        if (v.kind === 'scalar' && value) {
          v.kind = letter === 'a' ? 'indexed' : 'assoc';
          if (v.value !== undefined) v.items.set('0', v.value);
          v.value = undefined;
        }
      }
    }
  } // prettier-ignore
}

export const declare: Builtin = async (sh, args, name, nodes) => {
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
  const bad = /[^aAfFgiIlnrtuxp]/.exec(on)?.[0];
  if (bad) return invalidOption(sh, name, `-${bad}`);
  const rest = args.slice(i);
  if (on.includes('f') || on.includes('F')) {
    let status = 0;
    for (const fn of rest.length > 0 ? rest : [...sh.functions.keys()].sort()) {
      const f = sh.functions.get(fn);
      if (!f) status = 1;
      else await sh.out(on.includes('F') ? (rest.length > 0 ? `${fn}\n` : `declare -f ${fn}\n`) : `${fn} () \n${f.text}\n`);
    }
    return status;
  }
  if (rest.length === 0 || on.includes('p')) {
    let status = 0;
    const filter = on.replace('p', '');
    for (const n of rest.length > 0 ? rest : sh.vars.names()) {
      const v = sh.vars.find(n);
      if (!v) {
        await sh.complain(`${n}: not found`, name);
        status = 1;
      } else if (rest.length > 0 || [...filter].every((l) => attributes(v).includes(l))) {
        await sh.out(
          on === '' && rest.length === 0
            ? v.kind === 'scalar' && v.value !== undefined
              ? `${n}=${quoteIfNeeded(v.value)}\n`
              : ''
            : `${declaration(n, v)}\n`,
        );
      }
    }
    return status;
  }
  const local = sh.functionDepth > 0 && !on.includes('g');
  return declareAll(sh, rest, name, nodes, local, on, off);
};

async function declareAll(
  sh: Shell,
  rest: readonly string[],
  name: string,
  nodes: Parameters<Builtin>[3],
  local: boolean,
  on: string,
  off: string,
): Promise<number> {
  let status = 0;
  for (const arg of rest) {
    const { name: variable, value } = split(arg);
    if (!identifier.test(variable)) {
      status = await badName(sh, name, arg);
      continue;
    }
    const readonlyLater = on.includes('r');
    const v = local ? sh.vars.declareLocal(variable) : sh.vars.declare(variable);
    if (v.readonly && value !== undefined) {
      await sh.complain(`${variable}: readonly variable`, sh.dialect.extended ? name : undefined);
      status = 1;
      continue;
    }
    applyAttributes(v, on.replace(/[rn]/g, ''), off);
    await give(sh, arg, nodes, { local, assoc: on.includes('A') });
    if (on.includes('n')) v.nameref = true;
    if (readonlyLater) v.readonly = true;
  }
  return status;
}

export const local: Builtin = async (sh, args, name, nodes) => {
  if (sh.functionDepth === 0) {
    await sh.complain(sh.dialect.extended ? 'can only be used in a function' : 'not in a function', name);
    return sh.dialect.extended ? 1 : 2;
  }
  if (!sh.dialect.extended) return declareAll(sh, args, name, nodes, true, '', '');
  let i = 0;
  let on = '';
  while (/^-[A-Za-z]+$/.test(args[i] ?? '')) on += (args[i++] ?? '').slice(1);
  return declareAll(sh, args.slice(i), name, nodes, true, on, '');
};

export const unset: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'fvn');
  if (bad) return invalidOption(sh, name, bad);
  let status = 0;
  for (const arg of rest) {
    if (flags.has('f')) {
      sh.functions.delete(arg);
      continue;
    }
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(arg);
    try {
      if (element) {
        const v = sh.vars.find(element[1] ?? '');
        if (element[2] === '@' || element[2] === '*') sh.vars.unset(element[1] ?? '');
        else v?.items.delete(v.kind === 'assoc' ? (element[2] ?? '') : String(sh.arithmetic(element[2] ?? '0')));
      } else if (!identifier.test(arg)) {
        status = await badName(sh, name, arg);
      } else if (sh.vars.find(arg) || flags.has('v')) sh.vars.unset(arg);
      else if (sh.dialect.extended) sh.functions.delete(arg);
    } catch (e) {
      if (!(e instanceof ShellError)) throw e;
      await sh.complain(sh.dialect.extended ? e.message : `${arg}: is read only`, name);
      status = sh.dialect.extended ? 1 : 2;
    }
  }
  return status;
};
