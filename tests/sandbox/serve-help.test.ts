import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { session } from '../kubectl/session';
import { realKubectl } from './real-kubectl';

const execute = promisify(execFile);

/** What of a help text is not prose: the flags with their defaults, the usage line, aliases, subcommands, the last lines. */
function bones(text: string): Record<string, unknown> {
  const lines = text.split('\n');
  const after = (title: string): string[] => {
    const at = lines.indexOf(title);
    if (at < 0) return [];
    const end = lines.indexOf('', at);
    return lines.slice(at + 1, end < 0 ? lines.length : end);
  };
  return {
    flags: lines.filter((line) => /^ {4}-/.test(line)),
    usage: after('Usage:'),
    aliases: after('Aliases:'),
    commands: after('Available Commands:'),
    last: lines.filter((line) => line.startsWith('Use "')),
  };
}

const names = (text: string): string[] =>
  [...text.matchAll(/Available Commands:\n((?: {2}\S.*\n)+)/g)].flatMap(([, list]) =>
    list!
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(' ')[0]!),
  );

test("every command's help has the flags, the usage and the subcommands of the real one", { timeout: 120_000 }, async () => {
  const { path } = realKubectl();
  const { run } = await session();
  const real = async (words: readonly string[]): Promise<string> => (await execute(path, [...words, '--help'])).stdout;
  const top = await real([]);
  const queue = [...top.matchAll(/^ {2}([a-z-]+) +\S/gm)].map(([, name]) => [name!]).filter(([name]) => name !== 'kubectl');
  expect((await run('kubectl --help')).stdout).toBe(top);
  let compared = 0;
  while (queue.length > 0) {
    const some = queue.splice(0, 4);
    await Promise.all(
      some.map(async (words) => {
        const theirs = await real(words);
        const ours = await run(`kubectl ${words.join(' ')} --help`);
        expect({ of: words, ...bones(ours.stdout) }).toEqual({ of: words, ...bones(theirs) });
        for (const name of names(theirs)) queue.push([...words, name]);
        compared++;
      }),
    );
  }
  expect(compared).toBeGreaterThan(100);
});
