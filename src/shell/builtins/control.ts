import { Errno, SIG, SIGRTMAX, signalName, signalNumber } from '../../kernel';
import { runString } from '../run-text';
import { FunctionReturn, LoopJump } from '../flow';
import { singleQuote } from '../quoting';
import { searchPath } from '../search';
import { type Shell, type TrapName, trapLabel } from '../shell';
import { execCommand } from '../replace';
import { runBuiltin } from '../simple';
import { setTrap } from '../traps';
import { type Builtin, invalidOption, options, usage } from './types';

export const ok: Builtin = () => 0;
export const no: Builtin = () => 1;

async function number(sh: Shell, text: string, name: string): Promise<number | undefined> {
  if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(text);
  await sh.complain(sh.dialect.extended ? `${text}: numeric argument required` : `Illegal number: ${text}`, name);
  return undefined;
}

const jump =
  (kind: 'break' | 'continue'): Builtin =>
  async (sh, args, name) => {
    if (sh.loopDepth === 0) {
      if (sh.dialect.extended) await sh.complain("only meaningful in a `for', `while', or `until' loop", name);
      return 0;
    }
    const levels = args[0] === undefined ? 1 : await number(sh, args[0], name);
    if (levels === undefined) return sh.exit(sh.dialect.extended ? 128 : 2);
    if (levels < 1) {
      await sh.complain(sh.dialect.extended ? `${levels}: loop count out of range` : `Illegal number: ${levels}`, name);
      throw new LoopJump('break', sh.loopDepth);
    }
    sh.status = 0;
    throw new LoopJump(kind, levels);
  };
export const breakBuiltin = jump('break');
export const continueBuiltin = jump('continue');

export const returnBuiltin: Builtin = async (sh, args, name) => {
  let status = sh.status;
  if (args[0] !== undefined) {
    const n = await number(sh, args[0], name);
    if (n === undefined && !sh.dialect.extended) sh.exit(2);
    status = n === undefined ? 2 : n & 255;
  }
  if (sh.functionDepth === 0 && sh.sourceDepth === 0) {
    if (!sh.dialect.extended) sh.exit(status);
    await sh.complain("can only `return' from a function or sourced script", name);
    return 2;
  }
  throw new FunctionReturn(status);
};

export const exit: Builtin = async (sh, args, name) => {
  let { status } = sh;
  if (sh.interactive && sh.subshellLevel === 0) {
    const stopped = sh.jobs.numbered().some((j) => j.processes.some((p) => p.status?.kind === 'stopped'));
    if (stopped && !sh.warnedStopped) {
      await sh.err(sh.dialect.extended ? 'There are stopped jobs.\n' : 'You have stopped jobs.\n');
      sh.warnedStopped = true;
      return sh.dialect.extended ? 1 : 0;
    }
    if (sh.dialect.extended && name === 'exit') await sh.err(sh.login ? 'logout\n' : 'exit\n');
  }
  if (args[0] !== undefined) {
    const n = await number(sh, args[0], name);
    if (n === undefined) status = 2;
    else {
      if (args.length > 1 && sh.dialect.extended) {
        await sh.complain('too many arguments', name);
        return 1;
      }
      status = n & 255;
    }
  }
  return sh.exit(status);
};

export const evalBuiltin: Builtin = async (sh, args) => {
  const rest = args[0] === '--' ? args.slice(1) : args;
  if (rest.join('') === '') return 0;
  await runString(sh, rest.join(' '), { keepPosition: true, label: 'eval' });
  return sh.status;
};

export const source: Builtin = async (sh, args, name) => {
  const [given, ...rest] = args[0] === '--' ? args.slice(1) : args;
  if (given === undefined) {
    if (!sh.dialect.extended) return 2;
    await sh.complain('filename argument required', name);
    return usage(sh, name);
  }
  let path = given;
  if (!given.includes('/')) {
    path = (sh.vars.get('PATH') ?? '').split(':').map((d) => `${d || '.'}/${given}`).find((p) => readable(sh, p)) ?? given; // prettier-ignore
  }
  let text: string;
  try {
    if (sh.proc.stat(path).type === 'directory') {
      await sh.complain(`${given}: is a directory`, name);
      return 1;
    }
    const fd = await sh.proc.open(path);
    text = await sh.readAll(fd);
    sh.proc.close(fd);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    if (sh.dialect.extended) {
      await sh.complain(`${given}: ${sh.strerror(e)}`, sh.options.has('posix') ? name : undefined);
      return 1;
    }
    if (sh.dialect.name === 'dash') {
      await sh.complain(
        given.includes('/') ? `cannot open ${given}: ${e.code === 'ENOENT' ? 'No such file' : sh.strerror(e)}` : `${given}: not found`,
        name,
      );
      sh.exit(2);
    }
    const reason = e.code === 'ENOENT' ? (given.includes('/') ? 'no such file' : 'not found') : sh.strerror(e);
    await sh.complain(
      given.includes('/')
        ? `can't open '${given}': ${reason === 'no such file' ? 'No such file or directory' : reason}`
        : `${given}: not found`,
      name,
    );
    if (!sh.interactive) sh.exit(2);
    return 2;
  }
  const { positional } = sh;
  if (rest.length > 0) sh.positional = rest;
  sh.sourceDepth++;
  try {
    await runString(sh, text, { file: given });
    return sh.status;
  } catch (e) {
    if (e instanceof FunctionReturn) return e.status;
    throw e;
  } finally {
    sh.sourceDepth--;
    if (rest.length > 0) sh.positional = positional;
  }
};

function readable(sh: Shell, path: string): boolean {
  try {
    return sh.proc.stat(path).type === 'file';
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

export const exec: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, sh.dialect.extended ? 'cla:' : 'a:');
  if (bad) return invalidOption(sh, name, bad);
  const [command] = rest;
  if (command === undefined) return 0;
  const argv0 = flags.get('a') ?? command;
  const env = flags.has('c') ? new Map<string, string>() : sh.vars.environment();
  if (!command.includes('/') && searchPath(sh, command).length === 0) {
    await sh.complain(`${command}: not found`, name);
    if (sh.interactive && sh.subshellLevel === 0) return 127;
    sh.exit(127);
  }
  if (sh.interactive && sh.subshellLevel === 0 && env.has('SHLVL')) env.set('SHLVL', String(Number(env.get('SHLVL')) - 1));
  return execCommand(sh, rest, flags.has('l') ? `-${argv0}` : argv0, env);
};

function trapName(sh: Shell, text: string): TrapName | undefined {
  const upper = text.toUpperCase().replace(/^SIG/, '');
  if (sh.dialect.extended && (upper === 'ERR' || upper === 'DEBUG' || upper === 'RETURN')) return upper;
  if (!sh.dialect.extended && upper === 'ERR') return 'ERR';
  if (upper === 'EXIT') return 0;
  return signalNumber(text);
}

function shownTrap(sh: Shell, name: TrapName): string {
  const label = trapLabel(name);
  return sh.dialect.extended ? label : label.replace(/^SIG/, '');
}

export const trap: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, sh.dialect.extended ? 'lp' : '');
  if (bad && !/^-\d*$/.test(args[0] ?? '')) return invalidOption(sh, name, bad);
  if (flags.has('l')) {
    await sh.out(signalTable());
    return 0;
  }
  if (rest.length === 0 || flags.has('p')) {
    const wanted = rest.map((r) => trapName(sh, r));
    const entries = new Map<TrapName, string>(sh.inheritedTraps ?? sh.traps);
    for (const n of sh.ignoredAtEntry) if (!sh.interactive) entries.set(n, '');
    const order = [...entries].sort((a, b) => (typeof a[0] === 'number' ? a[0] : 100) - (typeof b[0] === 'number' ? b[0] : 100));
    for (const [n, action] of order) {
      if (wanted.length === 0 || wanted.includes(n)) await sh.out(`trap -- ${singleQuote(action)} ${shownTrap(sh, n)}\n`);
    }
    return 0;
  }
  const [first = '', ...signals] = rest;
  let action: string | undefined = first;
  let targets = signals;
  if (first === '-') action = undefined;
  else if (signals.length === 0 || (/^\d+$/.test(first) && trapName(sh, first) !== undefined)) {
    if (signals.length === 0 && trapName(sh, first) === undefined) return usage(sh, name);
    action = undefined;
    targets = rest;
  }
  let status = 0;
  for (const target of targets) {
    const n = trapName(sh, target);
    if (n === undefined) {
      await sh.complain(sh.dialect.extended ? `${target}: invalid signal specification` : `${target}: invalid signal specification`, name);
      status = 1;
    } else setTrap(sh, n, action);
  }
  return status;
};

/** `kill -l` of bash. */
export function signalTable(): string {
  let out = '';
  let column = 0;
  for (let n = 1; n <= SIGRTMAX; n++) {
    const text = signalName(n);
    if (text === undefined) continue;
    out += `${String(n).padStart(2)}) SIG${text}`;
    column++;
    out += column % 5 === 0 ? '\n' : '\t';
  }
  return column % 5 === 0 ? out : `${out}\n`;
}

export const command: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'pVv');
  if (bad) return invalidOption(sh, name, bad);
  if (rest.length === 0) return 0;
  if (flags.has('v') || flags.has('V')) {
    let status = 1;
    for (const word of rest) {
      const kind = classify(sh, word)[0];
      if (!kind) {
        if (flags.has('V')) await (sh.dialect.extended ? sh.complain(`${word}: not found`, name) : sh.out(`${word}: not found\n`));
        if (!sh.dialect.extended) status = 127;
        continue;
      }
      status = 0;
      if (flags.has('V')) await sh.out(`${describeKind(sh, word, kind)}\n`);
      else await sh.out(`${kind.kind === 'alias' ? `alias ${word}=${singleQuote(kind.text)}` : kind.kind === 'file' ? kind.text : word}\n`);
    }
    return status;
  }
  return runDirect(sh, rest);
};

export const builtinBuiltin: Builtin = async (sh, args, name) => {
  const [word] = args;
  if (word === undefined) return 0;
  if (!sh.isBuiltin(word)) {
    await sh.complain(`${word}: not a shell builtin`, name);
    return 1;
  }
  await runBuiltin(sh, args);
  return sh.status;
};

/** Runs a builtin or a file, never a function. */
async function runDirect(sh: Shell, words: readonly string[]): Promise<number> {
  if (sh.isBuiltin(words[0] ?? '')) {
    await runBuiltin(sh, words);
    return sh.status;
  }
  return sh.runProgram(words);
}

export interface Kind {
  readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
  readonly text: string;
}

const keywords = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'select',
  'while',
  'until',
  'do',
  'done',
  'in',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'coproc',
]);

export function classify(sh: Shell, word: string): Kind[] {
  const kinds: Kind[] = [];
  const alias = sh.aliases.get(word);
  if (alias !== undefined && (sh.interactive || sh.shopt.has('expand_aliases') || !sh.dialect.extended))
    kinds.push({ kind: 'alias', text: alias });
  if (keywords.has(word)) kinds.push({ kind: 'keyword', text: word });
  const fn = sh.functions.get(word);
  if (fn) kinds.push({ kind: 'function', text: fn.text });
  if (sh.isBuiltin(word)) kinds.push({ kind: 'builtin', text: word });
  if (word.includes('/')) {
    if (isExecutableFile(sh, word)) kinds.push({ kind: 'file', text: word });
  } else for (const path of searchPath(sh, word, true)) kinds.push({ kind: 'file', text: path });
  return kinds;
}

function isExecutableFile(sh: Shell, path: string): boolean {
  try {
    sh.proc.access(path, 'x');
    return sh.proc.stat(path).type === 'file';
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

function describeKind(sh: Shell, word: string, kind: Kind): string {
  switch (kind.kind) {
    case 'alias':
      return sh.dialect.extended ? `${word} is aliased to \`${kind.text}'` : `${word} is an alias for ${kind.text}`;
    case 'keyword':
      return sh.dialect.extended ? `${word} is a shell keyword` : `${word} is a shell keyword`;
    case 'function':
      return sh.dialect.extended ? `${word} is a function\n${word} () \n${kind.text}` : `${word} is a function`;
    case 'builtin':
      return sh.dialect.extended
        ? `${word} is a shell builtin`
        : `${word} is a ${sh.isSpecialBuiltin(word) ? 'special ' : ''}shell builtin`;
    case 'file':
      return sh.dialect.extended && sh.hashed.has(word) ? `${word} is hashed (${kind.text})` : `${word} is ${kind.text}`;
  }
}

export const type: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = sh.dialect.extended
    ? options(args, 'afptP')
    : { flags: new Map<string, string>(), rest: [...args], bad: undefined };
  if (bad) return invalidOption(sh, name, bad);
  let status = 0;
  for (const word of rest) {
    let kinds = classify(sh, word);
    if (flags.has('f')) kinds = kinds.filter((k) => k.kind !== 'function');
    if (flags.has('P')) kinds = kinds.filter((k) => k.kind === 'file');
    if (!flags.has('a')) kinds = kinds.slice(0, 1);
    if (kinds.length === 0) {
      if (!flags.has('t') && !flags.has('p') && !flags.has('P'))
        await (sh.dialect.extended ? sh.complain(`${word}: not found`, name) : sh.out(`${word}: not found\n`));
      status = sh.dialect.extended ? 1 : 127;
    }
    for (const kind of kinds) {
      if (flags.has('t')) await sh.out(`${kind.kind}\n`);
      else if (flags.has('p') || flags.has('P')) await sh.out(kind.kind === 'file' ? `${kind.text}\n` : '');
      else await sh.out(`${describeKind(sh, word, kind)}\n`);
    }
  }
  return status;
};

export const stopShell: Builtin = (sh) => {
  sh.proc.kill(sh.proc.pid, SIG.STOP);
  return 0;
};
