import type { Libc } from '../kernel';
import type { PatternError } from '../regex';

/** regerror(3) of musl, which containers' busybox is linked with. */
const musl: Readonly<Partial<Record<PatternError['problem'], string>>> = {
  BADPAT: 'Invalid regexp',
  ECOLLATE: 'Unknown collating element',
  ECTYPE: 'Unknown character class name',
  EESCAPE: 'Trailing backslash',
  ESUBREG: 'Invalid back reference',
  EBRACK: "Missing ']'",
  EPAREN: "Missing ')'",
  ERPAREN: "Missing ')'",
  EBRACE: "Missing '}'",
  BADBR: 'Invalid contents of {}',
  ERANGE: 'Invalid character range',
  ESPACE: 'Out of memory',
  BADRPT: 'Repetition not preceded by valid expression',
};

/** What a libc says of a pattern that is none. */
export function patternWords(error: PatternError, libc: Libc, pattern: string): string {
  if (libc !== 'musl') return error.message;
  // a bracket that the pattern ends with is one that is not closed
  if (error.problem === 'BADPAT' && /\[\^?$/.test(pattern)) return "Missing ']'";
  return musl[error.problem] ?? error.message;
}
