import { Errno } from '../errno';
import { MemoryFs } from './memory-fs';
import type { PathContext } from './types';

/** A number of bytes, pages or inodes as tmpfs(5) takes it: `64k`, `50%` of the memory. */
function sizeOf(text: string, memoryBytes: number): number {
  const match = /^(\d+)([kmg%]?)$/i.exec(text);
  if (!match) throw new Errno('EINVAL');
  const count = Number(match[1]);
  const unit = (match[2] ?? '').toLowerCase();
  if (unit === '%') return Math.floor((memoryBytes * count) / 100);
  return count * (unit === 'g' ? 1024 ** 3 : unit === 'm' ? 1024 ** 2 : unit === 'k' ? 1024 : 1);
}

/** Each option's value, and how tmpfs(5) wants it. */
const known: Readonly<Record<string, RegExp>> = {
  size: /^\d+[kmg%]?$/i,
  nr_inodes: /^\d+[kmg]?$/i,
  nr_blocks: /^\d+[kmg]?$/i,
  mode: /^[0-7]+$/,
  uid: /^\d+$/,
  gid: /^\d+$/,
  huge: /^(never|always|within_size|advise)$/,
  mpol: /./,
  inode32: /^$/,
  inode64: /^$/,
  noswap: /^$/,
};

function demandKnown(options: ReadonlyMap<string, string>): void {
  for (const [name, value] of options) if (!(known[name]?.test(value) ?? false)) throw new Errno('EINVAL');
}

interface Bounds {
  readonly limitBytes: number;
  readonly limitInodes: number;
  readonly options: string;
}

/** How much it may hold, and what the mount table shows of that. */
function boundsOf(context: PathContext, options: ReadonlyMap<string, string>): Bounds {
  const { memoryKb } = context.mounts.machine;
  const [size, blocks, inodes, mode] = ['size', 'nr_blocks', 'nr_inodes', 'mode'].map((name) => options.get(name));
  const asked = size !== undefined ? sizeOf(size, memoryKb * 1024) : blocks !== undefined ? sizeOf(blocks, 0) * 4096 : undefined;
  // half the memory, when nothing is said
  const limitBytes = asked === undefined ? (memoryKb * 1024) / 2 : Math.ceil(asked / 4096) * 4096;
  const shown = [
    asked === undefined ? '' : `size=${limitBytes / 1024}k`,
    inodes === undefined ? '' : `nr_inodes=${sizeOf(inodes, 0)}`,
    mode === undefined || Number.parseInt(mode, 8) === 0o1777 ? '' : `mode=${mode.replace(/^0+(?=.)/, '')}`,
    ...['uid', 'gid'].map((name) => (Number(options.get(name) ?? 0) === 0 ? '' : `${name}=${options.get(name) ?? ''}`)),
    options.has('noswap') ? 'noswap' : '',
  ];
  return {
    limitBytes,
    // shmem_default_max_inodes(): one for every second page of memory
    limitInodes: inodes === undefined ? Math.floor(memoryKb / 8) : sizeOf(inodes, 0),
    options: shown.filter(Boolean).join(','),
  };
}

/** tmpfs(5). */
export function createTmpfs(context: PathContext, options: ReadonlyMap<string, string>, now: () => number): MemoryFs {
  demandKnown(options);
  const { user, euid, egid } = context.credentials;
  const owner = (kind: 'uid' | 'gid', maker: number): number => {
    const asked = options.get(kind);
    return asked === undefined ? maker : user.globalOf(kind, Number(asked));
  };
  const mode = options.get('mode');
  return new MemoryFs({
    type: 'tmpfs',
    now,
    ...boundsOf(context, options),
    rootMode: mode === undefined ? 0o1777 : Number.parseInt(mode, 8),
    uid: owner('uid', euid),
    gid: owner('gid', egid),
  });
}

/** A remount: the bounds alone can change. */
export function resizeTmpfs(
  context: PathContext,
  fs: MemoryFs,
  before: ReadonlyMap<string, string>,
  asked: ReadonlyMap<string, string>,
): void {
  demandKnown(asked);
  const bounds = [...asked].filter(([name]) => ['size', 'nr_blocks', 'nr_inodes'].includes(name));
  if (bounds.length > 0) fs.resize(boundsOf(context, new Map([...before, ...bounds])));
}
