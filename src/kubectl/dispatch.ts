import type { Process } from '../kernel';
import { type Command, type Invocation, nameOf } from './command';
import { CommandError, describeError, failure, usageError } from './errors';
import { globalFlags } from './flag-sets';
import { type Flag, flagFailure, FlagProblem, parseFlags, takesNext } from './flags';
import { helpText } from './help';
import { Kubectl, type Reach } from './kubectl';
import { suggestions } from './suggestions';
import { runPlugin } from './verbs/plugin';
import { completeWords } from './verbs/complete';

/** The command that words name, its parents, and the words that are left for it. */
export function find(root: Command, words: readonly string[]): { command: Command; parents: Command[]; rest: string[] } {
  let command = root;
  const parents: Command[] = [];
  let rest = [...words];
  for (;;) {
    const flags = [...globalFlags, ...(command.flags ?? [])];
    const index = firstWord(rest, flags);
    const word = index < 0 ? undefined : rest[index]!;
    const child = word === undefined ? undefined : command.commands?.find((c) => nameOf(c) === word || c.aliases?.includes(word));
    if (!child) return { command, parents, rest };
    parents.push(command);
    rest = [...rest.slice(0, index), ...rest.slice(index + 1)];
    command = child;
  }
}

function firstWord(words: readonly string[], flags: readonly Flag[]): number {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') return -1;
    if (!word.startsWith('-') || word === '-') return i;
    if (takesNext(word, flags)) i++;
  }
  return -1;
}

export async function main(root: Command, proc: Process, reach: Reach): Promise<number> {
  try {
    return await dispatch(root, proc, reach, proc.argv.slice(1));
  } catch (error) {
    const described = describeError(error);
    if (!described) throw error;
    if (error instanceof CommandError && error.printed) await proc.write(1, error.printed);
    if (described.text) await proc.write(2, described.text.endsWith('\n') ? described.text : `${described.text}\n`);
    return described.exitCode;
  }
}

/** What --profile may capture; nothing is captured here. */
const profiles = ['', 'none', 'cpu', 'heap', 'goroutine', 'threadcreate', 'block', 'mutex'];

async function dispatch(root: Command, proc: Process, reach: Reach, words: readonly string[]): Promise<number> {
  if (words[0] === '__complete' || words[0] === '__completeNoDesc')
    return completeWords(root, proc, reach, words.slice(1), words[0] === '__complete');
  const { command, parents, rest } = find(root, words);
  const path = [...parents, command].map(nameOf).join(' ');
  const known = [...globalFlags, ...(command.flags ?? [])];
  let parsed;
  try {
    if (command === root) {
      const index = firstWord(rest, known);
      const helpAsked = rest.slice(0, Math.max(index, 0)).some((word) => word === '-h' || word === '--help');
      if (index >= 0 && !helpAsked) {
        const status = await runPlugin(proc, rest.slice(index));
        if (status !== undefined) return status;
        throw unknownCommand(root, rest[index]!);
      }
    }
    parsed = parseFlags(rest, known);
  } catch (error) {
    if (error instanceof FlagProblem)
      throw command.failureCode
        ? failure(usageError(path, error.message).text.replace(/^error: /, ''), command.failureCode)
        : flagFailure(error, path);
    throw error;
  }
  const { flags, args, dashAt } = parsed;
  // a command's own --user or --cluster says nothing of the server
  const k = new Kubectl(proc, reach, flags.without(new Set((command.flags ?? []).map(({ name }) => name))));
  if (flags.bool('help')) {
    await k.out(helpText(command, parents));
    return 0;
  }
  const capture = k.global.string('profile');
  if (!profiles.includes(capture)) throw failure(`unknown profile '${capture}'`);
  const missing = (command.flags ?? []).filter((flag) => flag.required && !flags.changed(flag.name));
  if (missing.length > 0) throw failure(`required flag(s) ${missing.map((flag) => `"${flag.name}"`).join(', ')} not set`);
  const call: Invocation = { k, flags, args, dashAt, path, help: () => helpText(command, parents) };
  if (!command.run) {
    if (parents.length > 0 && args.length > 0) throw usageError(path, `unknown command "${args.join(' ')}"`);
    await (parents.length > 0 ? k.err(helpText(command, parents)) : k.out(helpText(command, parents)));
    return parents.length > 0 ? 1 : 0;
  }
  const status = (await running(command, call)) ?? 0;
  if (status === 0 && k.warnings > 0 && flags.bool('warnings-as-errors'))
    throw failure(`${k.warnings} ${k.warnings === 1 ? 'warning' : 'warnings'} received`);
  return status;
}

async function running(command: Command, call: Invocation): Promise<number | void> {
  try {
    return await command.run!(call);
  } catch (error) {
    const described = command.failureCode === undefined ? undefined : describeError(error);
    throw described ? new CommandError(described.text, command.failureCode) : error;
  }
}

function unknownCommand(root: Command, word: string): CommandError {
  const close = suggestions(root, word);
  const hint = close.length > 0 ? `\n\nDid you mean this?\n${close.map((name) => `\t${name}\n`).join('')}` : '';
  return failure(`unknown command "${word}" for "kubectl"${hint}`);
}
