import { Errno, type Process } from '../kernel';
import { narrow, widen } from './bytes';
import { hasGlob, patternRegExp, unquotePattern } from './pattern';

export interface GlobOptions {
  readonly dotglob?: boolean;
  readonly globstar?: boolean;
  readonly ignoreCase?: boolean;
  /** Characters are bytes. */
  readonly bytewise?: boolean;
  /** `.` and `..` match as other names do. */
  readonly dots?: boolean;
}

function isDirectory(proc: Process, path: string): boolean {
  try {
    return proc.stat(path).type === 'directory';
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

function exists(proc: Process, path: string): boolean {
  try {
    proc.lstat(path);
    return true;
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

function entries(proc: Process, directory: string): { name: string; directory: boolean }[] {
  try {
    return proc.readdir(directory === '' ? '.' : directory).map((e) => ({ name: e.name, directory: e.type === 'directory' }));
  } catch (e) {
    if (e instanceof Errno) return [];
    throw e;
  }
}

/** glob(3): the paths that match, sorted by code point; none when nothing does. */
export function glob(proc: Process, pattern: string, options: GlobOptions = {}): string[] {
  const segments = pattern.split('/');
  let found = [''];
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1;
    const next: string[] = [];
    for (const base of found) {
      if (segment === '**' && options.globstar) {
        const walk = (directory: string): void => {
          if (!last || directory !== '') next.push(last && directory !== base ? directory.slice(0, -1) : directory);
          for (const e of entries(proc, directory).sort((a, b) => (a.name < b.name ? -1 : 1))) {
            if (e.name.startsWith('.') && !options.dotglob) continue;
            if (e.directory) walk(`${directory}${e.name}/`);
            else if (last) next.push(directory + e.name);
          }
        };
        walk(base);
      } else if (!hasGlob(segment)) {
        const path = base + widen(unquotePattern(segment));
        if (!last) {
          if (segment === '' || isDirectory(proc, path)) next.push(`${path}/`);
        } else if (segment === '' ? isDirectory(proc, base) : exists(proc, path)) next.push(path);
      } else {
        const matcher = patternRegExp(segment, 'both', { ignoreCase: options.ignoreCase });
        const hidden = segment.startsWith('.') || segment.startsWith('\\.') || options.dotglob;
        const names = entries(proc, base).map((e) => e.name);
        if (options.dots && (segment.startsWith('.') || segment.startsWith('\\.'))) names.push('.', '..');
        for (const name of names.sort()) {
          if (name.startsWith('.') && !hidden) continue;
          matcher.lastIndex = 0;
          if (!matcher.test(options.bytewise ? narrow(name) : name)) continue;
          const path = base + name;
          if (last) next.push(path);
          else if (isDirectory(proc, path)) next.push(`${path}/`);
        }
      }
    }
    found = next;
  });
  return found.filter((p) => p !== '').sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
