import { Errno, type Process } from '../kernel';
import { joinPath } from './path';

export type Missing = 'none' | 'last' | 'any';

/**
 * The absolute path without links, dots and doubled slashes. What may be missing: nothing (realpath -e),
 * the last part (readlink -f), any part (-m). Throws as realpath(3).
 */
export function canonical(proc: Process, path: string, missing: Missing, links: 'physical' | 'logical' | 'none' = 'physical'): string {
  if (path === '') throw new Errno('ENOENT');
  let rest = path.split('/');
  let at = path.startsWith('/') ? '/' : proc.getcwd();
  let followed = 0;
  if (links === 'logical') rest = logical(rest, path.startsWith('/'));
  while (rest.length > 0) {
    const part = rest.shift() as string;
    if (part === '' || part === '.') {
      if (rest.length === 0 && missing !== 'any') {
        const s = attempt(() => proc.stat(at));
        if (s && s.type !== 'directory') throw new Errno('ENOTDIR');
      }
      continue;
    }
    if (part === '..') {
      at = at.slice(0, at.lastIndexOf('/')) || '/';
      continue;
    }
    const next = joinPath(at, part);
    const last = rest.every((r) => r === '' || r === '.');
    try {
      const stat = proc.lstat(next);
      if (stat.type === 'symlink' && links !== 'none') {
        if (++followed > 40) {
          if (missing === 'any') return joinPath(next, rest.join('/'));
          throw new Errno('ELOOP');
        }
        const target = proc.readlink(next);
        rest = [...target.split('/'), ...rest];
        if (target.startsWith('/')) at = '/';
        continue;
      }
      if (stat.type !== 'directory' && rest.length > 0 && missing !== 'any') throw new Errno('ENOTDIR');
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (missing === 'none' || (missing === 'last' && (!last || error.code !== 'ENOENT')) || (error.code === 'ELOOP' && missing !== 'any'))
        throw error;
    }
    at = next;
  }
  return at;
}

function logical(parts: readonly string[], absolute: boolean): string[] {
  const out: string[] = [];
  for (const p of parts) {
    if (p === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (p !== '' && p !== '.' && !(p === '..' && absolute)) out.push(p);
  }
  return out;
}

function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}
