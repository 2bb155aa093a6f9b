import { goQuoted } from './decode-error';
import type { FieldPath } from './field-path';
import { jsonText } from './json-text';
import type { StatusCause } from './object';

/** apimachinery's field.ErrorType: what a Status calls a cause's reason. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError';

/** One thing that is wrong with an object. Text is made of it at the edge (`fieldErrorText`). */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly path: FieldPath;
  /** The bad value, shown as Go's %v or %q would; absent where the type shows none (Required, Forbidden, TooLong). */
  readonly value?: unknown;
  readonly detail: string;
  /** Names the rule that was broken, in kebab-case, where plain words or a fix exist for it (`manifest/`): `octal-mode`. */
  readonly rule?: string;
}

/** The value of an error that shows none, though its type has one (field.OmitValueType). */
export const omitted = Symbol('omitted');

export const required = (path: FieldPath, detail = '', rule?: string): FieldError => ({ type: 'FieldValueRequired', path, detail, rule });
export const invalidValue = (path: FieldPath, value: unknown, detail: string, rule?: string): FieldError => ({
  type: 'FieldValueInvalid',
  path,
  value,
  detail,
  rule,
});
/** One error for each thing a rule found wrong with `value`. */
export const invalidEach = (path: FieldPath, value: unknown, details: readonly string[], rule?: string): FieldError[] =>
  details.map((detail) => invalidValue(path, value, detail, rule));
export const notFoundValue = (path: FieldPath, value: unknown, rule?: string): FieldError => ({
  type: 'FieldValueNotFound',
  path,
  value,
  detail: '',
  rule,
});
export const duplicate = (path: FieldPath, value: unknown, rule?: string): FieldError => ({
  type: 'FieldValueDuplicate',
  path,
  value,
  detail: '',
  rule,
});
export const forbiddenField = (path: FieldPath, detail: string, rule?: string): FieldError => ({
  type: 'FieldValueForbidden',
  path,
  detail,
  rule,
});
/** `detail` is `may not be more than N bytes`. */
export const tooLong = (path: FieldPath, maxBytes: number, rule?: string): FieldError => ({
  type: 'FieldValueTooLong',
  path,
  detail: `may not be more than ${maxBytes} bytes`,
  rule,
});
export const tooMany = (path: FieldPath, count: number, max: number, rule?: string): FieldError => ({
  type: 'FieldValueTooMany',
  path,
  value: count,
  detail: `must have at most ${max} items`,
  rule,
});
/** Allowed values in the order they are shown; apimachinery sorts them only where a set was given. */
export const notSupported = (path: FieldPath, value: unknown, supported: readonly string[], rule?: string): FieldError => ({
  type: 'FieldValueNotSupported',
  path,
  value,
  detail: supported.length ? `supported values: ${supported.map((v) => goQuoted(v)).join(', ')}` : '',
  rule,
});

const words: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
};

const silent: ReadonlySet<FieldErrorType> = new Set(['FieldValueRequired', 'FieldValueForbidden', 'FieldValueTooLong', 'InternalError']);

/** encoding/json makes JSON safe to stand in HTML. */
const goJson = (value: object): string =>
  jsonText(value).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A value as field.Error shows it: strings quoted, objects as JSON, nil as `null`. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return goQuoted(value);
  return typeof value === 'object' ? goJson(value) : String(value);
}

/** field.Error.ErrorBody: the message without the path. */
export function fieldErrorBody(error: FieldError): string {
  const head = silent.has(error.type) || error.value === omitted ? words[error.type] : `${words[error.type]}: ${shownValue(error.value)}`;
  return error.detail ? `${head}: ${error.detail}` : head;
}

/** `spec.containers[0].image: Required value`. */
export const fieldErrorText = (error: FieldError): string => `${error.path.toString()}: ${fieldErrorBody(error)}`;

/** As a Status lists it. */
export const statusCause = (error: FieldError): StatusCause => ({
  reason: error.type,
  message: fieldErrorBody(error),
  field: error.path.toString(),
});
