import type { Command } from '../command';
import { find } from '../dispatch';
import { helpText, optionsText, usageText } from '../help';

/** `help [command]`. */
export const helpCommand = (root: () => Command): Command => ({
  use: 'help [command]',
  short: 'Help about any command',
  hidden: true,
  async run({ k, args }) {
    const { command, parents } = find(root(), args);
    if (command === root() && args.length > 0) {
      await k.err(`Unknown help topic [${args.map((arg) => `\`${arg}\``).join(' ')}]\n\n\n${usageText(command, parents)}`);
      return 0;
    }
    await k.out(helpText(command, parents));
    return 0;
  },
});

export const options: Command = {
  use: 'options',
  short: 'Print the list of flags inherited by all commands',
  hidden: true,
  async run({ k }) {
    await k.out(optionsText());
    return 0;
  },
};
