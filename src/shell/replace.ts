import { Errno } from '../kernel';
import { decode } from './bytes';
import { runString } from './run-text';
import { findCommand } from './search';
import { Shell } from './shell';
import { isDirectory } from './file-tests';
import { resetSignals } from './subshell';

/** A shell that becomes its command is one level less. */
export function leaveLevel(sh: Shell, env: Map<string, string>): void {
  const level = env.get('SHLVL');
  if (level !== undefined && sh.dialect.extended) env.set('SHLVL', String(Number(level) - 1));
}

export interface ExecOptions {
  readonly argv0?: string;
  /** undefined: an empty one. */
  readonly env?: Map<string, string> | undefined;
  /** `exec`, which says once more what is wrong. */
  readonly builtin?: string;
}

/** Becomes the command, or says why not and ends with 126 or 127. */
export async function execCommand(sh: Shell, words: readonly string[], as: ExecOptions = {}): Promise<never> {
  const env = 'env' in as ? (as.env ?? new Map<string, string>()) : sh.environment();
  const name = words[0] ?? '';
  const found = findCommand(sh, name);
  if ('error' in found) {
    if (found.error === 'EACCES' || (name === '' && sh.dialect.almquist)) {
      const shown = sh.dialect.extended ? `${(sh.vars.get('PATH') ?? '').split(':').map((d) => `${d}/${name}`).find((p) => existsAt(sh, p)) ?? name}` : name; // prettier-ignore
      await sh.complain(`${shown}: Permission denied`);
      sh.exit(sh.dialect.almquist && name === '' ? 127 : 126);
    }
    await sh.complain(`${name}: ${!sh.vars.get('PATH') && sh.dialect.extended ? 'No such file or directory' : sh.dialect.notFound}`);
    sh.exit(127);
  }
  const { path } = found;
  if (sh.dialect.extended && !('env' in as && !as.env)) env.set('_', path);
  undoShellSignals(sh);
  try {
    await sh.proc.exec(path, [as.argv0 ?? name, ...words.slice(1)], env);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    return explainExec(sh, path, words, e, as.builtin);
  }
  sh.exit(126);
}

function undoShellSignals(sh: Shell): void {
  for (const signal of sh.ownSignals)
    if (sh.traps.get(signal) !== '') sh.proc.sigaction(signal, sh.ignoredAtEntry.has(signal) ? 'ignore' : 'default');
}

function existsAt(sh: Shell, path: string): boolean {
  try {
    sh.proc.stat(path);
    return true;
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

async function explainExec(sh: Shell, path: string, words: readonly string[], e: Errno, builtin?: string): Promise<never> {
  const { extended } = sh.dialect;
  if (e.code === 'ENOEXEC') return runAsScript(sh, path, words);
  if (e.code === 'ENOENT' && existsAt(sh, path)) {
    const interpreter = await interpreterOf(sh, path);
    if (interpreter !== undefined && extended) {
      await sh.complain(`${path}: cannot execute: required file not found`);
      sh.exit(127);
    }
  }
  if (e.code === 'EACCES' && isDirectory(sh, path)) {
    await sh.complain(extended ? `${path}: Is a directory` : `${path}: Permission denied`);
    if (builtin !== undefined && extended) await sh.complain(`${path}: cannot execute: Is a directory`, builtin);
    sh.exit(126);
  }
  if (e.code === 'ENOENT' || (e.code === 'ENOTDIR' && !extended)) {
    await sh.complain(`${path}: ${extended ? sh.strerror(e) : 'not found'}`);
    sh.exit(127);
  }
  await sh.complain(`${path}: ${sh.strerror(e)}`);
  if (builtin !== undefined && extended) await sh.complain(`${path}: cannot execute: ${sh.strerror(e)}`, builtin);
  sh.exit(126);
}

async function interpreterOf(sh: Shell, path: string): Promise<string | undefined> {
  try {
    const fd = await sh.proc.open(path);
    const head = decode(await sh.proc.read(fd, 256));
    sh.proc.close(fd);
    return /^#!\s*(\S+)/.exec(head)?.[1];
  } catch (e) {
    if (e instanceof Errno) return undefined;
    throw e;
  }
}

/** Whether a file's beginning is no text. */
export function isBinary(text: string): boolean {
  return text.startsWith('\x7fELF') || text.slice(0, 80).split('\n')[0]?.includes('\0') === true;
}

/** "If this execution fails because the file is not in executable format … it is assumed to be a shell script" - bash(1) */
async function runAsScript(sh: Shell, path: string, words: readonly string[]): Promise<never> {
  let text: string;
  try {
    const fd = await sh.proc.open(path);
    text = await sh.readAll(fd);
    sh.proc.close(fd);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    await sh.complain(`${path}: ${sh.strerror(e)}`);
    sh.exit(126);
  }
  if (isBinary(text)) {
    await sh.complain(sh.dialect.extended ? `${path}: cannot execute binary file: Exec format error` : `${path}: Exec format error`);
    sh.exit(126);
  }
  const environment = sh.environment();
  resetSignals(sh);
  const fresh = new Shell(sh.proc, sh.dialect);
  for (const [name, value] of environment) {
    fresh.vars.set(name, value);
    fresh.vars.declare(name).exported = true;
  }
  if (sh.options.has('braceexpand')) fresh.options.add('braceexpand');
  fresh.parentPid = sh.proc.ppid;
  fresh.name = path;
  fresh.scriptName = path;
  fresh.positional = words.slice(1);
  const status = await runString(fresh, text, { file: path });
  sh.exit(status);
}
