import type { Libc } from '../kernel';

/** What getopt_long(3) is given. */
export interface OptionTable {
  /** As optstring: `ab:c::`; a leading `+` stops at the first operand. */
  readonly short: string;
  /** `all` takes no argument, `width:` one, `color::` an optional one; the value is the name under which the option is reported. */
  readonly long?: Readonly<Record<string, string>>;
}

export interface Option {
  readonly name: string;
  readonly value: string | undefined;
}

export class Options {
  constructor(
    readonly list: readonly Option[],
    readonly operands: readonly string[],
  ) {}
  has(...names: readonly string[]): boolean {
    return this.list.some((o) => names.includes(o.name));
  }
  /** The value given last. */
  value(name: string): string | undefined {
    return this.list.findLast((o) => o.name === name)?.value;
  }
  values(name: string): readonly string[] {
    return this.list.filter((o) => o.name === name).map((o) => o.value ?? '');
  }
  /** Which of these was given last. */
  last(...names: readonly string[]): string | undefined {
    return this.list.findLast((o) => names.includes(o.name))?.name;
  }
}

/** A wrong command line; the text is the libc's, without the program's name. */
export class OptionError extends Error {}

type Arity = 'none' | 'required' | 'optional';

interface Long {
  readonly name: string;
  readonly arity: Arity;
  readonly reported: string;
}

function longOptions(table: OptionTable): Long[] {
  return Object.entries(table.long ?? {}).map(([key, reported]) => {
    const arity = key.endsWith('::') ? 'optional' : key.endsWith(':') ? 'required' : 'none';
    return { name: key.replace(/:+$/, ''), arity, reported };
  });
}

function shortArity(short: string, letter: string): Arity | undefined {
  const i = letter === ':' ? -1 : short.indexOf(letter);
  if (i < 0) return undefined;
  return short[i + 1] !== ':' ? 'none' : short[i + 2] === ':' ? 'optional' : 'required';
}

/** getopt_long(3) with permutation, abbreviations, and the error texts of glibc or musl. */
export function getopt(args: readonly string[], table: OptionTable, libc: Libc): Options {
  const musl = libc === 'musl';
  const stopAtOperand = table.short.startsWith('+');
  const short = stopAtOperand ? table.short.slice(1) : table.short;
  const longs = longOptions(table);
  const list: Option[] = [];
  const operands: string[] = [];

  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--') && table.long === undefined) throw new OptionError(musl ? 'unrecognized option: -' : "invalid option -- '-'");
    if (arg.startsWith('--')) {
      const option = matchLong(arg.slice(2), longs, musl);
      if (option.arity === 'required' && option.value === undefined) {
        if (i + 1 >= args.length)
          throw new OptionError(musl ? `option requires an argument: ${option.name}` : `option '--${option.name}' requires an argument`);
        list.push({ name: option.reported, value: args[++i] });
      } else list.push({ name: option.reported, value: option.value });
    } else if (arg.length > 1 && arg.startsWith('-')) {
      for (let k = 1; k < arg.length; k++) {
        const letter = arg[k] as string;
        const arity = shortArity(short, letter);
        if (arity === undefined) throw new OptionError(musl ? `unrecognized option: ${letter}` : `invalid option -- '${letter}'`);
        if (arity === 'none') list.push({ name: letter, value: undefined });
        else {
          const attached = arg.slice(k + 1);
          if (attached !== '') list.push({ name: letter, value: attached });
          else if (arity === 'optional') list.push({ name: letter, value: undefined });
          else if (i + 1 < args.length) list.push({ name: letter, value: args[++i] });
          else throw new OptionError(musl ? `option requires an argument: ${letter}` : `option requires an argument -- '${letter}'`);
          break;
        }
      }
    } else if (stopAtOperand) {
      operands.push(...args.slice(i));
      break;
    } else operands.push(arg);
  }
  return new Options(list, operands);
}

function matchLong(text: string, longs: readonly Long[], musl: boolean): Long & { value: string | undefined } {
  const eq = text.indexOf('=');
  const name = eq < 0 ? text : text.slice(0, eq);
  const value = eq < 0 ? undefined : text.slice(eq + 1);
  const candidates = longs.filter((l) => l.name.startsWith(name));
  const exact = candidates.find((l) => l.name === name);
  const same = candidates.every((l) => l.reported === candidates[0]?.reported && l.arity === candidates[0].arity);
  const found = exact ?? (same ? candidates[0] : undefined);
  if (!found) {
    if (candidates.length === 0) throw new OptionError(musl ? `unrecognized option: ${text}` : `unrecognized option '--${text}'`);
    const possibilities = candidates.map((l) => ` '--${l.name}'`).join('');
    throw new OptionError(musl ? `option is ambiguous: ${text}` : `option '--${text}' is ambiguous; possibilities:${possibilities}`);
  }
  if (found.arity === 'none' && value !== undefined) {
    throw new OptionError(musl ? `option does not take an argument: ${found.name}` : `option '--${found.name}' doesn't allow an argument`);
  }
  return { ...found, value };
}
