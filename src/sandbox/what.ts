import { print, printError, type Program } from '../kernel';

interface Entry {
  readonly title: string;
  readonly text: string;
}

/** The sections of docs/deviations.md: `### kubectl exec` and what follows it. */
export function deviationEntries(markdown: string): Entry[] {
  return markdown
    .split(/^### +/m)
    .slice(1)
    .map((section) => {
      const [title = '', ...rest] = section.split('\n');
      const text = rest.join('\n').split(/^#{1,2} /m)[0] ?? '';
      return { title: title.trim(), text: text.trim() };
    });
}

/** `what COMMAND`: how the sandbox's COMMAND differs from the real one. */
export const what =
  (markdown: () => Promise<string>): Program =>
  async (proc) => {
    const entries = deviationEntries(await markdown());
    const asked = proc.argv.slice(1).join(' ');
    if (!asked) {
      await print(
        proc,
        `usage: what COMMAND\nTells how COMMAND differs here from the real one. Known differences:\n${entries.map(({ title }) => `  ${title}\n`).join('')}`,
      );
      return 0;
    }
    const found = entries.filter(({ title }) => title.split(', ').some((name) => name === asked || name.startsWith(`${asked} `)));
    if (!found.length) {
      await printError(proc, `what: no known difference for ${asked}\n`);
      return 1;
    }
    await print(proc, found.map(({ title, text }) => `${title}\n${text}\n`).join('\n'));
    return 0;
  };
