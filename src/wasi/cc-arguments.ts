/** What a compiler driver's command line asks for. */
export interface CcArguments {
  /** How far to go: -E, -S, -c, or a linked program. */
  readonly stage: 'preprocess' | 'assemble' | 'compile' | 'link';
  readonly sources: readonly string[];
  readonly objects: readonly string[];
  readonly output: string | undefined;
  /** Options for clang as they were given. */
  readonly options: readonly string[];
  /** Options for the linker (-Wl,…, -l, -L). */
  readonly linkOptions: readonly string[];
  readonly includeDirs: readonly string[];
  /** --version, -v, --help: clang answers by itself. */
  readonly asks: boolean;
}

/** Options that take the next word as their value. */
const withValue: ReadonlySet<string> = new Set([
  '-D',
  '-U',
  '-I',
  '-include',
  '-isystem',
  '-iquote',
  '-x',
  '-MF',
  '-MT',
  '-MQ',
  '-Xclang',
  '--param',
]);
/** Options of native builds that have no meaning here: everything is static, position-free and 32-bit. */
const meaningless = /^-(static|static-pie|s|pthread|fPIC|fpic|fPIE|fpie|pie|no-pie|rdynamic|pipe|m64|m32|march=.*|mtune=.*)$/;
/** Libraries that wasi-libc has inside libc, or that this libc does without. */
const builtInLibraries: ReadonlySet<string> = new Set(['-lc', '-lm', '-lpthread', '-lrt', '-ldl', '-lutil']);

export function parseCcArguments(args: readonly string[]): CcArguments {
  const sources: string[] = [];
  const objects: string[] = [];
  const options: string[] = [];
  const linkOptions: string[] = [];
  const includeDirs: string[] = [];
  let stage: CcArguments['stage'] = 'link';
  let output: string | undefined;
  let asks = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const value = (): string => args[++i] ?? '';
    if (arg === '-o') output = value();
    else if (arg.startsWith('-o')) output = arg.slice(2);
    else if (arg === '-c') stage = 'compile';
    else if (arg === '-S') stage = 'assemble';
    else if (arg === '-E') stage = 'preprocess';
    else if (arg === '--version' || arg === '-v' || arg === '--help' || arg === '-dumpversion' || arg === '-dumpmachine') {
      asks = true;
      options.push(arg);
    } else if (arg === '-I') {
      const dir = value();
      includeDirs.push(dir);
      options.push(arg, dir);
    } else if (withValue.has(arg)) options.push(arg, value());
    else if (arg.startsWith('-I')) {
      includeDirs.push(arg.slice(2));
      options.push(arg);
    } else if (arg === '-L' || arg === '-l' || arg === '-Xlinker') linkOptions.push(arg, value());
    else if (arg.startsWith('-l')) {
      if (!builtInLibraries.has(arg)) linkOptions.push(arg);
    } else if (arg.startsWith('-L') || arg.startsWith('-Wl,')) linkOptions.push(arg);
    else if (arg.startsWith('-') && arg !== '-') {
      if (!meaningless.test(arg)) options.push(arg);
    } else if (/\.(o|a)$/.test(arg)) objects.push(arg);
    else sources.push(arg);
  }
  return { stage, sources, objects, output, options, linkOptions, includeDirs, asks: asks && sources.length === 0 && objects.length === 0 };
}

/** `dir/pause.c` with `.o` -> `pause.o`, in the working directory as every driver does. */
export function derivedName(source: string, suffix: string): string {
  const base = source.slice(source.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return (dot > 0 ? base.slice(0, dot) : base) + suffix;
}
