import { type Command, nameOf } from './command';
import { globalFlags } from './flag-sets';
import type { Flag } from './flags';

const groups: readonly (readonly [string, string])[] = [
  ['beginner', 'Basic Commands (Beginner):'],
  ['intermediate', 'Basic Commands (Intermediate):'],
  ['deploy', 'Deploy Commands:'],
  ['cluster', 'Cluster Management Commands:'],
  ['trouble', 'Troubleshooting and Debugging Commands:'],
  ['advanced', 'Advanced Commands:'],
  ['settings', 'Settings Commands:'],
  ['plugins', 'Subcommands provided by plugins:'],
  ['other', 'Other Commands:'],
];

function listed(commands: readonly Command[], width: number): string {
  return commands.map((command) => `  ${nameOf(command).padEnd(width)} ${command.short}\n`).join('');
}

function flagText(flag: Flag): string {
  const value =
    flag.shown ??
    (flag.kind === 'array' || flag.kind === 'slice' || flag.kind === 'map'
      ? `[${flag.value ?? ''}]`
      : flag.kind === 'string'
        ? `'${flag.value ?? ''}'`
        : flag.value || (flag.kind === 'bool' ? 'false' : '0'));
  return `    ${flag.short ? `-${flag.short}, ` : ''}--${flag.name}=${value}:\n\t${flag.usage ?? ''}\n`;
}

export function flagsText(flags: readonly Flag[]): string {
  const shown = flags.filter((flag) => !flag.hidden);
  return [...shown]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(flagText)
    .join('\n');
}

/** `kubectl get [flags] [options]` */
function usageLine(command: Command, parents: readonly Command[]): string {
  const path = parents.map(nameOf).join(' ');
  const use = parents.length === 0 ? `${nameOf(command)} [flags]` : command.use;
  const line = `${path ? `${path} ` : ''}${use}`;
  return line.includes('[options]') ? line : `${line} [options]`;
}

/** The help of a command: what it does, examples, subcommands, options, usage. */
export function helpText(command: Command, parents: readonly Command[]): string {
  const about = (command.long ?? `${command.short}.`).trimEnd();
  return `${about}\n\n${usageText(command, parents)}`;
}

export function usageText(command: Command, parents: readonly Command[]): string {
  const path = [...parents, command].map(nameOf).join(' ');
  const sections: string[] = [];
  if (command.aliases && command.aliases.length > 0 && parents.length > 0) {
    sections.push(`Aliases:\n${[nameOf(command), ...command.aliases].join(', ')}\n`);
  }
  if (command.example) sections.push(`Examples:\n${command.example}\n`);
  const children = (command.commands ?? []).filter((child) => !child.hidden);
  if (parents.length === 0) {
    for (const [group, title] of groups) {
      const members = children.filter((child) => (child.group ?? 'other') === group);
      sections.push(`${title}\n${listed(members, 15)}`);
    }
  } else if (children.length > 0) {
    const width = Math.max(11, ...children.map((child) => nameOf(child).length)) + 2;
    sections.push(
      `Available Commands:\n${listed(
        [...children].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
        width,
      )}`,
    );
  }
  const flags = (command.flags ?? []).filter((flag) => !flag.hidden);
  if (flags.length > 0) sections.push(`Options:\n${flagsText(flags)}`);
  sections.push(`Usage:\n  ${usageLine(command, parents)}\n`);
  const ends: string[] = [];
  if (children.length > 0) ends.push(`Use "${path} <command> --help" for more information about a given command.\n`);
  ends.push('Use "kubectl options" for a list of global command-line options (applies to all commands).\n');
  return `${sections.join('\n')}\n${ends.join('')}`;
}

export function optionsText(): string {
  return `The following options can be passed to any command:\n\n${flagsText(globalFlags)}`;
}
