import type { Command } from './command';
import { readAll } from './input';
import { utf8 } from './text';

const reference = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g;

export const envsubst: Command = {
  gnu: {
    short: '+hVv',
    long: { variables: 'v' },
    package: 'gettext',
    usage: '[OPTION] [SHELL-FORMAT]',
    help: 'Substitutes the values of environment variables.\n\nOperation mode:\n  -v, --variables             output the variables occurring in SHELL-FORMAT\n\nIn normal operation mode, standard input is copied to standard output, with\nreferences to environment variables of the form $VARIABLE or ${VARIABLE}\nbeing replaced with the corresponding values. If a SHELL-FORMAT is given,\nonly those environment variables that are referenced in SHELL-FORMAT are\nsubstituted.\n',
  },
  run: async (ctx, options) => {
    const [format, extra] = options.operands;
    if (extra !== undefined) return ctx.fail('too many arguments');
    if (format === undefined && options.has('v')) return ctx.fail('missing arguments');
    const named = format === undefined ? undefined : new Set([...format.matchAll(reference)].map((m) => m[1] ?? m[2]));
    if (options.has('v')) {
      for (const name of named ?? []) await ctx.line(name ?? '');
      return 0;
    }
    ctx.out.charset = utf8;
    const text = utf8.decode(await readAll(ctx.proc, 0));
    await ctx.write(
      text.replace(reference, (whole: string, plain?: string, braced?: string) => {
        const name = plain ?? braced ?? '';
        return named && !named.has(name) ? whole : (ctx.env.get(name) ?? '');
      }),
    );
    return 0;
  },
};
