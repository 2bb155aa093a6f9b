/** System call numbers of Linux x86-64; 1000 and up are the shim's own (wasm/kcall.h). */
export const SYS = {
  read: 0, write: 1, open: 2, close: 3, fstat: 5, lseek: 8, rt_sigaction: 13, rt_sigprocmask: 14, rt_sigreturn: 15, ioctl: 16, poll: 7, brk: 12,
  access: 21, pipe: 22, sched_yield: 24, dup: 32, dup2: 33, pause: 34, nanosleep: 35, alarm: 37, getpid: 39, clone: 56, fork: 57, execve: 59,
  wait4: 61, kill: 62, uname: 63, fcntl: 72, ftruncate: 77, getcwd: 79, chdir: 80, rename: 82, mkdir: 83, rmdir: 84, link: 86, unlink: 87,
  symlink: 88, readlink: 89, chmod: 90, chown: 92, umask: 95, getuid: 102, getgid: 104, setuid: 105, setgid: 106, geteuid: 107, getegid: 108,
  setpgid: 109, getppid: 110, setsid: 112, getpgid: 121, getsid: 124, rt_sigpending: 127, rt_sigsuspend: 130, mknod: 133, getpriority: 140, setpriority: 141, prctl: 157,
  chroot: 161, mount: 165, umount2: 166,
  sethostname: 170, getdents64: 217, clock_gettime: 228, exit_group: 231, newfstatat: 262, unshare: 272, setns: 308, getrandom: 318,
  boot: 1000, spawn: 1001, siginfo: 1002,
} as const; // prettier-ignore

/** The kernel's own: the call starts again after the handler (never seen by programs). */
export const ERESTARTSYS = 512;
export const SIG_IGN = -2;
export const SIG_DFL = 0;
