/* clone(2) for a child with a copy of the memory. The stack it is given stays unused: its own is a copy of the parent's. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>
#include "kcall.h"

int clone(int (*run)(void *), void *stack, int flags, void *argument, ...) {
  if (!run || !stack) return errno = EINVAL, -1;
  if (flags & CLONE_VM && !(flags & CLONE_VFORK)) return errno = ENOSYS, -1;
  if (KCALL(SYS_clone, flags & ~0xff, 0, 0) < 0) return -1;
  pid_t pid = fork();
  if (pid == 0) _exit(run(argument));
  return pid;
}
