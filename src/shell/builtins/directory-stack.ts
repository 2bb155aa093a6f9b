import type { Shell } from '../shell';
import { change } from './directories';
import { type Builtin, usage } from './types';

const stackOf = (sh: Shell): string[] => [sh.vars.get('PWD') ?? sh.proc.getcwd(), ...sh.directories];

function shorten(sh: Shell, path: string): string {
  const home = sh.vars.get('HOME');
  return home && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
}

async function show(sh: Shell): Promise<void> {
  await sh.out(`${stackOf(sh).map((d) => shorten(sh, d)).join(' ')}\n`); // prettier-ignore
}

/** `+N` counts from the left, `-N` from the right, both from 0; undefined: not such an operand. */
function place(operand: string | undefined, length: number): number | undefined {
  const m = /^([+-])(\d+)$/.exec(operand ?? '');
  if (!m) return undefined;
  return m[1] === '+' ? Number(m[2]) : length - 1 - Number(m[2]);
}

async function outOfRange(sh: Shell, name: string, operand: string): Promise<number> {
  await sh.complain(
    sh.directories.length === 0 ? 'directory stack empty' : `${operand.replace(/^[+-]/, '')}: directory stack index out of range`,
    name,
  );
  return 1;
}

/** `-n` and the operand behind it. */
function operands(args: readonly string[]): { readonly still: boolean; readonly target: string | undefined; readonly rest: number } {
  const words = args.filter((a) => a !== '--');
  const still = words[0] === '-n';
  const rest = still ? words.slice(1) : words;
  return { still, target: rest[0], rest: rest.length };
}

async function invalid(sh: Shell, name: string, target: string): Promise<number> {
  await sh.complain(`${target}: invalid number`, name);
  return usage(sh, name);
}

export const pushd: Builtin = async (sh, args, name) => {
  const { still, target, rest } = operands(args);
  if (rest > 1) {
    await sh.complain('too many arguments', name);
    return 1;
  }
  const stack = stackOf(sh);
  const at = place(target, stack.length);
  if (target === undefined) {
    const [cwd = '/', second] = stack;
    if (second === undefined) {
      await sh.complain('no other directory', name);
      return 1;
    }
    if (still) return 0;
    if (!(await change(sh, second, second, name, false))) return 1;
    sh.directories = [cwd, ...sh.directories.slice(1)];
  } else if (at !== undefined) {
    const chosen = stack[at];
    if (chosen === undefined || stack.length === 1) return outOfRange(sh, name, target);
    if (!still && !(await change(sh, chosen, chosen, name, false))) return 1;
    sh.directories = [...stack.slice(at), ...stack.slice(0, at)].slice(1);
  } else if (/^-./.test(target)) return invalid(sh, name, target);
  else {
    if (!still && !(await change(sh, target, target, name, false))) return 1;
    sh.directories.unshift(still ? target : (stack[0] ?? '/'));
  }
  await show(sh);
  return 0;
};

export const popd: Builtin = async (sh, args, name) => {
  const { still, target } = operands(args);
  const stack = stackOf(sh);
  if (stack.length === 1) {
    await sh.complain('directory stack empty', name);
    return 1;
  }
  const at = target === undefined ? 0 : place(target, stack.length);
  if (at === undefined) return invalid(sh, name, target ?? '');
  if (stack[at] === undefined) return outOfRange(sh, name, target ?? '');
  if (at > 0) sh.directories.splice(at - 1, 1);
  else {
    const [next = '/'] = sh.directories;
    if (!still && !(await change(sh, next, next, name, false))) return 1;
    sh.directories.shift();
  }
  await show(sh);
  return 0;
};

export const dirs: Builtin = async (sh, args, name) => {
  let [long, lines, numbered] = [false, false, false];
  let at: number | undefined;
  const stack = stackOf(sh);
  for (const arg of args) {
    const index = place(arg, stack.length);
    if (index !== undefined) {
      if (stack[index] === undefined) return outOfRange(sh, name, arg);
      at = index;
    } else if (arg === '-c') sh.directories = [];
    else if (arg === '-l') long = true;
    else if (arg === '-p') lines = true;
    else if (arg === '-v') numbered = true;
    else if (arg !== '--') {
      if (/^-./.test(arg)) await sh.complain(`${arg}: invalid option`, name);
      else await sh.complain(`${arg}: invalid number`, name);
      return usage(sh, name);
    }
  }
  if (args.includes('-c')) return 0;
  const shown = stack.map((d) => (long ? d : shorten(sh, d)));
  if (at !== undefined) await sh.out(`${shown[at] ?? ''}\n`);
  else if (numbered)
    await sh.out(shown.map((d, i) => `${String(i).padStart(2)}  ${d}\n`).join('')); // prettier-ignore
  else await sh.out(`${shown.join(lines ? '\n' : ' ')}\n`);
  return 0;
};
