import { Errno, type Process } from '../kernel';
import { readText } from './input';

export interface MountEntry {
  readonly id: number;
  readonly parent: number;
  readonly device: string;
  readonly root: string;
  readonly target: string;
  /** The mount's own options, then the file system's. */
  readonly options: string;
  readonly superOptions: string;
  readonly propagation: string;
  readonly type: string;
  readonly source: string;
}

const unescape = (text: string): string => text.replace(/\\([0-7]{3})/g, (_, o: string) => String.fromCharCode(parseInt(o, 8)));

/** /proc/PID/mountinfo (proc(5)); empty when it cannot be read. */
export async function readMounts(proc: Process, pid = 'self'): Promise<MountEntry[]> {
  let text: string;
  try {
    text = await readText(proc, `/proc/${pid}/mountinfo`);
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
  return text.split('\n').filter(Boolean).map(parseLine);
}

function parseLine(line: string): MountEntry {
  const words = line.split(' ');
  const dash = words.indexOf('-');
  const [id = '0', parent = '0', device = '', root = '', target = '', options = ''] = words;
  const tags = words.slice(6, dash);
  const propagation = tags.some((t) => t.startsWith('shared:'))
    ? tags.some((t) => t.startsWith('master:'))
      ? 'shared,slave'
      : 'shared'
    : tags.some((t) => t.startsWith('master:'))
      ? 'private,slave'
      : tags.includes('unbindable')
        ? 'private,unbindable'
        : 'private';
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: unescape(root),
    target: unescape(target),
    options,
    superOptions: words[dash + 3] ?? '',
    propagation,
    type: words[dash + 1] ?? '',
    source: unescape(words[dash + 2] ?? ''),
  };
}

/** Mount options as /proc/mounts merges them: the mount's, then the super block's that are not there. */
export function allOptions(m: MountEntry): string {
  const own = m.options.split(',');
  const readOnly = own.includes('ro') || m.superOptions.split(',').includes('ro');
  const rest = m.superOptions.split(',').filter((o) => o !== '' && o !== 'rw' && o !== 'ro' && !own.includes(o));
  return [readOnly ? 'ro' : 'rw', ...own.filter((o) => o !== 'rw' && o !== 'ro' && o !== ''), ...rest].join(',');
}

/** The path without links; one that cannot be followed stays as it is. */
export function realOrAsIs(proc: Process, path: string): string {
  try {
    return proc.realpath(path);
  } catch (error) {
    if (error instanceof Errno) return path;
    throw error;
  }
}
