import { Errno, type Limit, type LimitName } from '../../kernel';
import { type Builtin, invalidOption, options } from './types';

function symbolic(mask: number): string {
  const part = (shift: number): string => {
    const bits = ~(mask >> shift) & 7;
    return `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
  };
  return `u=${part(6)},g=${part(3)},o=${part(0)}`;
}

export const umask: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'pS');
  if (bad) return invalidOption(sh, name, bad);
  const [mode] = rest;
  if (mode !== undefined && /^[0-7]+$/.test(mode)) {
    sh.proc.umask(parseInt(mode, 8) & 0o777);
    if (flags.has('S') && sh.dialect.extended) await sh.out(`${symbolic(parseInt(mode, 8) & 0o777)}\n`);
    return 0;
  }
  const current = sh.proc.umask(0o022);
  sh.proc.umask(current);
  if (mode === undefined) {
    const shown = flags.has('S') ? symbolic(current) : current.toString(8).padStart(4, '0');
    await sh.out(`${flags.has('p') ? `umask ${flags.has('S') ? '-S ' : ''}` : ''}${shown}\n`);
    return 0;
  }
  let allowed = ~current & 0o777;
  for (const clause of mode.split(',')) {
    const m = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (!m) {
      if (sh.dialect.almquist) await sh.complain(`${sh.dialect.name === 'dash' ? 'Illegal mode: ' : 'illegal mode: '}${mode}`, name);
      else if (/^\d/.test(mode)) await sh.complain(`${mode}: octal number out of range`, name);
      else {
        const [, who = '', rest = ''] = /^([ugoa]*)([^]*)$/.exec(clause) ?? [];
        const operator = /^[-+=]/.test(rest);
        const wrong = operator ? (/^[-+=][rwx]*([^])/.exec(rest)?.[1] ?? '') : (rest[0] ?? mode[who.length] ?? '');
        await sh.complain(`\`${wrong}': invalid symbolic mode ${operator ? 'character' : 'operator'}`, name);
      }
      return sh.dialect.almquist ? 2 : 1;
    }
    const bits = [...(m[3] ?? '')].reduce((n, c) => n | (c === 'r' ? 4 : c === 'w' ? 2 : 1), 0);
    for (const who of m[1] === '' || m[1]?.includes('a') ? 'ugo' : (m[1] ?? '')) {
      const shift = who === 'u' ? 6 : who === 'g' ? 3 : 0;
      if (m[2] === '=') allowed = (allowed & ~(7 << shift)) | (bits << shift);
      else if (m[2] === '+') allowed |= bits << shift;
      else allowed &= ~(bits << shift);
    }
  }
  sh.proc.umask(~allowed & 0o777);
  if (flags.has('S') && sh.dialect.extended) await sh.out(`${symbolic(~allowed & 0o777)}\n`);
  return 0;
};

/** A letter, the limit it shows, its line in `ulimit -a`, what errors call it, and its unit in bytes or milliseconds. */
const limits: readonly (readonly [letter: string, resource: LimitName | 'pipe', label: string, words: string, unit: number])[] = [
  ['R', 'rttime', 'real-time non-blocking time  (microseconds, -R)', 'real-time non-blocking time', 1],
  ['c', 'core', 'core file size              (blocks, -c)', 'core file size', 512],
  ['d', 'data', 'data seg size               (kbytes, -d)', 'data seg size', 1024],
  ['e', 'nice', 'scheduling priority                 (-e)', 'scheduling priority', 1],
  ['f', 'fsize', 'file size                   (blocks, -f)', 'file size', 1024],
  ['i', 'sigpending', 'pending signals                     (-i)', 'pending signals', 1],
  ['l', 'memlock', 'max locked memory           (kbytes, -l)', 'max locked memory', 1024],
  ['m', 'rss', 'max memory size             (kbytes, -m)', 'max memory size', 1024],
  ['n', 'nofile', 'open files                          (-n)', 'open files', 1],
  ['p', 'pipe', 'pipe size                (512 bytes, -p)', 'pipe size', 512],
  ['q', 'msgqueue', 'POSIX message queues         (bytes, -q)', 'POSIX message queues', 1],
  ['r', 'rtprio', 'real-time priority                  (-r)', 'real-time priority', 1],
  ['s', 'stack', 'stack size                  (kbytes, -s)', 'stack size', 1024],
  ['t', 'cpu', 'cpu time                   (seconds, -t)', 'cpu time', 1],
  ['u', 'nproc', 'max user processes                  (-u)', 'max user processes', 1],
  ['v', 'as', 'virtual memory              (kbytes, -v)', 'virtual memory', 1024],
  ['x', 'locks', 'file locks                          (-x)', 'file locks', 1],
];
/** What `ulimit -a` of busybox calls them, in its order. */
const busyboxLabels: Readonly<Record<string, string>> = {
  c: 'core file size (blocks)',
  d: 'data seg size (kb)',
  e: 'scheduling priority',
  f: 'file size (blocks)',
  i: 'pending signals',
  l: 'max locked memory (kb)',
  m: 'max memory size (kb)',
  n: 'open files',
  q: 'POSIX message queues (bytes)',
  r: 'real-time priority',
  s: 'stack size (kb)',
  t: 'cpu time (seconds)',
  u: 'max user processes',
  v: 'virtual memory (kb)',
  x: 'file locks',
};
/** PIPE_BUF: not to be changed. */
const pipe = { soft: 4096, hard: 4096 };

export const ulimit: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, `SHa${limits.map(([letter]) => letter).join('')}`);
  if (bad && sh.dialect.name === 'ash') {
    await sh.err(`${name}: invalid option -- '${bad.slice(1)}'\n`);
    return 1;
  }
  if (bad) return invalidOption(sh, name, bad);
  const hard = flags.has('H');
  const shown = (value: number, unit: number): string =>
    value === Infinity || value > 2 ** 53 ? 'unlimited' : String(Math.floor(value / unit));
  const limitOf = (resource: LimitName | 'pipe'): Limit => (resource === 'pipe' ? pipe : sh.proc.getrlimit(resource));
  if (flags.has('a')) {
    for (const [letter, resource, bashLabel, , unit] of limits) {
      const busybox = busyboxLabels[letter];
      if (sh.dialect.name === 'ash' && busybox === undefined) continue;
      const label = sh.dialect.name === 'ash' ? `${(busybox ?? '').padEnd(32)}(-${letter})` : bashLabel;
      const limit = limitOf(resource);
      await sh.out(`${label} ${shown(hard ? limit.hard : limit.soft, unit)}\n`);
    }
    return 0;
  }
  const chosen = limits.filter(([letter]) => flags.has(letter));
  if (chosen.length === 0) chosen.push(...limits.filter(([letter]) => letter === 'f'));
  const [value] = rest;
  for (const [, resource, label, words, unit] of chosen) {
    const limit = limitOf(resource);
    if (value === undefined) {
      await sh.out(`${chosen.length > 1 ? `${label} ` : ''}${shown(hard ? limit.hard : limit.soft, unit)}\n`);
      continue;
    }
    const n = value === 'unlimited' ? Infinity : value === 'hard' ? limit.hard : value === 'soft' ? limit.soft : Number(value) * unit;
    if (!/^(\d+|unlimited|hard|soft)$/.test(value)) {
      if (sh.dialect.name === 'ash') {
        await sh.err(`${sh.shortName}: invalid number '${value}'\n`);
        return 1;
      }
      await sh.complain(`${value}: invalid number`, name);
      return 1;
    }
    const onlySoft = flags.has('S') && !hard;
    try {
      if (resource === 'pipe') throw new Errno('EINVAL');
      sh.proc.setrlimit(resource, { soft: hard && !flags.has('S') ? limit.soft : n, hard: onlySoft ? limit.hard : n });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await sh.complain(`${words}: cannot modify limit: ${error.message}`, name);
      return 1;
    }
  }
  return 0;
};

export const times: Builtin = async (sh) => {
  const t = sh.proc.times();
  const shown = (ms: number): string => `${Math.floor(ms / 60000)}m${((ms % 60000) / 1000).toFixed(3)}s`;
  await sh.out(`${shown(t.userMs)} ${shown(t.systemMs)}\n${shown(t.childUserMs)} ${shown(t.childSystemMs)}\n`);
  return 0;
};
