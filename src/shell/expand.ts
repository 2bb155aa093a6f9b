import { type DoubleQuotedChild, type HereDocBody, type Word, type WordPart, parse } from 'unbash';
import { narrow } from './bytes';
import { Errno } from '../kernel';
import { expandBraces } from './braces';
import { ansiC } from './ansi-c';
import { Fields } from './fields';
import { ShellError } from './flow';
import { glob } from './glob';
import { expandParameter, type Parameter } from './parameter';
import { hasGlob, matches } from './pattern';
import type { Shell } from './shell';
import { type Source, sourceOf } from './parse';
import { commandSubstitution, processSubstitution } from './substitution';

export interface Context {
  /** Inside double quotes (or a here-document). */
  readonly quoted: boolean;
  /** Literal text splits too: the word of `${x:-a b}`. */
  readonly splitLiterals?: boolean;
  readonly tilde?: 'word' | 'assignment' | 'none';
  /** In here-documents `"` is an ordinary character. */
  readonly hereDoc?: boolean;
  /** In the word of `${x:-word}` `\\}` is a brace. */
  readonly braced?: boolean;
}

const fresh: Context = { quoted: false, tilde: 'word' };

function ifsOf(sh: Shell): string {
  return sh.vars.get('IFS') ?? ' \t\n';
}

/** All words of a command line: brace, tilde, parameter, command, arithmetic expansion, splitting, pathnames, quote removal. */
export async function expandWords(sh: Shell, words: readonly Word[]): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (isPlain(word)) {
      out.push(word.text);
      continue;
    }
    for (const one of bracesOf(sh, word)) {
      const fields = new Fields(true, ifsOf(sh));
      await addWord(sh, fields, one, fresh);
      for (const field of fields.finish()) {
        if (field.text === '' && !field.quoted) continue;
        if (!sh.options.has('noglob') && hasGlob(field.pattern)) {
          const paths = pathnames(sh, field.pattern);
          if (paths.length > 0) {
            for (const path of paths) out.push(path);
            continue;
          }
          if (sh.shopt.has('failglob')) throw new ShellError(`no match: ${field.text}`);
          if (sh.shopt.has('nullglob')) continue;
        }
        out.push(field.text);
      }
    }
  }
  return out;
}

function pathnames(sh: Shell, pattern: string): string[] {
  const ignored = sh.dialect.extended ? (sh.vars.get('GLOBIGNORE') ?? '') : '';
  const bytewise = !sh.utf8;
  const paths = glob(sh.proc, plainPattern(sh, bytewise ? narrow(pattern) : pattern), {
    bytewise,
    dotglob: sh.shopt.has('dotglob'),
    globstar: sh.shopt.has('globstar'),
    ignoreCase: sh.shopt.has('nocaseglob'),
    dots: !sh.shopt.has('globskipdots') && ignored === '',
  });
  if (ignored === '') return paths;
  const patterns = ignored.split(':');
  return paths.filter((path) => !patterns.some((p) => matches(p, path)));
}

/** Without `shopt -s extglob`, `+(` and its kin mean nothing. */
function plainPattern(sh: Shell, pattern: string): string {
  if (sh.shopt.has('extglob') || !pattern.includes('(')) return pattern;
  return pattern.replace(/(\\[^])|([?*+@!])\(/g, (_: string, quoted: string | undefined, operator: string) => quoted ?? `${operator}\\(`);
}

/** Without parts and without characters that mean something. */
function isPlain(word: Word): boolean {
  return /^[\w./:=@%+,-]*$/.test(word.text) && word.text !== '';
}

const braceCache = new Map<string, readonly Word[]>();

function bracesOf(sh: Shell, word: Word): readonly Word[] {
  if (!word.parts?.some((p) => p.type === 'BraceExpansion')) return [word];
  if (!sh.dialect.extended || !sh.options.has('braceexpand'))
    return parseWords(word.text.replace(/(^|[^$\\])([{}])/g, '$1\\$2').replace(/,/g, '\\,'));
  let words = braceCache.get(word.text);
  if (!words) {
    words = expandBraces(word.text).flatMap((text) => (text === '' ? [] : parseWords(text)));
    if (braceCache.size > 200) braceCache.clear();
    braceCache.set(word.text, words);
  }
  return words;
}

function parseWords(text: string): readonly Word[] {
  const command = parse(`: ${text}`).commands[0]?.command;
  return command?.type === 'Command' ? command.suffix.filter((s): s is Word => s.type === 'Word') : [];
}

/** One word as one string: assignments, here-strings, `case` words. */
export async function expandString(sh: Shell, word: Word, tilde: Context['tilde'] = 'word'): Promise<string> {
  if (isPlain(word)) return word.text;
  const fields = new Fields(false, ifsOf(sh));
  await addWord(sh, fields, word, { quoted: false, tilde });
  return fields.finish().map((f) => f.text).join(' '); // prettier-ignore
}

/** One word as a pattern (pattern.ts); `extended`: as if extglob were on, as in `[[`. */
export async function expandPattern(sh: Shell, word: Word, quoted = false, extended = false, traced = false): Promise<string> {
  const fields = new Fields(false, ifsOf(sh), traced);
  await addWord(sh, fields, word, { quoted: false, tilde: quoted ? 'none' : 'word' });
  const pattern = fields.finish().map((f) => f.pattern).join(' '); // prettier-ignore
  return extended ? pattern : plainPattern(sh, pattern);
}

export async function expandHereDoc(sh: Shell, body: HereDocBody): Promise<string> {
  const fields = new Fields(false, '');
  await addParts(sh, fields, body.parts, body.text, { quoted: true, hereDoc: true, tilde: 'none' });
  return fields.finish().map((f) => f.text).join(''); // prettier-ignore
}

/** Text in which only `$`, backquotes and backslashes mean something: arithmetic, prompts. */
export async function expandText(sh: Shell, text: string, stripQuotes = false): Promise<string> {
  if (!/[$`\\"']/.test(text)) return text;
  const source = `:<<__EOT__\n${text}\n__EOT__\n`;
  const command = parse(source).commands[0]?.command;
  const doc = command?.type === 'Command' ? command.suffix[0] : undefined;
  if (doc?.type !== 'HereDoc') return text;
  const fields = new Fields(false, '');
  // "treated as if it were within double quotes", so single quotes mean nothing
  const quotes = sh.dialect.extended ? /"/g : /["']/g;
  await withSource(sh, sourceOf(source, sh.line), async () => {
    if (stripQuotes && doc.body.parts) {
      for (const part of doc.body.parts) {
        if (part.type === 'Literal') fields.quoted(part.value.replace(quotes, ''));
        else await addPart(sh, fields, part, { quoted: true, tilde: 'none' });
      }
    } else if (stripQuotes) fields.quoted(doc.body.text.replace(quotes, ''));
    else await addParts(sh, fields, doc.body.parts, doc.body.text, { quoted: true, hereDoc: true, tilde: 'none' });
  });
  return fields.finish().map((f) => f.text).join('').replace(/\n$/, ''); // prettier-ignore
}

async function withSource(sh: Shell, source: Source, body: () => Promise<void>): Promise<void> {
  const { source: before, position } = sh;
  sh.source = source;
  sh.position = 0;
  try {
    await body();
  } finally {
    sh.source = before;
    sh.position = position;
  }
}

export async function arithmeticText(sh: Shell, raw: string): Promise<bigint> {
  return sh.arithmetic(await expandText(sh, raw, true));
}

export async function addWord(sh: Shell, fields: Fields, word: Word, context: Context): Promise<void> {
  await addParts(sh, fields, word.parts, word.text, context);
}

async function addParts(sh: Shell, fields: Fields, parts: readonly WordPart[] | undefined, text: string, context: Context): Promise<void> {
  if (!sh.homes && /~[A-Za-z_]/.test(text)) sh.homes = await readHomes(sh);
  if (!parts) {
    addLiteral(sh, fields, text, context, true);
    return;
  }
  let first = true;
  for (const part of parts) {
    if (part.type === 'Literal') addLiteral(sh, fields, part.text, context, first, parts.length === 1);
    else await addPart(sh, fields, part, context);
    first = false;
  }
}

function addLiteral(sh: Shell, fields: Fields, text: string, context: Context, first: boolean, whole = first): void {
  if (context.quoted) {
    fields.quoted(
      text.replace(context.hereDoc ? /\\([$`\\]|\n)/g : context.braced ? /\\([$`"\\}]|\n)/g : /\\([$`"\\]|\n)/g, (_, c: string) =>
        c === '\n' ? '' : c,
      ),
    );
    return;
  }
  let rest = text;
  const tilde = context.tilde ?? 'none';
  const assignment = first && tilde === 'word' && sh.dialect.extended ? /^[A-Za-z_]\w*=(?=~)/.exec(rest)?.[0] : undefined;
  if (assignment !== undefined) {
    fields.literal(assignment);
    rest = addTilde(sh, fields, rest.slice(assignment.length), true, whole);
  } else if (first && tilde !== 'none') rest = addTilde(sh, fields, rest, tilde === 'assignment', whole);
  for (let i = 0; i < rest.length; i++) {
    const char = rest[i] ?? '';
    if (char === '\\') {
      const quoted = rest[++i];
      if (quoted === undefined) fields.quoted('\\');
      else if (quoted !== '\n') {
        const point = String.fromCodePoint(rest.codePointAt(i) ?? 0);
        fields.quoted(point);
        i += point.length - 1;
      }
    } else if (context.splitLiterals) fields.expansion(char);
    else {
      fields.literal(char);
      if (char === ':' && tilde === 'assignment') {
        const after = addTilde(sh, fields, rest.slice(i + 1), true, whole);
        rest = rest.slice(0, i + 1) + after;
      }
    }
  }
}

/** Expands a tilde prefix at the start of `text`; returns what follows it. */
function addTilde(sh: Shell, fields: Fields, text: string, assignment: boolean, whole: boolean): string {
  const m = (assignment || sh.dialect.extended ? /^~([\w.-]*|[+-]\d*|\d+)(?=[/:]|$)/ : /^~([\w.-]*|[+-])(?=\/|$)/).exec(text);
  if (!m) return text;
  if (m[0].length === text.length && !whole) return text;
  const directory = tildeDirectory(sh, m[1] ?? '');
  if (directory === undefined) return text;
  fields.quoted(directory);
  return text.slice(m[0].length);
}

async function readHomes(sh: Shell): Promise<Map<string, string>> {
  const homes = new Map<string, string>();
  try {
    const fd = await sh.proc.open('/etc/passwd');
    for (const line of (await sh.readAll(fd)).split('\n')) {
      const fields = line.split(':');
      if (fields[5] !== undefined) homes.set(fields[0] ?? '', fields[5]);
    }
    sh.proc.close(fd);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
  }
  return homes;
}

function tildeDirectory(sh: Shell, user: string): string | undefined {
  if (user === '') return sh.vars.get('HOME') ?? '/root';
  if (user === '+') return sh.vars.get('PWD');
  if (user === '-') return sh.vars.get('OLDPWD');
  if (/^[+-]?\d+$/.test(user)) {
    const stack = [sh.vars.get('PWD') ?? '/', ...sh.directories];
    return user.startsWith('-') ? stack.at(-1 - Number(user.slice(1))) : stack[Number(user)];
  }
  return sh.homes?.get(user);
}

async function addPart(sh: Shell, fields: Fields, part: WordPart | DoubleQuotedChild, context: Context): Promise<void> {
  switch (part.type) {
    case 'Literal':
      addLiteral(sh, fields, part.text, context, false);
      return;
    case 'Glob':
      if (context.quoted) fields.quoted(part.text);
      else if (part.kind !== 'bracket') {
        if (context.splitLiterals) fields.expansion(part.text);
        else fields.literal(part.text);
      } else {
        fields.literal('[');
        for (const child of part.parts) await addPart(sh, fields, child, context);
        fields.literal(']');
      }
      return;
    case 'SingleQuoted':
      fields.quoted(context.quoted ? part.text : part.value);
      return;
    case 'AnsiCQuoted':
      if (context.quoted && !context.splitLiterals) fields.quoted(part.text);
      else fields.quoted(ansiC(part.text.slice(2, -1), sh.utf8));
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.type === 'LocaleString' && sh.dialect.almquist) fields.literal('$');
      await addDoubleQuoted(sh, fields, part.parts, part.type === 'LocaleString' ? part.text.slice(1) : part.text);
      return;
    case 'SimpleExpansion':
      await addParameter(
        sh,
        fields,
        { name: part.text.slice(1), prefix: undefined, index: undefined, operation: undefined, text: part.text },
        context,
      );
      return;
    case 'ParameterExpansion':
      await addParameter(
        sh,
        fields,
        { name: part.parameter, prefix: part.prefix, index: part.index, operation: part.operation, text: part.text },
        context,
      );
      return;
    case 'CommandExpansion': {
      const text = await commandSubstitution(sh, part, context.hereDoc);
      if (context.quoted) fields.quoted(text);
      else fields.expansion(text);
      return;
    }
    case 'ArithmeticExpansion': {
      const raw = part.text.startsWith('$[') ? part.text.slice(2, -1) : part.text.slice(3, -2);
      const text = String(await arithmeticText(sh, raw));
      if (context.quoted) fields.quoted(text);
      else fields.expansion(text);
      return;
    }
    case 'ProcessSubstitution':
      fields.quoted(await processSubstitution(sh, part));
      return;
    case 'ExtendedGlob':
      if (context.quoted) fields.quoted(part.text);
      else if (!part.parts) fields.literal(part.text);
      else {
        fields.literal(`${part.operator}(`);
        for (const child of part.parts) await addPart(sh, fields, child, context);
        fields.literal(')');
      }
      return;
    case 'BraceExpansion':
      if (!part.parts) addLiteral(sh, fields, part.text, context, false);
      else {
        addLiteral(sh, fields, '{', context, false);
        await addParts(sh, fields, part.parts, part.text, { ...context, tilde: 'none' });
        addLiteral(sh, fields, '}', context, false);
      }
      return;
  }
}

async function addDoubleQuoted(sh: Shell, fields: Fields, parts: readonly DoubleQuotedChild[], text: string): Promise<void> {
  const onlyLists = parts.length > 0 && parts.every((p) => isListExpansion(p));
  if (!onlyLists) fields.quoted('');
  if (parts.length === 0 && text.length > 2) fields.quoted(text.slice(1, -1));
  for (const part of parts) await addPart(sh, fields, part, { quoted: true, tilde: 'none' });
}

/** "$@" and "${x[@]}" may expand to no field at all. */
function isListExpansion(part: DoubleQuotedChild): boolean {
  if (part.type === 'SimpleExpansion') return part.text === '$@';
  return part.type === 'ParameterExpansion' && part.prefix !== '#' && (part.parameter === '@' || part.index?.text === '@');
}

async function addParameter(sh: Shell, fields: Fields, parameter: Parameter, context: Context): Promise<void> {
  const result = await expandParameter(sh, parameter, context.quoted, { expandString, expandPattern, arithmetic: arithmeticText });
  switch (result.kind) {
    case 'text':
      if (context.quoted) fields.quoted(result.text);
      else fields.expansion(result.text);
      return;
    case 'word':
      await addParts(sh, fields, result.word.parts, result.word.text, {
        quoted: context.quoted,
        splitLiterals: !context.quoted,
        braced: true,
        tilde: context.quoted ? 'none' : 'word',
      });
      return;
    case 'list': {
      if (result.star && (context.quoted || !fields.split)) {
        const joined = result.items.join((sh.vars.get('IFS') ?? ' ')[0] ?? '');
        if (context.quoted) fields.quoted(joined);
        else fields.expansion(joined);
        return;
      }
      result.items.forEach((item, i) => {
        if (i > 0) fields.next();
        if (context.quoted) fields.quoted(item);
        else fields.expansion(item);
      });
    }
  }
}
