import { diskBytes } from '../memory-fs';
import type { MachineView } from '../types';
import { directory, file as generated, type NodeMaker } from './nodes';

const column = (text: string | number, width: number): string => String(text).padStart(width);

/** What proc(5) has of processors, disks and the kernel's own tables: constant, or 0 where nothing is counted. */
export function hardwareFiles(machine: MachineView): Readonly<Record<string, NodeMaker>> {
  const cpus = Array.from({ length: machine.cpuCount }, (_, i) => `CPU${i}`);
  const perCpu = (names: string): string =>
    `${' '.repeat(20)}${cpus.map((name) => name.padEnd(11)).join('')}\n${names
      .split(' ')
      .map((name) => `${column(name, 12)}:${cpus.map(() => column(0, 11)).join('')}\n`)
      .join('')}`;
  const file = (name: string, text: string, mode = 0o444): NodeMaker => generated(name, () => text, { refusal: 'EIO', mode });
  const folder = (name: string, texts: Readonly<Record<string, string>>): NodeMaker =>
    directory(name, Object.fromEntries(Object.entries(texts).map(([each, text]) => [each, file(`${name}/${each}`, text)])));
  const pressure = ['some', 'full'].map((word) => `${word} avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`).join('');
  const diskKb = diskBytes / 1024;
  return {
    acpi: directory('acpi', {}),
    bus: directory('bus', {}),
    driver: directory('driver', {}),
    fs: directory('fs', {}),
    irq: directory('irq', {}),
    interrupts: file('interrupts', `${' '.repeat(10)}${cpus.map((name) => ` ${name}`.padEnd(11)).join('')}\n`),
    softirqs: file('softirqs', perCpu('HI TIMER NET_TX NET_RX BLOCK IRQ_POLL TASKLET SCHED HRTIMER RCU')),
    keys: file('keys', ''),
    timer_list: file('timer_list', 'Timer List Version: v0.10\n', 0o400),
    buddyinfo: file('buddyinfo', `Node 0, zone   Normal ${Array.from({ length: 11 }, () => column(0, 6)).join(' ')} \n`),
    cgroups: file(
      'cgroups',
      `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${'cpuset cpu cpuacct blkio memory devices freezer net_cls perf_event net_prio hugetlb pids rdma misc'
        .split(' ')
        .map((name) => `${name}\t0\t1\t1\n`)
        .join('')}`,
    ),
    consoles: file('consoles', 'ttyS0                -W- (EC  p a)    4:64\n'),
    devices: file(
      'devices',
      'Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n136 pts\n\nBlock devices:\n  8 sd\n',
    ),
    diskstats: file('diskstats', `   8       0 sda${' 0'.repeat(17)}\n   8       1 sda1${' 0'.repeat(17)}\n`),
    dma: file('dma', ' 4: cascade\n'),
    execdomains: file('execdomains', '0-0\tLinux           \t[kernel]\n'),
    iomem: file('iomem', '00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n', 0o400),
    ioports: file('ioports', '0000-0cf7 : PCI Bus 0000:00\n', 0o400),
    kmsg: generated('kmsg', () => '', { mode: 0o400 }),
    locks: file('locks', ''),
    misc: file('misc', '229 fuse\n235 autofs\n'),
    modules: file('modules', ''),
    partitions: file(
      'partitions',
      `major minor  #blocks  name\n\n   8        0 ${column(diskKb + 1024, 10)} sda\n   8        1 ${column(diskKb, 10)} sda1\n`,
    ),
    pressure: folder('pressure', { cpu: pressure, io: pressure, memory: pressure }),
    swaps: file('swaps', 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'),
    tty: folder('tty', {
      drivers: [
        '/dev/tty             /dev/tty        5       0 system:/dev/tty',
        '/dev/console         /dev/console    5       1 system:console',
        '/dev/ptmx            /dev/ptmx       5       2 system',
        'pty_slave            /dev/pts      136 0-1048575 pty:slave',
        'pty_master           /dev/ptm      128 0-1048575 pty:master',
        '',
      ].join('\n'),
      ldiscs: 'n_tty       0\n',
    }),
  };
}
