import { callerText } from '../frames';
import { matches } from '../pattern';
import { singleQuote } from '../quoting';
import type { Shell } from '../shell';
import { type Builtin, invalidOption, options, usage, usages } from './types';

async function notAnAlias(sh: Shell, word: string, name: string): Promise<void> {
  if (sh.dialect.name === 'ash') await sh.err(`${name}: ${word} not found\n`);
  else await sh.complain(`${word}: not found`, name);
}

export const alias: Builtin = async (sh, args, name) => {
  const { rest, bad } = sh.dialect.extended ? options(args, 'p') : { rest: args, bad: undefined };
  if (bad) return invalidOption(sh, name, bad);
  const line = (n: string, text: string): string => `${sh.dialect.extended ? 'alias ' : ''}${n}=${singleQuote(text)}\n`;
  if (rest.length === 0) {
    for (const [n, text] of [...sh.aliases].sort()) await sh.out(line(n, text));
    return 0;
  }
  let status = 0;
  for (const arg of rest) {
    const equals = arg.indexOf('=');
    if (equals > 0 && sh.dialect.extended && /[\s/$`"'\\|&;()<>]/.test(arg.slice(0, equals))) {
      await sh.complain(`\`${arg.slice(0, equals)}': invalid alias name`, name);
      status = 1;
    } else if (equals > 0) sh.aliases.set(arg.slice(0, equals), arg.slice(equals + 1));
    else {
      const text = sh.aliases.get(arg);
      if (text === undefined) {
        await notAnAlias(sh, arg, name);
        status = 1;
      } else await sh.out(line(arg, text));
    }
  }
  return status;
};

export const unalias: Builtin = async (sh, args, name) => {
  if (args.length === 0) return sh.dialect.name === 'ash' ? 0 : usage(sh, name);
  if (args[0] === '-a') {
    sh.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const arg of args) {
    if (!sh.aliases.delete(arg)) {
      await notAnAlias(sh, arg, name);
      status = 1;
    }
  }
  return status;
};

export const letBuiltin: Builtin = async (sh, given, name) => {
  const args = given[0] === '--' && sh.dialect.extended ? given.slice(1) : given;
  if (args.length === 0) {
    await sh.complain('expression expected', name);
    return sh.dialect.extended ? 1 : 2;
  }
  let value = 0n;
  for (const arg of args) value = sh.arithmetic(arg);
  return value === 0n ? 1 : 0;
};

/** Names as ash's `help` wraps them. */
function columns(names: readonly string[]): string {
  let out = '';
  let column = 0;
  for (const n of names) {
    out += `${column === 0 ? '\t' : ' '}${n}`;
    column += n.length + 1;
    if (column <= 60) continue;
    out += '\n';
    column = 0;
  }
  return out;
}

/** `help NAME`: how the builtins that match are used. */
async function helpOn(sh: Shell, patterns: readonly string[], name: string): Promise<number> {
  let status = 1;
  for (const pattern of patterns) {
    const found = sh.builtinNames().filter((n) => n.startsWith(pattern) || matches(pattern, n));
    const exact = found.filter((n) => n === pattern);
    for (const n of exact.length > 0 ? exact : found) await sh.out(`${n}: ${usages[n] ?? n}\n`);
    if (found.length > 0) status = 0;
  }
  if (status !== 0) await sh.complain(`no help topics match \`${patterns.at(-1) ?? ''}'.  Try \`help help' or \`man -k ${patterns.at(-1) ?? ''}' or \`info ${patterns.at(-1) ?? ''}'.`, name); // prettier-ignore
  return status;
}

/** readline's tables are fetched when they are asked for. */
export const bind: Builtin = async (sh, ...call) => (await sh.proc.fetched(() => import('../readline/bind'))).bind(sh, ...call);

export const help: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = sh.dialect.extended ? options(args, 'dms') : { flags: new Map<string, string>(), rest: [], bad: undefined };
  if (bad) return invalidOption(sh, name, bad);
  if (rest.length > 0 || flags.size > 0) return helpOn(sh, rest, name);
  const names = sh.builtinNames();
  if (sh.dialect.name === 'ash') names.splice(names.indexOf('[') + 1, 0, '[[');
  if (sh.dialect.extended)
    await sh.out(
      `GNU bash, version ${sh.dialect.version ?? ''} (x86_64-pc-linux-gnu)\nThese shell commands are defined internally.\n\n${names.map((n) => ` ${n}\n`).join('')}`,
    );
  else await sh.out(`Built-in commands:\n------------------\n${columns(names)}\n`);
  return 0;
};

export const caller: Builtin = async (sh, args, name) => {
  const [level] = args;
  if (sh.frames.length === 0) return 1;
  if (level !== undefined && !/^\d+$/.test(level)) {
    await sh.complain(`${level}: invalid number`, name);
    return usage(sh, name);
  }
  const text = callerText(sh, level === undefined ? undefined : Number(level));
  if (text === undefined) return 1;
  await sh.out(`${text}\n`);
  return 0;
};
