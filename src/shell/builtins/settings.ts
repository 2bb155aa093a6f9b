import { singleQuote } from '../quoting';
import { optionLetters } from '../option-letters';
import type { Shell } from '../shell';
import { listVariables } from './declare';
import { functionText } from './lookup';
import { type Builtin, invalidOption, options } from './types';

export const setOptionNames = [
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
  'monitor',
  'noexec',
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
const dashNames = [
  'errexit', 'noglob', 'ignoreeof', 'interactive', 'monitor', 'noexec', 'stdin', 'xtrace', 'verbose', 'vi', 'emacs', 'noclobber', 'allexport',
  'notify', 'nounset', 'nolog', 'debug',
]; // prettier-ignore

export async function setOption(sh: Shell, name: string, on: boolean): Promise<boolean> {
  if (!setOptionNames.includes(name) && !(sh.dialect.almquist && (ashNames.includes(name) || dashNames.includes(name)))) return false;
  if (on) sh.options.add(name);
  else sh.options.delete(name);
  if (name === 'posix' && sh.dialect.extended) {
    if (on) sh.vars.set('POSIXLY_CORRECT', 'y');
    else sh.vars.unset('POSIXLY_CORRECT');
  }
  if (name === 'monitor') await sh.onMonitor?.(sh, on);
  return true;
}

export const set: Builtin = async (sh, args, name) => {
  if (args.length === 0) {
    if (sh.dialect.extended) {
      await sh.out(listVariables(sh));
      if (!sh.options.has('posix')) for (const fn of [...sh.functions.keys()].sort()) await sh.out(functionText(sh, fn));
      return 0;
    }
    let out = '';
    for (const n of sh.vars.names()) {
      const value = n === 'PPID' ? sh.vars.get(n) : sh.vars.find(n)?.value;
      if (value !== undefined) out += `${n}=${singleQuote(value)}\n`;
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
          const list = sh.dialect.extended ? setOptionNames : sh.dialect.name === 'dash' ? dashNames : ashNames;
          let out = sh.dialect.name !== 'dash' || !on ? '' : 'Current option settings\n';
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
          return sh.dialect.name === 'ash' ? 1 : 2;
        }
      } else {
        const option = optionLetters[letter];
        if (option === undefined || !(await setOption(sh, option, on))) return invalidOption(sh, name, `${on ? '-' : '+'}${letter}`);
      }
    }
  }
  return 0;
};

export const shellOptionNames = [
  'autocd',
  'assoc_expand_once',
  'cdable_vars',
  'cdspell',
  'checkhash',
  'checkjobs',
  'checkwinsize',
  'cmdhist',
  'compat31',
  'compat32',
  'compat40',
  'compat41',
  'compat42',
  'compat43',
  'compat44',
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
  if (flags.has('s') && flags.has('u')) {
    await sh.complain('cannot set and unset shell options simultaneously', name);
    return 1;
  }
  const table = flags.has('o') ? sh.options : sh.shopt;
  const known = flags.has('o') ? setOptionNames : shellOptionNames;
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
        await sh.out(
          flags.has('p')
            ? flags.has('o')
              ? `set ${on ? '-' : '+'}o ${option}\n`
              : `shopt ${on ? '-s' : '-u'} ${option}\n`
            : `${option.padEnd(15)}\t${on ? 'on' : 'off'}\n`,
        );
    }
  }
  return status;
};
