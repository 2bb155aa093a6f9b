import type { ManPage } from './pages';

export const signalPages: readonly ManPage[] = [
  {
    name: 'kill',
    section: 1,
    summary: 'send a signal to processes',
    body: [
      ['SYNOPSIS', ['kill [-signal | -s signal] pid ...', 'kill -l [number]']],
      [
        'DESCRIPTION',
        [
          'kill sends a signal, TERM when none is named, to each pid. TERM asks a process to end, and it may clean up first or refuse; KILL ends it without asking.',
          '[pid > 0] the process with that number',
          '[0] every process of the caller’s group',
          '[-1] every process that may be signalled, but for process 1 and the caller',
          '[-n] every process of group n',
          'Signal 0 is not sent: it only tells by the exit status whether the process exists and may be signalled.',
          'bash has a kill of its own, which also takes jobs: kill %1.',
        ],
      ],
      [
        'EXIT STATUS',
        [
          '0 when at least one signal was sent, else 1. A signal that was sent may still be ignored: process 1 of a PID namespace takes only signals it has a handler for.',
        ],
      ],
      ['SEE ALSO', ['kill(2), signal(7), pid_namespaces(7)']],
    ],
  },
  {
    name: 'kill',
    section: 2,
    summary: 'send a signal to a process or a group',
    body: [
      ['SYNOPSIS', [' #include <signal.h>', ' int kill(pid_t pid, int sig);']],
      [
        'DESCRIPTION',
        [
          'A positive pid names one process of the caller’s PID namespace; 0 the caller’s process group; -1 all that may be signalled but process 1 and the caller; a smaller number the group -pid.',
          'The sender needs CAP_KILL in the target’s user namespace, or its real or effective user must be the target’s real or saved one. SIGCONT may go to any process of the same session.',
          'A zombie can be signalled: nothing happens, and the call succeeds.',
        ],
      ],
      ['ERRORS', ['[EINVAL] There is no such signal.', '[EPERM] None of those that match may be signalled.', '[ESRCH] Nothing matches.']],
      ['SEE ALSO', ['sigaction(2), signal(7)']],
    ],
  },
  {
    name: 'pause',
    section: 2,
    summary: 'sleep until a signal comes',
    body: [
      ['SYNOPSIS', [' #include <unistd.h>', ' int pause(void);']],
      [
        'DESCRIPTION',
        [
          'The caller sleeps until a signal ends it or runs a handler. After a handler pause returns -1 with EINTR, also when the handler has SA_RESTART.',
          'The pause container is little more than this call in a loop: its handlers for SIGINT and SIGTERM exit, and the one for SIGCHLD waits for the children that have ended.',
        ],
      ],
      ['SEE ALSO', ['sigaction(2), waitpid(2), signal(7)']],
    ],
  },
  {
    name: 'waitpid',
    section: 2,
    summary: 'wait for a child to change its state',
    body: [
      ['SYNOPSIS', [' #include <sys/wait.h>', ' pid_t wait(int *status);', ' pid_t waitpid(pid_t pid, int *status, int options);']],
      [
        'DESCRIPTION',
        [
          'A child that has ended stays as a zombie, a number and an exit status, until its parent waits for it. When the parent ends first, the child goes to the nearest subreaper among its ancestors, or to process 1 of its PID namespace, which has to wait instead.',
          'pid is that of one child, 0 for the caller’s group, -1 for any child, or minus a group.',
          '[WNOHANG] Return 0 at once when no child has changed its state.',
          '[WUNTRACED] Tell also of children that were stopped.',
          '[WCONTINUED] Tell also of children that go on after SIGCONT.',
          'A parent that ignores SIGCHLD, or has SA_NOCLDWAIT, gets no zombies: its waits end with ECHILD once all children are gone.',
        ],
      ],
      [
        'STATUS',
        [
          '[WIFEXITED, WEXITSTATUS] It called exit; the low 8 bits of the argument.',
          '[WIFSIGNALED, WTERMSIG] A signal ended it. Shells show 128 plus the signal’s number.',
          '[WIFSTOPPED, WSTOPSIG] A signal stopped it.',
        ],
      ],
      ['ERRORS', ['[ECHILD] There is no such child.', '[EINTR] A handler ran meanwhile.']],
      ['SEE ALSO', ['pause(2), signal(7)']],
    ],
  },
  {
    name: 'sigaction',
    section: 2,
    summary: 'look at or change what a signal does',
    body: [
      ['SYNOPSIS', [' #include <signal.h>', ' int sigaction(int sig, const struct sigaction *act, struct sigaction *old);']],
      [
        'DESCRIPTION',
        [
          'sa_handler is SIG_DFL, SIG_IGN or a function. Signals in sa_mask, and the signal itself, are blocked while the function runs.',
          '[SA_RESTART] Calls that the handler interrupts go on instead of failing with EINTR.',
          '[SA_NOCLDSTOP] For SIGCHLD: not when children stop or go on.',
          '[SA_NOCLDWAIT] For SIGCHLD: children leave no zombies.',
          '[SA_RESETHAND] Back to the default when the handler begins.',
          '[SA_NODEFER] The signal is not blocked in its own handler.',
          'execve(2) sets signals with handlers back to the default; ignored ones stay ignored.',
        ],
      ],
      ['ERRORS', ['[EINVAL] There is no such signal, or it is SIGKILL or SIGSTOP, whose actions cannot be changed.']],
      ['SEE ALSO', ['kill(2), signal(7)']],
    ],
  },
  {
    name: 'signal',
    section: 7,
    summary: 'overview of signals',
    body: [
      [
        'DESCRIPTION',
        [
          'Each process has for each signal a disposition: the default, to ignore it, or a handler. A blocked signal stays pending until it is unblocked; several of the same kind become one.',
          '[Term] ends the process',
          '[Core] ends it, with a core dump where that is allowed',
          '[Ign] does nothing',
          '[Stop] stops it',
          '[Cont] lets it go on',
        ],
      ],
      [
        'STANDARD SIGNALS',
        [
          ' HUP    1  Term  the terminal is gone        USR1  10  Term  for the program',
          ' INT    2  Term  Ctrl-C                      SEGV  11  Core  wrong memory access',
          ' QUIT   3  Core  Ctrl-\\                      USR2  12  Term  for the program',
          ' ILL    4  Core  bad instruction             PIPE  13  Term  nobody reads the pipe',
          ' TRAP   5  Core  breakpoint                  ALRM  14  Term  alarm(2)',
          ' ABRT   6  Core  abort(3)                    TERM  15  Term  kill(1) without a name',
          ' BUS    7  Core  wrong memory access         CHLD  17  Ign   a child ended or stopped',
          ' FPE    8  Core  division by zero            CONT  18  Cont  go on',
          ' KILL   9  Term  cannot be caught            STOP  19  Stop  cannot be caught',
          ' TSTP  20  Stop  Ctrl-Z                      TTIN  21  Stop  background read',
          ' TTOU  22  Stop  background write            WINCH 28  Ign   the window’s size changed',
        ],
      ],
      [
        'NOTES',
        [
          'SIGKILL and SIGSTOP can be neither caught nor ignored nor blocked. TERM sent to a stopped process waits for CONT; KILL does not.',
          'Process 1 of a PID namespace is sent only what it has a handler for; see pid_namespaces(7).',
          'The SigPnd, ShdPnd, SigBlk, SigIgn and SigCgt lines of /proc/PID/status are sets: bit n-1 stands for signal n.',
        ],
      ],
      ['SEE ALSO', ['kill(1), kill(2), sigaction(2), proc(5)']],
    ],
  },
];
