import { md5Hex, sha1Hex } from '../digests';
import { sha256Hex } from '../sha256';
import { readText } from '../input';
import type { Context } from '../command';
import { certificate, parseExtension, subjectKeyIdentifier, type Extension } from './certificate';
import { certificateText, dateText, extensionText, hexPairs } from './certificate-text';
import { isSignedBy, nameText, parseCertificate, type Parsed } from './parsed';
import { loadCertificate, loadKey, loadRequest, pem, read, refuse, save } from './files';
import { numberOf } from './der';
import { extensionIds } from './object-names';

const takesValue =
  'in out inform outform CA CAkey CAserial days signkey key extfile extensions set_serial nameopt checkend ext certopt passin subj';

const fingerprints: Readonly<Record<string, (data: Uint8Array) => string>> = { md5: md5Hex, sha1: sha1Hex, sha256: sha256Hex };

/** A serial number of 20 bytes, positive. */
export const randomSerial = (ctx: Context): bigint =>
  BigInt(
    `0x${Array.from({ length: 40 }, (_, i) => Math.floor(ctx.proc.clock.random() * (i === 0 ? 7 : 16) + (i === 0 ? 1 : 0)).toString(16)).join('')}`,
  );

/** The lines of a section of an extension file; without a name those before the first. */
async function extensionFile(ctx: Context, path: string, section: string | undefined): Promise<Extension[]> {
  const text = await readText(ctx.proc, path).catch(() => undefined);
  if (text === undefined) return refuse(ctx, `x509: Can't open "${path}" for reading, No such file or directory`);
  const found: Extension[] = [];
  let current: string | undefined;
  for (const line of text.split('\n').map((each) => each.replace(/#.*/, '').trim())) {
    const heading = /^\[\s*(.*?)\s*\]$/.exec(line);
    if (heading) current = heading[1];
    else if (line !== '' && current === section) {
      const extension = parseExtension(line);
      if (extension) found.push(extension);
    }
  }
  return found;
}

/** `x509 -req`: a certificate for a request, signed by an authority or by the request's own key. */
async function issue(ctx: Context, options: ReadonlyMap<string, string>): Promise<Parsed> {
  const request = await loadRequest(ctx, options.get('in'));
  if (!isSignedBy(request, request.publicKey)) return refuse(ctx, 'Certificate request self-signature did not match the contents');
  await ctx.stderr('Certificate request self-signature ok\n');
  await ctx.stderr(`subject=${nameText(request.subject, options.get('nameopt'))}\n`);
  const own = options.get('signkey') ?? options.get('key');
  const authorityPath = options.get('CA');
  if (authorityPath === undefined && own === undefined)
    return refuse(ctx, 'We need a private key to sign with, use -signkey or -CAkey or -CA with private key');
  const authority = authorityPath === undefined ? undefined : await loadCertificate(ctx, authorityPath);
  const key = await loadKey(ctx, own ?? options.get('CAkey') ?? authorityPath, authority ? 'CA private key' : 'private key');
  const now = ctx.proc.clock.now();
  const file = options.get('extfile');
  const extensions = file === undefined ? [] : await extensionFile(ctx, file, options.get('extensions'));
  const { rsa } = request.publicKey;
  if (extensions.length > 0 && rsa && !extensions.some(({ id }) => id === extensionIds.subjectKeyIdentifier))
    extensions.push(subjectKeyIdentifier(rsa));
  const given = options.get('set_serial');
  let serial: bigint;
  try {
    serial = given === undefined ? randomSerial(ctx) : BigInt(given);
  } catch {
    return refuse(ctx, `x509: Error parsing serial number`);
  }
  if (authority && given === undefined && options.has('CAcreateserial'))
    await save(ctx, (authorityPath as string).replace(/\.[^./]*$/, '') + '.srl', `${serial.toString(16).toUpperCase()}\n`);
  const made = certificate(
    {
      subject: request.subject.raw,
      issuer: authority ? authority.subject.raw : request.subject.raw,
      publicKey: request.publicKey.raw,
      serial,
      notBeforeMs: now,
      notAfterMs: now + Number(options.get('days') ?? 30) * 86_400_000,
      extensions: [...extensions, ...(options.get('copy_extensions') ? request.extensions.map(({ id, raw }) => ({ id, der: raw })) : [])],
    },
    key,
  );
  return parseCertificate(made);
}

const purposes = ['SSL client', 'SSL server', 'S/MIME signing', 'S/MIME encryption', 'CRL signing', 'Any Purpose', 'OCSP helper'];

export async function x509(ctx: Context, args: readonly string[]): Promise<number> {
  const { options, all } = read(args, takesValue);
  const parsed = options.has('req') ? await issue(ctx, options) : await loadCertificate(ctx, options.get('in'));
  const form = options.get('nameopt');
  const digest = [...options.keys()].findLast((name) => Object.hasOwn(fingerprints, name)) ?? 'sha1';
  const shows: Readonly<Record<string, () => string>> = {
    text: () => certificateText(parsed, form),
    subject: () => `subject=${nameText(parsed.subject, form)}\n`,
    issuer: () => `issuer=${nameText(parsed.issuer, form)}\n`,
    serial: () => `serial=${hexPairs(parsed.serial[0] === 0 && parsed.serial.length > 1 ? parsed.serial.subarray(1) : parsed.serial).join('').toUpperCase()}\n`, // prettier-ignore
    startdate: () => `notBefore=${dateText(parsed.notBeforeMs)}\n`,
    enddate: () => `notAfter=${dateText(parsed.notAfterMs)}\n`,
    dates: () => `notBefore=${dateText(parsed.notBeforeMs)}\nnotAfter=${dateText(parsed.notAfterMs)}\n`,
    fingerprint: () => `${digest === 'sha1' && !options.has('sha1') ? 'SHA1' : digest} Fingerprint=${(fingerprints[digest]?.(parsed.raw).match(/../g) ?? []).join(':').toUpperCase()}\n`, // prettier-ignore
    modulus: () =>
      `Modulus=${parsed.publicKey.rsa ? parsed.publicKey.rsa.modulus.toString(16).toUpperCase() : 'No modulus for this public key type'}\n`,
    pubkey: () => pem('PUBLIC KEY', parsed.publicKey.raw),
    email: () => '',
    purpose: () =>
      `Certificate purposes:\n${purposes.map((name) => `${name} : Yes\n${name} CA : ${isAuthority(parsed) ? 'Yes' : 'No'}\n`).join('')}`,
    ext: () => extensionTexts(parsed, (options.get('ext') ?? '').split(',')),
  };
  for (const [name] of all) if (Object.hasOwn(shows, name)) await ctx.write((shows[name] as () => string)());
  const limit = options.get('checkend');
  if (limit !== undefined) {
    const expires = parsed.notAfterMs < ctx.proc.clock.now() + Number(limit) * 1000;
    await ctx.line(`Certificate will ${expires ? '' : 'not '}expire`);
    ctx.status = expires ? 1 : 0;
  }
  if (!options.has('noout')) {
    const binary = options.get('outform')?.toUpperCase() === 'DER';
    await save(ctx, options.get('out'), binary ? parsed.raw : pem('CERTIFICATE', parsed.raw));
  }
  return ctx.status;
}

const isAuthority = ({ extensions }: Parsed): boolean => {
  const basic = extensions.find(({ id }) => id === '2.5.29.19');
  return basic !== undefined && numberOf(basic.value) > 0x3000n;
};

function extensionTexts({ extensions }: Parsed, names: readonly string[]): string {
  const found = extensions.filter(({ id }) => names.some((name) => (extensionIds as Readonly<Record<string, string>>)[name] === id));
  return found.length > 0 ? found.map((each) => extensionText(each, 0)).join('') : 'No extensions matching the criteria\n';
}

/** Whether certificates lead to one that is trusted. */
export async function verify(ctx: Context, args: readonly string[]): Promise<number> {
  const { options, operands } = read(args, 'CAfile CApath untrusted purpose partial_chain trusted verify_hostname');
  const trustedPath = options.get('CAfile') ?? options.get('trusted');
  const trusted = trustedPath === undefined ? undefined : await loadCertificate(ctx, trustedPath);
  const between = options.get('untrusted') === undefined ? undefined : await loadCertificate(ctx, options.get('untrusted'));
  const issuedBy = (one: Parsed, other: Parsed | undefined): other is Parsed =>
    other !== undefined && nameText(one.issuer) === nameText(other.subject) && isSignedBy(one, other.publicKey);
  for (const path of operands.length > 0 ? operands : [undefined]) {
    const leaf = await loadCertificate(ctx, path);
    const chain = [leaf, ...(issuedBy(leaf, between) ? [between] : [])];
    const top = chain.at(-1) as Parsed;
    const now = ctx.proc.clock.now();
    const isRoot = nameText(top.subject) === nameText(top.issuer);
    const problem = !issuedBy(top, trusted)
      ? isRoot
        ? [18, 'self-signed certificate']
        : [20, 'unable to get local issuer certificate']
      : [...chain, trusted].some(({ notAfterMs }) => notAfterMs < now)
        ? [10, 'certificate has expired']
        : [...chain, trusted].some(({ notBeforeMs }) => notBeforeMs > now)
          ? [9, 'certificate is not yet valid']
          : undefined;
    const name = path ?? 'stdin';
    if (!problem) await ctx.line(`${name}: OK`);
    else {
      await ctx.stderr(
        `${nameText(top.subject)}\nerror ${problem[0]} at ${chain.length - 1} depth lookup: ${problem[1]}\nerror ${name}: verification failed\n`,
      );
      ctx.status = 2;
    }
  }
  return ctx.status;
}
