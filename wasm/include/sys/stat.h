#include_next <sys/stat.h>
#ifndef _KSHIM_SYS_STAT_H
#define _KSHIM_SYS_STAT_H
#ifdef __cplusplus
extern "C" {
#endif
int mkfifo(const char *, mode_t);
int mknod(const char *, mode_t, dev_t);
mode_t umask(mode_t);
int chmod(const char *, mode_t);
#ifdef __cplusplus
}
#endif
#endif
