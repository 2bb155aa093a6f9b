import { humanDuration, rfc1123 } from '../duration';
import { decodeBase64 } from '../base64';
import { failure } from '../errors';
import { pairsText } from '../selectors';
import { listAt, textAt } from '../value';
import type { Described, Description } from './writer';

/** One value of DER (X.690): its tag, and the values in it or its bytes. */
interface Value {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

function read(der: Uint8Array): Value[] {
  const values: Value[] = [];
  for (let i = 0; i + 1 < der.length;) {
    const tag = der[i]!;
    let length = der[i + 1]!;
    let start = i + 2;
    if (length > 0x80) {
      const count = length & 0x7f;
      length = der.slice(start, start + count).reduce((sum, byte) => sum * 256 + byte, 0);
      start += count;
    }
    values.push({ tag, bytes: der.slice(start, start + length) });
    i = start + length;
  }
  return values;
}

/** `2.5.4.3` */
function objectId(bytes: Uint8Array): string {
  const parts: number[] = [];
  let part = 0;
  for (const byte of bytes) {
    part = part * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      parts.push(part);
      part = 0;
    }
  }
  const [first = 0, ...rest] = parts;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The attributes of a subject that kubectl shows, in its order. */
const subjectFields = [
  ['Organization', '2.5.4.10'],
  ['Organizational Unit', '2.5.4.11'],
  ['Country', '2.5.4.6'],
  ['Locality', '2.5.4.7'],
  ['Province', '2.5.4.8'],
  ['StreetAddress', '2.5.4.9'],
  ['PostalCode', '2.5.4.17'],
] as const;

/** GeneralName's tags (RFC 5280), in kubectl's order. */
const alternatives = [
  ['DNS Names', 0x82],
  ['Email Addresses', 0x81],
  ['URIs', 0x86],
  ['IP Addresses', 0x87],
] as const;

interface Request {
  readonly subject: ReadonlyMap<string, readonly string[]>;
  readonly names: readonly Value[];
}

/** Reads a certification request (RFC 2986) in PEM; undefined when it is none. */
function parseRequest(pem: string): Request | undefined {
  const body = /-----BEGIN CERTIFICATE REQUEST-----([\s\S]*?)-----END CERTIFICATE REQUEST-----/.exec(pem)?.[1];
  const der = body === undefined ? undefined : decodeBase64(body.replace(/\s+/g, ''));
  const [outer] = read(der ?? new Uint8Array());
  const info = outer ? read(read(outer.bytes)[0]?.bytes ?? new Uint8Array()) : [];
  const [, name, , attributes] = info;
  if (!name || name.tag !== 0x30) return undefined;
  const subject = new Map<string, string[]>();
  for (const set of read(name.bytes))
    for (const pair of read(set.bytes)) {
      const [type, value] = read(pair.bytes);
      if (type && value) subject.set(objectId(type.bytes), [...(subject.get(objectId(type.bytes)) ?? []), text(value.bytes)]);
    }
  const names = read(attributes?.bytes ?? new Uint8Array()).flatMap(({ bytes }) => {
    const [type, values] = read(bytes);
    if (!type || !values || objectId(type.bytes) !== '1.2.840.113549.1.9.14') return [];
    const extensions = read(read(values.bytes)[0]?.bytes ?? new Uint8Array());
    return extensions.flatMap((extension) => {
      const parts = read(extension.bytes);
      const value = parts.at(-1);
      return parts[0] && value && objectId(parts[0].bytes) === '2.5.29.17' ? read(read(value.bytes)[0]?.bytes ?? new Uint8Array()) : [];
    });
  });
  return { subject, names };
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: bytes.length / 2 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16));
  const longest = groups
    .join(':')
    .match(/(?:^|:)(?:0(?::|$))+/g)
    ?.reduce((a, b) => (b.length > a.length ? b : a));
  return longest && longest.length > 2 ? groups.join(':').replace(longest, '::') : groups.join(':');
}

function list(d: Description, title: string, values: readonly string[]): void {
  values.forEach((value, i) => d.line(0, i === 0 ? `\t${title}:\t${value}` : `\t\t${value}`));
}

/** `Approved,Issued`, `Pending` (certificate's extractCSRStatus). */
function statusText(object: unknown): string {
  const types = listAt(object, 'status', 'conditions').map((condition) => textAt(condition, 'type'));
  const decided = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  return `${decided}${types.includes('Failed') ? ',Failed' : ''}${textAt(object, 'status', 'certificate') ? ',Issued' : ''}`;
}

export function describeSigningRequest({ object, events, d }: Described): void {
  const { name, labels, annotations, creationTimestamp } = object.metadata;
  const spec = (key: string): string => textAt(object, 'spec', key);
  const request = parseRequest(text(decodeBase64(spec('request')) ?? new Uint8Array()));
  if (!request) throw failure('Error parsing CSR: PEM block type must be CERTIFICATE REQUEST');
  d.line(0, `Name:\t${name}`);
  d.line(0, `Labels:\t${pairsText(labels ?? {})}`);
  d.line(0, `Annotations:\t${pairsText(annotations ?? {})}`);
  d.line(0, `CreationTimestamp:\t${rfc1123(creationTimestamp ?? '')}`);
  d.line(0, `Requesting User:\t${spec('username')}`);
  if (spec('signerName')) d.line(0, `Signer:\t${spec('signerName')}`);
  if (spec('expirationSeconds')) d.line(0, `Requested Duration:\t${humanDuration(Number(spec('expirationSeconds')) * 1000)}`);
  d.line(0, `Status:\t${statusText(object)}`);
  d.line(0, 'Subject:');
  const of = (id: string): readonly string[] => request.subject.get(id) ?? [];
  d.line(0, `\tCommon Name:\t${of('2.5.4.3').at(-1) ?? ''}`);
  d.line(0, `\tSerial Number:\t${of('2.5.4.5').at(-1) ?? ''}`);
  for (const [title, id] of subjectFields) list(d, title, of(id));
  if (request.names.length > 0) d.line(0, 'Subject Alternative Names:');
  for (const [title, tag] of alternatives) {
    const found = request.names.filter((one) => one.tag === tag);
    list(d, title, found.map(({ bytes }) => (tag === 0x87 ? addressText(bytes) : text(bytes)))); // prettier-ignore
  }
  d.events(events);
}
