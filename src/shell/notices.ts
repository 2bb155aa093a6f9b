import { SIG, SIGRTMIN, type WaitStatus, signals } from '../kernel';
import { type Job, type JobProcess, state } from './jobs';
import { reap } from './launch';
import type { Shell } from './shell';

export function deathText(status: WaitStatus): string {
  if (status.kind !== 'signaled') return '';
  const { signal } = status;
  const text = signals[signal - 1]?.text ?? (signal >= SIGRTMIN ? `Real-time signal ${signal - SIGRTMIN}` : `Unknown signal ${signal}`);
  return status.core ? `${text} (core dumped)` : text;
}

/** Tells of a foreground job's death by a signal. */
export async function reportDeath(sh: Shell, job: Job, last: WaitStatus | undefined): Promise<void> {
  if (sh.interactive && sh.subshellLevel === 0) {
    if (last?.kind !== 'signaled') return;
    if (last.signal === SIG.INT && sh.dialect.name === 'ash' && sh.traps.get(SIG.INT)) sh.noteTrap(SIG.INT);
    else if (last.signal === SIG.INT) await sh.err('\n');
    else if (last.signal !== SIG.PIPE) await sh.err(`${deathText(last)}\n`);
    return;
  }
  if (
    last?.kind === 'signaled' &&
    sh.dialect.name === 'bash' &&
    (last.signal === SIG.TERM || (sh.traps.has(last.signal) && last.signal !== SIG.INT))
  )
    await sh.err(`${deathText(last)}\n`);
  else await reportKilled(sh, job);
}

/** A shell without a prompt names the processes that died of a signal, but for the common ones. */
export async function reportKilled(sh: Shell, job: Job): Promise<boolean> {
  const quiet: number[] = [SIG.INT, SIG.PIPE, SIG.TERM];
  if (sh.dialect.almquist) {
    for (const { status: ended } of sh.dialect.name === 'ash' ? job.processes : job.processes.slice(-1))
      if (ended?.kind === 'signaled' && ended.signal !== SIG.INT && ended.signal !== SIG.PIPE) await sh.err(`${deathText(ended)}\n`);
    return true;
  }
  const counts = (p: JobProcess): boolean => p.status?.kind === 'signaled' || (p.status?.kind === 'exited' && p.status.code !== 0);
  const status = (sh.options.has('pipefail') ? job.processes.findLast(counts) : job.processes.at(-1))?.status;
  if (status?.kind !== 'signaled' || quiet.includes(status.signal)) return false;
  const first = job.processes[0];
  if (first) await sh.err(`${sh.prefix()}${String(first.pid).padStart(5)} ${deathText(status).padEnd(24)}${job.text}\n`);
  return true;
}

/** `[1]+  Stopped                 sleep 100`. */
export function jobLine(sh: Shell, job: Job, withPids = false): string {
  const now = state(job);
  const text = stateText(sh, job);
  const mark = job.unmarked && !sh.dialect.almquist ? ' ' : sh.jobs.mark(job);
  if (sh.dialect.almquist) {
    const head = sh.dialect.name === 'dash' ? `[${job.number}] ${mark} ` : `[${job.number}]${mark}  `;
    const shown = `${head}${withPids ? `${job.processes[0]?.pid ?? ''} ` : ''}${text}`;
    const padded = (start: string): string => start + ' '.repeat(Math.max(1, 33 - start.length));
    if (!withPids || job.processes.length === 1) return padded(shown) + job.text;
    const [first, ...rest] = job.processes;
    return [padded(shown) + (first?.text ?? ''), ...rest.map((p) => `${padded(`${' '.repeat(head.length)}${p.pid}`)}| ${p.text}`)].join(
      '\n',
    );
  }
  if (withPids) {
    const [first, ...rest] = job.processes;
    const running = now === 'running' ? ' &' : '';
    const pid = (p: (typeof job.processes)[number] | undefined): string => String(p?.pid ?? '').padStart(5);
    const lines = [
      `[${job.number}]${mark} ${pid(first)} ${text.padEnd(24)}${rest.length > 0 ? (first?.text ?? '') : job.text}`,
      ...rest.map((p) => `     ${pid(p)} ${''.padEnd(22)}| ${p.text}`),
    ];
    return lines.join('\n') + running;
  }
  return `[${job.number}]${mark}  ${text.padEnd(24)}${job.text}${now === 'running' ? ' &' : ''}`;
}

export function stateText(sh: Shell, job: Job): string {
  const now = state(job);
  if (now === 'running') return 'Running';
  if (now === 'stopped') {
    const status = job.processes.find((p) => p.status?.kind === 'stopped')?.status;
    if (status?.kind === 'stopped' && status.signal !== SIG.TSTP) {
      if (sh.dialect.name === 'bash') return 'Stopped';
      return signals[status.signal - 1]?.text ?? 'Stopped';
    }
    return 'Stopped';
  }
  const last = job.processes.at(-1)?.status;
  if (last?.kind === 'signaled') return deathText(last);
  const code = last?.kind === 'exited' ? last.code : 0;
  return code === 0 ? 'Done' : sh.dialect.name === 'bash' ? `Exit ${code}` : `Done(${code})`;
}

/** Before a prompt (or after a command): tells of background jobs that changed state. */
export async function notifyJobs(sh: Shell, lineEnd = ''): Promise<void> {
  const before = new Set(sh.jobs.all().filter((job) => state(job) === 'done'));
  const removable = (job: Job): boolean => sh.foregroundEnded && before.has(job);
  await reap(sh);
  let lines: Map<Job, string> | undefined;
  // as they all were before the first was told of and forgotten
  const line = (job: Job): string => {
    lines ??= new Map(sh.jobs.all().map((j) => [j, jobLine(sh, j)]));
    return lines.get(job) ?? jobLine(sh, job);
  };
  for (const job of sh.dialect.name === 'ash'
    ? [...sh.jobs.ranked(), ...sh.jobs.all().filter((j) => j.number === 0)]
    : [...sh.jobs.all()]) {
    const now = state(job);
    if (now === 'done' && job.reported === 'done' && removable(job) && !job.foreground && !sh.dialect.almquist) sh.jobs.remove(job);
    if (now === job.reported || job.foreground) continue;
    if (job.justSignalled) continue;
    const atPrompt = sh.interactive && sh.subshellLevel === 0;
    if (now === 'done') {
      if (atPrompt && (sh.jobControl || sh.dialect.name !== 'bash')) {
        const last = job.processes.at(-1)?.status;
        if (!(last?.kind === 'signaled' && last.signal === SIG.INT && sh.dialect.name === 'bash'))
          await sh.err(`${sh.dialect.extended ? line(job) : jobLine(sh, job)}${lineEnd}\n`);
      } else if (!atPrompt && sh.dialect.name === 'bash' && !(await reportKilled(sh, job)) && sh.jobControl) {
        const signaled = job.processes.at(-1)?.status?.kind === 'signaled';
        if (signaled || sh.commandString !== undefined) await sh.err(`${jobLine(sh, job)}\n`);
      }
      // without a prompt, `wait` still finds a job until a foreground command has ended after it
      if (atPrompt || (removable(job) && !sh.dialect.almquist)) sh.jobs.remove(job);
      else job.reported = 'done';
    } else {
      job.reported = now;
      if (now === 'stopped') {
        sh.jobs.touch(job);
        if (atPrompt) await sh.err(`${sh.dialect.name === 'bash' ? `${lineEnd}\n` : ''}${jobLine(sh, job)}${lineEnd}\n`);
        else if (sh.jobControl && sh.dialect.name === 'bash') await sh.err(`\n${jobLine(sh, job)}\n`);
      }
    }
  }
  sh.foregroundEnded = false;
}
