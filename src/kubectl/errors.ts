import { ApiError, errorOf, goQuoted, type HttpResponse } from '../kube/api';

/** Ends a command: `text` goes to standard error as it is, with a newline. An empty text prints nothing. */
export class CommandError extends Error {
  constructor(
    readonly text: string,
    readonly exitCode = 1,
    /** What went to standard output before the failure. */
    readonly printed = '',
  ) {
    super(text);
    this.name = 'CommandError';
  }
}

/** A request that reached no server. */
export class ConnectionError extends CommandError {
  /** `Get "http://10.0.0.1/api": dial tcp …`, as other messages hold it. */
  readonly request: string;
  constructor(method: string, url: string, problem: { readonly detail: string; readonly refused: boolean }) {
    const { host } = new URL(url);
    super(
      problem.refused
        ? `The connection to the server ${host} was refused - did you specify the right host or port?`
        : `Unable to connect to the server: ${problem.detail}`,
    );
    this.request = `${method[0]}${method.slice(1).toLowerCase()} ${goQuoted(url)}: ${problem.detail}`;
  }
}

/** `error: message`. */
export function failure(message: string, exitCode = 1): CommandError {
  return new CommandError(`error: ${message}`, exitCode);
}

/** A request that client-go does not send. */
export class RequestError extends CommandError {
  constructor(readonly problem: string) {
    super(`error: ${problem}`);
  }
}

/** A wrong use of a command: names where its help is. */
export function usageError(command: string, message: string): CommandError {
  return failure(`${message}\nSee '${command} -h' for help and examples`);
}

/** Several errors at once, each on its own line. */
export class AggregateFailure extends Error {
  constructor(readonly errors: readonly unknown[]) {
    super('several errors');
  }
}

function invalidText(error: ApiError): string {
  const { details, message } = error.status;
  const causes = details?.causes ?? [];
  if (!details || (causes.length === 0 && !details.kind)) return `The request is invalid: ${message ?? ''}`;
  const subject =
    details.kind || details.name ? `The ${details.kind ?? ''} ${goQuoted(details.name ?? '')} is invalid` : 'The request is invalid';
  if (causes.length === 0) return `The request is invalid: ${message ?? ''}`;
  const texts = [...new Set(causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message ?? ''}` : (cause.message ?? ''))))];
  // "%s%v\n" of each, even when the text ends its line itself (MultilineError)
  return texts.length === 1 ? `${subject}: ${texts[0]}\n` : `${subject}: \n${texts.map((text) => `* ${text}\n`).join('')}`;
}

/** What client-go says of an answer whose body is no Status: by its code. */
const plainAnswers: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', 'the server does not allow access to the requested resource'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  415: ['UnsupportedMediaType', 'the server was unable to understand the content type of the request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
};

/** The error of an answer that is not 2xx. */
export async function refusal(response: HttpResponse): Promise<ApiError> {
  const error = await errorOf(response);
  const plain = plainAnswers[response.status];
  if (!plain || error.status.details || error.reason !== 'InternalError') return error;
  return new ApiError({ ...error.status, reason: plain[0], message: plain[1], code: response.status });
}

/** How kubectl words what a server refused. `prefix` says what was being done. */
export function apiErrorText(error: ApiError, prefix = ''): string {
  if (error.reason === 'Invalid' && !prefix) return invalidText(error);
  const message = prefix + error.message;
  if (error.reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
  if (!error.status.reason || error.status.reason === 'Unknown') return `Error from server: ${message}`;
  return `Error from server (${error.reason}): ${message}`;
}

/** An error of the server with what was being done when it came: `error when creating "f.yaml"`. */
export class WhileDoing extends Error {
  constructor(
    readonly doing: string,
    override readonly cause: ApiError,
  ) {
    super(`${doing}: ${cause.message}`);
  }
}

/** The error of what was being done. */
export function whileDoing(doing: string, error: unknown): unknown {
  if (error instanceof RequestError) return failure(`${doing}: ${error.problem}`);
  return error instanceof ApiError ? new WhileDoing(doing, error) : error;
}

/** As Go's Error() has it: without what kubectl puts before it. */
function plainText(error: unknown): string | undefined {
  if (error instanceof ApiError) return error.message;
  if (error instanceof WhileDoing) return `${error.doing}: ${error.cause.message}`;
  return amongSeveral(error);
}

/**
 * Among several, invalid objects are named as other refusals are, and kubectl's own errors have no `error: ` before them.
 * Several among several stand together on one line: `[a, b]`.
 */
function amongSeveral(error: unknown): string | undefined {
  if (error instanceof AggregateFailure) {
    const texts = new Set(error.errors.map(plainText));
    return texts.has(undefined) ? undefined : `[${[...texts].join(', ')}]`;
  }
  if (error instanceof WhileDoing) return apiErrorText(error.cause, `${error.doing}: `);
  if (error instanceof CommandError) return error.text.replace(/^error: /, '');
  return describeError(error)?.text.replace(/^error: /, '');
}

/** The text and exit status of anything a command throws, or undefined for a bug of ours. */
export function describeError(error: unknown): { text: string; exitCode: number } | undefined {
  // what begins with "error: " of its own gets no second one, unless it stands among several
  if (error instanceof CommandError) return { text: error.text.replace(/^error: error: /, 'error: '), exitCode: error.exitCode };
  if (error instanceof ApiError) return { text: apiErrorText(error), exitCode: 1 };
  if (error instanceof WhileDoing) {
    if (error.cause.reason === 'Invalid') return { text: invalidText(error.cause), exitCode: 1 };
    return { text: apiErrorText(error.cause, `${error.doing}: `), exitCode: 1 };
  }
  if (error instanceof AggregateFailure) {
    const texts: string[] = [];
    const said = new Set<string>();
    for (const one of error.errors) {
      const text = amongSeveral(one);
      if (text === undefined) return undefined;
      // the same refusal of several objects is said of each
      if (one instanceof WhileDoing || !said.has(text)) texts.push(text);
      said.add(text);
    }
    return { text: texts.join('\n'), exitCode: 1 };
  }
  return undefined;
}

/** The server has no such object. */
export const isNotFound = (error: unknown): error is ApiError => error instanceof ApiError && error.reason === 'NotFound';
