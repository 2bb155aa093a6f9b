import { FieldPath, forbiddenField, goQuoted, notSupported, type FieldError } from '../../api';
import { serverError, badRequest } from '../status';
import { flagOf, integerOf, optionsError } from './options';

/** metav1.ListOptions of a query, without its selectors. */
export interface ListOptions {
  readonly limit: number;
  readonly continue: string;
  readonly resourceVersion: string;
  readonly match: string;
  readonly timeoutSeconds: number;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean;
}

const matchPath = FieldPath.of('resourceVersionMatch');

type Query = Omit<ListOptions, 'sendInitialEvents'> & { sendInitialEvents?: boolean };

/** metainternalversion's ValidateListOptions. */
function listErrors({ match, resourceVersion, continue: token, sendInitialEvents }: Query): FieldError[] {
  const refuse = (why: string): FieldError => forbiddenField(matchPath, why);
  const errors: FieldError[] = [];
  if (match) {
    if (!resourceVersion) errors.push(refuse('resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (token) errors.push(refuse('resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(notSupported(matchPath, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && resourceVersion === '0')
      errors.push(refuse('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (sendInitialEvents !== undefined)
    errors.push(forbiddenField(FieldPath.of('sendInitialEvents'), 'sendInitialEvents is forbidden for list'));
  return errors;
}

function watchErrors({ match, continue: token, sendInitialEvents }: Query): FieldError[] {
  const refuse = (why: string): FieldError => forbiddenField(matchPath, why);
  const errors: FieldError[] = [];
  const initial = sendInitialEvents !== undefined;
  if (initial && match !== 'NotOlderThan') errors.push(refuse('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (!match) return errors;
  if (!initial) errors.push(refuse('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (match !== 'NotOlderThan') errors.push(notSupported(matchPath, match, ['NotOlderThan']));
  if (token) errors.push(refuse('resourceVersionMatch is forbidden when continue is provided'));
  return errors;
}

/** The options of a list or a watch; throws the 400 and 422 for those that make no sense. */
export function listOptions(query: URLSearchParams, watching: boolean): ListOptions {
  const sendInitial = query.has('sendInitialEvents');
  const options: Query = {
    timeoutSeconds: integerOf(query, 'timeoutSeconds') ?? 0,
    limit: integerOf(query, 'limit') ?? 0,
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    match: query.get('resourceVersionMatch') ?? '',
    bookmarks: flagOf(query, 'allowWatchBookmarks'),
    ...(sendInitial ? { sendInitialEvents: flagOf(query, 'sendInitialEvents') } : {}),
  };
  const errors = watching ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) throw optionsError('ListOptions', ...errors);
  // SetListOptionsDefaults: a watch from nowhere or from "any version" begins with the state.
  const legacy = !options.match && (options.resourceVersion === '' || options.resourceVersion === '0');
  return { ...options, sendInitialEvents: options.sendInitialEvents ?? (watching && legacy) };
}

const maxVersion = 2n ** 64n - 1n;

function versionProblem(text: string): string | undefined {
  const wrong = !/^\d+$/.test(text) ? 'invalid syntax' : BigInt(text) > maxVersion ? 'value out of range' : undefined;
  const quoted = goQuoted(text);
  return wrong && `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${wrong}`;
}

/** The version a list asks for: none ("") is 0. */
export function listedVersion(text: string): number {
  const problem = text && versionProblem(text);
  if (problem) throw badRequest(`invalid resource version: ${problem}`);
  return Number(text);
}

/** The version that a watch starts at or a read asks for, where the storage's error goes out as it is. */
export function versionOf(text: string): number {
  const problem = text && versionProblem(text);
  if (problem) throw serverError(problem);
  return Number(text);
}
