import { SIG, SIGRTMAX, signalName, type SignalOrigin, type Stat, type TraceValue, type WaitStatus } from '../../kernel';

/** How much strace shows: -s, -x/-xx, -v, -y. */
export interface Style {
  readonly stringMax: number;
  readonly hex: 'never' | 'unprintable' | 'always';
  readonly verbose: boolean;
  readonly paths: boolean;
  /** Where in the tracee's memory something named so lies. */
  readonly address: (name: string) => string;
}

const escapes: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\' };
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 55;

/** A C string literal: octal escapes as short as the next byte allows. */
export function quoted(bytes: Uint8Array, style: Style, max = Infinity): string {
  const shown = bytes.subarray(0, max);
  const plain = (byte: number): boolean => (byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13);
  let text = '';
  if (style.hex === 'always' || (style.hex === 'unprintable' && !shown.every(plain)))
    for (const byte of shown) text += `\\x${byte.toString(16).padStart(2, '0')}`;
  else
    for (const [i, byte] of shown.entries()) {
      const escape = escapes[byte];
      if (escape !== undefined) text += escape;
      else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte);
      else text += `\\${byte.toString(8).padStart(isDigit(shown[i + 1]) ? 3 : 1, '0')}`;
    }
  return `"${text}"${bytes.length > max ? '...' : ''}`;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The kernel's numbering: real-time signals from 32. */
function shortName(signal: number): string {
  if (signal >= 32) return signal === 32 ? 'RTMIN' : `RT_${signal - 32}`;
  // its own name for 29
  return signal === SIG.POLL ? 'IO' : (signalName(signal) ?? String(signal));
}
export const longName = (signal: number): string => (signal === 0 ? '0' : `SIG${shortName(signal)}`);

function signalSet(set: bigint): string {
  const members = (wanted: bigint): string[] =>
    Array.from({ length: SIGRTMAX }, (_, i) => i + 1).filter((n) => (wanted >> BigInt(n - 1)) & 1n).map(shortName); // prettier-ignore
  const names = members(set);
  return names.length > (SIGRTMAX * 2) / 3 ? `~[${members(~set).join(' ')}]` : `[${names.join(' ')}]`;
}

function status(value: WaitStatus): string {
  switch (value.kind) {
    case 'exited':
      return `{WIFEXITED(s) && WEXITSTATUS(s) == ${value.code}}`;
    case 'signaled':
      return `{WIFSIGNALED(s) && WTERMSIG(s) == ${longName(value.signal)}${value.core ? ' && WCOREDUMP(s)' : ''}}`;
    case 'stopped':
      return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${longName(value.signal)}}`;
    case 'continued':
      return '{WIFCONTINUED(s)}';
  }
}

const types: Readonly<Record<Stat['type'], string>> = {
  file: 'S_IFREG', directory: 'S_IFDIR', symlink: 'S_IFLNK', fifo: 'S_IFIFO', char: 'S_IFCHR', block: 'S_IFBLK', socket: 'S_IFSOCK',
}; // prettier-ignore
const special = [[0o4000, 'S_ISUID'], [0o2000, 'S_ISGID'], [0o1000, 'S_ISVTX']] as const; // prettier-ignore
const device = (dev: number): string => `makedev(0x${(dev >> 8).toString(16)}, 0x${(dev & 255).toString(16)})`;

function stat(value: Stat, { verbose }: Style): string {
  const bits = special.filter(([bit]) => value.mode & bit).map(([, name]) => name);
  const mode = [types[value.type], ...bits, `0${(value.mode & 0o777).toString(8)}`].join('|');
  const isDevice = value.type === 'char' || value.type === 'block';
  const size = isDevice ? `st_rdev=${device(value.rdev)}` : `st_size=${value.size}`;
  if (!verbose) return `{st_mode=${mode}, ${size}, ...}`;
  const time = (name: string, ms: number): string => {
    const date = new Date(ms).toISOString().replace('.', ',').replace(/,(\d+)Z$/, '.$1000000+0000'); // prettier-ignore
    return `st_${name}=${Math.floor(ms / 1000)} /* ${date} */, st_${name}_nsec=${Math.round((ms % 1000) * 1e6)}`;
  };
  return `{st_dev=${device(value.dev)}, st_ino=${value.ino}, st_mode=${mode}, st_nlink=${value.nlink}, st_uid=${value.uid}, st_gid=${value.gid}, st_blksize=${value.blksize}, st_blocks=${value.blocks}, ${size}, ${time('atime', value.atimeMs)}, ${time('mtime', value.mtimeMs)}, ${time('ctime', value.ctimeMs)}}`;
}

const octal = (value: number): string => (value === 0 ? '000' : `0${value.toString(8)}`);
export const octalResult = octal;

/** One argument. `name` says whose address a pointer is. */
export function text(value: TraceValue, style: Style, name = 'argument'): string {
  switch (value.is) {
    case 'number':
      return String(value.value);
    case 'word':
      return value.value;
    case 'octal':
      return octal(value.value);
    case 'path':
      return quoted(encode(value.value), style);
    case 'string':
      return quoted(encode(value.value), style, style.stringMax);
    case 'bytes':
      return quoted(value.value, style, style.stringMax);
    case 'fd':
      return `${value.value}${style.paths && value.path !== undefined ? `<${value.path}>` : ''}`;
    case 'cwd':
      return `AT_FDCWD${style.paths ? `<${value.path}>` : ''}`;
    case 'strings':
      return strings(value.value, style);
    case 'pointer':
      return `${style.address(value.note === undefined ? name : 'entries')}${value.note === undefined ? '' : ` /* ${value.note} */`}`;
    case 'environment':
      return style.verbose ? strings(value.value, style) : `${style.address('envp')} /* ${value.value.length} vars */`;
    case 'signal':
      return longName(value.value);
    case 'signals':
      return signalSet(value.value);
    case 'status':
      return status(value.value);
    case 'stat':
      return stat(value.value, style);
    case 'named':
      return `${value.name}=${text(value.value, style, value.name)}`;
    case 'struct':
      return `{${value.value.map(([field, each]) => `${field}=${text(each, style, field)}`).join(', ')}${value.more ? ', ...' : ''}}`;
    case 'list':
      return `[${value.value.map((each) => text(each, style, name)).join(', ')}]`;
  }
}

/** argv: as many as -s has characters, each as long. */
function strings(values: readonly string[], style: Style): string {
  const shown = values.slice(0, style.stringMax).map((each) => quoted(encode(each), style, style.stringMax));
  return `[${[...shown, ...(values.length > style.stringMax ? ['...'] : [])].join(', ')}]`;
}

/** `{si_signo=SIGTERM, si_code=SI_USER, si_pid=7, si_uid=0}` */
export function siginfo(signal: number, { code, pid, uid, status: ended }: SignalOrigin): string {
  const fields = [`si_signo=${longName(signal)}`, `si_code=${code}`];
  if (pid !== undefined) fields.push(`si_pid=${pid}`, `si_uid=${uid ?? 0}`);
  if (ended) fields.push(`si_status=${'exit' in ended ? ended.exit : longName(ended.signal)}`, 'si_utime=0', 'si_stime=0');
  return `{${fields.join(', ')}}`;
}
