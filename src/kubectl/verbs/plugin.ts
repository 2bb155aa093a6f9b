import { Errno, type Process } from '../../kernel';
import type { Command } from '../command';
import { find } from '../editor';
import { failure } from '../errors';

const prefix = 'kubectl-';

/** The files on PATH whose names make them plugins, in PATH's order. */
function pluginsOn(proc: Process, unreadable: string[]): string[] {
  const found: string[] = [];
  for (const directory of new Set((proc.env.get('PATH') ?? '').split(':').filter(Boolean))) {
    try {
      for (const { name } of [...proc.readdir(directory)].sort((a, b) => (a.name < b.name ? -1 : 1)))
        if (name.startsWith(prefix) && name.length > prefix.length) found.push(`${directory}/${name}`);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      unreadable.push(
        `Unable to read directory "${directory}" from your PATH: open ${directory}: ${error.message.toLowerCase()}. Skipping...\n`,
      );
    }
  }
  return found;
}

/** What is wrong with a plugin: it cannot run, a command of kubectl hides it, or an earlier one of its name does. */
function warningsOf(proc: Process, path: string, earlier: readonly string[], root: Command): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const warnings: string[] = [];
  try {
    proc.access(path, 'x');
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    warnings.push(`${path} identified as a kubectl plugin, but it is not executable`);
  }
  const shadowing = earlier.find((other) => other.endsWith(`/${name}`));
  if (shadowing) warnings.push(`${path} is overshadowed by a similarly named plugin: ${shadowing}`);
  const words = name.slice(prefix.length).split('-');
  if (root.commands?.some((command) => command.use.split(' ')[0] === words.join('-')))
    warnings.push(`${name} overwrites existing command: "kubectl ${words.join(' ')}"`);
  return warnings;
}

const list = (root: () => Command): Command => ({
  use: 'list [flags]',
  short: "List all visible plugin executables on a user's PATH",
  long: `List all files on the PATH that kubectl takes for plugins: executables whose names begin with "kubectl-".`,
  example: `  # List the plugins
  kubectl plugin list`,
  flags: [{ name: 'name-only', kind: 'bool', usage: 'If true, display only the names of the plugins, not their paths' }],
  async run({ k, flags }) {
    const unreadable: string[] = [];
    const plugins = pluginsOn(k.proc, unreadable);
    await k.err(unreadable.join(''));
    if (plugins.length === 0) throw failure('unable to find any kubectl plugins in your PATH');
    await k.out('The following compatible plugins are available:\n\n');
    let warnings = 0;
    for (const [i, path] of plugins.entries()) {
      await k.out(`${flags.bool('name-only') ? path.slice(path.lastIndexOf('/') + 1) : path}\n`);
      for (const warning of warningsOf(k.proc, path, plugins.slice(0, i), root())) {
        await k.err(`  - warning: ${warning}\n`);
        warnings++;
      }
    }
    if (warnings > 0) throw failure(warnings === 1 ? 'one plugin warning was found' : `${warnings} plugin warnings were found`);
    return 0;
  },
});

export const plugin = (root: () => Command): Command => ({
  use: 'plugin [flags]',
  short: 'Provides utilities for interacting with plugins',
  group: 'other',
  long: `Provides utilities for interacting with plugins.

 Plugins add commands that are not part of kubectl: executables on the PATH whose names begin with "kubectl-".`,
  example: `  # List all available plugins
  kubectl plugin list
  
  # List only their names
  kubectl plugin list --name-only`,
  commands: [list(root)],
});

/** Runs the plugin that the words name, the longest name first (`kubectl-foo-bar` for `foo bar`); undefined when there is none. */
export async function runPlugin(proc: Process, words: readonly string[]): Promise<number | undefined> {
  const end = words.findIndex((word) => word.startsWith('-'));
  const names = (end < 0 ? words : words.slice(0, end)).map((word) => word.replaceAll('-', '_'));
  for (let count = names.length; count > 0; count--) {
    const path = find(proc, `${prefix}${names.slice(0, count).join('-')}`);
    if (path === undefined) continue;
    const pid = await proc.spawn(path, [path, ...words.slice(count)]);
    const ended = await proc.wait(pid);
    return ended?.status.kind === 'exited' ? ended.status.code : 1;
  }
  return undefined;
}
