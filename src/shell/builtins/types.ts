import type { CommandArgument } from 'unbash';
import type { Shell } from '../shell';

/** A command of the shell itself. `nodes` are its arguments before expansion, for assignments with arrays. */
export type Builtin = (sh: Shell, args: readonly string[], name: string, nodes: readonly CommandArgument[]) => Promise<number> | number;

/** Single-letter options up to the first operand or `--`. `bad` is the first letter that is not in `letters` (`x:` takes a value). */
export function options(
  args: readonly string[],
  letters: string,
): { flags: Map<string, string>; rest: string[]; bad: string | undefined; missing: string | undefined } {
  const flags = new Map<string, string>();
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (!arg.startsWith('-') || arg === '-') break;
    for (let j = 1; j < arg.length; j++) {
      const letter = arg[j] ?? '';
      const at = letters.indexOf(letter);
      if (at < 0 || letter === ':') return { flags, rest: args.slice(i), bad: `-${letter}`, missing: undefined };
      if (letters[at + 1] === ':') {
        const value = arg.slice(j + 1) || args[++i];
        if (value === undefined) return { flags, rest: [], bad: undefined, missing: `-${letter}` };
        flags.set(letter, value);
        break;
      }
      flags.set(letter, '');
    }
  }
  return { flags, rest: args.slice(i), bad: undefined, missing: undefined };
}

/** How each builtin of bash is used. */
export const usages: Readonly<Record<string, string>> = {
  cd: 'cd [-L|[-P [-e]] [-@]] [dir]',
  pwd: 'pwd [-LP]',
  export: 'export [-fn] [name[=value] ...] or export -p',
  readonly: 'readonly [-aAf] [name[=value] ...] or readonly -p',
  unset: 'unset [-f] [-v] [-n] [name ...]',
  declare: 'declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]',
  local: 'local [option] name[=value] ...',
  kill: 'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]',
  wait: 'wait [-fn] [-p var] [id ...]',
  jobs: 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]',
  read: 'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]',
  trap: 'trap [-lp] [[arg] signal_spec ...]',
  umask: 'umask [-p] [-S] [mode]',
  type: 'type [-afptP] name [name ...]',
  printf: 'printf [-v var] format [arguments]',
  alias: 'alias [-p] [name[=value] ... ]',
  unalias: 'unalias [-a] name [name ...]',
  source: 'source filename [arguments]',
  '.': '. filename [arguments]',
  hash: 'hash [-lr] [-p pathname] [-dt] [name ...]',
  disown: 'disown [-h] [-ar] [jobspec ... | pid ...]',
  getopts: 'getopts optstring name [arg ...]',
  exec: 'exec [-cl] [-a name] [command [argument ...]] [redirection ...]',
  set: 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]',
  shopt: 'shopt [-pqsu] [-o] [optname ...]',
  history: 'history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]',
  command: 'command [-pVv] command [arg ...]',
  let: 'let arg [arg ...]',
  fg: 'fg [job_spec]',
  bg: 'bg [job_spec ...]',
  times: 'times',
  typeset: 'typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]',
  mapfile: 'mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]',
  readarray: 'readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]',
  caller: 'caller [expr]',
  enable: 'enable [-a] [-dnps] [-f filename] [name ...]',
  eval: 'eval [arg ...]',
  compgen:
    'compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]',
  complete:
    'complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]',
  compopt: 'compopt [-o|+o option] [-DEI] [name ...]',
  fc: 'fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]',
  bind: 'bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]',
  suspend: 'suspend [-f]',
  logout: 'logout [n]',
  exit: 'exit [n]',
  shift: 'shift [n]',
  help: 'help [-dms] [pattern ...]',
  dirs: 'dirs [-clpv] [+N] [-N]',
  pushd: 'pushd [-n] [+N | -N | dir]',
  popd: 'popd [-n] [+N | -N]',
  builtin: 'builtin [shell-builtin [arg ...]]',
  echo: 'echo [-neE] [arg ...]',
  ulimit: 'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]',
};

export async function invalidOption(sh: Shell, name: string, option: string): Promise<number> {
  if (sh.dialect.almquist) {
    await sh.complain(`${sh.dialect.name === 'dash' ? 'Illegal' : 'illegal'} option ${option}`, name);
    return 2;
  }
  await sh.complain(`${option}: invalid option`, name);
  return usage(sh, name);
}

/** An option that wants a value has none. */
export async function missingArgument(sh: Shell, name: string, option: string): Promise<number> {
  if (sh.dialect.almquist) {
    await sh.complain(`no arg for ${option} option`, name);
    return 2;
  }
  await sh.complain(`${option}: option requires an argument`, name);
  return usage(sh, name);
}

export async function usage(sh: Shell, name: string): Promise<number> {
  const text = usages[name];
  if (text && sh.dialect.extended) await sh.err(`${name}: usage: ${text}\n`);
  return 2;
}
