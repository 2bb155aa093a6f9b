/* pause as of 3.0: it waits for SIGINT or SIGTERM and does nothing else. Having no handler for SIGCHLD, it never calls
 * wait: an orphan that it inherits stays a zombie. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void sigdown(int signo) {
  psignal(signo, "shutting down, got signal");
  exit(0);
}

int main(void) {
  if (signal(SIGINT, sigdown) == SIG_ERR)
    return 1;
  if (signal(SIGTERM, sigdown) == SIG_ERR)
    return 2;
  for (;;)
    pause();
  fprintf(stderr, "error: infinite loop terminated\n");
  return 42;
}
