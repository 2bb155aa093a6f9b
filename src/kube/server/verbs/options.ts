import type { HttpRequest } from '../../api';
import type { FieldValidation } from '../validation';
import { ApiError } from '../../api';
import { badRequest, requestEntityTooLarge } from '../status';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly manager: string;
}

// "the request is too large": the server reads at most 3 MiB of a body.
const bodyLimit = 3 * 1024 * 1024;

export function bodyOf(request: HttpRequest): string {
  const body = request.body ?? '';
  if (body.length > bodyLimit / 4 && new TextEncoder().encode(body).length > bodyLimit) {
    throw requestEntityTooLarge(`Request entity too large: limit is ${bodyLimit}`);
  }
  return body;
}

const optionsError = (kind: string, field: string, value: string, detail: string): ApiError => {
  const message = `${detail}`;
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `${kind}.meta.k8s.io "" is invalid: ${field}: ${value}: ${message}`,
    reason: 'Invalid',
    details: { group: 'meta.k8s.io', kind, causes: [{ reason: 'FieldValueNotSupported', message: `${value}: ${message}`, field }] },
    code: 422,
  });
};

/** dryRun, fieldValidation and fieldManager of a create, update or patch. */
export function writeOptions(kind: string, request: HttpRequest, query: URLSearchParams): WriteOptions {
  const dryRun = query.getAll('dryRun');
  for (const value of dryRun) {
    if (value !== 'All') throw optionsError(kind, 'dryRun', `Unsupported value: "${value}"`, 'supported values: "All"');
  }
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  if (fieldValidation !== 'Strict' && fieldValidation !== 'Warn' && fieldValidation !== 'Ignore') {
    throw optionsError(kind, 'fieldValidation', `Unsupported value: "${fieldValidation}"`, 'supported values: "Ignore", "Strict", "Warn"');
  }
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
