import type { HttpRequest } from '../../kube/api';

export type Input = readonly (readonly [seconds: number, text: string])[];

/** One line of `--jsonl`. */
export type Request =
  | { readonly run: string; readonly stdin?: string; readonly watch?: number }
  | {
      readonly exec: readonly string[];
      readonly stdin?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly cwd?: string;
      readonly input?: Input;
      readonly size?: readonly [columns: number, rows: number];
    }
  | { readonly file: string; readonly text?: string; readonly base64?: string }
  | { readonly secret: SecretVolume }
  | { readonly at: number }
  | {
      readonly http: {
        readonly method: HttpRequest['method'];
        readonly path: string;
        readonly body?: string;
        readonly contentType?: string;
        readonly accept?: string;
      };
    };

/** A Secret volume as the kubelet lays it out. */
export interface SecretVolume {
  readonly path: string;
  /** Name of the timestamped directory: `..2026_01_02_03_04_05.1234567890`. */
  readonly stamp: string;
  /** Octal: `0644`. */
  readonly mode: string;
  readonly readOnly: boolean;
  readonly data: Readonly<Record<string, string>>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws an Error that says what is wrong with the line. */
export function parseRequest(line: string): Request {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(value)) throw new Error('a request is a JSON object');
  const kind = (['run', 'exec', 'file', 'secret', 'at', 'http'] as const).find((key) => key in value);
  if (!kind) throw new Error('a request has one of: run, exec, file, secret, at, http');
  const given = value[kind];
  const wanted =
    kind === 'at'
      ? typeof given === 'number'
      : kind === 'exec'
        ? Array.isArray(given) && given.every((each) => typeof each === 'string') && given.length > 0
        : kind === 'run' || kind === 'file'
          ? typeof given === 'string'
          : isRecord(given);
  if (!wanted) throw new Error(`wrong type for ${kind}`);
  return value as Request;
}
