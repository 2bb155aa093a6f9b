import type { TestExpression, Word } from 'unbash';
import { ShellError } from './flow';
import { arithmeticText, expandPattern, expandString, expandWords } from './expand';
import { matches } from './pattern';
import { traceQuote } from './quoting';
import { traceText } from './trace';
import type { Shell } from './shell';
import { compareFiles, unaryTest } from './file-tests';
import { newVariable } from './variables';

/** [[ … ]]. */
export async function evaluateTest(sh: Shell, e: TestExpression, negation = ''): Promise<boolean> {
  switch (e.type) {
    case 'TestGroup':
      return evaluateTest(sh, e.expression);
    case 'TestNot': {
      const value = await evaluateTest(sh, e.operand, '! '.repeat(e.negations.length % 2));
      return e.negations.length % 2 === 1 ? !value : value;
    }
    case 'TestLogical': {
      for (const operand of e.operands) {
        const value = await evaluateTest(sh, operand);
        if (value !== (e.operator === '&&')) return value;
      }
      return e.operator === '&&';
    }
    case 'TestUnary': {
      const operand = await expandString(sh, e.operand);
      await traceText(sh, `[[ ${negation}${e.operator} ${traceQuote(operand)} ]]`);
      return unaryTest(sh, e.operator, operand);
    }
  }
  const left = sh.dialect.name === 'ash' ? await oneWord(sh, e.left) : await expandString(sh, e.left);
  if (sh.options.has('xtrace'))
    await traceText(
      sh,
      `[[ ${negation}${traceQuote(left)} ${e.operator} ${await expandPattern(sh, e.right, e.operator === '=~', true)} ]]`,
    );
  switch (e.operator) {
    case '=':
    case '==':
      return matches(await expandPattern(sh, e.right, false, true), left, sh.shopt.has('nocasematch'));
    case '!=':
      return !matches(await expandPattern(sh, e.right, false, true), left, sh.shopt.has('nocasematch'));
    case '=~':
      return regexMatch(sh, left, await expandPattern(sh, e.right, true, true));
    case '<':
      return left < (await expandString(sh, e.right));
    case '>':
      return left > (await expandString(sh, e.right));
    case '-eq':
    case '-ne':
    case '-lt':
    case '-le':
    case '-gt':
    case '-ge': {
      const a = await arithmeticText(sh, left);
      const b = await arithmeticText(sh, await expandString(sh, e.right));
      return compareNumbers(e.operator, a, b);
    }
    default:
      return compareFiles(sh, e.operator, left, await expandString(sh, e.right));
  }
}

/** To ash `[[` is a command: what a variable holds is split into words, and more than one are no operand. */
async function oneWord(sh: Shell, word: Word): Promise<string> {
  const [first = '', second] = await expandWords(sh, [word]);
  if (second !== undefined) {
    await sh.err(`${sh.shortName}: ${second}: unknown operand\n`);
    throw new ShellError('', 2);
  }
  return first;
}

export function compareNumbers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq': return a === b;
    case '-ne': return a !== b;
    case '-lt': return a < b;
    case '-le': return a <= b;
    case '-gt': return a > b;
    default: return a >= b;
  } // prettier-ignore
}

function regexMatch(sh: Shell, text: string, pattern: string): boolean {
  const source = pattern
    .replace(/\[\[:(\w+):\]\]/g, (_, name: string) => posixClasses[name] ?? '')
    .replace(/\[:(\w+):\]/g, (_, name: string) => (posixClasses[name] ?? '').slice(1, -1))
    .replace(/\\([-@!,~&#%=:"' ])/g, '$1');
  let m: RegExpExecArray | null;
  try {
    m = new RegExp(source, sh.shopt.has('nocasematch') ? 'i' : '').exec(text);
  } catch {
    throw new ShellError('', 2);
  }
  const v = newVariable();
  v.kind = 'indexed';
  m?.forEach((group, i) => v.items.set(String(i), group ?? ''));
  const target = sh.vars.declare('BASH_REMATCH');
  target.kind = 'indexed';
  target.items = v.items;
  return m !== null;
}

const posixClasses: Readonly<Record<string, string>> = {
  alpha: '[A-Za-z]', digit: '[0-9]', alnum: '[A-Za-z0-9]', upper: '[A-Z]', lower: '[a-z]', space: '[\\s]', blank: '[ \\t]', punct: '[!-\\/:-@\\[-`{-~]', xdigit: '[0-9A-Fa-f]',
}; // prettier-ignore
