import { limitLine, limitNames } from '../../limits';
import { overflowId } from '../subject';
import type { PidNamespaceView, ProcTask } from '../types';
import { memoryOf } from './memory';

const hex = (value: bigint): string => value.toString(16).padStart(16, '0');
const stateNames = { R: 'running', S: 'sleeping', T: 'stopped', Z: 'zombie', X: 'dead' } as const;
const kb = (count: number): string => `${String(count).padStart(8)} kB`;
const ticks = (ms: number): number => Math.floor(ms / 10);

/** How many PID namespaces are outside this one: a task's numbers in those are not shown. */
function outerLevels(namespace: PidNamespaceView): number {
  const init = namespace.find(1);
  return init ? init.nsPids.length - 1 : 0;
}

/** /proc/PID/status, proc_pid_status(5). */
export function status(task: ProcTask, namespace: PidNamespaceView, reader: ProcTask, cpuCount: number): string {
  const { credentials: c, signals } = task;
  const { user } = reader.credentials;
  const uid = (id: number): number => user.uidOf(id) ?? overflowId;
  const gid = (id: number): number => user.gidOf(id) ?? overflowId;
  const pid = task.pidIn(namespace) ?? 0;
  const within = (numbers: readonly number[]): string => numbers.slice(outerLevels(namespace)).join('\t');
  const inner = within(task.nsPids);
  const zombie = task.state === 'Z' || task.state === 'X';
  const rss = task.residentKb;
  const { size, anon, data, exe, lib, pte } = memoryOf(task);
  const own = zombie
    ? []
    : [
        ['VmPeak', kb(size)],
        ['VmSize', kb(size)],
        ['VmLck', kb(0)],
        ['VmPin', kb(0)],
        ['VmHWM', kb(rss)],
        ['VmRSS', kb(rss)],
        ['RssAnon', kb(anon)],
        ['RssFile', kb(rss - anon)],
        ['RssShmem', kb(0)],
        ['VmData', kb(data)],
        ['VmStk', kb(132)],
        ['VmExe', kb(exe)],
        ['VmLib', kb(lib)],
        ['VmPTE', kb(pte)],
        ['VmSwap', kb(0)],
        ['HugetlbPages', kb(0)],
        ['CoreDumping', '0'],
        ['THP_enabled', '1'],
        ['untag_mask', '0xffffffffffffffff'],
      ];
  const last = 2 ** 41 - 1;
  const rows: (readonly [string, string])[] = [
    ['Name', task.comm],
    ...(zombie ? [] : [['Umask', task.umask.toString(8).padStart(4, '0')] as const]),
    ['State', `${task.state} (${stateNames[task.state]})`],
    ['Tgid', String(pid)],
    ['Ngid', '0'],
    ['Pid', String(pid)],
    ['PPid', String(task.ppidIn(namespace))],
    ['TracerPid', String(task.tracedBy?.pidIn(namespace) ?? 0)],
    ['Uid', [c.ruid, c.euid, c.suid, c.euid].map(uid).join('\t')],
    ['Gid', [c.rgid, c.egid, c.sgid, c.egid].map(gid).join('\t')],
    ['FDSize', zombie ? '0' : String(Math.max(64, 2 ** Math.ceil(Math.log2(Math.max(1, task.descriptors().size)))))],
    ['Groups', c.groups.map((id) => `${gid(id)} `).join('')],
    ['NStgid', inner],
    ['NSpid', inner],
    ['NSpgid', within(task.nsPgids)],
    ['NSsid', within(task.nsSids)],
    ['Kthread', '0'],
    ...(own as [string, string][]),
    ['Threads', String(task.threads)],
    ['SigQ', `${task.queuedSignals}/${task.limits.sigpending.soft}`],
    ['SigPnd', hex(0n)],
    ['ShdPnd', hex(signals.pending)],
    ['SigBlk', hex(signals.blocked)],
    ['SigIgn', hex(signals.ignored)],
    ['SigCgt', hex(signals.caught)],
    ['CapInh', hex(c.capabilities.inheritable)],
    ['CapPrm', hex(c.capabilities.permitted)],
    ['CapEff', hex(c.capabilities.effective)],
    ['CapBnd', hex(c.capabilities.bounding & BigInt(last))],
    ['CapAmb', hex(c.capabilities.ambient)],
    ['NoNewPrivs', task.noNewPrivs ? '1' : '0'],
    // SECCOMP_MODE_FILTER
    ['Seccomp', task.seccompFilters ? '2' : '0'],
    ['Seccomp_filters', String(task.seccompFilters)],
    ['Speculation_Store_Bypass', 'vulnerable'],
    ['SpeculationIndirectBranch', 'always enabled'],
    ['Cpus_allowed', (2 ** cpuCount - 1).toString(16)],
    ['Cpus_allowed_list', cpuCount > 1 ? `0-${cpuCount - 1}` : '0'],
    ['Mems_allowed', [...Array<string>(31).fill('00000000'), '00000001'].join(',')],
    ['Mems_allowed_list', '0'],
    ['voluntary_ctxt_switches', '0'],
    ['nonvoluntary_ctxt_switches', '0'],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

/** /proc/PID/stat, proc_pid_stat(5): 52 fields. */
export function stat(task: ProcTask, namespace: PidNamespaceView, bootMs: number): string {
  const pid = task.pidIn(namespace) ?? 0;
  const { cpu, signals } = task;
  const decimal = (set: bigint): string => String(set & 0x7fffffffn);
  const zombie = task.state === 'Z' || task.state === 'X';
  const rss = zombie ? 0 : Math.floor(task.residentKb / 4);
  const fields: (string | number)[] = [
    pid, `(${task.comm})`, task.state, task.ppidIn(namespace), task.pgidIn(namespace), task.sidIn(namespace), task.terminalDevice, task.tpgidIn(namespace),
    4194304, 0, 0, 0, 0, ticks(cpu.userMs), ticks(cpu.systemMs), ticks(cpu.childUserMs), ticks(cpu.childSystemMs), 20 + task.nice, task.nice, task.threads, 0,
    ticks(task.startedMs - bootMs), zombie ? 0 : memoryOf(task).size * 1024, rss, '18446744073709551615', 0, 0, 0, 0, 0,
    decimal(signals.pending), decimal(signals.blocked), decimal(signals.ignored), decimal(signals.caught), task.waitChannel === '0' ? 0 : 1, 0, 0, 17, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, zombie ? task.exitStatus : 0,
  ]; // prettier-ignore
  return `${fields.join(' ')}\n`;
}

const unlimited = (value: number): string => (Number.isFinite(value) ? String(value) : 'unlimited');

/** /proc/PID/limits. */
export function limits(task: ProcTask): string {
  const line = (a: string, b: string, c: string, d: string): string =>
    `${a.padEnd(25)} ${b.padEnd(20)} ${c.padEnd(20)} ${d && d.padEnd(10)}\n`;
  return (
    line('Limit', 'Soft Limit', 'Hard Limit', 'Units') +
    limitNames
      .map((name) => {
        const { soft, hard } = task.limits[name];
        const { label, unit } = limitLine(name);
        return line(label, unlimited(soft), unlimited(hard), unit);
      })
      .join('')
  );
}
