import { ShellError } from '../flow';
import { singleQuote } from '../quoting';
import type { Shell } from '../shell';
import { badName, give, identifier, shownDeclaration, splitAssignment } from './declare';
import { type Builtin, invalidOption, options } from './types';

async function markFunctions(sh: Shell, names: readonly string[], set: Set<string>, on: boolean, name: string): Promise<number> {
  let status = 0;
  for (const fn of names) {
    if (!sh.functions.has(fn)) {
      await sh.complain(`${fn}: not a function`, name);
      status = 1;
    } else if (on) set.add(fn);
    else set.delete(fn);
  }
  return status;
}

const exportLike =
  (attribute: 'exported' | 'readonly'): Builtin =>
  async (sh, args, name, nodes) => {
    const { flags, rest, bad } = options(
      args,
      sh.dialect.extended
        ? attribute === 'exported'
          ? 'fnp'
          : 'faAp'
        : sh.dialect.name === 'ash' && attribute === 'exported'
          ? 'np'
          : 'p',
    );
    if (bad) return invalidOption(sh, name, bad);
    if (rest.length === 0) {
      let out = '';
      for (const n of sh.vars.names()) {
        const v = sh.vars.own(n);
        if (!v?.[attribute]) continue;
        if ((flags.has('a') && v.kind !== 'indexed') || (flags.has('A') && v.kind !== 'assoc')) continue;
        if (sh.dialect.extended) out += `${shownDeclaration(sh, n, v)}\n`;
        else out += `${name} ${n}${v.value === undefined ? '' : `=${singleQuote(v.value)}`}\n`;
      }
      await sh.out(out);
      return 0;
    }
    if (flags.has('f')) {
      const set = attribute === 'exported' ? sh.exportedFunctions : sh.readonlyFunctions;
      return markFunctions(sh, rest, set, !flags.has('n'), name);
    }
    let status = 0;
    for (const arg of rest) {
      const { name: variable } = splitAssignment(arg);
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

/** `unset x[i]`. */
async function unsetElement(sh: Shell, variable: string, index: string, name: string): Promise<number> {
  const v = sh.vars.find(variable);
  if (v?.readonly) throw new ShellError(`${variable}: cannot unset: readonly variable`);
  if (index === '@' || index === '*') {
    if (v?.kind === 'assoc' && v.items.has(index)) v.items.delete(index);
    else sh.vars.unset(variable);
    return 0;
  }
  if (!v) return 0;
  if (v.kind === 'assoc') v.items.delete(index);
  else {
    const key = String(sh.arithmetic(index));
    if (sh.beforeFirst(variable, key)) {
      await sh.complain(`[${index}]: bad array subscript`, name);
      return 1;
    }
    if (v.kind === 'scalar' && key === '0') sh.vars.unset(variable);
    else v.items.delete(key.startsWith('-') ? sh.fromEnd(v, key) : key);
  }
  return 0;
}

export const unset: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, sh.dialect.extended ? 'fvn' : 'fv');
  if (bad) return invalidOption(sh, name, bad);
  if (flags.has('f') && flags.has('v') && sh.dialect.extended) {
    await sh.complain('cannot simultaneously unset a function and a variable', name);
    return 1;
  }
  let status = 0;
  for (const arg of rest) {
    if (flags.has('f')) {
      if (sh.readonlyFunctions.has(arg)) {
        await sh.complain(`${arg}: cannot unset: readonly function`, name);
        status = 1;
      } else sh.functions.delete(arg);
      continue;
    }
    const pointed = flags.has('n') ? undefined : sh.vars.elementOf(arg);
    const element = sh.dialect.extended ? /^([A-Za-z_]\w*)\[(.*)\]$/.exec(pointed ? `${pointed.name}[${pointed.key}]` : arg) : null;
    try {
      if (element) status ||= await unsetElement(sh, element[1] ?? '', element[2] ?? '', name);
      else if (!identifier.test(arg)) {
        if (flags.has('v') || !sh.dialect.extended) status = await badName(sh, name, arg);
      } else if (sh.vars.own(arg) || flags.has('v') || sh.vars.dynamic(arg) !== undefined)
        sh.vars.unset((flags.has('n') ? undefined : sh.vars.referenceOf(arg)) ?? arg);
      else if (sh.dialect.extended) sh.functions.delete(arg);
    } catch (e) {
      if (!(e instanceof ShellError)) throw e;
      await sh.complain(sh.dialect.extended ? e.message : `${arg}: is read only`, name);
      status = sh.dialect.extended ? 1 : 2;
    }
  }
  return status;
};
