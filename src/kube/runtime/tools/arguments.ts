/** A tool's options: name or letter -> whether it takes a value. */
export interface OptionSpec {
  readonly long: string;
  readonly short?: string;
  readonly value?: boolean;
}

export interface ParsedArguments {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  /** `unknown flag: --foo`, `unknown shorthand flag: 'z' in -z`, `flag needs an argument: --name`. */
  readonly error: string | undefined;
}

/** pflag's reading of a command line. With `interspersed` false, options end at the first operand (docker exec, run). */
export function parseArguments(args: readonly string[], specs: readonly OptionSpec[], interspersed = true): ParsedArguments {
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const result = (error?: string): ParsedArguments => ({ flags, values, operands, error });
  const set = (spec: OptionSpec, value: string): void => void values.set(spec.long, [...(values.get(spec.long) ?? []), value]);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') return (operands.push(...args.slice(i + 1)), result());
    if (arg.startsWith('--')) {
      const [name = '', inline] = arg.slice(2).split(/=(.*)/s);
      const spec = specs.find((s) => s.long === name);
      if (!spec) return result(`unknown flag: --${name}`);
      if (!spec.value) {
        if (inline !== 'false') flags.add(spec.long);
      } else if (inline !== undefined) set(spec, inline);
      else if (i + 1 < args.length) set(spec, args[++i]!);
      else return result(`flag needs an argument: --${name}`);
    } else if (arg.startsWith('-') && arg !== '-') {
      for (let j = 1; j < arg.length; j++) {
        const spec = specs.find((s) => s.short === arg[j]);
        if (!spec) return result(`unknown shorthand flag: '${arg[j]}' in ${arg}`);
        if (!spec.value) {
          flags.add(spec.long);
          continue;
        }
        const rest = arg.slice(j + 1).replace(/^=/, '');
        if (rest) set(spec, rest);
        else if (i + 1 < args.length) set(spec, args[++i]!);
        else return result(`flag needs an argument: '${arg[j]}' in ${arg}`);
        break;
      }
    } else {
      operands.push(arg);
      if (!interspersed) return (operands.push(...args.slice(i + 1)), result());
    }
  }
  return result();
}
