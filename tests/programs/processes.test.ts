import { expect, test } from 'vitest';
import { FakeMachine } from './fake-machine';

interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly args: readonly string[];
  readonly comm?: string;
  readonly state?: string;
  readonly tty?: number;
  readonly session?: number;
  readonly pgrp?: number;
  readonly tpgid?: number;
  readonly uid?: number;
}

const bootMs = Date.UTC(2026, 10, 24, 9, 0, 0);

function machine(rows: readonly Row[]): FakeMachine {
  const m = new FakeMachine();
  m.nowMs = bootMs + 3600_000;
  m.write('/proc/stat', `cpu  10 0 10 1000 0 0 0 0 0 0\nbtime ${bootMs / 1000}\n`);
  m.write('/proc/uptime', '3600.00 3600.00\n');
  m.write(
    '/proc/meminfo',
    'MemTotal:        8000000 kB\nMemFree:         4000000 kB\nMemAvailable:    6000000 kB\nBuffers: 0 kB\nCached:          2000000 kB\nShmem: 100 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
  );
  for (const r of rows) {
    const comm = r.comm ?? (r.args[0] ?? '').replace(/^.*\//, '');
    const uid = r.uid ?? 0;
    m.write(
      `/proc/${r.pid}/stat`,
      `${r.pid} (${comm}) ${r.state ?? 'S'} ${r.ppid} ${r.pgrp ?? r.pid} ${r.session ?? r.pid} ${r.tty ?? 0} ${r.tpgid ?? -1} 4194560 0 0 0 0 0 0 0 0 20 0 1 0 ${r.pid * 100} 4096000 250 0\n`,
    );
    m.write(
      `/proc/${r.pid}/status`,
      `Name:\t${comm}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nGid:\t${uid}\t${uid}\t${uid}\t${uid}\nSigCgt:\t0000000000014002\n`,
    );
    m.write(`/proc/${r.pid}/cmdline`, r.args.map((a) => `${a}\0`).join(''));
    for (const ns of ['pid', 'mnt', 'net'])
      m.symlink(`/proc/${r.pid}/ns/${ns}`, `${ns}:[${4026531836 + (ns === 'pid' && r.pid === 50 ? 999 : ns.length)}]`);
  }
  m.symlink('/proc/self', '42');
  return m;
}

const pts0 = 136 << 8;
const rows: readonly Row[] = [
  { pid: 1, ppid: 0, args: ['/sbin/init'], comm: 'systemd' },
  { pid: 10, ppid: 1, args: ['bash'], tty: pts0, tpgid: 42 },
  { pid: 42, ppid: 10, args: ['ps', 'aux'], state: 'R', tty: pts0, session: 10, tpgid: 42 },
  { pid: 50, ppid: 10, args: ['/pause'], tty: pts0, session: 10, tpgid: 42, uid: 1000 },
  { pid: 51, ppid: 50, args: [], comm: 'sleep', state: 'Z', tty: pts0, session: 10, pgrp: 50, tpgid: 42 },
];

const cases: readonly (readonly [readonly string[], string])[] = [
  [
    ['ps'],
    '    PID TTY          TIME CMD\n     10 pts/0    00:00:00 bash\n     42 pts/0    00:00:00 ps\n     51 pts/0    00:00:00 sleep\n',
  ],
  [
    ['ps', '-ef'],
    'UID          PID    PPID  C STIME TTY          TIME CMD\nroot           1       0  0 09:00 ?        00:00:00 /sbin/init\nroot          10       1  0 09:00 pts/0    00:00:00 bash\nroot          42      10  0 09:00 pts/0    00:00:00 ps aux\napp           50      10  0 09:00 pts/0    00:00:00 /pause\nroot          51      50  0 09:00 pts/0    00:00:00 [sleep] <defunct>\n',
  ],
  [
    ['ps', 'aux'],
    'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0.0  0.0   4000  1000 ?        Ss   09:00   0:00 /sbin/init\nroot          10  0.0  0.0   4000  1000 pts/0    Ss   09:00   0:00 bash\nroot          42  0.0  0.0   4000  1000 pts/0    R+   09:00   0:00 ps aux\napp           50  0.0  0.0   4000  1000 pts/0    S    09:00   0:00 /pause\nroot          51  0.0  0.0   4000  1000 pts/0    Z    09:00   0:00 [sleep] <defunct>\n',
  ],
  [
    ['ps', '-eo', 'pid,ppid,stat,args'],
    '    PID    PPID STAT COMMAND\n      1       0 Ss   /sbin/init\n     10       1 Ss   bash\n     42      10 R+   ps aux\n     50      10 S    /pause\n     51      50 Z    [sleep] <defunct>\n',
  ],
  [['ps', '-o', 'stat=,comm=', '-p', '51'], 'Z    sleep\n'],
  [['ps', '-o', 'pid=', '-p', '1', '-o', 'comm='], '      1 systemd\n'],
  [['ps', '-e', '--no-headers', '-o', 'comm'], 'systemd\nbash\nps\npause\nsleep\n'],
  [['ps', '-C', 'pause', '-o', 'pid='], '     50\n'],
  [
    ['ps', 'axf', '-o', 'pid,cmd'],
    '    PID CMD\n      1 /sbin/init\n     10 bash\n     42  \\_ ps aux\n     50  \\_ /pause\n     51      \\_ [sleep] <defunct>\n',
  ],
  [['pgrep', 'pause'], '50\n'],
  [['pgrep', '-a', '-P', '10'], '50 /pause\n'],
  [['pgrep', '-c', '-u', 'root', '.'], '3\n'],
  [['pidof', 'pause'], '50\n'],
  [['pstree', '-p'], 'systemd(1)---bash(10)-+-pause(50)---sleep(51)\n                      `-ps(42)\n'],
  [
    ['lsns', '-t', 'pid'],
    '        NS TYPE NPROCS PID USER COMMAND\n4026531839 pid       4   1 root /sbin/init\n4026532835 pid       1  50 app  /pause\n',
  ],
  [
    ['!ps'],
    'PID   USER     TIME  COMMAND\n    1 root      0:00 /sbin/init\n   10 root      0:00 bash\n   42 root      0:00 ps aux\n   50 app       0:00 /pause\n   51 root      0:00 [sleep]\n',
  ],
  [
    ['!ps', '-o', 'pid,ppid,comm'],
    'PID   PPID  COMMAND\n    1     0 systemd\n   10     1 bash\n   42    10 ps\n   50    10 pause\n   51    50 sleep\n',
  ],
  [['!pgrep', '-l', 'pause'], '50 /pause\n'],
  [['!pstree'], 'systemd---bash-+-pause---sleep\n               `-ps\n'],
  [
    ['free'],
    '               total        used        free      shared  buff/cache   available\nMem:         8000000     2000000     4000000         100     2000000     6000000\nSwap:              0           0           0\n',
  ],
  [['uptime'], ' 10:00:00 up  1:00,  0 users,  load average: 0.00, 0.00, 0.00\n'],
];

for (const [argv, out] of cases) {
  test(argv.join(' '), async () => {
    const busybox = argv[0]?.startsWith('!') ?? false;
    const r = await machine(rows).run(busybox ? 'busybox' : 'gnu', busybox ? [(argv[0] as string).slice(1), ...argv.slice(1)] : argv);
    expect({ out: r.out, err: r.err, code: r.code }).toEqual({ out, err: '', code: 0 });
  });
}

test('without /proc, ps says how to mount it', async () => {
  const r = await new FakeMachine().run('gnu', ['ps']);
  expect(r.err).toBe('Error, do this: mount -t proc proc /proc\n');
});

test('unknown columns and options are refused with the usage', async () => {
  const r = await machine(rows).run('gnu', ['ps', '-o', 'nope']);
  expect(r.err).toMatch(/^error: unknown user-defined format specifier "nope"\n\nUsage:\n ps \[options\]\n/);
  expect(r.code).toBe(1);
});
