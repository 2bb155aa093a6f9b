import { Errno } from '../kernel';
import { choose } from './choices';
import type { Command, Context } from './command';
import { parseDate } from './dates';
import type { Options } from './getopt';

/** `[[CC]YY]MMDDhhmm[.ss]`. */
export function parseStamp(text: string, nowMs: number): number | undefined {
  const m = /^(?:(\d{2})?(\d{2}))?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(text);
  if (!m) return undefined;
  const yy =
    m[2] === undefined
      ? new Date(nowMs).getUTCFullYear()
      : m[1] === undefined
        ? Number(m[2]) + (Number(m[2]) < 69 ? 2000 : 1900)
        : Number(m[1] + m[2]);
  const [mo, d, h, mi] = [m[3], m[4], m[5], m[6]].map(Number) as [number, number, number, number];
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59) return undefined;
  return Date.UTC(yy, mo - 1, d, h, mi, Number(m[7] ?? 0));
}

async function timeOf(ctx: Context, options: Options): Promise<{ atimeMs?: number; mtimeMs?: number }> {
  const now = ctx.proc.clock.now();
  const reference = options.value('r');
  if (reference !== undefined) {
    try {
      const s = ctx.proc.stat(reference);
      return { atimeMs: s.atimeMs, mtimeMs: s.mtimeMs };
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(
          ctx.gnu
            ? `failed to get attributes of ${ctx.quote(reference)}: ${ctx.strerror(error)}`
            : `can't stat '${reference}': ${ctx.strerror(error)}`,
        );
      throw error;
    }
  }
  const stamp = options.value('t');
  const date = options.value('d');
  if (stamp !== undefined) {
    const ms = parseStamp(stamp, now);
    return ms === undefined
      ? ctx.fail(ctx.gnu ? `invalid date format ${ctx.quoteWord(stamp)}` : `invalid date '${stamp}'`)
      : { atimeMs: ms, mtimeMs: ms };
  }
  if (date !== undefined) {
    const ms = parseDate(date, now);
    return ms === undefined
      ? ctx.fail(ctx.gnu ? `invalid date format ${ctx.quoteWord(date)}` : `invalid date '${date}'`)
      : { atimeMs: ms, mtimeMs: ms };
  }
  return {};
}

/** touch opens the file before it sets the times, and says what it met first. */
function unwritable(ctx: Context, file: string): Errno | undefined {
  if (!ctx.gnu) return undefined;
  try {
    ctx.proc.access(file, 'w');
    return undefined;
  } catch (error) {
    return error instanceof Errno && error.code === 'EACCES' ? error : undefined;
  }
}

export const touch: Command = {
  gnu: {
    short: 'acd:fhmr:t:',
    long: { 'time:': 'time', 'no-create': 'c', 'date:': 'd', 'reference:': 'r', 'no-dereference': 'h' },
    usage: '[OPTION]... FILE...',
    help: "Set the access and modification times of each FILE to now; create what is missing.\n\n  -a                   only the access time\n  -c, --no-create      do not create files\n  -d, --date=STRING    this time instead of now\n  -h, --no-dereference a symbolic link itself\n  -m                   only the modification time\n  -r, --reference=FILE this file's times\n  -t STAMP             [[CC]YY]MMDDhhmm[.ss]\n",
  },
  busybox: {
    short: 'chamd:t:r:',
    usage:
      "[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...\n\nUpdate mtime of FILEs\n\n\t-c\tDon't create files\n\t-h\tDon't follow links\n\t-a\tChange only atime\n\t-m\tChange only mtime\n\t-d DT\tDate/time to use\n\t-t DT\tDate/time to use\n\t-r FILE\tUse FILE's date/time",
  },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing file operand') : ctx.usage();
    const timeWord = options.value('time');
    const word =
      timeWord === undefined
        ? ''
        : await choose(ctx, '--time', timeWord, [
            ['atime', 'access', 'use'],
            ['mtime', 'modify'],
          ]);
    const access = options.has('a') || /^(access|atime|use)$/.test(word);
    const modify = options.has('m') || /^(modify|mtime)$/.test(word);
    const times = await timeOf(ctx, options);
    const wanted = {
      ...(access && !modify ? { mtimeMs: null } : 'mtimeMs' in times ? { mtimeMs: times.mtimeMs } : {}),
      ...(modify && !access ? { atimeMs: null } : 'atimeMs' in times ? { atimeMs: times.atimeMs } : {}),
    };
    for (const file of options.operands) {
      const failed = (error: unknown): Promise<void> => ctx.perror(ctx.gnu ? `cannot touch ${ctx.quote(file)}` : file, error);
      if (file === '-' && ctx.gnu) continue;
      try {
        ctx.proc.utimes(file, wanted, { noFollow: options.has('h') });
        continue;
      } catch (error) {
        if (!(error instanceof Errno) || error.code !== 'ENOENT') {
          await failed(unwritable(ctx, file) ?? error);
          continue;
        }
        if (options.has('c', 'h')) {
          if (options.has('h') && !options.has('c')) await ctx.perror(ctx.gnu ? `setting times of ${ctx.quote(file)}` : file, error);
          continue;
        }
      }
      try {
        ctx.proc.close(await ctx.proc.open(file, ['write', 'create', 'nonblock', 'noctty'], 0o666));
        if (Object.keys(wanted).length > 0) ctx.proc.utimes(file, wanted);
      } catch (error) {
        // a name that ends in a slash is left to utimensat(2), which finds nothing
        if (ctx.gnu && error instanceof Errno && error.code === 'EISDIR')
          await ctx.perror(`setting times of ${ctx.quote(file)}`, new Errno('ENOENT'));
        else await failed(error);
      }
    }
    return ctx.status;
  },
};
