import { callerText } from '../frames';
import { singleQuote } from '../quoting';
import type { Shell } from '../shell';
import { type Builtin, invalidOption, options, usage } from './types';

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

export const letBuiltin: Builtin = async (sh, args, name) => {
  if (args.length === 0) {
    await sh.complain('expression expected', name);
    return 1;
  }
  let value = 0n;
  for (const arg of args) value = sh.arithmetic(arg);
  return value === 0n ? 1 : 0;
};

export const history: Builtin = async (sh, args, name) => {
  if (args[0] === '-c') {
    sh.history.length = 0;
    return 0;
  }
  if (args[0] === '-d') {
    sh.history.splice(Number(args[1]) - 1, 1);
    return 0;
  }
  if (args[0] === '-s') {
    sh.history.push(args.slice(1).join(' '));
    return 0;
  }
  if (/^-[anrw]$/.test(args[0] ?? '')) return 0;
  if (args[0]?.startsWith('-')) return invalidOption(sh, name, args[0]);
  const n = args[0] === undefined ? sh.history.length : Number(args[0]);
  const from = Math.max(0, sh.history.length - n);
  await sh.out(sh.history.slice(from).map((line, i) => `${String(from + i + 1).padStart(sh.dialect.extended ? 5 : 4)}${sh.dialect.extended ? '  ' : ' '}${line}\n`).join('')); // prettier-ignore
  return 0;
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

export const help: Builtin = async (sh) => {
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
  if (level !== undefined && !/^\d+$/.test(level)) {
    await sh.complain(`${level}: invalid number`, name);
    return usage(sh, name);
  }
  const text = callerText(sh, level === undefined ? undefined : Number(level));
  if (text === undefined) return 1;
  await sh.out(`${text}\n`);
  return 0;
};
