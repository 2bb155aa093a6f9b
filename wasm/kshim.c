/* System calls over two byte streams, for a program that any WASI host can run.
 *   fd 1 (process -> kernel): requests  { u32 len; u32 nr; i32 a, b, c, d; } payload[len]
 *   fd 0 (kernel -> process): replies   { i32 ret; u32 sig; u32 len; }       payload[len]
 * nr are Linux x86-64 numbers. ret < 0 is -errno. sig != 0 asks for that signal's handler to be run
 * before the call returns, then rt_sigreturn (whose reply may carry the next signal), as Linux does
 * on the way back to user mode. The kernel owns dispositions, masks and pending sets.
 * stdio's read and write are interposed here and files in kfiles.c (both are linked before libc.a), so the two streams
 * carry frames and nothing else. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "kcall.h"

static struct sigaction actions[NSIG];

static void dead(void) { __wasi_proc_exit(255); } /* the kernel hung up */

void kput(struct request *q, const __wasi_ciovec_t *body, size_t n) {
  __wasi_ciovec_t v[10] = {{(const uint8_t *)q, sizeof *q}};
  size_t left = sizeof *q, i = 0, count = n + 1;
  q->len = 0;
  for (size_t k = 0; k < n; k++) { v[k + 1] = body[k]; q->len += body[k].buf_len; }
  left += q->len;
  while (left) {
    __wasi_size_t done = 0;
    __wasi_errno_t e = __wasi_fd_write(1, v + i, count - i, &done);
    if (e == __WASI_ERRNO_INTR || e == __WASI_ERRNO_AGAIN) continue;
    if (e) dead();
    left -= done;
    while (i < count && done >= v[i].buf_len) done -= v[i++].buf_len;
    if (i < count) { v[i].buf += done; v[i].buf_len -= done; }
  }
}

void kget(void *to, size_t n) {
  uint8_t *p = to;
  while (n) {
    __wasi_iovec_t v = {p, n};
    __wasi_size_t done = 0;
    __wasi_errno_t e = __wasi_fd_read(0, &v, 1, &done);
    if (e == __WASI_ERRNO_INTR || e == __WASI_ERRNO_AGAIN) continue;
    if (e || done == 0) dead();
    p += done; n -= done;
  }
}

void krun_handler(int sig) {
  struct sigaction *s = &actions[sig];
  int saved = errno;
  struct sigaction now = *s;
  if (now.sa_flags & SA_RESETHAND) s->sa_handler = SIG_DFL;
  s = &now;
  if (s->sa_flags & SA_SIGINFO) {
    siginfo_t info = {.si_signo = sig};
    kcall(SYS_siginfo, sig, 0, 0, 0, NULL, 0, &info.si_code, sizeof info - offsetof(siginfo_t, si_code));
    s->sa_sigaction(sig, &info, NULL);
  } else if (s->sa_handler != SIG_DFL && s->sa_handler != SIG_IGN) {
    s->sa_handler(sig);
  }
  errno = saved;
  kcall(SYS_rt_sigreturn, 0, 0, 0, 0, NULL, 0, NULL, 0);
}

long kcall(int nr, int a, int b, int c, int d, const __wasi_ciovec_t *body, size_t nbody, void *out, size_t cap) {
  for (;;) {
    struct request q = {0, (uint32_t)nr, {a, b, c, d}};
    struct reply r;
    kput(&q, body, nbody);
    kget(&r, sizeof r);
    size_t take = r.len < cap ? r.len : cap;
    if (take) kget(out, take);
    for (size_t left = r.len - take; left;) {
      char sink[64];
      size_t n = left < sizeof sink ? left : sizeof sink;
      kget(sink, n);
      left -= n;
    }
    if (r.sig) krun_handler((int)r.sig);
    if (r.ret != -512) return r.ret; /* ERESTARTSYS: the handler was installed with SA_RESTART */
  }
}

static int set(long r) { return r < 0 ? (errno = (int)-r, -1) : (int)r; }
/* Linux's errno numbers travel; wasi-libc has its own. */
int kerr(long r) {
  static const struct { uint8_t theirs, ours; } map[] = {
      {1, EPERM}, {2, ENOENT}, {3, ESRCH}, {4, EINTR}, {5, EIO}, {6, ENXIO}, {7, E2BIG}, {8, ENOEXEC}, {9, EBADF}, {10, ECHILD},
      {11, EAGAIN}, {12, ENOMEM}, {13, EACCES}, {14, EFAULT}, {16, EBUSY}, {17, EEXIST}, {18, EXDEV}, {19, ENODEV}, {20, ENOTDIR},
      {21, EISDIR}, {22, EINVAL}, {23, ENFILE}, {24, EMFILE}, {25, ENOTTY}, {26, ETXTBSY}, {27, EFBIG}, {28, ENOSPC}, {29, ESPIPE},
      {30, EROFS}, {31, EMLINK}, {32, EPIPE}, {34, ERANGE}, {36, ENAMETOOLONG}, {38, ENOSYS}, {39, ENOTEMPTY}, {40, ELOOP},
      {95, EOPNOTSUPP}};
  if (r >= 0) return (int)r;
  for (size_t i = 0; i < sizeof map / sizeof *map; i++)
    if (map[i].theirs == -r) return set(-map[i].ours);
  return set(-EIO);
}

pid_t getpid(void) { return KCALL(SYS_getpid, 0, 0, 0); }
pid_t getppid(void) { return KCALL(SYS_getppid, 0, 0, 0); }
int pause(void) { return KCALL(SYS_pause, 0, 0, 0); }
unsigned alarm(unsigned s) { return (unsigned)KCALL(SYS_alarm, (int)s, 0, 0); }
int kill(pid_t pid, int sig) { return KCALL(SYS_kill, pid, sig, 0); }
int raise(int sig) { return kill(getpid(), sig); }
pid_t wait(int *status) { return waitpid(-1, status, 0); }
pid_t waitpid(pid_t pid, int *status, int options) {
  int32_t st = 0;
  int r = kerr(kcall(SYS_wait4, pid, status != NULL, options, 0, NULL, 0, &st, sizeof st));
  if (r > 0 && status) *status = st;
  return r;
}

int sigaction(int sig, const struct sigaction *act, struct sigaction *old) {
  if (sig < 1 || sig >= NSIG || (act && (sig == SIGKILL || sig == SIGSTOP))) return errno = EINVAL, -1;
  struct sigaction prev = actions[sig];
  if (act) {
    /* handler on the wire: 0 SIG_DFL, -2 SIG_IGN, otherwise the table index of the function */
    struct { int32_t handler, flags; uint64_t mask; } k = {(int32_t)(intptr_t)act->sa_handler, act->sa_flags, act->sa_mask};
    __wasi_ciovec_t v = {(const uint8_t *)&k, sizeof k};
    actions[sig] = *act;
    int was = kerr(kcall(SYS_rt_sigaction, sig, 1, 0, 0, &v, 1, NULL, 0));
    if (was < 0) return actions[sig] = prev, -1;
    if (was) prev.sa_handler = SIG_IGN;
  } else if (KCALL(SYS_rt_sigaction, sig, 0, 0) == 1) {
    prev.sa_handler = SIG_IGN; /* inherited over exec */
  }
  if (old) *old = prev;
  return 0;
}
sighandler_t signal(int sig, sighandler_t f) {
  struct sigaction old, act = {.sa_handler = f, .sa_flags = SA_RESTART};
  return sigaction(sig, &act, &old) < 0 ? SIG_ERR : old.sa_handler;
}
int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
  sigset_t prev = 0;
  __wasi_ciovec_t v = {(const uint8_t *)set, sizeof *set};
  int r = kerr(kcall(SYS_rt_sigprocmask, how, set != NULL, 0, 0, &v, set ? 1 : 0, &prev, sizeof prev));
  if (old) *old = prev;
  return r;
}
int sigpending(sigset_t *set) { return kerr(kcall(SYS_rt_sigpending, 0, 0, 0, 0, NULL, 0, set, sizeof *set)); }
int sigsuspend(const sigset_t *set) {
  __wasi_ciovec_t v = {(const uint8_t *)set, sizeof *set};
  return kerr(kcall(SYS_rt_sigsuspend, 0, 0, 0, 0, &v, 1, NULL, 0));
}

static const char *const names[] = {"Unknown signal", "Hangup", "Interrupt", "Quit", "Illegal instruction",
  "Trace/breakpoint trap", "Aborted", "Bus error", "Floating point exception", "Killed", "User defined signal 1",
  "Segmentation fault", "User defined signal 2", "Broken pipe", "Alarm clock", "Terminated", "Stack fault",
  "Child exited", "Continued", "Stopped (signal)", "Stopped", "Stopped (tty input)", "Stopped (tty output)",
  "Urgent I/O condition", "CPU time limit exceeded", "File size limit exceeded", "Virtual timer expired",
  "Profiling timer expired", "Window changed", "I/O possible", "Power failure", "Bad system call"};
char *strsignal(int sig) { return (char *)names[sig > 0 && sig < 32 ? sig : 0]; }
void psignal(int sig, const char *msg) {
  int old = errno;
  if (msg && *msg) fprintf(stderr, "%s: %s\n", msg, strsignal(sig));
  else fprintf(stderr, "%s\n", strsignal(sig));
  errno = old;
}

/* stdio goes through the kernel as well. */
ssize_t writev(int fd, const struct iovec *iov, int n) {
  return kerr(kcall(SYS_write, fd, 0, 0, 0, (const __wasi_ciovec_t *)iov, (size_t)(n > 8 ? 8 : n), NULL, 0));
}
ssize_t write(int fd, const void *buf, size_t n) {
  struct iovec v = {(void *)buf, n};
  return writev(fd, &v, 1);
}
ssize_t read(int fd, void *buf, size_t n) { return kerr(kcall(SYS_read, fd, (int)n, 0, 0, NULL, 0, buf, n)); }
ssize_t readv(int fd, const struct iovec *iov, int n) {
  ssize_t total = 0;
  for (int i = 0; i < n; i++) {
    if (!iov[i].iov_len) continue;
    ssize_t r = read(fd, iov[i].iov_base, iov[i].iov_len);
    if (r < 0) return total ? total : r;
    total += r;
    if ((size_t)r < iov[i].iov_len) break;
  }
  return total;
}
int __isatty(int fd) { return KCALL(SYS_ioctl, fd, 0x5401, 0) == 0; }
int isatty(int fd) { return __isatty(fd); }

/* argv and envp travel as NUL-terminated strings. */
static int exec(int nr, const char *path, char *const argv[], char *const envp[], int search) {
  size_t n = strlen(path) + 1;
  int argc = 0, envc = 0;
  for (; argv[argc]; argc++) n += strlen(argv[argc]) + 1;
  for (; envp && envp[envc]; envc++) n += strlen(envp[envc]) + 1;
  char *all = malloc(n), *p = all;
  if (!all) return errno = ENOMEM, -1;
  p = stpcpy(p, path) + 1;
  for (int i = 0; i < argc; i++) p = stpcpy(p, argv[i]) + 1;
  for (int i = 0; i < envc; i++) p = stpcpy(p, envp[i]) + 1;
  __wasi_ciovec_t v = {(const uint8_t *)all, n};
  int r = kerr(kcall(nr, argc, envc, search, 0, &v, 1, NULL, 0)); /* execve returns only when it failed */
  free(all);
  return r;
}
int execve(const char *path, char *const argv[], char *const envp[]) { return exec(SYS_execve, path, argv, envp, 0); }
int execv(const char *path, char *const argv[]) { return execve(path, argv, environ); }
int execvp(const char *path, char *const argv[]) { return exec(SYS_execve, path, argv, environ, 1); } /* PATH is searched on the other side */
#define EXECL(name, vector) int name(const char *path, const char *arg, ...) { \
  char *argv[64] = {(char *)arg}; \
  va_list ap; \
  va_start(ap, arg); \
  for (int i = 1; i < 63 && (argv[i] = va_arg(ap, char *)); i++) {} \
  va_end(ap); \
  return vector(path, argv); \
}
EXECL(execl, execv)
EXECL(execlp, execvp)
int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *fa, const posix_spawnattr_t *at, char *const argv[], char *const envp[]) {
  if (fa || at) return ENOSYS;
  int r = exec(SYS_spawn, path, argv, envp, 0);
  if (r < 0) return errno;
  if (pid) *pid = r;
  return 0;
}

/* _Exit is the end of exit(): the kernel hears of it at once, not when the instance is gone. */
_Noreturn void _Exit(int code) {
  struct request q = {0, SYS_exit_group, {code}};
  kput(&q, NULL, 0);
  __wasi_proc_exit((unsigned)code & 0xff);
}
_Noreturn void _exit(int code) { _Exit(code); }
_Noreturn void abort(void) {
  signal(SIGABRT, SIG_DFL);
  raise(SIGABRT);
  _Exit(134);
}
int nanosleep(const struct timespec *t, struct timespec *left) {
  int64_t rest = 0; /* ns */
  if (t->tv_sec < 0 || t->tv_nsec < 0 || t->tv_nsec > 999999999) return errno = EINVAL, -1;
  long r = kcall(SYS_nanosleep, (int)(t->tv_sec * 1000 + (t->tv_nsec + 999999) / 1000000), 0, 0, 0, NULL, 0, &rest, sizeof rest);
  if (left) *left = (struct timespec){rest / 1000000000, rest % 1000000000};
  return kerr(r);
}
int usleep(useconds_t us) { return nanosleep(&(struct timespec){us / 1000000, us % 1000000 * 1000}, NULL); }
unsigned sleep(unsigned s) {
  struct timespec left;
  nanosleep(&(struct timespec){s, 0}, &left);
  return left.tv_sec;
}

/* Preemption: a program compiled with -fsanitize-coverage=trace-pc,no-prune calls this at each branch, so a loop without
 * system calls still enters the kernel now and then, and signals (and SIGKILL) reach it. asyncify leaves this function
 * alone: a handler that runs from here can't fork. */
int kpreempted;
__attribute__((no_sanitize("coverage"))) void __sanitizer_cov_trace_pc(void) {
  static uint32_t ticks;
  if (++ticks & 0xfffff) return;
  kpreempted++;
  kcall(SYS_sched_yield, 1, 0, 0, 0, NULL, 0, NULL, 0);
  kpreempted--;
}
