import { signalNumber, type TraceOutcome } from '../../kernel';
import { callNumbers, classOf } from './calls';

/** A wrong argument of -e and the like: the message without `strace: `. */
export class ChoiceError extends Error {}

type Chosen<T> = (value: T) => boolean;

/** `a,b`, `!a,b`, `all`, `none`. */
function chosen<T>(set: string, one: (word: string) => Chosen<T>): Chosen<T> {
  const negated = set.startsWith('!');
  const list = negated ? set.slice(1) : set;
  if (list === 'all') return () => !negated;
  if (list === 'none') return () => negated;
  const tests = list.split(',').map(one);
  return (value) => tests.some((test) => test(value)) !== negated;
}

/** -e trace=SET: names, classes, /REGEX, and ?NAME for what may not exist. */
export const callChoice = (set: string): Chosen<string> =>
  chosen(set, (given) => {
    const word = given.replace(/^\?/, '');
    if (word.startsWith('/')) {
      const expression = new RegExp(word.slice(1));
      return (name) => expression.test(name);
    }
    const choice = classOf(word);
    if (choice) return choice;
    if (callNumbers.has(word)) return (name) => name === word;
    if (given !== word) return () => false;
    throw new ChoiceError(`invalid system call '${given}'`);
  });

/** -e signal=SET. */
export const signalChoice = (set: string): Chosen<number> =>
  chosen(set, (word) => {
    const number = signalNumber(word);
    if (number === undefined || number === 0) throw new ChoiceError(`invalid signal '${word}'`);
    return (signal) => signal === number;
  });

/** -e read=SET, -e write=SET. */
export const descriptorChoice = (set: string): Chosen<number> =>
  chosen(set, (word) => {
    if (!/^\d+$/.test(word)) throw new ChoiceError(`invalid descriptor '${word}'`);
    return (fd) => fd === Number(word);
  });

export type OutcomeName = 'successful' | 'failed' | 'unfinished' | 'unavailable' | 'detached';
const outcomeNames: readonly string[] = ['successful', 'failed', 'unfinished', 'unavailable', 'detached'];

/** -e status=SET. */
export const outcomeChoice = (set: string): Chosen<TraceOutcome> => {
  const choice = chosen<string>(set, (word) => {
    if (!outcomeNames.includes(word)) throw new ChoiceError(`invalid status '${word}'`);
    return (name) => name === word;
  });
  return (outcome) => choice('errno' in outcome ? 'failed' : 'successful');
};
