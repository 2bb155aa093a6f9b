import type { Shell } from './shell';

/** A function being run, a file being read by `source`, or the script itself. */
export interface Frame {
  readonly kind: 'function' | 'source' | 'script';
  readonly name: string;
  /** The file its text is in. */
  readonly file: string;
  /** Where it was called. */
  readonly callLine: number;
}

/** Innermost first, as FUNCNAME, BASH_SOURCE and BASH_LINENO are. */
export function framesOf(sh: Shell): readonly Frame[] {
  return [...sh.frames].reverse();
}

/** FUNCNAME is there while a function runs. */
export function functionNames(sh: Shell): string[] {
  return sh.frames.some((f) => f.kind === 'function') ? framesOf(sh).map((f) => f.name) : [];
}

/** Where functions are defined that come from no file. */
export function unnamedFile(sh: Shell): string {
  return sh.commandString !== undefined ? 'environment' : 'main';
}

/** What `caller N` prints; undefined when there are not so many. Without a number the line and the file. */
export function callerText(sh: Shell, level: number | undefined): string | undefined {
  const frames = framesOf(sh);
  const frame = frames[level ?? 0];
  const outer = frames[(level ?? 0) + 1];
  if (!frame) return undefined;
  if (level === undefined) return `${frame.callLine} ${outer?.file ?? 'NULL'}`;
  return outer ? `${frame.callLine} ${outer.name} ${outer.file}` : undefined;
}
