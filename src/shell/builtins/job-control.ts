import { Errno, SIG, numberedSignals } from '../../kernel';
import { nameOfSignal, signalNamed } from '../signal-names';
import { type Job, state } from '../jobs';
import { reap, waitForJob } from '../launch';
import { jobLine } from '../notices';
import type { Shell } from '../shell';
import { runBuiltin } from '../simple';
import { signalTable } from './trap';
import { type Builtin, invalidOption, options, usage } from './types';

async function findJob(sh: Shell, spec: string, name: string): Promise<Job | undefined> {
  const job = /^\d+$/.test(spec) && name === 'disown' ? sh.jobs.byPid(Number(spec)) : sh.jobs.find(spec);
  if (!job && spec === '' && sh.dialect.name === 'ash') {
    await sh.complain('No current job', name);
    return undefined;
  }
  if (job === 'ambiguous') {
    if (!sh.dialect.extended) {
      await sh.complain(`${spec}: ambiguous`, name);
      return undefined;
    }
    await sh.complain(`${spec.replace(/^%\??/, '')}: ambiguous job spec`, name);
    if (name !== 'fg' && name !== 'bg') await sh.complain(`${spec}: no such job`, name);
    return undefined;
  }
  if (!job) await sh.complain(spec === '' || spec === '%' || spec === '%+' || spec === '%%' ? (sh.dialect.extended ? `${spec === '' ? 'current' : spec}: no such job` : 'No current job'.replace('No current job', `${spec || '%%'}: no such job`)) : `${spec}: no such job`, name); // prettier-ignore
  return job;
}

const listed = (sh: Shell): Job[] => (sh.dialect.name === 'ash' ? sh.jobs.ranked() : sh.jobs.numbered());

async function runBuiltinOrProgram(sh: Shell, words: readonly string[]): Promise<void> {
  if (sh.isBuiltin(words[0] ?? '')) await runBuiltin(sh, words);
  else sh.status = await sh.runProgram(words);
}

export const jobs: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, sh.dialect.extended ? 'lnprsx' : 'lp');
  if (bad) return invalidOption(sh, name, bad);
  if (flags.has('x')) {
    const leaders = rest.map((word) => {
      const job = word.startsWith('%') ? sh.jobs.find(word) : undefined;
      return job && job !== 'ambiguous' ? String(job.pgid) : word;
    });
    await runBuiltinOrProgram(sh, leaders);
    return sh.status;
  }
  await reap(sh);
  let status = 0;
  const chosen: Job[] = [];
  if (rest.length === 0) chosen.push(...listed(sh));
  for (const spec of rest) {
    const job = await findJob(sh, spec, name);
    if (job) chosen.push(job);
    else status = 1;
  }
  for (const job of chosen) {
    const now = state(job);
    if (flags.has('r') && now !== 'running') continue;
    if (flags.has('s') && now !== 'stopped') continue;
    if (flags.has('n') && now === job.reported) continue;
    if (flags.has('p')) await sh.out(`${job.processes[0]?.pid ?? ''}\n`);
    else await sh.out(`${jobLine(sh, job, flags.has('l'))}\n`);
    job.reported = now;
    if (now === 'done') sh.jobs.remove(job);
  }
  if (sh.dialect.extended) sh.warnedStopped = 'now';
  return status;
};

async function noJobControl(sh: Shell, spec: string | undefined, name: string): Promise<number> {
  if (sh.dialect.extended) await sh.complain('no job control', name);
  else if (sh.dialect.name === 'ash') {
    if (await findJob(sh, spec ?? '', name)) await sh.complain(`job ${spec ?? '(null)'} not created under job control`, name);
  } else await sh.complain('job not created under job control', name);
  return sh.dialect.extended ? 1 : 2;
}

export const fg: Builtin = async (sh, args, name) => {
  if (!sh.jobControl) return noJobControl(sh, args[0], name);
  const job = await findJob(sh, args[0] ?? '', name);
  if (!job) return sh.dialect.extended ? 1 : 2;
  if (state(job) === 'done') {
    await sh.complain('job has terminated', name);
    return 1;
  }
  await sh.out(`${job.text}\n`);
  job.foreground = true;
  job.reported = 'running';
  if (sh.terminal !== undefined) await sh.proc.tcsetpgrp(sh.terminal, job.pgid);
  wake(sh, job);
  sh.jobs.touch(job);
  return waitForJob(sh, job);
};

function wake(sh: Shell, job: Job): void {
  for (const p of job.processes) if (p.status?.kind === 'stopped') p.status = undefined;
  sh.proc.kill(-job.pgid, SIG.CONT);
}

export const bg: Builtin = async (sh, args, name) => {
  if (!sh.jobControl) return noJobControl(sh, args[0], name);
  let status = 0;
  for (const spec of args.length > 0 ? args : ['']) {
    const job = await findJob(sh, spec, name);
    if (!job) {
      status = sh.dialect.extended ? 1 : 2;
      continue;
    }
    if (state(job) === 'running') {
      if (sh.dialect.extended) await sh.complain(`job ${job.number} already in background`, name);
      continue;
    }
    wake(sh, job);
    job.foreground = false;
    job.reported = 'running';
    sh.jobs.touch(job);
    sh.lastBackground = job.processes.at(-1)?.pid;
    await sh.out(sh.dialect.extended ? `[${job.number}]${sh.jobs.mark(job)} ${job.text} &\n` : `[${job.number}] ${job.text}\n`);
  }
  return status;
};

/** A stop is told of at the next prompt; a death only at the one after. */
const stopping: ReadonlySet<number> = new Set([SIG.STOP, SIG.TSTP, SIG.TTIN, SIG.TTOU]);

export const kill: Builtin = async (sh, args, name) => {
  let signal: number = SIG.TERM;
  let i = 0;
  const first = args[0];
  if (first === undefined) {
    if (sh.dialect.extended) return usage(sh, name);
    await sh.complain('you need to specify whom to kill', name);
    return 1;
  }
  if (first === '-l' || first === '-L') return list(sh, args.slice(1), name);
  if (first === '-s' || first === '-n') {
    if (args[1] === undefined && sh.dialect.extended) {
      await sh.complain(`${first}: option requires an argument`, name);
      return 1;
    }
    const n = signalNamed(sh.dialect, args[1] ?? '');
    if (n === undefined) return badSignal(sh, args[1] ?? '', name);
    signal = n;
    i = 2;
  } else if (/^-./.test(first) && first !== '--') {
    const n = signalNamed(sh.dialect, first.slice(1));
    if (n === undefined) return badSignal(sh, first.slice(1), name);
    signal = n;
    i = 1;
  }
  if (args[i] === '--') i++;
  const targets = args.slice(i);
  if (targets.length === 0) {
    if (sh.dialect.extended) return usage(sh, name);
    await sh.complain('you need to specify whom to kill', name);
    return 1;
  }
  let failures = 0;
  for (const target of targets) {
    if (target.startsWith('%')) {
      const job = sh.jobs.find(target);
      if (job === 'ambiguous' && sh.dialect.extended) {
        await sh.complain(`${target.replace(/^%\??/, '')}: ambiguous job spec`, name);
        failures++;
        continue;
      }
      if (!job || job === 'ambiguous') {
        if (sh.dialect.name === 'ash') {
          await sh.err(`${sh.shortName}: kill: ${sh.interactive ? '' : `line ${sh.line - 1}: `}${target}: no such job\n`);
          return 2;
        }
        if (sh.dialect.name === 'dash') {
          await sh.complain(`No such job: ${target}`, name);
          return 2;
        }
        await sh.complain(`${target}: no such job`, name);
        failures++;
        continue;
      }
      job.justSignalled = !stopping.has(signal);
      try {
        const stopped = state(job) === 'stopped';
        const wakes = sh.dialect.extended && job.ownGroup && stopped && (signal === SIG.TERM || signal === SIG.HUP);
        // as bash does: a stopped job is told of once more before it is woken to die
        const told = sh.dialect.extended && job.ownGroup && stopped && signal !== SIG.CONT;
        if (told && sh.interactive && sh.subshellLevel === 0) await sh.err(`\n${jobLine(sh, job)}\n`);
        if (stopped && signal === SIG.CONT && sh.dialect.name !== 'ash') {
          for (const p of job.processes) if (p.status?.kind === 'stopped') p.status = undefined;
          job.reported = 'running';
        }
        if (job.ownGroup) sh.proc.kill(-job.pgid, signal);
        else for (const p of job.processes) sh.proc.kill(p.pid, signal);
        if (wakes) sh.proc.kill(-job.pgid, SIG.CONT);
      } catch (e) {
        if (!(e instanceof Errno)) throw e;
        await sh.complain(`(${job.pgid}) - ${sh.strerror(e)}`, name);
        failures++;
      }
      continue;
    }
    if (!/^-?\d+$/.test(target)) {
      if (target === '' && sh.dialect.extended) await sh.complain("`': not a pid or valid job spec", name);
      else await sh.complain(sh.dialect.extended ? `${target}: arguments must be process or job IDs` : `invalid number '${target}'`, name);
      failures++;
      continue;
    }
    const signalled = sh.jobs.byPid(Number(target));
    if (signalled) signalled.justSignalled = !stopping.has(signal);
    try {
      sh.proc.kill(Number(target), signal);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
      if (sh.dialect.name === 'dash') await sh.complain(`${sh.strerror(e)}\n`, name);
      else if (sh.dialect.extended) await sh.complain(`(${target}) - ${sh.strerror(e)}`, name);
      else await sh.complain(`can't kill pid ${target}: ${sh.strerror(e)}`, name);
      failures++;
    }
  }
  // a signal to the shell itself is taken before kill(2) returns
  await sh.proc.schedYield();
  return failures === 0 ? 0 : sh.dialect.extended ? (failures < targets.length ? 0 : 1) : failures;
};

async function badSignal(sh: Shell, text: string, name: string): Promise<number> {
  if (sh.dialect.extended) await sh.complain(`${text}: invalid signal specification`, name);
  else if (sh.dialect.name === 'dash') await sh.complain(`invalid signal number or name: ${text}`, name);
  else await sh.complain(`bad signal name '${text}'`, name);
  return sh.dialect.name === 'dash' ? 2 : 1;
}

async function list(sh: Shell, args: readonly string[], name: string): Promise<number> {
  if (args[0] === '--') return list(sh, args.slice(1), name);
  if (args.length === 0) {
    if (sh.dialect.extended) await sh.out(signalTable());
    else if (sh.dialect.name === 'dash')
      await sh.out(['0', ...Array.from({ length: 64 }, (_, i) => nameOfSignal(sh.dialect, i + 1) ?? String(i + 1)), ''].join('\n'));
    else await sh.out(numberedSignals());
    return 0;
  }
  let status = 0;
  for (const arg of args) {
    if (/^\d+$/.test(arg)) {
      const n = Number(arg) > 128 ? Number(arg) - 128 : Number(arg);
      const text = n === 0 ? 'EXIT' : nameOfSignal(sh.dialect, n);
      if (text !== undefined || n <= 64) {
        if (text !== undefined) await sh.out(`${text}\n`);
        continue;
      }
      if (sh.dialect.name === 'ash') {
        await sh.out(`${n}\n`);
        continue;
      }
    } else {
      const n = signalNamed(sh.dialect, arg);
      if (n !== undefined) {
        await sh.out(`${n}\n`);
        continue;
      }
    }
    status = await badSignal(sh, arg, name);
  }
  return status;
}

export const disown: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, 'har');
  if (bad) return invalidOption(sh, name, bad);
  const chosen: Job[] = [];
  if (rest.length === 0 && (flags.has('a') || flags.has('r'))) chosen.push(...sh.jobs.numbered());
  else {
    for (const spec of rest.length > 0 ? rest : ['']) {
      const job = await findJob(sh, spec, name);
      if (!job) return 1;
      chosen.push(job);
    }
  }
  for (const job of chosen) {
    if (flags.has('r') && state(job) !== 'running') continue;
    if (flags.has('h')) job.noHup = true;
    else {
      if (state(job) === 'stopped' && sh.interactive)
        await sh.complain(`warning: deleting stopped job ${job.number} with process group ${job.pgid}`);
      sh.jobs.remove(job);
    }
  }
  return 0;
};
