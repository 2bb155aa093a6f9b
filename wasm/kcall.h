/* Shared by the parts of the shim. Numbers are Linux x86-64's; 1000 and up are ours. */
#include <stddef.h>
#include <stdint.h>
#include <wasi/api.h>

enum {
  SYS_read = 0, SYS_write = 1, SYS_open = 2, SYS_close = 3, SYS_fstat = 5, SYS_lseek = 8, SYS_brk = 12, SYS_rt_sigaction = 13,
  SYS_rt_sigprocmask = 14, SYS_rt_sigreturn = 15, SYS_ioctl = 16, SYS_poll = 7, SYS_access = 21, SYS_pipe = 22, SYS_sched_yield = 24,
  SYS_dup = 32, SYS_dup2 = 33, SYS_pause = 34, SYS_nanosleep = 35, SYS_alarm = 37, SYS_getpid = 39, SYS_clone = 56, SYS_fork = 57,
  SYS_execve = 59, SYS_wait4 = 61, SYS_kill = 62, SYS_uname = 63, SYS_fcntl = 72, SYS_ftruncate = 77, SYS_getcwd = 79, SYS_chdir = 80,
  SYS_rename = 82, SYS_mkdir = 83, SYS_rmdir = 84, SYS_link = 86, SYS_unlink = 87, SYS_symlink = 88, SYS_readlink = 89,
  SYS_chmod = 90, SYS_chown = 92, SYS_umask = 95, SYS_getuid = 102, SYS_getgid = 104, SYS_setuid = 105, SYS_setgid = 106,
  SYS_geteuid = 107, SYS_getegid = 108, SYS_setpgid = 109, SYS_getppid = 110, SYS_setsid = 112, SYS_getpgid = 121,
  SYS_getsid = 124, SYS_rt_sigpending = 127, SYS_rt_sigsuspend = 130, SYS_mknod = 133, SYS_getpriority = 140, SYS_setpriority = 141, SYS_prctl = 157, SYS_chroot = 161, SYS_mount = 165,
  SYS_umount2 = 166, SYS_sethostname = 170,
  SYS_getdents64 = 217, SYS_clock_gettime = 228, SYS_exit_group = 231, SYS_newfstatat = 262, SYS_unshare = 272,
  SYS_setns = 308, SYS_getrandom = 318, SYS_boot = 1000, SYS_spawn = 1001, SYS_siginfo = 1002
};

struct request { uint32_t len, nr; int32_t arg[4]; };
struct reply { int32_t ret; uint32_t sig, len; };

void kput(struct request *, const __wasi_ciovec_t *, size_t); /* one frame to the kernel */
void kget(void *, size_t);
/* One system call. Up to `cap` bytes of the reply's payload go to `out`. Returns the result, -errno of Linux for errors. */
long kcall(int nr, int a, int b, int c, int d, const __wasi_ciovec_t *body, size_t nbody, void *out, size_t cap);
int kerr(long r); /* -errno of Linux -> errno and -1 */
void krun_handler(int sig);
extern int kpreempted;     /* inside a handler that the preemption hook runs */
void program(void);        /* main, then exit */
void fork_main(int child); /* fork.c; only linked into programs that call fork */

#define KCALL(nr, a, b, c) kerr(kcall(nr, a, b, c, 0, NULL, 0, NULL, 0))
