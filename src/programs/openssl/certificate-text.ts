import { childrenOf, dottedOf, numberOf, parseAll, type DerNode } from './der';
import { usageBits } from './object-names';
import { nameOf, nameText, type Parsed, type ParsedExtension, type PublicKey } from './parsed';

export const hexPairs = (bytes: Uint8Array): string[] => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));

/** `00:b2:9e:…` in lines of so many bytes. */
function hexLines(bytes: Uint8Array, indent: number, perLine: number): string {
  const pairs = hexPairs(bytes);
  const lines: string[] = [];
  for (let i = 0; i < pairs.length; i += perLine) lines.push(`${' '.repeat(indent)}${pairs.slice(i, i + perLine).join(':')}`);
  return `${lines.join(':\n')}\n`;
}

/** `Nov 26 01:18:06 2026 GMT` */
export function dateText(ms: number): string {
  const [, day = '', month = '', year = '', time = ''] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(ms).toUTCString()) ?? [];
  return `${month} ${String(Number(day)).padStart(2)} ${time} ${year} GMT`;
}

/** A number as DER has it: a zero before a high bit. */
export const signedBytes = (value: bigint): Uint8Array => {
  const hex = value.toString(16);
  const even = hex.length % 2 ? `0${hex}` : parseInt(hex[0] as string, 16) > 7 ? `00${hex}` : hex;
  return Uint8Array.from(even.match(/../g) ?? [], (pair) => parseInt(pair, 16));
};

export function publicKeyText({ algorithm, curve, bits, rsa }: PublicKey, indent: number): string {
  const pad = ' '.repeat(indent);
  if (rsa) {
    const size = rsa.modulus.toString(2).length;
    return `${pad}Public-Key: (${size} bit)\n${pad}Modulus:\n${hexLines(signedBytes(rsa.modulus), indent + 4, 15)}${pad}Exponent: ${rsa.exponent} (0x${rsa.exponent.toString(16)})\n`;
  }
  if (algorithm !== '1.2.840.10045.2.1') return `${pad}${nameOf(algorithm)} Public-Key:\n${pad}pub:\n${hexLines(bits, indent + 4, 15)}`;
  const nist = { prime256v1: 'P-256', secp384r1: 'P-384' }[nameOf(curve)];
  return `${pad}Public-Key: (${((bits.length - 1) / 2) * 8} bit)\n${pad}pub:\n${hexLines(bits, indent + 4, 15)}${pad}ASN1 OID: ${nameOf(curve)}\n${nist ? `${pad}NIST CURVE: ${nist}\n` : ''}`;
}

const upperHex = (bytes: Uint8Array): string => hexPairs(bytes).join(':').toUpperCase();

function generalName({ tag, content }: DerNode): string {
  const text = new TextDecoder().decode(content);
  switch (tag & 31) {
    case 1: return `email:${text}`;
    case 2: return `DNS:${text}`;
    case 4: return `DirName:${nameText(childrenOf({ tag, content, raw: content })[0] as DerNode)}`;
    case 6: return `URI:${text}`;
    case 7: return `IP Address:${content.length === 4 ? content.join('.') : (hexPairs(content).join('').match(/.{4}/g) ?? []).map((part) => parseInt(part, 16).toString(16).toUpperCase()).join(':')}`;
    default: return `othername:<unsupported>`;
  } // prettier-ignore
}

const valueTexts: Readonly<Record<string, (value: DerNode) => string>> = {
  '2.5.29.14': ({ content }) => upperHex(content),
  '2.5.29.15': ({ content }) => {
    const bytes = content.subarray(1);
    return usageBits.filter((_, at) => ((bytes[at >> 3] ?? 0) << (at & 7)) & 0x80).map(([, shown]) => shown).join(', '); // prettier-ignore
  },
  '2.5.29.17': (value) => childrenOf(value).map(generalName).join(', '),
  '2.5.29.19': (value) => {
    const parts = childrenOf(value);
    const length = parts.find(({ tag }) => tag === 2);
    return `CA:${parts.some(({ tag, content }) => tag === 1 && content[0]) ? 'TRUE' : 'FALSE'}${length ? `, pathlen:${numberOf(length.content)}` : ''}`;
  },
  '2.5.29.35': (value) => {
    const key = childrenOf(value).find(({ tag }) => tag === 0x80);
    return key ? upperHex(key.content) : '';
  },
  '2.5.29.37': (value) => childrenOf(value).map(({ content }) => nameOf(dottedOf(content))).join(', '), // prettier-ignore
};

export function extensionText({ id, critical, value }: ParsedExtension, indent: number): string {
  const pad = ' '.repeat(indent);
  const show = valueTexts[id];
  const [node] = show ? parseAll(value) : [];
  return `${pad}${nameOf(id)}: ${critical ? 'critical' : ''}\n${pad}    ${show && node ? show(node) : hexPairs(value).join(':')}\n`;
}

export function serialText(serial: Uint8Array): string {
  const number = numberOf(serial);
  return serial.length <= 8 ? ` ${number} (0x${number.toString(16)})\n` : `\n            ${hexPairs(serial).join(':')}\n`;
}

/** `openssl x509 -text` and `openssl req -text`. */
export function certificateText(parsed: Parsed, form = ''): string {
  const algorithm = nameOf(parsed.signatureAlgorithm);
  const request = parsed.kind === 'request';
  const validity = `        Validity\n            Not Before: ${dateText(parsed.notBeforeMs)}\n            Not After : ${dateText(parsed.notAfterMs)}\n`;
  const head = request
    ? ''
    : `        Serial Number:${serialText(parsed.serial)}        Signature Algorithm: ${algorithm}\n        Issuer: ${nameText(parsed.issuer, form)}\n${validity}`;
  const key = `        Subject Public Key Info:\n            Public Key Algorithm: ${nameOf(parsed.publicKey.algorithm)}\n${publicKeyText(parsed.publicKey, 16)}`;
  const { extensions } = parsed;
  const list = (indent: number): string => extensions.map((each) => extensionText(each, indent)).join('');
  const more = request
    ? `        Attributes:\n${extensions.length === 0 ? '            (none)\n' : ''}            Requested Extensions:\n${list(16)}`
    : extensions.length > 0
      ? `        X509v3 extensions:\n${list(12)}`
      : '';
  return `Certificate${request ? ' Request' : ''}:\n    Data:\n        Version: ${parsed.version + 1} (0x${parsed.version.toString(16)})\n${head}        Subject: ${nameText(parsed.subject, form)}\n${key}${more}    Signature Algorithm: ${algorithm}\n    Signature Value:\n${hexLines(parsed.signature, 8, 18)}`;
}
