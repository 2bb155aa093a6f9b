import { Errno } from '../kernel';
import { abandon } from './run-text';
import { expandText } from './expand';
import { ExitShell, LoopJump, ShellError, FunctionReturn } from './flow';
import { notifyJobs } from './notices';
import { parsePiece } from './parse';
import { promptText } from './prompt';
import type { Shell } from './shell';
import { runPiece } from './reader';
import { logoutFiles } from './startup-files';
import { runPendingTraps } from './traps';
import { LineEditor } from './editor';
import { History } from './history';
import { expandHistory } from './history-expansion';
import { SIG } from '../kernel';

/** The read-run loop at a terminal. */
export async function runInteractive(sh: Shell): Promise<number> {
  const history = new History(sh);
  await history.load();
  const editor = new LineEditor(sh, history);
  let line = 1;
  let eofs = 0;
  let ignored = 0;
  let size = '';
  for (;;) {
    await notifyJobs(sh);
    for (const job of sh.jobs.all()) job.justSignalled = false;
    size = noteWindowSize(sh, size);
    if (sh.dialect.extended) for (const [, command] of sh.elements('PROMPT_COMMAND')) if (command !== '') await attempt(sh, command, line);
    let text = '';
    let piece;
    let first = true;
    sh.interrupted = false;
    for (;;) {
      const prompt = await promptFor(sh, first ? 'PS1' : 'PS2');
      const typed = await editor.read(prompt);
      if (typed.kind === 'interrupt') {
        sh.status = 130;
        sh.interrupted = false;
        if (sh.traps.get(SIG.INT)) {
          // ash's editor takes the key itself
          if (sh.dialect.name === 'ash') sh.noteTrap(SIG.INT);
          await runPendingTraps(sh);
          if (sh.dialect.extended) await sh.err('\n');
        }
        piece = undefined;
        break;
      }
      if (typed.kind === 'eof') {
        if (!first) {
          piece = parsePiece(text, true, sh.reading);
          break;
        }
        if (sh.dialect.extended && ignored < endsIgnored(sh)) {
          ignored++;
          await sh.err(`Use "${sh.login ? 'logout' : 'exit'}" to leave the shell.\n`);
          piece = undefined;
          break;
        }
        const stopped = sh.jobs.numbered().some((j) => j.processes.some((p) => p.status?.kind === 'stopped'));
        if (stopped && eofs++ === 0) {
          await sh.err(sh.dialect.extended ? `exit\nThere are stopped jobs.\n` : 'You have stopped jobs.\n');
          piece = undefined;
          break;
        }
        await sh.err(sh.dialect.extended ? (sh.login ? 'logout\n' : 'exit\n') : '\n');
        await logoutFiles(sh);
        hangUp(sh);
        return sh.status;
      }
      eofs = 0;
      ignored = 0;
      let entered = typed.text;
      if (sh.options.has('histexpand') && sh.dialect.extended) {
        const expanded = expandHistory(entered, history.lines, sh.historyBase, sh.shopt.has('extglob'));
        if (expanded && 'error' in expanded) {
          await sh.err(`${sh.shortName}: ${expanded.error}\n`);
          piece = undefined;
          break;
        }
        if (expanded) {
          entered = expanded.text;
          await sh.err(`${entered}\n`);
          if (expanded.printOnly) {
            await history.add(entered);
            piece = undefined;
            break;
          }
        }
      }
      text += `${entered}\n`;
      first = false;
      piece = parsePiece(text, false, sh.reading);
      if (piece.kind !== 'incomplete') break;
    }
    if (!piece) continue;
    // a here-document's last line is kept with its end
    if (text.trim() !== '' && sh.dialect.almquist)
      for (const entered of text.split('\n').slice(0, -1)) if (entered !== '') await history.add(entered);
    if (text.trim() !== '' && sh.dialect.extended && sh.options.has('history'))
      await history.add(/<<-?\s*[\w'"\\][^]*\n[^]*\n$/.test(text) ? text : text.replace(/\n$/, ''));
    if (sh.dialect.extended && piece.kind === 'script' && sh.vars.get('PS0'))
      await sh.err((await promptFor(sh, 'PS0')).replace(/[\x01\x02]/g, ''));
    // a blank line is no command to bash
    const blank = sh.dialect.extended && text.trim() === '';
    if (sh.warnedStopped) sh.warnedStopped = 'before';
    if (!blank) sh.commandNumber++;
    try {
      await runPiece(sh, piece, text, line);
      if (sh.hasPendingTraps) await runPendingTraps(sh);
    } catch (e) {
      if (e instanceof ExitShell) {
        hangUp(sh);
        throw e;
      }
      if (e instanceof ShellError) await abandon(sh, e);
      else if (e instanceof Errno) await sh.complain(sh.strerror(e));
      else if (!(e instanceof LoopJump || e instanceof FunctionReturn)) throw e;
    }
    if (sh.warnedStopped === 'before' && !blank) sh.warnedStopped = undefined;
    for (const char of text) if (char === '\n') line++;
  }
}

/** checkwinsize: LINES and COLUMNS follow the terminal when it has changed. Returns the size seen. */
function noteWindowSize(sh: Shell, before: string): string {
  if (!sh.dialect.extended || !sh.proc.isatty(2)) return before;
  const { rows, columns } = sh.proc.getWindowSize(2);
  const seen = `${rows} ${columns}`;
  if (seen === before || rows === 0 || columns === 0) return before;
  sh.vars.set('LINES', String(rows));
  sh.vars.set('COLUMNS', String(columns));
  return seen;
}

/** "the number of consecutive EOF characters … before bash exits" - bash(1), of IGNOREEOF */
function endsIgnored(sh: Shell): number {
  const value = sh.vars.get('IGNOREEOF');
  if (value === undefined) return sh.options.has('ignoreeof') ? 10 : 0;
  return /^\d+$/.test(value) ? Number(value) : 10;
}

async function attempt(sh: Shell, text: string, line: number): Promise<void> {
  const { status } = sh;
  await runPiece(sh, parsePiece(text, true, sh.reading), text, line);
  sh.status = status;
}

export async function promptFor(sh: Shell, name: 'PS0' | 'PS1' | 'PS2'): Promise<string> {
  const raw = sh.vars.get(name) ?? (name === 'PS2' ? '> ' : '');
  const { status } = sh;
  let text = promptText(sh, raw);
  try {
    text = await expandText(sh, text);
  } catch (e) {
    if (!(e instanceof ShellError)) throw e;
  }
  sh.status = status;
  return text;
}

/** Leaving an interactive shell: stopped jobs are continued and told to end. */
function hangUp(sh: Shell): void {
  for (const job of sh.jobs.numbered()) {
    if (job.noHup || !job.ownGroup || !job.processes.some((p) => p.status?.kind === 'stopped')) continue;
    try {
      sh.proc.kill(-job.pgid, SIG.TERM);
      sh.proc.kill(-job.pgid, SIG.CONT);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
}
