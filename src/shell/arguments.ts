import { setOption } from './builtins/settings';
import { optionLetters } from './option-letters';
import type { Shell } from './shell';

export interface Invocation {
  command: string | undefined;
  script: string | undefined;
  interactive: boolean;
  login: boolean;
  stdin: boolean;
  noRc: boolean;
  /** Read in place of ~/.bashrc. */
  rcFile: string | undefined;
  noProfile: boolean;
  positional: string[];
  name: string | undefined;
}

const longOptions = [
  'debug', 'debugger', 'dump-po-strings', 'dump-strings', 'help', 'init-file', 'login', 'noediting', 'noprofile', 'norc', 'posix', 'pretty-print',
  'rcfile', 'restricted', 'verbose', 'version',
]; // prettier-ignore

function usageText(name: string): string {
  return [
    `Usage:\t${name} [GNU long option] [option] ...`,
    `\t${name} [GNU long option] [option] script-file ...`,
    'GNU long options:',
    ...longOptions.map((o) => `\t--${o}`),
    'Shell options:',
    '\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)',
    '\t-abefhkmnptuvxBCEHPT or -o option\n',
  ].join('\n');
}

/** Reads the command line; a number when the shell has to end with it at once. */
export async function parseArguments(sh: Shell): Promise<Invocation | number> {
  const result: Invocation = {
    command: undefined,
    script: undefined,
    interactive: false,
    login: false,
    stdin: false,
    noRc: false,
    rcFile: undefined,
    noProfile: false,
    positional: [],
    name: undefined,
  };
  const called = sh.proc.argv[0] ?? '';
  // `busybox sh …`
  const args = sh.proc.argv.slice(/(?:^|\/)busybox$/.test(called) ? 2 : 1);
  let wantsCommand = false;
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (arg.startsWith('--') && sh.dialect.extended) {
      if (arg === '--login') result.login = true;
      else if (arg === '--norc') result.noRc = true;
      else if (arg === '--noprofile') result.noProfile = true;
      else if (arg === '--posix') sh.options.add('posix');
      else if (arg === '--rcfile' || arg === '--init-file') {
        result.rcFile = args[++i];
        if (result.rcFile === undefined) {
          await sh.err(`${sh.name}: ${arg.slice(2)}: option requires an argument\n`);
          return 2;
        }
      } else if (arg === '--version') {
        await sh.out(`GNU bash, version ${sh.dialect.version ?? ''} (x86_64-pc-linux-gnu)\n`);
        return 0;
      } else if (!['--noediting', '--verbose', '--restricted', '--debugger'].includes(arg)) {
        await sh.err(`${sh.name}: ${arg}: invalid option\n${usageText(sh.name)}`);
        return 2;
      }
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'c' && on) wantsCommand = true;
      else if (letter === 'i') result.interactive = true;
      else if (letter === 'l') result.login = true;
      else if (letter === 's') result.stdin = true;
      else if (letter === 'o' || letter === 'O') {
        const option = args[++i] ?? '';
        if (letter === 'O') {
          if (on) sh.shopt.add(option);
          else sh.shopt.delete(option);
        } else if (!(await setOption(sh, option, on))) {
          await sh.err(
            sh.dialect.extended
              ? `${sh.name}: line 0: ${sh.name}: ${option}: invalid option name\n`
              : `${sh.name}: illegal option -o ${option}\n`,
          );
          if (sh.dialect.name !== 'ash') return 2;
        }
      } else {
        const option = optionLetters[letter];
        if (option === undefined || !(await setOption(sh, option, on))) {
          await sh.err(`${sh.name}: ${sh.dialect.extended ? `${arg[0] ?? '-'}${letter}: invalid option` : `illegal option -${letter}`}\n`);
          if (sh.dialect.extended) await sh.err(usageText(sh.name));
          return 2;
        }
      }
    }
  }
  const rest = args.slice(i);
  if (wantsCommand) {
    const [command, name, ...positional] = rest;
    if (command === undefined) {
      await sh.err(`${sh.name}: ${sh.dialect.extended ? '-c: option requires an argument' : '-c requires an argument'}\n`);
      return 2;
    }
    result.command = command;
    result.name = name;
    result.positional = positional;
  } else if (!result.stdin && rest.length > 0) {
    result.script = rest[0];
    result.name = rest[0];
    result.positional = rest.slice(1);
  } else result.positional = rest;
  return result;
}
