import { failure } from './errors';

/** Kinds of pflag values. `optional` below is pflag's NoOptDefVal: the value of a flag given without one. */
export type FlagKind = 'bool' | 'string' | 'int' | 'duration' | 'array' | 'slice' | 'map' | 'tristate';

export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly kind: FlagKind;
  /** As text, e.g. `none`, `5m0s`; empty for bools that are false. */
  readonly value?: string;
  readonly usage?: string;
  /** How help shows the default, when not as its kind has it. */
  readonly shown?: string;
  readonly optional?: string;
  readonly hidden?: boolean;
  readonly required?: boolean;
}

const optionalOf = (flag: Flag): string | undefined => flag.optional ?? (flag.kind === 'bool' ? 'true' : undefined);
const label = (flag: Flag): string => (flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`);

/** strconv.ParseBool. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  return undefined;
}

const durationUnits: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** time.ParseDuration, in ms; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^([+-]?)(0|(?:\d*\.?\d*(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (!match) return undefined;
  let ms = 0;
  for (const part of match[2]!.matchAll(/(\d*\.?\d*)(ns|us|µs|ms|s|m|h)/g)) {
    if (part[1] === '' || part[1] === '.') return undefined;
    ms += Number(part[1]) * durationUnits[part[2]!]!;
  }
  return match[1] === '-' ? -ms : ms;
}

/** Why a duration is none, as package time words it. */
export function durationProblem(text: string): string {
  if (/^[+-]?(\d+\.?\d*)$/.test(text)) return `time: missing unit in duration "${text}"`;
  const unit = /^[+-]?[\d.]+([^\d.]+)/.exec(text);
  if (unit && !(unit[1]! in durationUnits)) return `time: unknown unit "${unit[1]}" in duration "${text}"`;
  return `time: invalid duration "${text}"`;
}

/** Fields of a comma-separated value, with CSV quoting, as pflag's slices read it. */
export function splitSlice(text: string): string[] {
  if (text === '') return [];
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') field += text[++i]!;
      else if (c === '"') quoted = false;
      else field += c;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === ',') {
      fields.push(field);
      field = '';
    } else field += c;
  }
  return [...fields, field];
}

/** What a flag's value must be, or pflag's reason why it is not. */
function problem(flag: Flag, text: string): string | undefined {
  switch (flag.kind) {
    case 'bool':
    case 'tristate':
      return parseBool(text) === undefined ? `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax` : undefined;
    case 'int':
      return /^[+-]?\d+$/.test(text) ? undefined : `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
    case 'duration':
      return parseDuration(text) === undefined ? durationProblem(text) : undefined;
    case 'map': {
      const wrong = splitSlice(text).find((pair) => !pair.includes('='));
      return wrong === undefined ? undefined : `${wrong} must be formatted as key=value`;
    }
    default:
      return undefined;
  }
}

/** The flags of one run, typed on reading. */
export class Flags {
  private readonly given = new Map<string, string[]>();
  constructor(private readonly known: ReadonlyMap<string, Flag>) {}

  set(flag: Flag, text: string): void {
    const why = problem(flag, text);
    if (why) throw new FlagProblem(`invalid argument ${JSON.stringify(text)} for "${label(flag)}" flag: ${why}`);
    const list = this.given.get(flag.name) ?? [];
    this.given.set(flag.name, [...list, text]);
  }
  changed(name: string): boolean {
    return this.given.has(name);
  }
  has(name: string): boolean {
    return this.known.has(name);
  }
  string(name: string): string {
    return this.given.get(name)?.at(-1) ?? this.known.get(name)?.value ?? '';
  }
  bool(name: string): boolean {
    return parseBool(this.string(name)) ?? false;
  }
  int(name: string): number {
    return Number(this.string(name) || '0');
  }
  /** ms */
  duration(name: string): number {
    return parseDuration(this.string(name)) ?? 0;
  }
  /** The flags without some of their names, as if those did not exist. */
  without(names: ReadonlySet<string>): Flags {
    const left = new Flags(new Map([...this.known].filter(([name]) => !names.has(name))));
    for (const [name, texts] of this.given) if (!names.has(name)) left.given.set(name, texts);
    return left;
  }
  list(name: string): string[] {
    const { kind, value } = this.known.get(name) ?? {};
    const given = this.given.get(name) ?? (value ? [value] : []);
    return kind === 'slice' || kind === 'map' ? given.flatMap(splitSlice) : given;
  }
}

export class FlagProblem extends Error {}

export interface Parsed {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** How many arguments came before `--`; -1 without it. */
  readonly dashAt: number;
}

/** pflag's FlagSet.Parse over flags given by name and shorthand. Throws `FlagProblem`. */
export function parseFlags(words: readonly string[], known: readonly Flag[], interspersed = true): Parsed {
  const byName = new Map(known.map((flag) => [flag.name, flag]));
  const byShort = new Map(known.flatMap((flag) => (flag.short ? [[flag.short, flag] as const] : [])));
  const flags = new Flags(byName);
  const args: string[] = [];
  let dashAt = -1;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      dashAt = args.length;
      args.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      if (!interspersed) {
        args.push(...words.slice(i));
        break;
      }
      args.push(word);
    } else if (word.startsWith('--')) i += longFlag(word, words[i + 1]);
    else i += shortFlags(word.slice(1), words[i + 1]);
  }
  return { flags, args, dashAt };

  function longFlag(word: string, next: string | undefined): number {
    const body = word.slice(2);
    if (body.startsWith('-') || body.startsWith('=')) throw new FlagProblem(`bad flag syntax: ${word}`);
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    const flag = byName.get(name);
    if (!flag) throw new FlagProblem(`unknown flag: --${name}`);
    if (equals >= 0) flags.set(flag, body.slice(equals + 1));
    else if (optionalOf(flag) !== undefined) flags.set(flag, optionalOf(flag)!);
    else if (next === undefined) throw new FlagProblem(`flag needs an argument: --${name}`);
    else {
      flags.set(flag, next);
      return 1;
    }
    return 0;
  }

  function shortFlags(cluster: string, next: string | undefined): number {
    let rest = cluster;
    while (rest) {
      const short = rest[0]!;
      const flag = byShort.get(short);
      if (!flag) throw new FlagProblem(`unknown shorthand flag: '${short}' in -${rest}`);
      if (rest.length > 2 && rest[1] === '=') {
        flags.set(flag, rest.slice(2));
        return 0;
      }
      if (optionalOf(flag) !== undefined) {
        flags.set(flag, optionalOf(flag)!);
        rest = rest.slice(1);
      } else if (rest.length > 1) {
        flags.set(flag, rest.slice(1));
        return 0;
      } else if (next !== undefined) {
        flags.set(flag, next);
        return 1;
      } else throw new FlagProblem(`flag needs an argument: '${short}' in -${rest}`);
    }
    return 0;
  }
}

/** Whether a word is a flag that takes the next word as its value (cobra's stripFlags). */
export function takesNext(word: string, known: readonly Flag[]): boolean {
  if (word.startsWith('--')) {
    if (word.includes('=')) return false;
    const flag = known.find((f) => f.name === word.slice(2));
    return flag === undefined || optionalOf(flag) === undefined;
  }
  if (!word.startsWith('-') || word.includes('=') || word.length !== 2) return false;
  const flag = known.find((f) => f.short === word.slice(1));
  return flag === undefined || optionalOf(flag) === undefined;
}

export function flagFailure(error: FlagProblem, path: string): Error {
  return failure(`${error.message}\nSee '${path} --help' for usage.`);
}
