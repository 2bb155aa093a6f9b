import { Errno } from '../kernel';
import type { Command } from './command';

export const pivotRoot: Command = {
  gnu: {
    short: '',
    package: 'util-linux',
    usage: '[options] new_root put_old',
    help: '\nChange the root filesystem.\n\nOptions:\n -h, --help     display this help\n -V, --version  display version\n\nFor more details see pivot_root(8).\n',
  },
  run: async (ctx, { operands }) => {
    const [newRoot, putOld] = operands;
    if (operands.length !== 2 || newRoot === undefined || putOld === undefined) return ctx.usage('bad usage');
    try {
      ctx.proc.pivotRoot(newRoot, putOld);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(`failed to change root from \`${newRoot}' to \`${putOld}': ${ctx.strerror(error)}`);
    }
    return 0;
  },
};
