import { type Assignment, type Command, type CommandArgument, type Redirection, parse } from 'unbash';
import { Errno } from '../kernel';
import { assign } from './assign';
import { builtins, declarations, specialBuiltins } from './builtins';
import { ShellError } from './flow';
import { runForked } from './executor';
import { callFunction } from './functions';
import { runString } from './run-text';
import { expandString, expandWords } from './expand';
import { redirect } from './redirect';
import { findCommand } from './search';
import type { Shell } from './shell';
import { execCommand, leaveLevel } from './replace';
import { trace, traceArrays, traceAssignment, traceAssignmentsOnly } from './trace';
import { closeSubstitutions } from './substitution';
import { wholeWords } from './whole-words';

/** Runs one simple command and sets $?. `last`: nothing follows, so the process may become the command. */
export async function runSimple(sh: Shell, node: Command, last: boolean): Promise<void> {
  sh.substitutionStatus = undefined;
  const alias = aliasOf(sh, node);
  if (alias !== undefined) return runAlias(sh, node, alias);
  const assignments = node.prefix.filter((p): p is Assignment => p.type === 'Assignment');
  const foreign = sh.dialect.extended ? undefined : assignments.find((a) => a.append || a.index);
  if (foreign) {
    await sh.complain(`${foreign.text}: not found`);
    sh.status = 127;
    return;
  }
  const held = sh.substitutionFds.length;
  try {
    const words = sh.preparedWords?.node === node ? [...sh.preparedWords.words] : await commandWords(sh, node);
    if (sh.subshellLevel > 0) sh.preparedWords = undefined;
    const [name] = words;
    if (name === undefined) {
      for (const a of assignments) {
        const ps4 = sh.vars.get('PS4');
        await traceAssignment(sh, await assign(sh, a), ps4);
      }
      await traceAssignmentsOnly(sh);
      await withRedirects(sh, node.redirects, () => {
        sh.status = sh.substitutionStatus ?? 0;
        return Promise.resolve();
      });
      sh.lastArgument = '';
      if (assignments.length > 0 && node.redirects.length === 0) sh.pipeStatus = [sh.status];
      return;
    }
    if (name.startsWith('%') && sh.dialect.extended && sh.forkedFor !== node) await runBuiltinNode(sh, ['fg', ...words], assignments, node);
    else if (sh.functions.has(name) && !(specialBuiltins.has(name) && posix(sh)))
      await withEnvironment(sh, [...assignments, ...keywordArguments(sh, node)], true, () => runFunction(sh, words, node.redirects));
    else if (builtins().has(name) && builtinAllowed(sh, name))
      await runBuiltinNode(sh, words, [...assignments, ...keywordArguments(sh, node)], node);
    else await runExternal(sh, words, [...assignments, ...keywordArguments(sh, node)], node, last);
    sh.lastArgument = words.at(-1) ?? '';
  } finally {
    closeSubstitutions(sh, held);
  }
}

/** Where POSIX rules: special builtins are found before functions, so `:` cannot be redefined. */
const posix = (sh: Shell): boolean => sh.dialect.almquist || sh.options.has('posix');

/** "%1 … is a synonym for `fg %1'" - bash(1); with & behind it, for `bg %1'. */
export async function resumeInBackground(sh: Shell, node: Command): Promise<void> {
  await runBuiltinNode(sh, ['bg', ...(await commandWords(sh, node))], [], node);
}

export function builtinAllowed(sh: Shell, name: string): boolean {
  if (sh.dialect.name === 'dash' && notInDash.has(name)) return false;
  return !(sh.dialect.almquist ? bashOnly.has(name) : name === 'chdir') && !sh.disabled.has(name);
}
const notInDash = new Set(['source', 'let', 'help', 'history']);
const bashOnly = new Set([
  'declare',
  'typeset',
  'shopt',
  'disown',
  'enable',
  'builtin',
  'mapfile',
  'readarray',
  'pushd',
  'popd',
  'dirs',
  'compgen',
  'complete',
  'compopt',
  'caller',
  'bind',
  'fc',
  'suspend',
  'logout',
]);

function aliasOf(sh: Shell, node: Command): string | undefined {
  if (sh.readAliases.size === 0 || !node.name) return undefined;
  const name = node.name.text;
  if (sh.aliasesInUse.has(name)) return undefined;
  return sh.readAliases.get(name);
}

/** Aliases are text: the rest of the command is read again behind the alias's words. */
async function runAlias(sh: Shell, node: Command, alias: string): Promise<void> {
  const name = node.name?.text ?? '';
  const prefix = node.prefix.map((p) => `${sh.source.text.slice(p.pos, p.end)} `).join('');
  let rest = sh.source.text.slice(node.name?.end ?? node.end, node.end);
  if (/\s$/.test(alias)) {
    const next = /^\s*([^\s|&;<>()$`\\"']+)/.exec(rest);
    const second = next ? sh.readAliases.get(next[1] ?? '') : undefined;
    if (next && second !== undefined) rest = ` ${second}${rest.slice(next[0].length)}`;
  }
  sh.aliasesInUse.add(name);
  try {
    await runString(sh, `${prefix}${alias}${rest}\n`, { keepPosition: true });
  } finally {
    sh.aliasesInUse.delete(name);
  }
}

/** `set -k`: assignments behind the command's name are for its environment too. */
function keywordArguments(sh: Shell, node: Command): Assignment[] {
  if (!sh.options.has('keyword')) return [];
  return node.args.map(assignmentBehind).filter((a) => a !== undefined);
}

/** The assignment that an argument looks like. */
function assignmentBehind(arg: CommandArgument): Assignment | undefined {
  if (arg.type === 'Assignment') return arg;
  if (!/^[A-Za-z_]\w*\+?=/.test(arg.text)) return undefined;
  const command = parse(arg.text).commands[0]?.command;
  return command?.type === 'Command' ? command.prefix.find((p): p is Assignment => p.type === 'Assignment') : undefined;
}

async function commandWords(sh: Shell, node: Command): Promise<string[]> {
  if (!node.name) return [];
  const words = await expandWords(sh, [node.name]);
  const declares = declarations.has(words[0] ?? '');
  for (const arg of wholeWords(node.args)) {
    if (sh.options.has('keyword') && assignmentBehind(arg)) continue;
    if (arg.type === 'Word') for (const word of await expandWords(sh, [arg])) words.push(word);
    else if (!sh.options.has('keyword'))
      words.push(declares && arg.value.type === 'ArrayValue' ? `${arg.name}=` : await assignmentWord(sh, arg));
  }
  return words;
}

async function assignmentWord(sh: Shell, a: Assignment): Promise<string> {
  if (a.value.type === 'ArrayValue') return a.text;
  return `${a.name}${a.index ? `[${a.index.text}]` : ''}${a.append ? '+=' : '='}${a.value.text === '' ? '' : await expandString(sh, a.value, 'assignment')}`;
}

const redirectFailure = (sh: Shell): number => (sh.dialect.name === 'dash' ? 2 : 1);

async function withRedirects(sh: Shell, redirects: readonly Redirection[], body: () => Promise<void>): Promise<void> {
  if (redirects.length === 0) return body();
  let undo: () => void;
  try {
    undo = await redirect(sh, redirects, true);
  } catch (e) {
    if (!(e instanceof ShellError) || e.fatal) throw e;
    await sh.complain(e.message);
    sh.status = redirectFailure(sh);
    return;
  }
  try {
    await body();
  } finally {
    undo();
  }
}

/** bash says so of a readonly variable, and runs the command without the assignment. */
async function refuses(sh: Shell, a: Assignment): Promise<boolean> {
  if (!sh.dialect.extended || !sh.vars.find(a.name)?.readonly) return false;
  await sh.complain(`${a.name}: readonly variable`);
  return true;
}

/** Runs `body` with assignments in force for it alone. */
async function withEnvironment(sh: Shell, assignments: readonly Assignment[], exported: boolean, body: () => Promise<void>): Promise<void> {
  if (assignments.length === 0) return body();
  sh.vars.push();
  const depth = sh.vars.depth;
  try {
    for (const a of assignments) {
      if (await refuses(sh, a)) continue;
      await traceAssignment(sh, await assign(sh, a, { local: true }));
      if (exported) sh.vars.declareLocal(a.name).exported = true;
    }
    await body();
  } finally {
    while (sh.vars.depth >= depth) sh.vars.pop();
    if (assignments.some((a) => a.name === 'PATH')) sh.hashed.clear();
  }
}

async function runFunction(sh: Shell, words: readonly string[], redirects: readonly Redirection[]): Promise<void> {
  await trace(sh, words);
  await withRedirects(sh, redirects, () => callFunction(sh, words[0] ?? '', words.slice(1)));
  sh.pipeStatus = [sh.status];
}

async function runBuiltinNode(sh: Shell, words: readonly string[], assignments: readonly Assignment[], node: Command): Promise<void> {
  const name = words[0] ?? '';
  if (name === 'exec' && words.length === 1) {
    await trace(sh, words);
    try {
      await redirect(sh, node.redirects, false);
      sh.status = 0;
    } catch (e) {
      if (!(e instanceof ShellError)) throw e;
      await sh.complain(e.message);
      sh.status = 1;
      if (!sh.interactive && sh.dialect.almquist) sh.exit(1);
    }
    return;
  }
  const special = specialBuiltins.has(name);
  const arrays = declarations.has(name) && sh.options.has('xtrace') ? node.args.flatMap(arrayName) : [];
  const run = async (): Promise<void> => {
    if (arrays.length === 0) await trace(sh, words);
    if (sh.dialect.extended && (name === 'export' || name === 'readonly'))
      for (const word of words.slice(1))
        if (/^\w+=/.test(word) && !arrays.includes(word.slice(0, word.indexOf('=')))) await traceAssignment(sh, word);
    let undo: () => void;
    try {
      undo = node.redirects.length > 0 ? await redirect(sh, node.redirects, name !== 'exec') : (): void => {};
    } catch (e) {
      if (!(e instanceof ShellError) || e.fatal) throw e;
      await sh.complain(e.message);
      sh.status = redirectFailure(sh);
      if (special && posix(sh) && !sh.interactive) sh.exit(1);
      return;
    }
    try {
      await runBuiltin(sh, words, node.args);
      if (arrays.length > 0) await traceArrays(sh, words, arrays);
    } catch (e) {
      if (e instanceof ShellError) sh.pipeStatus = [e.status];
      throw e;
    } finally {
      undo();
    }
  };
  if (special && sh.dialect.almquist) {
    for (const a of assignments) await traceAssignment(sh, await assign(sh, a));
    await run();
  } else await withEnvironment(sh, assignments, true, run);
  if (name !== 'eval' && name !== '.' && name !== 'source') sh.pipeStatus = [sh.status];
}

/** The name in `name=(…)`. */
const arrayName = (arg: CommandArgument): string[] => (arg.type === 'Assignment' && arg.value.type === 'ArrayValue' ? [arg.name] : []);

/** Special builtins whose wrong use ends an ash without a prompt. */
const fatalInAsh = new Set(['export', 'readonly', 'unset', 'set', 'trap']);

export async function runBuiltin(sh: Shell, words: readonly string[], nodes: readonly CommandArgument[] = []): Promise<void> {
  const name = words[0] ?? '';
  const builtin = builtins().get(name);
  if (!builtin) return;
  try {
    sh.status = await builtin(sh, words.slice(1), name, nodes);
    if (sh.status === 2 && sh.dialect.almquist && !sh.interactive && fatalInAsh.has(name)) sh.exit(2);
  } catch (e) {
    if (e instanceof ShellError && (!e.fatal || (sh.dialect.almquist && e.message.endsWith('is read only'))) && e.message !== '') {
      // what bash finds when it assigns is said without the builtin's name
      await sh.complain(e.message, sh.dialect.extended && e.message.endsWith(': readonly variable') ? undefined : name);
      sh.status = e.status;
      if (specialBuiltins.has(name) && sh.dialect.almquist && !sh.interactive) sh.exit(2);
      return;
    }
    if (!(e instanceof Errno)) throw e;
    await sh.complain(sh.dialect.extended ? `write error: ${sh.strerror(e)}` : `write error: ${sh.strerror(e)}`, name);
    sh.status = 1;
  }
}

async function runExternal(
  sh: Shell,
  words: readonly string[],
  assignments: readonly Assignment[],
  node: Command,
  last: boolean,
): Promise<void> {
  const forked = sh.forkedFor === node;
  const replace = forked || (last && canBeReplaced(sh) && sh.dialect.name !== 'dash');
  sh.forkedFor = undefined;
  if (!replace) {
    sh.preparedWords = { node, words };
    findForHash(sh, words[0] ?? '');
    try {
      sh.status = await runForked(sh, node);
    } finally {
      sh.preparedWords = undefined;
    }
    return;
  }
  try {
    for (const a of assignments) {
      if (await refuses(sh, a)) continue;
      await traceAssignment(sh, await assign(sh, a));
      sh.vars.declare(a.name).exported = true;
    }
    await trace(sh, words);
    await redirect(sh, node.redirects, false);
  } catch (e) {
    if (!(e instanceof ShellError)) throw e;
    await sh.complain(e.message);
    sh.exit(1);
  }
  const env = sh.environment();
  if (!forked && !assignments.some((a) => a.name === 'SHLVL')) leaveLevel(sh, env);
  await execCommand(sh, words, { env });
}

function canBeReplaced(sh: Shell): boolean {
  return ![...sh.traps.values()].some((action) => action !== '') && !sh.jobControl;
}

/** The parent remembers where the command was found, as `hash` shows. */
function findForHash(sh: Shell, name: string): void {
  if (sh.options.has('hashall')) findCommand(sh, name);
}
