import type { Assignment } from 'unbash';
import { assign } from '../assign';
import { ShellError } from '../flow';
import { doubleQuote, quoteIfNeeded, singleQuote } from '../quoting';
import { type Shell, optionLetters } from '../shell';
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

const names = [
  ...Object.values(optionLetters).filter((n) => n !== 'onecmd'),
  'emacs',
  'vi',
  'history',
  'ignoreeof',
  'interactive-comments',
  'nolog',
  'pipefail',
  'posix',
  'onecmd',
].sort();
const ashNames = [
  'errexit',
  'noglob',
  'ignoreeof',
  'interactive',
  'monitor',
  'noexec',
  'stdin',
  'xtrace',
  'verbose',
  'noclobber',
  'allexport',
  'notify',
  'nounset',
  'errtrace',
  'vi',
  'pipefail',
];

export async function setOption(sh: Shell, name: string, on: boolean): Promise<boolean> {
  if (!names.includes(name) && !(sh.dialect.almquist && ashNames.includes(name))) return false;
  if (on) sh.options.add(name);
  else sh.options.delete(name);
  if (name === 'monitor') await sh.onMonitor?.(on);
  return true;
}

export const set: Builtin = async (sh, args, name) => {
  if (args.length === 0) {
    let out = '';
    for (const n of sh.vars.names()) {
      const v = sh.vars.find(n);
      if (!v) continue;
      if (v.kind !== 'scalar')
        out += `${n}=(${elements(v).map(([k, x]) => `[${k}]=${doubleQuote(x)}`).join(' ')})\n`; // prettier-ignore
      else if (v.value !== undefined) out += `${n}=${sh.dialect.extended ? quoteIfNeeded(v.value) : singleQuote(v.value)}\n`;
    }
    await sh.out(out);
    return 0;
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      sh.positional = args.slice(i + 1);
      return 0;
    }
    if (arg === '-' && i === 0) {
      sh.options.delete('xtrace');
      sh.options.delete('verbose');
      if (args.length > 1) sh.positional = args.slice(1);
      return 0;
    }
    if (!/^[-+]./.test(arg)) {
      sh.positional = args.slice(i);
      return 0;
    }
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const option = args[++i];
        if (option === undefined) {
          const list = sh.dialect.extended ? names : ashNames;
          let out = sh.dialect.extended || !on ? '' : 'Current option settings\n';
          for (const n of list)
            out += on
              ? sh.dialect.extended
                ? `${n.padEnd(15)}\t${sh.options.has(n) ? 'on' : 'off'}\n`
                : `${n.padEnd(16)}${sh.options.has(n) ? 'on' : 'off'}\n`
              : `set ${sh.options.has(n) ? '-' : '+'}o ${n}\n`;
          await sh.out(out);
          return 0;
        }
        if (!(await setOption(sh, option, on))) {
          await sh.complain(sh.dialect.extended ? `${option}: invalid option name` : `illegal option ${on ? '-' : '+'}o ${option}`, name);
          return 2;
        }
      } else {
        const option = optionLetters[letter];
        if (option === undefined || !(await setOption(sh, option, on))) return invalidOption(sh, name, `${on ? '-' : '+'}${letter}`);
      }
    }
  }
  return 0;
};

const shoptNames = [
  'autocd',
  'assoc_expand_once',
  'cdable_vars',
  'cdspell',
  'checkhash',
  'checkjobs',
  'checkwinsize',
  'cmdhist',
  'compat31',
  'complete_fullquote',
  'direxpand',
  'dirspell',
  'dotglob',
  'execfail',
  'expand_aliases',
  'extdebug',
  'extglob',
  'extquote',
  'failglob',
  'force_fignore',
  'globasciiranges',
  'globskipdots',
  'globstar',
  'gnu_errfmt',
  'histappend',
  'histreedit',
  'histverify',
  'hostcomplete',
  'huponexit',
  'inherit_errexit',
  'interactive_comments',
  'lastpipe',
  'lithist',
  'localvar_inherit',
  'localvar_unset',
  'login_shell',
  'mailwarn',
  'no_empty_cmd_completion',
  'nocaseglob',
  'nocasematch',
  'noexpand_translation',
  'nullglob',
  'patsub_replacement',
  'progcomp',
  'progcomp_alias',
  'promptvars',
  'restricted_shell',
  'shift_verbose',
  'sourcepath',
  'varredir_close',
  'xpg_echo',
];

export const shopt: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'pqsuo');
  if (bad) return invalidOption(sh, name, bad);
  const table = flags.has('o') ? sh.options : sh.shopt;
  const known = flags.has('o') ? names : shoptNames;
  let status = 0;
  for (const option of rest.length > 0 ? rest : known) {
    if (!known.includes(option)) {
      await sh.complain(`${option}: invalid shell option name`, name);
      status = 1;
      continue;
    }
    if (flags.has('s') && rest.length > 0) table.add(option);
    else if (flags.has('u') && rest.length > 0) table.delete(option);
    else {
      const on = table.has(option);
      if (rest.length === 0 && ((flags.has('s') && !on) || (flags.has('u') && on))) continue;
      if (!on && rest.length > 0) status = 1;
      if (!flags.has('q'))
        await sh.out(flags.has('p') ? `shopt ${on ? '-s' : '-u'} ${option}\n` : `${option.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
    }
  }
  return status;
};

export const shift: Builtin = async (sh, args, name) => {
  const n = args[0] === undefined ? 1 : Number(args[0]);
  if (!Number.isInteger(n)) {
    await sh.complain(sh.dialect.extended ? `${args[0] ?? ''}: numeric argument required` : `Illegal number: ${args[0] ?? ''}`, name);
    return sh.dialect.extended ? 1 : 2;
  }
  if (n > sh.positional.length || n < 0) {
    if (n < 0) await sh.complain(`${args[0] ?? ''}: shift count out of range`, name);
    return 1;
  }
  sh.positional = sh.positional.slice(n);
  return 0;
};

export const getopts: Builtin = async (sh, args, name) => {
  const [spec, variable, ...given] = args;
  if (spec === undefined || variable === undefined) {
    await sh.err(
      `${sh.dialect.extended ? `${name}: usage: getopts optstring name [arg ...]` : `${sh.prefix(name)}usage: getopts optstring var [arg]`}\n`,
    );
    return 2;
  }
  const words = given.length > 0 ? given : sh.positional;
  const silent = spec.startsWith(':') || sh.vars.get('OPTERR') === '0';
  let index = Number(sh.vars.get('OPTIND') ?? '1') || 1;
  if (sh.getoptsIndex !== index) sh.getoptsOffset = 1;
  const end = (): number => {
    sh.vars.set(variable, '?');
    sh.vars.unset('OPTARG');
    sh.vars.set('OPTIND', String(index));
    sh.getoptsIndex = index;
    return 1;
  };
  const word = words[index - 1];
  if (word === undefined || !word.startsWith('-') || word === '-') return end();
  if (word === '--') {
    index++;
    return end();
  }
  const letter = word[sh.getoptsOffset] ?? '';
  const advance = (): void => {
    sh.getoptsOffset++;
    if (sh.getoptsOffset >= word.length) {
      index++;
      sh.getoptsOffset = 1;
    }
  };
  const at = spec.indexOf(letter);
  sh.vars.unset('OPTARG');
  const shell = sh.name;
  if (at < 0 || letter === ':') {
    advance();
    sh.vars.set(variable, '?');
    if (spec.startsWith(':')) sh.vars.set('OPTARG', letter);
    else if (!silent) await sh.err(sh.dialect.extended ? `${shell}: illegal option -- ${letter}\n` : `Illegal option -${letter}\n`);
  } else if (spec[at + 1] === ':') {
    const attached = word.slice(sh.getoptsOffset + 1);
    index++;
    sh.getoptsOffset = 1;
    const value = attached !== '' ? attached : words[index++ - 1];
    if (value === undefined) {
      index--;
      sh.vars.set(variable, spec.startsWith(':') ? ':' : '?');
      if (spec.startsWith(':')) sh.vars.set('OPTARG', letter);
      else if (!silent)
        await sh.err(sh.dialect.extended ? `${shell}: option requires an argument -- ${letter}\n` : `No arg for -${letter} option\n`);
    } else {
      sh.vars.set(variable, letter);
      sh.vars.set('OPTARG', value);
    }
  } else {
    advance();
    sh.vars.set(variable, letter);
  }
  sh.vars.set('OPTIND', String(index));
  sh.getoptsIndex = index;
  return 0;
};
