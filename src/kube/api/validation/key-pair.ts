import { decodeBase64 } from '../base64';

interface Block {
  readonly type: string;
  readonly der: Uint8Array;
}

function blocks(pem: Uint8Array): Block[] {
  const text = new TextDecoder().decode(pem);
  return [...text.matchAll(/-----BEGIN ([^-]+)-----([\s\S]*?)-----END \1-----/g)].flatMap((match) => {
    const text = match[2]!.replace(/\s+/g, '');
    return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? [{ type: match[1]!, der: decodeBase64(text) }] : [];
  });
}

/** The longest INTEGER or BIT STRING of DER, looked for inside nested values: the modulus, or the point of a curve. */
function longest(der: Uint8Array): Uint8Array {
  let best = new Uint8Array();
  const walk = (from: number, to: number): void => {
    for (let i = from; i + 1 < to;) {
      const tag = der[i]!;
      let length = der[i + 1]!;
      let start = i + 2;
      if (length > 0x80) {
        const count = length & 0x7f;
        length = 0;
        for (let j = 0; j < count; j++) length = length * 256 + (der[start + j] ?? 0);
        start += count;
      }
      const end = Math.min(start + length, to);
      if (tag & 0x20) walk(start, end);
      else if (tag === 0x04) walk(start, end);
      else if (tag === 0x02 && end - start > best.length) best = der.slice(start, end);
      i = end;
      if (length === 0 && tag === 0) return;
    }
  };
  walk(0, der.length);
  return best;
}

/** The content of the SEQUENCE that begins a text of DER; undefined where none does, or not the whole of one. */
function sequence(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== 0x30 || der.length < 2) return undefined;
  const first = der[1]!;
  const count = first & 0x80 ? first & 0x7f : 0;
  if (first === 0x80 || count > 4) return undefined;
  const length = count === 0 ? first : der.slice(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = 2 + count;
  return start + length <= der.length ? der.subarray(start, start + length) : undefined;
}

function contains(all: Uint8Array, part: Uint8Array): boolean {
  outer: for (let i = 0; i + part.length <= all.length; i++) {
    for (let j = 0; j < part.length; j++) if (all[i + j] !== part[j]) continue outer;
    return true;
  }
  return false;
}

/** Why a certificate and a key are no pair, in crypto/tls's words. RSA pairs are compared by their modulus. */
export function keyPairProblem(cert: Uint8Array, key: Uint8Array): string | undefined {
  const certs = blocks(cert);
  const keys = blocks(key);
  const certificate = certs.find((block) => block.type === 'CERTIFICATE');
  if (!certificate) {
    if (certs.length === 0) return 'tls: failed to find any PEM data in certificate input';
    if (certs.length === 1 && certs[0]!.type.endsWith('PRIVATE KEY')) {
      return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
    }
    return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${certs.map((block) => block.type).join(' ')}]`;
  }
  const privateKey = keys.find((block) => block.type === 'PRIVATE KEY' || block.type.endsWith(' PRIVATE KEY'));
  if (!privateKey) {
    if (keys.length === 0) return 'tls: failed to find any PEM data in key input';
    if (keys.length === 1 && keys[0]!.type === 'CERTIFICATE')
      return 'tls: found a certificate rather than a key in the PEM for the private key';
    return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${keys.map((block) => block.type).join(' ')}]`;
  }
  const parts = sequence(certificate.der);
  if (!parts) return 'x509: malformed certificate';
  if (!sequence(parts)) return 'x509: malformed tbs certificate';
  if (!sequence(privateKey.der)) return 'tls: failed to parse private key';
  const modulus = longest(privateKey.der);
  if (modulus.length >= 128 && !contains(certificate.der, modulus)) return 'tls: private key does not match public key';
  return undefined;
}
