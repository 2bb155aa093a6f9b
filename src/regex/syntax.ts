/** Why a pattern is no regular expression; glibc's words for them. */
export const problems = {
  BADPAT: 'Invalid regular expression',
  ECOLLATE: 'Invalid collation character',
  ECTYPE: 'Invalid character class name',
  EESCAPE: 'Trailing backslash',
  ESUBREG: 'Invalid back reference',
  EBRACK: 'Unmatched [, [^, [:, [., or [=',
  EPAREN: 'Unmatched ( or \\(',
  EBRACE: 'Unmatched \\{',
  BADBR: 'Invalid content of \\{\\}',
  ERANGE: 'Invalid range end',
  ESPACE: 'Memory exhausted',
  BADRPT: 'Invalid preceding regular expression',
  ESIZE: 'Regular expression too big',
  ERPAREN: 'Unmatched ) or \\)',
  // what GNU's dfa.c says before regcomp is asked
  COLONS: 'character class syntax is [[:space:]], not [:space:]',
} as const;

export type Problem = keyof typeof problems;

/** A pattern that is no valid POSIX regular expression, or one whose search takes more than there is (ESPACE); the text is glibc's. */
export class PatternError extends Error {
  constructor(
    readonly problem: Problem,
    words: string = problems[problem],
  ) {
    super(words);
  }
}

/** What the libraries' syntaxes differ in (the RE_ bits of glibc's regex.h). */
export interface Dialect {
  /** Operators are bare characters; a backslash makes them ordinary. */
  readonly bare: { readonly parens: boolean; readonly braces: boolean; readonly bar: boolean; readonly plus: boolean };
  /** `^` and `$` are anchors wherever they stand. */
  readonly anchorsAnywhere: boolean;
  /** `*` with nothing before it: an ordinary character, nothing at all, or a mistake. */
  readonly leadingRepeat: 'ordinary' | 'ignored' | 'invalid';
  /** `$*` repeats the anchor. */
  readonly repeatedAnchors: boolean;
  /** A leading interval is a mistake, and so is a repetition of one in a basic expression. */
  readonly strictRepeats: boolean;
  readonly intervals: boolean;
  /** An interval that is none is ordinary text. */
  readonly looseIntervals: boolean;
  /** A `)` without its `(` is an ordinary character. */
  readonly looseParen: boolean;
  /** regcomp(3) takes the two mistakes with parentheses for one. */
  readonly oneParenProblem: boolean;
  /** `[:alpha:]` in brackets. */
  readonly classes: boolean;
  /** `[:space:]` alone is a mistake, though it is a set of those characters. */
  readonly strictClasses: boolean;
  /** awk's: the escapes of strings, in brackets too; no back-references. */
  readonly stringEscapes: boolean;
  /** An alternative may not be empty. */
  readonly emptyInvalid: boolean;
  /** `\w`, `\b`, `\<` and their kin. */
  readonly gnuOperators: boolean;
}

const basic: Dialect = {
  bare: { parens: false, braces: false, bar: false, plus: false },
  anchorsAnywhere: false,
  leadingRepeat: 'ordinary',
  repeatedAnchors: false,
  strictRepeats: true,
  intervals: true,
  looseIntervals: false,
  looseParen: false,
  oneParenProblem: true,
  classes: true,
  strictClasses: false,
  stringEscapes: false,
  emptyInvalid: false,
  gnuOperators: true,
};
const extended: Dialect = {
  ...basic,
  bare: { parens: true, braces: true, bar: true, plus: true },
  anchorsAnywhere: true,
  leadingRepeat: 'invalid',
  strictRepeats: false,
  looseParen: true,
};

export const dialects = {
  basic,
  extended,
  /** grep, grep -E. */
  grep: { ...basic, strictClasses: true, strictRepeats: false, oneParenProblem: false },
  egrep: { ...extended, strictClasses: true, leadingRepeat: 'ignored', repeatedAnchors: true, looseIntervals: true },
  /** expr. */
  expr: { ...basic, strictRepeats: false, oneParenProblem: false },
  sed: { ...basic, strictClasses: true, oneParenProblem: false },
  /** sed -E says of a `)` that it has no `(`. */
  sedExtended: { ...extended, strictClasses: true, looseParen: false, oneParenProblem: false },
  awk: { ...extended, leadingRepeat: 'ignored', looseIntervals: true, stringEscapes: true },
  /** mawk before 1.3.4-20200717 knows no intervals; to it nothing is no operand. */
  mawk: { ...extended, repeatedAnchors: true, emptyInvalid: true, intervals: false, stringEscapes: true, gnuOperators: false },
  /** find's own. */
  emacs: {
    ...basic,
    bare: { parens: false, braces: false, bar: false, plus: true },
    strictRepeats: false,
    intervals: false,
    classes: false,
  },
} as const satisfies Readonly<Record<string, Dialect>>;

export type DialectName = keyof typeof dialects;

/** Where a pattern may ask for something without taking a character. */
export type Assertion =
  | 'lineStart' | 'lineEnd' | 'textStart' | 'textEnd' | 'wordStart' | 'wordEnd' | 'insideWord' | 'outsideWord' | 'noWordBefore' | 'noWordAfter'; // prettier-ignore

/** A set of characters, by code point; `key` is the same for the same set. */
export interface CharSet {
  readonly key: string;
  has(code: number): boolean;
  /** The one character it holds, where it is one. */
  readonly only?: number;
}

export type Tree =
  | { readonly type: 'set'; readonly set: CharSet }
  | { readonly type: 'assert'; readonly what: Assertion }
  | { readonly type: 'cat'; readonly parts: readonly Tree[] }
  | { readonly type: 'alt'; readonly left: Tree | undefined; readonly right: Tree | undefined }
  | { readonly type: 'star'; readonly body: Tree }
  /** `first` and then `body`, up to `most` times in all. */
  | { readonly type: 'upTo'; readonly first: Tree; readonly body: Tree; readonly most: number }
  | { readonly type: 'group'; readonly index: number; readonly body: Tree | undefined; readonly optional: boolean }
  | { readonly type: 'reference'; readonly group: number };
