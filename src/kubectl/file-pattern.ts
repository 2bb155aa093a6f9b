import { Errno, type Process } from '../kernel';
import { failure } from './errors';

const special = /[*?[\\]/;

/** One part of a path as a rule for names (filepath.Match): `*`, `?`, `[a-z]`, `[^a]` and `\`; a leading dot is nothing special. */
function rule(part: string): RegExp | undefined {
  let text = '';
  for (let i = 0; i < part.length; i++) {
    const c = part[i]!;
    const end = part.indexOf(']', i + 2);
    if (c === '*') text += '.*';
    else if (c === '?') text += '.';
    else if (c === '\\') text += `\\x${part.charCodeAt(++i).toString(16).padStart(2, '0')}`;
    else if (c !== '[') text += c.replace(/[.+^${}()|\]/]/, '\\$&');
    else if (end < 0) return undefined;
    else {
      text += `[${part.slice(i + 1, end).replace(/[[\\]/g, '\\$&')}]`;
      i = end;
    }
  }
  try {
    return new RegExp(`^${text}$`, 's');
  } catch {
    return undefined;
  }
}

const present = (proc: Process, path: string): boolean => {
  try {
    proc.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
};

function namesIn(proc: Process, directory: string): string[] {
  try {
    return proc.readdir(directory || '.').map(({ name }) => name).sort(); // prettier-ignore
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
}

/** The paths that a pattern means, sorted (filepath.Glob). Throws kubectl's words for one that is not valid. */
export function filesLike(proc: Process, pattern: string): string[] {
  if (!special.test(pattern)) return present(proc, pattern) ? [pattern] : [];
  const cut = pattern.lastIndexOf('/');
  const [directory, last] = [pattern.slice(0, Math.max(cut, 0)), pattern.slice(cut + 1)];
  const fits = rule(last);
  if (!fits) throw failure(`pattern "${pattern}" is not valid: syntax error in pattern`);
  const directories = cut > 0 ? filesLike(proc, directory) : [cut === 0 ? '/' : ''];
  return directories.flatMap((each) =>
    namesIn(proc, each)
      .filter((name) => fits.test(name))
      .map((name) => (each ? `${each.replace(/\/$/, '')}/${name}` : name)),
  );
}
