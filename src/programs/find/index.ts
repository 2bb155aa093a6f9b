import { Errno, type Stat } from '../../kernel';
import { Accounts } from '../accounts';
import { type Command, type Context, Exit } from '../command';
import { strftime } from '../dates';
import { spawnp } from '../exec';
import { modeString } from '../mode';
import { readMounts } from '../mount-table';
import { baseName, dirName, joinPath } from '../path';
import { askYes } from '../question';
import { type Actions, FindError, type FindOptions, Parser, type Test, type Visited } from './expression';

class Finder implements Actions {
  private readonly batches: { argv: readonly string[]; directory: boolean; paths: string[] }[] = [];
  private test: Test = () => true;
  constructor(
    private readonly ctx: Context,
    private readonly options: FindOptions,
    private readonly accounts: Accounts,
  ) {}

  use(test: Test): void {
    this.test = test;
  }

  async walk(path: string, root = path, depth = 0, device?: number): Promise<void> {
    const { proc } = this.ctx;
    const { follow, maxDepth, minDepth, depthFirst, oneFileSystem } = this.options;
    let stat: Stat;
    try {
      stat = proc.lstat(path);
      if (stat.type === 'symlink' && (follow === 'always' || (follow === 'arguments' && depth === 0))) {
        try {
          stat = proc.stat(path);
        } catch (error) {
          if (!(error instanceof Errno) || error.code === 'ELOOP') throw error;
        }
      }
    } catch (error) {
      return this.complain(path, error);
    }
    const v: Visited = { path, depth, stat, root, prune: false };
    const reached = depth >= minDepth;
    if (!depthFirst && reached) await this.test(v);
    if (
      stat.type === 'directory' &&
      depth < maxDepth &&
      !(v.prune && !depthFirst) &&
      !(oneFileSystem && device !== undefined && device !== stat.dev)
    ) {
      let names: string[] = [];
      try {
        names = proc.readdir(path).map((e) => e.name);
      } catch (error) {
        await this.complain(path, error);
      }
      for (const name of names) {
        await this.walk(joinPath(path, name), root, depth + 1, device ?? stat.dev);
        await proc.schedYield();
      }
    }
    if (depthFirst && reached) await this.test(v);
  }

  private async complain(path: string, error: unknown): Promise<void> {
    await this.ctx.perror(this.ctx.gnu ? this.ctx.quote(path) : path, error);
  }

  async print(v: Visited, end: string): Promise<void> {
    await this.ctx.write(v.path + end);
  }

  async list(v: Visited): Promise<void> {
    const s = v.stat;
    const target = s.type === 'symlink' ? ` -> ${this.ctx.proc.readlink(v.path)}` : '';
    await this.ctx.line(
      `${String(s.ino).padStart(9)} ${String(Math.ceil(s.blocks / 2)).padStart(6)} ${modeString(s.type, s.mode)} ${String(s.nlink).padStart(3)} ${this.accounts.userName(s.uid).padEnd(8)} ${this.accounts.groupName(s.gid).padEnd(8)} ${String(s.size).padStart(8)} ${strftime(this.ctx.proc.clock.now() - s.mtimeMs < 15778476_000 ? '%b %e %H:%M' : '%b %e  %Y', s.mtimeMs)} ${v.path}${target}`,
    );
  }

  async printf(v: Visited, format: string): Promise<void> {
    const s = v.stat;
    const typeLetter = { file: 'f', directory: 'd', symlink: 'l', fifo: 'p', char: 'c', block: 'b', socket: 's' }[s.type];
    const text = format.replace(
      /\\([0-7]{1,3}|[abfnrtv\\c])|%(-?\d*)([AaBCTt]?)([%a-zA-Z@+])/g,
      (whole, escape: string | undefined, width: string | undefined, prefix: string | undefined, letter: string | undefined) => {
        if (escape !== undefined)
          return /^[0-7]/.test(escape)
            ? String.fromCharCode(parseInt(escape, 8))
            : ({ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', c: '' }[escape] ?? whole);
        if (letter === undefined) return whole;
        let value: string;
        if (prefix !== undefined && /[ACT]/.test(prefix)) {
          const ms = prefix === 'A' ? s.atimeMs : prefix === 'C' ? s.ctimeMs : s.mtimeMs;
          value =
            letter === '@'
              ? `${Math.floor(ms / 1000)}.${String(Math.floor((ms % 1000) * 1e6)).padStart(9, '0')}0`
              : letter === '+'
                ? strftime('%Y-%m-%d+%H:%M:%S.%N', ms)
                : strftime(`%${letter}`, ms);
        } else {
          const full = (prefix ?? '') + letter;
          const simple: Record<string, () => string> = {
          '%': () => '%', p: () => v.path, f: () => baseName(v.path), h: () => (v.path.includes('/') ? dirName(v.path) : '.'), P: () => v.path.slice(v.root.length).replace(/^\//, ''), H: () => v.root, d: () => String(v.depth), s: () => String(s.size),
          k: () => String(Math.ceil(s.blocks / 2)), b: () => String(s.blocks), m: () => s.mode.toString(8), M: () => modeString(s.type, s.mode), u: () => this.accounts.userName(s.uid), g: () => this.accounts.groupName(s.gid), U: () => String(s.uid),
          G: () => String(s.gid), i: () => String(s.ino), n: () => String(s.nlink), y: () => typeLetter, D: () => String(s.dev), l: () => (s.type === 'symlink' ? this.ctx.proc.readlink(v.path) : ''), t: () => strftime('%a %b %e %H:%M:%S.%N %Y', s.mtimeMs),
          a: () => strftime('%a %b %e %H:%M:%S.%N %Y', s.atimeMs), c: () => strftime('%a %b %e %H:%M:%S.%N %Y', s.ctimeMs),
        }; // prettier-ignore
          value = simple[full]?.() ?? whole;
        }
        const n = Number(width || 0);
        return n < 0 ? value.padEnd(-n) : value.padStart(n);
      },
    );
    await this.ctx.write(text);
  }

  private async spawn(argv: readonly string[], directory: string | undefined): Promise<boolean> {
    const { ctx } = this;
    await ctx.out.flush();
    try {
      const child = await spawnp(ctx.proc, argv, directory === undefined ? undefined : (p) => p.chdir(directory));
      for (;;) {
        const waited = await ctx.proc.wait(child);
        if (waited && waited.status.kind !== 'stopped' && waited.status.kind !== 'continued')
          return waited.status.kind === 'exited' && waited.status.code === 0;
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await ctx.warn(`${ctx.gnu ? ctx.quote(argv[0] ?? '') : argv[0]}: ${ctx.strerror(error)}`);
      return false;
    }
  }

  async exec(v: Visited, argv: readonly string[], directory: boolean, ask: boolean): Promise<boolean> {
    const path = directory ? `./${baseName(v.path)}` : v.path;
    const full = argv.map((w) => w.replaceAll('{}', path));
    if (ask && !(await askYes(this.ctx, this.ctx.gnu ? `< ${argv[0]} ... ${v.path} > ? ` : `${full.join(' ')} ?`))) return false;
    return this.spawn(full, directory ? dirName(v.path) : undefined);
  }

  batch(argv: readonly string[], directory: boolean): (v: Visited) => Promise<boolean> {
    const batch = { argv, directory, paths: [] as string[] };
    this.batches.push(batch);
    return async (v) => {
      batch.paths.push(v.path);
      if (batch.paths.length >= 4096) await this.flushBatch(batch);
      return true;
    };
  }

  private async flushBatch(batch: { argv: readonly string[]; directory: boolean; paths: string[] }): Promise<void> {
    if (batch.paths.length === 0) return;
    if (!(await this.spawn([...batch.argv, ...batch.paths.splice(0)], undefined))) this.ctx.status = 1;
  }

  async remove(v: Visited): Promise<boolean> {
    if (v.path === '.') return true;
    try {
      if (v.stat.type === 'directory') this.ctx.proc.rmdir(v.path);
      else this.ctx.proc.unlink(v.path);
      return true;
    } catch (error) {
      await this.ctx.perror(this.ctx.gnu ? `cannot delete ${this.ctx.quote(v.path)}` : v.path, error);
      return false;
    }
  }

  quit(): never {
    throw new Exit(this.ctx.status);
  }

  async finish(): Promise<void> {
    for (const b of this.batches) await this.flushBatch(b);
  }
}

export const find: Command = {
  gnu: { package: 'findutils', usage: '[-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]', help: '' },
  busybox: {
    usage:
      "[-HL] [PATH]... [OPTIONS] [ACTIONS]\n\nSearch for files and perform actions on them.\nFirst failed action stops processing of current file.\nDefaults: PATH is current directory, action is '-print'\n\n\t-L,-follow\tFollow symlinks\n\t-H\t\t...on command line only\n\t-xdev\t\tDon't descend directories on other filesystems\n\t-maxdepth N\tDescend at most N levels. -maxdepth 0 applies\n\t\t\tactions to command line arguments only\n\t-mindepth N\tDon't act on first N levels\n\t-depth\t\tAct on directory *after* traversing it\n\nActions:\n\t( ACTIONS )\tGroup actions for -o / -a\n\t! ACT\t\tInvert ACT's success/failure\n\tACT1 [-a] ACT2\tIf ACT1 fails, stop, else do ACT2\n\tACT1 -o ACT2\tIf ACT1 succeeds, stop, else do ACT2\n\t\t\tNote: -a has higher priority than -o\n\t-name PATTERN\tMatch file name (w/o directory name) to PATTERN\n\t-iname PATTERN\tCase insensitive -name\n\t-path PATTERN\tMatch path to PATTERN\n\t-ipath PATTERN\tCase insensitive -path\n\t-regex PATTERN\tMatch path to regex PATTERN\n\t-type X\t\tFile type is X (one of: f,d,l,b,c,s,p)\n\t-executable\tFile is executable\n\t-perm MASK\tAt least one mask bit (+MASK), all bits (-MASK),\n\t\t\tor exactly MASK bits are set in file's mode\n\t-mtime DAYS\tmtime is greater than (+N), less than (-N),\n\t\t\tor exactly N days in the past\n\t-atime DAYS\tatime +N/-N/N days in the past\n\t-ctime DAYS\tctime +N/-N/N days in the past\n\t-mmin MINS\tmtime is greater than (+N), less than (-N),\n\t\t\tor exactly N minutes in the past\n\t-amin MINS\tatime +N/-N/N minutes in the past\n\t-cmin MINS\tctime +N/-N/N minutes in the past\n\t-newer FILE\tmtime is more recent than FILE's\n\t-inum N\t\tFile has inode number N\n\t-samefile FILE\tFile is same as FILE\n\t-user NAME/ID\tFile is owned by given user\n\t-group NAME/ID\tFile is owned by given group\n\t-size N[bck]\tFile size is N (c:bytes,k:kbytes,b:512 bytes(def.))\n\t\t\t+/-N: file size is bigger/smaller than N\n\t-links N\tNumber of links is greater than (+N), less than (-N),\n\t\t\tor exactly N\n\t-empty\t\tMatch empty file/directory\n\t-prune\t\tIf current file is directory, don't descend into it\nIf none of the following actions is specified, -print is assumed\n\t-print\t\tPrint file name\n\t-print0\t\tPrint file name, NUL terminated\n\t-exec CMD ARG ;\tRun CMD with all instances of {} replaced by\n\t\t\tfile name. Fails if CMD exits with nonzero\n\t-exec CMD ARG + Run CMD with {} replaced by list of file names\n\t-delete\t\tDelete current file/directory. Turns on -depth option\n\t-quit\t\tExit",
  },
  run: async (ctx) => {
    const args = [...ctx.args];
    const options: FindOptions = { maxDepth: Infinity, minDepth: 0, depthFirst: false, oneFileSystem: false, follow: 'never', mounts: [] };
    if (ctx.gnu && (args[0] === '--help' || args[0] === '-help')) return (await ctx.write(ctx.helpText()), 0);
    if (ctx.gnu && (args[0] === '--version' || args[0] === '-version')) return (await ctx.write(ctx.versionText()), 0);
    while (/^-[HLP]$|^-O\d?$|^-D$/.test(args[0] ?? '')) {
      const word = args.shift();
      if (word === '-D') {
        for (const flag of (args.shift() ?? '').split(','))
          if (!/^(exec|opt|rates|search|stat|time|tree|all|help)$/.test(flag))
            await ctx.warn(`Ignoring unrecognised debug flag ${ctx.quote(flag)}`);
        continue;
      }
      options.follow = word === '-L' ? 'always' : word === '-H' ? 'arguments' : word === '-P' ? 'never' : options.follow;
    }
    const paths: string[] = [];
    while (args.length > 0 && !(ctx.gnu && paths.length === 0 ? /^-.|^[(!]$/ : /^-.|^[(!]$|^[,)]$/).test(args[0] as string))
      paths.push(args.shift() as string);
    const accounts = await Accounts.load(ctx.proc);
    if (args.includes('-fstype')) options.mounts = await readMounts(ctx.proc);
    const finder = new Finder(ctx, options, accounts);
    try {
      finder.use(new Parser(ctx, args, options, finder, accounts).parse());
    } catch (error) {
      if (!(error instanceof FindError)) throw error;
      if (!ctx.gnu && error.message.startsWith('unrecognized:')) {
        await ctx.warn(error.message);
        return ctx.usage();
      }
      return ctx.fail(error.message);
    }
    try {
      for (const path of paths.length > 0 ? paths : ['.']) await finder.walk(path);
    } finally {
      await finder.finish();
    }
    return ctx.status;
  },
};
