import { type Bytes, Errno, type MountOptions, type OpenFlag, type Process, SIG, type WaitStatus } from '../kernel';
import type { Reply, Request } from './frames';
import { SYS } from './numbers';

type Call = (proc: Process, request: Request) => Reply | Promise<Reply>;

const reply = (ret: number | void, payload?: Bytes): Reply => ({ ret: ret ?? 0, payload });
const text = (bytes: Bytes): string => new TextDecoder().decode(bytes);

/** fcntl(2)'s commands and flags as Linux numbers them. */
const F = { DUPFD: 0, GETFD: 1, SETFD: 2, GETFL: 3, SETFL: 4, DUPFD_CLOEXEC: 1030 } as const;
const O_NONBLOCK = 0o4000;
const flagBits: readonly (readonly [OpenFlag, number])[] = [
  ['append', 0o2000],
  ['nonblock', O_NONBLOCK],
];
const accessOf = (flags: readonly OpenFlag[]): number =>
  flags.includes('readwrite') ? 2 : flags.includes('write') || flags.includes('append') ? 1 : 0;

function fcntl(proc: Process, fd: number, command: number, value: number): number | void {
  switch (command) {
    case F.DUPFD:
      return proc.dup(fd, value);
    case F.DUPFD_CLOEXEC: {
      const made = proc.dup(fd, value);
      proc.setCloseOnExec(made, true);
      return made;
    }
    case F.GETFD:
      return proc.descriptorFlags(fd).closeOnExec ? 1 : 0;
    case F.SETFD:
      return proc.setCloseOnExec(fd, value !== 0);
    case F.GETFL: {
      const { flags } = proc.descriptorFlags(fd);
      return flagBits.reduce((bits, [name, bit]) => bits | (flags.includes(name) ? bit : 0), accessOf(flags));
    }
    case F.SETFL:
      return proc.setNonBlocking(fd, (value & O_NONBLOCK) !== 0);
    default:
      throw new Errno('EINVAL');
  }
}

/** "POLLIN | POLLOUT" and what comes unasked - poll(2) */
const POLL = { IN: 1, OUT: 4, ERR: 8, HUP: 16, NVAL: 32 } as const;

async function poll(proc: Process, timeoutMs: number, body: Bytes): Promise<Reply> {
  const words = new Int32Array(body.slice().buffer);
  const asked = Array.from({ length: words.length / 2 }, (_, i) => ({ fd: words[2 * i] ?? -1, events: words[2 * i + 1] ?? 0 }));
  const open = new Set(proc.fds());
  // "If this field is negative … the revents field returns zero" - poll(2)
  const known = asked.filter(({ fd }) => open.has(fd));
  const invalid = asked.some(({ fd }) => fd >= 0 && !open.has(fd));
  const found = await proc.poll(
    known.map(({ fd, events }) => ({ fd, events: (events & POLL.IN) === 0 ? 'out' : (events & POLL.OUT) === 0 ? 'in' : 'inout' })),
    invalid ? 0 : timeoutMs,
  );
  const revents = asked.map(({ fd, events }) => {
    if (fd < 0) return 0;
    const state = found.find((each) => each.fd === fd);
    if (!state) return POLL.NVAL;
    const ready = (state.in ? POLL.IN : 0) | (state.out ? POLL.OUT : 0);
    return (ready & events) | (state.hup ? POLL.HUP : 0) | (state.err ? POLL.ERR : 0);
  });
  return reply(revents.filter((each) => each !== 0).length, new Uint8Array(Int32Array.from(revents).buffer));
}

/** mount(2)'s flags: "MS_…" of sys/mount.h. */
const mountBits: readonly (readonly [number, MountOptions])[] = [
  [1, { readOnly: true }],
  [2, { nosuid: true }],
  [4, { nodev: true }],
  [8, { noexec: true }],
  [32, { remount: true }],
  [1024, { noatime: true }],
  [2048, { nodiratime: true }],
  [4096, { bind: true }],
  [8192, { move: true }],
  [16384, { recursive: true }],
  [1 << 17, { propagation: 'unbindable' }],
  [1 << 18, { propagation: 'private' }],
  [1 << 19, { propagation: 'slave' }],
  [1 << 20, { propagation: 'shared' }],
  [1 << 24, { strictatime: true }],
];
const MNT_DETACH = 2;

function mount(proc: Process, flags: number, body: Bytes): void {
  const [source = '', target = '', type = '', data = ''] = text(body).split('\0');
  const options: MountOptions = mountBits.reduce((all, [bit, option]) => ((flags & bit) !== 0 ? { ...all, ...option } : all), {});
  proc.mount(source, target, type, data ? { ...options, data } : options);
}

const nodeTypes: Readonly<Record<number, 'file' | 'fifo' | 'char' | 'block'>> = {
  0o010000: 'fifo',
  0o020000: 'char',
  0o060000: 'block',
  0o100000: 'file',
};
const TIOCGPGRP = 0x540f;
const TIOCSPGRP = 0x5410;

/** ioctl(2) on a terminal's foreground group; undefined for what is not about it. */
export function terminalGroup(proc: Process, fd: number, request: number, value: number): Promise<Reply> | Reply | undefined {
  if (request === TIOCGPGRP) return reply(proc.tcgetpgrp(fd));
  if (request === TIOCSPGRP) return proc.tcsetpgrp(fd, value).then(() => reply(0));
  return undefined;
}

/** "CLD_EXITED, CLD_KILLED, CLD_DUMPED, …" - sigaction(2) */
function childCode(status: WaitStatus): readonly [code: number, status: number] {
  switch (status.kind) {
    case 'exited':
      return [1, status.code];
    case 'signaled':
      return [status.core ? 3 : 2, status.signal];
    case 'stopped':
      return [5, status.signal];
    case 'continued':
      return [6, SIG.CONT];
  }
}

/** si_code, si_pid, si_uid and si_status of a signal that the guest's handler is about to get. SI_USER is 0. */
function siginfo(proc: Process, signal: number): Reply {
  const { pid = 0, uid = 0, status } = proc.signalOrigin(signal) ?? {};
  const [code, value] = signal === SIG.CHLD && status ? childCode(status) : [0, 0];
  return reply(0, new Uint8Array(Int32Array.of(code, pid, uid, value).buffer));
}

/** The calls of wasm/kposix.c. */
export const posixCalls: readonly (readonly [number, Call])[] = [
  [SYS.fcntl, (proc, { args: [fd, command, value] }) => reply(fcntl(proc, fd, command, value))],
  // pages of 64 KiB beside those it began with
  [SYS.brk, (proc, { args: [pages] }) => reply(proc.brk(pages * 65_536))],
  [SYS.siginfo, (proc, { args: [signal] }) => siginfo(proc, signal)],
  [SYS.poll, (proc, { args: [timeoutMs], body }) => poll(proc, timeoutMs, body)],
  [SYS.chown, (proc, { args: [uid, gid, noFollow], body }) => reply(proc.chown(text(body), uid, gid, { noFollow: noFollow !== 0 }))],
  [
    SYS.mknod,
    (proc, { args: [mode, type, device], body }) => reply(proc.mknod(text(body), nodeTypes[type] ?? invalidType(), mode, device)),
  ],
  // the system call answers 1 to 40, for a nice value of 19 to -20
  [SYS.getpriority, (proc) => reply(20 - proc.getpriority())],
  [SYS.setpriority, (proc, { args: [, , nice] }) => reply(proc.setpriority(Math.max(-20, Math.min(19, nice))))],
  [SYS.setns, (proc, { args: [fd, type] }) => reply(proc.setns(fd, type === 0 ? undefined : namespaceOf(type)))],
  [SYS.chroot, (proc, { body }) => reply(proc.chroot(text(body)))],
  [SYS.mount, (proc, { args: [flags], body }) => reply(mount(proc, flags, body))],
  [SYS.umount2, (proc, { args: [flags], body }) => reply(proc.umount(text(body), { lazy: (flags & MNT_DETACH) !== 0 }))],
];

const namespaceBits = [
  [0x00000080, 'time'],
  [0x00020000, 'mnt'],
  [0x02000000, 'cgroup'],
  [0x04000000, 'uts'],
  [0x08000000, 'ipc'],
  [0x10000000, 'user'],
  [0x20000000, 'pid'],
  [0x40000000, 'net'],
] as const;
type BitType = (typeof namespaceBits)[number][1];

/** The namespaces that unshare(2) and clone(2) are asked for. */
export const namespacesOf = (flags: number): BitType[] => namespaceBits.filter(([bit]) => (flags & bit) !== 0).map(([, type]) => type);
const namespaceOf = (flag: number): BitType => namespacesOf(flag)[0] ?? invalidType();

function invalidType(): never {
  throw new Errno('EINVAL');
}
