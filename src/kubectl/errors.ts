import { ApiError } from '../kube/api';

/** Ends a command: `text` goes to standard error as it is, with a newline. An empty text prints nothing. */
export class CommandError extends Error {
  constructor(
    readonly text: string,
    readonly exitCode = 1,
  ) {
    super(text);
    this.name = 'CommandError';
  }
}

/** `error: message`. */
export function failure(message: string, exitCode = 1): CommandError {
  return new CommandError(`error: ${message}`, exitCode);
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
  const subject = `The ${details.kind ?? ''} "${details.name ?? ''}" is invalid`;
  if (causes.length === 0) return `The request is invalid: ${message ?? ''}`;
  const texts = [...new Set(causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message ?? ''}` : (cause.message ?? ''))))];
  return texts.length === 1 ? `${subject}: ${texts[0]}` : `${subject}: ${texts.map((text) => `\n* ${text}`).join('')}`;
}

/** How kubectl words what a server refused. `prefix` says what was being done. */
export function apiErrorText(error: ApiError, prefix = ''): string {
  if (error.reason === 'Invalid' && !prefix) return invalidText(error);
  const message = prefix + error.message;
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

/** The text and exit status of anything a command throws, or undefined for a bug of ours. */
export function describeError(error: unknown): { text: string; exitCode: number } | undefined {
  if (error instanceof CommandError) return { text: error.text, exitCode: error.exitCode };
  if (error instanceof ApiError) return { text: apiErrorText(error), exitCode: 1 };
  if (error instanceof WhileDoing) {
    if (error.cause.reason === 'Invalid') return { text: invalidText(error.cause), exitCode: 1 };
    return { text: apiErrorText(error.cause, `${error.doing}: `), exitCode: 1 };
  }
  if (error instanceof AggregateFailure) {
    const parts = error.errors.map(describeError);
    if (parts.some((part) => part === undefined)) return undefined;
    const texts = [...new Set(parts.map((part) => part!.text))];
    return { text: texts.join('\n'), exitCode: 1 };
  }
  return undefined;
}
