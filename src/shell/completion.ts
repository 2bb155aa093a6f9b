import { Errno } from '../kernel';
import { forkShell, waitForPid } from './launch';
import { nameLists } from './builtins/completion';
import { isExecutable, searchPath } from './search';
import type { Shell } from './shell';
import { type CompletionSpec, generate } from './specs';
import { execCommand } from './replace';
import { isDirectory } from './file-tests';

export interface Candidate {
  /** What replaces the word, quoted as it must be. */
  readonly text: string;
  readonly shown: string;
  /** Typed behind it when it is the only one. */
  readonly suffix: string;
}

export interface Completion {
  /** Where the word begins in the text before the cursor. */
  readonly start: number;
  readonly candidates: readonly Candidate[];
}

interface CurrentWord {
  readonly start: number;
  /** Its text without quotes. */
  readonly value: string;
  readonly quote: '"' | "'" | undefined;
  /** Words of this command before it, unquoted. */
  readonly before: readonly string[];
}

/** The word at the end of a line, and the words of its command before it. */
export function currentWord(line: string): CurrentWord {
  let before: string[] = [];
  let value = '';
  let start = 0;
  let started = false;
  let quote: '"' | "'" | undefined;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (quote) {
      if (c === quote) quote = undefined;
      else if (c === '\\' && quote === '"' && i + 1 < line.length) value += line[++i] ?? '';
      else value += c;
      continue;
    }
    if (c === '"' || c === "'") {
      if (!started) start = i;
      started = true;
      quote = c;
    } else if (c === '\\' && i + 1 < line.length) {
      if (!started) start = i;
      started = true;
      value += line[++i] ?? '';
    } else if (/\s/.test(c)) {
      if (started) before.push(value);
      started = false;
      value = '';
    } else if (/[|&;()]/.test(c)) {
      before = [];
      started = false;
      value = '';
    } else if (c === '<' || c === '>') {
      before.push(c);
      started = false;
      value = '';
    } else {
      if (!started) start = i;
      started = true;
      value += c;
    }
  }
  if (!started) start = line.length;
  return { start, value, quote, before };
}

function quoteFor(text: string, quote: CurrentWord['quote']): string {
  if (quote === "'") return `'${text}`;
  if (quote === '"') return `"${text.replace(/["$`\\]/g, '\\$&')}`;
  return text.replace(/[\s"'`$\\&|;<>()*?[\]{}#!]/g, '\\$&');
}

/** What could stand at the end of `line`, sorted. */
export async function complete(sh: Shell, line: string): Promise<Completion> {
  const word = currentWord(line);
  const raw = line.slice(word.start);
  const variable = /\$(\{?)(\w*)$/.exec(raw);
  if (variable && word.quote !== "'") return completeVariable(sh, word.start + (variable.index ?? 0), variable[1] ?? '', variable[2] ?? '');
  const user = /^~([\w.-]*)$/.exec(word.value);
  if (user && !word.quote) {
    const names = (await userNames(sh)).filter((n) => n.startsWith(user[1] ?? '')).sort();
    if (names.length > 0) return { start: word.start, candidates: names.map((n) => ({ text: `~${n}`, shown: `~${n}`, suffix: '/' })) };
  }
  const command = word.before.filter((w) => !/^[A-Za-z_]\w*=/.test(w));
  const first = command[0];
  if (
    first === undefined ||
    (['sudo', 'time', 'exec', 'command', 'then', 'do', 'else', '!', '{', 'if', 'while', 'until', 'nohup', 'watch', 'xargs'].includes(
      first,
    ) &&
      command.length === 1 &&
      !word.value.startsWith('-'))
  ) {
    if (!word.value.includes('/') && !word.value.startsWith('~')) {
      const found = commandNames(sh, word.value).map((name) => ({
        text: quoteFor(name, word.quote),
        shown: name,
        suffix: word.quote ? `${word.quote} ` : ' ',
      }));
      if (found.length > 0 || first === undefined) return { start: word.start, candidates: found };
    } else return { start: word.start, candidates: files(sh, word, (path, isDirectory) => isDirectory || isExecutable(sh, path)) };
  }
  const previous = word.before.at(-1);
  if (previous !== '<' && previous !== '>' && first !== undefined) {
    const name = first.slice(first.lastIndexOf('/') + 1);
    if (cobra.has(name)) {
      const answer = await cobraCompletion(sh, word);
      if (answer) return answer;
    }
    const spec = sh.completions.get(first) ?? sh.completions.get(name) ?? (sh.completions.has('-D') ? sh.completions.get('-D') : undefined);
    if (spec) return fromSpec(sh, spec, word, line);
    const special = builtinCompletion(sh, first, word);
    if (special) return { start: word.start, candidates: special };
  }
  return {
    start: word.start,
    candidates: files(sh, word, first === 'cd' || first === 'rmdir' || first === 'pushd' ? (_, isDirectory) => isDirectory : undefined),
  };
}

/** What `complete` said of the command. */
async function fromSpec(sh: Shell, spec: CompletionSpec, word: CurrentWord, line: string): Promise<Completion> {
  const words = [...word.before, word.value];
  const found = await generate(sh, spec, word.value, nameLists(), { words, index: words.length - 1, text: line });
  const has = (option: string): boolean => spec.options.includes(option);
  if (found.length === 0 && (has('default') || has('bashdefault'))) return { start: word.start, candidates: files(sh, word) };
  const directories = has('plusdirs') || (found.length === 0 && has('dirnames')) ? files(sh, word, (_, isDirectory) => isDirectory) : [];
  const unique = [...new Set(found)];
  if (!has('nosort')) unique.sort();
  const asFiles = has('filenames') || spec.actions.includes('file') || spec.actions.includes('directory');
  const candidates = unique.map((n): Candidate => {
    const slash = asFiles && isDirectory(sh, n) ? '/' : '';
    const text = has('noquote') || !asFiles ? n : quoteFor(n, word.quote);
    return {
      text: text + slash,
      shown: (asFiles ? n.slice(n.lastIndexOf('/') + 1) : n) + slash,
      suffix: has('nospace') || slash ? '' : ' ',
    };
  });
  return { start: word.start, candidates: [...candidates, ...directories] };
}

async function userNames(sh: Shell): Promise<string[]> {
  return generate(sh, { actions: ['user'], options: [] }, '', nameLists(), { words: [], index: 0, text: '' });
}

function completeVariable(sh: Shell, start: number, brace: string, prefix: string): Completion {
  const names = sh.vars.names().filter((n) => n.startsWith(prefix) && sh.vars.get(n) !== undefined);
  return {
    start,
    candidates: names.map((n) => ({
      text: `$${brace}${n}`,
      shown: `$${n}`,
      suffix: brace ? '} ' : isDirectory(sh, sh.vars.get(n) ?? '') ? '/' : ' ',
    })),
  };
}

function commandNames(sh: Shell, prefix: string): string[] {
  const names = new Set<string>([
    ...sh.builtinNames(),
    ...sh.functions.keys(),
    ...sh.aliases.keys(),
    ...['if', 'for', 'while', 'until', 'case', 'function', 'select', 'time'],
  ]);
  for (const directory of (sh.vars.get('PATH') ?? '').split(':')) {
    try {
      for (const entry of sh.proc.readdir(directory || '.')) {
        if (entry.name.startsWith(prefix) && !names.has(entry.name) && isExecutable(sh, `${directory || '.'}/${entry.name}`))
          names.add(entry.name);
      }
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
  return [...names].filter((n) => n.startsWith(prefix)).sort();
}

function files(sh: Shell, word: CurrentWord, accept?: (path: string, isDirectory: boolean) => boolean): Candidate[] {
  const equals = /^[\w-]+=/.exec(word.value)?.[0] ?? '';
  const value = word.value.slice(equals.length);
  const slash = value.lastIndexOf('/') + 1;
  const shownDirectory = value.slice(0, slash);
  const prefix = value.slice(slash);
  let directory = shownDirectory === '' ? '.' : shownDirectory;
  if (directory.startsWith('~/')) directory = `${sh.vars.get('HOME') ?? ''}${directory.slice(1)}`;
  let names: string[];
  try {
    names = sh.proc.readdir(directory).map((e) => e.name);
  } catch (e) {
    if (e instanceof Errno) return [];
    throw e;
  }
  const out: Candidate[] = [];
  for (const name of names.sort()) {
    if (!name.startsWith(prefix)) continue;
    const path = `${directory.endsWith('/') ? directory : `${directory}/`}${name}`;
    let isDirectory = false;
    try {
      isDirectory = sh.proc.stat(path).type === 'directory';
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
    if (accept && !accept(path, isDirectory)) continue;
    const keepTilde = !word.quote && shownDirectory.startsWith('~');
    const text = keepTilde ? shownDirectory + quoteFor(name, undefined) : quoteFor(equals + shownDirectory + name, word.quote);
    out.push({
      text: isDirectory ? `${text}/` : text,
      shown: isDirectory ? `${name}/` : name,
      suffix: isDirectory ? '' : word.quote ? `${word.quote} ` : ' ',
    });
  }
  return out;
}

function builtinCompletion(sh: Shell, command: string, word: CurrentWord): Candidate[] | undefined {
  const list = (names: readonly string[]): Candidate[] => names.filter((n) => n.startsWith(word.value)).sort().map((n) => ({ text: n, shown: n, suffix: ' ' })); // prettier-ignore
  if (['unset', 'export', 'readonly', 'declare', 'local'].includes(command) && !word.value.includes('=')) return list(sh.vars.names());
  if (command === 'unalias' || command === 'alias') return list([...sh.aliases.keys()]);
  if (['fg', 'bg', 'disown', 'wait'].includes(command) && word.value.startsWith('%'))
    return list(sh.jobs.numbered().map((j) => `%${j.number}`));
  if (['type', 'which', 'hash'].includes(command)) return list(commandNames(sh, word.value));
  return undefined;
}

/** Programs that answer `NAME __complete WORDS…`, as those made with cobra do. */
const cobra = new Set(['kubectl', 'k', 'helm', 'crictl']);

/** cobra's ShellCompDirective bits. */
const Directive = { error: 1, noSpace: 2, noFileComp: 4, filterFileExt: 8, filterDirs: 16, keepOrder: 32 } as const;

async function cobraCompletion(sh: Shell, word: CurrentWord): Promise<Completion | undefined> {
  const [command = '', ...args] = word.before.filter((w, i) => i > 0 || !/^[A-Za-z_]\w*=/.test(w));
  const alias = sh.aliases.get(command)?.split(/\s+/) ?? [command];
  if (!alias[0] || (!alias[0].includes('/') && searchPath(sh, alias[0]).length === 0)) return undefined;
  const output = await capture(sh, [alias[0], '__complete', ...alias.slice(1), ...args, word.value]);
  const lines = output.split('\n').filter((l) => l !== '');
  const last = /^:(\d+)$/.exec(lines.at(-1) ?? '');
  if (!last) return undefined;
  const directive = Number(last[1]);
  if (directive & Directive.error) return undefined;
  const entries = lines.slice(0, -1).filter((l) => !l.startsWith('_activeHelp_ '));
  if (directive & Directive.filterDirs) return { start: word.start, candidates: files(sh, word, (_, isDirectory) => isDirectory) };
  if (directive & Directive.filterFileExt)
    return {
      start: word.start,
      candidates: files(sh, word, (path, isDirectory) => isDirectory || entries.some((e) => path.endsWith(`.${e.trim()}`))),
    };
  const chosen = entries.map((l) => l.split('\t')).filter(([name = '']) => name.startsWith(word.value));
  if (chosen.length === 0 && !(directive & Directive.noFileComp)) return { start: word.start, candidates: files(sh, word) };
  const widest = Math.max(0, ...chosen.map(([name = '']) => name.length));
  const candidates = chosen.map(([name = '', description]) => ({
    text: quoteFor(name, word.quote),
    shown: description ? `${name.padEnd(widest)}  (${description})` : name,
    suffix: directive & Directive.noSpace ? '' : word.quote ? `${word.quote} ` : ' ',
  }));
  if (!(directive & Directive.keepOrder)) candidates.sort((a, b) => (a.text < b.text ? -1 : 1));
  return { start: word.start, candidates };
}

/** What a program prints, its messages thrown away. */
async function capture(sh: Shell, words: readonly string[]): Promise<string> {
  const [reader, writer] = sh.proc.pipe();
  const pid = forkShell(
    sh,
    async (child) => {
      child.proc.dup2(writer, 1);
      const nothing = await child.proc.open('/dev/null', ['readwrite']);
      child.proc.dup2(nothing, 0);
      child.proc.dup2(nothing, 2);
      child.proc.close(nothing);
      child.proc.close(reader);
      child.proc.close(writer);
      return execCommand(child, words);
    },
    { group: undefined, foreground: false, background: false },
  );
  sh.proc.close(writer);
  const text = await sh.readAll(reader);
  sh.proc.close(reader);
  await waitForPid(sh, pid);
  return text;
}
