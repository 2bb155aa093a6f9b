import { ownValue } from './object';
import { labelKeyErrors, labelValueErrors } from './validation/names';

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

interface Token {
  readonly kind: 'word' | 'symbol' | 'end';
  readonly text: string;
}

const operators = ['in', 'notin', '=', '==', '!=', '>', '<'];
const end: Token = { kind: 'end', text: '' };

const tests: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
  in: (value, values) => value !== undefined && values.includes(value),
  notin: (value, values) => value === undefined || !values.includes(value),
  '>': (value, [wanted]) => value !== undefined && /^-?\d+$/.test(value) && Number(value) > Number(wanted),
  '<': (value, [wanted]) => value !== undefined && /^-?\d+$/.test(value) && Number(value) < Number(wanted),
};
const sameAs: Readonly<Record<string, string>> = { '=': 'in', '==': 'in', '!=': 'notin' };

/** Why a text is no label selector, in the words of apimachinery's labels.Parse. */
export class LabelQueryError extends Error {}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string) {
    this.tokens = [...text.matchAll(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g)].map(([word]) => ({
      kind: /^[=!(),<>]/.test(word) ? 'symbol' : 'word',
      text: word,
    }));
  }

  private peek(): Token {
    return this.tokens[this.at] ?? end;
  }
  private take(): Token {
    return this.tokens[this.at++] ?? end;
  }
  private next(symbol: string): boolean {
    return this.peek().kind === 'symbol' && this.peek().text === symbol;
  }
  private starts(): boolean {
    return this.peek().kind === 'word' || this.next('!');
  }

  all(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.peek() === end) return requirements;
    if (!this.starts()) throw new LabelQueryError(`found '${this.peek().text}', expected: !, identifier, or 'end of string'`);
    for (;;) {
      requirements.push(this.requirement());
      const token = this.take();
      if (token === end) return requirements;
      if (token.text !== ',') throw new LabelQueryError(`found '${token.text}', expected: ',' or 'end of string'`);
      if (!this.starts()) throw new LabelQueryError(`found '${this.peek().text}', expected: identifier after ','`);
    }
  }

  private fail(why: string): never {
    throw new LabelQueryError(`unable to parse requirement: ${why}`);
  }

  private requirement(): Requirement {
    const absent = this.next('!');
    if (absent) this.take();
    const key = this.word();
    const wrong = labelKeyErrors(key);
    if (wrong.length > 0) this.fail(`<nil>: Invalid value: ${JSON.stringify(key)}: ${wrong.join('; ')}`);
    if (absent) return (labels) => !Object.hasOwn(labels, key);
    if (this.peek() === end || this.next(',')) return (labels) => Object.hasOwn(labels, key);
    const operator = this.take().text;
    if (!operators.includes(operator)) this.fail(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
    const values = operator === 'in' || operator === 'notin' ? this.list() : [this.exact()];
    this.check(key, operator, values);
    const test = tests[sameAs[operator] ?? operator]!;
    return (labels) => test(ownValue(labels, key), values);
  }

  private check(key: string, operator: string, values: readonly string[]): void {
    values.forEach((value, i) => {
      const shown = `Invalid value: ${JSON.stringify(value)}`;
      if ((operator === '>' || operator === '<') && !/^[+-]?\d+$/.test(value))
        this.fail(`values[${i}]: ${shown}: for 'Gt', 'Lt' operators, the value must be an integer`);
      const wrong = labelValueErrors(value);
      if (wrong.length > 0) this.fail(`values[${i}][${key}]: ${shown}: ${wrong.join('; ')}`);
    });
  }

  private word(): string {
    const token = this.take();
    return token.kind === 'word' ? token.text : this.fail(`found '${token.text}', expected: identifier`);
  }

  /** After `=`: a word, or nothing. */
  private exact(): string {
    return this.peek() === end || this.next(',') ? '' : this.word();
  }

  /** `(a, b,)`: what stands between commas may be empty. */
  private list(): string[] {
    if (!this.next('(')) this.fail(`found '${this.peek().text}' expected: '('`);
    this.take();
    const values: string[] = [];
    let word: string | undefined;
    for (;;) {
      const token = this.take();
      if (token.kind === 'word') {
        if (word !== undefined) this.fail(`found '${token.text}', expected: ',' or ')'`);
        word = token.text;
      } else if (token.text === ',') {
        values.push(word ?? '');
        word = undefined;
      } else if (token.text === ')') return [...values, word ?? ''];
      else this.fail(`found '${token.text}', expected: ${word === undefined ? "',', ')' or identifier" : "',' or ')'"}`);
    }
  }
}

/** Whether labels meet a selector such as `a=b,c in (d,e),!f` (labels.Parse). Throws LabelQueryError for a text that is none. */
export function labelQuery(text: string): Requirement {
  if (!text.trim()) return () => true;
  const requirements = new Parser(text).all();
  return (labels) => requirements.every((matches) => matches(labels));
}
