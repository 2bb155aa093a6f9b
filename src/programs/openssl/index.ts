import { Errno } from '../../kernel';
import { encodeBase64 } from '../base64';
import type { Command, Context } from '../command';
import { distinguishedName, selfSigned } from './certificate';
import type { Der } from './der';
import { makeKey, privateKey, type RsaKey } from './rsa';

const pem = (label: string, der: Der): string =>
  `-----BEGIN ${label}-----\n${(encodeBase64(der).match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;

/** Options with one dash; `values`: those that take one. */
function read(args: readonly string[], values: ReadonlySet<string>): { options: Map<string, string>; operands: string[] } {
  const options = new Map<string, string>();
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (!word.startsWith('-')) operands.push(word);
    else if (values.has(word)) options.set(word, args[++i] ?? '');
    else options.set(word, '');
  }
  return { options, operands };
}

async function save(ctx: Context, path: string | undefined, text: string | Uint8Array, mode = 0o644): Promise<void> {
  if (path === undefined) return void (await ctx.write(text));
  try {
    const fd = await ctx.proc.open(path, ['write', 'create', 'truncate'], mode);
    await ctx.proc.write(fd, text);
    ctx.proc.close(fd);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await ctx.fail(`Can't open "${path}" for writing, ${ctx.strerror(error)}`);
  }
}

async function newKey(ctx: Context, size: string): Promise<RsaKey> {
  const wanted = Number(size);
  if (!Number.isInteger(wanted) || wanted < 512 || wanted > 4096 || wanted % 32) return ctx.fail(`not a size of an RSA key here: ${size}`);
  return makeKey(wanted, () => ctx.proc.clock.random());
}

async function genrsa(ctx: Context, args: readonly string[]): Promise<number> {
  const { options, operands } = read(args, new Set(['-out']));
  await save(ctx, options.get('-out'), pem('PRIVATE KEY', privateKey(await newKey(ctx, operands[0] ?? '2048'))), 0o600);
  return 0;
}

async function req(ctx: Context, args: readonly string[]): Promise<number> {
  const { options } = read(args, new Set(['-newkey', '-keyout', '-out', '-days', '-subj', '-addext', '-config', '-key']));
  if (!options.has('-x509') || !options.has('-newkey')) return ctx.fail('req: only -x509 with -newkey rsa:BITS is there');
  if (!options.has('-nodes') && !options.has('-noenc')) return ctx.fail('req: a key with a pass phrase is not there; use -nodes');
  const name = distinguishedName(options.get('-subj') ?? '/C=AU/ST=Some-State/O=Internet Widgits Pty Ltd');
  if (!name) return ctx.fail(`req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... This name is not in that format: '${options.get('-subj')?.slice(1)}'`); // prettier-ignore
  const key = await newKey(ctx, (options.get('-newkey') ?? '').replace(/^rsa:?/, '') || '2048');
  await ctx.stderr('-----\n');
  const { clock } = ctx.proc;
  const serial = BigInt(`0x5${Array.from({ length: 39 }, () => Math.floor(clock.random() * 16).toString(16)).join('')}`);
  await save(ctx, options.get('-keyout') ?? 'privkey.pem', pem('PRIVATE KEY', privateKey(key)), 0o600);
  await save(ctx, options.get('-out'), pem('CERTIFICATE', selfSigned(key, name, clock.now(), Number(options.get('-days') ?? 30), serial)));
  return 0;
}

async function rand(ctx: Context, args: readonly string[]): Promise<number> {
  const { options, operands } = read(args, new Set(['-out']));
  const count = Number(operands[0]);
  if (!Number.isInteger(count) || count < 0 || count > 1 << 20)
    return ctx.fail(`rand: Extra arguments given or not a number: ${operands[0] ?? ''}`);
  const bytes = Uint8Array.from({ length: count }, () => Math.floor(ctx.proc.clock.random() * 256));
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  const lines = (encodeBase64(bytes).match(/.{1,64}/g) ?? []).join('\n');
  await save(ctx, options.get('-out'), options.has('-hex') ? `${hex}\n` : options.has('-base64') ? `${lines}\n` : bytes);
  return 0;
}

const subcommands: Readonly<Record<string, (ctx: Context, args: readonly string[]) => Promise<number>>> = {
  genrsa,
  req,
  rand,
  version: async (ctx) => (await ctx.line('OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)'), 0),
};

/** As far as a TLS Secret needs it: a key, a certificate that signs itself, random bytes. */
export const openssl: Command = {
  gnu: { package: 'other' },
  run: async (ctx) => {
    const [name = '', ...args] = ctx.args;
    const command = subcommands[name];
    if (command) return command(ctx, args);
    await ctx.stderr(`Invalid command '${name}'; type "help" for a list.\n`);
    return 1;
  },
};
