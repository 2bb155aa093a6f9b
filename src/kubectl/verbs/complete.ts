import type { Process } from '../../kernel';
import { type Command, type Completion, type Invocation, nameOf } from '../command';
import { completeFlagValue } from '../completion';
import { describeError } from '../errors';
import { globalFlags } from '../flag-sets';
import { type Flag, FlagProblem, parseFlags } from '../flags';
import { find } from '../dispatch';
import { Kubectl, type Reach } from '../kubectl';

const noFiles = 4;

/**
 * Cobra's `__complete WORDS… LAST`: candidates for the last word, one a line as `word\tdescription`, then the
 * directive `:N`; for people, what the directive means goes to standard error.
 */
export async function completeWords(
  root: Command,
  proc: Process,
  reach: Reach,
  words: readonly string[],
  descriptions: boolean,
): Promise<number> {
  const word = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  let answer: Completion;
  try {
    answer = await candidates(root, proc, reach, before, word);
  } catch (error) {
    if (!describeError(error) && !(error instanceof FlagProblem)) throw error;
    answer = { words: [], directive: noFiles };
  }
  const lines = answer.words.map((line) => (descriptions ? line : line.split('\t')[0]!)).map((line) => `${line}\n`);
  await proc.write(1, `${lines.join('')}:${answer.directive}\n`);
  await proc.write(2, `Completion ended with directive: ${directiveText(answer.directive)}\n`);
  return 0;
}

function directiveText(directive: number): string {
  const names = [
    'ShellCompDirectiveError',
    'ShellCompDirectiveNoSpace',
    'ShellCompDirectiveNoFileComp',
    'ShellCompDirectiveFilterFileExt',
    'ShellCompDirectiveFilterDirs',
  ];
  const set = names.filter((_, bit) => directive & (1 << bit));
  return set.length > 0 ? set.join(', ') : 'ShellCompDirectiveDefault';
}

const takesValue = (flag: Flag): boolean => flag.optional === undefined && flag.kind !== 'bool';
const starting = (words: readonly string[], word: string): string[] => words.filter((candidate) => candidate.startsWith(word));

async function candidates(root: Command, proc: Process, reach: Reach, before: readonly string[], word: string): Promise<Completion> {
  const { command, rest } = find(root, before);
  const known = [...globalFlags, ...(command.flags ?? [])];
  const dashed = rest.includes('--');
  const last = rest.at(-1) ?? '';
  const pending = dashed ? undefined : pendingFlag(last, known);
  const parsed = parseFlags(pending ? rest.slice(0, -1) : rest, known);
  const k = new Kubectl(proc, reach, parsed.flags.without(new Set((command.flags ?? []).map(({ name }) => name))));
  const call: Invocation = { k, flags: parsed.flags, args: parsed.args, dashAt: parsed.dashAt, path: nameOf(command), help: () => '' };
  if (dashed) return { words: [], directive: 0 };
  const equals = word.startsWith('-') ? word.indexOf('=') : -1;
  if (pending || equals >= 0) {
    const flag = pending ?? known.find((one) => `--${one.name}` === word.slice(0, equals) || `-${one.short}` === word.slice(0, equals));
    if (!flag) return { words: [], directive: noFiles };
    const value = pending ? word : word.slice(equals + 1);
    return completeFlagValue(call, command, flag, value);
  }
  if (word.startsWith('-')) {
    const flags = known.filter(
      (flag) =>
        (!flag.hidden || flag.name === 'help') && (!parsed.flags.changed(flag.name) || flag.kind === 'array' || flag.kind === 'slice'),
    );
    const words = flags.flatMap((flag) => {
      const about = flag.name === 'help' ? `help for ${nameOf(command)}` : (flag.usage ?? '').split('\n')[0]!;
      return [`--${flag.name}\t${about}`, ...(flag.short ? [`-${flag.short}\t${about}`] : [])];
    });
    return { words: [...new Set(starting(words, word))].sort(), directive: noFiles };
  }
  const commands = (command.commands ?? []).filter((child) => !child.hidden || (command === root && nameOf(child) === 'help'));
  // "only if no local flag was given": cobra
  const flagged = (command.flags ?? []).some(({ name }) => parsed.flags.changed(name));
  if (commands.length > 0 && flagged && parsed.args.length === 0) return { words: [], directive: 0 };
  if (commands.length > 0 && parsed.args.length === 0) {
    const words = commands.map((child) => `${nameOf(child)}\t${child.short}`).sort();
    return { words: starting(words, word), directive: noFiles };
  }
  const required = known.filter((flag) => flag.required && !parsed.flags.changed(flag.name));
  const first = starting(
    required.map((flag) => `--${flag.name}\t${(flag.usage ?? '').split('\n')[0]!}`),
    word,
  );
  if (!command.complete) return { words: first, directive: command === root ? noFiles : 0 };
  const completed = await command.complete(call, word);
  if ('directive' in completed) return { words: [...first, ...starting(completed.words, word)], directive: completed.directive };
  return { words: [...first, ...starting(completed, word)], directive: noFiles };
}

/** The flag that waits for its value: the last word is its name alone. */
function pendingFlag(word: string, known: readonly Flag[]): Flag | undefined {
  if (word.startsWith('--') && !word.includes('=')) return known.find((flag) => flag.name === word.slice(2) && takesValue(flag));
  if (/^-[^-]/.test(word)) return known.find((flag) => flag.short === word.at(-1) && takesValue(flag) && /^-[A-Za-z]+$/.test(word));
  return undefined;
}
