import type { Clock } from '../../clock';
import { Errno, type Bytes, type Process } from '../runtime';

export interface VolumeFile {
  readonly data: Bytes;
  /** Permission bits. */
  readonly mode: number;
  /** Owner where it is not root (a projected token with runAsUser). */
  readonly uid?: number;
}

/** Relative path (`username.txt`, `my-group/my-user`) -> file. */
export type Payload = ReadonlyMap<string, VolumeFile>;

const pad = (n: number, width = 2): string => String(n).padStart(width, '0');

/** `..2026_11_23_05_57_02.123456789`. */
function stampName(ms: number, random: number): string {
  const t = new Date(ms);
  const day = `${t.getUTCFullYear()}_${pad(t.getUTCMonth() + 1)}_${pad(t.getUTCDate())}`;
  return `..${day}_${pad(t.getUTCHours())}_${pad(t.getUTCMinutes())}_${pad(t.getUTCSeconds())}.${Math.floor(1e9 + random * (2 ** 32 - 1e9))}`;
}

const exists = (proc: Process, path: string): boolean => {
  try {
    proc.lstat(path);
    return true;
  } catch {
    return false;
  }
};

function removeTree(proc: Process, path: string): void {
  const stat = proc.lstat(path);
  if (stat.type !== 'directory') return proc.unlink(path);
  for (const entry of proc.readdir(path)) removeTree(proc, `${path}/${entry.name}`);
  proc.rmdir(path);
}

async function sameContent(proc: Process, dir: string, payload: Payload): Promise<boolean> {
  if (!exists(proc, `${dir}/..data`)) return false;
  const held: string[] = [];
  const walk = (at: string, prefix: string): void => {
    for (const entry of proc.readdir(at)) {
      if (entry.type === 'directory') walk(`${at}/${entry.name}`, `${prefix}${entry.name}/`);
      else held.push(prefix + entry.name);
    }
  };
  walk(`${dir}/${proc.readlink(`${dir}/..data`)}`, '');
  if (held.length !== payload.size) return false;
  for (const path of held) {
    const file = payload.get(path);
    if (!file) return false;
    const fd = await proc.open(`${dir}/..data/${path}`);
    const parts: number[] = [];
    for (let bytes = await proc.read(fd); bytes.length; bytes = await proc.read(fd)) parts.push(...bytes);
    proc.close(fd);
    if (parts.length !== file.data.length || parts.some((b, i) => b !== file.data[i])) return false;
  }
  return true;
}

/**
 * Replaces a volume's files all at once, as the kubelet's AtomicWriter: the files go to a new timestamped directory,
 * `..data` is renamed over to point at it, and each name in the volume links through `..data`.
 * Returns false when nothing had to change.
 */
export async function writeAtomically(
  proc: Process,
  clock: Clock,
  dir: string,
  payload: Payload,
  fsGroup: number | undefined,
): Promise<boolean> {
  if (await sameContent(proc, dir, payload)) return false;
  const old = exists(proc, `${dir}/..data`) ? proc.readlink(`${dir}/..data`) : undefined;
  const stamp = stampName(clock.now(), clock.random());
  const own = (path: string, directory: boolean, uid = -1): void => {
    if (fsGroup === undefined && uid < 0) return;
    proc.chown(path, uid, fsGroup ?? -1, { noFollow: true });
    if (fsGroup !== undefined && directory) proc.chmod(path, (proc.stat(path).mode & 0o1777) | 0o2550);
  };
  proc.mkdir(`${dir}/${stamp}`, 0o755);
  proc.chmod(`${dir}/${stamp}`, 0o755);
  own(`${dir}/${stamp}`, true);
  for (const [path, file] of payload) {
    const parts = path.split('/');
    for (let i = 1; i < parts.length; i++) {
      const at = `${dir}/${stamp}/${parts.slice(0, i).join('/')}`;
      if (!exists(proc, at)) {
        proc.mkdir(at, 0o755);
        own(at, true);
      }
    }
    const at = `${dir}/${stamp}/${path}`;
    const fd = await proc.open(at, ['write', 'create', 'truncate'], file.mode);
    await proc.write(fd, file.data);
    proc.close(fd);
    proc.chmod(at, fsGroup === undefined ? file.mode : file.mode | 0o440);
    own(at, false, file.uid);
  }
  proc.symlink(stamp, `${dir}/..data_tmp`);
  proc.rename(`${dir}/..data_tmp`, `${dir}/..data`);
  const names = new Set([...payload.keys()].map((path) => path.split('/')[0]!));
  for (const name of names) {
    try {
      proc.symlink(`..data/${name}`, `${dir}/${name}`);
    } catch (error) {
      if (!(error instanceof Errno) || error.code !== 'EEXIST') throw error;
    }
  }
  for (const entry of proc.readdir(dir)) if (!entry.name.startsWith('..') && !names.has(entry.name)) proc.unlink(`${dir}/${entry.name}`);
  if (old !== undefined && old !== stamp) removeTree(proc, `${dir}/${old}`);
  return true;
}
