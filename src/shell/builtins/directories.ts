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

async function change(sh: Shell, target: string, shown: string, name: string, physical: boolean): Promise<boolean> {
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
    target = sh.vars.get('OLDPWD');
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

function shorten(sh: Shell, path: string): string {
  const home = sh.vars.get('HOME');
  return home && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
}

async function showStack(sh: Shell): Promise<void> {
  await sh.out(`${[sh.vars.get('PWD') ?? sh.proc.getcwd(), ...sh.directories].map((d) => shorten(sh, d)).join(' ')}\n`);
}

export const pushd: Builtin = async (sh, args, name) => {
  const cwd = sh.vars.get('PWD') ?? sh.proc.getcwd();
  const [target] = args;
  if (target === undefined || /^\+\d+$/.test(target)) {
    const stack = [cwd, ...sh.directories];
    const n = target === undefined ? 1 : Number(target.slice(1));
    const chosen = stack[n];
    if (chosen === undefined) {
      await sh.complain(target === undefined ? 'no other directory' : `${target}: directory stack index out of range`, name);
      return 1;
    }
    if (!(await change(sh, chosen, chosen, name, false))) return 1;
    sh.directories = target === undefined ? [cwd, ...sh.directories.slice(1)] : [...stack.slice(n + 1), ...stack.slice(0, n)];
  } else {
    if (!(await change(sh, target, target, name, false))) return 1;
    sh.directories.unshift(cwd);
  }
  await showStack(sh);
  return 0;
};

export const popd: Builtin = async (sh, _args, name) => {
  const [target] = sh.directories;
  if (target === undefined) {
    await sh.complain('directory stack empty', name);
    return 1;
  }
  if (!(await change(sh, target, target, name, false))) return 1;
  sh.directories.shift();
  await showStack(sh);
  return 0;
};

export const dirs: Builtin = async (sh, args) => {
  if (args[0] === '-c') sh.directories = [];
  else if (args[0] === '-v')
    await sh.out([sh.vars.get('PWD') ?? '', ...sh.directories].map((d, i) => `${String(i).padStart(2)}  ${shorten(sh, d)}\n`).join('')); // prettier-ignore
  else await showStack(sh);
  return 0;
};
