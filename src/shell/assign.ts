import type { Assignment, Word } from 'unbash';
import { ShellError } from './flow';
import { arithmeticText, expandString, expandWords } from './expand';
import type { Shell } from './shell';
import { parse } from 'unbash';

export interface AssignOptions {
  readonly local?: boolean;
  readonly assoc?: boolean;
  readonly export?: boolean;
}

/** Carries out `name=value`, `name[i]=value`, `name=(…)`, each with += too. Returns the trace for `set -x`. */
export async function assign(sh: Shell, a: Assignment, options: AssignOptions = {}): Promise<string> {
  const { value } = a;
  if (value.type === 'ArrayValue') {
    if (!sh.dialect.extended) throw new ShellError('syntax error: unexpected "("', 2, true);
    const v = options.local ? sh.vars.declareLocal(a.name) : sh.vars.declare(a.name);
    if (v.readonly) throw new ShellError(`${a.name}: readonly variable`);
    const kind = options.assoc || v.kind === 'assoc' ? 'assoc' : 'indexed';
    const items = new Map<string, string>(a.append ? (v.kind === 'scalar' && v.value !== undefined ? [['0', v.value]] : v.items) : []);
    let next = Math.max(-1, ...[...items.keys()].map(Number).filter((n) => !Number.isNaN(n))) + 1;
    const pending: string[] = [];
    for (const element of wholeElements(a.text, a.pos, value.elements)) {
      const keyed = splitElement(element.text);
      if (keyed) {
        const key = kind === 'assoc' ? await expandString(sh, wordOf(withBlanks(keyed.key))) : String(await arithmeticText(sh, keyed.key));
        const text = keyed.value === '' ? '' : await expandString(sh, wordOf(keyed.value), 'assignment');
        items.set(key, keyed.append ? (items.get(key) ?? '') + text : text);
        if (kind === 'indexed') next = Number(key) + 1;
      } else {
        for (const text of await expandWords(sh, [element])) {
          if (kind === 'assoc') pending.push(text);
          else items.set(String(next++), text);
        }
      }
    }
    for (let i = 0; i < pending.length; i += 2) items.set(pending[i] ?? '', pending[i + 1] ?? '');
    v.kind = kind;
    v.value = undefined;
    v.assigned = true;
    v.items = items;
    return `${a.name}${a.append ? '+=' : '='}(${a.text.slice(a.text.indexOf('(') + 1)}`;
  }
  const text = value.text === '' ? '' : await expandString(sh, value, 'assignment');
  if (a.append && !sh.dialect.extended) throw new ShellError(`${a.name}+=${text}: not found`, 127);
  let index: string | undefined;
  if (a.index) {
    if (!sh.dialect.extended) throw new ShellError(`${a.text}: not found`, 127);
    try {
      index = sh.vars.find(a.name)?.kind === 'assoc' ? await expandString(sh, a.index) : String(await arithmeticText(sh, a.index.text));
    } catch (e) {
      throw sh.subscriptError(e);
    }
    if (a.index.text === '') throw new ShellError(`${a.name}[]: bad array subscript`);
    if (sh.beforeFirst(a.name, index)) throw new ShellError(`${a.name}[${a.index.text}]: bad array subscript`);
    if (index.startsWith('-') && sh.vars.find(a.name)?.kind !== 'assoc') {
      const last = sh.elements(a.name).at(-1)?.[0];
      index = String(Number(last ?? -1) + 1 + Number(index));
    }
  }
  sh.vars.set(a.name, text, { append: a.append, index, local: options.local });
  return `${a.name}${a.index ? `[${a.index.text}]` : ''}${a.append ? '+=' : '='}${text}`;
}

/** A key's text as one word: its blanks are quoted, unless they stand in quotes or in an expansion. */
function withBlanks(key: string): string {
  return key.replace(/'[^']*'|"(?:\\[^]|[^"\\])*"|`[^`]*`|\$\([^)]*\)|\$\{[^}]*\}|\\[^]|[ \t]/g, (piece) =>
    /^[ \t]$/.test(piece) ? `\\${piece}` : piece,
  );
}

export function wordOf(text: string): Word {
  const command = parse(`: ${text}`).commands[0]?.command;
  const word = command?.type === 'Command' ? command.suffix[0] : undefined;
  if (word?.type === 'Word') return word;
  return { type: 'Word', text, value: text, pos: 0, end: text.length };
}

/** The elements of `(…)`: what stands between brackets is one with what is around it, blanks and all. */
function wholeElements(text: string, from: number, elements: readonly Word[]): readonly Word[] {
  const whole: Word[] = [];
  for (let i = 0; i < elements.length; i++) {
    const first = elements[i];
    if (!first) continue;
    const keyed = first.text.startsWith('[') && splitElement(first.text) === undefined;
    const until = keyed ? elements.findIndex((last, j) => j > i && splitElement(text.slice(first.pos - from, last.end - from))) : -1;
    const last = elements[until];
    if (last) {
      whole.push({ ...first, text: text.slice(first.pos - from, last.end - from), end: last.end });
      i = until;
    } else whole.push(first);
  }
  return whole;
}

function splitElement(text: string): { key: string; value: string; append: boolean } | undefined {
  if (!text.startsWith('[')) return undefined;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '[') depth++;
    else if (text[i] === ']' && --depth === 0) {
      const m = /^(\+?)=([^]*)$/.exec(text.slice(i + 1));
      return m ? { key: text.slice(1, i), value: m[2] ?? '', append: m[1] === '+' } : undefined;
    }
  }
  return undefined;
}
