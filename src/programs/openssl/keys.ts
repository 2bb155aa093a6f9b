import type { Context } from '../command';
import { certificateRequest, distinguishedName, parseExtension, selfSigned, type Extension } from './certificate';
import { certificateText, hexPairs, publicKeyText, signedBytes } from './certificate-text';
import { loadKey, loadRequest, pem, read, refuse, save } from './files';
import { isSignedBy, nameText, parseRequest } from './parsed';
import { inverse, makeKey, privateKey, publicKey, rsaNumbers, type RsaKey } from './rsa';
import { sequence, integer } from './der';
import { randomSerial } from './x509';
import { question } from './subject-questions';

async function newKey(ctx: Context, size: string): Promise<RsaKey> {
  const wanted = Number(size);
  if (!Number.isInteger(wanted) || wanted < 512 || wanted > 4096 || wanted % 32)
    return refuse(ctx, `not a size of an RSA key here: ${size}`);
  return makeKey(wanted, () => ctx.proc.clock.random());
}

export async function genrsa(ctx: Context, args: readonly string[]): Promise<number> {
  const { options, operands } = read(args, 'out passout');
  const key = await newKey(ctx, operands[0] ?? '2048');
  await save(ctx, options.get('out'), options.has('traditional') ? pem('RSA PRIVATE KEY', sequence(...rsaNumbers(key).map(integer))) : pem('PRIVATE KEY', privateKey(key)), 0o600); // prettier-ignore
  return 0;
}

export async function genpkey(ctx: Context, args: readonly string[]): Promise<number> {
  const { options } = read(args, 'algorithm out pkeyopt outform');
  const algorithm = options.get('algorithm') ?? '';
  if (algorithm.toUpperCase() !== 'RSA') return refuse(ctx, `genpkey: only -algorithm RSA is there, not ${algorithm || 'none'}`);
  const size = /^rsa_keygen_bits:(\d+)$/.exec(options.get('pkeyopt') ?? '')?.[1];
  await save(ctx, options.get('out'), pem('PRIVATE KEY', privateKey(await newKey(ctx, size ?? '2048'))), 0o600);
  return 0;
}

function privateText(key: RsaKey): string {
  const [p, q] = key.primes;
  const { secret } = key;
  const block = (name: string, value: bigint): string => {
    const pairs = hexPairs(signedBytes(value));
    const lines: string[] = [];
    for (let i = 0; i < pairs.length; i += 15) lines.push(`    ${pairs.slice(i, i + 15).join(':')}`);
    return `${name}:\n${lines.join(':\n')}\n`;
  };
  return `Private-Key: (${key.modulus.toString(2).length} bit, 2 primes)\n${block('modulus', key.modulus)}publicExponent: ${key.exponent} (0x${key.exponent.toString(16)})\n${block('privateExponent', secret)}${block('prime1', p)}${block('prime2', q)}${block('exponent1', secret % (p - 1n))}${block('exponent2', secret % (q - 1n))}${block('coefficient', inverse(q, p))}`;
}

/** `openssl rsa` and `openssl pkey`. */
export const keyCommand =
  (name: 'rsa' | 'pkey') =>
  async (ctx: Context, args: readonly string[]): Promise<number> => {
    const { options } = read(args, 'in out inform outform passin passout');
    const key = await loadKey(ctx, options.get('in'));
    if (options.has('text')) await ctx.write(options.has('pubout') ? publicKeyText({ raw: publicKey(key), algorithm: '', curve: '', bits: new Uint8Array(), rsa: key }, 0) : privateText(key)); // prettier-ignore
    if (options.has('modulus')) await ctx.line(`Modulus=${key.modulus.toString(16).toUpperCase()}`);
    if (options.has('check')) {
      const valid = key.primes[0] * key.primes[1] === key.modulus;
      await ctx.line(name === 'rsa' ? `RSA key ${valid ? 'ok' : 'not ok'}` : valid ? 'Key is valid' : 'Key is invalid');
    }
    if (options.has('noout')) return 0;
    if (name === 'rsa') await ctx.stderr('writing RSA key\n');
    const text = options.has('pubout')
      ? pem('PUBLIC KEY', publicKey(key))
      : options.has('traditional')
        ? pem('RSA PRIVATE KEY', sequence(...rsaNumbers(key).map(integer)))
        : pem('PRIVATE KEY', privateKey(key));
    await save(ctx, options.get('out'), text, options.has('pubout') ? 0o644 : 0o600);
    return 0;
  };

async function extensionsOf(ctx: Context, texts: readonly string[]): Promise<Extension[]> {
  const found: Extension[] = [];
  for (const text of texts) {
    const extension = parseExtension(text);
    if (!extension) return refuse(ctx, `req: Error adding request extension ${text}`);
    found.push(extension);
  }
  return found;
}

/** Makes a request, or with -x509 a certificate that signs itself; or shows a request. */
export async function req(ctx: Context, args: readonly string[]): Promise<number> {
  const { options, all } = read(args, 'newkey keyout out days subj addext config key in inform outform nameopt set_serial extensions reqexts passout passin pkeyopt section'); // prettier-ignore
  const form = options.get('nameopt');
  if (!options.has('new') && !options.has('newkey') && !options.has('x509')) {
    const parsed = await loadRequest(ctx, options.get('in'));
    if (options.has('verify')) {
      const good = isSignedBy(parsed, parsed.publicKey);
      await ctx.stderr(`Certificate request self-signature verify ${good ? 'OK' : 'failure'}\n`);
      if (!good) return 1;
    }
    if (options.has('text')) await ctx.write(certificateText(parsed, form));
    if (options.has('subject')) await ctx.line(`subject=${nameText(parsed.subject, form)}`);
    if (options.has('pubkey')) await ctx.write(pem('PUBLIC KEY', parsed.publicKey.raw));
    if (options.has('modulus') && parsed.publicKey.rsa)
      await ctx.line(`Modulus=${parsed.publicKey.rsa.modulus.toString(16).toUpperCase()}`);
    if (!options.has('noout')) await save(ctx, options.get('out'), pem('CERTIFICATE REQUEST', parsed.raw));
    return 0;
  }
  const given = options.get('key');
  const made = given === undefined;
  if (made && !options.has('nodes') && !options.has('noenc')) return refuse(ctx, 'req: a key with a pass phrase is not there; use -nodes');
  const kind = options.get('newkey') ?? 'rsa:2048';
  if (!/^(rsa(:\d+)?|\d+)$/.test(kind)) return refuse(ctx, `req: only -newkey rsa:BITS is there, not ${kind}`);
  const subject = options.get('subj') ?? (await question(ctx));
  const extensions = await extensionsOf(ctx, all.filter(([name]) => name === 'addext').map(([, value]) => value)); // prettier-ignore
  const key = made ? await newKey(ctx, kind.replace(/^rsa:?/, '') || '2048') : await loadKey(ctx, given);
  if (made) await save(ctx, options.get('keyout') ?? 'privkey.pem', pem('PRIVATE KEY', privateKey(key)), 0o600);
  if (made) await ctx.stderr('-----\n');
  const name = distinguishedName(subject);
  if (!name)
    return refuse(ctx, `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${subject.replace(/^\//, '')}'`); // prettier-ignore
  if (!options.has('x509')) {
    const der = certificateRequest(key, name, extensions);
    if (options.has('text')) await ctx.write(certificateText(parseRequest(der), form));
    if (!options.has('noout')) await save(ctx, options.get('out'), pem('CERTIFICATE REQUEST', der));
    return 0;
  }
  const days = options.get('days') ?? '30';
  if (!/^\d+$/.test(days)) return refuse(ctx, `req: Non-positive number "${days}" for option -days`);
  const serial = options.has('set_serial') ? BigInt(options.get('set_serial') ?? 0) : randomSerial(ctx);
  await save(ctx, options.get('out'), pem('CERTIFICATE', selfSigned(key, name, ctx.proc.clock.now(), Number(days), serial, extensions)));
  return 0;
}
