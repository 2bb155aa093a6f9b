import type { Redirection } from 'unbash';
import { Errno, type OpenFlag } from '../kernel';
import { encode } from './bytes';
import { ShellError } from './flow';
import { expandHereDoc, expandString, expandWords } from './expand';
import type { Shell } from './shell';

interface Saved {
  readonly fd: number;
  /** undefined: it was closed. */
  readonly copy: number | undefined;
}

function isOpen(sh: Shell, fd: number): boolean {
  return sh.proc.fds().includes(fd);
}

/** Applies redirections in order; the returned function undoes them. Throws ShellError with those done undone. */
export async function redirect(sh: Shell, redirects: readonly Redirection[], save: boolean): Promise<() => void> {
  const saved: Saved[] = [];
  const undo = (): void => {
    for (const { fd, copy } of saved.reverse()) {
      if (copy === undefined) {
        if (isOpen(sh, fd)) sh.proc.close(fd);
      } else {
        sh.proc.dup2(copy, fd);
        sh.proc.close(copy);
      }
    }
    saved.length = 0;
  };
  const keep = (fd: number): void => {
    if (!save || saved.some((s) => s.fd === fd)) return;
    if (!isOpen(sh, fd)) saved.push({ fd, copy: undefined });
    else {
      const copy = sh.proc.dup(fd, 10);
      sh.proc.setCloseOnExec(copy, true);
      saved.push({ fd, copy });
    }
  };
  try {
    for (const r of redirects) await one(sh, r, keep);
  } catch (e) {
    undo();
    throw e;
  }
  return undo;
}

function place(sh: Shell, from: number, to: number): void {
  if (from === to) return;
  sh.proc.dup2(from, to);
  sh.proc.close(from);
}

async function one(sh: Shell, r: Redirection, keep: (fd: number) => void): Promise<void> {
  const { descriptor } = r;
  const reading = r.type !== 'Redirect' || r.operator.startsWith('<');
  const variable = descriptor?.type === 'FileDescriptorVariable' ? descriptor.name : undefined;
  const target = (fallback: number): number => (descriptor?.type === 'FileDescriptor' ? descriptor.value : fallback);
  if (r.type === 'HereDoc' || r.type === 'HereString') {
    let text: string;
    if (r.type === 'HereString') text = `${r.target ? await expandString(sh, r.target) : ''}\n`;
    else {
      text = r.delimiter?.quoted ? r.body.text : await expandHereDoc(sh, r.body);
      if (!r.closing && sh.dialect.extended && text !== '' && !text.endsWith('\n')) text += '\n';
      if (r.operator === '<<-') text = text.replace(/^\t+/gm, '');
    }
    const fd = target(0);
    keep(fd);
    place(sh, await textDescriptor(sh, text), fd);
    return;
  }
  if (!r.target) return;
  const { operator } = r;
  if (operator === '<&' || operator === '>&') {
    const word = await expandString(sh, r.target);
    const move = /^(\d+)-$/.exec(word);
    if (variable !== undefined && word === '-') {
      const fd = Number(namedDescriptor(sh, variable) ?? NaN);
      if (isOpen(sh, fd)) sh.proc.close(fd);
      return;
    }
    const fd = target(operator === '<&' ? 0 : 1);
    if (word === '-') {
      keep(fd);
      if (isOpen(sh, fd)) sh.proc.close(fd);
      return;
    }
    if (/^\d+$/.test(word) || move) {
      const from = Number(move?.[1] ?? word);
      if (!isOpen(sh, from)) throw new ShellError(`${badDescriptor(sh, r, from, fd)}: Bad file descriptor`);
      if (variable !== undefined) {
        sh.vars.set(variable, String(sh.proc.dup(from, 10)));
        return;
      }
      if (from !== fd) {
        keep(fd);
        sh.proc.dup2(from, fd);
      }
      if (move && from !== fd) {
        keep(from);
        sh.proc.close(from);
      }
      return;
    }
    if (operator === '<&' || descriptor || (word === '' && sh.dialect.extended))
      throw new ShellError(
        sh.dialect.extended ? `${word === '' ? r.target.text : word}: ambiguous redirect` : `syntax error: bad fd number`,
      );
    await both(sh, word, false, keep);
    return;
  }
  const words = await expandWords(sh, [r.target]);
  const path = words.length === 1 ? (words[0] ?? '') : undefined;
  if (path === undefined) {
    if (sh.dialect.extended) throw new ShellError(`${r.target.text}: ambiguous redirect`);
    return openOnto(sh, await expandString(sh, r.target), operator, target(reading ? 0 : 1), keep, variable);
  }
  if (operator === '&>' || operator === '&>>') {
    await both(sh, path, operator === '&>>', keep);
    return;
  }
  await openOnto(sh, path, operator, target(reading ? 0 : 1), keep, variable);
}

/** What bash takes for the wrong one: the word as written when it is no number, or the descriptor that was named before it. */
function badDescriptor(sh: Shell, r: Redirection, from: number, fd: number): string {
  const written = ('target' in r && r.target?.text) || '';
  if (!sh.dialect.extended || /^\d+-?$/.test(written)) return String(from);
  if (written.endsWith('-') || r.descriptor?.type === 'FileDescriptor') return String(fd);
  return written;
}

/** The value of the variable in `{name}>&-`, which may be an array's element. */
function namedDescriptor(sh: Shell, variable: string): string | undefined {
  const element = /^(\w+)\[(.*)\]$/.exec(variable);
  return element ? sh.element(element[1] ?? '', element[2] ?? '') : sh.vars.get(variable);
}

async function both(sh: Shell, path: string, append: boolean, keep: (fd: number) => void): Promise<void> {
  await openOnto(sh, path, append ? '>>' : '>', 1, keep, undefined);
  keep(2);
  sh.proc.dup2(1, 2);
}

const flagsOf: Readonly<Record<string, readonly OpenFlag[]>> = {
  '<': ['read'],
  '>': ['write', 'create', 'truncate'],
  '>|': ['write', 'create', 'truncate'],
  '>>': ['write', 'create', 'append'],
  '<>': ['readwrite', 'create'],
};

async function openOnto(
  sh: Shell,
  path: string,
  operator: string,
  fd: number,
  keep: (fd: number) => void,
  variable: string | undefined,
): Promise<void> {
  const socket = sh.dialect.extended ? /^\/dev\/(?:tcp|udp)\/([^/]+)\/(\d+)$/.exec(path) : null;
  if (socket) await connect(sh, path, socket[1] ?? '');
  let opened: number;
  try {
    if (operator === '>' && sh.options.has('noclobber') && existsAsFile(sh, path)) {
      throw new ShellError(sh.dialect.extended ? `${path}: cannot overwrite existing file` : `can't create ${path}: File exists`);
    }
    opened = await sh.uninterrupted(() => sh.proc.open(path, flagsOf[operator] ?? ['read'], 0o666));
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    throw new ShellError(sh.dialect.extended ? `${path}: ${sh.strerror(e)}` : ashOpenMessage(sh, path, operator, e));
  }
  if (variable !== undefined) {
    const high = sh.proc.dup(opened, 10);
    sh.proc.close(opened);
    sh.vars.set(variable, String(high));
    return;
  }
  if (opened !== fd) keep(fd);
  place(sh, opened, fd);
  sh.proc.setCloseOnExec(fd, false);
}

/** bash's own /dev/tcp/HOST/PORT: a connection, which nothing here answers. */
async function connect(sh: Shell, path: string, host: string): Promise<void> {
  try {
    sh.proc.network.connect(host === 'localhost' ? '127.0.0.1' : host);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    await sh.err(`${sh.shortName}: connect: ${sh.strerror(e)}\n`);
    throw new ShellError(`${path}: ${sh.strerror(e)}`);
  }
}

function ashOpenMessage(sh: Shell, path: string, operator: string, e: Errno): string {
  const verb = operator === '<' ? 'open' : 'create';
  const missing = e.code === 'ENOENT' || e.code === 'ENOTDIR';
  if (sh.dialect.name === 'dash')
    return `cannot ${verb} ${path}: ${e.code === 'ENOENT' ? (verb === 'open' ? 'No such file' : 'Directory nonexistent') : sh.strerror(e)}`;
  return `can't ${verb} ${path}: ${missing ? (verb === 'open' ? 'no such file' : 'nonexistent directory') : sh.strerror(e)}`;
}

function existsAsFile(sh: Shell, path: string): boolean {
  try {
    return sh.proc.stat(path).type === 'file';
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

/** A descriptor that reads `text`: a pipe, or an unlinked file when it would not fit one. */
async function textDescriptor(sh: Shell, text: string): Promise<number> {
  const bytes = encode(text);
  if (bytes.length <= 65536) {
    const [reader, writer] = sh.proc.pipe();
    await sh.proc.write(writer, bytes);
    sh.proc.close(writer);
    return reader;
  }
  const path = `/tmp/sh-thd.${Math.floor(sh.proc.clock.random() * 1e9)}`;
  const writer = await sh.proc.open(path, ['write', 'create', 'exclusive'], 0o600);
  await sh.proc.write(writer, bytes);
  sh.proc.close(writer);
  const reader = await sh.proc.open(path);
  sh.proc.unlink(path);
  return reader;
}
