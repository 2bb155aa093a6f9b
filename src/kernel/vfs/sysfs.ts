import type { StatFs } from '../file';
import { allocateDevice, type FileSystem, type Inode } from './inode';
import { directory, file, FixedDirectory, type NodeMaker } from './procfs/nodes';
import type { MachineView, ProcTask } from './types';

/** sysfs(5), as far as a machine without hardware has any: CPUs, and the places other file systems are mounted at. */
export function sysFs(machine: MachineView, mounter: ProcTask): FileSystem {
  const fs: FileSystem & { root: Inode } = {
    type: 'sysfs',
    dev: allocateDevice(),
    options: '',
    now: () => machine.nowMs(),
    statfs: (): StatFs => ({ type: 'sysfs', bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0, namelen: 255 }),
    root: undefined as unknown as Inode,
  };
  const { net } = mounter;
  const names = (): string[] => net.interfaces().map(({ name }) => name);
  const interfaces: NodeMaker = (on, above) =>
    new FixedDirectory(on, 'sys/class/net', above, new Map(names().map((name) => [name, directory(`sys/class/net/${name}`, {})])));
  const range = machine.cpuCount > 1 ? `0-${machine.cpuCount - 1}\n` : '0\n';
  const cpus = Object.fromEntries(Array.from({ length: machine.cpuCount }, (_, i) => [`cpu${i}`, directory(`sys/cpu${i}`, {})]));
  const nodes = {
    block: directory('sys/block', {}),
    class: directory('sys/class', { net: interfaces }),
    devices: directory('sys/devices', {
      system: directory('sys/devices/system', {
        cpu: directory('sys/devices/system/cpu', {
          ...cpus,
          online: file('sys/cpu/online', () => range),
          possible: file('sys/cpu/possible', () => range),
          present: file('sys/cpu/present', () => range),
        }),
      }),
    }),
    firmware: directory('sys/firmware', {}),
    fs: directory('sys/fs', { cgroup: directory('sys/fs/cgroup', {}) }),
    kernel: directory('sys/kernel', {}),
    module: directory('sys/module', {}),
  };
  fs.root = cached(new FixedDirectory(fs, 'sys', undefined, new Map(Object.entries(nodes))));
  return fs;
}

/** sysfs directories are mount points, so each must be the same inode at every lookup. */
function cached(root: FixedDirectory): FixedDirectory {
  const keep = (directoryInode: FixedDirectory): FixedDirectory => {
    const known = new Map<string, Inode>();
    for (const [name, make] of directoryInode.nodes) {
      const inode = make(directoryInode.fs, directoryInode);
      known.set(name, inode instanceof FixedDirectory ? keep(inode) : inode);
    }
    const kept = new FixedDirectory(
      directoryInode.fs,
      `kept/${directoryInode.ino}`,
      undefined,
      new Map([...known].map(([name, inode]) => [name, () => inode])),
    );
    for (const inode of known.values()) if (inode instanceof FixedDirectory) inode.parent = kept;
    kept.parent = kept;
    return kept;
  };
  return keep(root);
}
