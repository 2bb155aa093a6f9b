export { Regex, type Match, type RegexOptions } from './regex';
export { PatternError, type DialectName } from './syntax';
export { isWord } from './char-set';
