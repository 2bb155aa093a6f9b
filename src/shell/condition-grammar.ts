import { Fault, type Token, type Tokens } from './tokens';

const binary = new Set(['=', '==', '!=', '=~', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef', '<', '>']);

/** The inside of `[[`, up to and with `]]`; bash's own messages for what is no test. */
export function checkCondition(tokens: Tokens): void {
  const fail = (message: string, token: Token): never => {
    throw new Fault('condition', message, token.pos);
  };
  const isEnd = (token: Token): boolean => token.kind === 'word' && token.text === ']]';
  const skipNewlines = (): void => {
    while (tokens.peek().kind === 'newline') tokens.next();
  };

  const term = (): void => {
    skipNewlines();
    const token = tokens.next();
    if (token.text === '(' && token.kind === 'operator') {
      either();
      const close = tokens.next();
      if (close.text !== ')') fail(close.kind === 'end' ? "expected `)'" : `unexpected token \`${close.text}', expected \`)'`, close);
      skipNewlines();
      return;
    }
    if (isEnd(token)) fail('', token);
    if (token.kind === 'end') throw new Fault('end', "unexpected token `EOF' in conditional command", token.pos);
    if (token.kind !== 'word') fail(`unexpected token \`${token.text}' in conditional command`, token);
    if (token.text === '!') return term();
    if (/^-[a-zA-Z]$/.test(token.text)) {
      const operand = tokens.peek();
      if (operand.kind !== 'word' || isEnd(operand)) {
        tokens.next();
        fail(`unexpected argument \`${operand.text}' to conditional unary operator`, operand);
      }
      tokens.next();
      skipNewlines();
      return;
    }
    operand();
  };

  /** What follows a word: an operator and another word, or nothing. */
  const operand = (): void => {
    const operator = tokens.peek();
    if (isEnd(operator) || (operator.kind === 'operator' && ['&&', '||', ')'].includes(operator.text))) return;
    tokens.next();
    if (!binary.has(operator.text)) {
      if (operator.kind === 'word') fail('conditional binary operator expected', operator);
      fail(`unexpected token \`${operator.text}', conditional binary operator expected`, operator);
    }
    if (operator.text === '=~') return regex();
    const right = tokens.next();
    if (right.kind !== 'word' || isEnd(right)) {
      if (right.text === '(' && right.kind === 'operator') return;
      fail(`unexpected argument \`${right.text}' to conditional binary operator`, right);
    }
    skipNewlines();
  };

  /** A regular expression may hold what is no word elsewhere. */
  const regex = (): void => {
    while (/[ \t]/.test(tokens.text[tokens.at] ?? '')) tokens.at++;
    const start = tokens.at;
    while (tokens.at < tokens.text.length && !/\s/.test(tokens.text[tokens.at] ?? '')) {
      if (tokens.text[tokens.at] === '(') tokens.parentheses();
      else if (/[\\'"`$]/.test(tokens.text[tokens.at] ?? '')) tokens.piece(tokens.text[tokens.at] ?? '');
      else if (/[;&]/.test(tokens.text[tokens.at] ?? '')) break;
      else tokens.at++;
    }
    if (tokens.at === start) fail('unexpected argument to conditional binary operator', tokens.peek());
    skipNewlines();
  };

  const both = (): void => {
    term();
    while (tokens.peek().text === '&&') {
      tokens.next();
      term();
    }
  };
  const either = (): void => {
    both();
    while (tokens.peek().text === '||') {
      tokens.next();
      both();
    }
  };

  either();
  const end = tokens.next();
  if (isEnd(end)) return;
  if (end.kind === 'end') throw new Fault('end', '', end.pos);
  fail(end.kind === 'word' ? 'syntax error in conditional expression' : `syntax error in conditional expression: unexpected token \`${end.text}'`, end); // prettier-ignore
}
