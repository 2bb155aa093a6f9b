import type { Command } from './command';
import { readFile, readAll } from './input';
import { Errno } from '../kernel';
import { bytes } from './text';

interface Item {
  readonly name: string;
  before: number;
  readonly after: Item[];
}

/** Finds a loop backwards from the first of those left, and takes one of its relations away. */
function breakLoop(left: ReadonlySet<Item>): Item[] {
  // the last found is first
  const path: Item[] = [];
  const linked = new Set<Item>();
  for (;;) {
    for (const each of left) {
      if (each.before === 0) continue;
      const [to] = path;
      if (!to) path.push(each);
      else if (each.after.includes(to)) {
        if (!linked.has(each)) {
          linked.add(each);
          path.unshift(each);
          continue;
        }
        each.after.splice(each.after.indexOf(to), 1);
        to.before--;
        return path.slice(0, path.indexOf(each) + 1);
      }
    }
  }
}

export const tsort: Command = {
  gnu: {
    short: '',
    usage: '[OPTION] [FILE]',
    help: 'Write a totally ordered list that agrees with the pairs (before, after) in FILE.\n',
  },
  run: async (ctx, options) => {
    const [file = '-', extra] = options.operands;
    if (extra !== undefined) return ctx.usage(`extra operand ${ctx.quoteWord(extra)}`);
    let text: string;
    try {
      text = bytes.decode(file === '-' ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, file));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(`${ctx.quoteIfNeeded(file)}: ${error.code === 'EISDIR' ? 'read error: ' : ''}${ctx.strerror(error)}`);
    }
    ctx.out.charset = bytes;
    const words = text.split(/[ \t\n]+/).filter((word) => word !== '');
    if (words.length % 2) return ctx.fail(`${ctx.quoteIfNeeded(file)}: input contains an odd number of tokens`);
    const items = new Map<string, Item>();
    const item = (name: string): Item => {
      let found = items.get(name);
      if (!found) items.set(name, (found = { name, before: 0, after: [] }));
      return found;
    };
    for (let i = 0; i < words.length; i += 2) {
      const [first, second] = [item(words[i] as string), item(words[i + 1] as string)];
      if (first === second) continue;
      first.after.unshift(second);
      second.before++;
    }
    const left = new Set([...items.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
    while (left.size > 0) {
      const queue = [...left].filter((each) => each.before === 0);
      for (let next = queue.shift(); next; next = queue.shift()) {
        await ctx.line(next.name);
        left.delete(next);
        for (const each of next.after) if (--each.before === 0) queue.push(each);
      }
      if (left.size === 0) break;
      await ctx.warn(`${ctx.quoteIfNeeded(file)}: input contains a loop:`);
      ctx.status = 1;
      for (const each of breakLoop(left)) await ctx.warn(each.name);
    }
    return ctx.status;
  },
};
