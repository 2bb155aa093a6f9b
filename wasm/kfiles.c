/* Files, directories, time and identity by system calls; replaces what wasi-libc would ask its host for. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "kcall.h"

static long with_path(int nr, const char *path, int a, int b, void *out, size_t cap) {
  __wasi_ciovec_t v = {(const uint8_t *)path, strlen(path)};
  return kcall(nr, a, b, 0, 0, &v, 1, out, cap);
}
static long with_paths(int nr, const char *from, const char *to) {
  __wasi_ciovec_t v[3] = {{(const uint8_t *)from, strlen(from)}, {(const uint8_t *)"", 1}, {(const uint8_t *)to, strlen(to)}};
  return kcall(nr, 0, 0, 0, 0, v, 3, NULL, 0);
}

/* wasi-libc's flags -> Linux's */
static int linux_flags(int flags) {
  int r = (flags & O_ACCMODE) == O_RDWR ? 2 : (flags & O_ACCMODE) == O_WRONLY ? 1 : 0;
  if (flags & O_CREAT) r |= 0100;
  if (flags & O_EXCL) r |= 0200;
  if (flags & O_TRUNC) r |= 01000;
  if (flags & O_APPEND) r |= 02000;
  if (flags & O_NONBLOCK) r |= 04000;
  if (flags & O_DIRECTORY) r |= 0200000;
  if (flags & O_NOFOLLOW) r |= 0400000;
  if (flags & O_CLOEXEC) r |= 02000000;
  return r;
}
static int open_mode(const char *path, int flags, int mode) { return kerr(with_path(SYS_open, path, linux_flags(flags), mode, NULL, 0)); }
int __wasilibc_open_nomode(const char *path, int flags) { return open_mode(path, flags, 0666); }
int open(const char *path, int flags, ...) {
  va_list ap;
  va_start(ap, flags);
  int mode = flags & O_CREAT ? va_arg(ap, int) : 0;
  va_end(ap);
  return open_mode(path, flags, mode);
}
int creat(const char *path, mode_t mode) { return open_mode(path, O_WRONLY | O_CREAT | O_TRUNC, (int)mode); }

int close(int fd) { return KCALL(SYS_close, fd, 0, 0); }
int dup(int fd) { return KCALL(SYS_dup, fd, 0, 0); }
int dup2(int from, int to) { return KCALL(SYS_dup2, from, to, 0); }
int pipe(int fd[2]) {
  int32_t got[2] = {-1, -1};
  int r = kerr(kcall(SYS_pipe, 0, 0, 0, 0, NULL, 0, got, sizeof got));
  if (!r) fd[0] = got[0], fd[1] = got[1];
  return r;
}
off_t __lseek(int fd, off_t offset, int whence) {
  int64_t at = 0;
  int w = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? 1 : 2;
  int r = kerr(kcall(SYS_lseek, fd, (int)(uint32_t)offset, (int)(offset >> 32), w, NULL, 0, &at, sizeof at));
  return r < 0 ? -1 : at;
}
#undef lseek
off_t lseek(int fd, off_t offset, int whence) { return __lseek(fd, offset, whence); }
int ftruncate(int fd, off_t size) { return KCALL(SYS_ftruncate, fd, (int)(uint32_t)size, (int)(size >> 32)); }

struct kstat { uint64_t dev, ino, rdev, size, blocks; uint32_t mode, nlink, uid, gid, blksize, unused; int64_t atime, mtime, ctime; };
static struct timespec from_ms(int64_t ms) { return (struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}; }
static int fill(long r, const struct kstat *k, struct stat *s) {
  if (kerr(r) < 0) return -1;
  *s = (struct stat){.st_dev = k->dev, .st_ino = k->ino, .st_nlink = k->nlink, .st_mode = k->mode, .st_uid = k->uid, .st_gid = k->gid,
      .st_rdev = k->rdev, .st_size = (off_t)k->size, .st_blksize = (long)k->blksize, .st_blocks = (long long)k->blocks,
      .st_atim = from_ms(k->atime), .st_mtim = from_ms(k->mtime), .st_ctim = from_ms(k->ctime)};
  return 0;
}
int stat(const char *path, struct stat *s) { struct kstat k; return fill(with_path(SYS_newfstatat, path, 0, 0, &k, sizeof k), &k, s); }
int lstat(const char *path, struct stat *s) { struct kstat k; return fill(with_path(SYS_newfstatat, path, 0x100, 0, &k, sizeof k), &k, s); }
int fstat(int fd, struct stat *s) { struct kstat k; return fill(kcall(SYS_fstat, fd, 0, 0, 0, NULL, 0, &k, sizeof k), &k, s); }
int access(const char *path, int mode) {
  int m = (mode & R_OK ? 4 : 0) | (mode & W_OK ? 2 : 0) | (mode & X_OK ? 1 : 0);
  return kerr(with_path(SYS_access, path, m, 0, NULL, 0));
}
int mkdir(const char *path, mode_t mode) { return kerr(with_path(SYS_mkdir, path, (int)mode, 0, NULL, 0)); }
int rmdir(const char *path) { return kerr(with_path(SYS_rmdir, path, 0, 0, NULL, 0)); }
int unlink(const char *path) { return kerr(with_path(SYS_unlink, path, 0, 0, NULL, 0)); }
int remove(const char *path) { return unlink(path) == 0 ? 0 : errno == EISDIR ? rmdir(path) : -1; }
int chdir(const char *path) { return kerr(with_path(SYS_chdir, path, 0, 0, NULL, 0)); }
int chmod(const char *path, mode_t mode) { return kerr(with_path(SYS_chmod, path, (int)mode, 0, NULL, 0)); }
int rename(const char *from, const char *to) { return kerr(with_paths(SYS_rename, from, to)); }
int link(const char *from, const char *to) { return kerr(with_paths(SYS_link, from, to)); }
int symlink(const char *target, const char *path) { return kerr(with_paths(SYS_symlink, target, path)); }
ssize_t readlink(const char *restrict path, char *restrict to, size_t cap) { return kerr(with_path(SYS_readlink, path, (int)cap, 0, to, cap)); }
mode_t umask(mode_t mask) { return (mode_t)KCALL(SYS_umask, (int)mask, 0, 0); }
char *getcwd(char *buf, size_t cap) {
  char path[4096];
  int n = kerr(kcall(SYS_getcwd, 0, 0, 0, 0, NULL, 0, path, sizeof path));
  if (n < 0) return NULL;
  if (buf && (size_t)n >= cap) return errno = ERANGE, NULL;
  if (!buf && !(buf = malloc((size_t)n + 1))) return NULL;
  memcpy(buf, path, (size_t)n);
  buf[n] = 0;
  return buf;
}

/* A directory is read whole: { u64 ino; u8 type; name; NUL } for each entry, type as in Linux's d_type. */
struct _DIR { char *all, *at, *end; _Alignas(8) char now[sizeof(struct dirent) + 256]; };
DIR *opendir(const char *path) {
  DIR *d = calloc(1, sizeof *d);
  size_t cap = 4096;
  for (;;) {
    if (!d || !(d->all = malloc(cap))) return errno = ENOMEM, NULL;
    long n = with_path(SYS_getdents64, path, 0, 0, d->all, cap);
    if (n < 0) { free(d->all); free(d); kerr(n); return NULL; }
    if ((size_t)n <= cap) { d->at = d->all; d->end = d->all + n; return d; }
    free(d->all);
    cap = (size_t)n;
  }
}
struct dirent *readdir(DIR *d) {
  if (d->at >= d->end) return NULL;
  struct dirent *e = (struct dirent *)d->now;
  uint64_t ino;
  memcpy(&ino, d->at, 8);
  e->d_ino = ino;
  switch (d->at[8]) {
    case 1: e->d_type = DT_FIFO; break;
    case 2: e->d_type = DT_CHR; break;
    case 4: e->d_type = DT_DIR; break;
    case 6: e->d_type = DT_BLK; break;
    case 8: e->d_type = DT_REG; break;
    case 10: e->d_type = DT_LNK; break;
    default: e->d_type = DT_UNKNOWN;
  }
  size_t n = strlen(d->at + 9);
  memcpy(e->d_name, d->at + 9, (n < 255 ? n : 255) + 1);
  d->at += 9 + n + 1;
  return e;
}
void rewinddir(DIR *d) { d->at = d->all; }
int closedir(DIR *d) { free(d->all); free(d); return 0; }

int __clock_gettime(clockid_t clock, struct timespec *t) {
  int64_t ns = 0;
  int r = kerr(kcall(SYS_clock_gettime, clock == CLOCK_REALTIME ? 0 : 1, 0, 0, 0, NULL, 0, &ns, sizeof ns));
  if (!r) *t = (struct timespec){ns / 1000000000, (long)(ns % 1000000000)};
  return r;
}
int clock_gettime(clockid_t clock, struct timespec *t) { return __clock_gettime(clock, t); }
time_t time(time_t *out) {
  struct timespec t = {0};
  __clock_gettime(CLOCK_REALTIME, &t);
  if (out) *out = t.tv_sec;
  return t.tv_sec;
}
int gettimeofday(struct timeval *restrict v, void *restrict zone) {
  (void)zone;
  struct timespec t;
  if (__clock_gettime(CLOCK_REALTIME, &t) < 0) return -1;
  *v = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
  return 0;
}
int getentropy(void *to, size_t n) { return kerr(kcall(SYS_getrandom, (int)n, 0, 0, 0, NULL, 0, to, n)) < 0 ? -1 : 0; }
int sched_yield(void) { return KCALL(SYS_sched_yield, 0, 0, 0); }

uid_t getuid(void) { return (uid_t)KCALL(SYS_getuid, 0, 0, 0); }
uid_t geteuid(void) { return (uid_t)KCALL(SYS_geteuid, 0, 0, 0); }
gid_t getgid(void) { return (gid_t)KCALL(SYS_getgid, 0, 0, 0); }
gid_t getegid(void) { return (gid_t)KCALL(SYS_getegid, 0, 0, 0); }
int setuid(uid_t id) { return KCALL(SYS_setuid, (int)id, 0, 0); }
int setgid(gid_t id) { return KCALL(SYS_setgid, (int)id, 0, 0); }
pid_t getpgid(pid_t pid) { return KCALL(SYS_getpgid, pid, 0, 0); }
pid_t getpgrp(void) { return getpgid(0); }
int setpgid(pid_t pid, pid_t group) { return KCALL(SYS_setpgid, pid, group, 0); }
pid_t getsid(pid_t pid) { return KCALL(SYS_getsid, pid, 0, 0); }
pid_t setsid(void) { return KCALL(SYS_setsid, 0, 0, 0); }
int unshare(int flags) { return KCALL(SYS_unshare, flags, 0, 0); }
int gethostname(char *to, size_t cap) {
  long n = kcall(SYS_uname, 1, 0, 0, 0, NULL, 0, to, cap);
  return kerr(n) < 0 ? -1 : (size_t)n > cap ? (errno = ENAMETOOLONG, -1) : 0;
}
int sethostname(const char *name, size_t n) {
  __wasi_ciovec_t v = {(const uint8_t *)name, n};
  return kerr(kcall(SYS_sethostname, 0, 0, 0, 0, &v, 1, NULL, 0));
}
int prctl(int option, ...) {
  va_list ap;
  va_start(ap, option);
  long r;
  if (option == PR_SET_NAME) {
    const char *name = va_arg(ap, const char *);
    r = with_path(SYS_prctl, name, option, 0, NULL, 0);
  } else {
    r = kcall(SYS_prctl, option, (int)va_arg(ap, long), 0, 0, NULL, 0, NULL, 0);
  }
  va_end(ap);
  return kerr(r);
}
