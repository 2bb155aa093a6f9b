import type { ScalarStyle } from './tokens';

interface Place {
  /** Offsets in the text that was parsed. */
  readonly start: number;
  end: number;
  /** As written with its handle resolved; empty: none. */
  readonly tag: string;
}

export interface Scalar extends Place {
  readonly kind: 'scalar';
  readonly text: string;
  /** `json`: a number or a word of a JSON text. */
  readonly style: ScalarStyle | 'json';
  /** Plain and untagged (or tagged `!`): its type is found from its text. */
  readonly implicit: boolean;
}

export interface Mapping extends Place {
  readonly kind: 'mapping';
  readonly flow: boolean;
  readonly entries: { readonly key: Node; readonly value: Node }[];
}

export interface Sequence extends Place {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: Node[];
}

export interface Alias extends Place {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: Node;
}

export type Node = Scalar | Mapping | Sequence | Alias;
