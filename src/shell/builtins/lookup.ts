import { Errno } from '../../kernel';
import { describeFunction } from '../describe';
import { walkOrder } from '../hashing';
import { singleQuote } from '../quoting';
import { searchPath } from '../search';
import type { Shell } from '../shell';
import { runBuiltin } from '../simple';
import { type Builtin, invalidOption, options, usage } from './types';

export interface Kind {
  readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
  readonly text: string;
}

/** Reserved words, in bash's order. */
export const keywords = [
  'if', 'then', 'else', 'elif', 'fi', 'case', 'esac', 'for', 'select', 'while', 'until', 'do', 'done', 'in', 'function', 'time', '{', '}', '!',
  '[[', ']]', 'coproc',
] as const; // prettier-ignore
const ashKeywords = new Set(['if', 'then', 'else', 'elif', 'fi', 'case', 'esac', 'for', 'while', 'until', 'do', 'done', 'in', 'function', '{', '}', '!', '[[']); // prettier-ignore

const isKeyword = (sh: Shell, word: string): boolean =>
  sh.dialect.extended ? (keywords as readonly string[]).includes(word) : ashKeywords.has(word);

export function functionText(sh: Shell, name: string): string {
  const fn = sh.functions.get(name);
  return fn ? describeFunction(name, fn.source.text, fn.body) : '';
}

export function classify(sh: Shell, word: string): Kind[] {
  const kinds: Kind[] = [];
  const alias = sh.aliases.get(word);
  if (alias !== undefined && (sh.interactive || sh.shopt.has('expand_aliases') || !sh.dialect.extended))
    kinds.push({ kind: 'alias', text: alias });
  if (isKeyword(sh, word)) kinds.push({ kind: 'keyword', text: word });
  if (sh.functions.has(word)) kinds.push({ kind: 'function', text: word });
  if (sh.isBuiltin(word)) kinds.push({ kind: 'builtin', text: word });
  const hashed = sh.hashed.get(word);
  if (word.includes('/')) {
    if (isExecutableFile(sh, word)) kinds.push({ kind: 'file', text: word });
  } else if (hashed) kinds.push({ kind: 'file', text: hashed.path });
  else for (const path of searchPath(sh, word, true)) kinds.push({ kind: 'file', text: path });
  return kinds;
}

function isExecutableFile(sh: Shell, path: string): boolean {
  try {
    sh.proc.access(path, 'x');
    return sh.proc.stat(path).type === 'file';
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

function describeKind(sh: Shell, word: string, kind: Kind): string {
  const { extended } = sh.dialect;
  switch (kind.kind) {
    case 'alias':
      return extended ? `${word} is aliased to \`${kind.text}'` : `${word} is an alias for ${kind.text}`;
    case 'keyword':
      return `${word} is a shell keyword`;
    case 'function':
      return `${word} is a function${extended ? `\n${functionText(sh, word).trimEnd()}` : ''}`;
    case 'builtin':
      return `${word} is a ${sh.isSpecialBuiltin(word) && !extended ? 'special ' : ''}shell builtin`;
    case 'file':
      return extended && sh.hashed.has(word) ? `${word} is hashed (${kind.text})` : `${word} is ${kind.text}`;
  }
}

/** As `command -v` shows it. */
const briefly = (word: string, kind: Kind): string =>
  kind.kind === 'alias' ? `alias ${word}=${singleQuote(kind.text)}` : kind.kind === 'file' ? kind.text : word;

export const command: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'pVv');
  if (bad) return invalidOption(sh, name, bad);
  if (rest.length === 0) return 0;
  if (!flags.has('v') && !flags.has('V')) return runDirect(sh, rest);
  let status = 1;
  for (const word of sh.dialect.name === 'ash' ? rest.slice(0, 1) : rest) {
    const kind = classify(sh, word)[0];
    if (!kind) {
      if (flags.has('V')) await (sh.dialect.extended ? sh.complain(`${word}: not found`, name) : sh.out(`${word}: not found\n`));
      if (!sh.dialect.extended) status = 127;
      continue;
    }
    status = 0;
    if (flags.has('V')) await sh.out(`${describeKind(sh, word, kind)}\n`);
    else await sh.out(`${briefly(word, kind)}\n`);
  }
  return status;
};

export const builtinBuiltin: Builtin = async (sh, args, name) => {
  const words = args[0] === '--' ? args.slice(1) : args;
  const [word] = words;
  if (word === undefined) return 0;
  if (!sh.isBuiltin(word)) {
    await sh.complain(`${word}: not a shell builtin`, name);
    return 1;
  }
  await runBuiltin(sh, words);
  return sh.status;
};

/** Runs a builtin or a file, never a function. */
async function runDirect(sh: Shell, words: readonly string[]): Promise<number> {
  if (sh.isBuiltin(words[0] ?? '')) {
    await runBuiltin(sh, words);
    return sh.status;
  }
  return sh.runProgram(words);
}

export const type: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = sh.dialect.extended
    ? options(args, 'afptP')
    : { flags: new Map<string, string>(), rest: [...args], bad: undefined };
  // any option makes ash's as terse as `command -v`
  const terse = sh.dialect.name === 'ash' && (args[0]?.startsWith('-') ?? false);
  if (terse) rest.shift();
  if (bad) return invalidOption(sh, name, bad);
  let status = 0;
  for (const word of rest) {
    let kinds = classify(sh, word);
    if (flags.has('f')) kinds = kinds.filter((k) => k.kind !== 'function');
    if (flags.has('P')) kinds = kinds.filter((k) => k.kind === 'file');
    if (!flags.has('a')) kinds = kinds.slice(0, 1);
    if (kinds.length === 0) {
      if (!flags.has('t') && !flags.has('p') && !flags.has('P') && !terse)
        await (sh.dialect.extended ? sh.complain(`${word}: not found`, name) : sh.out(`${word}: not found\n`));
      status = sh.dialect.extended ? 1 : 127;
    }
    for (const kind of kinds) {
      if (flags.has('t')) await sh.out(`${kind.kind}\n`);
      else if (terse) await sh.out(`${briefly(word, kind)}\n`);
      else if (flags.has('p') || flags.has('P')) await sh.out(kind.kind === 'file' ? `${kind.text}\n` : '');
      else await sh.out(`${describeKind(sh, word, kind)}\n`);
    }
  }
  return status;
};

/** Buckets of the table of remembered commands. */
const hashBuckets = 256;

async function showHash(sh: Shell, reusable: boolean): Promise<number> {
  if (sh.hashed.size === 0) {
    if (sh.dialect.extended) await sh.out('hash: hash table empty\n');
    return 0;
  }
  if (sh.dialect.extended && !reusable) await sh.out('hits\tcommand\n');
  for (const word of walkOrder([...sh.hashed.keys()], hashBuckets)) {
    const { path = '', hits = 0 } = sh.hashed.get(word) ?? {};
    if (reusable) await sh.out(`builtin hash -p ${path} ${word}\n`);
    else await sh.out(sh.dialect.extended ? `${String(hits).padStart(4)}\t${path}\n` : `${path}\n`);
  }
  return 0;
}

export const hash: Builtin = async (sh, args, name) => {
  const { flags, rest, bad, missing } = options(args, sh.dialect.extended ? 'lrp:dt' : 'rv');
  if (bad) return invalidOption(sh, name, bad);
  if (missing) {
    await sh.complain(`${missing}: option requires an argument`, name);
    return usage(sh, name);
  }
  if (flags.has('r')) sh.hashed.clear();
  if (rest.length === 0) {
    if (flags.has('t') || flags.has('d')) {
      await sh.complain(`-${flags.has('t') ? 't' : 'd'}: option requires an argument`, name);
      return 1;
    }
    return flags.size > 0 && !flags.has('l') ? 0 : showHash(sh, flags.has('l'));
  }
  let status = 0;
  for (const word of rest) {
    const known = sh.hashed.get(word);
    if ((flags.has('d') || flags.has('t')) && !known) {
      await sh.complain(`${word}: not found`, name);
      status = 1;
    } else if (flags.has('d')) sh.hashed.delete(word);
    else if (flags.has('t') && known) {
      const shown = flags.has('l') ? `builtin hash -p ${known.path} ${word}` : rest.length > 1 ? `${word}\t${known.path}` : known.path;
      await sh.out(`${shown}\n`);
    } else {
      const path = flags.get('p') ?? (sh.isBuiltin(word) || sh.functions.has(word) ? '' : searchPath(sh, word)[0]);
      if (path === undefined) {
        await sh.complain(`${word}: not found`, name);
        status = 1;
      } else if (path !== '') sh.hashed.set(word, { path, hits: 0 });
    }
  }
  return status;
};

export const enable: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'adnpsf:');
  if (bad) return invalidOption(sh, name, bad);
  if (rest.length === 0) {
    const all = [...new Set([...sh.builtinNames(), ...sh.disabled])].sort();
    for (const n of all) {
      const off = sh.disabled.has(n);
      if (flags.has('s') && !sh.isSpecialBuiltin(n)) continue;
      if (flags.has('a') || flags.has('n') === off) await sh.out(`enable ${off ? '-n ' : ''}${n}\n`);
    }
    return 0;
  }
  let status = 0;
  for (const word of rest) {
    if (!sh.isBuiltin(word) && !sh.disabled.has(word)) {
      await sh.complain(`${word}: not a shell builtin`, name);
      status = 1;
    } else if (flags.has('n')) sh.disabled.add(word);
    else sh.disabled.delete(word);
  }
  return status;
};
