import { Gunzip, gzipSync } from 'fflate';
import { Errno, type Stat } from '../kernel';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { readAll } from './input';
import { baseName, joinPath } from './path';
import { concat } from './text';

/** What is no gzip data, or ends too early, or does not have the sum it says it has. */
export class GzipError extends Error {}

export const isGzip = (data: Uint8Array): boolean => data[0] === 0x1f && data[1] === 0x8b;

export function compress(data: Uint8Array, level = 6, origin?: { readonly name: string; readonly mtimeMs: number }): Uint8Array {
  const mtime = origin ? { mtime: origin.mtimeMs, filename: origin.name } : { mtime: 0 };
  return gzipSync(data, { level: level as 6, ...mtime });
}

/** Length of a member's header (RFC 1952). */
function headerLength(data: Uint8Array): number {
  const flags = data[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + ((data[at] ?? 0) | ((data[at + 1] ?? 0) << 8));
  for (const bit of [8, 16]) if (flags & bit) at = data.indexOf(0, at) + 1;
  return flags & 2 ? at + 2 : at;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const b of data) c = (crcTable[(c ^ b) & 255] as number) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** Throws GzipError with gzip's words. */
export function decompress(data: Uint8Array): Uint8Array {
  if (!isGzip(data)) throw new GzipError(data.length < 2 ? 'unexpected end of file' : 'not in gzip format');
  const start = headerLength(data);
  if (start === 0 || start + 8 > data.length) throw new GzipError('unexpected end of file');
  const parts: Uint8Array[] = [];
  const stream = new Gunzip((part) => void parts.push(part));
  try {
    stream.push(data, true);
  } catch (error) {
    throw new GzipError(/EOF/.test(String(error)) ? 'unexpected end of file' : 'invalid compressed data--format violated');
  }
  const out = concat(parts.length > 0 ? parts : [new Uint8Array(0)]);
  const trailer = new DataView(data.buffer, data.byteOffset + data.length - 8, 8);
  const single = trailer.getUint32(4, true) === out.length >>> 0;
  if (single && trailer.getUint32(0, true) !== crc32(out)) throw new GzipError('invalid compressed data--crc error');
  return out;
}

class Gzip {
  constructor(
    private readonly ctx: Context,
    private readonly o: Options,
    private readonly unpack: boolean,
    private readonly toOutput: boolean,
    private readonly suffix: string,
  ) {}

  private level(): number {
    return Number(this.o.list.findLast((x) => /^[1-9]$/.test(x.name))?.name ?? 6);
  }

  private note(text: string, status: number): Promise<void> {
    this.ctx.status = Math.max(this.ctx.status === 1 ? 1 : 0, this.ctx.status === 1 ? 1 : status);
    return this.ctx.gnu && this.o.has('q') && status === 2 ? Promise.resolve() : this.ctx.warn(text);
  }

  async file(name: string): Promise<void> {
    const { ctx, o } = this;
    const { proc } = ctx;
    if (name === '-') return this.stream();
    let stat: Stat;
    let path = name;
    try {
      try {
        stat = proc.stat(path);
      } catch (error) {
        if (!this.unpack || !ctx.gnu || path.endsWith(this.suffix) || !(error instanceof Errno) || error.code !== 'ENOENT') throw error;
        path += this.suffix;
        stat = proc.stat(path);
      }
    } catch (error) {
      return ctx.perror(path, error);
    }
    if (ctx.gnu && !this.toOutput && !o.has('f') && proc.lstat(path).type === 'symlink') return ctx.perror(path, new Errno('ELOOP'));
    if (stat.type === 'directory') {
      if (!ctx.gnu)
        return ctx.perrorText(
          this.unpack && !path.endsWith('.gz') ? `${path}: unknown suffix - ignored` : `can't remove file '${path}': Is a directory`,
        );
      if (!o.has('r')) return this.note(`${path} is a directory -- ignored`, 2);
      for (const e of proc.readdir(path)) await this.file(joinPath(path, e.name));
      return;
    }
    const target = this.target(path);
    if (target === undefined) {
      if (!ctx.gnu) return ctx.perrorText(`${path}: unknown suffix - ignored`);
      return this.note(
        this.unpack ? `${path}: unknown suffix -- ignored` : `${path} already has ${this.suffix} suffix -- unchanged`,
        this.unpack ? 2 : 0,
      );
    }
    let data: Uint8Array;
    try {
      const fd = await proc.open(path);
      data = await readAll(proc, fd);
      proc.close(fd);
    } catch (error) {
      return ctx.perror(path, error);
    }
    const made = await this.convert(data, path, stat);
    if (made === undefined) return;
    if (o.has('t')) return void (o.has('v') && (await ctx.stderr(`${path}:\t OK\n`)));
    if (this.toOutput) return void (await ctx.write(made));
    await this.replace(path, target, stat, made, data);
  }

  /** The name of what comes of a file; undefined when there is none. */
  private target(path: string): string | undefined {
    if (!this.unpack) return path.endsWith(this.suffix) && !this.toOutput ? undefined : path + this.suffix;
    if (/\.(tgz|taz)$/.test(path)) return path.replace(/\.(tgz|taz)$/, '.tar');
    const known = [this.suffix, '.gz', '-gz', '.z', '-z', '.Z', '_z'].find((s) => path.endsWith(s) && baseName(path) !== s);
    if (known) return path.slice(0, -known.length);
    return this.toOutput || this.o.has('t') ? path : undefined;
  }

  private async convert(data: Uint8Array, shown: string, stat?: Stat): Promise<Uint8Array | undefined> {
    const { ctx, o } = this;
    if (!this.unpack)
      return compress(data, this.level(), stat && ctx.gnu && !o.has('n') ? { name: baseName(shown), mtimeMs: stat.mtimeMs } : undefined);
    try {
      return decompress(data);
    } catch (error) {
      if (!(error instanceof GzipError)) throw error;
      if (ctx.gnu && this.toOutput && o.has('f') && error.message === 'not in gzip format') return data;
      if (ctx.gnu) await ctx.stderr(`\ngzip: ${shown}: ${error.message}\n`);
      else await ctx.warn({ 'not in gzip format': ctx.shortName === 'zcat' ? 'no gzip/bzip2/xz magic' : 'invalid magic', 'unexpected end of file': 'short read', 'invalid compressed data--crc error': 'crc error' }[error.message] ?? 'corrupted data'); // prettier-ignore
      ctx.status = 1;
      return undefined;
    }
  }

  private async replace(path: string, target: string, stat: Stat, made: Uint8Array, data: Uint8Array): Promise<void> {
    const { ctx, o } = this;
    const { proc } = ctx;
    try {
      if (o.has('f')) {
        try {
          proc.unlink(target);
        } catch (error) {
          if (!(error instanceof Errno) || error.code !== 'ENOENT') throw error;
        }
      }
      const fd = await proc.open(target, ['write', 'create', 'exclusive'], stat.mode & 0o777);
      await proc.write(fd, made);
      proc.close(fd);
      proc.utimes(target, { atimeMs: stat.atimeMs, mtimeMs: stat.mtimeMs });
      if (proc.credentials().euid === 0) proc.chown(target, stat.uid, stat.gid);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'EEXIST' && ctx.gnu) return this.note(`${target} already exists;\tnot overwritten`, 2);
      return ctx.perror(ctx.gnu ? target : `can't open '${target}'`, error);
    }
    if (!o.has('k')) proc.unlink(path);
    if (!o.has('v') || !ctx.gnu) return;
    const [packed, large] = this.unpack ? [data.length, made.length] : [made.length, data.length];
    const small = packed - headerLength(this.unpack ? data : made) - 8;
    await ctx.stderr(`${path}:\t${ratio(small, large)}% -- ${o.has('k') ? 'created' : 'replaced with'} ${target}\n`);
  }

  private async stream(): Promise<void> {
    const { ctx, o } = this;
    if (!this.unpack && ctx.proc.isatty(1) && !o.has('f')) {
      if (!ctx.gnu) return ctx.perrorText('compressed data not written to terminal');
      await ctx.stderr(`${ctx.name}: compressed data not written to a terminal. Use -f to force compression.\nFor help, type: gzip -h\n`);
      ctx.status = 1;
      return;
    }
    const made = await this.convert(await readAll(ctx.proc, 0), 'stdin');
    if (made && !o.has('t')) await ctx.write(made);
  }

  /** `gzip -l`. */
  async list(names: readonly string[]): Promise<void> {
    const { ctx } = this;
    let titled = false;
    const sums = { count: 0, all: 0, size: 0, header: 0 };
    for (const name of names) {
      const path = name === '-' || name.endsWith(this.suffix) || this.exists(name) ? name : name + this.suffix;
      try {
        const fd = name === '-' ? 0 : await ctx.proc.open(path);
        const data = await readAll(ctx.proc, fd);
        if (fd !== 0) ctx.proc.close(fd);
        const size = decompress(data).length;
        if (!titled) await ctx.line('         compressed        uncompressed  ratio uncompressed_name');
        titled = true;
        const packed = data.length - headerLength(data) - 8;
        sums.count++;
        sums.all += data.length;
        sums.size += size;
        sums.header = data.length - packed;
        await ctx.line(
          `${String(data.length).padStart(19)} ${String(size).padStart(19)} ${ratio(packed, size)}% ${name === '-' ? 'stdout' : path.replace(/\.t[ag]z$/, '.tar').replace(/(\.gz|-gz|\.z|-z|_z|\.Z)$/, '')}`,
        );
      } catch (error) {
        if (error instanceof GzipError) {
          await ctx.stderr(`\ngzip: ${path}: ${error.message}\n`);
          ctx.status = 1;
        } else await ctx.perror(path, error);
      }
    }
    // of all headers, only the last does not count
    if (sums.count > 1)
      await ctx.line(
        `${String(sums.all).padStart(19)} ${String(sums.size).padStart(19)} ${ratio(sums.all - sums.header, sums.size)}% (totals)`,
      );
  }

  private exists(name: string): boolean {
    try {
      return this.ctx.proc.stat(name).type === 'file';
    } catch {
      return false;
    }
  }
}

const ratio = (small: number, large: number): string => (large === 0 ? '0.0' : ((1 - small / large) * 100).toFixed(1)).padStart(5); // prettier-ignore

const long = {
  ascii: 'a', stdout: 'c', 'to-stdout': 'c', decompress: 'd', uncompress: 'd', force: 'f', keep: 'k', list: 'l', 'no-name': 'n', name: 'N', quiet: 'q', silent: 'q', recursive: 'r', 'suffix:': 'S',
  synchronous: 'synchronous', test: 't', verbose: 'v', fast: '1', best: '9', rsyncable: 'rsyncable',
}; // prettier-ignore

const busyboxUsage = {
  gzip: '[-cfkdt] [FILE]...\n\nCompress FILEs (or stdin)\n\n\t-d\tDecompress\n\t-c\tWrite to stdout\n\t-f\tForce\n\t-k\tKeep input files\n\t-t\tTest integrity',
  gunzip:
    '[-cfkt] [FILE]...\n\nDecompress FILEs (or stdin)\n\n\t-c\tWrite to stdout\n\t-f\tForce\n\t-k\tKeep input files\n\t-t\tTest integrity',
  zcat: '[FILE]...\n\nDecompress to stdout',
};

const make = (kind: 'gzip' | 'gunzip' | 'zcat'): Command => ({
  gnu: {
    short: 'ab:cdfhklLmMnNqrS:tvVZ123456789',
    long,
    package: 'gzip',
    calledAs: 'gzip',
    tryText: () => "Try `gzip --help' for more information.\n",
    usage: '[OPTION]... [FILE]...',
    help:
      kind === 'gzip'
        ? "Compress or uncompress FILEs (by default, compress FILES in-place).\n\n  -c, --stdout      write on standard output, keep original files unchanged\n  -d, --decompress  decompress\n  -f, --force       force overwrite of output file\n  -k, --keep        keep (don't delete) input files\n  -l, --list        list compressed file contents\n  -n, --no-name     do not save or restore the original name and timestamp\n  -r, --recursive   operate recursively on directories\n  -t, --test        test compressed file integrity\n  -v, --verbose     verbose mode\n  -1, --fast        compress faster\n  -9, --best        compress better\n"
        : 'Uncompress FILEs.\n',
  },
  busybox: { short: kind === 'gzip' ? 'cfkdtv123456789n' : 'cfktv', usage: busyboxUsage[kind] },
  run: async (ctx, options) => {
    const unpack = kind !== 'gzip' || options.has('d', 't');
    const tool = new Gzip(ctx, options, unpack, kind === 'zcat' || options.has('c'), options.value('S') ?? '.gz');
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    if (options.has('V')) return (await ctx.write(ctx.versionText()), 0);
    const names = options.operands.length > 0 ? options.operands : ['-'];
    if (options.has('l')) await tool.list(names);
    else for (const name of names) await tool.file(name);
    return ctx.status;
  },
});

export const gzip = make('gzip');
export const gunzip = make('gunzip');
export const zcat = make('zcat');
