import type { Process } from '../runtime';
import { VolumeError } from './volume-payload';

interface HostPath {
  readonly path: string;
  readonly type?: string;
}

/** What a path must be by its type, and what that is called. */
const types: Readonly<Record<string, readonly [type: string, name: string]>> = {
  Directory: ['directory', 'directory'],
  DirectoryOrCreate: ['directory', 'directory'],
  File: ['file', 'file'],
  FileOrCreate: ['file', 'file'],
  Socket: ['socket', 'socket file'],
  CharDevice: ['char', 'character device'],
  BlockDevice: ['block', 'block device'],
};

/**
 * Sees that a path of the node is what its type says, or makes it where that is allowed; one without a type is made as a
 * directory, as the runtime does. Throws VolumeError.
 */
export function checkHostPath(proc: Process, { path, type }: HostPath, makeDirectory: (path: string, mode: number) => void): void {
  let found: string | undefined;
  try {
    found = proc.stat(path).type;
  } catch {
    found = undefined;
  }
  if (!found && (!type || type === 'DirectoryOrCreate')) return makeDirectory(path, 0o755);
  if (!found && type === 'FileOrCreate') return proc.mknod(path, 'file', 0o644);
  const [wanted, name] = types[type ?? ''] ?? [];
  if (wanted !== undefined && found !== wanted) throw new VolumeError(`hostPath type check failed: ${path} is not a ${name}`);
}
