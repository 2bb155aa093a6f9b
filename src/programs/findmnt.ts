import type { Command } from './command';
import { allOptions, type MountEntry, readMounts, realOrAsIs } from './mount-table';
import { renderTable } from './table';

const columns: Readonly<Record<string, (m: MountEntry) => string>> = {
  TARGET: (m) => m.target,
  SOURCE: (m) => (m.root === '/' || m.type === 'proc' ? m.source : `${m.source}[${m.root}]`),
  FSTYPE: (m) => m.type,
  OPTIONS: allOptions,
  'VFS-OPTIONS': (m) => m.options,
  'FS-OPTIONS': (m) => m.superOptions,
  PROPAGATION: (m) => m.propagation,
  ID: (m) => String(m.id),
  PARENT: (m) => String(m.parent),
  FSROOT: (m) => m.root,
  'MAJ:MIN': (m) => m.device,
};

/** Mounts with what to draw before their targets. */
function tree(mounts: readonly MountEntry[]): { m: MountEntry; branch: string }[] {
  const out: { m: MountEntry; branch: string }[] = [];
  const visit = (m: MountEntry, trunk: string, mark: string): void => {
    out.push({ m, branch: trunk + mark });
    const children = mounts.filter((c) => c.parent === m.id && c !== m);
    const below = trunk + (mark === '' ? '' : mark === '└─' ? '  ' : '│ ');
    children.forEach((c, i) => visit(c, below, i === children.length - 1 ? '└─' : '├─'));
  };
  const ids = new Set(mounts.map((m) => m.id));
  for (const m of mounts) if (!ids.has(m.parent) || m.parent === m.id) visit(m, '', '');
  return out;
}

export const findmnt: Command = {
  gnu: {
    short: 'no:t:JlrT:S:M:RAbcDeikmsuVhfN:aO:d:pPUvwxF:',
    long: {
      noheadings: 'n',
      'output:': 'o',
      'types:': 't',
      json: 'J',
      list: 'l',
      raw: 'r',
      'target:': 'T',
      'source:': 'S',
      'mountpoint:': 'M',
      submounts: 'R',
      all: 'A',
      'first-only': 'f',
      'task:': 'N',
      kernel: 'k',
      'options:': 'O',
    },
    package: 'util-linux',
    usage:
      '[options]\n[options] <device> | <mountpoint>\n[options] <device> <mountpoint>\n[options] [--source <device>] [--target <path> | --mountpoint <dir>]',
    help: "\nFind a (mounted) filesystem.\n\nOptions:\n -J, --json             use JSON output format\n -l, --list             use list format output\n -n, --noheadings       don't print column headings\n -o, --output <list>    the output columns to be shown\n -r, --raw              use raw output format\n -t, --types <list>     limit the set of filesystems by FS types\n -T, --target <path>    the path to the filesystem to use\n\nFor more details see findmnt(8).\n",
  },
  run: async (ctx, options) => {
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    if (options.has('V')) return (await ctx.write(ctx.versionText()), 0);
    const all = await readMounts(ctx.proc, options.value('N') ?? 'self');
    const names = (options.value('o') ?? 'TARGET,SOURCE,FSTYPE,OPTIONS').split(',').map((n) => n.toUpperCase());
    for (const n of names) if (!columns[n]) return ctx.fail(`unknown column: ${n}`);
    const real = (path: string): string => realOrAsIs(ctx.proc, path);
    const [first, second] = options.operands;
    let chosen = all;
    let filtered = false;
    const types = options.value('t')?.split(',');
    if (types) {
      chosen = chosen.filter((m) => types.includes(m.type));
      filtered = true;
    }
    const containing = options.value('T');
    if (containing !== undefined) {
      const path = real(containing);
      const best = all.filter((m) => m.target === path || path.startsWith(m.target === '/' ? '/' : `${m.target}/`)).sort((a, b) => a.target.length - b.target.length || a.id - b.id).at(-1); // prettier-ignore
      chosen = best ? [best] : [];
      filtered = true;
    }
    const word = options.value('M') ?? options.value('S') ?? first;
    if (word !== undefined) {
      chosen = chosen.filter((m) =>
        second === undefined ? m.target === real(word) || m.source === word : m.source === word && m.target === real(second),
      );
      if (options.has('f')) chosen = chosen.slice(0, 1);
      filtered = true;
    }
    if (chosen.length === 0) return 1;
    const flat = filtered || options.has('l', 'r', 'J');
    const rows = (flat ? chosen.map((m) => ({ m, branch: '' })) : tree(chosen)).map(({ m, branch }) =>
      names.map((n) => (n === 'TARGET' ? branch : '') + (columns[n] as (m: MountEntry) => string)(m)),
    );
    if (options.has('J')) {
      const objects = rows.map(
        (r) =>
          `      {\n${r.map((v, i) => `         ${JSON.stringify((names[i] as string).toLowerCase())}: ${JSON.stringify(v)}`).join(',\n')}\n      }`,
      );
      await ctx.write(`{\n   "filesystems": [\n${objects.join(',')}\n   ]\n}\n`);
      return 0;
    }
    await ctx.write(renderTable(names.map((header) => ({ header })), rows, { header: !options.has('n'), raw: options.has('r') })); // prettier-ignore
    return 0;
  },
};
