import { Errno } from '../kernel';
import type { Command } from './command';
import { concat } from './text';

/** Sizes with dd's suffixes and `x` products. */
function size(text: string): number | undefined {
  let product = 1;
  for (const part of text.split('x')) {
    const m = /^(\d+)([cwbkKMGT]?)(B|iB)?$/.exec(part);
    if (!m) return undefined;
    const unit = { '': 1, c: 1, w: 2, b: 512, k: 1024, K: 1024, M: 1048576, G: 1073741824, T: 1099511627776 }[m[2] as 'k'] ?? 1;
    product *= Number(m[1]) * (m[3] === 'B' && m[2] !== '' ? { k: 1000, K: 1000, M: 1e6, G: 1e9, T: 1e12 }[m[2] as 'k'] : unit);
  }
  return product;
}

function human(bytes: number, base: 1000 | 1024): string {
  const letters = base === 1000 ? ['B', 'kB', 'MB', 'GB'] : ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let i = 0;
  while (value >= base && i < letters.length - 1) {
    value /= base;
    i++;
  }
  return `${i > 0 && value < 10 ? (Math.round(value * 10) / 10).toFixed(1) : Math.round(value)} ${letters[i]}`;
}

const flags = 'append binary cio count_bytes direct directory dsync fullblock noatime nocache nofollow noctty nonblock nolinks seek_bytes skip_bytes sync text'.split(' '); // prettier-ignore
const flagWords: Readonly<Record<string, readonly [what: string, words: readonly string[]]>> = {
  conv: [
    'conversion',
    'ascii ebcdic ibm block unblock lcase ucase sparse swab sync excl nocreat notrunc noerror fdatasync fsync'.split(' '),
  ],
  iflag: ['input flag', flags],
  oflag: ['output flag', flags],
  status: ['status level', ['none', 'noxfer', 'progress']],
};

const operandNames = new Set([
  'bs',
  'cbs',
  'conv',
  'count',
  'ibs',
  'if',
  'iflag',
  'obs',
  'of',
  'oflag',
  'seek',
  'skip',
  'status',
  'iseek',
  'oseek',
]);

export const dd: Command = {
  gnu: {
    usage: '[OPERAND]...\nOPTION',
    help: 'Copy a file, converting and formatting according to the operands.\n\n  bs=BYTES  cbs=BYTES  conv=CONVS  count=N  ibs=BYTES  if=FILE\n  iflag=FLAGS  obs=BYTES  of=FILE  oflag=FLAGS  seek=N  skip=N  status=LEVEL\n',
  },
  busybox: {
    usage:
      "[if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [seek=N]\n\t[conv=notrunc|noerror|sync|fsync]\n\t[iflag=skip_bytes|count_bytes|fullblock|direct] [oflag=seek_bytes|append|direct]\n\nCopy a file with converting and formatting\n\n\tif=FILE\t\tRead from FILE instead of stdin\n\tof=FILE\t\tWrite to FILE instead of stdout\n\tbs=N\t\tRead and write N bytes at a time\n\tibs=N\t\tRead N bytes at a time\n\tobs=N\t\tWrite N bytes at a time\n\tcount=N\t\tCopy only N input blocks\n\tskip=N\t\tSkip N input blocks\n\tseek=N\t\tSkip N output blocks\n\tconv=notrunc\tDon't truncate output file\n\tconv=noerror\tContinue after read errors\n\tconv=sync\tPad blocks with zeros\n\tconv=fsync\tPhysically write data out before finishing\n\tconv=swab\tSwap every pair of bytes\n\tiflag=skip_bytes\tskip=N is in bytes\n\tiflag=count_bytes\tcount=N is in bytes\n\toflag=seek_bytes\tseek=N is in bytes\n\tiflag=direct\tO_DIRECT input\n\toflag=direct\tO_DIRECT output\n\tiflag=fullblock\tRead full blocks\n\toflag=append\tOpen output in append mode\n\tstatus=noxfer\tSuppress rate output\n\tstatus=none\tSuppress all output\n\nN may be suffixed by c (1), w (2), b (512), kB (1000), k (1024), MB, M, GB, G",
  },
  run: async (ctx) => {
    const { proc } = ctx;
    const o = new Map<string, string>();
    for (const arg of ctx.args) {
      if (ctx.gnu && arg === '--help') return (await ctx.write(ctx.helpText()), 0);
      if (ctx.gnu && arg === '--version') return (await ctx.write(ctx.versionText()), 0);
      const at = arg.indexOf('=');
      if (at < 0 || !operandNames.has(arg.slice(0, at)))
        return ctx.gnu ? ctx.usage(`unrecognized operand ${ctx.quoteWord(arg)}`) : ctx.usage();
      o.set(arg.slice(0, at), arg.slice(at + 1));
    }
    const number = async (name: string, fallback: number): Promise<number> => {
      const text = o.get(name);
      if (text === undefined) return fallback;
      const n = size(text);
      return n === undefined || (n === 0 && /bs$/.test(name))
        ? ctx.fail(ctx.gnu ? `invalid number: ${ctx.quoteWord(text)}` : `invalid number '${text}'`)
        : n;
    };
    const bs = await number('bs', 0);
    const ibs = bs || (await number('ibs', 512));
    const obs = bs || (await number('obs', 512));
    // the blocks it copies through
    if (Math.max(ibs, obs) > 65_536) proc.brk(ibs === obs ? ibs : ibs + obs);
    const count = await number('count', Infinity);
    const skip = await number('skip', 0);
    const seek = await number('seek', 0);
    if (ctx.gnu)
      for (const [key, [what, words]] of Object.entries(flagWords)) {
        const wrong = (o.get(key) ?? '').split(',').find((word) => o.has(key) && !words.includes(word));
        if (wrong !== undefined) return ctx.usage(`invalid ${what}: ${ctx.quoteWord(wrong)}`);
      }
    const conv = (o.get('conv') ?? '').split(',');
    const started = proc.clock.now();
    let input = 0;
    let output = 1;
    const from = o.get('if');
    const to = o.get('of');
    try {
      if (from !== undefined) input = await proc.open(from);
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(
          ctx.gnu ? `failed to open ${ctx.quote(from as string)}: ${ctx.strerror(error)}` : `can't open '${from}': ${ctx.strerror(error)}`,
        );
      throw error;
    }
    try {
      if (to !== undefined) {
        const append = (o.get('oflag') ?? '').split(',').includes('append');
        output = await proc.open(
          to,
          [
            'write',
            ...(conv.includes('nocreat') ? [] : ['create' as const]),
            ...(conv.includes('notrunc') || seek > 0 ? [] : ['truncate' as const]),
            ...(append ? ['append' as const] : []),
          ],
          0o666,
        );
      }
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(
          ctx.gnu ? `failed to open ${ctx.quote(to as string)}: ${ctx.strerror(error)}` : `can't open '${to}': ${ctx.strerror(error)}`,
        );
      throw error;
    }
    const bytesFlag = (o.get('iflag') ?? '').includes('skip_bytes');
    const skipBytes = bytesFlag ? skip : skip * ibs;
    if (skipBytes > 0) {
      try {
        proc.lseek(input, skipBytes, 'cur');
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        for (let left = skipBytes; left > 0;) {
          const data = await proc.read(input, Math.min(left, 65536));
          if (data.length === 0) break;
          left -= data.length;
        }
      }
    }
    if (seek > 0) {
      try {
        proc.lseek(output, seek * obs, 'cur');
        if (!conv.includes('notrunc')) proc.ftruncate(output, seek * obs);
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`${ctx.quoteIfNeeded(to ?? 'standard output')}: cannot seek: ${ctx.strerror(error)}`);
        throw error;
      }
    }
    let [fullIn, partIn, fullOut, partOut, total] = [0, 0, 0, 0, 0];
    let failure = 0;
    const fullBlock = (o.get('iflag') ?? '').includes('fullblock');
    for (let n = 0; n < count; n++) {
      let data: Uint8Array;
      try {
        data = await proc.read(input, ibs);
        while (fullBlock && data.length > 0 && data.length < ibs) {
          const more = await proc.read(input, ibs - data.length);
          if (more.length === 0) break;
          data = concat([data, more]);
        }
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await ctx.warn(
          ctx.gnu
            ? `error reading ${ctx.quote(from ?? 'standard input')}: ${ctx.strerror(error)}`
            : `${from ?? 'standard input'}: ${ctx.strerror(error)}`,
        );
        failure = 1;
        break;
      }
      if (data.length === 0) break;
      if (data.length === ibs) fullIn++;
      else partIn++;
      if (conv.includes('sync') && data.length < ibs) data = concat([data, new Uint8Array(ibs - data.length)]);
      if (conv.includes('ucase')) data = data.map((b) => (b >= 97 && b <= 122 ? b - 32 : b));
      if (conv.includes('lcase')) data = data.map((b) => (b >= 65 && b <= 90 ? b + 32 : b));
      if (conv.includes('swab'))
        for (let i = 0; i + 1 < data.length; i += 2) [data[i], data[i + 1]] = [data[i + 1] as number, data[i] as number];
      try {
        await proc.write(output, data);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await ctx.warn(
          ctx.gnu
            ? `error writing ${ctx.quote(to ?? 'standard output')}: ${ctx.strerror(error)}`
            : `error writing '${to ?? 'standard output'}': ${ctx.strerror(error)}`,
        );
        failure = 1;
        break;
      }
      total += data.length;
      if (data.length >= obs) fullOut++;
      else partOut++;
      await proc.schedYield();
    }
    const status = o.get('status');
    if (status !== 'none') {
      await ctx.stderr(`${fullIn}+${partIn} records in\n${fullOut}+${partOut} records out\n`);
      if (status !== 'noxfer') {
        const seconds = Math.max((proc.clock.now() - started) / 1000, 1e-6);
        const rate = human(total / seconds, 1000);
        const time = ctx.gnu ? String(Number(seconds.toPrecision(6))) : seconds.toFixed(6);
        const sizes = ctx.gnu
          ? total >= 1024
            ? ` (${human(total, 1000)}, ${human(total, 1024)})`
            : total >= 1000
              ? ` (${human(total, 1000)})`
              : ''
          : ` (${total < 1024 ? `${total}` : human(total, 1024).replace(/ (.)iB/, '$1')}B)`;
        await ctx.stderr(
          ctx.gnu
            ? `${total} byte${total === 1 ? '' : 's'}${sizes} copied, ${time} s, ${rate}/s\n`
            : `${total} bytes${sizes} copied, ${time} seconds, ${human(total / seconds, 1024)
                .replace(/ (.)iB$/, '$1B')
                .replace(/ B$/, 'B')}/s\n`,
        );
      }
    }
    return failure;
  },
};
