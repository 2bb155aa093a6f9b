import type { Command, Context } from '../command';
import { spawnp } from '../exec';
import { pages, type ManPage } from './pages';

const sectionTitles: Readonly<Record<number, string>> = {
  1: 'User Commands',
  2: 'System Calls Manual',
  5: 'File Formats Manual',
  7: 'Miscellaneous Information Manual',
};

/** Words of a paragraph on lines of at most `width` columns. */
function fill(text: string, indent: number, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].map((each) => `${' '.repeat(indent)}${each}\n`).join('');
}

/** A page as man(1) lays it out. In its text a line that begins with a blank is kept; `TAG: text` stands beside its tag. */
function render(page: ManPage, width: number): string {
  const title = `${page.name.toUpperCase()}(${page.section})`;
  const middle = sectionTitles[page.section] ?? '';
  const gap = Math.max(2, width - 2 * title.length - middle.length);
  const head = `${title}${' '.repeat(Math.floor(gap / 2))}${middle}${' '.repeat(Math.ceil(gap / 2))}${title}\n`;
  let text = `${head}\nNAME\n       ${page.name} - ${page.summary}\n`;
  for (const [heading, body] of page.body) {
    text += `\n${heading}\n`;
    for (const [i, line] of body.entries()) {
      const tag = /^\[(.+?)\] ([^]*)$/.exec(line);
      if (line.startsWith(' ')) text += `      ${line}\n`;
      else if (tag) text += `${i ? '\n' : ''}       ${tag[1]}\n${fill(tag[2] ?? '', 14, width)}`;
      else text += `${i ? '\n' : ''}${fill(line, 7, width)}`;
    }
  }
  const foot = 'Pausebox';
  return `${text}\n${foot}${' '.repeat(Math.max(1, width - foot.length - title.length))}${title}\n`;
}

async function show(ctx: Context, text: string): Promise<number> {
  const { proc } = ctx;
  if (!proc.isatty(1)) return (await ctx.write(text), 0);
  const [reader, writer] = proc.pipe();
  const pager = await spawnp(proc, ['less'], (child) => {
    child.dup2(reader, 0);
    child.close(reader);
    child.close(writer);
  });
  proc.close(reader);
  await proc.write(writer, text).catch(() => 0);
  proc.close(writer);
  await proc.wait(pager);
  return 0;
}

export const man: Command = {
  gnu: {
    short: 'kfP:h',
    long: { apropos: 'k', whatis: 'f', 'pager:': 'P' },
    package: 'other',
    usage: '[OPTION...] [SECTION] PAGE...',
    help: '\n  -f, --whatis    the summary of a page\n  -k, --apropos   pages whose summary has a word\n',
  },
  run: async (ctx, options) => {
    const { operands } = options;
    if (operands.length === 0) {
      await ctx.stderr("What manual page do you want?\nFor example, try 'man man'.\n");
      return 1;
    }
    if (options.has('k', 'f')) {
      const found = pages.filter((page) => operands.some((word) => (options.has('f') ? page.name === word : `${page.name} ${page.summary}`.includes(word)))); // prettier-ignore
      for (const page of found) await ctx.line(`${`${page.name} (${page.section})`.padEnd(20)} - ${page.summary}`);
      if (found.length > 0) return 0;
      await ctx.stderr(`${operands[0] ?? ''}: nothing appropriate.\n`);
      return 16;
    }
    const section = /^\d$/.test(operands[0] ?? '') && operands.length > 1 ? Number(operands[0]) : undefined;
    const width = ctx.proc.isatty(1) ? Math.min(100, ctx.proc.getWindowSize(1).columns || 80) : 80;
    let status = 0;
    for (const word of section === undefined ? operands : operands.slice(1)) {
      const [name = '', suffix] = word.split('.');
      const wanted = section ?? (suffix ? Number(suffix) : undefined);
      const page = pages.find((each) => each.name === name && (wanted === undefined || each.section === wanted));
      if (page) await show(ctx, render(page, width));
      else {
        await ctx.stderr(`No manual entry for ${name}${wanted === undefined ? '' : ` in section ${wanted}`}\n`);
        status = 16;
      }
    }
    return status;
  },
};
