import { Errno, SIG } from '../../kernel';
import { runString } from '../run-text';
import { ExitShell, FunctionReturn, LoopJump, ShellError } from '../flow';
import { searchPath } from '../search';
import type { Shell } from '../shell';
import { execCommand, leaveLevel } from '../replace';
import { logoutFiles } from '../startup-files';
import { runTrap } from '../traps';
import { type Builtin, invalidOption, options, usage } from './types';

export const ok: Builtin = () => 0;
export const no: Builtin = () => 1;

async function number(sh: Shell, text: string, name: string): Promise<number | undefined> {
  if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(text);
  await sh.complain(sh.dialect.extended ? `${text}: numeric argument required` : `Illegal number: ${text}`, name);
  return undefined;
}

/** bash gives up the line at an operand too many. */
export async function noMore(sh: Shell, args: readonly string[], name: string): Promise<void> {
  if (args.length <= 1 || !sh.dialect.extended) return;
  await sh.complain('too many arguments', name);
  // what -c runs is given up as a whole
  if (sh.commandString !== undefined && !sh.interactive) sh.exit(1);
  throw new ShellError('', 1);
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
    await noMore(sh, args, name);
    if (levels < 1) {
      await sh.complain(sh.dialect.extended ? `${levels}: loop count out of range` : `Illegal number: ${levels}`, name);
      throw new LoopJump('break', sh.loopDepth, 1);
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
    if (n !== undefined) await noMore(sh, args, name);
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
  let status = sh.exitingWith ?? sh.status;
  if (name === 'logout' && !sh.login) {
    await sh.complain("not login shell: use `exit'", name);
    return 1;
  }
  // a trap's commands run as a script's
  if (sh.interactive && sh.subshellLevel === 0 && sh.trapDepth === 0) {
    if (sh.dialect.extended) await sh.err(sh.login ? 'logout\n' : 'exit\n');
    const stopped = sh.jobs.numbered().some((j) => j.processes.some((p) => p.status?.kind === 'stopped'));
    if (stopped && sh.warnedStopped === undefined) {
      await sh.err(sh.dialect.extended ? 'There are stopped jobs.\n' : 'You have stopped jobs.\n');
      sh.warnedStopped = 'now';
      return sh.dialect.extended ? 1 : 0;
    }
  }
  if (args[0] !== undefined) {
    const n = await number(sh, args[0], name);
    if (n === undefined) status = 2;
    else {
      await noMore(sh, args, name);
      status = n & 255;
    }
  }
  await logoutFiles(sh);
  return sh.exit(status);
};

export const evalBuiltin: Builtin = async (sh, args, name) => {
  const { rest, bad } = sh.dialect.extended ? options(args, '') : { rest: args, bad: undefined };
  if (bad) return invalidOption(sh, name, bad);
  if (rest.join('') === '') return 0;
  await runString(sh, rest.join(' '), { keepPosition: true, nested: true, label: 'eval' });
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
  sh.frames.push({ kind: 'source', name: 'source', file: path.includes('/') || path === given ? path : given, callLine: sh.line });
  try {
    await runString(sh, text, { file: given, nested: true });
    return sh.status;
  } catch (e) {
    if (e instanceof FunctionReturn) return e.status;
    throw e;
  } finally {
    if (sh.traps.get('RETURN')) await runTrap(sh, 'RETURN');
    sh.sourceDepth--;
    sh.frames.pop();
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
  const env = flags.has('c') ? undefined : sh.environment();
  const stays = (sh.interactive && sh.subshellLevel === 0) || sh.shopt.has('execfail');
  if (!command.includes('/') && searchPath(sh, command).length === 0) {
    await sh.complain(`${command}: not found`, name);
    if (stays) return 127;
    sh.exit(127);
  }
  if (sh.subshellLevel === 0 && env) leaveLevel(sh, env);
  return (stays ? remaining : become)(() => execCommand(sh, rest, { argv0: flags.has('l') ? `-${argv0}` : argv0, env, builtin: name }));
};

const become = (run: () => Promise<never>): Promise<number> => run();
/** A command that cannot be become leaves the shell as it is. */
async function remaining(run: () => Promise<never>): Promise<number> {
  try {
    return await run();
  } catch (e) {
    if (e instanceof ExitShell) return e.status;
    throw e;
  }
}

export const stopShell: Builtin = async (sh, args, name) => {
  const { flags, bad } = options(args, 'f');
  if (bad) return invalidOption(sh, name, bad);
  if (!sh.jobControl) {
    await sh.complain('cannot suspend: no job control', name);
    return 1;
  }
  if (sh.login && !flags.has('f')) {
    await sh.complain('cannot suspend a login shell', name);
    return 1;
  }
  sh.proc.kill(sh.proc.pid, SIG.STOP);
  return 0;
};
