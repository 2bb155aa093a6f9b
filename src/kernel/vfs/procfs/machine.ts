import { threadsMax } from '../../limits';
import { overflowId } from '../subject';
import type { MachineView, PidNamespaceView, ProcTask } from '../types';
import { networkSettings } from './network-settings';
import { directory, file as generated, link, type FileOptions, type NodeMaker } from './nodes';

/** Files of procfs itself refuse writes with EIO; those of /proc/sys hold root to their mode. */
const file = (key: string, generate: (task: ProcTask) => string, options: FileOptions = {}): NodeMaker =>
  generated(key, generate, { refusal: 'EIO', strict: key.startsWith('sys/'), ...options });

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
const ticks = (ms: number): number => Math.floor(ms / 10);

/** The files of proc(5) that are about the machine, not about one process. */
export function machineFiles(machine: MachineView, namespace: PidNamespaceView): Readonly<Record<string, NodeMaker>> {
  const upMs = (): number => machine.nowMs() - machine.bootMs;
  const running = (): number => [...machine.tasks()].filter((task) => task.state === 'R').length;
  const count = (): number => [...machine.tasks()].length;
  const bootId = uuid(machine.random);
  return {
    mounts: link('mounts', () => 'self/mounts'),
    net: link('net', () => 'self/net'),
    acpi: directory('acpi', {}),
    bus: directory('bus', {}),
    fs: directory('fs', {}),
    irq: directory('irq', {}),
    interrupts: file(
      'interrupts',
      () => `${' '.repeat(10)}${Array.from({ length: machine.cpuCount }, (_, i) => ` CPU${i}`.padEnd(11)).join('')}\n`,
    ),
    keys: file('keys', () => ''),
    timer_list: file('timer_list', () => 'Timer List Version: v0.10\n', { mode: 0o400 }),
    cmdline: file('cmdline', () => `BOOT_IMAGE=/boot/vmlinuz-${machine.release} root=/dev/sda1 ro\n`),
    cpuinfo: file('cpuinfo', () => cpuInfo(machine.cpuCount)),
    devices: file(
      'devices',
      () => 'Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n136 pts\n\nBlock devices:\n  8 sd\n',
    ),
    filesystems: file('filesystems', () =>
      [
        'nodev\tsysfs',
        'nodev\ttmpfs',
        'nodev\tproc',
        'nodev\tcgroup2',
        'nodev\tdevtmpfs',
        'nodev\tdevpts',
        'nodev\tmqueue',
        '\text4',
        'nodev\toverlay',
        '',
      ].join('\n'),
    ),
    loadavg: file('loadavg', () => `0.00 0.00 0.00 ${Math.max(1, running())}/${count()} ${namespace.lastPid}\n`),
    meminfo: file('meminfo', () => memInfo(machine)),
    stat: file('stat', () => {
      const busy = ticks(machine.cpuMs());
      const idle = Math.max(0, ticks(upMs()) * machine.cpuCount - busy);
      const each = Array.from(
        { length: machine.cpuCount },
        (_, i) => `cpu${i} ${Math.floor(busy / machine.cpuCount)} 0 0 ${Math.floor(idle / machine.cpuCount)} 0 0 0 0 0 0`,
      );
      return [
        `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0`,
        ...each,
        `ctxt 0`,
        `btime ${Math.floor(machine.bootMs / 1000)}`,
        `processes ${machine.processesCreated()}`,
        `procs_running ${Math.max(1, running())}`,
        'procs_blocked 0',
        '',
      ].join('\n');
    }),
    uptime: file('uptime', () => `${seconds(upMs())} ${seconds(Math.max(0, upMs() * machine.cpuCount - machine.cpuMs()))}\n`),
    version: file('version', () => `Linux version ${machine.release} (builder@pausebox) (gcc) ${machine.version}\n`),
    sys: directory('sys', {
      fs: directory('sys/fs', {
        'file-max': file('sys/fs/file-max', () => '9223372036854775807\n'),
        'pipe-max-size': file('sys/fs/pipe-max-size', () => '1048576\n'),
      }),
      kernel: directory('sys/kernel', {
        hostname: file('sys/kernel/hostname', (task) => `${task.uts.hostname}\n`, {
          store: (text, task) => void (task.uts.hostname = firstLine(text)),
        }),
        domainname: file('sys/kernel/domainname', (task) => `${task.uts.domainname}\n`, {
          store: (text, task) => void (task.uts.domainname = firstLine(text)),
        }),
        osrelease: file('sys/kernel/osrelease', () => `${machine.release}\n`),
        ostype: file('sys/kernel/ostype', () => 'Linux\n'),
        version: file('sys/kernel/version', () => `${machine.version}\n`),
        pid_max: file('sys/kernel/pid_max', () => '4194304\n'),
        ns_last_pid: file('sys/kernel/ns_last_pid', (task: ProcTask) => `${task.pidNamespace.lastPid}\n`),
        'threads-max': file('sys/kernel/threads-max', () => `${threadsMax(machine.memoryKb)}\n`),
        cap_last_cap: file('sys/kernel/cap_last_cap', () => '40\n'),
        overflowuid: file('sys/kernel/overflowuid', () => `${overflowId}\n`),
        overflowgid: file('sys/kernel/overflowgid', () => `${overflowId}\n`),
        core_pattern: file('sys/kernel/core_pattern', () => 'core\n'),
        random: directory('sys/kernel/random', {
          uuid: file('sys/kernel/random/uuid', () => `${uuid(machine.random)}\n`),
          boot_id: file('sys/kernel/random/boot_id', () => `${bootId}\n`),
        }),
      }),
      net: networkSettings,
      vm: directory('sys/vm', {
        max_map_count: file('sys/vm/max_map_count', () => '65530\n'),
        overcommit_memory: file('sys/vm/overcommit_memory', () => '1\n'),
        swappiness: file('sys/vm/swappiness', () => '60\n'),
      }),
    }),
  };
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 64);

function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, (_, i) =>
    (i === 12 ? 4 : i === 16 ? 8 + Math.floor(random() * 4) : Math.floor(random() * 16)).toString(16),
  ).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function cpuInfo(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `processor\t: ${i}\nvendor_id\t: Pausebox\nmodel name\t: WebAssembly\ncpu cores\t: ${count}\n\n`,
  ).join('');
}

function memInfo(machine: MachineView): string {
  const used = [...machine.tasks()].reduce((sum, task) => sum + task.residentKb, 0);
  const total = machine.memoryKb;
  const cached = Math.floor(total * 0.1);
  const free = Math.max(0, total - used - cached);
  const rows: [string, number][] = [['MemTotal', total], ['MemFree', free], ['MemAvailable', free + cached], ['Buffers', 0], ['Cached', cached], ['SwapCached', 0], ['SwapTotal', 0], ['SwapFree', 0], ['Shmem', 0], ['SReclaimable', 0]]; // prettier-ignore
  return rows.map(([name, kb]) => `${`${name}:`.padEnd(16)}${String(kb).padStart(8)} kB\n`).join('');
}
