import { Errno, SIG, type SignalSet } from '../kernel';
import { ExitShell, FunctionReturn, Interrupted, LoopJump, ShellError } from './flow';
import { type Job, exitStatus, state } from './jobs';
import { jobLine, notifyJobs, reportDeath } from './notices';
import type { Shell } from './shell';
import { runExitTrap, runPendingTraps } from './traps';
import { resetSignals, subshellOf } from './subshell';

export interface ForkOptions {
  /** With job control: the group to join, 0 for a new one. */
  readonly group: number | undefined;
  readonly foreground: boolean;
  /** Asynchronous: without job control it ignores INT and QUIT and reads /dev/null. */
  readonly background: boolean;
  /** The child can list the jobs of its parent. */
  readonly keepsJobs?: boolean;
}

const interruptSet = 1n << BigInt(SIG.INT - 1);

function unmasked<T>(sh: Shell, mask: SignalSet, call: () => T): T {
  try {
    return call();
  } finally {
    sh.proc.sigprocmask('set', mask);
  }
}

/** Forks a subshell that runs `body`. Returns its PID. */
export function forkShell(sh: Shell, body: (child: Shell) => Promise<number>, options: ForkOptions): number {
  const child = subshellOf(sh, options.keepsJobs);
  const { jobControl } = sh;
  // The child inherits SIGINT blocked until it has dispositions of its own, as in bash
  const mask = sh.proc.sigprocmask('block', interruptSet);
  const pid = unmasked(sh, mask, () =>
    sh.proc.fork(async (proc) => {
      child.proc = proc;
      if (jobControl && options.group !== undefined) {
        try {
          proc.setpgid(0, options.group === 0 ? proc.pid : options.group);
          if (options.foreground && child.terminal !== undefined) await proc.tcsetpgrp(child.terminal, proc.getpgid());
        } catch (e) {
          if (!(e instanceof Errno)) throw e;
        }
      }
      resetSignals(child);
      proc.sigprocmask('set', mask);
      if (options.background && !jobControl) {
        proc.sigaction(SIG.INT, 'ignore');
        proc.sigaction(SIG.QUIT, 'ignore');
      }
      child.options.delete('monitor');
      return runSubshell(child, body);
    }),
  );
  if (jobControl && options.group !== undefined) {
    try {
      sh.proc.setpgid(pid, options.group === 0 ? pid : options.group);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
  return pid;
}

const retriesMs = [1000, 2000, 4000, 8000];

/** false: a signal, such as that of Ctrl-C, came before the time was over. */
async function slept(sh: Shell, delayMs: number): Promise<boolean> {
  try {
    await sh.proc.nanosleep(delayMs);
    return true;
  } catch (e) {
    if (e instanceof Errno && e.code === 'EINTR') return false;
    throw e;
  }
}

/** Forks as `forkShell` does. bash waits and tries again when there are too many processes; then the command line is given up. */
export async function forkChild(sh: Shell, body: (child: Shell) => Promise<number>, options: ForkOptions): Promise<number> {
  const { dialect } = sh;
  if (options.keepsJobs && dialect.name === 'bash') await reap(sh);
  const where = dialect.name === 'dash' ? sh.prefix() : `${sh.shortName}: `;
  for (let attempt = 0; ; attempt++) {
    try {
      return forkShell(sh, body, options);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
      const delayMs = e.code === 'EAGAIN' && dialect.name === 'bash' ? retriesMs[attempt] : undefined;
      if (delayMs !== undefined) {
        await sh.err(`${where}fork: retry: ${sh.strerror(e)}\n`);
        await reap(sh);
        if ((await slept(sh, delayMs)) && !sh.interrupted) continue;
      }
      const text = { bash: `fork: ${sh.strerror(e)}`, ash: `can't fork: ${sh.strerror(e)}`, dash: 'Cannot fork' }[dialect.name];
      throw new ShellError(text, dialect.almquist ? 2 : 254, true, where);
    }
  }
}

/** Runs `body` to the end of a shell process: what stops it becomes its status, and its EXIT trap runs. */
export async function runSubshell(sh: Shell, body: (child: Shell) => Promise<number>): Promise<number> {
  let status: number;
  try {
    status = await body(sh);
    sh.status = status;
    await runPendingTraps(sh);
  } catch (e) {
    status = await endStatus(sh, e);
  }
  const { fatalSignal } = sh;
  sh.fatalSignal = undefined;
  status = await runExitTrap(sh, fatalSignal === undefined ? status : sh.status);
  if (fatalSignal !== undefined) {
    sh.proc.sigaction(fatalSignal, 'default');
    sh.proc.kill(sh.proc.pid, fatalSignal);
    await sh.proc.schedYield();
  }
  return status;
}

export async function endStatus(sh: Shell, e: unknown): Promise<number> {
  if (e instanceof ExitShell || e instanceof FunctionReturn) return e.status;
  if (e instanceof LoopJump) return 0;
  if (e instanceof Interrupted) return 130;
  if (e instanceof ShellError) {
    if (e.message !== '') await sh.err(`${e.where ?? sh.prefix()}${e.message}\n`);
    return e.status;
  }
  if (e instanceof Errno) {
    await sh.complain(sh.strerror(e));
    return 1;
  }
  throw e;
}

/** One wait(2): takes whatever child changes state into the job table. false when there are no children. */
export async function waitOnce(sh: Shell): Promise<boolean> {
  try {
    const waited = await sh.proc.wait(-1, { untraced: sh.jobControl });
    if (waited) sh.jobs.record(waited.pid, waited.status);
    return true;
  } catch (e) {
    if (e instanceof Errno && e.code === 'ECHILD') return false;
    throw e;
  }
}

/** Takes in all changes that have already happened. */
export async function reap(sh: Shell): Promise<void> {
  for (;;) {
    try {
      const waited = await sh.proc.wait(-1, { noHang: true, untraced: sh.jobControl, continued: sh.dialect.name !== 'ash' });
      if (!waited) return;
      sh.jobs.record(waited.pid, waited.status);
    } catch (e) {
      if (e instanceof Errno && e.code === 'EINTR') continue;
      if (e instanceof Errno) return;
      throw e;
    }
  }
}

export async function waitForPid(sh: Shell, pid: number): Promise<number> {
  for (;;) {
    try {
      const waited = await sh.proc.wait(pid);
      return waited ? exitStatus(waited.status) : 0;
    } catch (e) {
      if (e instanceof Errno && e.code === 'EINTR') continue;
      if (e instanceof Errno && e.code === 'ECHILD') return sh.jobs.recall(pid) ?? 127;
      throw e;
    }
  }
}

/** Waits until a foreground job has ended or stopped; gives the terminal back; returns $?. */
export async function waitForJob(sh: Shell, job: Job): Promise<number> {
  const before = sh.terminal !== undefined && sh.jobControl ? readTerminal(sh) : undefined;
  sh.waitingForeground = true;
  if (sh.jobControl && job.ownGroup && sh.terminal !== undefined) await giveTerminal(sh, sh.terminal, job);
  // Ctrl-C between Enter and the job's taking the terminal meant the job
  if (sh.interrupted && sh.interactive && job.ownGroup) interruptJob(sh, job);
  sh.interrupted = false;
  try {
    while (state(job) === 'running') {
      try {
        if (!(await waitOnce(sh))) {
          for (const p of job.processes) p.status ??= { kind: 'exited', code: sh.jobs.recall(p.pid) ?? 127 };
        }
      } catch (e) {
        if (!(e instanceof Errno && e.code === 'EINTR')) throw e;
      }
      if (sh.fatalSignal !== undefined) sh.exit(128 + sh.fatalSignal);
    }
  } finally {
    sh.waitingForeground = false;
  }
  const last = job.processes.at(-1)?.status;
  if (sh.jobControl && job.ownGroup && sh.terminal !== undefined) {
    try {
      await sh.proc.tcsetpgrp(sh.terminal, sh.proc.getpgid());
      if (before && (state(job) === 'stopped' || last?.kind === 'signaled')) await sh.proc.tcsetattr(sh.terminal, before);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
  sh.pipeStatus = job.processes.map((p) => (p.status ? exitStatus(p.status) : 0));
  let status = sh.pipeStatus.at(-1) ?? 0;
  if (sh.options.has('pipefail')) status = sh.pipeStatus.findLast((s) => s !== 0) ?? 0;
  if (state(job) === 'stopped') {
    const stopped = job.processes.find((p) => p.status?.kind === 'stopped')?.status;
    status = stopped ? exitStatus(stopped) : status;
    job.foreground = false;
    sh.jobs.enlist(job);
    job.reported = 'stopped';
    if (sh.interactive && sh.subshellLevel === 0) await sh.err(`${sh.dialect.name === 'bash' ? '\n' : ''}${jobLine(sh, job)}\n`);
    // as bash does: what is left of all loops is given up, and what follows them runs
    if (sh.interactive && sh.subshellLevel === 0 && sh.dialect.name === 'bash' && sh.loopDepth > 0)
      throw new LoopJump('break', sh.loopDepth, status);
    return status;
  }
  sh.jobs.remove(job);
  sh.foregroundEnded = true;
  // it took long enough for the others to die
  for (const other of sh.jobs.all()) other.justSignalled = false;
  if (sh.dialect.almquist) {
    await reap(sh);
    sh.jobs.hear();
  }
  await reportDeath(sh, job, last);
  if (sh.interactive && sh.subshellLevel === 0) {
    // "act as if the shell received SIGINT as well, so the loop can be broken"
    if (last?.kind === 'signaled' && last.signal === SIG.INT && !sh.traps.has(SIG.INT) && !sh.runningTrap) throw new ShellError('', 130);
    await notifyJobs(sh);
  }
  if (sh.interrupted && (sh.dialect.name === 'ash' || (last?.kind === 'signaled' && last.signal === SIG.INT))) {
    if (!sh.interactive && !sh.traps.has(SIG.INT)) sh.dieOfInterrupt();
  }
  return status;
}

async function giveTerminal(sh: Shell, terminal: number, job: Job): Promise<void> {
  try {
    if (state(job) === 'running') await sh.proc.tcsetpgrp(terminal, job.pgid);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
  }
}

function interruptJob(sh: Shell, job: Job): void {
  try {
    sh.proc.kill(-job.pgid, SIG.INT);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
  }
}

function readTerminal(sh: Shell): ReturnType<Shell['proc']['tcgetattr']> | undefined {
  try {
    return sh.terminal === undefined ? undefined : sh.proc.tcgetattr(sh.terminal);
  } catch (e) {
    if (e instanceof Errno) return undefined;
    throw e;
  }
}
