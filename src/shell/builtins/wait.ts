import { Errno, type Waited } from '../../kernel';
import { type Job, exitStatus, state } from '../jobs';
import { reap } from '../launch';
import { notifyJobs, reportKilled } from '../notices';
import type { Shell } from '../shell';
import { type Builtin, invalidOption, missingArgument, options } from './types';

/** One wait(2) that a trap's signal ends: then undefined. */
async function interruptibleWait(sh: Shell): Promise<Waited | 'none' | undefined> {
  try {
    return (await sh.proc.wait(-1, { untraced: sh.jobControl })) ?? 'none';
  } catch (e) {
    if (e instanceof Errno && e.code === 'ECHILD') return 'none';
    if (e instanceof Errno && e.code === 'EINTR') return sh.hasPendingTraps || sh.interrupted ? undefined : interruptibleWait(sh);
    throw e;
  }
}

async function signalled(sh: Shell): Promise<number> {
  if (sh.interrupted) {
    await sh.abandonLine();
    return 130;
  }
  return 128 + Math.min(...sh.peekPendingTraps());
}

export const wait: Builtin = async (sh, args, name) => {
  const { flags, rest, bad, missing } = options(args, sh.dialect.extended ? 'fnp:' : '');
  if (bad) return invalidOption(sh, name, bad);
  if (missing) return missingArgument(sh, name, missing);
  if (sh.hasPendingTraps) return signalled(sh);
  if (flags.has('n')) return waitAny(sh, rest, flags.get('p'));
  if (rest.length === 0) {
    await reap(sh);
    for (const job of sh.jobs.numbered())
      if (sh.interactive && sh.dialect.extended && state(job) === 'stopped')
        await sh.complain(`warning: job ${job.number}[${job.processes.at(-1)?.pid ?? 0}] stopped`, name);
    // those that have ended already are told of only with others
    if (sh.interactive && sh.dialect.extended && !sh.jobs.all().some((j) => state(j) === 'running' || j.justSignalled))
      for (const job of [...sh.jobs.all()]) if (state(job) === 'done') sh.jobs.remove(job);
    while (sh.jobs.all().some((j) => state(j) === 'running')) {
      const waited = await interruptibleWait(sh);
      if (waited === undefined) return signalled(sh);
      if (waited === 'none') break;
      sh.jobs.record(waited.pid, waited.status);
    }
    // "wait waits for all running background jobs and the last-executed process substitution, if its process id is the same as $!"
    if (!(await waitForUnlisted(sh, sh.lastBackground))) return signalled(sh);
    await settle(sh);
    return 0;
  }
  // "The variable will be unset initially, before any assignment" - bash(1), of -p
  if (flags.has('p')) sh.vars.unset(flags.get('p') ?? '');
  let status = 0;
  for (const spec of rest) {
    if (!spec.startsWith('%') && !/^\d+$/.test(spec)) {
      await sh.complain(
        sh.dialect.extended
          ? `\`${spec}': not a pid or valid job spec`
          : sh.dialect.name === 'ash'
            ? `Illegal number: ${spec}`
            : `${spec}: no such job`,
        name,
      );
      status = sh.dialect.extended ? 1 : 2;
      continue;
    }
    const pid = Number(spec);
    const job = spec.startsWith('%') ? sh.jobs.find(spec) : sh.jobs.byPid(pid);
    if (!job || job === 'ambiguous') {
      if (!spec.startsWith('%') && !(await waitForUnlisted(sh, pid))) return signalled(sh);
      const known = spec.startsWith('%') ? undefined : sh.jobs.recall(pid);
      if (known !== undefined) {
        status = known;
        if (flags.has('p')) sh.vars.set(flags.get('p') ?? '', spec);
      } else {
        if (job === 'ambiguous' && sh.dialect.extended) await sh.complain(`${spec.replace(/^%\??/, '')}: ambiguous job spec`, name);
        else if (spec.startsWith('%') || sh.dialect.extended)
          await sh.complain(spec.startsWith('%') ? `${spec}: no such job` : `pid ${spec} is not a child of this shell`, name);
        status = spec.startsWith('%') && sh.dialect.name === 'ash' ? 2 : 127;
      }
      continue;
    }
    const p = spec.startsWith('%') ? job.processes.at(-1) : job.processes.find((q) => q.pid === pid);
    await reap(sh);
    while (p && p.status === undefined) {
      const waited = await interruptibleWait(sh);
      if (waited === undefined) return signalled(sh);
      if (waited === 'none') break;
      sh.jobs.record(waited.pid, waited.status);
    }
    status = p?.status ? exitStatus(p.status) : 127;
    if (flags.has('p')) sh.vars.set(flags.get('p') ?? '', String(p?.pid ?? ''));
    if (state(job) === 'done') await settle(sh, job);
    sh.jobs.hear();
  }
  return status;
};

/** Waits for a child that is in no job; false: a trap's signal came. */
async function waitForUnlisted(sh: Shell, pid: number | undefined): Promise<boolean> {
  if (pid === undefined || !sh.jobs.unlisted.has(pid)) return true;
  await reap(sh);
  while (sh.jobs.recall(pid) === undefined) {
    const waited = await interruptibleWait(sh);
    if (waited === undefined) return false;
    if (waited === 'none') break;
    sh.jobs.record(waited.pid, waited.status);
  }
  return true;
}

/** Jobs that were waited for are told of no more, unless at a prompt. */
async function settle(sh: Shell, only?: Job): Promise<void> {
  if (sh.interactive && sh.subshellLevel === 0) {
    if (sh.dialect.name === 'ash' && only) return;
    for (const job of sh.jobs.all()) job.justSignalled = false;
    await notifyJobs(sh);
    return;
  }
  for (const job of [...sh.jobs.all()]) {
    if (state(job) !== 'done' || (only && job !== only)) continue;
    if (sh.dialect.almquist && only && !job.heard) await reportKilled(sh, job);
    await notifyJobs(sh);
    // ash lists it once more, until another takes its place
    if (sh.dialect.almquist) job.waited = true;
    else if (sh.jobs.all().includes(job)) sh.jobs.remove(job);
  }
}

async function waitAny(sh: Shell, specs: readonly string[], variable: string | undefined): Promise<number> {
  const wanted = (): Job[] => {
    if (specs.length === 0) return sh.jobs.all().filter((j) => !j.foreground);
    return specs
      .map((s) => (s.startsWith('%') ? sh.jobs.find(s) : sh.jobs.byPid(Number(s))))
      .filter((j): j is Job => j !== undefined && j !== 'ambiguous');
  };
  await reap(sh);
  for (const spec of specs)
    if (!(spec.startsWith('%') ? sh.jobs.find(spec) : sh.jobs.byPid(Number(spec)))) await sh.complain(`${spec}: no such job`, 'wait');
  for (;;) {
    const all = wanted();
    const done = all.find((j) => state(j) === 'done');
    if (done) {
      const last = done.processes.at(-1);
      if (variable !== undefined) sh.vars.set(variable, String(last?.pid ?? ''));
      if (sh.dialect.extended) {
        done.justSignalled = false;
        await notifyJobs(sh);
        // those that have ended are told of now, and forgotten
        if (!sh.interactive) for (const job of [...sh.jobs.all()]) if (state(job) === 'done') sh.jobs.remove(job);
      }
      sh.jobs.remove(done);
      return last?.status ? exitStatus(last.status) : 127;
    }
    if (all.length === 0) {
      if (variable !== undefined) sh.vars.unset(variable);
      return 127;
    }
    const waited = await interruptibleWait(sh);
    if (waited === undefined) return signalled(sh);
    if (waited === 'none') return 127;
    sh.jobs.record(waited.pid, waited.status);
  }
}
