import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { distinguishedName, selfSigned } from '../../src/programs/openssl/certificate';
import { makeKey, privateKey } from '../../src/programs/openssl/rsa';

/** xorshift32: the same key each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

describe('openssl', () => {
  const key = makeKey(1024, generator(7));

  it('makes certificates that verify and keys that fit them', () => {
    const name = distinguishedName('/C=DE/O=Some Org/CN=example.com')!;
    const from = Date.parse('2026-09-01T08:00:00Z');
    const certificate = new X509Certificate(selfSigned(key, name, from, 365, 0x51n));
    const secret = createPrivateKey({ key: Buffer.from(privateKey(key)), format: 'der', type: 'pkcs8' });
    expect(certificate.subject).toBe('C=DE\nO=Some Org\nCN=example.com');
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.validFrom).toBe('Sep  1 08:00:00 2026 GMT');
    expect(certificate.validTo).toBe('Sep  1 08:00:00 2027 GMT');
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(createPublicKey(secret))).toBe(true);
    expect(certificate.checkPrivateKey(secret)).toBe(true);
  });

  it('takes no subject that is none', () => {
    expect(distinguishedName('CN=example.com')).toBeUndefined();
    expect(distinguishedName('/XX=example.com')).toBeUndefined();
  });
});
