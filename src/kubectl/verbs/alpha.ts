import type { Command } from '../command';

export const alpha: Command = {
  use: 'alpha',
  short: 'Commands for features in alpha',
  hidden: true,
  async run({ k }) {
    await k.err('No alpha commands are available in this version of kubectl\n');
    return 0;
  },
};
