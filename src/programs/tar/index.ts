import { Errno, type Stat } from '../../kernel';
import { Accounts } from '../accounts';
import { type Command, type Context, Exit } from '../command';
import type { Options } from '../getopt';
import { globRegex } from '../glob';
import { compress, decompress, GzipError, isGzip } from '../gzip';
import { readAll, readFile, readText } from '../input';
import { dirName, joinPath } from '../path';
import { concat } from '../text';
import { Listing } from './listing';
import { childFailed, existing } from './compressed';
import { ArchiveError, archiveEnd, ArchiveReader, encodeMember, type Member } from './archive';

class Tar {
  private readonly excluded: RegExp[];
  private readonly strip: number;
  private readonly listing = new Listing();
  private troubled = false;
  constructor(
    private readonly ctx: Context,
    private readonly o: Options,
  ) {
    this.excluded = o.values('exclude').map((p) => globRegex(p.replace(/\/$/, '')));
    this.strip = Number(o.value('strip-components') ?? 0);
  }

  private get verbose(): boolean {
    return this.o.has('v');
  }
  private skip(name: string): boolean {
    const clean = name.replace(/\/+$/, '');
    return this.excluded.some((r) =>
      clean.split('/').some((_, i, parts) => r.test(parts.slice(0, i + 1).join('/')) || r.test(parts[i] as string)),
    );
  }
  private async trouble(text: string): Promise<void> {
    this.troubled = true;
    await this.ctx.warn(text);
  }
  private text(error: unknown): string {
    if (!(error instanceof Errno)) throw error;
    return this.ctx.strerror(error);
  }

  async create(paths: readonly string[]): Promise<number> {
    const { ctx, o } = this;
    const { proc } = ctx;
    if (paths.length === 0 && !o.has('T'))
      return ctx.gnu ? ctx.usage('Cowardly refusing to create an empty archive', 2) : ctx.fail('empty archive');
    const file = o.value('f') ?? '-';
    if (file === '-' && proc.isatty(1))
      return ctx.fail(
        ctx.gnu ? 'Refusing to write archive contents to terminal (missing -f option?)' : 'refusing to write archive to terminal',
        2,
      );
    let fd = 1;
    const packed = o.has('z') || (o.has('a') && /\.(tgz|taz|gz)$/.test(file));
    const parts: Uint8Array[] = [];
    try {
      if (o.has('r', 'u') && file !== '-') parts.push(await existing(ctx, file));
      if (file !== '-') fd = await proc.open(file, ['write', 'create', 'truncate'], 0o666);
    } catch (error) {
      return ctx.fail(
        `${file}: Cannot open: ${this.text(error)}${ctx.gnu ? '\ntar: Error is not recoverable: exiting now' : ''}`,
        ctx.gnu ? 2 : 1,
      );
    }
    const accounts = await Accounts.load(proc);
    let written = parts.reduce((n, p) => n + p.length, 0);
    const output = async (data: Uint8Array): Promise<void> => {
      if (packed) parts.push(data);
      else await proc.write(fd, data);
    };
    if (!packed) for (const part of parts) await proc.write(fd, part);
    let stripped = false;
    const links = new Map<string, string>();
    const add = async (path: string): Promise<void> => {
      if (this.skip(path)) return;
      let stat: Stat;
      let data: Uint8Array = new Uint8Array(0);
      try {
        stat = o.has('h') ? proc.stat(path) : proc.lstat(path);
        if (stat.type === 'file') data = await readFile(proc, path);
      } catch (error) {
        return this.trouble(
          ctx.gnu
            ? `${path}: Cannot ${error instanceof Errno && error.code === 'EACCES' ? 'open' : 'stat'}: ${this.text(error)}`
            : `${path}: ${this.text(error)}`,
        );
      }
      let name = path;
      if (!o.has('P')) {
        const clean = name.replace(/^\/+/, '').replace(/^(?:.*\/)?\.\.(?:\/|$)/, '');
        if (clean !== name && !stripped) {
          stripped = true;
          await ctx.warn(
            ctx.gnu
              ? `Removing leading \`${name.slice(0, name.length - clean.length)}' from member names`
              : `removing leading '${name.slice(0, name.length - clean.length)}' from member names`,
          );
        }
        name = clean === '' ? './' : clean;
      }
      if (stat.type === 'directory' && !name.endsWith('/')) name += '/';
      const key = `${stat.dev}:${stat.ino}`;
      const twin = stat.nlink > 1 && stat.type === 'file' ? links.get(key) : undefined;
      if (stat.nlink > 1 && stat.type === 'file') links.set(key, links.get(key) ?? name);
      const member: Member = {
        name, mode: stat.mode, uid: stat.uid, gid: stat.gid, size: twin ? 0 : data.length, mtimeMs: stat.mtimeMs, type: twin ? 'link' : stat.type === 'socket' ? 'file' : stat.type,
        target: twin ?? (stat.type === 'symlink' ? proc.readlink(path) : ''), user: accounts.user(stat.uid)?.name ?? '', group: accounts.group(stat.gid)?.name ?? '',
      }; // prettier-ignore
      const bytes = encodeMember(member, data);
      written += bytes.length;
      await output(bytes);
      if (this.verbose) await (file === '-' ? ctx.stderr(`${name}\n`) : ctx.line(name));
      if (stat.type !== 'directory' || o.has('no-recursion')) return;
      let names: string[] = [];
      try {
        names = proc.readdir(path).map((e) => e.name);
      } catch (error) {
        await this.trouble(`${path}: Cannot open: ${this.text(error)}`);
      }
      for (const n of names) await add(joinPath(path, n));
    };
    const from = o.value('T');
    const all = [
      ...paths,
      ...(from === undefined ? [] : (await readText(proc, from === '-' ? '/dev/stdin' : from)).split('\n').filter(Boolean)),
    ];
    const directory = o.value('C');
    if (directory !== undefined) await this.chdir(directory);
    for (const path of all) await add(path.replace(/(.)\/+$/, '$1'));
    await output(archiveEnd(written));
    if (packed) await proc.write(fd, compress(concat(parts)));
    if (fd !== 1) proc.close(fd);
    if (this.troubled)
      await ctx.warn(ctx.gnu ? 'Exiting with failure status due to previous errors' : 'error exit delayed from previous errors');
    return this.troubled ? (ctx.gnu ? 2 : 1) : 0;
  }

  private async chdir(path: string): Promise<void> {
    try {
      this.ctx.proc.chdir(path);
    } catch (error) {
      const text = this.text(error);
      if (this.ctx.gnu) return this.ctx.fail(`${path}: Cannot open: ${text}\ntar: Error is not recoverable: exiting now`, 2);
      return this.ctx.fail(`can't change directory to '${path}': ${text}`);
    }
  }

  async readArchive(wanted: readonly string[], extract: boolean): Promise<number> {
    const { ctx, o } = this;
    const { proc } = ctx;
    const file = o.value('f') ?? '-';
    let fd = 0;
    try {
      if (file !== '-') fd = await proc.open(file);
    } catch (error) {
      return ctx.fail(
        ctx.gnu && o.has('z')
          ? `${await childFailed(ctx, `${file}: Cannot open: ${this.text(error)}`)}`
          : ctx.gnu
            ? `${file}: Cannot open: ${this.text(error)}\ntar: Error is not recoverable: exiting now`
            : `can't open '${file}': ${this.text(error)}`,
        ctx.gnu ? 2 : 1,
      );
    }
    const directory = o.value('C');
    if (directory !== undefined) await this.chdir(directory);
    const patterns = wanted.map((w) => w.replace(/\/+$/, ''));
    const found = new Set<string>();
    const reader = new ArchiveReader(await this.source(fd, file));
    const late: { path: string; member: Member }[] = [];
    try {
      for (let entry = await reader.next(); entry; entry = await reader.next()) {
        const { member, data } = entry;
        const clean = member.name.replace(/\/+$/, '');
        const hit = patterns.find((p) => clean === p || clean.startsWith(`${p}/`) || (o.has('wildcards') && globRegex(p).test(clean)));
        if ((patterns.length > 0 && hit === undefined) || this.skip(member.name)) continue;
        if (hit !== undefined) found.add(hit);
        if (!extract) {
          await ctx.line(this.verbose ? this.listing.line(member, o.has('numeric-owner'), !ctx.gnu) : member.name);
          continue;
        }
        if (this.verbose)
          await (o.has('O')
            ? ctx.stderr(`${member.name}\n`)
            : ctx.line(o.list.filter((x) => x.name === 'v').length > 1 ? this.listing.line(member, false) : member.name));
        await this.extract(member, data, late);
        await proc.schedYield();
      }
    } catch (error) {
      if (error instanceof Exit || !(error instanceof ArchiveError)) throw error;
      if (error.message === 'empty' && !ctx.gnu) return ctx.fail('short read');
      const text =
        error.message === 'empty' || error.message === 'checksum' ? 'This does not look like a tar archive' : 'Unexpected EOF in archive';
      await ctx.warn(ctx.gnu ? text : error.message === 'checksum' ? 'invalid tar magic' : 'short read');
      if (ctx.gnu)
        await ctx.warn(
          error.message === 'unexpected EOF'
            ? 'Error is not recoverable: exiting now'
            : 'Exiting with failure status due to previous errors',
        );
      return ctx.gnu ? 2 : 1;
    }
    for (const { path, member } of late.reverse()) this.attributes(path, member);
    for (const w of patterns) if (!found.has(w)) await this.trouble(ctx.gnu ? `${w}: Not found in archive` : `${w}: not found in archive`);
    if (this.troubled && ctx.gnu) await ctx.warn('Exiting with failure status due to previous errors');
    return this.troubled ? (ctx.gnu ? 2 : 1) : 0;
  }

  /** The archive's bytes, decompressed where they are compressed or ought to be. */
  private async source(fd: number, file: string): Promise<() => Promise<Uint8Array>> {
    const { ctx, o } = this;
    const first = await ctx.proc.read(fd, 65536);
    const packed = isGzip(first);
    if (!packed && !o.has('z')) {
      let begun = false;
      return async () => {
        if (begun) return ctx.proc.read(fd);
        begun = true;
        return first;
      };
    }
    if (!ctx.gnu && !packed) return ctx.fail('invalid magic');
    if (packed && file === '-' && !o.has('z') && ctx.gnu)
      return ctx.fail('Archive is compressed. Use -z option\ntar: Error is not recoverable: exiting now', 2);
    let data: Uint8Array | undefined;
    try {
      data = decompress(concat([first, await readAll(ctx.proc, fd)]));
    } catch (error) {
      if (!(error instanceof GzipError)) throw error;
      if (!ctx.gnu) return ctx.fail('corrupted data');
      await ctx.stderr(`\ngzip: stdin: ${error.message}\n`);
      return ctx.fail('Child returned status 1\ntar: Error is not recoverable: exiting now', 2);
    }
    return async () => {
      const all = data ?? new Uint8Array(0);
      data = undefined;
      return all;
    };
  }

  private attributes(path: string, m: Member): void {
    const { proc } = this.ctx;
    const root = proc.credentials().euid === 0;
    const quietly = (call: () => void): void => {
      try {
        call();
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    };
    const mask = proc.umask(0);
    proc.umask(mask);
    if (root && !this.o.has('o', 'no-same-owner')) quietly(() => proc.chown(path, m.uid, m.gid, { noFollow: true }));
    if (m.type === 'symlink') return;
    quietly(() => proc.chmod(path, root || this.o.has('p') ? m.mode : m.mode & ~mask & 0o777));
    if (!this.o.has('m')) quietly(() => proc.utimes(path, { mtimeMs: m.mtimeMs }));
  }

  private async extract(m: Member, data: Uint8Array, late: { path: string; member: Member }[]): Promise<void> {
    const { ctx, o } = this;
    const { proc } = ctx;
    let path = o.has('P') ? m.name : m.name.replace(/^\/+/, '');
    if (this.strip > 0) path = path.split('/').slice(this.strip).join('/');
    path = path.replace(/\/+$/, '');
    if (path === '') return;
    if (path.split('/').includes('..') && !o.has('P')) return this.trouble(`${m.name}: Member name contains '..'`);
    if (o.has('O')) {
      if (m.type === 'file') await ctx.write(data);
      return;
    }
    const makeParents = (p: string): void => {
      const parent = dirName(p);
      if (parent === '.' || parent === '/' || parent === p) return;
      try {
        proc.stat(parent);
      } catch (error) {
        if (!(error instanceof Errno) || error.code !== 'ENOENT') throw error;
        makeParents(parent);
        proc.mkdir(parent);
      }
    };
    try {
      makeParents(path);
      const there = ((): Stat | undefined => {
        try {
          return proc.lstat(path);
        } catch {
          return undefined;
        }
      })();
      if (m.type === 'directory') {
        if (there?.type !== 'directory') proc.mkdir(path, 0o700);
        late.push({ path, member: m });
        return;
      }
      if (there) {
        if (o.has('k')) return this.trouble(`${path}: Cannot open: File exists`);
        if (there.type !== 'directory') proc.unlink(path);
      }
      if (m.type === 'symlink') proc.symlink(m.target, path);
      else if (m.type === 'link') return void proc.link(m.target, path);
      else if (m.type !== 'file') proc.mknod(path, m.type, m.mode);
      else {
        const fd = await proc.open(path, ['write', 'create', 'truncate'], 0o600);
        await proc.write(fd, data);
        proc.close(fd);
      }
      this.attributes(path, m);
    } catch (error) {
      await this.trouble(ctx.gnu ? `${path}: Cannot open: ${this.text(error)}` : `can't open '${path}': ${this.text(error)}`);
    }
  }
}

/** `tar xvf a.tar`: the first word's letters are options, and those that take an argument take the next words in turn. */
function dashed(args: readonly string[]): string[] {
  const [first, ...rest] = args;
  if (first === undefined || first.startsWith('-')) return [...args];
  const out: string[] = [];
  for (const letter of first) out.push(`-${letter}`, ...('fCTXbNV'.includes(letter) && rest.length > 0 ? [rest.shift() as string] : []));
  return [...out, ...rest];
}

export const tar: Command = {
  gnu: {
    short: 'ctxruAdf:C:vzjJapPmokOhT:X:WSlnb:',
    long: {
      create: 'c', list: 't', extract: 'x', get: 'x', 'file:': 'f', 'directory:': 'C', verbose: 'v', gzip: 'z', bzip2: 'j', xz: 'J', 'preserve-permissions': 'p', 'same-permissions': 'p', 'absolute-names': 'P', touch: 'm', 'no-same-owner': 'no-same-owner',
      'keep-old-files': 'k', 'to-stdout': 'O', dereference: 'h', 'files-from:': 'T', 'exclude:': 'exclude', 'strip-components:': 'strip-components', 'no-recursion': 'no-recursion', 'numeric-owner': 'numeric-owner', wildcards: 'wildcards', 'same-owner': 'same-owner',
      'warning:': 'warning', 'no-same-permissions': 'no-same-permissions', 'owner:': 'owner', 'group:': 'group', 'sort:': 'sort', 'mtime:': 'mtime', append: 'r', update: 'u', 'auto-compress': 'a',
    }, // prettier-ignore
    package: 'tar',
    usage: '[OPTION...] [FILE]...',
    usageStatus: 64,
    tryText: (name) => `Try '${name} --help' or '${name} --usage' for more information.\n`,
    help: "Save many files together into a single archive, and restore them.\n\n  -c, --create      create a new archive\n  -t, --list        list the contents of an archive\n  -x, --extract     extract files from an archive\n  -f, --file=ARCHIVE\n  -C, --directory=DIR\n  -v, --verbose     list files processed\n  -p, --preserve-permissions\n  -m, --touch       don't extract modification times\n  -O, --to-stdout   extract files to standard output\n  -h, --dereference follow symlinks\n      --exclude=PATTERN\n      --strip-components=NUMBER\n",
  },
  busybox: {
    short: 'ctxf:C:vzjJapOhmkoT:X:',
    long: {
      create: 'c',
      list: 't',
      extract: 'x',
      'file:': 'f',
      'directory:': 'C',
      verbose: 'v',
      'no-same-owner': 'o',
      'no-recursion': 'no-recursion',
      'exclude:': 'exclude',
      'strip-components:': 'strip-components',
      overwrite: 'overwrite',
      'to-stdout': 'O',
      'numeric-owner': 'numeric-owner',
      'no-same-permissions': 'no-same-permissions',
    },
    usage:
      "c|x|t [-zJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...\n\nCreate, extract, or list files from a tar file\n\n\tc\tCreate\n\tx\tExtract\n\tt\tList\n\t-f FILE\tName of TARFILE ('-' for stdin/out)\n\t-C DIR\tChange to DIR before operation\n\t-v\tVerbose\n\t-O\tExtract to stdout\n\t-m\tDon't restore mtime\n\t-o\tDon't restore user:group\n\t-k\tDon't replace existing files\n\t-z\t(De)compress using gzip\n\t-J\t(De)compress using xz\n\t-j\t(De)compress using bzip2\n\t--lzma\t(De)compress using lzma\n\t-a\t(De)compress based on extension\n\t-h\tFollow symlinks\n\t-T FILE\tFile with names to include\n\t-X FILE\tFile with glob patterns to exclude\n\t--exclude PATTERN\tGlob pattern to exclude\n\t--overwrite\t\tReplace existing files\n\t--strip-components NUM\tNUM of leading components to strip\n\t--no-recursion\t\tDon't descend in directories\n\t--numeric-owner\t\tUse numeric user:group\n\t--no-same-permissions\tDon't restore access permissions\n\t--to-command COMMAND\tPipe files to COMMAND",
  },
  rewrite: dashed,
  run: async (ctx, options) => {
    const tool = new Tar(ctx, options);
    const missing = options.has('j') ? 'bzip2' : options.has('J') ? 'xz' : undefined;
    if (missing !== undefined)
      return ctx.gnu
        ? ctx.fail(await childFailed(ctx, `${missing}: Cannot exec: No such file or directory`), 2)
        : ctx.fail(`can't execute '${missing}': No such file or directory`);
    if (options.has('c', 'r', 'u')) return tool.create(options.operands);
    if (options.has('x', 't')) return tool.readArchive(options.operands, options.has('x'));
    if (!ctx.gnu) return ctx.usage();
    return ctx.usage("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", 2);
  },
};
