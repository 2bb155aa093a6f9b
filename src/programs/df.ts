import { Errno, type StatFs } from '../kernel';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { type MountEntry, readMounts } from './mount-table';
import { busyboxHuman, humanSize } from './sizes';

interface Row {
  readonly m: MountEntry;
  readonly fs: StatFs;
  readonly file: string;
}

async function rows(ctx: Context, options: Options): Promise<Row[]> {
  const mounts = await readMounts(ctx.proc);
  const out: Row[] = [];
  const statfs = (path: string): StatFs | undefined => {
    try {
      return ctx.proc.statfs(path);
    } catch (error) {
      if (error instanceof Errno) return undefined;
      throw error;
    }
  };
  const types = options.values('t');
  const except = options.values('x');
  const wanted = (type: string): boolean => (types.length === 0 || types.includes(type)) && !except.includes(type);
  if (options.operands.length > 0) {
    for (const file of options.operands) {
      try {
        const path = ctx.proc.realpath(file);
        const fs = ctx.proc.statfs(path);
        const device = mounts.find((m) => m.source === path);
        const m = device ?? mounts.filter((x) => x.target === path || path.startsWith(x.target === '/' ? '/' : `${x.target}/`)).sort((a, b) => a.target.length - b.target.length || a.id - b.id).at(-1); // prettier-ignore
        if (m && wanted(m.type)) out.push({ m, fs, file });
      } catch (error) {
        if (ctx.gnu || !(error instanceof Errno)) await ctx.perror(ctx.quoteIfNeeded(file), error);
        else await ctx.perrorText(`${file}: can't find mount point`);
      }
    }
    return out;
  }
  const seen = new Map<string, Row>();
  for (const m of mounts) {
    if (!wanted(m.type)) continue;
    // What another mount covers is not there.
    if (mounts.some((x) => x !== m && x.target === m.target && x.id > m.id)) continue;
    const fs = statfs(m.target);
    if (!fs || (fs.blocks === 0 && !options.has('a') && types.length === 0)) continue;
    const row = { m, fs, file: '-' };
    const same = seen.get(m.device);
    if (same && !options.has('a') && ctx.gnu) {
      if (same.m.target.length <= m.target.length) continue;
      out.splice(out.indexOf(same), 1);
    }
    seen.set(m.device, row);
    out.push(row);
  }
  return out;
}

/** --total: the sum of all, as of one file system with blocks of a byte. */
function totalOf(list: readonly Row[]): Row[] {
  const [first] = list;
  if (!first) return [];
  const sum = (of: (fs: Row['fs']) => number): number => list.reduce((all, { fs }) => all + of(fs), 0);
  const fs = {
    ...first.fs,
    bsize: 1,
    blocks: sum((each) => each.blocks * each.bsize),
    bfree: sum((each) => each.bfree * each.bsize),
    bavail: sum((each) => each.bavail * each.bsize),
    files: sum((each) => each.files),
    ffree: sum((each) => each.ffree),
  };
  return [{ m: { ...first.m, source: 'total', type: '-', target: '-' }, fs, file: '-' }];
}

const percent = (used: number, available: number): string =>
  used + available > 0 ? `${Math.ceil((used * 100) / (used + available))}%` : '-';

interface Column {
  readonly header: string;
  readonly left?: boolean;
  readonly min: number;
  readonly value: (r: Row) => string;
}

function columnsOf(options: Options, unit: number | 'human' | 'si'): Record<string, Column> {
  const amount = (blocks: number, r: Row): string => {
    const bytes = blocks * r.fs.bsize;
    return unit === 'human' ? humanSize(bytes) : unit === 'si' ? humanSize(bytes, 1000) : String(Math.ceil(bytes / unit));
  };
  const human = typeof unit === 'string';
  const block = human
    ? 'Size'
    : unit === 1024
      ? options.has('P')
        ? '1024-blocks'
        : '1K-blocks'
      : unit === 1048576
        ? '1M-blocks'
        : unit === 1
          ? '1B-blocks'
          : `${unit}-blocks`;
  return {
    source: { header: 'Filesystem', left: true, min: 14, value: (r) => r.m.source },
    fstype: { header: 'Type', left: true, min: 4, value: (r) => r.m.type },
    size: { header: block, min: human ? 5 : 5, value: (r) => amount(r.fs.blocks, r) },
    used: { header: 'Used', min: 5, value: (r) => amount(r.fs.blocks - r.fs.bfree, r) },
    avail: { header: human || options.has('output') ? 'Avail' : 'Available', min: 5, value: (r) => amount(r.fs.bavail, r) },
    pcent: { header: options.has('P') ? 'Capacity' : 'Use%', min: 4, value: (r) => percent(r.fs.blocks - r.fs.bfree, r.fs.bavail) },
    target: { header: 'Mounted on', left: true, min: 0, value: (r) => r.m.target },
    itotal: { header: 'Inodes', min: 5, value: (r) => String(r.fs.files) },
    iused: { header: 'IUsed', min: 5, value: (r) => String(r.fs.files - r.fs.ffree) },
    iavail: { header: 'IFree', min: 5, value: (r) => String(r.fs.ffree) },
    ipcent: { header: 'IUse%', min: 4, value: (r) => percent(r.fs.files - r.fs.ffree, r.fs.ffree) },
    file: { header: 'File', left: true, min: 4, value: (r) => r.file },
  };
}

async function gnu(ctx: Context, options: Options): Promise<number> {
  const size = options.last('h', 'H', 'k', 'm', 'B');
  const blockText = options.value('B');
  const unit =
    size === 'h'
      ? 'human'
      : size === 'H'
        ? 'si'
        : size === 'm' || blockText === 'M' || blockText === '1M'
          ? 1048576
          : blockText !== undefined
            ? Number(blockText) || ({ K: 1024, G: 1073741824 }[blockText] ?? 1)
            : 1024;
  const table = columnsOf(options, unit);
  const outputText = options.value('output');
  let names: string[];
  if (options.has('output')) names = outputText ? outputText.split(',') : Object.keys(table);
  else if (options.has('i')) names = ['source', ...(options.has('T') ? ['fstype'] : []), 'itotal', 'iused', 'iavail', 'ipcent', 'target'];
  else names = ['source', ...(options.has('T') ? ['fstype'] : []), 'size', 'used', 'avail', 'pcent', 'target'];
  for (const n of names) if (!table[n]) return ctx.usage(`option --output: field ${ctx.quoteWord(n)} unknown`);
  const found = await rows(ctx, options);
  const list = options.has('total') ? [...found, ...totalOf(found)] : found;
  if (list.length === 0) {
    if (ctx.status === 0 || options.operands.length === 0) await ctx.warn('no file systems processed');
    return 1;
  }
  const columns = names.map((n) => table[n] as Column);
  const lines = [columns.map((c) => c.header), ...list.map((r) => columns.map((c) => c.value(r)))];
  const widths = columns.map((c, i) => Math.max(c.min, ...lines.map((l) => (l[i] as string).length)));
  for (const l of lines) await ctx.line(l.map((cell, i) => (columns[i]?.left ? (i === columns.length - 1 ? cell : cell.padEnd(widths[i] as number)) : cell.padStart(widths[i] as number))).join(' ')); // prettier-ignore
  return ctx.status;
}

async function busybox(ctx: Context, options: Options): Promise<number> {
  const human = options.has('h');
  const unit = options.has('m') ? 1048576 : 1024;
  const header = options.has('i')
    ? '   Inodes'
    : human
      ? '     Size'
      : options.has('m')
        ? '1M-blocks'
        : options.has('P')
          ? '1024-blocks'
          : '1K-blocks';
  const list = await rows(ctx, options);
  await ctx.line(
    `Filesystem           ${options.has('T') ? 'Type       ' : ''}${header.padEnd(15)}Used Available ${options.has('P') ? 'Capacity' : 'Use%'} Mounted on`,
  );
  const show = (blocks: number, bsize: number): string =>
    options.has('i') ? String(blocks) : human ? busyboxHuman(blocks * bsize) : String(Math.floor((blocks * bsize + unit / 2) / unit));
  for (const { m, fs } of list) {
    const [total, used, free] = options.has('i') ? [fs.files, fs.files - fs.ffree, fs.ffree] : [fs.blocks, fs.blocks - fs.bfree, fs.bavail];
    const share = used + free > 0 ? Math.floor((used * 100 + (used + free) / 2) / (used + free)) : 0;
    const name = m.source.length > 20 && !options.has('P') ? `${m.source}\n${' '.repeat(20)}` : m.source.padEnd(20);
    await ctx.line(
      `${name} ${options.has('T') ? `${m.type.padEnd(10)} ` : ''}${show(total, fs.bsize).padStart(9)} ${show(used, fs.bsize).padStart(9)} ${show(free, fs.bsize).padStart(9)} ${String(share).padStart(3)}% ${m.target}`,
    );
  }
  return ctx.status;
}

export const df: Command = {
  gnu: {
    short: 'aB:ihHklmPTt:vx:',
    long: {
      all: 'a',
      'block-size:': 'B',
      'human-readable': 'h',
      si: 'H',
      inodes: 'i',
      local: 'l',
      'no-sync': 'no-sync',
      'output::': 'output',
      portability: 'P',
      'print-type': 'T',
      sync: 'sync',
      total: 'total',
      'type:': 't',
      'exclude-type:': 'x',
    },
    usage: '[OPTION]... [FILE]...',
    help: 'Show the file system on which each FILE resides, or all file systems.\n\n  -a, --all             include pseudo, duplicate, inaccessible file systems\n  -B, --block-size=SIZE\n  -h, --human-readable  print sizes in powers of 1024\n  -H, --si              print sizes in powers of 1000\n  -i, --inodes          list inode information instead of block usage\n      --output[=FIELD_LIST]\n  -P, --portability     use the POSIX output format\n  -t, --type=TYPE       limit to file systems of type TYPE\n  -T, --print-type      print file system type\n  -x, --exclude-type=TYPE\n',
  },
  busybox: {
    short: 'PkmhTaiB:t:',
    usage:
      '[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...\n\nPrint filesystem usage statistics\n\n\t-P\tPOSIX output format\n\t-k\t1024-byte blocks (default)\n\t-m\t1M-byte blocks\n\t-h\tHuman readable (e.g. 1K 243M 2G)\n\t-T\tPrint filesystem type\n\t-t TYPE\tPrint only mounts of this type\n\t-a\tShow all filesystems\n\t-i\tInodes\n\t-B SIZE\tBlocksize',
  },
  run: (ctx, options) => (ctx.gnu ? gnu(ctx, options) : busybox(ctx, options)),
};
