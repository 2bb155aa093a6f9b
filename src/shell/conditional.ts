import type { Match, Regex } from '../regex';
import type { TestExpression, Word } from 'unbash';
import { byteChar, widen } from './bytes';
import { ShellError } from './flow';
import { arithmeticText, expandPattern, expandString, expandWords } from './expand';
import { matches } from './pattern';
import { traceText } from './trace';
import type { Shell } from './shell';
import { compareFiles, unaryTest } from './file-tests';
import { newVariable } from './variables';

const shown = (operand: string): string => (operand === '' ? "''" : operand);

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
      await traceText(sh, `[[ ${negation}${e.operator} ${shown(operand)} ]]`);
      return unaryTest(sh, e.operator, operand);
    }
  }
  const left = sh.dialect.name === 'ash' ? await oneWord(sh, e.left) : await expandString(sh, e.left);
  const tracing = sh.options.has('xtrace');
  const pattern = /^[!=]?=$/.test(e.operator) ? await expandPattern(sh, e.right, false, true, tracing) : undefined;
  if (tracing) await traceText(sh, `[[ ${negation}${shown(left)} ${e.operator} ${shown(pattern ?? (await expandString(sh, e.right)))} ]]`);
  switch (e.operator) {
    case '=':
    case '==':
      return matches(sh.localized(pattern ?? ''), sh.localized(left), sh.shopt.has('nocasematch'));
    case '!=':
      return !matches(sh.localized(pattern ?? ''), sh.localized(left), sh.shopt.has('nocasematch'));
    case '=~':
      return regexMatch(sh, sh.localized(left), sh.localized(await expandRegex(sh, e.right)));
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

/** Within brackets a quoted character stands for itself without the backslash: there a regular expression has no quoting. */
async function expandRegex(sh: Shell, word: Word): Promise<string> {
  const pattern = await expandPattern(sh, word, true, true);
  // what a variable holds is a regular expression as it is
  if (/\$[\w{(@*#?$!-]|`/.test(word.text)) return pattern;
  return pattern.replace(/\\[^]|\[\^?(?:\\?\])?(?:\[:\w+:\]|\\[^]|[^\]\\])*\]/g, (x) => (x[0] === '[' ? x.replace(/\\([^])/g, '$1') : x));
}

/** Bytes as characters of Latin-1, which a regular expression takes for ordinary ones. */
const withoutSurrogates = (text: string): string => text.replace(/[\udc80-\udcff]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xdc00));
const withBytes = (text: string): string => text.replace(/[\x80-\xff]/g, (c) => byteChar(c.charCodeAt(0)));

let regexCode: typeof import('../regex') | undefined;
const compiled = new Map<string, Regex>();

async function regexMatch(sh: Shell, text: string, pattern: string): Promise<boolean> {
  regexCode ??= await sh.proc.fetched(() => import('../regex'));
  const { Regex, PatternError } = regexCode;
  const ignoreCase = sh.shopt.has('nocasematch');
  const bytewise = !sh.utf8;
  const key = `${ignoreCase}${bytewise}${pattern}`;
  let m: Match | undefined;
  try {
    let regex = compiled.get(key);
    if (!regex) {
      regex = new Regex([bytewise ? withoutSurrogates(pattern) : pattern], { dialect: 'extended', ignoreCase });
      if (compiled.size > 100) compiled.clear();
      compiled.set(key, regex);
    }
    m = regex.exec(bytewise ? withoutSurrogates(text) : text);
  } catch (error) {
    if (error instanceof PatternError) throw new ShellError('', 2);
    throw error;
  }
  const v = newVariable();
  v.kind = 'indexed';
  m?.groups.forEach((group, i) => v.items.set(String(i), widen(bytewise ? withBytes(group ?? '') : (group ?? ''))));
  const target = sh.vars.declare('BASH_REMATCH');
  target.kind = 'indexed';
  target.items = v.items;
  return m !== undefined;
}
