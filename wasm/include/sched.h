#include_next <sched.h>
#ifndef _KSHIM_SCHED_H
#define _KSHIM_SCHED_H
#ifdef __cplusplus
extern "C" {
#endif
#define CLONE_NEWTIME 0x00000080
#define CLONE_VM 0x00000100
#define CLONE_FS 0x00000200
#define CLONE_FILES 0x00000400
#define CLONE_SIGHAND 0x00000800
#define CLONE_VFORK 0x00004000
#define CLONE_THREAD 0x00010000
#define CLONE_NEWNS 0x00020000
#define CLONE_NEWCGROUP 0x02000000
#define CLONE_NEWUTS 0x04000000
#define CLONE_NEWIPC 0x08000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
int unshare(int);
int setns(int, int);
int clone(int (*)(void *), void *, int, void *, ...);
#ifdef __cplusplus
}
#endif
#endif
