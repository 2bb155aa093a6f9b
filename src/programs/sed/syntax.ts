import type { Regex } from '../../regex';

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'regex'; readonly regex: Regex | undefined }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'plus'; readonly count: number }
  | { readonly kind: 'multiple'; readonly of: number };

export interface SubstituteFlags {
  readonly global: boolean;
  readonly print: boolean;
  readonly occurrence: number;
  readonly file: string | undefined;
  readonly execute: boolean;
}

/** A replacement: text, `&` and \N, and case changes. */
export type Piece = { readonly text: string } | { readonly group: number } | { readonly letterCase: 'L' | 'U' | 'l' | 'u' | 'E' };

export interface SedCommand {
  readonly first: Address | undefined;
  readonly last: Address | undefined;
  readonly negated: boolean;
  readonly name: string;
  readonly text: string;
  readonly regex: Regex | undefined;
  readonly replacement: readonly Piece[];
  readonly flags: SubstituteFlags | undefined;
  readonly map: ReadonlyMap<string, string> | undefined;
  /** For `{`: the index of its `}`; for b, t, T: where to go on. */
  jump: number;
  /** Whether a range is open, and where it ends when it ends by line. */
  active: boolean;
  until: number;
}

/** One -e or -f of a script, from which character of the whole it stands. */
export interface Place {
  readonly name: string;
  readonly from: number;
  readonly file: boolean;
}
