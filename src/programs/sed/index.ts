import { Errno } from '../../kernel';
import { type Command, type Context, Exit } from '../command';
import type { Options } from '../getopt';
import { readText } from '../input';
import { Output } from '../output';
import { dirName } from '../path';
import { bytes } from '../text';
import { PatternError } from '../../regex';
import { parseScript, ScriptError } from './parse';
import { Machine, type SedOptions } from './run';
import type { Place, SedCommand } from './syntax';

async function script(ctx: Context, options: Options): Promise<{ text: string; places: readonly Place[]; operands: readonly string[] }> {
  const parts: string[] = [];
  const places: Place[] = [];
  let expressions = 0;
  const from = (): number => parts.reduce((n, p) => n + p.length + 1, 0);
  for (const o of options.list) {
    if (o.name === 'e') {
      // `-e 'a\' -e text`: pieces are lines
      places.push({ name: `-e expression #${++expressions}`, from: from(), file: false });
      parts.push(o.value as string);
    } else if (o.name === 'f') {
      try {
        places.push({ name: `file ${o.value}`, from: from(), file: true });
        parts.push((await readText(ctx.proc, o.value === '-' ? '/dev/stdin' : (o.value as string))).replace(/\n$/, ''));
      } catch (error) {
        if (error instanceof Errno)
          return ctx.fail(
            ctx.gnu ? `couldn't open file ${o.value}: ${ctx.strerror(error)}` : `${o.value}: ${ctx.strerror(error)}`,
            ctx.gnu ? 4 : 1,
          );
        throw error;
      }
    }
  }
  if (parts.length > 0) return { text: parts.join('\n'), places, operands: options.operands };
  const [first, ...rest] = options.operands;
  if (first === undefined) {
    if (!ctx.gnu) return ctx.usage();
    await ctx.stderr(`Usage: ${ctx.name} [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n${help}`);
    throw new Exit(1);
  }
  return { text: first, places: [{ name: '-e expression #1', from: 0, file: false }], operands: rest };
}

async function openWriters(ctx: Context, commands: readonly SedCommand[]): Promise<Map<string, Output>> {
  const writers = new Map<string, Output>();
  for (const c of commands) {
    const name = c.name === 'w' || c.name === 'W' ? c.text : c.flags?.file;
    if (name === undefined || writers.has(name)) continue;
    if (name === '/dev/stdout') writers.set(name, ctx.out);
    else {
      try {
        const fd = name === '/dev/stderr' ? 2 : await ctx.proc.open(name, ['write', 'create', 'truncate'], 0o666);
        writers.set(name, new Output(ctx.proc, fd));
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`couldn't open file ${name}: ${ctx.strerror(error)}`, 4);
        throw error;
      }
    }
  }
  return writers;
}

/** -i: writes a temporary file beside, and renames it over the file. */
async function inPlace(
  ctx: Context,
  commands: readonly SedCommand[],
  style: SedOptions,
  name: string,
  suffix: string,
  writers: Map<string, Output>,
): Promise<boolean> {
  const { proc } = ctx;
  let mode: number;
  let owner: [number, number];
  try {
    const s = proc.stat(name);
    if (s.type !== 'file') {
      await ctx.perrorText(ctx.gnu ? `couldn't edit ${name}: not a regular file` : `${name}: not a regular file`, 4);
      return false;
    }
    mode = s.mode;
    owner = [s.uid, s.gid];
  } catch (error) {
    await ctx.perror(ctx.gnu ? `can't read ${name}` : name, error, ctx.gnu ? 2 : 1);
    return false;
  }
  const tag = Array.from(
    { length: 6 },
    () => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[Math.floor(proc.clock.random() * 62)],
  ).join('');
  const directory = dirName(name);
  const temporary = ctx.gnu ? `${directory === '.' && !name.includes('/') ? '.' : directory}/sed${tag}` : `${name}${tag}`;
  let fd: number;
  try {
    fd = await proc.open(temporary, ['write', 'create', 'exclusive'], 0o600);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return ctx.fail(
      ctx.gnu
        ? `couldn't open temporary file ${temporary}: ${ctx.strerror(error)}`
        : `can't create temp file '${name}XXXXXX': ${ctx.strerror(error)}`,
      ctx.gnu ? 4 : 1,
    );
  }
  const out = new Output(proc, fd);
  out.charset = ctx.out.charset;
  for (const c of commands) {
    c.until = 0;
    c.active = false;
  }
  const machine = new Machine(ctx, commands, style, [name], out, writers);
  const status = await machine.run();
  if (machine.quit) {
    // q in the middle: the rest of the file is kept
    ctx.status = status;
  }
  proc.close(fd);
  proc.chmod(temporary, mode);
  try {
    proc.chown(temporary, owner[0], owner[1]);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
  if (suffix !== '') proc.rename(name, suffix.includes('*') ? suffix.replaceAll('*', name) : name + suffix);
  proc.rename(temporary, name);
  return !machine.quit;
}

const help =
  "  -n, --quiet, --silent\n                 suppress automatic printing of pattern space\n      --debug\n                 annotate program execution\n  -e script, --expression=script\n                 add the script to the commands to be executed\n  -f script-file, --file=script-file\n                 add the contents of script-file to the commands to be executed\n  --follow-symlinks\n                 follow symlinks when processing in place\n  -i[SUFFIX], --in-place[=SUFFIX]\n                 edit files in place (makes backup if SUFFIX supplied)\n  -l N, --line-length=N\n                 specify the desired line-wrap length for the `l' command\n  --posix\n                 disable all GNU extensions.\n  -E, -r, --regexp-extended\n                 use extended regular expressions in the script\n                 (for portability use POSIX -E).\n  -s, --separate\n                 consider files as separate rather than as a single,\n                 continuous long stream.\n      --sandbox\n                 operate in sandbox mode (disable e/r/w commands).\n  -u, --unbuffered\n                 load minimal amounts of data from the input files and flush\n                 the output buffers more often\n  -z, --null-data\n                 separate lines by NUL characters\n      --help     display this help and exit\n      --version  output version information and exit\n\nIf no -e, --expression, -f, or --file option is given, then the first\nnon-option argument is taken as the sed script to interpret.  All\nremaining arguments are names of input files; if no input files are\nspecified, then the standard input is read.\n\nGNU sed home page: <https://www.gnu.org/software/sed/>.\nGeneral help using GNU software: <https://www.gnu.org/gethelp/>.\n";

export const sed: Command = {
  gnu: {
    short: 'bsnrzuEe:f:l:i::V:h',
    long: {
      quiet: 'n',
      silent: 'n',
      'expression:': 'e',
      'file:': 'f',
      'regexp-extended': 'E',
      'in-place::': 'i',
      'line-length:': 'l',
      separate: 's',
      unbuffered: 'u',
      'null-data': 'z',
      'zero-terminated': 'z',
      posix: 'posix',
      debug: 'debug',
      sandbox: 'sandbox',
      'follow-symlinks': 'follow',
    },
    package: 'sed',
    writeError: "couldn't flush stdout",
    writeStatus: 4,
    usage: '[OPTION]... {script-only-if-no-other-script} [input-file]...\n',
    help,
    tryText: (name) => `Usage: ${name} [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n${help}`,
  },
  busybox: {
    short: 'i::rEne:f:',
    long: { version: 'version', 'in-place::': 'i', 'regexp-extended': 'E', quiet: 'n', silent: 'n', 'expression:': 'e', 'file:': 'f' },
    usage:
      '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...\n\n\t-e CMD\tAdd CMD to sed commands to be executed\n\t-f FILE\tAdd FILE contents to sed commands to be executed\n\t-i[SFX]\tEdit files in-place (otherwise write to stdout)\n\t\tOptionally back files up, appending SFX\n\t-n\tSuppress automatic printing of pattern space\n\t-r,-E\tUse extended regex syntax\n\nIf no -e or -f, the first non-option argument is the sed command string.\nRemaining arguments are input files (stdin if none).',
  },
  run: async (ctx, options) => {
    if (options.has('version')) return (await ctx.line('This is not GNU sed version 4.0'), 0);
    const { text, places, operands } = await script(ctx, options);
    let commands: SedCommand[];
    try {
      commands = parseScript(ctx.charset.arg(text.replace(/^#n\n/, '')), {
        extended: options.has('E', 'r'),
        gnu: ctx.gnu,
        bytes: ctx.charset.name === 'bytes',
        places,
        posix: options.has('posix'),
        sandbox: options.has('sandbox'),
      });
    } catch (error) {
      if (error instanceof PatternError) return ctx.fail(error.message, 4);
      if (error instanceof ScriptError)
        return ctx.fail(ctx.gnu ? error.message : busyboxText(error.message), ctx.gnu && /^can't find label/.test(error.message) ? 4 : 1);
      throw error;
    }
    const quiet = options.has('n') || /^#n\n/.test(text);
    const style: SedOptions = {
      quiet,
      separate: options.has('s', 'i'),
      delimiter: options.has('z') ? 0 : 10,
      unbuffered: options.has('u'),
      lineWrap: Number(options.value('l') ?? 70),
      posix: options.has('posix'),
    };
    if (ctx.charset.name === 'bytes') ctx.out.charset = bytes;
    const writers = await openWriters(ctx, commands);
    let status = 0;
    if (options.has('i')) {
      if (ctx.gnu && operands.length === 0) return ctx.fail('no input files', 4);
      for (const name of operands)
        if (!(await inPlace(ctx, commands, style, name, options.value('i') ?? '', writers)) && ctx.status === 0) break;
    } else {
      for (const names of style.separate ? operands.map((o) => [o]) : [operands.length > 0 ? operands : ['-']])
        status = await new Machine(ctx, commands, style, names, ctx.out, writers).run();
    }
    for (const w of writers.values()) await w.flush();
    return status || ctx.status;
  },
};

/** busybox says only what is wrong, in its own words. */
function busyboxText(message: string): string {
  const detail = message.replace(/^.*?: /, '');
  if (/unterminated `s'|unknown option to `s'/.test(detail))
    return /unknown option/.test(detail) ? 'bad option in substitution expression' : "unmatched '/'";
  if (/unknown command/.test(detail)) return `unsupported command ${/`(.)'/.exec(detail)?.[1] ?? ''}`;
  if (/unterminated address/.test(detail)) return "unmatched '/'";
  const label = /^can't find label for jump to `(.*)'$/.exec(message);
  if (label) return `can't find label for jump to '${label[1]}'`;
  return detail;
}
