import { Errno } from './errno';
import type { Bytes, DirEntry, OpenFlag, Stat, StatFs, Whence } from './file';
import type { MountOptions, PollRequest, PollResult, Process } from './process';
import type { TaskImpl } from './task';
import type { TraceOutcome, TraceValue } from './trace-event';
import { bytesOf, cwd, fd, flags, number, octal, path, pointer, seconds, string, struct, word } from './trace-values';
import { form, type Form, type Step } from './traced-form';

const AT_FDCWD = (task: TaskImpl): TraceValue => cwd(task);
const NULL = word('NULL');
const zero = number(0);
const openWords: Readonly<Record<OpenFlag, string>> = {
  read: 'O_RDONLY', write: 'O_WRONLY', readwrite: 'O_RDWR', create: 'O_CREAT', exclusive: 'O_EXCL', noctty: 'O_NOCTTY', truncate: 'O_TRUNC',
  append: 'O_APPEND', nonblock: 'O_NONBLOCK', cloexec: 'O_CLOEXEC', path: 'O_PATH', nofollow: 'O_NOFOLLOW', directory: 'O_DIRECTORY',
}; // prettier-ignore
const access: readonly OpenFlag[] = ['read', 'write', 'readwrite'];
export function openFlags(given: readonly OpenFlag[]): string {
  const mode = access.findLast((flag) => given.includes(flag)) ?? 'read';
  const others = (Object.keys(openWords) as OpenFlag[]).filter((flag) => !access.includes(flag) && given.includes(flag));
  return [mode, ...others].map((flag) => openWords[flag]).join('|');
}
const whences: Readonly<Record<Whence, string>> = { set: 'SEEK_SET', cur: 'SEEK_CUR', end: 'SEEK_END' };
const statRest = (value: Stat | undefined): TraceValue => (value ? { is: 'stat', value } : pointer());
const newFd = (value: number, task: TaskImpl): TraceOutcome => ({ ok: value, fd: task.fds.get(value)?.description.label });
const pollWords = { in: 'POLLIN', out: 'POLLOUT', inout: 'POLLIN|POLLOUT' } as const;
const mountWords = (options: MountOptions = {}): string =>
  flags([
    ['MS_RDONLY', options.readOnly === true],
    ['MS_NOSUID', options.nosuid === true],
    ['MS_NODEV', options.nodev === true],
    ['MS_NOEXEC', options.noexec === true],
    ['MS_REMOUNT', options.remount === true],
    ['MS_NOATIME', options.noatime === true],
    ['MS_NODIRATIME', options.nodiratime === true],
    ['MS_BIND', options.bind === true],
    ['MS_MOVE', options.move === true],
    ['MS_REC', options.recursive === true],
    ['MS_UNBINDABLE', options.propagation === 'unbindable'],
    ['MS_PRIVATE', options.propagation === 'private'],
    ['MS_SLAVE', options.propagation === 'slave'],
    ['MS_SHARED', options.propagation === 'shared'],
  ]);
const idOf = (id: number): TraceValue => number(id);
const sizeOfEntry = ({ name }: DirEntry): number => Math.ceil((20 + new TextEncoder().encode(name).length) / 8) * 8;

function readdirSteps([at]: readonly [string], value: readonly DirEntry[] | Errno, task: TaskImpl): readonly Step[] {
  const call = {
    name: 'openat',
    args: [AT_FDCWD(task), path(at), word('O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY')],
  };
  if (value instanceof Errno) return [[call, [], { errno: value.code }]];
  let free = 0;
  while (task.fds.has(free)) free++;
  const own: TraceValue = { is: 'fd', value: free, path: at };
  const entries = (count: number, size: number): Step => [
    { name: 'getdents64', args: [own], more: true },
    [pointer(`${count} entries`), number(32768)],
    { ok: size },
  ];
  // . and .. are entries on Linux
  const size = value.reduce((sum, entry) => sum + sizeOfEntry(entry), 48);
  return [
    [call, [], { ok: free, fd: at }],
    entries(value.length + 2, size),
    entries(0, 0),
    [{ name: 'close', args: [own] }, [], { ok: 0 }],
  ];
}

/** The calls about files, descriptors and mounts. */
export const fileForms = {
  // may block
  open: form('openat', ([at, given = ['read'], mode = 0o666]: [string, OpenFlag[]?, number?], task) => [
    AT_FDCWD(task), path(at), word(openFlags(given)), ...(given.includes('create') ? [octal(mode)] : []),
  ], { outcome: newFd }), // prettier-ignore
  read: form('read', ([from]: [number, number?], task) => [fd(from, task)], {
    rest: ([, max = 65536], value: Bytes | undefined) => [value ? bytesOf(value) : pointer(), number(max)],
    outcome: ({ length }) => ({ ok: length }),
  }),
  pread: form('pread64', ([from]: [number, number, number], task) => [fd(from, task)], {
    rest: ([, max, offset], value: Bytes | undefined) => [value ? bytesOf(value) : pointer(), number(max), number(offset)],
    outcome: ({ length }) => ({ ok: length }),
  }),
  write: form('write', ([to, data]: [number, Bytes | string], task) => {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    return [fd(to, task), bytesOf(bytes), number(bytes.length)];
  }),
  poll: form(
    'poll',
    ([requests, timeoutMs = Infinity]: [readonly PollRequest[], number?], task) => [
      {
        is: 'list',
        value: requests.map((each) =>
          struct([
            ['fd', fd(each.fd, task)],
            ['events', word(pollWords[each.events])],
          ]),
        ),
      },
      number(requests.length),
      number(timeoutMs === Infinity ? -1 : Math.ceil(timeoutMs)),
    ],
    {
      outcome: (results: readonly PollResult[]) => {
        const ready = results.filter((each) => each.in || each.out || each.hup || each.err);
        const words = (each: PollResult): string => flags([['POLLIN', each.in], ['POLLOUT', each.out], ['POLLERR', each.err], ['POLLHUP', each.hup]]); // prettier-ignore
        const list = ready.map((each) => `{fd=${each.fd}, revents=${words(each)}}`).join(', ');
        return { ok: ready.length, note: ready.length ? `([${list}])` : '(Timeout)' };
      },
    },
  ),
  close: form('close', ([from]: [number], task) => [fd(from, task)]),
  lseek: form('lseek', ([from, offset, whence]: [number, number, Whence], task) => [fd(from, task), number(offset), word(whences[whence])]),
  ftruncate: form('ftruncate', ([to, size]: [number, number], task) => [fd(to, task), number(size)]),
  truncate: form('truncate', ([at, size]: [string, number]) => [path(at), number(size)]),
  dup: form(
    ([, min = 0]: [number, number?]) => (min > 0 ? 'fcntl' : 'dup'),
    ([from, min = 0]: [number, number?], task) => [fd(from, task), ...(min > 0 ? [word('F_DUPFD'), number(min)] : [])],
    { outcome: newFd },
  ),
  dup2: form('dup2', ([from, to]: [number, number], task) => [fd(from, task), fd(to, task)], { outcome: newFd }),
  setCloseOnExec: form('fcntl', ([to, on]: [number, boolean], task) => [fd(to, task), word('F_SETFD'), word(on ? 'FD_CLOEXEC' : '0')]),
  setNonBlocking: form('fcntl', ([to, on]: [number, boolean], task) => [
    fd(to, task),
    word('F_SETFL'),
    word(on ? 'O_RDWR|O_NONBLOCK' : 'O_RDWR'),
  ]),
  pipe: form('pipe2', () => [], {
    rest: (_args, value: readonly [number, number] | undefined, task) => [
      value ? { is: 'list', value: value.map((each) => fd(each, task)) } : pointer(),
      zero,
    ],
    outcome: () => ({ ok: 0 }),
  }),
  stat: form('newfstatat', ([at]: [string], task) => [AT_FDCWD(task), path(at)], {
    rest: (_args, value: Stat | undefined) => [statRest(value), zero],
  }),
  lstat: form('newfstatat', ([at]: [string], task) => [AT_FDCWD(task), path(at)], {
    rest: (_args, value: Stat | undefined) => [statRest(value), word('AT_SYMLINK_NOFOLLOW')],
  }),
  fstat: form('newfstatat', ([of]: [number], task) => [fd(of, task), string('')], {
    rest: (_args, value: Stat | undefined) => [statRest(value), word('AT_EMPTY_PATH')],
  }),
  statfs: form('statfs', ([at]: [string]) => [path(at)], {
    rest: (_args, value: StatFs | undefined) => [
      value
        ? struct(
            [
              ['f_type', word(`${value.type.toUpperCase()}_SUPER_MAGIC`)],
              ['f_bsize', number(value.bsize)],
              ['f_blocks', number(value.blocks)],
              ['f_bfree', number(value.bfree)],
              ['f_bavail', number(value.bavail)],
              ['f_files', number(value.files)],
              ['f_ffree', number(value.ffree)],
              ['f_namelen', number(value.namelen)],
            ],
            true,
          )
        : pointer(),
    ],
  }),
  access: form('access', ([at, mode]: [string, string]) => {
    const words = flags([['R_OK', mode.includes('r')], ['W_OK', mode.includes('w')], ['X_OK', mode.includes('x')]]); // prettier-ignore
    return [path(at), word(words === '0' ? 'F_OK' : words)];
  }),
  readdir: form('getdents64', () => [], { steps: readdirSteps }),
  mkdir: form('mkdir', ([at, mode = 0o777]: [string, number?]) => [path(at), octal(mode)]),
  rmdir: form('rmdir', ([at]: [string]) => [path(at)]),
  mknod: form('mknodat', ([at, type, mode, rdev = 0]: [string, string, number, number?], task) => {
    const kinds: Readonly<Record<string, string>> = { file: 'S_IFREG', fifo: 'S_IFIFO', char: 'S_IFCHR', block: 'S_IFBLK', socket: 'S_IFSOCK' }; // prettier-ignore
    const device = type === 'char' || type === 'block' ? [word(`makedev(0x${(rdev >> 8).toString(16)}, 0x${(rdev & 255).toString(16)})`)] : []; // prettier-ignore
    return [AT_FDCWD(task), path(at), word(`${kinds[type]}|0${mode.toString(8)}`), ...device];
  }),
  unlink: form('unlink', ([at]: [string]) => [path(at)]),
  rename: form('rename', ([from, to]: [string, string]) => [path(from), path(to)]),
  link: form('link', ([from, to]: [string, string]) => [path(from), path(to)]),
  symlink: form('symlink', ([target, at]: [string, string]) => [path(target), path(at)]),
  readlink: form('readlink', ([at]: [string]) => [path(at)], {
    rest: (_args, value: string | undefined) => [value === undefined ? pointer() : path(value), number(4096)],
    outcome: (value: string) => ({ ok: new TextEncoder().encode(value).length }),
  }),
  chmod: form('chmod', ([at, mode]: [string, number]) => [path(at), octal(mode)]),
  chown: form('fchownat', ([at, uid, gid, options = {}]: [string, number, number, { noFollow?: boolean }?], task) => [
    AT_FDCWD(task), path(at), idOf(uid), idOf(gid), word(options.noFollow ? 'AT_SYMLINK_NOFOLLOW' : '0'),
  ]), // prettier-ignore
  utimes: form('utimensat', ([at, times, options = {}]: [string, { atimeMs?: number | null; mtimeMs?: number | null }, { noFollow?: boolean }?], task) => {
    const one = (ms: number | null | undefined): TraceValue => (ms === undefined ? word('UTIME_NOW') : ms === null ? word('UTIME_OMIT') : seconds(ms)); // prettier-ignore
    const now = times.atimeMs === undefined && times.mtimeMs === undefined;
    return [
      AT_FDCWD(task), path(at), now ? NULL : { is: 'list', value: [one(times.atimeMs), one(times.mtimeMs)] },
      word(options.noFollow ? 'AT_SYMLINK_NOFOLLOW' : '0'),
    ];
  }), // prettier-ignore
  umask: form('umask', ([mask]: [number]) => [octal(mask)], { outcome: (value: number) => ({ ok: value, octal: true }) }),
  chdir: form('chdir', ([at]: [string]) => [path(at)]),
  getcwd: form('getcwd', () => [], {
    rest: (_args, value: string | undefined) => [value === undefined ? pointer() : path(value), number(4096)],
    outcome: (value: string) => ({ ok: new TextEncoder().encode(value).length + 1 }),
  }),
  chroot: form('chroot', ([at]: [string]) => [path(at)]),
  mount: form('mount', ([source, target, type, options = {}]: [string, string, string, MountOptions?]) => [
    source ? path(source) : NULL, path(target), type ? path(type) : NULL, word(mountWords(options)), options.data ? path(options.data) : NULL,
  ]), // prettier-ignore
  umount: form('umount2', ([target, options = {}]: [string, { lazy?: boolean }?]) => [
    path(target),
    word(options.lazy ? 'MNT_DETACH' : '0'),
  ]),
  pivotRoot: form('pivot_root', ([root, old]: [string, string]) => [path(root), path(old)]),
} satisfies Partial<Record<keyof Process, Form>>;
