import { Errno, type Stat } from '../kernel';
import type { Command, Context } from './command';
import { utf8 } from './text';

function ofContent(head: Uint8Array, size: number): string {
  if (size === 0) return 'empty';
  const starts = (...bytes: number[]): boolean => bytes.every((b, i) => head[i] === b);
  if (starts(0x7f, 0x45, 0x4c, 0x46)) return 'ELF 64-bit LSB executable, x86-64, version 1 (SYSV), dynamically linked';
  if (starts(0x00, 0x61, 0x73, 0x6d)) return 'WebAssembly (wasm) binary module version 0x1 (MVP)';
  if (starts(0x1f, 0x8b)) return 'gzip compressed data';
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'PNG image data';
  if (starts(0x25, 0x50, 0x44, 0x46)) return 'PDF document';
  if (starts(0x50, 0x4b, 3, 4)) return 'Zip archive data';
  if (utf8.decode(head.slice(257, 262)) === 'ustar') return 'POSIX tar archive';
  const text = utf8.decode(head);
  const binary = /[\0-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(text) || /[\udc80-\udcff]/u.test(text); // prettier-ignore
  if (binary) return 'data';
  const ascii = /^[\0-\x7f]*$/.test(text); // prettier-ignore
  const encoding = ascii ? 'ASCII text' : 'Unicode text, UTF-8 text';
  const ends = !text.includes('\n')
    ? ', with no line terminators'
    : /\r\n/.test(text) && !/[^\r]\n/.test(text)
      ? ', with CRLF line terminators'
      : '';
  const script = /^#! ?(\S*\/)?(\S+)(?: +(\S+))?/.exec(text);
  if (script) {
    const name = script[2] === 'env' ? script[3] : script[2];
    const kind =
      name === 'bash'
        ? 'Bourne-Again shell'
        : name === 'sh'
          ? 'POSIX shell'
          : name?.startsWith('python')
            ? 'Python'
            : name === 'perl'
              ? 'Perl'
              : `a ${text.slice(2, text.indexOf('\n')).trim()}`;
    return `${kind} script, ${encoding} executable${ends}`;
  }
  if (/^-----BEGIN CERTIFICATE-----/.test(text)) return `PEM certificate`;
  if (/^-----BEGIN (RSA |EC )?PRIVATE KEY-----/.test(text)) return 'PEM private key';
  const json = ((): boolean => {
    try {
      return /^\s*[{[]/.test(text) && (JSON.parse(text), true);
    } catch {
      return false;
    }
  })();
  if (json) return 'JSON text data';
  if (/^#include|^(int|void|static) .*\(.*\)/m.test(text)) return `C source, ${encoding}${ends}`;
  return encoding + ends;
}

async function describe(ctx: Context, path: string, follow: boolean): Promise<string> {
  const { proc } = ctx;
  let stat: Stat;
  try {
    stat = follow ? proc.stat(path) : proc.lstat(path);
  } catch (error) {
    if (error instanceof Errno) return `cannot open \`${path}' (${ctx.strerror(error)})`;
    throw error;
  }
  if (stat.type === 'symlink') {
    const target = proc.readlink(path);
    try {
      proc.stat(path);
      return `symbolic link to ${target}`;
    } catch {
      return `broken symbolic link to ${target}`;
    }
  }
  const device = `(${stat.rdev >> 8}/${stat.rdev & 255})`;
  const marks = (stat.mode & 0o4000 ? 'setuid ' : '') + (stat.mode & 0o2000 ? 'setgid ' : '') + (stat.mode & 0o1000 ? 'sticky, ' : '');
  if (stat.type !== 'file')
    return {
      directory: `${marks}directory`,
      fifo: `${marks}fifo (named pipe)`,
      char: `character special ${device}`,
      block: `block special ${device}`,
      socket: 'socket',
    }[stat.type];
  try {
    const fd = await proc.open(path);
    const head = await proc.read(fd, 65536);
    proc.close(fd);
    return marks + ofContent(head, Math.max(stat.size, head.length));
  } catch (error) {
    if (error instanceof Errno) return `regular file, no read permission`;
    throw error;
  }
}

export const file: Command = {
  gnu: {
    short: 'bchikLNnprsSvzZ0f:F:e:m:P:',
    long: { brief: 'b', mime: 'i', dereference: 'L', 'no-dereference': 'h', 'mime-type': 'mime-type', 'no-pad': 'N' },
    package: 'other',
    usage: '[-bchikLNnprsSvzZ0] [file ...]',
    help: 'Determine type of FILEs.\n',
  },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.usage();
    const width = options.has('N', 'b') ? 0 : Math.max(...options.operands.map((o) => o.length)) + 1;
    for (const path of options.operands) {
      const text = await describe(ctx, path, options.has('L'));
      await ctx.line(options.has('b') ? text : `${`${path}:`.padEnd(width)} ${text}`);
    }
    return 0;
  },
};
