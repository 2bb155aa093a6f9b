import { Errno } from '../kernel';
import { choose } from './choices';
import type { Command, Context } from './command';
import { md5Hex, posixCrc, sha1Hex, sha512Hex } from './digests';
import { eachInput } from './files-input';
import { readAll, readFile } from './input';
import type { Options } from './getopt';
import { sha256Hex } from './sha256';
import { utf8 } from './text';

type Digest = (data: Uint8Array) => string;

/** `HASH  NAME`; a name with a newline or backslash is escaped, and the line begins with a backslash. */
function line(hash: string, name: string, options: Options, label: string, tagged = options.has('tag')): string {
  const escaped = name.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  const lead = escaped === name || options.has('z') ? '' : '\\';
  if (tagged) return `${lead}${label} (${escaped}) = ${hash}`;
  return `${lead}${hash} ${options.has('b') ? '*' : ' '}${lead === '' ? name : escaped}`;
}

async function check(ctx: Context, options: Options, digest: Digest, label: string): Promise<void> {
  await eachInput(ctx, options.operands, async (fd, name) => {
    let [failed, unreadable, malformed, good] = [0, 0, 0, 0];
    const text = utf8.decode(await readAll(ctx.proc, fd));
    for (const [i, l] of text.split('\n').entries()) {
      if (l === '' || l.startsWith('#')) continue;
      const m =
        /^\\?([0-9a-fA-F]{32,128}) [ *](.*)$/.exec(l) ??
        ((t) => (t ? [t[0], t[3] as string, t[2] as string] : null))(/^(\w+) \((.*)\) = ([0-9a-fA-F]+)$/.exec(l));
      if (!m) {
        malformed++;
        if (options.has('w') && ctx.gnu)
          await ctx.warn(
            `${name === '-' ? "'standard input'" : ctx.quoteIfNeeded(name)}: ${i + 1}: improperly formatted ${label} checksum line`,
          );
        continue;
      }
      const [, hash = '', file = ''] = m;
      good++;
      try {
        const same = digest(file === '-' ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, file)) === hash.toLowerCase();
        if (!same) failed++;
        if (!options.has('status') && !(same && (options.has('quiet') || (!ctx.gnu && options.has('s')))))
          await ctx.line(`${file}: ${same ? 'OK' : 'FAILED'}`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (options.has('ignore-missing') && error.code === 'ENOENT') continue;
        unreadable++;
        await ctx.warn(ctx.gnu ? `${file}: ${ctx.strerror(error)}` : `can't open '${file}': ${ctx.strerror(error)}`);
        if (!options.has('status')) await ctx.line(`${file}: FAILED${ctx.gnu ? ' open or read' : ''}`);
      }
    }
    if (good === 0) {
      await ctx.perrorText(
        ctx.gnu
          ? `${name === '-' ? "'standard input'" : name}: no properly formatted checksum lines found`.replace(/^/, '')
          : `${name}: no checksum lines found`,
      );
      return;
    }
    const plural = (n: number, one: string, many: string): string => `WARNING: ${n} ${n === 1 ? one : many}`;
    if (failed + unreadable > 0 || (malformed > 0 && options.has('strict'))) ctx.status = 1;
    if (options.has('status')) return;
    if (!ctx.gnu) {
      if (failed + unreadable > 0) await ctx.warn(`WARNING: ${failed + unreadable} of ${good} computed checksums did NOT match`);
      return;
    }
    if (malformed > 0) await ctx.warn(plural(malformed, 'line is improperly formatted', 'lines are improperly formatted'));
    if (unreadable > 0) await ctx.warn(plural(unreadable, 'listed file could not be read', 'listed files could not be read'));
    if (failed > 0) await ctx.warn(plural(failed, 'computed checksum did NOT match', 'computed checksums did NOT match'));
  });
}

const make = (digest: Digest, label: string): Command => ({
  gnu: {
    short: 'bctwz',
    long: {
      binary: 'b',
      check: 'c',
      tag: 'tag',
      text: 't',
      zero: 'z',
      'ignore-missing': 'ignore-missing',
      quiet: 'quiet',
      status: 'status',
      strict: 'strict',
      warn: 'w',
    },
    usage: '[OPTION]... [FILE]...',
    help: `Print or check ${label} checksums.\n\n  -b, --binary   read in binary mode\n  -c, --check    read checksums from the FILEs and check them\n      --tag      create a BSD-style checksum\n  -t, --text     read in text mode (default)\n  -z, --zero     end each output line with NUL\n      --quiet    don't print OK for each successfully verified file\n      --status   don't output anything, status code shows success\n`,
  },
  busybox: {
    short: 'cswb',
    usage: `[-c[sw]] [FILE]...\n\nPrint or check ${label} checksums\n\n\t-c\tCheck sums against list in FILEs\n\t-s\tDon't output anything, status code shows success\n\t-w\tWarn about improperly formatted checksum lines`,
  },
  run: async (ctx, options) => {
    const meaningless =
      ctx.gnu && !options.has('c') ? ['ignore-missing', 'status', 'w', 'quiet', 'strict'].find((n) => options.has(n)) : undefined;
    if (meaningless !== undefined)
      return ctx.usage(`the --${meaningless === 'w' ? 'warn' : meaningless} option is meaningful only when verifying checksums`);
    if (options.has('c')) await check(ctx, options, digest, label);
    else {
      await eachInput(
        ctx,
        options.operands,
        async (fd, name) => {
          await ctx.write(line(digest(await readAll(ctx.proc, fd)), name, options, label) + (options.has('z') ? '\0' : '\n'));
        },
        undefined,
        (name) => (ctx.gnu ? ctx.quoteIfNeeded(name) : `can't read '${name}'`),
      );
    }
    return ctx.status;
  },
});

export const md5sum = make(md5Hex, 'MD5');
export const sha1sum = make(sha1Hex, 'SHA1');
export const sha256sum = make(sha256Hex, 'SHA256');
export const sha512sum = make(sha512Hex, 'SHA512');

/** BSD's sum: a rotating 16-bit sum, and blocks of 1 KiB. */
export const sum: Command = {
  gnu: {
    short: 'rs',
    long: { sysv: 's' },
    usage: '[OPTION]... [FILE]...',
    help: 'Print or check BSD (16-bit) checksums.\n\n  -r          BSD sum algorithm (the default), 1K blocks\n  -s, --sysv  System V sum algorithm, 512 bytes blocks\n',
  },
  busybox: {
    short: 'rs',
    usage:
      '[-rs] [FILE]...\n\nChecksum and count the blocks in a file\n\n\t-r\tUse BSD sum algorithm (1K blocks)\n\t-s\tUse System V sum algorithm (512byte blocks)',
  },
  run: async (ctx, options) => {
    await eachInput(ctx, options.operands, async (fd, name) => {
      const data = await readAll(ctx.proc, fd);
      const shown = options.operands.length === 0 || (options.operands.length === 1 && !ctx.gnu && !options.has('s')) ? '' : ` ${name}`;
      if (options.has('s')) {
        const total = data.reduce((a, b) => a + b, 0);
        const folded = (total & 0xffff) + (Math.floor(total / 65536) & 0xffff);
        await ctx.line(`${(folded & 0xffff) + (folded >>> 16)} ${Math.ceil(data.length / 512)}${shown}`);
      } else {
        let s = 0;
        for (const b of data) s = (((s >> 1) | ((s & 1) << 15)) + b) & 0xffff;
        await ctx.line(`${String(s).padStart(5, '0')} ${String(Math.ceil(data.length / 1024)).padStart(5)}${shown}`);
      }
    });
    return ctx.status;
  },
};

const algorithms = [
  ['bsd'],
  ['sysv'],
  ['crc'],
  ['md5'],
  ['sha1'],
  ['sha224'],
  ['sha256'],
  ['sha384'],
  ['sha512'],
  ['blake2b'],
  ['sm3'],
] as const;
const digests: Readonly<Record<string, Digest>> = { md5: md5Hex, sha1: sha1Hex, sha256: sha256Hex, sha512: sha512Hex };

export const cksum: Command = {
  gnu: {
    short: 'a:bctwz',
    long: { 'algorithm:': 'a', binary: 'b', check: 'c', tag: 'tag', untagged: 'untagged', text: 't', zero: 'z', quiet: 'quiet', status: 'status', strict: 'strict', warn: 'w', 'ignore-missing': 'ignore-missing' }, // prettier-ignore
    usage: '[OPTION]... [FILE]...',
    help: 'Print or verify checksums.\nBy default use the 32 bit CRC algorithm.\n\n  -a, --algorithm=TYPE  crc (the default), md5, sha1, sha256 or sha512\n  -c, --check           read checksums from the FILEs and check them\n      --untagged        create a reversed style checksum, without digest type\n',
  },
  busybox: { short: '', usage: 'FILE...\n\nCalculate CRC32 checksum of FILEs' },
  run: async (ctx, options) => {
    const word = options.value('a');
    const algorithm = word === undefined ? 'crc' : await choose(ctx, '--algorithm', word, algorithms);
    const digest = digests[algorithm];
    if (algorithm !== 'crc' && !digest) return ctx.fail(`${algorithm} is not among the algorithms here`);
    const label = algorithm.toUpperCase();
    if (options.has('c')) {
      if (!digest) return ctx.fail('--check is not supported with --algorithm={bsd,sysv,crc}');
      await check(ctx, options, digest, label);
      return ctx.status;
    }
    await eachInput(ctx, options.operands, async (fd, name) => {
      const data = await readAll(ctx.proc, fd);
      if (digest) {
        const tagged = options.last('tag', 'untagged') !== 'untagged';
        return void (await ctx.write(line(digest(data), name, options, label, tagged) + (options.has('z') ? '\0' : '\n')));
      }
      await ctx.line(`${posixCrc(data)} ${data.length}${name === '-' ? '' : ` ${name}`}`);
    });
    return ctx.status;
  },
};
