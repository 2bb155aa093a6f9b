import { Errno } from '../kernel';
import type { Shell } from './shell';

export type Found = { readonly path: string } | { readonly error: 'ENOENT' | 'EACCES' };

/** Whether a regular file with an execute permission is there. */
export function isExecutable(sh: Shell, path: string): boolean {
  try {
    const s = sh.proc.stat(path);
    if (s.type !== 'file' || (s.mode & 0o111) === 0) return false;
    sh.proc.access(path, 'x');
    return true;
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

function isFile(sh: Shell, path: string): boolean {
  try {
    return sh.proc.stat(path).type === 'file';
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

/** Where PATH has a command; all of its places when asked. */
export function searchPath(sh: Shell, name: string, all = false, path = sh.vars.get('PATH')): string[] {
  const found: string[] = [];
  for (const directory of (path ?? '').split(':')) {
    const candidate = directory === '' ? `./${name}` : directory.endsWith('/') ? directory + name : `${directory}/${name}`;
    if (isExecutable(sh, candidate)) {
      found.push(candidate);
      if (!all) break;
    }
  }
  return found;
}

/** The file to execute for a command name. */
export function findCommand(sh: Shell, name: string): Found {
  if (name.includes('/')) return { path: name };
  const known = sh.hashed.get(name);
  if (known && isExecutable(sh, known.path)) {
    sh.hashed.set(name, { path: known.path, hits: known.hits + 1 });
    return { path: known.path };
  }
  const [path] = name === '' ? [] : searchPath(sh, name);
  if (path !== undefined) {
    sh.hashed.set(name, { path, hits: 1 });
    return { path };
  }
  const denied = name !== '' && (sh.vars.get('PATH') ?? '').split(':').some((d) => isFile(sh, `${d || '.'}/${name}`));
  return { error: denied ? 'EACCES' : 'ENOENT' };
}
