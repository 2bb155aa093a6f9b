import { Errno } from '../../kernel';
import { decodeBase64, encodeBase64 } from '../base64';
import { Exit, type Context } from '../command';
import { readAll, readFile } from '../input';
import { bytes } from '../text';
import { DerError, type Der } from './der';
import { parseCertificate, parsePrivateKey, parseRequest, type Parsed } from './parsed';
import type { RsaKey } from './rsa';

/** Options with one dash; `values`: those that take one. */
export function read(
  args: readonly string[],
  values: string,
): { options: Map<string, string>; operands: string[]; all: [string, string][] } {
  const taking = new Set(values.split(' '));
  const options = new Map<string, string>();
  const operands: string[] = [];
  const all: [string, string][] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const name = word.replace(/^--?/, '');
    if (!word.startsWith('-') || word === '-') operands.push(word);
    else {
      const value = taking.has(name) ? (args[++i] ?? '') : '';
      options.set(name, value);
      all.push([name, value]);
    }
  }
  return { options, operands, all };
}

/** Says why not, without the program's name before it, and ends. */
export async function refuse(ctx: Context, message: string): Promise<never> {
  await ctx.stderr(`${message}\n`);
  throw new Exit(1);
}

export const pem = (label: string, der: Der): string =>
  `-----BEGIN ${label}-----\n${(encodeBase64(der).match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;

export async function save(ctx: Context, path: string | undefined, text: string | Uint8Array, mode = 0o644): Promise<void> {
  if (path === undefined) return void (await ctx.write(text));
  try {
    const fd = await ctx.proc.open(path, ['write', 'create', 'truncate'], mode);
    await ctx.proc.write(fd, text);
    ctx.proc.close(fd);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await ctx.stderr(`Can't open "${path}" for writing, ${ctx.strerror(error)}\n`);
    throw new Exit(1);
  }
}

/** A file, or standard input. */
export async function input(ctx: Context, path: string | undefined): Promise<Uint8Array> {
  return path === undefined || path === '-' ? readAll(ctx.proc, 0) : readFile(ctx.proc, path);
}

/** The first block of such a label, or what it is in DER. */
export function blockOf(data: Uint8Array, label: RegExp): Uint8Array | undefined {
  const text = bytes.decode(data);
  for (const m of text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g))
    if (label.test(m[1] as string)) return decodeBase64(m[2] as string);
  return data[0] === 0x30 ? data : undefined;
}

async function load<T>(
  ctx: Context,
  path: string | undefined,
  what: string,
  parse: (data: Uint8Array) => T | undefined,
  after: string,
): Promise<T> {
  try {
    const found = parse(await input(ctx, path));
    if (found) return found;
  } catch (error) {
    if (error instanceof Errno) {
      await ctx.stderr(`Could not open file or uri for loading ${what} from ${path}\n${ctx.strerror(error)}\n`);
      return end(ctx, after);
    }
    if (!(error instanceof DerError)) throw error;
  }
  await ctx.stderr(`Could not read ${what} from ${path ?? '<stdin>'}\n`);
  return end(ctx, after);
}
async function end(ctx: Context, after: string): Promise<never> {
  if (after) await ctx.stderr(`${after}\n`);
  throw new Exit(1);
}

export const loadCertificate = (ctx: Context, path: string | undefined): Promise<Parsed> =>
  load(ctx, path, 'certificate', (data) => {
    const der = blockOf(data, /^(X509 |TRUSTED )?CERTIFICATE$/);
    return der && parseCertificate(der);
  }, 'Unable to load certificate'); // prettier-ignore

export const loadRequest = (ctx: Context, path: string | undefined): Promise<Parsed> =>
  load(ctx, path, 'certificate request', (data) => {
    const der = blockOf(data, /^(NEW )?CERTIFICATE REQUEST$/);
    return der && parseRequest(der);
  }, 'Unable to load X509 request'); // prettier-ignore

export const loadKey = (ctx: Context, path: string | undefined, what = 'private key'): Promise<RsaKey> =>
  load(ctx, path, what, (data) => {
    const der = blockOf(data, /PRIVATE KEY$/);
    return der && parsePrivateKey(der);
  }, ''); // prettier-ignore
