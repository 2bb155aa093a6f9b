/** What a running program may ask of its surroundings. */
export interface Host {
  /** The next input, or undefined at the end. */
  input(): unknown;
  /** To standard error. */
  say(text: string): void;
  now(): number;
  readonly file: string | null;
  line(): number;
}

/** `halt`, `halt_error`. Thrown. */
export class Halt extends Error {
  constructor(
    readonly status: number,
    readonly text: string,
  ) {
    super('halt');
  }
}

/** `break`. Thrown. */
export class Break extends Error {
  constructor(readonly label: object) {
    super('break');
  }
}
