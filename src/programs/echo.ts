import type { Command } from './command';
import { expandEscapes } from './escapes';

export const echo: Command = {
  gnu: {
    usage: '[SHORT-OPTION]... [STRING]...\nLONG-OPTION',
    help: 'Print the STRINGs, separated by blanks.\n\n  -n   no newline at the end\n  -e   interpret backslash escapes\n  -E   do not interpret them (the default)\n',
  },
  busybox: {},
  run: async (ctx) => {
    const { args } = ctx;
    if (ctx.gnu && args.length === 1 && (args[0] === '--help' || args[0] === '--version')) {
      await ctx.write(args[0] === '--help' ? ctx.helpText() : ctx.versionText());
      return 0;
    }
    let newline = true;
    let escapes = false;
    let i = 0;
    for (; i < args.length && /^-[neE]+$/.test(args[i] as string); i++) {
      for (const letter of (args[i] as string).slice(1)) {
        if (letter === 'n') newline = false;
        else escapes = letter === 'e';
      }
    }
    const text = args.slice(i).join(' ');
    if (!escapes) ctx.out.put(text);
    else {
      const { bytes, stop } = expandEscapes(text, 'zero', false);
      ctx.out.put(bytes);
      if (stop) return 0;
    }
    if (newline) ctx.out.put('\n');
    return 0;
  },
};
