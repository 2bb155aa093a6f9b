import { decodeBase64 } from '../base64';
import { forbiddenField, invalidEach, invalidValue, required, tooLong, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import { jsonKind, jsonSyntaxError } from '../go-json';
import type { Secret } from '../types';
import { equal } from '../equal';
import { keyPairProblem } from './key-pair';
import { immutableErrors } from './metadata';
import { configKeyErrors } from './names';

/** What a Secret or a ConfigMap may hold: "1 MiB", of decoded bytes. */
export const dataLimit = 1024 * 1024;

type Data = Readonly<Record<string, string>>;

const dataPath = FieldPath.of('data');
const accountAnnotation = 'kubernetes.io/service-account.name';

/** How many bytes base64 that has been checked stands for. */
export function decodedLength(text: string): number {
  const clean = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text;
  const padding = clean.endsWith('==') ? 2 : clean.endsWith('=') ? 1 : 0;
  return (clean.length / 4) * 3 - padding;
}

const missing = (key: string): FieldError => required(dataPath.key(key), '', 'secret-key-required');
const present =
  (...keys: readonly string[]) =>
  (data: Data): FieldError[] =>
    keys.filter((key) => !(key in data)).map(missing);

const jsonObject =
  (key: string) =>
  (data: Data): FieldError[] => {
    const text = data[key];
    if (text === undefined) return [missing(key)];
    const bytes = decodeBase64(text);
    const wrong = jsonSyntaxError(bytes);
    const kind = wrong ? 'object' : jsonKind(bytes);
    if (!wrong && (kind === 'object' || kind === 'null')) return [];
    const detail = wrong ?? `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
    return [invalidValue(dataPath.key(key), '<secret contents redacted>', detail, 'docker-config-json')];
  };

/** What a Secret of a built-in type has to hold. Types that are not named here hold anything. */
const typeRules: Readonly<Record<string, (data: Data, secret: Secret) => FieldError[]>> = {
  'kubernetes.io/service-account-token': (_data, secret) =>
    secret.metadata.annotations?.[accountAnnotation]
      ? []
      : [required(FieldPath.of('metadata', 'annotations').key(accountAnnotation), '', 'service-account-annotation')],
  'kubernetes.io/dockercfg': jsonObject('.dockercfg'),
  'kubernetes.io/dockerconfigjson': jsonObject('.dockerconfigjson'),
  'kubernetes.io/basic-auth': (data) => ('username' in data || 'password' in data ? [] : ['username', 'password'].map(missing)),
  'kubernetes.io/ssh-auth': (data) => (data['ssh-privatekey'] ? [] : [missing('ssh-privatekey')]),
  'kubernetes.io/tls': present('tls.crt', 'tls.key'),
};

/** ValidateSecret, after its metadata. */
export function secretErrors(secret: Secret): FieldError[] {
  const data = secret.data ?? {};
  const errors = Object.keys(data)
    .sort()
    .flatMap((key) => invalidEach(dataPath.key(key), key, configKeyErrors(key), 'data-key'));
  const size = Object.values(data).reduce((sum, text) => sum + decodedLength(text), 0);
  if (size > dataLimit) errors.push(tooLong(dataPath, dataLimit, 'data-too-large'));
  const { type = '' } = secret;
  if (Object.hasOwn(typeRules, type)) errors.push(...typeRules[type]!(data, secret));
  return errors;
}

interface Bag {
  readonly immutable?: boolean;
}

/** What `immutable: true` forbids: to unset it, and to change the fields named. */
export function sealedErrors<T extends Bag>(object: T, old: T, fields: readonly (keyof T & string)[]): FieldError[] {
  if (!old.immutable) return [];
  const changed = fields.filter((field) => !equal(object[field] ?? {}, old[field] ?? {}));
  return [...(object.immutable ? [] : ['immutable']), ...changed].map((field) =>
    forbiddenField(FieldPath.of(field), 'field is immutable when `immutable` is set', 'immutable-data'),
  );
}

/** ValidateSecretUpdate, after its metadata and before `secretErrors`. */
export function secretUpdateErrors(secret: Secret, old: Secret): FieldError[] {
  return [...immutableErrors(secret.type, old.type, FieldPath.of('type'), 'secret-type-immutable'), ...sealedErrors(secret, old, ['data'])];
}

/** A tls Secret whose certificate and key are no pair is stored all the same. */
export function secretWarnings(secret: Secret): string[] {
  if (secret.type !== 'kubernetes.io/tls') return [];
  const bytes = (key: string): Uint8Array => decodeBase64(secret.data?.[key] ?? '');
  const why = keyPairProblem(bytes('tls.crt'), bytes('tls.key'));
  return why ? [why] : [];
}
