import { threadsMax } from '../../limits';
import { Errno } from '../../errno';
import { ptsRegistry } from '../devpts';
import { capableIn, overflowId } from '../subject';
import type { MachineView, ProcTask } from '../types';
import { CAP } from '../walk';
import { directory, file, type FileOptions, type NodeMaker } from './nodes';

/**
 * What sysctl(8) shows and sets beside what is read from the machine's state: its path under /proc/sys, what it begins
 * with, and how much a number may be: `LEAST..MOST`, `text` for any words, `fixed` for what nobody may write.
 */
const table = `
abi/vsyscall32|1|0..1
dev/tty/ldisc_autoload|1|0..1
fs/aio-max-nr|65536|
fs/aio-nr|0|fixed
fs/epoll/max_user_watches|5491511|
fs/file-max|9223372036854775807|
fs/inotify/max_queued_events|16384|0..
fs/inotify/max_user_instances|128|0..
fs/inotify/max_user_watches|192536|0..
fs/lease-break-time|45|
fs/leases-enable|1|
fs/mount-max|100000|1..
fs/mqueue/msg_default|10|1..
fs/mqueue/msg_max|10|1..
fs/mqueue/msgsize_default|8192|128..
fs/mqueue/msgsize_max|8192|128..
fs/mqueue/queues_max|256|
fs/nr_open|1048576|64..2147483584
fs/overflowgid|65534|0..65535
fs/overflowuid|65534|0..65535
fs/pipe-max-size|1048576|4096..
fs/pipe-user-pages-hard|0|
fs/pipe-user-pages-soft|16384|
fs/protected_fifos|0|0..2
fs/protected_hardlinks|1|0..1
fs/protected_regular|0|0..2
fs/protected_symlinks|0|0..1
fs/suid_dumpable|0|0..2
kernel/core_pattern|core|text
kernel/core_pipe_limit|0|
kernel/core_uses_pid|0|
kernel/ctrl-alt-del|0|
kernel/dmesg_restrict|0|0..1
kernel/hung_task_timeout_secs|120|0..
kernel/keys/maxbytes|20000|0..
kernel/keys/maxkeys|200|0..
kernel/keys/root_maxbytes|25000000|0..
kernel/keys/root_maxkeys|1000000|0..
kernel/kptr_restrict|0|0..2
kernel/ngroups_max|65536|fixed
kernel/oops_limit|10000|
kernel/panic|0|
kernel/panic_on_oops|0|0..1
kernel/panic_on_warn|0|0..1
kernel/perf_event_paranoid|2|-1..
kernel/poweroff_cmd|/sbin/poweroff|text
kernel/printk|4\t4\t1\t7|
kernel/pty/max|4096|0..
kernel/pty/reserve|1024|fixed
kernel/random/entropy_avail|256|fixed
kernel/random/poolsize|256|fixed
kernel/random/urandom_min_reseed_secs|60|
kernel/random/write_wakeup_threshold|256|
kernel/randomize_va_space|2|
kernel/sched_autogroup_enabled|1|0..1
kernel/sched_rr_timeslice_ms|100|
kernel/sched_rt_period_us|1000000|1..
kernel/sched_rt_runtime_us|950000|-1..
kernel/shm_rmid_forced|0|0..1
kernel/soft_watchdog|1|0..1
kernel/sysctl_writes_strict|1|-1..1
kernel/sysrq|1|
kernel/tainted|0|
kernel/timer_migration|1|0..1
kernel/watchdog|1|0..1
kernel/watchdog_thresh|10|0..60
vm/admin_reserve_kbytes|8192|
vm/compaction_proactiveness|20|0..100
vm/dirty_background_bytes|0|
vm/dirty_background_ratio|10|0..100
vm/dirty_bytes|0|
vm/dirty_expire_centisecs|3000|0..
vm/dirty_ratio|20|0..100
vm/dirty_writeback_centisecs|500|0..
vm/laptop_mode|0|
vm/max_map_count|65530|0..
vm/min_free_kbytes|67584|0..
vm/mmap_min_addr|4096|
vm/nr_hugepages|0|
vm/nr_overcommit_hugepages|0|
vm/oom_dump_tasks|1|
vm/oom_kill_allocating_task|0|
vm/overcommit_kbytes|0|
vm/overcommit_memory|0|0..2
vm/overcommit_ratio|50|0..
vm/page-cluster|3|0..31
vm/panic_on_oom|0|0..2
vm/stat_interval|1|
vm/swappiness|60|0..200
vm/unprivileged_userfaultfd|0|0..1
vm/user_reserve_kbytes|131072|
vm/vfs_cache_pressure|100|0..
vm/watermark_boost_factor|15000|0..
vm/watermark_scale_factor|10|1..3000
vm/zone_reclaim_mode|0|0..
net/core/rmem_default|212992|
net/core/rmem_max|212992|
net/core/somaxconn|4096|0..65535
net/core/wmem_default|212992|
net/core/wmem_max|212992|
net/ipv4/icmp_echo_ignore_all|0|0..1
net/ipv4/icmp_echo_ignore_broadcasts|1|0..1
net/ipv4/ip_default_ttl|64|1..255
net/ipv4/ip_dynaddr|0|
net/ipv4/ip_forward|0|
net/ipv4/ip_local_port_range|32768\t60999|1..65535
net/ipv4/ip_local_reserved_ports||text
net/ipv4/ip_nonlocal_bind|0|
net/ipv4/ip_unprivileged_port_start|1024|0..65535
net/ipv4/ping_group_range|1\t0|0..
net/ipv4/tcp_congestion_control|cubic|text
net/ipv4/tcp_fin_timeout|60|
net/ipv4/tcp_keepalive_intvl|75|
net/ipv4/tcp_keepalive_probes|9|
net/ipv4/tcp_keepalive_time|7200|
net/ipv4/tcp_max_syn_backlog|4096|
net/ipv4/tcp_max_tw_buckets|131072|
net/ipv4/tcp_rmem|4096\t131072\t6291456|1..
net/ipv4/tcp_syn_retries|6|1..127
net/ipv4/tcp_synack_retries|5|
net/ipv4/tcp_syncookies|1|
net/ipv4/tcp_timestamps|1|
net/ipv4/tcp_tw_reuse|2|0..2
net/ipv4/tcp_wmem|4096\t16384\t4194304|1..
net/ipv4/conf/all/forwarding|0|
net/ipv4/conf/all/rp_filter|0|
net/ipv4/conf/default/forwarding|0|
net/ipv4/conf/default/rp_filter|0|
net/ipv6/conf/all/disable_ipv6|0|
net/ipv6/conf/all/forwarding|0|
net/ipv6/conf/default/disable_ipv6|0|
net/ipv6/conf/default/forwarding|0|
net/unix/max_dgram_qlen|512|
`;
const initials = new Map(
  table
    .trim()
    .split('\n')
    .map((line) => line.split('|').slice(0, 2) as [string, string]),
);
const userLimits = 'cgroup ipc mnt net pid time user uts'.split(' ').map((type) => `user/max_${type}_namespaces`);
/** One setting under two names. */
const aliases: Readonly<Record<string, string>> = { 'net/ipv4/conf/all/forwarding': 'net/ipv4/ip_forward' };

/** What was written: of a network namespace, or of the machine. */
const written = new WeakMap<object, Map<string, string>>();

/** What a setting is, for whoever in the kernel goes by it. */
export const settingOf = (path: string, task: ProcTask, machine: MachineView): string =>
  valueOf(path, initials.get(path) ?? '', task, machine);

function valueOf(path: string, initial: string, task: ProcTask, machine: MachineView): string {
  const key = aliases[path] ?? path;
  const owner = key.startsWith('net/') ? task.namespaceOf('net') : machine;
  return written.get(owner)?.get(key) ?? machine.settings[key] ?? initial;
}

/** "Values can be given in decimal, octal or hexadecimal" as strtoul(3) with base 0 takes them. */
function numberOf(word: string): bigint {
  const match = /^(-?)(0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.exec(word);
  if (!match) throw new Errno('EINVAL');
  const digits = match[2]!;
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] ? -value : value;
}

/** proc_dointvec_minmax(): as many values as are given and there is room for, each within its bounds. */
function accepted(text: string, now: string, rule: string): string {
  if (rule === 'text') return text.split('\n')[0] ?? '';
  const [least = '', most = ''] = rule.split('..');
  const values = now.split('\t');
  const words = text.trim().split(/\s+/);
  for (const [i, word] of words.slice(0, values.length).entries()) {
    const value = numberOf(word);
    if ((least && value < BigInt(least)) || (most && value > BigInt(most))) throw new Errno('EINVAL');
    values[i] = String(value);
  }
  return values.join('\t');
}

function setting(line: string, machine: MachineView): [path: string, node: NodeMaker] {
  const [path = '', initial = '', rule = ''] = line.split('|');
  const store = (text: string, task: ProcTask): void => {
    const key = aliases[path] ?? path;
    const owner = key.startsWith('net/') ? task.namespaceOf('net') : machine;
    const own = written.get(owner) ?? new Map<string, string>();
    written.set(owner, own.set(key, accepted(text, valueOf(path, initial, task, machine), rule)));
  };
  const show = (task: ProcTask): string => `${valueOf(path, initial, task, machine)}\n`;
  return [path, sysFile(path, show, rule === 'fixed' ? {} : { store })];
}

const sysFile = (path: string, show: (task: ProcTask) => string, options: FileOptions = {}): NodeMaker =>
  file(`sys/${path}`, show, { strict: true, refusal: 'EIO', ...options });

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 64);

/** An integer written to a file about the writer's PID namespace. */
function pidNumber(text: string, least: number, most: number): number {
  const value = Number(numberOf(text.trim().split(/\s+/)[0] ?? ''));
  if (value < least || value > most) throw new Errno('EINVAL');
  return value;
}
/** The bounds of pid_max: "RESERVED_PIDS" and "PID_MAX_LIMIT" - kernel/pid.c, include/linux/threads.h */
const reservedPids = 300;
const pidMaxLimit = 4_194_304;

function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, (_, i) =>
    (i === 12 ? 4 : i === 16 ? 8 + Math.floor(random() * 4) : Math.floor(random() * 16)).toString(16),
  ).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Those that are read from the machine's state. */
function live(machine: MachineView): [path: string, node: NodeMaker][] {
  const bootId = uuid(machine.random);
  const openFiles = (): number => [...machine.tasks()].reduce((sum, task) => sum + task.descriptors().size, 0);
  const shown: Readonly<Record<string, string | ((task: ProcTask) => string)>> = {
    'fs/file-nr': () => `${openFiles()}\t0\t9223372036854775807`,
    'fs/inode-nr': '65536\t3144',
    'fs/inode-state': '65536\t3144\t0\t0\t0\t0\t0',
    'fs/dentry-state': '65536\t60000\t45\t0\t30000\t0',
    'kernel/arch': 'x86_64',
    'kernel/cap_last_cap': '40',
    'kernel/osrelease': machine.release,
    'kernel/ostype': 'Linux',
    'kernel/pty/nr': () => String(ptsRegistry(machine).count),
    'kernel/random/boot_id': bootId,
    'kernel/random/uuid': () => uuid(machine.random),
    'kernel/version': machine.version,
  };
  const uts = (name: 'hostname' | 'domainname'): [string, NodeMaker] => {
    const store = (text: string, task: ProcTask): void => void (task.uts[name] = firstLine(text));
    return [`kernel/${name}`, sysFile(`kernel/${name}`, (task) => `${task.uts[name]}\n`, { store })];
  };
  return [
    ...Object.entries(shown).map(([path, text]): [string, NodeMaker] => [
      path,
      sysFile(path, (task) => `${typeof text === 'string' ? text : text(task)}\n`),
    ]),
    uts('hostname'),
    uts('domainname'),
    [
      'kernel/pid_max',
      sysFile('kernel/pid_max', ({ pidNamespace }) => `${pidNamespace.pidMax}\n`, {
        store: (text, { pidNamespace }) => void (pidNamespace.pidMax = pidNumber(text, reservedPids + 1, pidMaxLimit)),
      }),
    ],
    [
      'kernel/ns_last_pid',
      sysFile('kernel/ns_last_pid', ({ pidNamespace }) => `${pidNamespace.lastPid}\n`, {
        mode: 0o666,
        store: (text, { pidNamespace, credentials }) => {
          if (!capableIn(credentials, pidNamespace.owner, CAP.SYS_ADMIN)) throw new Errno('EPERM');
          pidNamespace.lastPid = pidNumber(text, 0, pidNamespace.pidMax);
        },
      }),
    ],
    ['vm/drop_caches', sysFile('vm/drop_caches', () => '0\n', { mode: 0o200, store: (text) => void accepted(text, '0', '1..4') })],
  ];
}

/** /proc/sys. */
export function settingsTree(machine: MachineView): NodeMaker {
  const threads = threadsMax(machine.memoryKb);
  const lines = [
    ...table.trim().split('\n'),
    `kernel/overflowuid|${overflowId}|0..65535`,
    `kernel/overflowgid|${overflowId}|0..65535`,
    `kernel/threads-max|${threads}|20..`,
    'kernel/msgmax|8192|0..',
    'kernel/msgmnb|16384|0..',
    'kernel/msgmni|32000|0..',
    'kernel/sem|32000\t1024000000\t500\t32000|',
    'kernel/shmall|18446744073692774399|',
    'kernel/shmmax|18446744073692774399|',
    'kernel/shmmni|4096|0..',
    ...userLimits.map((path) => `${path}|${Math.floor(threads / 2)}|0..`),
  ];
  // what a module brings
  const known = new Set(lines.map((line) => line.split('|')[0]));
  lines.push(...Object.keys(machine.settings).filter((path) => !known.has(path)).map((path) => `${path}||`)); // prettier-ignore
  const nodes = [...lines.map((line) => setting(line, machine)), ...live(machine)].sort(([a], [b]) => (a < b ? -1 : 1));
  return folder('', nodes);
}

/** The directory of what is below `prefix`. */
function folder(prefix: string, nodes: readonly (readonly [path: string, node: NodeMaker])[]): NodeMaker {
  const names = [...new Set(nodes.map(([path]) => path.slice(prefix.length).split('/')[0]!))];
  const made = names.map((name): [string, NodeMaker] => {
    const path = `${prefix}${name}`;
    const own = nodes.find(([each]) => each === path);
    return [name, own?.[1] ?? folder(`${path}/`, nodes.filter(([each]) => each.startsWith(`${path}/`)))]; // prettier-ignore
  });
  return directory(`sys/${prefix}`, Object.fromEntries(made));
}
