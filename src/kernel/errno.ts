/** errno(3): name -> [number, glibc's strerror text]. musl (containers) words some differently: `muslText`. */
const table = {
  EPERM: [1, 'Operation not permitted'],
  ENOENT: [2, 'No such file or directory'],
  ESRCH: [3, 'No such process'],
  EINTR: [4, 'Interrupted system call'],
  EIO: [5, 'Input/output error'],
  ENXIO: [6, 'No such device or address'],
  E2BIG: [7, 'Argument list too long'],
  ENOEXEC: [8, 'Exec format error'],
  EBADF: [9, 'Bad file descriptor'],
  ECHILD: [10, 'No child processes'],
  EAGAIN: [11, 'Resource temporarily unavailable'],
  ENOMEM: [12, 'Cannot allocate memory'],
  EACCES: [13, 'Permission denied'],
  EFAULT: [14, 'Bad address'],
  EBUSY: [16, 'Device or resource busy'],
  EEXIST: [17, 'File exists'],
  EXDEV: [18, 'Invalid cross-device link'],
  ENODEV: [19, 'No such device'],
  ENOTDIR: [20, 'Not a directory'],
  EISDIR: [21, 'Is a directory'],
  EINVAL: [22, 'Invalid argument'],
  ENFILE: [23, 'Too many open files in system'],
  EMFILE: [24, 'Too many open files'],
  ENOTTY: [25, 'Inappropriate ioctl for device'],
  ETXTBSY: [26, 'Text file busy'],
  EFBIG: [27, 'File too large'],
  ENOSPC: [28, 'No space left on device'],
  ESPIPE: [29, 'Illegal seek'],
  EROFS: [30, 'Read-only file system'],
  EMLINK: [31, 'Too many links'],
  EPIPE: [32, 'Broken pipe'],
  ERANGE: [34, 'Numerical result out of range'],
  ENAMETOOLONG: [36, 'File name too long'],
  ENOSYS: [38, 'Function not implemented'],
  ENOTEMPTY: [39, 'Directory not empty'],
  ELOOP: [40, 'Too many levels of symbolic links'],
  ENODATA: [61, 'No data available'],
  EUSERS: [87, 'Too many users'],
  EOPNOTSUPP: [95, 'Operation not supported'],
  EADDRINUSE: [98, 'Address already in use'],
  EADDRNOTAVAIL: [99, 'Cannot assign requested address'],
  ENETDOWN: [100, 'Network is down'],
  ENETUNREACH: [101, 'Network is unreachable'],
  ECONNREFUSED: [111, 'Connection refused'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrnoName = keyof typeof table;

const traces = Error as { stackTraceLimit?: number };

/** A failed system call, as errno(3) names it. Anything else that a program throws is a bug of ours. */
export class Errno extends Error {
  readonly code: ErrnoName;
  constructor(code: ErrnoName) {
    // a stack trace costs more than most calls that fail
    const { stackTraceLimit } = traces;
    traces.stackTraceLimit = 0;
    super(table[code][1]);
    traces.stackTraceLimit = stackTraceLimit;
    this.name = 'Errno';
    this.code = code;
  }
  /** Linux's number, positive. */
  get number(): number {
    return table[this.code][0];
  }
}

/** strerror(3) as musl has it, where it differs from glibc (`Errno.message`). */
const muslTexts: Partial<Record<ErrnoName, string>> = {
  ENOMEM: 'Out of memory',
  ELOOP: 'Symbolic link loop',
  EAGAIN: 'Resource temporarily unavailable',
  EIO: 'I/O error',
  EBUSY: 'Resource busy',
  EXDEV: 'Cross-device link',
  EINVAL: 'Invalid argument',
  ENOTTY: 'Not a tty',
  ESPIPE: 'Invalid seek',
  ENFILE: 'Too many open files in system',
  EMFILE: 'No file descriptors available',
  ENAMETOOLONG: 'Filename too long',
  EBADF: 'Bad file descriptor',
  ECHILD: 'No child process',
  ENOSYS: 'Function not implemented',
  ETXTBSY: 'Text file busy',
  ERANGE: 'Result not representable',
  ENOTEMPTY: 'Directory not empty',
};

export type Libc = 'glibc' | 'musl';

export function strerror(code: ErrnoName, libc: Libc = 'glibc'): string {
  return (libc === 'musl' ? muslTexts[code] : undefined) ?? table[code][1];
}

/** The errno's name for Linux's number, or undefined. */
export function errnoName(number: number): ErrnoName | undefined {
  return (Object.keys(table) as ErrnoName[]).find((name) => table[name][0] === number);
}
