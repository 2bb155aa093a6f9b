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
  if (bad && !/^-[rwx]/.test(args[0] ?? '')) return invalidOption(sh, name, bad);
  const current = sh.proc.umask(0);
  sh.proc.umask(current);
  const [mode] = rest;
  if (mode === undefined) {
    const shown = flags.has('S') ? symbolic(current) : current.toString(8).padStart(4, '0');
    await sh.out(`${flags.has('p') ? `umask ${flags.has('S') ? '-S ' : ''}` : ''}${shown}\n`);
    return 0;
  }
  if (/^[0-7]+$/.test(mode)) {
    sh.proc.umask(parseInt(mode, 8) & 0o777);
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
  return 0;
};

const limits = [
  ['c', 'core', 'core file size              (blocks, -c)', 512],
  ['f', 'fsize', 'file size                   (blocks, -f)', 1024],
  ['n', 'nofile', 'open files                          (-n)', 1],
  ['s', 'stack', 'stack size                  (kbytes, -s)', 1024],
  ['u', 'nproc', 'max user processes                  (-u)', 1],
] as const;

export const ulimit: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'SHacfnsudlmtvxbipqre');
  if (bad) return invalidOption(sh, name, bad);
  const hard = flags.has('H');
  const shown = (value: number, unit: number): string =>
    value === Infinity || value > 2 ** 53 ? 'unlimited' : String(Math.floor(value / unit));
  if (flags.has('a')) {
    for (const [, resource, label, unit] of limits) {
      const limit = sh.proc.getrlimit(resource);
      await sh.out(`${label} ${shown(hard ? limit.hard : limit.soft, unit)}\n`);
    }
    return 0;
  }
  const chosen =
    limits.find(([letter]) => flags.has(letter)) ??
    (flags.size === 0 || [...flags.keys()].every((f) => 'SH'.includes(f)) ? limits[1] : undefined);
  const [value] = rest;
  if (!chosen) {
    if (value === undefined) await sh.out('unlimited\n');
    return 0;
  }
  const [, resource, , unit] = chosen;
  const limit = sh.proc.getrlimit(resource);
  if (value === undefined) {
    await sh.out(`${shown(hard ? limit.hard : limit.soft, unit)}\n`);
    return 0;
  }
  const n = value === 'unlimited' ? Infinity : value === 'hard' ? limit.hard : Number(value) * unit;
  if (Number.isNaN(n)) {
    await sh.complain(`${value}: invalid number`, name);
    return 1;
  }
  const onlySoft = flags.has('S') && !hard;
  sh.proc.setrlimit(resource, { soft: hard && !flags.has('S') ? limit.soft : n, hard: onlySoft ? limit.hard : n });
  return 0;
};

export const times: Builtin = async (sh) => {
  const t = sh.proc.times();
  const shown = (ms: number): string => `${Math.floor(ms / 60000)}m${((ms % 60000) / 1000).toFixed(3)}s`;
  await sh.out(`${shown(t.userMs)} ${shown(t.systemMs)}\n${shown(t.childUserMs)} ${shown(t.childSystemMs)}\n`);
  return 0;
};
