import type { Command } from './command';

const categories = 'CTYPE NUMERIC TIME COLLATE MONETARY MESSAGES PAPER NAME ADDRESS TELEPHONE MEASUREMENT IDENTIFICATION'.split(' ');
const installed = ['C', 'C.utf8', 'POSIX'];
const values: Readonly<Record<string, string>> = { charmap: '', decimal_point: '.', yesexpr: '^[yY]', noexpr: '^[nN]', thousands_sep: '' };

const known = (name: string): boolean => installed.includes(name.replace(/\.UTF-8$/i, '.utf8'));

export const locale: Command = {
  gnu: {
    short: 'ackmvV',
    long: { 'all-locales': 'a', 'category-name': 'c', 'keyword-name': 'k', charmaps: 'm', verbose: 'v' },
    package: 'glibc',
    usage: 'NAME\n[-a|-m]',
    help: 'Get locale-specific information.\n\n System information:\n  -a, --all-locales          Write names of available locales\n  -m, --charmaps             Write names of available charmaps\n\n Modify output format:\n  -c, --category-name        Write names of selected categories\n  -k, --keyword-name         Write names of selected keywords\n',
  },
  run: async (ctx, options) => {
    const { env } = ctx;
    if (options.has('a')) return (await ctx.write(installed.map((name) => `${name}\n`).join('')), 0);
    if (options.has('m')) return (await ctx.write('ANSI_X3.4-1968\nISO-8859-1\nUTF-8\n'), 0);
    if (options.operands.length > 0) {
      for (const name of options.operands) {
        const value = name === 'charmap' ? (ctx.charset.name === 'utf8' ? 'UTF-8' : 'ANSI_X3.4-1968') : values[name];
        if (value === undefined) {
          ctx.status = 1;
          await ctx.warn(`unknown name "${name}"`);
        } else await ctx.line(options.has('k') ? `${name}="${value}"` : value);
      }
      return ctx.status;
    }
    const all = env.get('LC_ALL') ?? '';
    const chosen = all || categories.map((name) => env.get(`LC_${name}`)).find((name) => name && !known(name)) || env.get('LANG') || '';
    if (chosen !== '' && !known(chosen)) {
      for (const name of ['LC_CTYPE', 'LC_MESSAGES']) await ctx.warn(`Cannot set ${name} to default locale: No such file or directory`);
      await ctx.warn('Cannot set LC_ALL to default locale: No such file or directory');
    }
    await ctx.line(`LANG=${env.get('LANG') ?? ''}`);
    await ctx.line(`LANGUAGE=${env.get('LANGUAGE') ?? ''}`);
    for (const name of categories) {
      const own = env.get(`LC_${name}`);
      // quoted: it follows from another variable
      await ctx.line(`LC_${name}=${all === '' && own ? own : `"${all || env.get('LANG') || 'POSIX'}"`}`);
    }
    await ctx.line(`LC_ALL=${all}`);
    return 0;
  },
};
