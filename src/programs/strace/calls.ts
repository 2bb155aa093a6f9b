import type { TracedCall, TraceValue } from '../../kernel';

/** Linux's calls on x86-64 in the order of their numbers: from 0, and from 424. */
const first = `
  read write open close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn ioctl pread64
  pwrite64 readv writev access pipe select sched_yield mremap msync mincore madvise shmget shmat shmctl dup dup2 pause nanosleep getitimer
  alarm setitimer getpid sendfile socket connect accept sendto recvfrom sendmsg recvmsg shutdown bind listen getsockname getpeername
  socketpair setsockopt getsockopt clone fork vfork execve exit wait4 kill uname semget semop semctl shmdt msgget msgsnd msgrcv msgctl
  fcntl flock fsync fdatasync truncate ftruncate getdents getcwd chdir fchdir rename mkdir rmdir creat link unlink symlink readlink chmod
  fchmod chown fchown lchown umask gettimeofday getrlimit getrusage sysinfo times ptrace getuid syslog getgid setuid setgid geteuid
  getegid setpgid getppid getpgrp setsid setreuid setregid getgroups setgroups setresuid getresuid setresgid getresgid getpgid setfsuid
  setfsgid getsid capget capset rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend sigaltstack utime mknod uselib personality
  ustat statfs fstatfs sysfs getpriority setpriority sched_setparam sched_getparam sched_setscheduler sched_getscheduler
  sched_get_priority_max sched_get_priority_min sched_rr_get_interval mlock munlock mlockall munlockall vhangup modify_ldt pivot_root
  _sysctl prctl arch_prctl adjtimex setrlimit chroot sync acct settimeofday mount umount2 swapon swapoff reboot sethostname setdomainname
  iopl ioperm create_module init_module delete_module get_kernel_syms query_module quotactl nfsservctl getpmsg putpmsg afs_syscall tuxcall
  security gettid readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr
  lremovexattr fremovexattr tkill time futex sched_setaffinity sched_getaffinity set_thread_area io_setup io_destroy io_getevents
  io_submit io_cancel get_thread_area lookup_dcookie epoll_create epoll_ctl_old epoll_wait_old remap_file_pages getdents64 set_tid_address
  restart_syscall semtimedop fadvise64 timer_create timer_settime timer_gettime timer_getoverrun timer_delete clock_settime clock_gettime
  clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl tgkill utimes vserver mbind set_mempolicy get_mempolicy mq_open mq_unlink
  mq_timedsend mq_timedreceive mq_notify mq_getsetattr kexec_load waitid add_key request_key keyctl ioprio_set ioprio_get inotify_init
  inotify_add_watch inotify_rm_watch migrate_pages openat mkdirat mknodat fchownat futimesat newfstatat unlinkat renameat linkat symlinkat
  readlinkat fchmodat faccessat pselect6 ppoll unshare set_robust_list get_robust_list splice tee sync_file_range vmsplice move_pages
  utimensat epoll_pwait signalfd timerfd_create eventfd fallocate timerfd_settime timerfd_gettime accept4 signalfd4 eventfd2 epoll_create1
  dup3 pipe2 inotify_init1 preadv pwritev rt_tgsigqueueinfo perf_event_open recvmmsg fanotify_init fanotify_mark prlimit64
  name_to_handle_at open_by_handle_at clock_adjtime syncfs sendmmsg setns getcpu process_vm_readv process_vm_writev kcmp finit_module
  sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create kexec_file_load bpf execveat userfaultfd membarrier mlock2
  copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc pkey_free statx io_pgetevents rseq
`;
const later = `
  pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount fspick pidfd_open clone3
  close_range openat2 pidfd_getfd faccessat2 process_madvise epoll_pwait2 mount_setattr quotactl_fd landlock_create_ruleset
  landlock_add_rule landlock_restrict_self memfd_secret process_mrelease futex_waitv set_mempolicy_home_node
`;

const words = (text: string): string[] => text.trim().split(/\s+/);
export const callNumbers: ReadonlyMap<string, number> = new Map([
  ...words(first).map((name, i) => [name, i] as const),
  ...words(later).map((name, i) => [name, 424 + i] as const),
]);

const member = (text: string): ((name: string) => boolean) => {
  const names = new Set(words(text));
  return (name) => names.has(name);
};

/** strace(1)'s classes of calls. */
export const classes: Readonly<Record<string, (name: string) => boolean>> = {
  file: member(
    `open openat openat2 creat stat lstat newfstatat statx access faccessat faccessat2 mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
    link linkat symlink symlinkat readlink readlinkat chmod fchmodat chown lchown fchownat chdir getcwd chroot mount umount2 pivot_root truncate
    execve execveat mknod mknodat utime utimes utimensat futimesat statfs swapon swapoff acct setxattr getxattr lgetxattr listxattr`,
  ),
  process: member('fork vfork clone clone3 execve execveat exit exit_group wait4 waitid kill tkill tgkill pidfd_send_signal'),
  network: member(
    'socket bind connect listen accept accept4 getsockname getpeername socketpair sendto recvfrom sendmsg recvmsg shutdown setsockopt getsockopt',
  ),
  signal: member(
    `rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend sigaltstack pause kill tkill tgkill signalfd signalfd4`,
  ),
  ipc: member('shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl'),
  desc: member(
    `read write open openat close fstat newfstatat lseek pread64 pwrite64 readv writev ioctl dup dup2 dup3 pipe pipe2 fcntl poll ppoll select pselect6
    getdents getdents64 ftruncate fchmod fchown fchmodat fchownat mkdirat mknodat unlinkat renameat linkat symlinkat readlinkat utimensat statx sendfile fsync`,
  ),
  memory: member('mmap munmap mprotect brk mremap msync madvise mlock munlock mincore shmat shmdt'),
  creds: member(
    'getuid geteuid getgid getegid setuid setgid setreuid setregid setresuid getresuid setresgid getresgid getgroups setgroups setfsuid setfsgid capget capset prctl',
  ),
  stat: member('stat newfstatat statx'),
  lstat: member('lstat newfstatat statx'),
  fstat: member('fstat newfstatat statx'),
  '%stat': member('stat lstat fstat newfstatat statx'),
  statfs: member('statfs fstatfs ustat'),
  clock: member('clock_gettime clock_settime clock_getres clock_adjtime gettimeofday settimeofday adjtimex'),
  pure: member('getpid getppid gettid getuid geteuid getgid getegid getpgrp'),
};
/** Those that may stand without the percent sign. */
const oldClasses: readonly string[] = ['file', 'process', 'network', 'signal', 'ipc', 'desc', 'memory'];

/** The class that a word of -e trace= names. */
export function classOf(word: string): ((name: string) => boolean) | undefined {
  const name = word.replace(/^%/, '');
  if (name === 'net') return classes.network;
  if (word.startsWith('%') || oldClasses.includes(word)) return Object.hasOwn(classes, name) ? classes[name] : undefined;
  return undefined;
}

/** Calls that go on as restart_syscall(2) after a signal. */
export const isRestarted = member('clock_nanosleep nanosleep poll');

/** Whether a call is about one of these paths, as -P asks. */
export function concerns(call: TracedCall, paths: readonly string[]): boolean {
  const about = (value: TraceValue): boolean =>
    value.is === 'path' ? paths.includes(value.value) : value.is === 'fd' ? value.path !== undefined && paths.includes(value.path) : false;
  return call.args.some(about);
}
