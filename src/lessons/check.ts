/**
 * What a lesson's check asks of the sandbox's state: objects of the API server, processes, files, requests that were
 * answered. Never what was typed: every way that leads there counts.
 *
 * `like` is compared with what there is: of an object every named field has to match, of a list some member has to match
 * each named one, a RegExp has to match the value's text, `{ atLeast: n }` a number; anything else has to be equal.
 */
export type Fact =
  /** A file of the home directory, whose text matches. */
  | { readonly kind: 'file'; readonly path: string; readonly matches: RegExp }
  /** A file of the home directory was given to a program that ended well, or is shown in the editor. */
  | { readonly kind: 'read'; readonly path: string }
  /** An object, by its path of the API: `/api/v1/namespaces/default/pods/web`. */
  | { readonly kind: 'object'; readonly path: string; readonly like?: unknown }
  | { readonly kind: 'absent'; readonly paths: readonly string[] }
  /** A process there is now (see `ProcessView`). */
  | { readonly kind: 'process'; readonly like: unknown }
  /** Something that has happened since the sandbox's start (see `Happening`). */
  | { readonly kind: 'happened'; readonly like: unknown }
  | { readonly kind: 'all'; readonly facts: readonly Fact[] };

/** A process as checks see it. */
export interface ProcessView {
  readonly comm: string;
  /** Its number in its own PID namespace. */
  readonly pid: number;
  /** PID namespaces it is in: 1 on the node itself. */
  readonly depth: number;
  readonly state: string;
  /** It has a controlling terminal. */
  readonly terminal: boolean;
  /** It belongs to a Pod. */
  readonly pod: boolean;
  readonly parent?: { readonly comm: string; readonly pid: number };
}

export type Happening =
  /** A request that a program of the learner's made; `status` is the answer's. */
  | { readonly event: 'request'; readonly method: string; readonly path: string; readonly status: number }
  | { readonly event: 'exec'; readonly process: ProcessView }
  /** `signals` are those that its handlers took, by name: `TERM`. */
  | { readonly event: 'exit'; readonly process: ProcessView; readonly code: number; readonly signals: string }
  | { readonly event: 'signal'; readonly process: ProcessView; readonly signal: string; readonly outcome: string }
  | { readonly event: 'reap'; readonly process: ProcessView; readonly by: ProcessView };

/** One live check of a lesson; its text stands in the lesson's text, under its id. */
export interface Check {
  /** Unique within the lesson. */
  readonly id: string;
  readonly fact: Fact;
  /** Holds while the check waits for something: what for stands behind the `|` of its text. */
  readonly waits?: Fact;
  /** Counts only once that check has passed. */
  readonly after?: string;
}

/** The ids of the checks that have passed, once `held` of their facts hold, beside those that had `passed` before. */
export function passedChecks(checks: readonly Check[], passed: Iterable<string>, held: Iterable<string>): readonly string[] {
  const [now, holds] = [new Set(passed), new Set(held)];
  for (const { id, after } of checks) if (holds.has(id) && (after === undefined || now.has(after))) now.add(id);
  return [...now];
}
