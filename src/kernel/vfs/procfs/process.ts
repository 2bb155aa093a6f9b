import { Errno } from '../../errno';
import type { NamespaceType } from '../../process';
import type { DirEntry } from '../../file';
import { Directory, NamespaceInode, type FileSystem, type Inode, type Jump } from '../inode';
import { capableIn, type Subject } from '../subject';
import { CAP, pathOf } from '../walk';
import type { Location, MachineView, NamespaceHandle, PathContext, PidNamespaceView, ProcDescriptor, ProcTask } from '../types';
import { maps, smaps, smapsRollup, statm } from './memory';
import { mountInfo, mountStats, mountTable } from './mounts';
import { networkTables } from './network';
import { settingOf } from './settings';
import { directory, file, FixedDirectory, inodeNumber, openedFile, ProcLink, type NodeMaker } from './nodes';
import { limits, stat, status } from './status';

const namespaceTypes: readonly NamespaceType[] = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'];

/** ptrace_may_access(): who may trace a process, or read its links, environment and descriptors. */
export function mayTrace(a: Subject, b: Subject): boolean {
  const sameIds = [b.ruid, b.euid, b.suid].every((id) => id === a.euid) && [b.rgid, b.egid, b.sgid].every((id) => id === a.egid);
  const covers = (b.capabilities.permitted & ~a.capabilities.permitted) === 0n;
  return (sameIds && covers) || capableIn(a, b.user, CAP.SYS_PTRACE);
}

function demandAccess(reader: ProcTask, task: ProcTask): void {
  if (!mayTrace(reader.credentials, task.credentials)) throw new Errno('EACCES');
}

/** A path as the reader sees it. */
function shownPath(location: Location, reader: ProcTask): string {
  const context: PathContext = {
    mounts: reader.mounts,
    root: reader.root,
    cwd: reader.cwd,
    credentials: reader.credentials,
    umask: 0,
    task: reader,
    nowMs: () => 0,
  };
  try {
    return pathOf(location, reader.root, context).replace(/^\(unreachable\)/, '');
  } catch {
    return '/';
  }
}

export const processKey = (task: ProcTask): string => `pid/${task.globalPid}`;
const ownerOf = (task: ProcTask): { uid: number; gid: number } => ({ uid: task.credentials.euid, gid: task.credentials.egid });

/** /proc/PID. What is in it is made when it is first looked into, since programs go through all processes often. */
export class ProcessDirectory extends FixedDirectory {
  constructor(
    fs: FileSystem,
    parent: Directory,
    readonly task: ProcTask,
    namespace: PidNamespaceView,
    machine: MachineView,
  ) {
    super(fs, processKey(task), parent, () => processNodes(task, namespace, machine), { mode: 0o555, ...ownerOf(task) });
  }
}

function processNodes(task: ProcTask, namespace: PidNamespaceView, machine: MachineView): ReadonlyMap<string, NodeMaker> {
  const key = processKey(task);
  const owner = ownerOf(task);
  const gone = (): boolean => task.state === 'X';
  const alive = (): boolean => task.state !== 'Z' && task.state !== 'X';
  const at = (
    name: string,
    generate: (reader: ProcTask) => string,
    options: { mode?: number; store?: (text: string, writer: ProcTask) => void } = {},
  ): NodeMaker => file(`${key}/${name}`, generate, { gone, ...options, ...owner });
  const opened = (name: string, mode: number, begin: (reader: ProcTask) => () => string): NodeMaker =>
    openedFile(`${key}/${name}`, begin, { gone, mode, ...owner });
  const guarded = (name: string, begin: () => () => string): NodeMaker =>
    opened(name, 0o400, (reader) => {
      demandAccess(reader, task);
      return begin();
    });
  const restricted = (name: string, text: string): NodeMaker => guarded(name, () => () => text);
  const magic = (name: string, place: () => Location | undefined, text: (location: Location, reader: ProcTask) => string): NodeMaker => {
    const demandPlace = (reader: ProcTask): Location => {
      demandAccess(reader, task);
      const location = alive() ? place() : undefined;
      if (!location) throw new Errno('ENOENT');
      return location;
    };
    return (on) =>
      new ProcLink(on, `${key}/${name}`, owner, (reader) => text(demandPlace(reader), reader), (reader) => ({ location: demandPlace(reader) })); // prettier-ignore
  };

  const ofLiving = (generate: () => string): (() => string) => {
    if (!alive()) throw new Errno('EINVAL');
    return generate;
  };

  const own: Record<string, NodeMaker> = {
    cgroup: at('cgroup', () => `0::${task.cgroup || '/'}\n`),
    cmdline: at('cmdline', () => (alive() ? task.argv.map((argument) => `${argument}\0`).join('') : '')),
    comm: at('comm', () => `${task.comm}\n`, { mode: 0o644, store: (text) => task.setComm(text) }),
    environ: guarded('environ', () => {
      if (!alive()) throw new Errno('ESRCH');
      const { environment } = task;
      // the memory that was opened is gone once another program runs
      return () => (task.environment === environment ? [...environment].map(([name, value]) => `${name}=${value}\0`).join('') : '');
    }),
    limits: at('limits', () => limits(task)),
    attr: directory(
      `${key}/attr`,
      Object.fromEntries(attributes.map((name) => [name, at(`attr/${name}`, refused, { mode: 0o666, store: refused })])),
      owner,
    ),
    autogroup: at('autogroup', () => `/autogroup-${task.sidIn(namespace)} nice 0\n`, { mode: 0o644 }),
    clear_refs: at('clear_refs', refused, { mode: 0o200, store: () => undefined }),
    maps: at('maps', () => maps(task)),
    mem: at('mem', () => unreadable(), { mode: 0o600, store: () => unreadable() }),
    auxv: restricted('auxv', ''),
    coredump_filter: at('coredump_filter', () => '00000033\n', { mode: 0o644 }),
    personality: restricted('personality', '00000000\n'),
    projid_map: at('projid_map', () => '         0          0 4294967295\n', { mode: 0o644 }),
    schedstat: at('schedstat', () => `${Math.round((task.cpu.userMs + task.cpu.systemMs) * 1e6)} 0 0\n`),
    smaps: at('smaps', () => smaps(task)),
    smaps_rollup: at('smaps_rollup', () => smapsRollup(task)),
    sched: at('sched', () => schedule(task), { mode: 0o644 }),
    stack: guarded('stack', () => () => (task.waitChannel === '0' ? '' : `[<0>] ${task.waitChannel}\n`)),
    timers: at('timers', () => ''),
    timerslack_ns: at('timerslack_ns', () => '50000\n', { mode: 0o666 }),
    cpuset: at('cpuset', () => '/\n'),
    oom_score: at('oom_score', () => `${alive() ? Math.max(0, 666 + Math.round(task.oomScoreAdj * 0.666)) : 0}\n`),
    oom_adj: at('oom_adj', () => `${Math.trunc((task.oomScoreAdj * 17) / 1000)}\n`, {
      mode: 0o644,
      store: (text) => storeOom(String(Math.trunc((Number(text.trim()) * 1000) / 17)), task),
    }),
    oom_score_adj: at('oom_score_adj', () => `${task.oomScoreAdj}\n`, { mode: 0o644, store: (text) => storeOom(text, task) }),
    stat: at('stat', () => stat(task, namespace, machine.bootMs)),
    statm: at('statm', () => statm(task)),
    status: at('status', (reader) => status(task, namespace, reader, machine.cpuCount)),
    wchan: at('wchan', () => (alive() ? task.waitChannel : '0')),
    io: guarded(
      'io',
      () => () =>
        Object.entries({ ...task.io, read_bytes: 0, write_bytes: 0, cancelled_write_bytes: 0 })
          .map(([name, count]) => `${name}: ${count}\n`)
          .join(''),
    ),
  };
  const idMap = (kind: 'uid' | 'gid'): NodeMaker =>
    at(`${kind}_map`, (reader) => task.idMaps.show(kind, reader), {
      mode: 0o644,
      store: (text, writer) => task.idMaps.write(kind, text, writer),
    });
  const nodes: Record<string, NodeMaker> = {
    ...own,
    cwd: magic('cwd', () => task.cwd, shownPath),
    exe: magic(
      'exe',
      () => task.exe,
      ({ inode }) => (inode.nlink > 0 ? task.exePath : `${task.exePath} (deleted)`),
    ),
    root: magic('root', () => task.root, shownPath),
    fd: (on, above) => new DescriptorDirectory(on, `${key}/fd`, above, task, owner),
    fdinfo: (on, above) => new FixedDirectory(on, `${key}/fdinfo`, above, descriptorInfo(key, task), { mode: 0o500, ...owner }),
    gid_map: idMap('gid'),
    uid_map: idMap('uid'),
    setgroups: at('setgroups', () => `${task.idMaps.setgroups}\n`, {
      mode: 0o644,
      store: (text, writer) => task.idMaps.writeSetgroups(text, writer),
    }),
    loginuid: at('loginuid', () => '4294967295'),
    sessionid: at('sessionid', () => '4294967295'),
    mountinfo: opened('mountinfo', 0o444, (reader) => ofLiving(() => mountInfo(task, reader))),
    mountstats: opened('mountstats', 0o400, () => ofLiving(() => mountStats(task))),
    timens_offsets: at('timens_offsets', () => shownOffsets(task), {
      mode: 0o644,
      store: (text, writer) => storeOffsets(text, task, writer),
    }),
    mounts: opened('mounts', 0o444, () => ofLiving(() => mountTable(task))),
    net: networkTables(key, task, owner, () => settingOf('net/ipv4/ip_forward', task, machine) !== '0'),
    ns: directory(`${key}/ns`, namespaceLinks(key, task, owner), { mode: 0o511, ...owner }),
    task: directory(
      `${key}/task`,
      {
        [String(task.pidIn(namespace))]: directory(
          `${key}/task/self`,
          { ...own, children: at('children', () => childPids(task, namespace)) },
          owner,
        ),
      },
      owner,
    ),
  };
  return new Map(Object.entries(nodes));
}

/** What no security module is there to answer. */
const attributes = ['current', 'exec', 'fscreate', 'keycreate', 'prev', 'sockcreate'];
function refused(): never {
  throw new Errno('EINVAL');
}

const shownOffsets = ({ timeForChildren: { offsets } }: ProcTask): string =>
  (['monotonic', 'boottime'] as const)
    .map((clock) => `${clock.padEnd(10)} ${String(Math.floor(offsets[clock])).padStart(10)} ${String(0).padStart(9)}\n`)
    .join('');

/** Lines of a clock (by name or number), seconds and nanoseconds: time_namespaces(7). */
function storeOffsets(text: string, task: ProcTask, writer: ProcTask): void {
  const clocks: Readonly<Record<string, string>> = { 1: 'monotonic', 7: 'boottime' };
  for (const line of text.trim().split('\n')) {
    const match = /^\s*(\w+)\s+(-?\d+)\s+(\d{1,9})\s*$/.exec(line);
    if (!match) throw new Errno('EINVAL');
    task.timeForChildren.set(clocks[match[1]!] ?? match[1]!, Number(match[2]), writer.credentials);
  }
}

/** /proc/PID/sched: what there is to tell of a scheduler that runs each process in its turn. */
function schedule(task: ProcTask): string {
  const pid = task.pidIn(task.pidNamespace) ?? 0;
  const value = (name: string, text: string): string => `${name.padEnd(45)}:${text.padStart(21)}\n`;
  const ran = (task.cpu.userMs + task.cpu.systemMs).toFixed(6);
  return `${task.comm} (${pid}, #threads: ${task.threads})\n${'-'.repeat(67)}\n${value('se.exec_start', task.startedMs.toFixed(6))}${value('se.sum_exec_runtime', ran)}${value('nr_switches', '0')}${value('policy', '0')}${value('prio', String(120 + task.nice))}`;
}

/** Nothing of a process's memory can be read here. */
function unreadable(): never {
  throw new Errno('EIO');
}

function childPids(task: ProcTask, namespace: PidNamespaceView): string {
  const pids = [...namespace.tasks()].filter((each) => each.parent === task).map((each) => `${each.pidIn(namespace)} `);
  return pids.join('');
}

function storeOom(text: string, task: ProcTask): void {
  const value = Number(text.trim());
  if (!Number.isInteger(value) || value < -1000 || value > 1000) throw new Errno('EINVAL');
  task.oomScoreAdj = value;
}

function namespaceLinks(key: string, task: ProcTask, owner: { uid: number; gid: number }): Record<string, NodeMaker> {
  const one =
    (name: string, type: NamespaceType, find = (): NamespaceHandle | undefined => task.namespaceOf(type)): NodeMaker =>
    (fs) => {
      const handle = (reader: ProcTask): NamespaceHandle => {
        demandAccess(reader, task);
        // a zombie has let go of all but these
        if ((task.state === 'Z' && name !== 'pid' && name !== 'user') || task.state === 'X') throw new Errno('ENOENT');
        const found = find();
        if (!found) throw new Errno('ENOENT');
        return found;
      };
      const jump = (reader: ProcTask): Jump => ({ location: { mount: reader.root.mount, inode: new NamespaceInode(fs, handle(reader)) } });
      return new ProcLink(fs, `${key}/ns/${name}`, owner, (reader) => `${type}:[${handle(reader).inode}]`, jump);
    };
  return Object.fromEntries(
    [
      ...namespaceTypes.map((type) => [type, one(type, type)] as const),
      ['pid_for_children', one('pid_for_children', 'pid', () => task.pidNamespaceForChildren)] as const,
      ['time_for_children', one('time_for_children', 'time')] as const,
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** "i_size = 64" - fs/proc/fd.c */
class DescriptorLink extends ProcLink {
  override get size(): number {
    return 64;
  }
  override get blocks(): number {
    return 0;
  }
}

class DescriptorDirectory extends Directory {
  parent: Directory;
  constructor(
    fs: FileSystem,
    readonly key: string,
    parent: Directory,
    readonly task: ProcTask,
    owner: { uid: number; gid: number },
  ) {
    super(fs, inodeNumber(key), { mode: 0o500, ...owner });
    this.parent = parent;
  }
  override create(): Inode {
    throw new Errno('ENOENT');
  }
  lookup(name: string, reader: ProcTask): Inode | undefined {
    demandAccess(reader, this.task);
    const open = /^\d+$/.test(name) ? this.task.descriptors().get(Number(name)) : undefined;
    if (!open) return undefined;
    const owner = { uid: this.uid, gid: this.gid };
    return new DescriptorLink(this.fs, `${this.key}/${name}`, owner, (by) => labelOf(open, by), () => jumpTo(open), linkMode(open)); // prettier-ignore
  }
  entries(reader: ProcTask): DirEntry[] {
    demandAccess(reader, this.task);
    return [...this.task.descriptors().keys()]
      .sort((a, b) => a - b)
      .map((fd) => ({ name: String(fd), type: 'symlink', ino: inodeNumber(`${this.key}/${fd}`) }));
  }
}

const labelOf = (open: ProcDescriptor, reader: ProcTask): string =>
  open.location?.inode.type === 'directory'
    ? shownPath(open.location, reader)
    : open.location?.inode.nlink === 0
      ? `${open.label} (deleted)`
      : open.label;

const jumpTo = (open: ProcDescriptor): Jump => (open.location ? { location: open.location } : { description: open.description });

function linkMode(open: ProcDescriptor): number {
  const write = open.flags.includes('write') || open.flags.includes('readwrite') || open.flags.includes('append');
  const read = !write || open.flags.includes('readwrite');
  return (read ? 0o500 : 0) | (write ? 0o300 : 0);
}

function descriptorInfo(key: string, task: ProcTask): Map<string, NodeMaker> {
  return new Map(
    [...task.descriptors()].map(([fd, open]) => {
      const access = open.flags.includes('readwrite') ? 2 : open.flags.includes('write') || open.flags.includes('append') ? 1 : 0;
      const bits = access | (open.flags.includes('append') ? 0o2000 : 0) | (open.flags.includes('nonblock') ? 0o4000 : 0) | 0o100000;
      return [
        String(fd),
        file(
          `${key}/fdinfo/${fd}`,
          () =>
            `pos:\t${open.offset}\nflags:\t0${bits.toString(8)}\nmnt_id:\t${open.location?.mount.id ?? 15}\nino:\t${open.location?.inode.ino ?? 0}\n`,
        ),
      ] as const;
    }),
  );
}
