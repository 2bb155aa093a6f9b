import { Directory, type FileSystem } from './inode';
import { diskBytes, MemoryDirectory, MemoryFs } from './memory-fs';
import { Mount, MountNamespace } from './mount';
import type { FileTree } from './tree';
import type { Location, MachineView } from './types';

export interface RootFileSystem {
  readonly mounts: MountNamespace;
  readonly root: Location;
  readonly fs: MemoryFs;
}

/** The machine's disk, empty or with `tree` on it, and its first mount namespace. */
export function createRootFileSystem(machine: MachineView, tree?: FileTree): RootFileSystem {
  const fs = new MemoryFs({
    type: 'ext4',
    now: () => machine.nowMs(),
    limitBytes: diskBytes,
    options: 'errors=remount-ro',
    ...(tree ? { tree } : {}),
  });
  const mount = new Mount(fs, fs.root, '/dev/sda1');
  return { mounts: new MountNamespace(mount, machine), root: { mount, inode: fs.root }, fs };
}

/** Puts a tree's files on a file system, over what has the same name. */
export function installTree(fs: FileSystem, tree: FileTree): void {
  if (!(fs instanceof MemoryFs)) throw new TypeError('only a file system in memory takes a tree');
  const put = (directory: MemoryDirectory, entries: FileTree): void => {
    for (const [name, entry] of Object.entries(entries)) {
      const known = directory.lookup(name);
      if (entry.type === 'directory' && known instanceof MemoryDirectory) {
        if (entry.mode !== undefined) known.mode = entry.mode;
        put(known, entry.entries);
      } else {
        if (known instanceof Directory) throw new TypeError(`${name} is a directory`);
        directory.insert(name, fs.load(directory, entry));
      }
    }
  };
  put(fs.root, tree);
}
