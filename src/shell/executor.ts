import type { AndOr, CommandNode, Pipeline, PipelineNode, Redirected, Statement } from 'unbash';
import { Errno } from '../kernel';
import { runCompound } from './compound';
import { describe } from './describe';
import { FunctionReturn, ShellError } from './flow';
import type { Job } from './jobs';
import { forkChild, notifyJobs, waitForJob } from './launch';
import { redirect } from './redirect';
import type { Shell } from './shell';
import { runSimple } from './simple';
import { runPendingTraps, runTrap } from './traps';

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
    await startBackground(sh, statement.command);
    sh.status = 0;
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

async function runPipeline(sh: Shell, node: Pipeline, last: boolean): Promise<void> {
  const negated = node.prefixes.filter((p) => p.type === 'Negation').length % 2 === 1;
  const timed = node.prefixes.find((p) => p.type === 'Time');
  const startedMs = sh.proc.clock.now();
  const before = timed ? sh.proc.times() : undefined;
  if (negated) sh.errexitOff++;
  try {
    if (node.commands.length === 0) sh.status = 0;
    else if (node.commands.length === 1 && node.commands[0]) await runCommand(sh, node.commands[0], last && !negated && !timed);
    else {
      const job = await startJob(sh, node, true);
      sh.status = await waitForJob(sh, job);
    }
  } finally {
    if (negated) sh.errexitOff--;
  }
  if (negated) sh.status = sh.status === 0 ? 1 : 0;
  if (timed && before) {
    const after = sh.proc.times();
    await reportTime(sh, sh.proc.clock.now() - startedMs, after.userMs + after.childUserMs - before.userMs - before.childUserMs, after.systemMs + after.childSystemMs - before.systemMs - before.childSystemMs, timed.type === 'Time' && timed.posix !== undefined); // prettier-ignore
  }
}

async function reportTime(sh: Shell, realMs: number, userMs: number, systemMs: number, posix: boolean): Promise<void> {
  const shown = (ms: number): string => {
    if (posix) return (ms / 1000).toFixed(2);
    const seconds = ms / 1000;
    return sh.dialect.extended
      ? `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`
      : `${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s`;
  };
  const gap = posix ? ' ' : '\t';
  await sh.err(
    `${posix || !sh.dialect.extended ? '' : '\n'}real${gap}${shown(realMs)}\nuser${gap}${shown(userMs)}\nsys${gap}${shown(systemMs)}\n`,
  );
}

/** Forks the commands of a pipeline (or one node) as one job. */
async function startJob(sh: Shell, node: AndOr | PipelineNode, foreground: boolean): Promise<Job> {
  const stages: readonly (CommandNode | AndOr | PipelineNode)[] =
    node.type === 'Pipeline' && node.commands.length > 1 && node.prefixes.length === 0
      ? node.commands
      : node.type === 'Pipeline' && foreground
        ? node.commands
        : [node];
  const operators = stages.length > 1 && node.type === 'Pipeline' ? node.operators : [];
  const ownGroup = sh.jobControl;
  const job: Job = {
    number: 0,
    pgid: 0,
    processes: [],
    text: describe(sh.source.text, node),
    foreground,
    reported: 'running',
    ownGroup,
    noHup: false,
    cwd: '',
  };
  let group = 0;
  let input: number | undefined;
  for (let i = 0; i < stages.length; i++) {
    const stage = stages[i];
    if (!stage) continue;
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
        if (next) {
          child.proc.close(next[0]);
          child.proc.dup2(next[1], 1);
          if (both) child.proc.dup2(next[1], 2);
          child.proc.close(next[1]);
        }
        child.forkedFor = stage;
        child.errexitOff = stages.length > 1 ? child.errexitOff : 0;
        if (stage.type === 'AndOr' || stage.type === 'Pipeline') await runAndOr(child, stage, true);
        else await runCommand(child, stage, true);
        return child.status;
      },
      { group: ownGroup ? group : undefined, foreground: foreground && ownGroup, background: !foreground },
    );
    if (group === 0) group = pid;
    job.processes.push({ pid, text: describe(sh.source.text, stage), status: undefined });
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

async function startBackground(sh: Shell, node: AndOr | PipelineNode): Promise<void> {
  const job = await startJob(sh, node, false);
  sh.lastBackground = job.processes.at(-1)?.pid;
  sh.jobs.enlist(job);
  if (sh.interactive && sh.subshellLevel === 0 && sh.dialect.announcesJobs) await sh.err(`[${job.number}] ${sh.lastBackground ?? ''}\n`);
}

async function runCommand(sh: Shell, node: CommandNode, last: boolean): Promise<void> {
  await sh.proc.schedYield();
  if (sh.fatalSignal !== undefined) sh.exit(128 + sh.fatalSignal);
  if (sh.hasPendingTraps) await runPendingTraps(sh);
  if (sh.interrupted && !sh.waitingForeground) await sh.abandonLine();
  sh.position = node.pos;
  switch (node.type) {
    case 'Command':
      await runSimple(sh, node, last);
      return;
    case 'Function': {
      const name = node.name.text;
      sh.functions.set(name, { name, body: node.body, source: sh.source, text: sh.source.text.slice(node.body.pos, node.body.end) });
      sh.status = 0;
      return;
    }
    case 'Redirected':
      await runRedirected(sh, node);
      return;
    case 'Coproc':
      throw new ShellError('coproc: not supported');
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

async function runRedirected(sh: Shell, node: Redirected): Promise<void> {
  const forked = sh.forkedFor === node;
  if (node.command.type === 'Subshell' && !forked) {
    sh.status = await runForked(sh, node);
    return;
  }
  sh.forkedFor = undefined;
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
  }
}

export async function callFunction(sh: Shell, name: string, args: readonly string[], redirects?: () => Promise<() => void>): Promise<void> {
  const fn = sh.functions.get(name);
  if (!fn) return;
  if (sh.functionDepth > 1000) throw new ShellError(`${name}: maximum function nesting level exceeded (1000)`);
  const { positional, source, position, loopDepth } = sh;
  sh.positional = [...args];
  sh.source = fn.source;
  sh.loopDepth = 0;
  sh.functionDepth++;
  sh.callStack.push(name);
  sh.vars.push();
  let undo: (() => void) | undefined;
  const outerReturn = sh.traps.get('RETURN');
  if (!sh.options.has('functrace')) sh.traps.delete('RETURN');
  try {
    undo = await redirects?.();
    const { body } = fn;
    if (body.type === 'Redirected') await runRedirected(sh, body);
    else await runCompound(sh, body);
  } catch (e) {
    if (e instanceof ShellError) e.where ??= sh.prefix();
    if (!(e instanceof FunctionReturn)) throw e;
    sh.status = e.status;
  } finally {
    if (sh.traps.get('RETURN')) await runTrap(sh, 'RETURN');
    else if (outerReturn !== undefined) sh.traps.set('RETURN', outerReturn);
    undo?.();
    sh.vars.pop();
    sh.callStack.pop();
    sh.functionDepth--;
    sh.loopDepth = loopDepth;
    sh.positional = positional;
    sh.source = source;
    sh.position = position;
  }
}
