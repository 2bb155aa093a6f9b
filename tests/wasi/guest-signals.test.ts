import { beforeAll, describe, expect, test } from 'vitest';
import { bootNode, type Node } from '../kernel/node';

/** What a guest does with signals, by its first argument. */
const source = `
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static volatile int count, last;
static void note(int s) { count++; last = s; }
static void say(int s) { printf("got %d\\n", s); fflush(stdout); }
int main(int argc, char **argv) {
  const char *how = argv[1];
  if (!strcmp(how, "spin")) for (;;) count++;
  if (!strcmp(how, "count")) {
    signal(SIGUSR1, note);
    signal(SIGTERM, note);
    puts("ready"); fflush(stdout);
    while (last != SIGTERM) pause();
    printf("%d\\n", count);
  }
  if (!strcmp(how, "many")) {
    signal(SIGUSR1, note);
    for (int i = 0; i < 5000; i++) kill(getpid(), SIGUSR1);
    printf("%d\\n", count);
  }
  if (!strcmp(how, "alarm")) {
    signal(SIGALRM, say);
    printf("%u\\n", alarm(100));
    printf("%u\\n", alarm(2));
    pause();
    alarm(3);
    printf("%u\\n", sleep(10)); fflush(stdout);
    signal(SIGALRM, SIG_DFL);
    alarm(1);
    for (;;) pause();
  }
  if (!strcmp(how, "self")) {
    signal(SIGUSR1, say);
    puts("before"); fflush(stdout);
    kill(getpid(), SIGUSR1);
    puts("after"); fflush(stdout);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    puts("blocked"); fflush(stdout);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    puts("unblocked");
  }
  if (!strcmp(how, "beat")) {
    signal(SIGCONT, say);
    for (int i = 0; i < 4; i++) { printf("beat %d\\n", i); fflush(stdout); sleep(1); }
  }
  return 0;
}
`;

describe('guests', () => {
  let node: Node;
  beforeAll(async () => {
    node = await bootNode();
    const { stderr, code } = await node.run(`cat > guest.c <<'END'\n${source}END\ncc -O1 -o guest guest.c`);
    expect([stderr, code]).toEqual(['', 0]);
  }, 120_000);

  const transcripts: readonly (readonly [name: string, script: string, stdout: string])[] = [
    [
      'a signal to itself runs its handler before kill returns; a blocked one waits, once',
      './guest self',
      'before\ngot 10\nafter\nblocked\ngot 10\nunblocked\n',
    ],
    ['thousands of signals to itself are all handled', './guest many', '5000\n'],
    [
      'thousands of signals from outside: none is lost that finds none pending, the last one ends it',
      '(./guest count > count.out) & sleep 0.5; p=$(pgrep -x guest); for i in $(seq 3000); do kill -USR1 $p; done; kill -TERM $p; wait; read x < count.out; sed -n 2p count.out | awk \'{ print ($1 >= 2 && $1 <= 3001) ? "counted" : "wrong " $1 }\'',
      'counted\n',
    ],
    [
      'each of many signals, when it is left time, is handled',
      '(./guest count > count.out) & sleep 0.5; p=$(pgrep -x guest); for i in $(seq 500); do kill -USR1 $p; sleep 0.01; done; kill -TERM $p; wait; cat count.out',
      'ready\n501\n',
    ],
    ['alarm: what was left, a handler, a sleep cut short, the default', './guest alarm; echo $?', '0\n100\ngot 14\ngot 14\n7\n142\n'],
    [
      'SIGSTOP holds a guest, SIGCONT lets it go on, with its handler',
      './guest beat & sleep 1.5; kill -STOP $!; sleep 0.1; grep State /proc/$!/status; sleep 5; echo go; kill -CONT $!; wait $!; echo $?',
      'beat 0\nbeat 1\nState:\tT (stopped)\ngo\ngot 18\nbeat 2\nbeat 3\n0\n',
    ],
    [
      'a loop without system calls can be stopped, continued and killed',
      './guest spin & sleep 0.05; kill -STOP $!; sleep 0.05; grep State /proc/$!/status; kill -CONT $!; sleep 0.05; grep State /proc/$!/status; kill -KILL $!; wait $! 2>/dev/null; echo $?; ./guest spin & sleep 0.05; kill $!; wait $! 2>/dev/null; echo $?',
      'State:\tT (stopped)\nState:\tR (running)\n137\n143\n',
    ],
    [
      'timeout ends a loop without system calls',
      'timeout 0.1 ./guest spin; echo $?; timeout -s KILL 0.1 ./guest spin; echo $?',
      '124\n137\n',
    ],
  ];
  for (const [name, script, stdout] of transcripts)
    test(
      name,
      async () => {
        expect((await node.run(script)).stdout).toBe(stdout);
      },
      30_000,
    );

  /** Headers in the order in which they hold sigset_t's size against wasi-libc's. */
  const calls = `
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#define SAY(...) (printf(__VA_ARGS__), fflush(stdout))
static char stack[4096];
static int inner(void *name) { SAY("%s %d %d\\n", (char *)name, getpid(), getppid()); return 42; }
static void info(int s, siginfo_t *i, void *u) { SAY("%d code %d status %d\\n", s, i->si_code, i->si_status); }
int main(void) {
  int st, fd[2];
  char line[100] = "";
  sigset_t set, pending;
  sigemptyset(&set); sigaddset(&set, SIGUSR2); sigprocmask(SIG_BLOCK, &set, NULL);
  kill(getpid(), SIGUSR2); sigpending(&pending); SAY("pending %d\\n", sigismember(&pending, SIGUSR2));
  SAY("system %d\\n", WEXITSTATUS(system("exit 3")));
  FILE *f = popen("echo out", "r"); fgets(line, 100, f); SAY("popen %s", line); SAY("pclose %d\\n", pclose(f));
  pipe(fd); fcntl(fd[0], F_SETFL, O_NONBLOCK); SAY("read %d %s\\n", (int)read(fd[0], line, 1), strerror(errno));
  struct pollfd p = {fd[0], POLLIN, 0}; SAY("poll %d", poll(&p, 1, 20)); write(fd[1], "x", 1); SAY(" %d\\n", poll(&p, 1, -1));
  SAY("fifo %d\\n", mkfifo("made.fifo", 0600));
  waitpid(clone(inner, stack + sizeof stack, CLONE_NEWPID | SIGCHLD, "clone"), &st, 0); SAY("ended %d\\n", WEXITSTATUS(st));
  struct sigaction act = {.sa_sigaction = info, .sa_flags = SA_SIGINFO}; sigaction(SIGCHLD, &act, NULL);
  if (!fork()) _exit(6);
  sleep(1); wait(NULL); SAY("%s\\n", wait(NULL) < 0 ? strerror(errno) : "more");
  return 0;
}
`;
  test('programs call what POSIX and Linux have beside: system, popen, poll, FIFOs, clone, siginfo', async () => {
    const { stdout, stderr } = await node.run(`cat > calls.c <<'END'\n${calls}END\ncc -w -o calls calls.c && ./calls`);
    expect(stderr).toBe('');
    expect(stdout).toBe(
      'pending 1\nsystem 3\npopen out\npclose 0\nread -1 Resource temporarily unavailable\npoll 0 1\nfifo 0\nclone 1 0\nended 42\n17 code 1 status 6\nNo child processes\n',
    );
  }, 60_000);
});
