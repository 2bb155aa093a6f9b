import { FieldPath, invalidValue, notSupported, statusCause, tooLong, type ApiError, type FieldError, type HttpRequest } from '../../api';
import { badRequest, invalid, requestEntityTooLarge, unsupportedMediaType } from '../status';
import type { FieldValidation } from '../validation';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly manager: string;
}

// "the request is too large": the server reads at most 3 MiB of a body.
const bodyLimit = 3 * 1024 * 1024;

const bodyTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The text of a request that carries an object; throws for other media types and for what is too large. */
export function bodyOf(request: HttpRequest): string {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  if (type && !type.includes('json') && !type.endsWith('yaml')) {
    const accepted = bodyTypes.join(', ');
    throw unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${accepted}`);
  }
  const body = request.body ?? '';
  if (body.length > bodyLimit / 4 && new TextEncoder().encode(body).length > bodyLimit) {
    throw requestEntityTooLarge(`Request entity too large: limit is ${bodyLimit}`);
  }
  return body;
}

/** An integer of the query; throws the 400 for a text that is none. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** A flag of the query: there, and neither `false` nor `0`. */
export function flagOf(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text.toLowerCase() !== 'false' && text !== '0';
}

const optionsError = (kind: string, error: FieldError): ApiError => invalid({ group: 'meta.k8s.io', kind }, '', [statusCause(error)]);

/** metav1's ValidateFieldManager. */
function managerErrors(manager: string): FieldError[] {
  const path = FieldPath.of('fieldManager');
  const most = 128;
  const errors = [...manager].length > most ? [tooLong(path, most)] : [];
  const odd = [...manager].findIndex((char) => !/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char));
  if (odd < 0) return errors;
  const char = [...manager][odd]!.codePointAt(0)!;
  const shown = `U+${char.toString(16).toUpperCase().padStart(4, '0')}`;
  return [...errors, invalidValue(path, manager, `invalid character ${shown} (at position ${odd})`)];
}

/** dryRun, fieldValidation and fieldManager of a create, update or patch. */
export function writeOptions(kind: string, request: HttpRequest, query: URLSearchParams): WriteOptions {
  const dryRun = query.getAll('dryRun');
  for (const value of dryRun) {
    if (value !== 'All') throw optionsError(kind, notSupported(FieldPath.of('dryRun'), value, ['All']));
  }
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  if (fieldValidation !== 'Strict' && fieldValidation !== 'Warn' && fieldValidation !== 'Ignore') {
    throw optionsError(kind, notSupported(FieldPath.of('fieldValidation'), fieldValidation, ['Ignore', 'Strict', 'Warn']));
  }
  const [wrong] = managerErrors(query.get('fieldManager') ?? '');
  if (wrong) throw optionsError(kind, wrong);
  const manager = query.get('fieldManager') || (request.headers['user-agent'] ?? '').split('/')[0] || 'unknown';
  return { dryRun: dryRun.length > 0, fieldValidation, manager };
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { uid?: string; resourceVersion?: string };
  readonly dryRun: boolean;
}

/** From the body (DeleteOptions) or, without one, from the query. */
export function deleteOptions(request: HttpRequest, query: URLSearchParams): DeleteOptions {
  const body = bodyOf(request);
  if (body.trim()) {
    let options: Record<string, unknown>;
    try {
      options = JSON.parse(body) as Record<string, unknown>;
    } catch (error) {
      throw badRequest((error as Error).message);
    }
    const orphan = options['orphanDependents'];
    return {
      gracePeriodSeconds: options['gracePeriodSeconds'] as number | undefined,
      propagationPolicy:
        (options['propagationPolicy'] as DeleteOptions['propagationPolicy']) ??
        (orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background'),
      preconditions: options['preconditions'] as DeleteOptions['preconditions'],
      dryRun: Array.isArray(options['dryRun']) && options['dryRun'].includes('All'),
    };
  }
  const grace = query.get('gracePeriodSeconds');
  return {
    gracePeriodSeconds: grace === null ? undefined : Number(grace),
    propagationPolicy: (query.get('propagationPolicy') as DeleteOptions['propagationPolicy']) ?? undefined,
    dryRun: query.getAll('dryRun').includes('All'),
  };
}
