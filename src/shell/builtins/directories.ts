import { Errno } from '../../kernel';
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

export async function change(sh: Shell, target: string, shown: string, name: string, physical: boolean): Promise<boolean> {
  const before = sh.vars.get('PWD') ?? sh.proc.getcwd();
  const next = physical ? target : logical(before, target);
  try {
    sh.proc.chdir(next);
  } catch (first) {
    if (!(first instanceof Errno)) throw first;
    try {
      sh.proc.chdir(target);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
      const why = sh.dialect.name === 'dash' ? '' : `: ${sh.strerror(e)}`;
      await sh.complain(sh.dialect.extended ? `${shown}${why}` : `can't cd to ${shown}${why}`, name);
      return false;
    }
  }
  sh.vars.set('OLDPWD', before);
  sh.vars.set('PWD', physical ? sh.proc.getcwd() : next);
  return true;
}

export const cd: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'LPe@');
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
          print = base !== '' && base !== '.';
          break;
        }
      } catch (e) {
        if (!(e instanceof Errno)) throw e;
      }
    }
  }
  if (!(await change(sh, target, target, name, flags.has('P')))) return sh.dialect.extended ? 1 : 2;
  if (print) await sh.out(`${sh.vars.get('PWD') ?? ''}\n`);
  return 0;
};

export const pwd: Builtin = async (sh, args, name) => {
  const { flags, bad } = options(args, 'LP');
  if (bad) return invalidOption(sh, name, bad);
  await sh.out(`${flags.has('P') ? sh.proc.getcwd() : (sh.vars.get('PWD') ?? sh.proc.getcwd())}\n`);
  return 0;
};
