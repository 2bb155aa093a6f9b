import { Errno } from '../../kernel';
import { Accounts } from '../accounts';
import type { Command, Context } from '../command';
import { readText } from '../input';
import { bootTimeMs, type ProcessInfo, readMeminfo, readProcesses } from '../process-table';
import { busyboxPs } from './busybox';
import type { Column, Scene } from './columns';
import { columnOf, sortKey } from './columns';
import { parsePs, PsError, type Request } from './options';

const usage = `
Usage:
 ps [options]

 Try 'ps --help <simple|list|output|threads|misc|all>'
  or 'ps --help <s|l|o|t|m|a>'
 for additional help text.

For more details see ps(1).
`;

/** Children after their parents, and what to draw before each. */
function grow(processes: readonly ProcessInfo[], style: 'ascii' | 'indent'): { order: ProcessInfo[]; branches: Map<number, string> } {
  // children of PID 1 stand at the top of an ASCII forest, as those of nobody do
  const adopted = (p: ProcessInfo): boolean => style === 'ascii' && p.ppid === 1;
  const present = new Map(processes.map((p) => [p.pid, p]));
  const order: ProcessInfo[] = [];
  const branches = new Map<number, string>();
  const visit = (p: ProcessInfo, trunk: string, depth: number, last: boolean): void => {
    order.push(p);
    branches.set(p.pid, depth === 0 ? '' : style === 'indent' ? '  '.repeat(depth) : `${trunk} \\_ `);
    const children = processes.filter((c) => c.ppid === p.pid && c.pid !== p.pid && !adopted(c));
    const below = depth === 0 ? '' : trunk + (last ? '    ' : ' |  ');
    children.forEach((c, i) => visit(c, below, depth + 1, i === children.length - 1));
  };
  for (const p of processes) if (!present.has(p.ppid) || p.ppid === p.pid || adopted(p)) visit(p, '', 0, true);
  return { order, branches };
}

/** Columns to fit: the terminal's, or no limit where output is no terminal. */
function screenWidth(ctx: Context, request: Request): number {
  if (request.columnsWidth) return request.columnsWidth;
  if (request.wide >= 2 || !ctx.proc.isatty(1)) return Infinity;
  const columns = Number(ctx.env.get('COLUMNS')) || ctx.proc.getWindowSize(1).columns || 80;
  return request.wide === 1 ? Math.max(132, columns) : columns;
}

function row(columns: readonly Column[], cells: readonly string[], limit: number): string {
  let line = '';
  let target = 0;
  columns.forEach((c, i) => {
    if (i > 0) {
      line += ' ';
      target++;
    }
    const cell = cells[i] as string;
    const last = i === columns.length - 1;
    // A cell that overflowed its column eats the padding of the next.
    const room = Math.max(0, target + c.width - line.length);
    const cut = last || c.right || cell.length <= c.width ? cell : cell.slice(0, c.width);
    line += c.right ? cut.padStart(room) : last ? cut : cut.padEnd(room);
    target += c.width;
  });
  return line.length > limit ? line.slice(0, limit) : line;
}

async function links(ctx: Context, processes: readonly ProcessInfo[], columns: readonly Column[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const set = async (p: ProcessInfo, what: string, read: () => string | Promise<string>): Promise<void> => {
    try {
      found.set(`${p.pid}/${what}`, await read());
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  };
  for (const c of columns) {
    const ns = /^([A-Z]+)NS$/.exec(c.header);
    for (const p of processes) {
      if (ns)
        await set(
          p,
          `ns/${ns[1]?.toLowerCase()}`,
          () => /\[(\d+)\]/.exec(ctx.proc.readlink(`/proc/${p.pid}/ns/${ns[1]?.toLowerCase()}`))?.[1] ?? '-',
        );
      if (c.header === 'CGROUP') await set(p, 'cgroup', async () => (await readText(ctx.proc, `/proc/${p.pid}/cgroup`)).trim());
      if (c.header === 'WCHAN')
        await set(p, 'wchan', async () => (await readText(ctx.proc, `/proc/${p.pid}/wchan`)).trim().replace(/^0$/, '-'));
    }
  }
  return found;
}

async function gnuPs(ctx: Context): Promise<number> {
  const { proc } = ctx;
  const accounts = await Accounts.load(proc);
  const processes = await readProcesses(proc);
  const self = processes?.find((p) => p.pid === proc.pid);
  let request: Request;
  try {
    request = parsePs(ctx.args, accounts, self);
  } catch (error) {
    if (!(error instanceof PsError)) throw error;
    if (error.message === '\0version') return (await ctx.line('ps from procps-ng 4.0.2'), 0);
    if (error.message === '\0help') return (await ctx.write(usage), 0);
    await ctx.stderr(`error: ${error.message}\n${usage}`);
    return 1;
  }
  if (!processes) {
    await ctx.stderr('Error, do this: mount -t proc proc /proc\n');
    return 47;
  }
  // libproc2 looks the process up by its own idea of its PID, which a /proc of another PID namespace may not have
  if (!processes.some(({ pid }) => pid === ctx.proc.pid)) {
    await ctx.stderr('fatal library error, lookup self\n');
    return 1;
  }
  for (const word of request.sort) {
    if (!columnOf(word.replace(/^[-+]/, ''))) {
      await ctx.stderr(`error: unknown sort specifier\n${usage}`);
      return 1;
    }
  }
  let chosen = processes.filter((p) => request.tests.some((t) => t(p)) !== request.negate);
  if (request.running) chosen = chosen.filter((p) => p.state === 'R' || p.state === 'D');
  let branches = new Map<number, string>();
  const found = await links(ctx, chosen, request.columns);
  const scene: Scene = {
    accounts, nowMs: proc.clock.now(), bootMs: await bootTimeMs(proc), memoryKb: (await readMeminfo(proc)).get('MemTotal') ?? 0,
    branch: (pid) => branches.get(pid) ?? '', link: (pid, what) => found.get(`${pid}/${what}`) ?? (what.startsWith('ns/') ? '-' : ''), full: request.full,
  }; // prettier-ignore
  for (const word of request.sort.toReversed()) {
    const name = word.replace(/^[-+]/, '');
    const sign = word.startsWith('-') ? -1 : 1;
    chosen = chosen.toSorted((a, b) => {
      const [x, y] = [sortKey(name, a, scene), sortKey(name, b, scene)];
      return sign * (x < y ? -1 : x > y ? 1 : 0);
    });
  }
  if (request.forest !== 'none') {
    const tree = grow(chosen, request.forest);
    chosen = tree.order;
    branches = tree.branches;
  }
  const limit = screenWidth(ctx, request);
  const { columns } = request;
  if (request.header && columns.some((c) => c.header !== '')) {
    const heads = columns.map((c) => ({ ...c, width: c.width }));
    await ctx.line(row(heads, columns.map((c) => c.header), limit)); // prettier-ignore
  }
  for (const p of chosen) await ctx.line(row(columns, columns.map((c) => c.value(p, scene)), limit)); // prettier-ignore
  return chosen.length > 0 ? 0 : 1;
}

export const ps: Command = {
  gnu: { package: 'procps' },
  busybox: {
    short: 'o:TZaAdefljwx',
    usage:
      '[-o COL1,COL2=HEADER] [-T]\n\nShow list of processes\n\n\t-o COL1,COL2=HEADER\tSelect columns for display\n\t-T\t\t\tShow threads',
  },
  run: (ctx, options) => (ctx.gnu ? gnuPs(ctx) : busyboxPs(ctx, options)),
};
