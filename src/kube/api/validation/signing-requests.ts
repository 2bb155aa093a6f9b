import { decodeBase64 } from '../base64';
import { forbiddenField, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { dnsSubdomainErrors } from './names';

interface Condition {
  readonly type: string;
}
interface SigningRequest extends KubeObject {
  spec?: { request?: string; signerName?: string; usages?: readonly string[]; expirationSeconds?: number };
  status?: { conditions?: readonly Condition[] };
}

const spec = (field: string): FieldPath => FieldPath.of('spec', field);
const conditionsPath = FieldPath.of('status', 'conditions');

const knownUsages = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only',
  'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement',
  'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime', 'server auth', 'signing', 'timestamping',
]; // prettier-ignore

/** `example.com/signer`: a domain of several labels and a path. */
function signerErrors(name: string | undefined): FieldError[] {
  if (!name) return [required(spec('signerName'))];
  const [domain = '', ...path] = name.split('/');
  if (path.length === 0 || path[0] === '')
    return [invalidValue(spec('signerName'), name, 'must be a fully qualified domain and path of the form "example.com/signer-name"')];
  const faults = domain.includes('.') ? dnsSubdomainErrors(domain) : ['should be a domain with at least two segments separated by dots'];
  return faults.map((fault) => invalidValue(spec('signerName'), name, fault));
}

const shortestSeconds = 600;
const pem = /-----BEGIN CERTIFICATE REQUEST-----[\s\S]+-----END CERTIFICATE REQUEST-----/;

/** ValidateCertificateSigningRequestCreate, after its metadata. The signature of the request is not looked at. */
export function signingRequestErrors({ spec: wanted = {} }: SigningRequest): FieldError[] {
  const errors: FieldError[] = [];
  const request = new TextDecoder().decode(decodeBase64(wanted.request ?? ''));
  if (!pem.test(request)) errors.push(invalidValue(spec('request'), wanted.request ?? '', 'PEM block type must be CERTIFICATE REQUEST'));
  const { usages = [], expirationSeconds } = wanted;
  if (usages.length === 0) errors.push(required(spec('usages')));
  usages.forEach((usage, i) => {
    if (!knownUsages.includes(usage)) errors.push(notSupported(spec('usages').index(i), usage, knownUsages));
  });
  errors.push(...signerErrors(wanted.signerName));
  if (expirationSeconds !== undefined && expirationSeconds < shortestSeconds) {
    const detail = `may not specify a duration less than ${shortestSeconds} seconds (10m0s)`;
    errors.push(invalidValue(spec('expirationSeconds'), expirationSeconds, detail));
  }
  return errors;
}

const decisions = ['Approved', 'Denied'];
const lasting = [...decisions, 'Failed'];

/** A change: only /approval decides, once and for all, and a decision is one of two. */
export function signingRequestUpdateErrors(now: SigningRequest, old: SigningRequest, subresource?: string): FieldError[] {
  const errors: FieldError[] = [];
  const conditions = now.status?.conditions ?? [];
  const types = conditions.map(({ type }) => type);
  const before = (old.status?.conditions ?? []).map(({ type }) => type);
  const other = decisions.find((type) => types.includes(type));
  conditions.forEach(({ type }, i) => {
    if (decisions.includes(type) && other !== undefined && type !== other)
      errors.push(invalidValue(conditionsPath.index(i).child('type'), type, 'Approved and Denied conditions are mutually exclusive'));
  });
  for (const type of lasting)
    if (before.includes(type) && !types.includes(type))
      errors.push(forbiddenField(conditionsPath, `updates may not remove a condition of type ${JSON.stringify(type)}`));
  if (subresource !== 'approval')
    for (const type of decisions)
      if (types.includes(type) && !before.includes(type))
        errors.push(forbiddenField(conditionsPath, `updates may not add a condition of type ${JSON.stringify(type)}`));
  return errors;
}
