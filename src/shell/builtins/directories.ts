import { Errno } from '../../kernel';
import { isDirectory } from '../file-tests';
import type { Shell } from '../shell';
import { type Builtin, invalidOption, options } from './types';

/** `path` from `base` without `.` and `..`, as text. */
export function logical(base: string, path: string): string {
  const out: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  return `/${out.join('/')}`;
}

/** `logical`, as long as there is a directory before each `..`; ash and dash do not look. */
function resolved(sh: Shell, base: string, path: string): string | undefined {
  const parts = (path.startsWith('/') ? path : `${base}/${path}`).split('/');
  if (sh.dialect.extended) for (const [i, part] of parts.entries()) if (part === '..' && i > 1 && !isDirectory(sh, logical('/', parts.slice(0, i).join('/')))) return undefined; // prettier-ignore
  return logical(base, path);
}

/** getcwd(2), or undefined and a message that `who` begins. */
export async function currentDirectory(sh: Shell, who: string): Promise<string | undefined> {
  try {
    return sh.proc.getcwd();
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    if (sh.dialect.name === 'dash') await sh.err(`${sh.name}: 0: getcwd() failed: ${sh.strerror(e)}\n`);
    else if (sh.dialect.extended)
      await sh.err(`${who}: error retrieving current directory: getcwd: cannot access parent directories: ${sh.strerror(e)}\n`);
    return undefined;
  }
}

export async function change(sh: Shell, target: string, shown: string, name: string, physical: boolean): Promise<boolean> {
  const before = sh.vars.get('PWD') || (await currentDirectory(sh, 'chdir'));
  if (sh.directoryLost && before !== undefined) await currentDirectory(sh, 'chdir');
  const next = physical || before === undefined ? undefined : resolved(sh, before, target);
  const path = target.startsWith('/') || before === undefined ? target : `${before}/${target}`;
  let found = next !== undefined;
  try {
    sh.proc.chdir(physical ? target : (next ?? path));
  } catch (first) {
    if (!(first instanceof Errno)) throw first;
    try {
      if (physical || !sh.dialect.extended) throw first;
      // the text may lead nowhere where the kernel still knows a way
      sh.proc.chdir(target);
      found = false;
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
      const why = sh.dialect.name === 'dash' ? '' : `: ${sh.strerror(first)}`;
      await sh.complain(sh.dialect.extended ? `${shown}${why}` : `can't cd to ${shown}${why}`, name);
      return false;
    }
  }
  sh.vars.set('OLDPWD', before ?? '');
  sh.vars.set('PWD', found && next !== undefined ? next : ((await currentDirectory(sh, 'cd')) ?? path));
  sh.directoryLost = false;
  return true;
}

export const cd: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'LPe');
  if (bad) return invalidOption(sh, name, bad);
  if (rest.length > 1 && sh.dialect.extended) {
    await sh.complain('too many arguments', name);
    return 1;
  }
  let [target] = rest;
  let print = false;
  if (target === undefined) {
    target = sh.vars.get('HOME');
    if (target === undefined) {
      if (!sh.dialect.extended) return 0;
      await sh.complain('HOME not set', name);
      return 1;
    }
  } else if (target === '-') {
    target = sh.vars.get('OLDPWD') ?? (sh.dialect.name === 'ash' ? sh.vars.get('PWD') : undefined);
    if (target === undefined) {
      await sh.complain('OLDPWD not set', name);
      return 1;
    }
    print = true;
  } else if (target === '') return 0;
  const path = sh.vars.get('CDPATH');
  if (path && !/^\.{0,2}\//.test(target) && !target.startsWith('/')) {
    for (const base of path.split(':')) {
      const candidate = logical(sh.vars.get('PWD') ?? '/', `${base || '.'}/${target}`);
      try {
        if (sh.proc.stat(candidate).type === 'directory') {
          target = candidate;
          print = base !== '';
          break;
        }
      } catch (e) {
        if (!(e instanceof Errno)) throw e;
      }
    }
  }
  const physical = (flags.has('P') || sh.options.has('physical')) && !flags.has('L');
  // "an argument to the cd builtin command that is not a directory is assumed to be the name of a variable"
  const named = sh.shopt.has('cdable_vars') && !isDirectory(sh, target) ? sh.vars.get(target) : undefined;
  if (named !== undefined) {
    target = named;
    print = true;
  }
  if (!(await change(sh, target, target, name, physical))) return sh.dialect.extended ? 1 : 2;
  if (print) await sh.out(`${sh.vars.get('PWD') ?? ''}\n`);
  return 0;
};

export const pwd: Builtin = async (sh, args, name) => {
  const { flags, bad } = options(args, 'LP');
  if (bad) return invalidOption(sh, name, bad);
  const cwd = flags.has('P') || sh.directoryLost ? undefined : sh.vars.get('PWD');
  const text = cwd ?? (await currentDirectory(sh, name));
  if (text === undefined) return 1;
  await sh.out(`${text}\n`);
  return 0;
};
