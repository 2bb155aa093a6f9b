import type { MachineView, ProcTask } from '../types';

const kb = (count: number): string => `${String(count).padStart(8)} kB`;

/** The parts of a task's memory, KiB: of a program with shared libraries or, as pause's was measured, of one that has them in it. */
export function memoryOf({
  residentKb: rss,
  isStatic,
}: ProcTask): Readonly<Record<'size' | 'anon' | 'data' | 'exe' | 'lib' | 'pte', number>> {
  if (isStatic) return { size: rss + 316, anon: 44, data: 168, exe: 484, lib: 8, pte: 40 };
  const anon = Math.floor(rss / 4);
  return { size: rss * 3, anon, data: anon, exe: Math.min(rss, 20), lib: rss - anon, pte: 44 };
}

interface Area {
  readonly start: number;
  readonly kb: number;
  readonly access: string;
  readonly offset: number;
  readonly name: string;
}

/** An address that is the same for a process as long as it runs one program, as random placement gives it. */
const placed = (task: ProcTask, base: number, spread: number): number =>
  base + (Math.imul(task.globalPid ^ Math.floor(task.startedMs), 0x9e3779b1) >>> 0) % spread * 4096; // prettier-ignore

/** Its program's parts, its heap and its stack, by ascending address. None for a zombie. */
function areas(task: ProcTask): Area[] {
  if (!task.exe || task.state === 'Z' || task.state === 'X') return [];
  const { exe, data } = memoryOf(task);
  const code = placed(task, 0x5555_0000_0000, 0x1000_0000);
  const text = Math.max(8, Math.ceil(exe / 4) * 4);
  const ends = code + (text + 12) * 1024;
  const heap = ends + 0x100_0000;
  const stack = placed(task, 0x7ffc_0000_0000, 0x30_0000);
  const area = (start: number, size: number, access: string, offset: number, name: string): Area => ({ start, kb: size, access, offset, name }); // prettier-ignore
  return [
    area(code, 4, 'r--p', 0, task.exePath),
    area(code + 4096, text, 'r-xp', 0x1000, task.exePath),
    area(code + 4096 + text * 1024, 4, 'r--p', 0x1000 + text * 1024, task.exePath),
    area(code + 8192 + text * 1024, 4, 'rw-p', 0x2000 + text * 1024, task.exePath),
    area(heap, Math.max(132, Math.ceil(data / 4) * 4), 'rw-p', 0, '[heap]'),
    area(stack, 132, 'rw-p', 0, '[stack]'),
    area(stack + 0x10_0000, 16, 'r--p', 0, '[vvar]'),
    area(stack + 0x10_4000, 8, 'r-xp', 0, '[vdso]'),
    area(0, 4, '--xp', 0, '[vsyscall]'),
  ];
}

const address = ({ start, kb: size, name }: Area): string =>
  name === '[vsyscall]'
    ? 'ffffffffff600000-ffffffffff601000'
    : `${start.toString(16).padStart(8, '0')}-${(start + size * 1024).toString(16).padStart(8, '0')}`;

function head(area: Area, task: ProcTask): string {
  const backed = area.name.startsWith('/') && task.exe;
  const device = backed ? `00:${backed.inode.fs.dev.toString(16).padStart(2, '0')} ${backed.inode.ino}` : '00:00 0';
  return `${`${address(area)} ${area.access} ${area.offset.toString(16).padStart(8, '0')} ${device} `.padEnd(73)}${area.name}\n`;
}

/** /proc/PID/maps, proc_pid_maps(5). */
export const maps = (task: ProcTask): string => areas(task).map((area) => head(area, task)).join(''); // prettier-ignore

const smapsNames =
  'Rss Pss Pss_Dirty Shared_Clean Shared_Dirty Private_Clean Private_Dirty Referenced Anonymous KSM LazyFree AnonHugePages ShmemPmdMapped FilePmdMapped Shared_Hugetlb Private_Hugetlb Swap SwapPss Locked'.split(
    ' ',
  );
function counts(rss: number, anon: number): string {
  const known: Readonly<Record<string, number>> = { Rss: rss, Pss: rss, Pss_Dirty: anon, Private_Clean: rss - anon, Private_Dirty: anon, Referenced: rss, Anonymous: anon }; // prettier-ignore
  return smapsNames.map((name) => `${`${name}:`.padEnd(16)}${kb(known[name] ?? 0)}\n`).join('');
}

/** /proc/PID/smaps, proc_pid_smaps(5). */
export const smaps = (task: ProcTask): string =>
  areas(task)
    .map((area) => {
      const page = (name: string): string => `${`${name}:`.padEnd(16)}${kb(4)}\n`;
      const anonymous = area.access.includes('w') ? area.kb : 0;
      return `${head(area, task)}${'Size:'.padEnd(16)}${kb(area.kb)}\n${page('KernelPageSize')}${page('MMUPageSize')}${counts(area.kb, anonymous)}THPeligible:${kb(0).slice(0, 8)}\n`;
    })
    .join('');

/** /proc/PID/smaps_rollup: their sum. */
export function smapsRollup(task: ProcTask): string {
  const all = areas(task).filter(({ name }) => name !== '[vsyscall]');
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return '';
  const range = `${first.start.toString(16)}-${(last.start + last.kb * 1024).toString(16)}`;
  return `${`${range} ---p 00000000 00:00 0 `.padEnd(73)}[rollup]\n${counts(task.residentKb, memoryOf(task).anon)}`;
}

/** /proc/PID/statm, in pages. */
export function statm(task: ProcTask): string {
  if (task.state === 'Z') return '0 0 0 0 0 0 0\n';
  const pages = Math.floor(task.residentKb / 4);
  return `${Math.floor(memoryOf(task).size / 4)} ${pages} ${Math.floor(pages / 2)} 1 0 ${pages} 0\n`;
}

/** /proc/meminfo, proc_meminfo(5): processes' memory, files in memory, and a tenth for the cache. */
export function memInfo(machine: MachineView): string {
  const used = [...machine.tasks()].reduce((sum, task) => sum + task.residentKb, 0);
  const total = machine.memoryKb;
  const cached = Math.floor(total * 0.1);
  const free = Math.max(0, total - used - cached);
  const rows: Readonly<Record<string, number>> = {
    MemTotal: total, MemFree: free, MemAvailable: free + cached, Buffers: 0, Cached: cached, SwapCached: 0, Active: used, Inactive: cached,
    'Active(anon)': used, 'Inactive(anon)': 0, 'Active(file)': 0, 'Inactive(file)': cached, Unevictable: 0, Mlocked: 0, SwapTotal: 0, SwapFree: 0,
    Dirty: 0, Writeback: 0, AnonPages: used, Mapped: 0, Shmem: 0, KReclaimable: 0, Slab: 0, SReclaimable: 0, SUnreclaim: 0, KernelStack: 0,
    PageTables: 0, SecPageTables: 0, NFS_Unstable: 0, Bounce: 0, WritebackTmp: 0, CommitLimit: Math.floor(total / 2), Committed_AS: used,
    VmallocTotal: 34_359_738_367, VmallocUsed: 0, VmallocChunk: 0, Percpu: 0, AnonHugePages: 0, ShmemHugePages: 0, ShmemPmdMapped: 0,
    FileHugePages: 0, FilePmdMapped: 0, HugePages_Total: 0, HugePages_Free: 0, HugePages_Rsvd: 0, HugePages_Surp: 0, Hugepagesize: 2048, Hugetlb: 0,
  }; // prettier-ignore
  return Object.entries(rows)
    .map(([name, value]) => `${`${name}:`.padEnd(16)}${name.startsWith('HugePages_') ? String(value).padStart(8) : kb(value)}\n`)
    .join('');
}
