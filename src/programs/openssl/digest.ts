import { Errno } from '../../kernel';
import { decodeBase64, encodeBase64 } from '../base64';
import type { Context } from '../command';
import { md5Hex, sha1Hex, sha512Hex } from '../digests';
import { sha256Hex } from '../sha256';
import { bytes, utf8 } from '../text';
import { input, read, refuse, save } from './files';

interface Kind {
  readonly shown: string;
  readonly blockSize: number;
  readonly digest: (data: Uint8Array) => string;
}
const kinds: Readonly<Record<string, Kind>> = {
  md5: { shown: 'MD5', blockSize: 64, digest: md5Hex },
  sha1: { shown: 'SHA1', blockSize: 64, digest: sha1Hex },
  sha256: { shown: 'SHA2-256', blockSize: 64, digest: sha256Hex },
  sha512: { shown: 'SHA2-512', blockSize: 128, digest: sha512Hex },
};

const unhex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => Uint8Array.from([...a, ...b]);

/** RFC 2104. */
function hmac({ digest, blockSize }: Kind, key: Uint8Array, data: Uint8Array): string {
  const short = key.length > blockSize ? unhex(digest(key)) : key;
  const padded = new Uint8Array(blockSize);
  padded.set(short);
  const mixed = (byte: number): Uint8Array => padded.map((b) => b ^ byte);
  return digest(joined(mixed(0x5c), unhex(digest(joined(mixed(0x36), data)))));
}

/** `openssl dgst`, and `openssl sha256` and the like. */
export const dgst =
  (name: string) =>
  async (ctx: Context, args: readonly string[]): Promise<number> => {
    const { options, operands } = read(args, 'hmac out sign verify signature mac macopt');
    const chosen = [...options.keys()].findLast((option) => Object.hasOwn(kinds, option)) ?? (name === 'dgst' ? 'sha256' : name);
    const kind = kinds[chosen] as Kind;
    const key = options.get('hmac');
    let out = '';
    for (const path of operands.length > 0 ? operands : [undefined]) {
      let data: Uint8Array;
      try {
        data = await input(ctx, path);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await ctx.stderr(`${path}: ${ctx.strerror(error)}\n`);
        ctx.status = 1;
        continue;
      }
      const hex = key === undefined ? kind.digest(data) : hmac(kind, utf8.encode(key), data);
      if (options.has('binary')) await save(ctx, options.get('out'), unhex(hex));
      else if (options.has('r')) out += `${hex} *${path ?? 'stdin'}\n`;
      else
        out += `${key === undefined ? '' : 'HMAC-'}${kind.shown}(${path ?? 'stdin'})= ${options.has('c') ? (hex.match(/../g) ?? []).join(':') : hex}\n`;
    }
    if (out !== '') await save(ctx, options.get('out'), out);
    return ctx.status;
  };

const lines = (text: string): string => `${(text.match(/.{1,64}/g) ?? []).join('\n')}${text === '' ? '' : '\n'}`;

/** `openssl base64` and `openssl enc -base64`. */
export const enc =
  (name: string) =>
  async (ctx: Context, args: readonly string[]): Promise<number> => {
    const { options, operands } = read(args, 'in out k pass K iv S md iter');
    if (name === 'enc' && !options.has('base64') && !options.has('a')) {
      const cipher = [...options.keys()].find((option) => /^(aes|des|chacha|camellia|aria|sm4|rc4|bf)/.test(option));
      if (cipher) return refuse(ctx, `enc: ciphers are not there: ${cipher}`);
    }
    let data: Uint8Array;
    const path = options.get('in') ?? operands[0];
    try {
      data = await input(ctx, path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await ctx.stderr(`Can't open "${path}" for reading, ${ctx.strerror(error)}\n`);
      return 1;
    }
    if (!options.has('base64') && !options.has('a') && name === 'enc') await save(ctx, options.get('out'), data);
    else if (options.has('d')) {
      // without -A a line longer than a decoder's block is no base64
      const text = bytes.decode(data);
      const good = options.has('A') || text.endsWith('\n') || text === '';
      await save(ctx, options.get('out'), good ? decodeBase64(text) : new Uint8Array());
    } else {
      const text = encodeBase64(data);
      await save(ctx, options.get('out'), options.has('A') ? text : lines(text));
    }
    return 0;
  };

export async function rand(ctx: Context, args: readonly string[]): Promise<number> {
  const { options, operands } = read(args, 'out writerand rand');
  const count = Number(operands[0]);
  if (!Number.isInteger(count) || count < 0 || count > 1 << 20)
    return refuse(ctx, `rand: Extra arguments given or not a number: ${operands[0] ?? ''}`);
  const data = Uint8Array.from({ length: count }, () => Math.floor(ctx.proc.clock.random() * 256));
  const hex = [...data].map((b) => b.toString(16).padStart(2, '0')).join('');
  await save(ctx, options.get('out'), options.has('hex') ? `${hex}\n` : options.has('base64') ? lines(encodeBase64(data)) : data);
  return 0;
}
