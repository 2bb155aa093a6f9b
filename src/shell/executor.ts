import type { AndOr, CommandNode, Pipeline, PipelineNode, Redirected, Statement } from 'unbash';
import { Errno } from '../kernel';
import { runCompound } from './compound';
import { describe, describeForAsh } from './describe';
import { startCoproc } from './coproc';
import { ShellError } from './flow';
import { type Job, state } from './jobs';
import { forkChild, reap, waitForJob } from './launch';
import { notifyJobs } from './notices';
import { redirect } from './redirect';
import type { Shell } from './shell';
import { resumeInBackground, runSimple } from './simple';
import { closeSubstitutions } from './substitution';
import { reportTime, stopwatch } from './time';
import { debugTrap, runPendingTraps, runTrap } from './traps';

/** Runs statements in order. `last`: nothing follows, so the process may be replaced by the last command. */
export async function runStatements(sh: Shell, statements: readonly Statement[], last = false): Promise<number> {
  if (statements.length === 0) return sh.status;
  for (let i = 0; i < statements.length; i++) {
    const statement = statements[i];
    if (!statement) continue;
    await runStatement(sh, statement, last && i === statements.length - 1);
  }
  return sh.status;
}

async function runStatement(sh: Shell, statement: Statement, last: boolean): Promise<void> {
  if (sh.options.has('noexec') && !sh.interactive) return;
  sh.position = statement.pos;
  if (statement.background) {
    const { command } = statement;
    if (sh.dialect.extended && command.type === 'Command' && command.name?.text.startsWith('%')) await resumeInBackground(sh, command);
    else {
      await startBackground(sh, command);
      sh.status = 0;
    }
  } else await runAndOr(sh, statement.command, last);
  if (sh.hasPendingTraps) await runPendingTraps(sh);
  if (sh.jobs.all().length > 0 && !(sh.interactive && sh.subshellLevel === 0)) {
    await notifyJobs(sh);
    for (const job of sh.jobs.all()) job.justSignalled = false;
  }
}

async function runAndOr(sh: Shell, node: AndOr | PipelineNode, last: boolean): Promise<void> {
  if (node.type !== 'AndOr') {
    await runPipelineNode(sh, node, last);
    return;
  }
  for (let i = 0; i < node.commands.length; i++) {
    const command = node.commands[i];
    if (!command) continue;
    const operator = node.operators[i - 1];
    if (operator === '&&' && sh.status !== 0) continue;
    if (operator === '||' && sh.status === 0) continue;
    const final = i === node.commands.length - 1;
    if (!final) sh.errexitOff++;
    try {
      await runPipelineNode(sh, command, last && final);
    } finally {
      if (!final) sh.errexitOff--;
    }
  }
}

async function runPipelineNode(sh: Shell, node: PipelineNode, last: boolean): Promise<void> {
  if (node.type === 'Pipeline') await runPipeline(sh, node, last);
  else await runCommand(sh, node, last);
  if (sh.status !== 0 && sh.errexitOff === 0 && fails(node)) await failed(sh);
}

/** Whether a failure of this node is one for `set -e` and the ERR trap. Those inside compound commands have been seen to there. */
function fails(node: PipelineNode): boolean {
  switch (node.type) {
    case 'Pipeline':
      return !node.prefixes.some((p) => p.type === 'Negation');
    case 'Command':
    case 'Subshell':
    case 'TestCommand':
    case 'ArithmeticCommand':
      return true;
    case 'Redirected':
      return node.command.type === 'Subshell' || node.command.type === 'TestCommand' || node.command.type === 'ArithmeticCommand';
    default:
      return false;
  }
}

async function failed(sh: Shell): Promise<void> {
  if (sh.traps.get('ERR') && !sh.runningTrap && (sh.functionDepth === 0 || sh.options.has('errtrace'))) await runTrap(sh, 'ERR');
  if (sh.options.has('errexit')) sh.exit(sh.status);
}

/** A program to ash: what it times is the pipeline's first command. */
function timedFirst(node: Pipeline): Pipeline {
  const [first, ...others] = node.commands;
  const time = node.prefixes.find((p) => p.type === 'Time');
  if (!first || !time) return node;
  const timed: Pipeline = { ...node, prefixes: [time], commands: [first], operators: [], end: first.end };
  return { ...node, prefixes: node.prefixes.filter((p) => p !== time), commands: [timed as unknown as CommandNode, ...others] };
}

async function runPipeline(sh: Shell, given: Pipeline, last: boolean): Promise<void> {
  const node = sh.dialect.almquist && given.commands.length > 1 ? timedFirst(given) : given;
  const negated = node.prefixes.filter((p) => p.type === 'Negation').length % 2 === 1;
  const timed = node.prefixes.find((p) => p.type === 'Time');
  const spent = timed ? stopwatch(sh) : undefined;
  const [only] = node.commands;
  // `time` is a program to ash: what redirects the command redirects its report
  const undo = timed && sh.dialect.almquist && only?.type === 'Command' ? await redirect(sh, only.redirects, true) : undefined;
  if (negated) sh.errexitOff++;
  try {
    if (node.commands.length === 0) sh.status = 0;
    else if (node.commands.length === 1 && node.commands[0]) await runCommand(sh, node.commands[0], last && !negated && !timed);
    else if (sh.shopt.has('lastpipe') && !sh.jobControl) await runLastHere(sh, node);
    else {
      const job = await startJob(sh, node, true);
      sh.status = await waitForJob(sh, job);
      const last = node.commands.at(-1);
      if (last && sh.trapDepth === 0) sh.runningCommand = { source: sh.source, node: last };
    }
  } finally {
    if (negated) sh.errexitOff--;
  }
  if (negated) sh.status = sh.status === 0 ? 1 : 0;
  if (timed?.type === 'Time' && spent) await reportTime(sh, spent(), (timed.posix ?? timed.endOfOptions) !== undefined);
  undo?.();
}

/** `shopt -s lastpipe`: the last command of a pipeline runs in this shell. */
async function runLastHere(sh: Shell, node: Pipeline): Promise<void> {
  const last = node.commands.at(-1);
  if (!last) return;
  const [reader, writer] = sh.proc.pipe();
  const both = node.operators.at(-1) === '|&';
  const job = await startJob(sh, node, true, { stages: node.commands.slice(0, -1), writer, both, reader });
  sh.proc.close(writer);
  const kept = sh.proc.dup(0, 10);
  sh.proc.setCloseOnExec(kept, true);
  sh.proc.dup2(reader, 0);
  sh.proc.close(reader);
  try {
    await runCommand(sh, last, false);
  } finally {
    sh.proc.dup2(kept, 0);
    sh.proc.close(kept);
  }
  const { status } = sh;
  await waitForJob(sh, job);
  sh.pipeStatus = [...sh.pipeStatus, status];
  sh.status = sh.options.has('pipefail') ? (sh.pipeStatus.findLast((s) => s !== 0) ?? 0) : status;
}

/** ash keeps a command's text for job control alone. */
const shown = (sh: Shell, node: AndOr | PipelineNode): string =>
  sh.dialect.name === 'ash' && !sh.jobControl ? '' : (sh.dialect.extended ? describe : describeForAsh)(sh.source.text, node);

/** A forked `jobs` lists the jobs of the shell that forked it. */
export function listsJobs(sh: Shell, node: AndOr | CommandNode | PipelineNode): boolean {
  return sh.dialect.name !== 'dash' && node.type === 'Command' && node.name?.text === 'jobs';
}

/** How long a process takes to start, ms. */
const startMs = 0.5;

interface Ahead {
  readonly stages: readonly CommandNode[];
  readonly reader: number;
  readonly writer: number;
  readonly both: boolean;
}

/** Forks the commands of a pipeline (or one node) as one job; `ahead`: only those before the last, which write to a given pipe. */
async function startJob(sh: Shell, node: AndOr | PipelineNode, foreground: boolean, ahead?: Ahead): Promise<Job> {
  const stages: readonly (CommandNode | AndOr | PipelineNode)[] =
    ahead?.stages ??
    (node.type === 'Pipeline' && node.commands.length > 1 && node.prefixes.length === 0
      ? node.commands
      : node.type === 'Pipeline' && foreground
        ? node.commands
        : [node]);
  const operators = stages.length > 1 && node.type === 'Pipeline' ? node.operators : [];
  const ownGroup = sh.jobControl;
  if (sh.dialect.almquist && !ownGroup) for (const old of [...sh.jobs.all()]) if (old.waited && state(old) === 'done') sh.jobs.remove(old);
  const job: Job = {
    number: 0,
    pgid: 0,
    processes: [],
    text: shown(sh, node),
    foreground,
    reported: 'running',
    ownGroup,
    noHup: false,
    cwd: '',
  };
  const startsLate = sh.interactive && sh.subshellLevel === 0;
  let group = 0;
  let input: number | undefined;
  for (let i = 0; i < stages.length; i++) {
    const stage = stages[i];
    if (!stage) continue;
    if (stage.type === 'Command' && sh.dialect.extended && (stages.length > 1 || !foreground)) {
      if (sh.trapDepth === 0) sh.runningCommand = { source: sh.source, node: stage };
      if (sh.traps.has('DEBUG')) await debugTrap(sh);
    }
    const next = i < stages.length - 1 ? sh.proc.pipe() : undefined;
    const from = input;
    const both = operators[i] === '|&';
    const pid = await forkChild(
      sh,
      async (child) => {
        if (from !== undefined) {
          child.proc.dup2(from, 0);
          child.proc.close(from);
        } else if (!foreground && !sh.jobControl) {
          await readNothing(child);
        }
        // what the prompt says comes first: a new process takes a moment to start
        if (!foreground && startsLate) await child.proc.nanosleep(startMs);
        if (next) {
          child.proc.close(next[0]);
          child.proc.dup2(next[1], 1);
          if (both) child.proc.dup2(next[1], 2);
          child.proc.close(next[1]);
        }
        if (ahead && !next) {
          child.proc.close(ahead.reader);
          child.proc.dup2(ahead.writer, 1);
          if (ahead.both) child.proc.dup2(ahead.writer, 2);
          child.proc.close(ahead.writer);
        }
        child.forkedFor = stage;
        if (!foreground) child.errexitOff = 0;
        if (stage.type === 'AndOr' || stage.type === 'Pipeline') await runAndOr(child, stage, true);
        else await runCommand(child, stage, true);
        return child.status;
      },
      {
        group: ownGroup ? group : undefined,
        foreground: foreground && ownGroup,
        background: !foreground,
        keepsJobs: foreground && stages.length > 1 && listsJobs(sh, stage),
      },
    );
    if (group === 0) group = pid;
    job.processes.push({ pid, text: shown(sh, stage), status: undefined });
    if (from !== undefined) sh.proc.close(from);
    if (next) {
      sh.proc.close(next[1]);
      input = next[0];
    }
  }
  const started: Job = Object.assign(job, { pgid: group });
  sh.jobs.add(started);
  if (foreground && ownGroup && sh.terminal !== undefined) {
    try {
      await sh.proc.tcsetpgrp(sh.terminal, group);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
  return started;
}

/** "the default standard input for the command is the empty file /dev/null" - bash(1), of asynchronous commands */
async function readNothing(sh: Shell): Promise<void> {
  try {
    const nothing = await sh.proc.open('/dev/null', ['read']);
    sh.proc.dup2(nothing, 0);
    if (nothing !== 0) sh.proc.close(nothing);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
  }
}

/** Runs one node in a foreground child. */
export async function runForked(sh: Shell, node: CommandNode): Promise<number> {
  const job = await startJob(sh, node, true);
  return waitForJob(sh, job);
}

async function startBackground(sh: Shell, given: AndOr | PipelineNode): Promise<void> {
  // nobody asks for the status that `!` would turn round
  const lone =
    sh.dialect.extended && given.type === 'Pipeline' && given.commands.length === 1 && given.prefixes.every((p) => p.type === 'Negation');
  const node = (lone ? given.commands[0] : undefined) ?? given;
  const job = await startJob(sh, node, false);
  // those that have ended meanwhile are no candidates for %-
  if (sh.interactive && sh.dialect.extended) await reap(sh);
  sh.lastBackground = job.processes.at(-1)?.pid;
  sh.jobs.enlist(job, sh.dialect.almquist);
  if (sh.interactive && sh.subshellLevel === 0 && sh.dialect.announcesJobs) await sh.err(`[${job.number}] ${sh.lastBackground ?? ''}\n`);
}

/** Where bash counts a command's line: where the parser is once it has seen the word after the first, or a subshell's end. */
function linePosition(node: CommandNode): number {
  if (node.type === 'Subshell') return node.end - 1;
  if (node.type !== 'Command') return node.pos;
  const first = node.prefix[0] ?? node.name ?? node.suffix[0];
  const second = node.prefix[1] ?? (node.prefix.length > 0 ? (node.name ?? node.suffix[0]) : node.suffix[0]) ?? first;
  if (!second) return node.pos;
  return second.type === 'Word' || second.type === 'Assignment' ? second.end - 1 : second.pos;
}

/** Commands that BASH_COMMAND names and the DEBUG trap runs before; a `for` does so before each turn. */
const named = new Set(['Command', 'Case', 'Select', 'TestCommand', 'ArithmeticCommand']);

export async function runCommand(sh: Shell, node: CommandNode, last: boolean): Promise<void> {
  await sh.proc.schedYield();
  if (sh.fatalSignal !== undefined) sh.exit(128 + sh.fatalSignal);
  if (sh.hasPendingTraps) await runPendingTraps(sh);
  if (sh.interrupted && !sh.waitingForeground) await sh.abandonLine();
  sh.position = linePosition(node);
  if (named.has(node.type) && sh.dialect.extended) {
    if (sh.trapDepth === 0) sh.runningCommand = { source: sh.source, node };
    if (sh.traps.has('DEBUG') && node.type !== 'Select' && sh.forkedFor !== node) await debugTrap(sh);
  }
  if (node.type === 'Subshell' && sh.forkedFor !== node && sh.trapDepth === 0) sh.runningCommand = { source: sh.source, node };
  switch (node.type) {
    case 'Command':
      await runSimple(sh, node, last);
      return;
    case 'Function': {
      const name = node.name.text;
      if (sh.dialect.extended && sh.readonlyFunctions.has(name)) {
        await sh.complain(`${name}: readonly function`);
        sh.status = 1;
        return;
      }
      sh.functions.set(name, { name, body: node.body, source: sh.source });
      sh.status = 0;
      return;
    }
    case 'Redirected':
      await runRedirected(sh, node);
      return;
    case 'Coproc':
      await startCoproc(sh, node);
      return;
    case 'Subshell':
      if (sh.forkedFor === node) {
        sh.forkedFor = undefined;
        await runStatements(sh, node.body.commands, true);
      } else sh.status = await runForked(sh, node);
      return;
    default:
      await runCompound(sh, node);
  }
}

export async function runRedirected(sh: Shell, node: Redirected): Promise<void> {
  const forked = sh.forkedFor === node;
  if (node.command.type === 'Subshell' && !forked) {
    sh.status = await runForked(sh, node);
    return;
  }
  sh.forkedFor = undefined;
  const held = sh.substitutionFds.length;
  let undo: () => void;
  try {
    undo = await redirect(sh, node.redirects, true);
  } catch (e) {
    if (!(e instanceof ShellError)) throw e;
    await sh.complain(e.message);
    sh.status = 1;
    return;
  }
  try {
    if (node.command.type === 'Subshell') await runStatements(sh, node.command.body.commands, true);
    else await runCompound(sh, node.command);
  } finally {
    undo();
    closeSubstitutions(sh, held);
  }
}
