import { Errno, SIG } from '../../kernel';
import { readLine } from '../lines';
import { type Builtin, invalidOption, missingArgument, options } from './types';

const identifier = /^[A-Za-z_]\w*(?:\[.*\])?$/;

/** Splits as `read` does: backslashes quote unless raw; the last name takes the rest. */
export function splitForRead(line: string, ifs: string, count: number, raw: boolean): string[] {
  const chars: { char: string; quoted: boolean }[] = [];
  for (let i = 0; i < line.length; i++) {
    if (!raw && line[i] === '\\') {
      i++;
      if (i < line.length && line[i] !== '\n') chars.push({ char: line[i] ?? '', quoted: true });
    } else chars.push({ char: line[i] ?? '', quoted: false });
  }
  const isSpace = (k: number): boolean => {
    const c = chars[k];
    return c !== undefined && !c.quoted && ' \t\n'.includes(c.char) && ifs.includes(c.char);
  };
  const isDelimiter = (k: number): boolean => {
    const c = chars[k];
    return c !== undefined && !c.quoted && ifs.includes(c.char);
  };
  const fields: string[] = [];
  let at = 0;
  while (isSpace(at)) at++;
  while (at < chars.length && fields.length < count - 1) {
    let field = '';
    while (at < chars.length && !isDelimiter(at)) field += chars[at++]?.char ?? '';
    fields.push(field);
    while (isSpace(at)) at++;
    if (isDelimiter(at) && !isSpace(at)) {
      at++;
      while (isSpace(at)) at++;
    }
  }
  if (at < chars.length) {
    let end = chars.length;
    while (end > at && isSpace(end - 1)) end--;
    // a single trailing delimiter belongs to the only field
    if (end > at && isDelimiter(end - 1) && !isSpace(end - 1)) {
      const inner = chars.slice(at, end - 1);
      if (!inner.some((c) => !c.quoted && ifs.includes(c.char))) end--;
    }
    fields.push(chars.slice(at, end).map((c) => c.char).join('')); // prettier-ignore
  }
  return fields;
}

const numberOptions: readonly (readonly [option: string, wrong: string])[] = [
  ['t', 'invalid timeout specification'],
  ['n', 'invalid number'],
  ['N', 'invalid number'],
  ['u', 'invalid file descriptor specification'],
];

export const read: Builtin = async (sh, args, name) => {
  const { flags, rest, bad, missing } = options(args, sh.dialect.extended ? 'ersa:d:i:n:N:p:t:u:' : 'rsd:n:p:t:u:');
  if (bad) return invalidOption(sh, name, bad);
  if (missing) return missingArgument(sh, name, missing);
  if (sh.dialect.name === 'dash' && rest.length === 0) {
    await sh.complain('arg count', name);
    return 2;
  }
  for (const n of rest) {
    if (!identifier.test(n)) {
      if (sh.dialect.name === 'ash') await sh.err(`${sh.shortName}: ${name}: '${n}': bad variable name\n`);
      else await sh.complain(sh.dialect.extended ? `\`${n}': not a valid identifier` : `${n}: bad variable name`, name);
      return sh.dialect.name === 'dash' ? 2 : 1;
    }
  }
  for (const [option, wrong] of numberOptions) {
    const value = flags.get(option);
    if (value !== undefined && option === 't' && sh.dialect.name === 'ash' && !/^\d*\.?\d*$/.test(value)) {
      await sh.complain('invalid timeout', name);
      return 2;
    }
    if (value === undefined || !sh.dialect.extended) continue;
    if (!(option === 't' ? /^\d*\.?\d*$/ : /^\d+$/).test(value)) {
      await sh.complain(`${value}: ${wrong}`, name);
      return 1;
    }
  }
  const fd = Number(flags.get('u') ?? 0);
  const raw = flags.has('r');
  const terminal = sh.proc.fds().includes(fd) && sh.proc.isatty(fd);
  if (flags.has('p') && terminal) await sh.err(flags.get('p') ?? '');
  const countText = flags.get('N') ?? flags.get('n');
  const timeout = flags.get('t');
  if (timeout === '0') {
    const ready = await sh.proc.poll([{ fd, events: 'in' }], 0);
    return ready.some((r) => r.in) ? 0 : 1;
  }
  let how: 'delimiter' | 'eof' | 'timeout' = 'delimiter';
  const before = terminal && (flags.has('s') || countText !== undefined) ? sh.proc.tcgetattr(fd) : undefined;
  if (before)
    await sh.proc.tcsetattr(fd, {
      ...before,
      echo: flags.has('s') ? false : before.echo,
      icanon: countText === undefined && before.icanon,
    });
  let line: string | undefined;
  try {
    line = await readLine(sh, fd, {
      delimiter: flags.has('d') ? flags.get('d') || '\0' : '\n',
      count: countText === undefined ? undefined : Number(countText),
      exact: flags.has('N'),
      timeoutMs: timeout === undefined ? undefined : Number(timeout) * 1000,
      interruptible: sh.traps.size > 0 || sh.interactive,
      ended: (h) => (how = h),
    });
    while (!raw && line !== undefined && how === 'delimiter' && /(?:^|[^\\])(?:\\\\)*\\$/.test(line) && countText === undefined) {
      const more = await readLine(sh, fd, { delimiter: flags.has('d') ? flags.get('d') || '\0' : '\n', ended: (h) => (how = h) });
      line = line.slice(0, -1) + (more ?? '');
    }
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    if (e.code === 'EINTR' && sh.interrupted && sh.interactive && !sh.traps.has(SIG.INT)) {
      await sh.abandonLine();
    }
    if (e.code === 'EINTR') return sh.interrupted ? 130 : 128 + Math.min(...sh.peekPendingTraps(), SIG.SYS);
    if (sh.dialect.name === 'ash' && e.code === 'EBADF') return 1;
    await sh.complain(
      sh.dialect.extended
        ? `${flags.has('u') ? `${fd}: invalid file descriptor: ${sh.strerror(e)}` : `read error: ${fd}: ${sh.strerror(e)}`}`
        : `read error: ${sh.strerror(e)}`,
      name,
    );
    return 1;
  } finally {
    if (before) await sh.proc.tcsetattr(fd, before);
  }
  const ifs = sh.vars.get('IFS') ?? ' \t\n';
  const text = (line ?? '').replaceAll('\0', '');
  const status = how === 'delimiter' ? 0 : how === 'timeout' ? (sh.dialect.extended ? 142 : 1) : 1;
  if (flags.has('a')) {
    const v = sh.vars.declare(flags.get('a') ?? '');
    Object.assign(v, { kind: 'indexed', value: undefined, assigned: true });
    v.items = new Map(splitForRead(text, ifs, Infinity, raw).map((s, i) => [String(i), s]));
    return status;
  }
  const names = rest.length > 0 ? rest : ['REPLY'];
  const set = (n: string, value: string): void => {
    const element = /^(\w+)\[(.*)\]$/.exec(n);
    if (element) sh.vars.set(element[1] ?? '', value, { index: element[2] });
    else sh.vars.set(n, value);
  };
  if (rest.length === 0 && sh.dialect.extended) set('REPLY', raw ? text : text.replace(/\\([^])/g, '$1'));
  else if (flags.has('N')) set(names[0] ?? 'REPLY', text);
  else {
    const fields = splitForRead(text, ifs, names.length, raw);
    names.forEach((n, i) => set(n, fields[i] ?? ''));
  }
  return status;
};
