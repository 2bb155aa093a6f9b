import { childrenOf, DerError, dottedOf, numberOf, parseAll, timeOf, type DerNode } from './der';
import { objectNames } from './object-names';
import { power, type RsaKey } from './rsa';
import { sha256Prefix } from './rsa';
import { sha256 } from '../sha256';

export interface ParsedExtension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
  readonly raw: Uint8Array;
}

export interface PublicKey {
  /** SubjectPublicKeyInfo. */
  readonly raw: Uint8Array;
  readonly algorithm: string;
  readonly curve: string;
  /** The key's bits. */
  readonly bits: Uint8Array;
  readonly rsa: Pick<RsaKey, 'modulus' | 'exponent'> | undefined;
}

export interface Parsed {
  readonly kind: 'certificate' | 'request';
  readonly raw: Uint8Array;
  /** What is signed. */
  readonly signed: Uint8Array;
  readonly version: number;
  readonly serial: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly issuer: DerNode;
  readonly subject: DerNode;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly publicKey: PublicKey;
  readonly extensions: readonly ParsedExtension[];
}

const demand = (nodes: readonly DerNode[], i: number): DerNode => {
  const node = nodes[i];
  if (!node) throw new DerError('too short');
  return node;
};
const idOf = (node: DerNode): string => dottedOf(demand(childrenOf(node), 0).content);

function publicKeyOf(node: DerNode): PublicKey {
  const [kind, bits] = childrenOf(node);
  if (!kind || !bits) throw new DerError('no key');
  const [id, parameter] = childrenOf(kind);
  const algorithm = dottedOf(demand([id as DerNode], 0).content);
  const content = bits.content.subarray(1);
  const numbers = algorithm === '1.2.840.113549.1.1.1' ? childrenOf(demand(parseAll(content), 0)) : [];
  return {
    raw: node.raw,
    algorithm,
    curve: parameter?.tag === 6 ? dottedOf(parameter.content) : '',
    bits: content,
    rsa: numbers[0] && numbers[1] ? { modulus: numberOf(numbers[0].content), exponent: numberOf(numbers[1].content) } : undefined,
  };
}

const extensionsOf = (list: DerNode): ParsedExtension[] =>
  childrenOf(list).map((each) => {
    const parts = childrenOf(each);
    return {
      id: dottedOf(demand(parts, 0).content),
      critical: parts.length > 2,
      value: demand(parts, parts.length - 1).content,
      raw: each.raw,
    };
  });

/** Throws DerError when it is no certificate. */
export function parseCertificate(der: Uint8Array): Parsed {
  const outer = demand(parseAll(der), 0);
  const [content, algorithm, signature] = childrenOf(outer);
  if (!content || !algorithm || !signature || content.tag !== 0x30) throw new DerError('no certificate');
  const parts = childrenOf(content);
  const first = parts[0]?.tag === 0xa0 ? 1 : 0;
  const [notBefore, notAfter] = childrenOf(demand(parts, first + 3));
  const extensions = parts.find(({ tag }) => tag === 0xa3);
  return {
    kind: 'certificate',
    raw: outer.raw,
    signed: content.raw,
    version: first ? Number(numberOf(demand(childrenOf(parts[0] as DerNode), 0).content)) : 0,
    serial: demand(parts, first).content,
    signatureAlgorithm: idOf(algorithm),
    signature: signature.content.subarray(1),
    issuer: demand(parts, first + 2),
    subject: demand(parts, first + 4),
    notBeforeMs: timeOf(demand([notBefore as DerNode], 0)),
    notAfterMs: timeOf(demand([notAfter as DerNode], 0)),
    publicKey: publicKeyOf(demand(parts, first + 5)),
    extensions: extensions ? extensionsOf(demand(childrenOf(extensions), 0)) : [],
  };
}

/** Throws DerError when it is no request. */
export function parseRequest(der: Uint8Array): Parsed {
  const outer = demand(parseAll(der), 0);
  const [content, algorithm, signature] = childrenOf(outer);
  if (!content || !algorithm || !signature) throw new DerError('no request');
  const [version, subject, key, attributes] = childrenOf(content);
  if (!version || !subject || !key || version.tag !== 2) throw new DerError('no request');
  const asked = (attributes ? childrenOf(attributes) : []).find((each) => idOf(each) === '1.2.840.113549.1.9.14');
  const list = asked && childrenOf(demand(childrenOf(asked), 1))[0];
  return {
    kind: 'request', raw: outer.raw, signed: content.raw, version: Number(numberOf(version.content)), serial: new Uint8Array(),
    signatureAlgorithm: idOf(algorithm), signature: signature.content.subarray(1), issuer: subject, subject, notBeforeMs: 0, notAfterMs: 0,
    publicKey: publicKeyOf(key), extensions: list ? extensionsOf(list) : [],
  }; // prettier-ignore
}

/** A private key of PKCS #8 or #1; undefined when it is none of RSA. */
export function parsePrivateKey(der: Uint8Array): RsaKey | undefined {
  let parts = childrenOf(demand(parseAll(der), 0));
  if (parts[1]?.tag === 0x30) parts = childrenOf(demand(parseAll(demand(parts, 2).content), 0));
  const numbers = parts.map(({ content }) => numberOf(content));
  const [, modulus, exponent, secret, p, q] = numbers;
  if (parts.some(({ tag }) => tag !== 2) || modulus === undefined || exponent === undefined || secret === undefined || !p || !q)
    return undefined;
  return { modulus, exponent, secret, primes: [p, q] };
}

/** Whether `key` made the signature (RSASSA-PKCS1-v1_5 with SHA-256). */
export function isSignedBy({ signature, signed }: Parsed, key: PublicKey): boolean {
  if (!key.rsa) return false;
  const digest = [...sha256Prefix, ...sha256(signed)];
  const size = Math.ceil(key.rsa.modulus.toString(16).length / 2);
  const block = [1, ...Array<number>(size - digest.length - 3).fill(255), 0, ...digest];
  return power(numberOf(signature), key.rsa.exponent, key.rsa.modulus) === numberOf(Uint8Array.from(block));
}

export const nameOf = (id: string): string => objectNames[id] ?? id;

/** A name's attributes in order. */
export const attributesOf = (name: DerNode): (readonly [string, string])[] =>
  childrenOf(name).flatMap((group) =>
    childrenOf(group).map((pair) => {
      const [id, value] = childrenOf(pair);
      return [nameOf(dottedOf(demand([id as DerNode], 0).content)), new TextDecoder().decode(value?.content)] as const;
    }),
  );

/** `CN = example.com, O = Org`, or in another of openssl's forms. */
export function nameText(name: DerNode, form = ''): string {
  const pairs = attributesOf(name);
  const words = form.split(',');
  if (words.includes('compat')) return pairs.map(([key, value]) => `/${key}=${value}`).join('');
  const quoted = (value: string): string => (/[,+"\\<>;]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value);
  const escaped = (value: string): string => value.replace(/[,+"\\<>;]/g, '\\$&');
  if (words.some((word) => /^rfc2253$/i.test(word))) return pairs.toReversed().map(([key, value]) => `${key}=${escaped(value)}`).join(','); // prettier-ignore
  if (words.includes('multiline'))
    return `\n${pairs.map(([key, value]) => `    ${(longNames[key] ?? key).padEnd(26)}= ${value}`).join('\n')}`;
  return pairs.map(([key, value]) => `${key} = ${quoted(value)}`).join(', ');
}
const longNames: Readonly<Record<string, string>> = {
  CN: 'commonName',
  C: 'countryName',
  L: 'localityName',
  ST: 'stateOrProvinceName',
  O: 'organizationName',
  OU: 'organizationalUnitName',
};
