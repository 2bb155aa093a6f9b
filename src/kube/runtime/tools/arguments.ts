/** A tool's options: name or letter -> whether it takes a value. */
export interface OptionSpec {
  readonly long: string;
  readonly short?: string;
  readonly value?: boolean;
  /** What its value is called in a list of options; default `string`. */
  readonly type?: string;
  readonly help?: string;
  /** Another name for the same. */
  readonly alias?: string;
}

export interface ParsedArguments {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  /** `unknown flag: --foo`, `unknown shorthand flag: 'z' in -z`, `flag needs an argument: --name`. */
  readonly error: string | undefined;
}

/**
 * pflag's reading of a command line. With `interspersed` false, options end at the first operand (docker exec, run).
 * `goFlags`: as Go's own flag package has it, one dash or two before any name, and letters may be put together.
 */
export function parseArguments(
  given: readonly string[],
  specs: readonly OptionSpec[],
  interspersed = true,
  goFlags = false,
): ParsedArguments {
  const isName = (text: string): boolean => specs.some(({ long, alias }) => text === long || text === alias);
  const args = goFlags ? given.map((arg) => (/^-[^-]/.test(arg) && isName(arg.slice(1).split('=')[0] ?? '') ? `-${arg}` : arg)) : given;
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
      const spec = specs.find((s) => s.long === name || s.alias === name);
      if (!spec) return result(goFlags ? `flag provided but not defined: -${name}` : `unknown flag: --${name}`);
      if (!spec.value) {
        if (inline !== 'false') flags.add(spec.long);
      } else if (inline !== undefined) set(spec, inline);
      else if (i + 1 < args.length) set(spec, args[++i]!);
      else return result(`flag needs an argument: ${goFlags ? '-' : '--'}${name}`);
    } else if (arg.startsWith('-') && arg !== '-') {
      for (let j = 1; j < arg.length; j++) {
        const spec = specs.find((s) => s.short === arg[j]);
        if (!spec) return result(goFlags ? `flag provided but not defined: ${arg}` : `unknown shorthand flag: '${arg[j]}' in ${arg}`);
        if (!spec.value) {
          flags.add(spec.long);
          continue;
        }
        const rest = arg.slice(j + 1).replace(/^=/, '');
        if (rest) set(spec, rest);
        else if (i + 1 < args.length) set(spec, args[++i]!);
        else return result(goFlags ? `flag needs an argument: -${arg[j]}` : `flag needs an argument: '${arg[j]}' in ${arg}`);
        break;
      }
    } else {
      operands.push(arg);
      if (!interspersed) return (operands.push(...args.slice(i + 1)), result());
    }
  }
  return result();
}

/** The options as pflag lists them; those without help are hidden. */
export function optionUsages(specs: readonly OptionSpec[]): string {
  const rows = specs
    .filter(({ help }) => help !== undefined)
    .sort((a, b) => (a.long < b.long ? -1 : 1))
    .map(({ long, short, value, type = 'string', help = '' }): [string, string] => [
      `  ${short ? `-${short},` : '   '} --${long}${value ? ` ${type}` : ''}`,
      help,
    ]);
  const width = Math.max(0, ...rows.map(([name]) => name.length)) + 3;
  return rows.map(([name, help]) => `${name.padEnd(width)}${help.replaceAll('\n', `\n${' '.repeat(width)}`)}\n`).join('');
}
