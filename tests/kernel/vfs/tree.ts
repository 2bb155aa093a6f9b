import type { NamespaceType } from '../../../src/kernel';
import { Cgroups } from '../../../src/kernel/cgroups';
import { UserNamespace } from '../../../src/kernel/user-namespace';
import {
  createRootFileSystem,
  installTree,
  treeOf,
  type FlatEntry,
  type Location,
  type MachineView,
  type PathContext,
  type ProcTask,
} from '../../../src/kernel/vfs';

const allCapabilities = (1n << 41n) - 1n;

/** A machine's file tree with one process looking at it: enough to walk paths without a kernel. */
export function walker(
  paths: Readonly<Record<string, FlatEntry | string>> = {},
): PathContext & { as(uid: number): PathContext; go(location: Location): void; enter(root: Location): void } {
  let now = Date.UTC(2026, 0, 1);
  const tasks: ProcTask[] = [];
  const machine = {
    bootMs: now,
    nowMs: () => now++,
    release: '6.1',
    version: '#1',
    cpuCount: 2,
    memoryKb: 1_000_000,
    random: () => 0.5,
    cpuMs: () => 0,
    processesCreated: () => 1,
    tasks: () => tasks,
    settings: {},
    cgroups: new Cgroups(() => []),
  } as MachineView;
  const { mounts, root, fs } = createRootFileSystem(machine);
  installTree(fs, treeOf(paths));
  const initial = new UserNamespace(1, undefined, 0);
  const credentials = (uid: number): PathContext['credentials'] => ({
    ruid: uid, euid: uid, suid: uid, rgid: uid, egid: uid, sgid: uid, groups: [], user: initial,
    capabilities: uid ? { effective: 0n, permitted: 0n, inheritable: 0n, bounding: 0n, ambient: 0n } : { effective: allCapabilities, permitted: allCapabilities, inheritable: 0n, bounding: allCapabilities, ambient: 0n },
  }); // prettier-ignore
  const place = { root, cwd: root };
  const task = {
    namespaceOf: (type: NamespaceType) => ({ type, inode: 1, owner: initial }),
    pidNamespace: { owner: initial },
    interfaceNames: () => ['lo'],
    pidIn: () => 1,
    descriptors: () => new Map(),
  } as unknown as ProcTask;
  const context = (uid: number): PathContext => ({
    mounts,
    get root() {
      return place.root;
    },
    get cwd() {
      return place.cwd;
    },
    credentials: credentials(uid),
    umask: 0o022,
    task,
    nowMs: () => now,
  });
  const own = context(0);
  return Object.assign(own, {
    as: context,
    go: (location: Location) => void (place.cwd = location),
    enter: (location: Location) => void (place.root = place.cwd = location),
  });
}
