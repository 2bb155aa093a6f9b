import type { MachineView, PidNamespaceView, ProcTask } from '../types';
import { hardwareFiles } from './hardware';
import { memInfo } from './memory';
import { file as generated, link, type NodeMaker } from './nodes';
import { settingsTree } from './settings';

/** Files of procfs itself refuse writes with EIO. */
const file = (key: string, generate: (task: ProcTask) => string): NodeMaker => generated(key, generate, { refusal: 'EIO' });

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
const ticks = (ms: number): number => Math.floor(ms / 10);

/** The files of proc(5) that are about the machine, not about one process. */
export function machineFiles(machine: MachineView, namespace: PidNamespaceView): Readonly<Record<string, NodeMaker>> {
  const upMs = (): number => machine.nowMs() - machine.bootMs;
  const running = (): number => [...machine.tasks()].filter((task) => task.state === 'R').length;
  const count = (): number => [...machine.tasks()].length;
  return {
    ...hardwareFiles(machine),
    mounts: link('mounts', () => 'self/mounts'),
    net: link('net', () => 'self/net'),
    cmdline: file('cmdline', () => `BOOT_IMAGE=/boot/vmlinuz-${machine.release} root=/dev/sda1 ro\n`),
    cpuinfo: file('cpuinfo', () => cpuInfo(machine.cpuCount)),
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
    uptime: file(
      'uptime',
      (task) =>
        `${seconds(upMs() + (task.namespaceOf('time').offsets?.boottime ?? 0) * 1000)} ${seconds(Math.max(0, upMs() * machine.cpuCount - machine.cpuMs()))}\n`,
    ),
    version: file('version', () => `Linux version ${machine.release} (builder@pausebox) (gcc) ${machine.version}\n`),
    sys: settingsTree(machine),
  };
}

function cpuInfo(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `processor\t: ${i}\nvendor_id\t: Pausebox\nmodel name\t: WebAssembly\ncpu cores\t: ${count}\n\n`,
  ).join('');
}
