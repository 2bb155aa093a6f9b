import { Errno, type FileType, type Stat, type StatFs } from '../kernel';
import { Accounts } from './accounts';
import { choose } from './choices';
import type { Command, Context } from './command';
import { strftime } from './dates';
import { expandEscapes } from './escapes';
import { modeString, typeBits } from './mode';
import { dirName } from './path';
import { shellQuote } from './quote';

const kinds: Readonly<Record<FileType, string>> = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  fifo: 'fifo',
  char: 'character special file',
  block: 'block special file',
  socket: 'socket',
};

const stamp = (ms: number): string => strftime('%Y-%m-%d %H:%M:%S.%N %z', ms);
const seconds = (ms: number): string => String(Math.floor(ms / 1000));

function mountPoint(ctx: Context, path: string): string {
  try {
    let at = ctx.proc.realpath(path);
    const { dev } = ctx.proc.stat(at);
    while (at !== '/' && ctx.proc.stat(dirName(at)).dev === dev) at = dirName(at);
    return at;
  } catch (error) {
    if (error instanceof Errno) return '?';
    throw error;
  }
}

interface Subject {
  readonly path: string;
  readonly stat: Stat;
  readonly target: string | undefined;
}

function field(ctx: Context, letter: string, s: Subject, accounts: Accounts): string {
  const { stat } = s;
  const kind = stat.type === 'file' && stat.size === 0 ? (ctx.gnu ? 'regular empty file' : 'regular empty file') : kinds[stat.type];
  switch (letter) {
    case 'a': return stat.mode.toString(8);
    case 'A': return modeString(stat.type, stat.mode);
    case 'b': return String(stat.blocks);
    case 'B': return '512';
    case 'C': return '?';
    case 'd': return String(stat.dev);
    case 'D': return stat.dev.toString(16);
    case 'f': return (stat.mode | typeBits[stat.type]).toString(16);
    case 'F': return kind;
    case 'g': return String(stat.gid);
    case 'G': return accounts.group(stat.gid)?.name ?? 'UNKNOWN';
    case 'h': return String(stat.nlink);
    case 'i': return String(stat.ino);
    case 'm': return mountPoint(ctx, s.path);
    case 'n': return s.path;
    case 'N': {
      const q = (t: string): string => (ctx.gnu ? shellQuote(t, ctx.charset, true) : `'${t}'`);
      return s.target === undefined ? (ctx.gnu ? q(s.path) : s.path) : `${q(s.path)} -> ${q(s.target)}`;
    }
    case 'o': return String(stat.blksize);
    case 's': return String(stat.size);
    case 't': return (stat.rdev >> 8).toString(16);
    case 'T': return (stat.rdev & 255).toString(16);
    case 'u': return String(stat.uid);
    case 'U': return accounts.user(stat.uid)?.name ?? 'UNKNOWN';
    case 'w': return '-';
    case 'W': return '0';
    case 'x': return stamp(stat.atimeMs);
    case 'X': return seconds(stat.atimeMs);
    case 'y': return stamp(stat.mtimeMs);
    case 'Y': return seconds(stat.mtimeMs);
    case 'z': return stamp(stat.ctimeMs);
    case 'Z': return seconds(stat.ctimeMs);
    default: return '?';
  }
} // prettier-ignore

const magics: Readonly<Record<string, [number, string]>> = {
  tmpfs: [0x1021994, 'tmpfs'], ext4: [0xef53, 'ext2/ext3'], proc: [0x9fa0, 'proc'], sysfs: [0x62656572, 'sysfs'], overlay: [0x794c7630, 'overlayfs'], devpts: [0x1cd1, 'devpts'], devtmpfs: [0x1021994, 'tmpfs'],
  cgroup2: [0x63677270, 'cgroup2fs'], mqueue: [0x19800202, 'mqueue'],
}; // prettier-ignore

function fsField(letter: string, path: string, fs: StatFs): string {
  switch (letter) {
    case 'a': return String(fs.bavail);
    case 'b': return String(fs.blocks);
    case 'c': return String(fs.files);
    case 'd': return String(fs.ffree);
    case 'f': return String(fs.bfree);
    case 'i': return '0';
    case 'l': return String(fs.namelen);
    case 'n': return path;
    case 's': case 'S': return String(fs.bsize);
    case 't': return (magics[fs.type]?.[0] ?? 0).toString(16);
    case 'T': return magics[fs.type]?.[1] ?? `UNKNOWN (0x${(magics[fs.type]?.[0] ?? 0).toString(16)})`;
    default: return '?';
  }
} // prettier-ignore

/** A format's directives filled in: `%[flags][width][.precision]X`. */
function fill(format: string, value: (letter: string) => string): string {
  return format.replace(
    /%([-+ #0]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string, precision: string | undefined, letter: string) => {
      if (letter === '%') return '%';
      let text = value(letter);
      if (flags.includes('#') && (letter === 'a' || letter === 'f')) text = letter === 'a' ? `0${text}` : `0x${text}`;
      if (precision !== undefined && /[XYZW]/.test(letter)) text += `.${'0'.repeat(Number(precision))}`;
      if (width === '') return text;
      return flags.includes('-') ? text.padEnd(Number(width)) : text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
    },
  );
}

const standard = `  File: \0
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: %d,%W\tInode: %-11i Links: %h
Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
 Birth: -
`;

function standardText(ctx: Context, s: Subject, accounts: Accounts): string {
  const device = s.stat.type === 'char' || s.stat.type === 'block';
  const f = (letter: string): string => field(ctx, letter, s, accounts);
  const name = ctx.gnu ? shellQuote(s.path, ctx.charset) : s.path;
  let text = standard.replace('%d,%W', ctx.gnu ? `${s.stat.dev >> 8},${s.stat.dev & 255}` : `${s.stat.dev.toString(16)}h/${s.stat.dev}d`);
  if (!ctx.gnu) {
    text = text.replace(' Birth: -\n', '').replace('%o', '%o');
    const time = (ms: number): string => strftime('%Y-%m-%d %H:%M:%S.%N %z', ms);
    text = text.replace('%x', time(s.stat.atimeMs)).replace('%y', time(s.stat.mtimeMs)).replace('%z', time(s.stat.ctimeMs));
  }
  if (device) text = text.replace('Links: %h', 'Links: %-5h Device type: %t,%T');
  const file = ctx.gnu && s.target !== undefined ? `${name} -> ${shellQuote(s.target, ctx.charset)}` : ctx.gnu ? name : f('N');
  return fill(text, f).replace('\0', () => file);
}

const fsStandard = `  File: "%n"
    ID: %-8i Namelen: %-7l Type: %T
Block size: %-10s Fundamental block size: %S
Blocks: Total: %-10b Free: %-10f Available: %a
Inodes: Total: %-10c Free: %d
`;

const fsStandardBusybox = fsStandard.replace('Block size: %-10s Fundamental block size: %S\n', 'Block size: %-10s\n');

export const stat: Command = {
  gnu: {
    short: 'Lfc:t',
    long: { dereference: 'L', 'file-system': 'f', 'format:': 'c', 'printf:': 'printf', terse: 't', 'cached:': 'cached' },
    usage: '[OPTION]... FILE...',
    help: 'Display file or file system status.\n\n  -L, --dereference     follow links\n  -f, --file-system     display file system status\n  -c, --format=FORMAT   use FORMAT, with a newline after each\n      --printf=FORMAT   the same with backslash escapes and no newline\n  -t, --terse           terse form\n',
  },
  busybox: {
    short: 'Lftc:',
    usage:
      '[-ltf] [-c FMT] FILE...\n\nDisplay file (default) or filesystem status\n\n\t-c FMT\tUse the specified format\n\t-f\tDisplay filesystem status\n\t-L\tFollow links\n\t-t\tTerse display\n\nFMT sequences for files:\n %a\tAccess rights in octal\n %A\tAccess rights in human readable form\n %b\tNumber of blocks allocated (see %B)\n %B\tSize in bytes of each block reported by %b\n %d\tDevice number in decimal\n %D\tDevice number in hex\n %f\tRaw mode in hex\n %F\tFile type\n %g\tGroup ID\n %G\tGroup name\n %h\tNumber of hard links\n %i\tInode number\n %n\tFile name\n %N\tFile name, with -> TARGET if symlink\n %o\tI/O block size\n %s\tTotal size in bytes\n %t\tMajor device type in hex\n %T\tMinor device type in hex\n %u\tUser ID\n %U\tUser name\n %x\tTime of last access\n %X\tTime of last access as seconds since Epoch\n %y\tTime of last modification\n %Y\tTime of last modification as seconds since Epoch\n %z\tTime of last change\n %Z\tTime of last change as seconds since Epoch\n\nFMT sequences for file systems:\n %a\tFree blocks available to non-superuser\n %b\tTotal data blocks\n %c\tTotal file nodes\n %d\tFree file nodes\n %f\tFree blocks\n %i\tFile System ID in hex\n %l\tMaximum length of filenames\n %n\tFile name\n %s\tBlock size (for faster transfer)\n %S\tFundamental block size (for block counts)\n %t\tType in hex\n %T\tType in human readable form',
  },
  run: async (ctx, options) => {
    const cached = options.value('cached');
    if (cached !== undefined) await choose(ctx, '--cached', cached, [['default'], ['never'], ['always']]);
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    const accounts = await Accounts.load(ctx.proc);
    const format = options.value('c');
    const raw = options.value('printf');
    const write = async (text: string): Promise<void> => void (await ctx.write(text));
    for (const path of options.operands) {
      try {
        if (options.has('f')) {
          const fs = ctx.proc.statfs(path);
          const f = (letter: string): string => fsField(letter, path, fs);
          if (raw !== undefined) await ctx.write(expandEscapes(fill(raw, f), 'digits').bytes);
          else await write(format !== undefined ? `${fill(format, f)}\n` : fill(ctx.gnu ? fsStandard : fsStandardBusybox, f));
          continue;
        }
        const s = path === '-' && ctx.gnu ? ctx.proc.fstat(0) : options.has('L') ? ctx.proc.stat(path) : ctx.proc.lstat(path);
        const subject: Subject = { path, stat: s, target: s.type === 'symlink' ? ctx.proc.readlink(path) : undefined };
        const f = (letter: string): string => field(ctx, letter, subject, accounts);
        if (raw !== undefined) await ctx.write(expandEscapes(fill(raw, f), 'digits').bytes);
        else if (format !== undefined) await write(`${fill(format, f)}\n`);
        else if (options.has('t')) await write(`${fill('%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o', f)}\n`);
        else await write(standardText(ctx, subject, accounts));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await ctx.perror(
          ctx.gnu
            ? options.has('f')
              ? `cannot read file system information for ${ctx.quote(path)}`
              : `cannot statx ${ctx.quote(path)}`
            : options.has('f')
              ? `can't read file system information for '${path}'`
              : `can't stat '${path}'`,
          error,
        );
      }
    }
    return ctx.status;
  },
};
