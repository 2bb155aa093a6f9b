import { walkOrder } from '../hashing';
import { singleQuote } from '../quoting';
import type { Shell } from '../shell';
import { type CompletionSpec, type NameLists, actionLetters, completionOptions, generate, isAction } from '../specs';
import { keywords } from './lookup';
import { setOptionNames, shellOptionNames } from './settings';
import { type Builtin, usage } from './types';

export const nameLists = (): NameLists => ({ keywords, setOptions: setOptionNames, shellOptions: shellOptionNames });

interface Parsed {
  readonly spec: CompletionSpec;
  /** -p, -r, -D, -E and -I. */
  readonly flags: ReadonlySet<string>;
  readonly rest: readonly string[];
}

const values: Readonly<Record<string, keyof CompletionSpec>> = {
  G: 'globPattern', W: 'wordList', F: 'function', C: 'command', X: 'filter', P: 'prefix', S: 'suffix',
}; // prettier-ignore

/** Reads the options of complete and compgen; a number when they are wrong. */
async function parseSpec(sh: Shell, args: readonly string[], name: string): Promise<Parsed | number> {
  const spec: { -readonly [K in keyof CompletionSpec]: CompletionSpec[K] } = { actions: [], options: [] };
  const actions: string[] = [];
  const chosen: string[] = [];
  const flags = new Set<string>();
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^-./.test(arg)) break;
    for (let j = 1; j < arg.length; j++) {
      const letter = arg[j] ?? '';
      const action = actionLetters[letter];
      const value = values[letter];
      if (action !== undefined) actions.push(action);
      else if ('prDEI'.includes(letter) && name === 'complete') flags.add(letter);
      else if (value !== undefined || letter === 'A' || letter === 'o') {
        const given = arg.slice(j + 1) || args[++i];
        if (given === undefined) {
          await sh.complain(`-${letter}: option requires an argument`, name);
          return usage(sh, name);
        }
        if (value !== undefined) Object.assign(spec, { [value]: given });
        else if (letter === 'A' ? isAction(given) : completionOptions.has(given)) (letter === 'A' ? actions : chosen).push(given);
        else {
          await sh.complain(`${given}: invalid ${letter === 'A' ? 'action' : 'option'} name`, name);
          return 2;
        }
        break;
      } else {
        await sh.complain(`-${letter}: invalid option`, name);
        return usage(sh, name);
      }
    }
  }
  return { spec: { ...spec, actions, options: chosen.sort() }, flags, rest: args.slice(i) };
}

export const compgen: Builtin = async (sh, args, name) => {
  const parsed = await parseSpec(sh, args, name);
  if (typeof parsed === 'number') return parsed;
  const word = parsed.rest[0] ?? '';
  const found = await generate(sh, parsed.spec, word, nameLists(), { words: ['compgen', word], index: 1, text: word });
  await sh.out(found.map((n) => `${n}\n`).join(''));
  return found.length > 0 ? 0 : 1;
};

/** Names of the specs for an empty line, any command, and the first word. */
const special: Readonly<Record<string, string>> = { D: '-D', E: '-E', I: '-I' };

function specText(command: string, spec: CompletionSpec): string {
  const byName = new Map(Object.entries(actionLetters).map(([letter, action]) => [action, letter]));
  const letters = spec.actions.filter((a) => byName.has(a)).sort().map((a) => `-${byName.get(a) ?? ''}`); // prettier-ignore
  const named = spec.actions.filter((a) => !byName.has(a)).map((a) => `-A ${a}`);
  const quoted = ([['-G', spec.globPattern], ['-W', spec.wordList], ['-P', spec.prefix], ['-S', spec.suffix], ['-X', spec.filter]] as const).filter(([, v]) => v !== undefined).map(([o, v]) => `${o} ${singleQuote(v ?? '')}`); // prettier-ignore
  const called = [
    ...(spec.function === undefined ? [] : [`-F ${spec.function}`]),
    ...(spec.command === undefined ? [] : [`-C ${singleQuote(spec.command)}`]),
  ];
  return ['complete', ...spec.options.map((o) => `-o ${o}`), ...letters, ...named, ...quoted, ...called, command].join(' ');
}

const specBuckets = 512;

export const complete: Builtin = async (sh, args, name) => {
  const parsed = await parseSpec(sh, args, name);
  if (typeof parsed === 'number') return parsed;
  const { flags, spec } = parsed;
  const names = [...Object.keys(special).filter((f) => flags.has(f)).map((f) => special[f] ?? ''), ...parsed.rest]; // prettier-ignore
  if (flags.has('r')) {
    if (names.length === 0) sh.completions.clear();
    let status = 0;
    for (const n of names) {
      if (sh.completions.delete(n)) continue;
      await sh.complain(`${n}: no completion specification`, name);
      status = 1;
    }
    return status;
  }
  if (flags.has('p') || args.length === 0) {
    let status = 0;
    for (const n of names.length > 0 ? names : walkOrder([...sh.completions.keys()], specBuckets)) {
      const known = sh.completions.get(n);
      if (known) await sh.out(`${specText(n, known)}\n`);
      else {
        await sh.complain(`${n}: no completion specification`, name);
        status = 1;
      }
    }
    return status;
  }
  if (names.length === 0) return usage(sh, name);
  for (const n of names) sh.completions.set(n, spec);
  return 0;
};

export const compopt: Builtin = async (sh, args, name) => {
  const names = args.filter((a, i) => !/^[-+]/.test(a) && !/^[-+]o$/.test(args[i - 1] ?? ''));
  if (names.length === 0 && !sh.completing) {
    await sh.complain('not currently executing completion function', name);
    return 1;
  }
  for (const n of names) {
    const spec = sh.completions.get(n);
    if (!spec) {
      await sh.complain(`${n}: no completion specification`, name);
      return 1;
    }
    const chosen = new Set(spec.options);
    args.forEach((a, i) => {
      const option = args[i + 1] ?? '';
      if (a === '-o') chosen.add(option);
      else if (a === '+o') chosen.delete(option);
    });
    sh.completions.set(n, { ...spec, options: [...chosen].sort() });
  }
  return 0;
};
