import { sha1Hex } from '../digests';
import { bits, integer, nothing, objectId, octets, sequence, set, tagged, utcTime, utf8, yes, type Der } from './der';
import { publicKey, publicKeyBits, sign, type RsaKey } from './rsa';

const attributes: Readonly<Record<string, string>> = {
  CN: '2.5.4.3', C: '2.5.4.6', L: '2.5.4.7', ST: '2.5.4.8', O: '2.5.4.10', OU: '2.5.4.11', emailAddress: '1.2.840.113549.1.9.1',
}; // prettier-ignore

/** `/C=DE/O=Org/CN=example.com`; undefined when it is no such text or has an attribute unknown here. */
export function distinguishedName(subject: string): Der | undefined {
  const parts = subject.split('/').slice(1).filter(Boolean).map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const); // prettier-ignore
  if (!subject.startsWith('/') || parts.some(([name]) => attributes[name] === undefined)) return undefined;
  return sequence(...parts.map(([name, value]) => set(sequence(objectId(attributes[name]!), utf8(value)))));
}

/** A certificate that signs itself (RFC 5280), as `openssl req -x509` makes it: an authority's own. */
export function selfSigned(key: RsaKey, name: Der, nowMs: number, days: number, serial: bigint): Der {
  const algorithm = sequence(objectId('1.2.840.113549.1.1.11'), nothing);
  const keyId = Uint8Array.from(sha1Hex(publicKeyBits(key)).match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const extensions = sequence(
    sequence(objectId('2.5.29.14'), octets(octets(keyId))),
    sequence(objectId('2.5.29.35'), octets(sequence(tagged(0x80, keyId)))),
    sequence(objectId('2.5.29.19'), yes, octets(sequence(yes))),
  );
  const content = sequence(
    tagged(0xa0, integer(2)),
    integer(serial),
    algorithm,
    name,
    sequence(utcTime(nowMs), utcTime(nowMs + days * 86_400_000)),
    name,
    publicKey(key),
    tagged(0xa3, extensions),
  );
  return sequence(content, algorithm, bits(sign(key, content)));
}
