import { Errno, signalName } from '../kernel';
import { expandText } from './expand';
import { matches } from './pattern';
import { callFunction } from './functions';
import { isExecutable } from './search';
import type { Shell } from './shell';
import { isDirectory } from './file-tests';

/** What `complete` was told of a command, or `compgen` of a word. */
export interface CompletionSpec {
  readonly actions: readonly string[];
  readonly options: readonly string[];
  readonly globPattern?: string;
  readonly wordList?: string;
  readonly function?: string;
  readonly command?: string;
  readonly filter?: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

/** Actions by the letters that stand for them. */
export const actionLetters: Readonly<Record<string, string>> = {
  a: 'alias', b: 'builtin', c: 'command', d: 'directory', e: 'export', f: 'file', g: 'group', j: 'job', k: 'keyword', s: 'service', u: 'user',
  v: 'variable',
}; // prettier-ignore

/** The lists that other files know and hand in when the shell starts. */
export interface NameLists {
  readonly keywords: readonly string[];
  readonly setOptions: readonly string[];
  readonly shellOptions: readonly string[];
}

export const completionOptions = new Set(['bashdefault', 'default', 'dirnames', 'filenames', 'noquote', 'nosort', 'nospace', 'plusdirs']);

function fileNames(sh: Shell, word: string, only: 'directory' | undefined): string[] {
  const slash = word.lastIndexOf('/') + 1;
  const directory = word.slice(0, slash);
  const base = word.slice(slash);
  try {
    return sh.proc
      .readdir(directory || '.')
      .map((e) => e.name)
      .filter((n) => n.startsWith(base))
      .map((n) => directory + n)
      .filter((path) => only === undefined || isDirectory(sh, path));
  } catch (e) {
    if (e instanceof Errno) return [];
    throw e;
  }
}

function pathCommands(sh: Shell, word: string): string[] {
  return (sh.vars.get('PATH') ?? '').split(':').flatMap((directory) => {
    try {
      return sh.proc
        .readdir(directory || '.')
        .map((e) => e.name)
        .filter((n) => n.startsWith(word) && isExecutable(sh, `${directory || '.'}/${n}`));
    } catch (e) {
      if (e instanceof Errno) return [];
      throw e;
    }
  });
}

async function accounts(sh: Shell, file: string): Promise<string[]> {
  try {
    const fd = await sh.proc.open(file);
    const text = await sh.readAll(fd);
    sh.proc.close(fd);
    return text.split('\n').map((l) => l.split(':')[0] ?? '').filter((n) => n !== ''); // prettier-ignore
  } catch (e) {
    if (e instanceof Errno) return [];
    throw e;
  }
}

const variables = (sh: Shell, wanted: (name: string) => boolean): string[] => sh.vars.names().filter(wanted);
const jobsIn = (sh: Shell, wanted: 'stopped' | 'running' | undefined): string[] =>
  sh.jobs
    .numbered()
    .filter((j) => wanted === undefined || (wanted === 'stopped') === j.processes.some((p) => p.status?.kind === 'stopped'))
    .map((j) => j.text.split(' ')[0] ?? '');

const sources: Readonly<Record<string, (sh: Shell, word: string, lists: NameLists) => readonly string[] | Promise<readonly string[]>>> = {
  alias: (sh) => [...sh.aliases.keys()].sort(),
  arrayvar: (sh) => variables(sh, (n) => sh.vars.own(n)?.kind !== 'scalar'),
  binding: () => [],
  builtin: (sh) => sh.builtinNames(),
  command: (sh, word, lists) => [
    ...[...sh.aliases.keys()].sort(),
    ...lists.keywords,
    ...[...sh.functions.keys()].sort(),
    ...sh.builtinNames(),
    ...pathCommands(sh, word),
  ],
  directory: (sh, word) => fileNames(sh, word, 'directory'),
  disabled: (sh) => [...sh.disabled].sort(),
  enabled: (sh) => sh.builtinNames(),
  export: (sh) => variables(sh, (n) => sh.vars.own(n)?.exported === true),
  file: (sh, word) => fileNames(sh, word, undefined),
  function: (sh) => [...sh.functions.keys()].sort(),
  group: (sh) => accounts(sh, '/etc/group'),
  helptopic: (sh, _word, lists) => [...new Set([...sh.builtinNames(), ...lists.keywords])].sort(),
  hostname: () => [],
  job: (sh) => jobsIn(sh, undefined),
  keyword: (_sh, _word, lists) => lists.keywords,
  running: (sh) => jobsIn(sh, 'running'),
  service: () => [],
  setopt: (_sh, _word, lists) => lists.setOptions,
  shopt: (_sh, _word, lists) => lists.shellOptions,
  signal: () => ['EXIT', ...Array.from({ length: 64 }, (_, i) => signalName(i + 1)).filter((n) => n !== undefined).map((n) => `SIG${n}`), 'DEBUG', 'ERR', 'RETURN'], // prettier-ignore
  stopped: (sh) => jobsIn(sh, 'stopped'),
  user: (sh) => accounts(sh, '/etc/passwd'),
  variable: (sh) => variables(sh, (n) => sh.vars.own(n)?.value !== undefined || sh.vars.own(n)?.kind !== 'scalar'),
};

export const isAction = (name: string): boolean => sources[name] !== undefined;

/** The words behind `word` that the function or the command of a spec is given. */
export interface Line {
  readonly words: readonly string[];
  readonly index: number;
  readonly text: string;
}

async function fromFunction(sh: Shell, name: string, word: string, line: Line): Promise<string[]> {
  sh.vars.set('COMP_LINE', line.text);
  sh.vars.set('COMP_POINT', String(line.text.length));
  sh.vars.set('COMP_CWORD', String(line.index));
  const items = new Map(line.words.map((w, i) => [String(i), w]));
  Object.assign(sh.vars.declare('COMP_WORDS'), { kind: 'indexed', value: undefined, items, assigned: true });
  const reply = sh.vars.declare('COMPREPLY');
  Object.assign(reply, { kind: 'indexed', value: undefined, items: new Map(), assigned: true });
  const { status } = sh;
  sh.completing = true;
  await callFunction(sh, name, [line.words[0] ?? '', word, line.words[line.index - 1] ?? '']);
  sh.completing = false;
  sh.status = status;
  const answers = sh.elements('COMPREPLY').map(([, v]) => v);
  for (const n of ['COMP_LINE', 'COMP_POINT', 'COMP_CWORD', 'COMP_WORDS', 'COMPREPLY']) sh.vars.unset(n);
  return answers;
}

/** All that a spec has to offer for `word`, in the order bash makes them. */
export async function generate(sh: Shell, spec: CompletionSpec, word: string, lists: NameLists, line: Line): Promise<string[]> {
  const found: string[] = [];
  for (const action of spec.actions) found.push(...((await sources[action]?.(sh, word, lists)) ?? []).filter((n) => n.startsWith(word)));
  if (spec.wordList !== undefined) {
    const text = await expandText(sh, spec.wordList);
    const ifs = sh.vars.get('IFS') ?? ' \t\n';
    const words: string[] = [];
    for (const char of `${text}${ifs[0] ?? ' '}`) {
      if (ifs.includes(char)) words.push('');
      else words[Math.max(0, words.length - 1)] = (words.at(-1) ?? '') + char;
    }
    found.push(...words.filter((w) => w !== '' && w.startsWith(word)));
  }
  if (spec.function !== undefined && sh.functions.has(spec.function)) found.push(...(await fromFunction(sh, spec.function, word, line)));
  const { filter } = spec;
  const kept =
    filter === undefined
      ? found
      : filter.startsWith('!')
        ? found.filter((n) => matches(filter.slice(1), n))
        : found.filter((n) => !matches(filter, n));
  return kept.map((n) => (spec.prefix ?? '') + n + (spec.suffix ?? ''));
}
