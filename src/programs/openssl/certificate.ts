import { sha1Hex } from '../digests';
import { bits, integer, nothing, objectId, octets, sequence, set, tagged, utcTime, utf8, yes, type Der } from './der';
import { extendedUsages, extensionIds, objectNames, usageBits } from './object-names';
import { publicKey, publicKeyBits, sign, type RsaKey } from './rsa';

const algorithm = sequence(objectId('1.2.840.113549.1.1.11'), nothing);
const attributeIds = new Map(Object.entries(objectNames).map(([id, name]) => [name, id]));

/** `/C=DE/O=Org/CN=example.com`; undefined when it is no such text or has an attribute unknown here. */
export function distinguishedName(subject: string): Der | undefined {
  if (!subject.startsWith('/')) return undefined;
  // a backslash takes the meaning from the character after it
  const parts = (subject.match(/\/(?:\\.|[^\\/])*/g) ?? []).map((part) => part.slice(1).replace(/\\(.)/g, '$1')).filter(Boolean);
  const pairs = parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const);
  if (pairs.some(([name]) => !attributeIds.has(name))) return undefined;
  return sequence(...pairs.map(([name, value]) => set(sequence(objectId(attributeIds.get(name) as string), name === 'C' ? tagged(0x13, new TextEncoder().encode(value)) : utf8(value))))); // prettier-ignore
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const generalNames: Readonly<Record<string, (value: string) => Der | undefined>> = {
  DNS: (value) => tagged(0x82, ascii(value)),
  email: (value) => tagged(0x81, ascii(value)),
  URI: (value) => tagged(0x86, ascii(value)),
  IP: (value) => (/^\d+(\.\d+){3}$/.test(value) ? tagged(0x87, Uint8Array.from(value.split('.').map(Number))) : undefined),
};

type Maker = (words: readonly string[]) => Der | undefined;
const all = (parts: readonly (Der | undefined)[]): Der[] | undefined =>
  parts.every((part) => part !== undefined) && parts.length > 0 ? (parts as Der[]) : undefined;

const makers: Readonly<Record<string, Maker>> = {
  subjectAltName: (words) => {
    const names = all(words.map((word) => generalNames[word.slice(0, word.indexOf(':'))]?.(word.slice(word.indexOf(':') + 1))));
    return names && sequence(...names);
  },
  basicConstraints: (words) => {
    const value = (name: string): string | undefined =>
      words.find((word) => word.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1);
    const length = value('pathlen');
    const ca = value('ca')?.toUpperCase() === 'TRUE';
    return sequence(...(ca ? [yes] : []), ...(length === undefined ? [] : [integer(Number(length))]));
  },
  keyUsage: (words) => {
    const positions = words.map((word) => usageBits.findIndex(([given]) => given === word));
    if (positions.includes(-1) || positions.length === 0) return undefined;
    const last = Math.max(...positions);
    const bytes = new Uint8Array(Math.floor(last / 8) + 1);
    for (const at of positions) bytes[at >> 3] = (bytes[at >> 3] as number) | (0x80 >> (at & 7));
    return tagged(0x03, Uint8Array.of(7 - (last & 7)), bytes);
  },
  extendedKeyUsage: (words) => {
    const ids = all(words.map((word) => (extendedUsages[word] ? objectId(extendedUsages[word]) : undefined)));
    return ids && sequence(...ids);
  },
};

export interface Extension {
  readonly id: string;
  readonly der: Der;
}
const extension = (name: keyof typeof extensionIds, value: Der, critical = false): Extension => ({
  id: extensionIds[name],
  der: sequence(objectId(extensionIds[name]), ...(critical ? [yes] : []), octets(value)),
});

/** `subjectAltName=DNS:a,IP:1.2.3.4`, as -addext and extension files have it; undefined when it cannot be understood. */
export function parseExtension(text: string): Extension | undefined {
  const m = /^\s*(\w+)\s*=\s*(critical\s*,\s*)?(.*?)\s*$/.exec(text);
  const name = m?.[1] as keyof typeof extensionIds | undefined;
  const value = name && Object.hasOwn(makers, name) ? makers[name]?.((m?.[3] ?? '').split(/\s*,\s*/).filter(Boolean)) : undefined;
  return name && value && extension(name, value, m?.[2] !== undefined);
}

const keyId = (key: Pick<RsaKey, 'modulus' | 'exponent'>): Uint8Array =>
  Uint8Array.from(sha1Hex(publicKeyBits(key)).match(/../g) ?? [], (pair) => parseInt(pair, 16));

export const subjectKeyIdentifier = (key: Pick<RsaKey, 'modulus' | 'exponent'>): Extension =>
  extension('subjectKeyIdentifier', octets(keyId(key)));

/** What an authority's own certificate has unless it is told otherwise. */
function authorityExtensions(key: RsaKey, more: readonly Extension[]): Extension[] {
  const own = [
    subjectKeyIdentifier(key),
    extension('authorityKeyIdentifier', sequence(tagged(0x80, keyId(key)))),
    extension('basicConstraints', sequence(yes), true),
  ];
  return [...own.filter(({ id }) => !more.some((each) => each.id === id)), ...more];
}

export interface CertificateFacts {
  readonly subject: Der;
  readonly issuer: Der;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Der;
  readonly serial: bigint;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly extensions: readonly Extension[];
}

/** A certificate (RFC 5280) signed with `signer`; without extensions it is one of version 1. */
export function certificate(facts: CertificateFacts, signer: RsaKey): Der {
  const { extensions } = facts;
  const content = sequence(
    ...(extensions.length > 0 ? [tagged(0xa0, integer(2))] : []),
    integer(facts.serial),
    algorithm,
    facts.issuer,
    sequence(utcTime(facts.notBeforeMs), utcTime(facts.notAfterMs)),
    facts.subject,
    facts.publicKey,
    ...(extensions.length > 0 ? [tagged(0xa3, sequence(...extensions.map(({ der }) => der)))] : []),
  );
  return sequence(content, algorithm, bits(sign(signer, content)));
}

/** A certificate that signs itself, as `openssl req -x509` makes it: an authority's own. */
export function selfSigned(key: RsaKey, name: Der, nowMs: number, days: number, serial: bigint, more: readonly Extension[] = []): Der {
  const notAfterMs = nowMs + days * 86_400_000;
  const extensions = authorityExtensions(key, more);
  return certificate({ subject: name, issuer: name, publicKey: publicKey(key), serial, notBeforeMs: nowMs, notAfterMs, extensions }, key);
}

/** A request to be certified (PKCS #10). */
export function certificateRequest(key: RsaKey, subject: Der, extensions: readonly Extension[]): Der {
  const asked =
    extensions.length > 0 ? [sequence(objectId('1.2.840.113549.1.9.14'), set(sequence(...extensions.map(({ der }) => der))))] : [];
  const content = sequence(integer(0), subject, publicKey(key), tagged(0xa0, ...asked));
  return sequence(content, algorithm, bits(sign(key, content)));
}
