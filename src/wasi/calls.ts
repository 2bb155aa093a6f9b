import { type Bytes, Errno, type Process, type SignalSet, type WaitStatus, type Whence } from '../kernel';
import type { Reply, Request } from './frames';
import { SYS } from './numbers';
import { namespacesOf, posixCalls, terminalGroup } from './posix-calls';
import { decodeOpenFlags, encodeEntries, encodeStat } from './stat';

type Call = (proc: Process, request: Request) => Reply | Promise<Reply>;

const reply = (ret: number | void, payload?: Bytes): Reply => ({ ret: ret ?? 0, payload });
const text = (bytes: Bytes): string => new TextDecoder().decode(bytes);
const two = (bytes: Bytes): readonly [string, string] => {
  const [first = '', second = ''] = text(bytes).split('\0');
  return [first, second];
};
const words = (...values: number[]): Bytes => new Uint8Array(Int32Array.from(values).buffer);
const wide = (value: bigint): Bytes => new Uint8Array(BigInt64Array.of(value).buffer);
const long = (low: number, high: number): number => (low >>> 0) + high * 2 ** 32;
const withText = (value: string): Reply => {
  const bytes = new TextEncoder().encode(value);
  return reply(bytes.length, bytes);
};

/** wait(2)'s status word. */
export function statusWord(status: WaitStatus): number {
  switch (status.kind) {
    case 'exited':
      return status.code << 8;
    case 'signaled':
      return status.signal | (status.core ? 0x80 : 0);
    case 'stopped':
      return 0x7f | (status.signal << 8);
    case 'continued':
      return 0xffff;
  }
}

const WNOHANG = 1;
const WUNTRACED = 2;
const WCONTINUED = 8;
const TCGETS = 0x5401;
const TIOCGWINSZ = 0x5413;
const PR_SET_NAME = 15;
const PR_SET_CHILD_SUBREAPER = 36;
const AT_SYMLINK_NOFOLLOW = 0x100;
const whences: readonly Whence[] = ['set', 'cur', 'end'];
const maskHows = ['block', 'unblock', 'set'] as const;
/** System calls that need nothing but the process. The others (signals, fork, exec, exit) are guest.ts's. */
export const calls: ReadonlyMap<number, Call> = new Map<number, Call>([
  ...posixCalls,
  [SYS.read, async (proc, { args: [fd, max] }) => bytesReply(await proc.read(fd, max))],
  [SYS.write, async (proc, { args: [fd], body }) => reply(await proc.write(fd, body))],
  [SYS.open, async (proc, { args: [flags, mode], body }) => reply(await proc.open(text(body), decodeOpenFlags(flags), mode))],
  [SYS.close, (proc, { args: [fd] }) => reply(proc.close(fd))],
  [SYS.fstat, (proc, { args: [fd] }) => reply(0, encodeStat(proc.fstat(fd)))],
  [
    SYS.newfstatat,
    (proc, { args: [flags], body }) =>
      reply(0, encodeStat((flags & AT_SYMLINK_NOFOLLOW) !== 0 ? proc.lstat(text(body)) : proc.stat(text(body)))),
  ],
  [
    SYS.lseek,
    (proc, { args: [fd, low, high, whence] }) => reply(0, wide(BigInt(proc.lseek(fd, long(low, high), whences[whence] ?? invalid())))),
  ],
  [SYS.ftruncate, (proc, { args: [fd, low, high] }) => reply(proc.ftruncate(fd, long(low, high)))],
  [
    SYS.access,
    (proc, { args: [mode], body }) => reply(proc.access(text(body), `${mode & 4 ? 'r' : ''}${mode & 2 ? 'w' : ''}${mode & 1 ? 'x' : ''}`)),
  ],
  [SYS.pipe, (proc) => reply(0, words(...proc.pipe()))],
  [SYS.dup, (proc, { args: [fd] }) => reply(proc.dup(fd))],
  [SYS.dup2, (proc, { args: [from, to] }) => reply(proc.dup2(from, to))],
  [
    SYS.ioctl,
    (proc, { args: [fd, request, value] }) => {
      if (!proc.isatty(fd)) throw new Errno('ENOTTY');
      const group = terminalGroup(proc, fd, request, value);
      if (group !== undefined) return group;
      if (request === TCGETS) return reply(0);
      if (request !== TIOCGWINSZ) throw new Errno('EINVAL');
      const size = proc.getWindowSize(fd);
      return reply(0, new Uint8Array(Uint16Array.of(size.rows, size.columns, 0, 0).buffer));
    },
  ],
  [SYS.getdents64, (proc, { body }) => bytesReply(encodeEntries(proc.readdir(text(body))))],
  [SYS.mkdir, (proc, { args: [mode], body }) => reply(proc.mkdir(text(body), mode))],
  [SYS.rmdir, (proc, { body }) => reply(proc.rmdir(text(body)))],
  [SYS.unlink, (proc, { body }) => reply(proc.unlink(text(body)))],
  [SYS.rename, (proc, { body }) => reply(proc.rename(...two(body)))],
  [SYS.link, (proc, { body }) => reply(proc.link(...two(body)))],
  [SYS.symlink, (proc, { body }) => reply(proc.symlink(...two(body)))],
  [SYS.readlink, (proc, { args: [cap], body }) => bytesReply(new TextEncoder().encode(proc.readlink(text(body))).subarray(0, cap))],
  [SYS.chmod, (proc, { args: [mode], body }) => reply(proc.chmod(text(body), mode))],
  [SYS.umask, (proc, { args: [mask] }) => reply(proc.umask(mask))],
  [SYS.chdir, (proc, { body }) => reply(proc.chdir(text(body)))],
  [SYS.getcwd, (proc) => withText(proc.getcwd())],

  [SYS.getpid, (proc) => reply(proc.pid)],
  [SYS.getppid, (proc) => reply(proc.ppid)],
  [SYS.getuid, (proc) => reply(proc.credentials().ruid)],
  [SYS.geteuid, (proc) => reply(proc.credentials().euid)],
  [SYS.getgid, (proc) => reply(proc.credentials().rgid)],
  [SYS.getegid, (proc) => reply(proc.credentials().egid)],
  [SYS.setuid, (proc, { args: [id] }) => reply(proc.setuid(id))],
  [SYS.setgid, (proc, { args: [id] }) => reply(proc.setgid(id))],
  [SYS.getpgid, (proc, { args: [pid] }) => reply(proc.getpgid(pid))],
  [SYS.setpgid, (proc, { args: [pid, pgid] }) => reply(proc.setpgid(pid, pgid))],
  [SYS.getsid, (proc, { args: [pid] }) => reply(proc.getsid(pid))],
  [SYS.setsid, (proc) => reply(proc.setsid())],
  [SYS.unshare, (proc, { args: [flags] }) => reply(proc.unshare(namespacesOf(flags)))],
  [SYS.uname, (proc) => withText(`${proc.uname().nodename}\0`)],
  [SYS.sethostname, (proc, { body }) => reply(proc.sethostname(text(body)))],
  [
    SYS.prctl,
    (proc, { args: [option, value], body }) => {
      if (option === PR_SET_NAME) return reply(proc.setName(text(body)));
      if (option === PR_SET_CHILD_SUBREAPER) return reply(proc.setSubreaper(value !== 0));
      throw new Errno('EINVAL');
    },
  ],

  [
    SYS.wait4,
    async (proc, { args: [pid, wanted, options] }) => {
      if ((options & ~(WNOHANG | WUNTRACED | WCONTINUED)) !== 0) throw new Errno('EINVAL');
      const waited = await proc.wait(pid, {
        noHang: (options & WNOHANG) !== 0,
        untraced: (options & WUNTRACED) !== 0,
        continued: (options & WCONTINUED) !== 0,
        unasked: wanted === 0,
      });
      return waited === undefined ? reply(0) : reply(waited.pid, words(statusWord(waited.status)));
    },
  ],
  [SYS.kill, (proc, { args: [pid, signal] }) => reply(proc.kill(pid, signal))],
  [SYS.pause, async (proc) => proc.pause()],
  [SYS.rt_sigsuspend, async (proc, { body }) => proc.sigsuspend(set(body))],
  [
    SYS.rt_sigprocmask,
    (proc, { args: [how, given], body }) => {
      const before = given !== 0 ? proc.sigprocmask(maskHows[how] ?? invalid(), set(body)) : proc.sigprocmask('block', 0n);
      return reply(0, wide(BigInt.asIntN(64, before)));
    },
  ],
  // with a second argument the time is in ms
  [SYS.alarm, (proc, { args: [time, fine] }) => reply(Math.ceil(proc.alarm(fine !== 0 ? time : time * 1000) / 1000))],
  [SYS.nanosleep, (proc, { args: [ms] }) => sleep(proc, ms)],
  [SYS.clock_gettime, (proc) => reply(0, wide(BigInt(Math.floor(proc.clock.now() * 1e6))))],
  [
    SYS.getrandom,
    (proc, { args: [count] }) => bytesReply(Uint8Array.from({ length: Math.min(count, 256) }, () => Math.floor(proc.clock.random() * 256))),
  ],
]);

/** nanosleep(2): what is left goes with EINTR, ns. */
async function sleep(proc: Process, ms: number): Promise<Reply> {
  const endMs = proc.clock.now() + ms;
  try {
    return reply(await proc.nanosleep(ms));
  } catch (error) {
    if (!(error instanceof Errno) || error.code !== 'EINTR') throw error;
    return reply(-error.number, wide(BigInt(Math.max(0, Math.round((endMs - proc.clock.now()) * 1e6)))));
  }
}

function bytesReply(bytes: Bytes): Reply {
  return reply(bytes.length, bytes);
}

function set(body: Bytes): SignalSet {
  return new DataView(body.buffer, body.byteOffset, body.length).getBigUint64(0, true);
}

function invalid(): never {
  throw new Errno('EINVAL');
}
