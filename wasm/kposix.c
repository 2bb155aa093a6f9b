/* What programs call beyond files, signals and fork: descriptors' flags, poll, terminals, shells, clone, mounts.
 * Linked only into the programs that use it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "kcall.h"

static long with_path(int nr, const char *path, int a, int b, int c) {
  __wasi_ciovec_t v = {(const uint8_t *)path, strlen(path)};
  return kcall(nr, a, b, c, 0, &v, 1, NULL, 0);
}

/* F_DUPFD .. F_SETFL have Linux's numbers on the wire; wasi-libc's O_ flags are its own. */
int fcntl(int fd, int command, ...) {
  va_list ap;
  va_start(ap, command);
  int value = va_arg(ap, int);
  va_end(ap);
  switch (command) {
    case F_DUPFD: return KCALL(SYS_fcntl, fd, 0, value);
    case F_DUPFD_CLOEXEC: return KCALL(SYS_fcntl, fd, 1030, value);
    case F_GETFD: return KCALL(SYS_fcntl, fd, 1, 0);
    case F_SETFD: return KCALL(SYS_fcntl, fd, 2, value & FD_CLOEXEC);
    case F_SETFL: return KCALL(SYS_fcntl, fd, 4, value & O_NONBLOCK ? 04000 : 0);
    case F_GETFL: {
      int got = KCALL(SYS_fcntl, fd, 3, 0);
      if (got < 0) return -1;
      return ((got & 3) == 2 ? O_RDWR : (got & 3) == 1 ? O_WRONLY : O_RDONLY) | (got & 02000 ? O_APPEND : 0) | (got & 04000 ? O_NONBLOCK : 0);
    }
    default: return errno = EINVAL, -1;
  }
}
int dup3(int from, int to, int flags) {
  if (from == to) return errno = EINVAL, -1;
  int r = dup2(from, to);
  if (r >= 0 && flags & O_CLOEXEC) fcntl(r, F_SETFD, FD_CLOEXEC);
  return r;
}
int pipe2(int fd[2], int flags) {
  if (pipe(fd) < 0) return -1;
  for (int i = 0; i < 2; i++) {
    if (flags & O_CLOEXEC) fcntl(fd[i], F_SETFD, FD_CLOEXEC);
    if (flags & O_NONBLOCK) fcntl(fd[i], F_SETFL, O_NONBLOCK);
  }
  return 0;
}
int truncate(const char *path, off_t size) {
  int fd = open(path, O_WRONLY);
  if (fd < 0) return -1;
  int r = ftruncate(fd, size);
  close(fd);
  return r;
}
int fsync(int fd) { return fcntl(fd, F_GETFD) < 0 ? -1 : 0; }
int fdatasync(int fd) { return fsync(fd); }
void sync(void) {}
int chown(const char *path, uid_t uid, gid_t gid) { return kerr(with_path(SYS_chown, path, (int)uid, (int)gid, 0)); }
int lchown(const char *path, uid_t uid, gid_t gid) { return kerr(with_path(SYS_chown, path, (int)uid, (int)gid, 1)); }
int mknod(const char *path, mode_t mode, dev_t device) {
  int type = S_ISCHR(mode) ? 020000 : S_ISBLK(mode) ? 060000 : S_ISREG(mode) || !(mode & S_IFMT) ? 0100000 : 010000;
  return kerr(with_path(SYS_mknod, path, (int)(mode & 07777), type, (int)device));
}
int mkfifo(const char *path, mode_t mode) { return kerr(with_path(SYS_mknod, path, (int)(mode & 07777), 010000, 0)); }

/* On the wire: { i32 fd, events } each, Linux's event bits; the reply has one i32 for each. */
int poll(struct pollfd *fds, nfds_t n, int timeout) {
  int32_t *ask = malloc(n * 8 + 1), *got = malloc(n * 4 + 1);
  int ready = -1;
  if (!ask || !got) errno = ENOMEM;
  else {
    for (nfds_t i = 0; i < n; i++) {
      ask[2 * i] = fds[i].fd;
      ask[2 * i + 1] = (fds[i].events & POLLIN ? 1 : 0) | (fds[i].events & POLLOUT ? 4 : 0);
    }
    __wasi_ciovec_t v = {(const uint8_t *)ask, n * 8};
    ready = kerr(kcall(SYS_poll, timeout, 0, 0, 0, &v, 1, got, n * 4));
    for (nfds_t i = 0; ready >= 0 && i < n; i++)
      fds[i].revents = (short)((got[i] & 1 ? POLLIN : 0) | (got[i] & 4 ? POLLOUT : 0) | (got[i] & 8 ? POLLERR : 0) |
                               (got[i] & 16 ? POLLHUP : 0) | (got[i] & 32 ? POLLNVAL : 0));
  }
  free(ask);
  free(got);
  return ready;
}
int select(int n, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except, struct timeval *restrict timeout) {
  struct pollfd fds[FD_SETSIZE];
  nfds_t count = 0;
  for (int fd = 0; fd < n; fd++) {
    short events = (short)((in && FD_ISSET(fd, in) ? POLLIN : 0) | (out && FD_ISSET(fd, out) ? POLLOUT : 0));
    if (events) fds[count++] = (struct pollfd){.fd = fd, .events = events};
  }
  int r = poll(fds, count, timeout ? (int)(timeout->tv_sec * 1000 + (timeout->tv_usec + 999) / 1000) : -1);
  if (r < 0) return -1;
  if (in) FD_ZERO(in);
  if (out) FD_ZERO(out);
  if (except) FD_ZERO(except);
  int bits = 0;
  for (nfds_t i = 0; i < count; i++) {
    if (fds[i].revents & POLLNVAL) return errno = EBADF, -1;
    if (in && fds[i].events & POLLIN && fds[i].revents & (POLLIN | POLLHUP | POLLERR)) bits++, FD_SET(fds[i].fd, in);
    if (out && fds[i].events & POLLOUT && fds[i].revents & (POLLOUT | POLLERR)) bits++, FD_SET(fds[i].fd, out);
  }
  return bits;
}

int killpg(pid_t group, int sig) { return group < 0 ? (errno = EINVAL, -1) : kill(-group, sig); }
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage) {
  (void)usage;
  return waitpid(pid, status, options);
}
pid_t wait3(int *status, int options, struct rusage *usage) { return wait4(-1, status, options, usage); }
int sigwait(const sigset_t *set, int *sig) {
  for (;;) {
    sigset_t pending;
    sigpending(&pending);
    for (int n = 1; n < NSIG; n++)
      if (sigismember(set, n) && sigismember(&pending, n)) {
        /* taken without its handler */
        struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
        sigaction(n, &ignore, &before);
        sigaction(n, &before, NULL);
        return *sig = n, 0;
      }
    struct timespec tick = {0, 1000000};
    nanosleep(&tick, NULL);
  }
}
int setpgrp(void) { return setpgid(0, 0); }
pid_t tcgetpgrp(int fd) { return KCALL(SYS_ioctl, fd, 0x540f, 0); }
int tcsetpgrp(int fd, pid_t group) { return KCALL(SYS_ioctl, fd, 0x5410, group); }
int nice(int more) {
  int now = 20 - KCALL(SYS_getpriority, 0, 0, 0);
  if (KCALL(SYS_setpriority, 0, 0, now + more) < 0) return -1;
  return 20 - KCALL(SYS_getpriority, 0, 0, 0);
}
unsigned ualarm(unsigned us, unsigned interval) {
  (void)interval;
  return (unsigned)KCALL(SYS_alarm, (int)(us / 1000), 1, 0);
}

/* glibc's words, where musl has its own. */
char *strerror(int number) {
  static const struct { int number; const char *text; } words[] = {
      {0, "Success"}, {EPERM, "Operation not permitted"}, {ENOENT, "No such file or directory"}, {ESRCH, "No such process"},
      {EINTR, "Interrupted system call"}, {EIO, "Input/output error"}, {ENXIO, "No such device or address"},
      {E2BIG, "Argument list too long"}, {ENOEXEC, "Exec format error"}, {EBADF, "Bad file descriptor"}, {ECHILD, "No child processes"},
      {EAGAIN, "Resource temporarily unavailable"}, {ENOMEM, "Cannot allocate memory"}, {EACCES, "Permission denied"},
      {EFAULT, "Bad address"}, {EBUSY, "Device or resource busy"}, {EEXIST, "File exists"}, {EXDEV, "Invalid cross-device link"},
      {ENODEV, "No such device"}, {ENOTDIR, "Not a directory"}, {EISDIR, "Is a directory"}, {EINVAL, "Invalid argument"},
      {ENFILE, "Too many open files in system"}, {EMFILE, "Too many open files"}, {ENOTTY, "Inappropriate ioctl for device"},
      {ETXTBSY, "Text file busy"}, {EFBIG, "File too large"}, {ENOSPC, "No space left on device"}, {ESPIPE, "Illegal seek"},
      {EROFS, "Read-only file system"}, {EMLINK, "Too many links"}, {EPIPE, "Broken pipe"},
      {EDOM, "Numerical argument out of domain"}, {ERANGE, "Numerical result out of range"}, {ENAMETOOLONG, "File name too long"},
      {ENOSYS, "Function not implemented"}, {ENOTEMPTY, "Directory not empty"}, {ELOOP, "Too many levels of symbolic links"},
      {EOPNOTSUPP, "Operation not supported"}};
  static char unknown[32];
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (words[i].number == number) return (char *)words[i].text;
  snprintf(unknown, sizeof unknown, "Unknown error %d", number);
  return unknown;
}

static const char *const none[] = {NULL};
int execvpe(const char *path, char *const argv[], char *const envp[]) {
  char **before = environ;
  environ = envp ? (char **)envp : (char **)none;
  int r = execvp(path, argv);
  environ = before;
  return r;
}
int execle(const char *path, const char *arg, ...) {
  char *argv[64] = {(char *)arg};
  va_list ap;
  va_start(ap, arg);
  for (int i = 1; i < 63 && (argv[i] = va_arg(ap, char *)); i++) {}
  char **envp = va_arg(ap, char **);
  va_end(ap);
  return execve(path, argv, envp);
}
/* "SIGCHLD will be blocked, and SIGINT and SIGQUIT will be ignored" - system(3); the shell itself has them as they were. */
int system(const char *command) {
  if (!command) return 1;
  sigset_t child, masked;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &masked);
  char *argv[] = {"sh", "-c", (char *)command, NULL};
  pid_t pid;
  int status = -1, failed = posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ);
  sighandler_t interrupt = signal(SIGINT, SIG_IGN), quit = signal(SIGQUIT, SIG_IGN);
  if (failed) status = 127 << 8;
  else while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  signal(SIGINT, interrupt);
  signal(SIGQUIT, quit);
  sigprocmask(SIG_SETMASK, &masked, NULL);
  return status;
}
static struct { FILE *file; pid_t pid; } opened[16];
/* The shell itself puts the pipe in its place. */
FILE *popen(const char *command, const char *mode) {
  int fd[2], reads = *mode == 'r', slot = 0;
  while (slot < 16 && opened[slot].file) slot++;
  if ((*mode != 'r' && *mode != 'w') || slot == 16) return errno = slot == 16 ? EMFILE : EINVAL, NULL;
  if (pipe(fd) < 0) return NULL;
  int mine = fd[!reads], its = fd[reads];
  size_t size = strlen(command) + 64;
  char *line = malloc(size);
  if (!line) return NULL;
  snprintf(line, size, "exec %d%c&%d %d>&- %d>&-\n%s", reads, reads ? '>' : '<', its, its, mine, command);
  char *argv[] = {"sh", "-c", line, NULL};
  int failed = posix_spawn(&opened[slot].pid, "/bin/sh", NULL, NULL, argv, environ);
  free(line);
  close(its);
  if (failed) return close(mine), errno = failed, NULL;
  fcntl(mine, F_SETFD, FD_CLOEXEC);
  return opened[slot].file = fdopen(mine, mode);
}
int pclose(FILE *file) {
  for (int i = 0; i < 16; i++) {
    if (opened[i].file != file) continue;
    int status = -1;
    fclose(file);
    opened[i].file = NULL;
    while (waitpid(opened[i].pid, &status, 0) < 0 && errno == EINTR) {}
    return status;
  }
  return errno = ECHILD, -1;
}

/* What malloc grows by: the kernel hears of it, since a cgroup may have less. Sizes are whole pages of 64 KiB. */
void *sbrk(intptr_t more) {
  enum { PAGE = 65536 };
  static size_t first;
  size_t now = __builtin_wasm_memory_size(0);
  if (!first) first = now;
  if (more == 0) return (void *)(now * PAGE);
  size_t pages = (size_t)more / PAGE;
  if (more < 0 || __builtin_wasm_memory_grow(0, pages) == (size_t)-1) return errno = ENOMEM, (void *)-1;
  KCALL(SYS_brk, (int)(now - first + pages), 0, 0);
  return (void *)(now * PAGE);
}

int setns(int fd, int type) { return KCALL(SYS_setns, fd, type, 0); }
int chroot(const char *path) { return kerr(with_path(SYS_chroot, path, 0, 0, 0)); }
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data) {
  const char *parts[] = {source ? source : "none", target, type ? type : "", data ? data : ""};
  __wasi_ciovec_t v[8];
  for (int i = 0; i < 4; i++) {
    v[2 * i] = (__wasi_ciovec_t){(const uint8_t *)parts[i], strlen(parts[i])};
    v[2 * i + 1] = (__wasi_ciovec_t){(const uint8_t *)"", 1};
  }
  return kerr(kcall(SYS_mount, (int)flags, 0, 0, 0, v, 8, NULL, 0));
}
int umount2(const char *target, int flags) { return kerr(with_path(SYS_umount2, target, flags, 0, 0)); }
int umount(const char *target) { return umount2(target, 0); }
