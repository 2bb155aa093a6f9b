#define _WASI_EMULATED_GETPID /* declares getpid; kshim.c defines it */
#include_next <unistd.h>
#ifndef _KSHIM_UNISTD_H
#define _KSHIM_UNISTD_H
#include <stddef.h>
#include <sys/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef int pid_t;
extern char **environ;
int pause(void);
pid_t getpid(void);
pid_t getppid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t);
int setpgid(pid_t, pid_t);
pid_t getsid(pid_t);
pid_t setsid(void);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t);
int setgid(gid_t);
unsigned alarm(unsigned);
pid_t fork(void);
pid_t vfork(void);
int execve(const char *, char *const[], char *const[]);
int execv(const char *, char *const[]);
int execvp(const char *, char *const[]);
int execl(const char *, const char *, ...);
int execlp(const char *, const char *, ...);
int execle(const char *, const char *, ...);
int execvpe(const char *, char *const[], char *const[]);
int setpgrp(void);
pid_t tcgetpgrp(int);
int tcsetpgrp(int, pid_t);
int nice(int);
unsigned ualarm(unsigned, unsigned);
int chown(const char *, uid_t, gid_t);
int lchown(const char *, uid_t, gid_t);
int chroot(const char *);
void sync(void);
int dup3(int, int, int);
int pipe2(int[2], int);
int pipe(int[2]);
int dup(int);
int dup2(int, int);
int gethostname(char *, size_t);
int sethostname(const char *, size_t);
#ifdef __cplusplus
}
#endif
#endif
