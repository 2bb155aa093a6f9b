import type { CommandExpansionPart, ProcessSubstitutionPart, Script } from 'unbash';
import { Errno } from '../kernel';
import { listsJobs, runStatements } from './executor';
import { expandString } from './expand';
import { forkChild, waitForPid } from './launch';
import { type Source, parsePiece, sourceOf } from './parse';
import { reportSyntax } from './run-text';
import type { Shell } from './shell';

/** $(…) and `…`: what the commands print, without trailing newlines. */
export async function commandSubstitution(sh: Shell, part: CommandExpansionPart, inHereDoc = false): Promise<string> {
  const { script } = part;
  if (!script) return '';
  if (script.errors?.length) return refuse(sh, script.source ?? part.text.slice(part.text.startsWith('`') ? 1 : 2, -1));
  const [only] = script.commands;
  if (script.commands.length === 0) {
    sh.substitutionStatus = 0;
    return '';
  }
  if (only?.command.type === 'Command' && script.commands.length === 1 && !only.command.name && only.command.prefix.length === 1) {
    const redirect = only.command.prefix[0];
    if (redirect?.type === 'Redirect' && redirect.operator === '<' && redirect.target)
      return readFile(sh, await expandString(sh, redirect.target));
  }
  const [reader, writer] = sh.proc.pipe();
  const pid = await forkChild(
    sh,
    async (child) => {
      child.proc.close(reader);
      child.substitutionLevel++;
      if (writer !== 1) {
        child.proc.dup2(writer, 1);
        child.proc.close(writer);
      }
      if (child.dialect.name === 'bash' && !child.shopt.has('inherit_errexit')) child.options.delete('errexit');
      if (script.source !== undefined) child.source = sourceOf(script.source, child.line);
      else child.source = recounted(child, (inHereDoc ? part : only)?.pos);
      return runStatements(child, script.commands, true);
    },
    { group: undefined, foreground: false, background: false, keepsJobs: keepsJobs(sh, script) },
  );
  sh.proc.close(writer);
  const text = await sh.readAll(reader);
  sh.proc.close(reader);
  sh.substitutionStatus = await waitForPid(sh, pid);
  sh.status = sh.substitutionStatus;
  if (sh.substitutionStatus === 130 && sh.interrupted) await sh.abandonLine();
  if (text.includes('\0') && sh.dialect.extended) await sh.complain('warning: command substitution: ignored null byte in input');
  return text.replaceAll('\0', '').replace(/\n+$/, '');
}

/** bash counts the lines of a substitution from that of the command it is in, beginning with its first command. */
function recounted(sh: Shell, firstPos: number | undefined): Source {
  const { source } = sh;
  if (!sh.dialect.extended || firstPos === undefined) return source;
  const delta = sh.line - source.lineAt(firstPos);
  return delta === 0 ? source : { ...source, lineAt: (position) => source.lineAt(position) + delta };
}

/** bash's substitutions know the jobs of the shell they are in; ash's do when `jobs` is all there is to run. */
function keepsJobs(sh: Shell, script: Script): boolean {
  const [only] = script.commands;
  return sh.dialect.name === 'bash' || (script.commands.length === 1 && only !== undefined && listsJobs(sh, only.command));
}

/** Commands between backquotes are first read when they are to run. */
async function refuse(sh: Shell, text: string): Promise<string> {
  const piece = parsePiece(text, true, sh.reading);
  if (piece.kind !== 'script') {
    const { source, position } = sh;
    sh.source = sourceOf(text, sh.line, source.file);
    await reportSyntax(sh, piece.fault, 'command substitution');
    sh.source = source;
    sh.position = position;
  }
  sh.substitutionStatus = 2;
  return '';
}

async function readFile(sh: Shell, path: string): Promise<string> {
  try {
    const fd = await sh.proc.open(path);
    const text = await sh.readAll(fd);
    sh.proc.close(fd);
    sh.substitutionStatus = 0;
    return text.replace(/\n+$/, '');
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    sh.substitutionStatus = 1;
    await sh.complain(`${path}: ${sh.strerror(e)}`);
    return '';
  }
}

/** bash hands out 63 and downwards, ash 64 and upwards. */
function highDescriptor(sh: Shell, fd: number): number {
  if (!sh.dialect.extended) return sh.proc.dup(fd, 64);
  const open = new Set(sh.proc.fds());
  let high = 63;
  while (high > 10 && open.has(high)) high--;
  return sh.proc.dup(fd, high);
}

/** <(…) and >(…): a path on the other end of a pipe; the descriptor lives until the command is done. */
export async function processSubstitution(sh: Shell, part: ProcessSubstitutionPart): Promise<string> {
  const { script } = part;
  const [reader, writer] = sh.proc.pipe();
  const reading = part.operator === '<';
  const mine = reading ? reader : writer;
  const theirs = reading ? writer : reader;
  const kept = highDescriptor(sh, mine);
  sh.proc.close(mine);
  const pid = await forkChild(
    sh,
    async (child) => {
      child.proc.close(kept);
      child.proc.dup2(theirs, reading ? 1 : 0);
      if (theirs > 2) child.proc.close(theirs);
      child.source = recounted(child, script?.commands[0]?.pos);
      return script ? runStatements(child, script.commands, true) : 0;
    },
    { group: undefined, foreground: false, background: false, keepsJobs: sh.dialect.name === 'bash' },
  );
  sh.lastBackground = pid;
  sh.jobs.unlisted.add(pid);
  sh.proc.close(theirs);
  sh.substitutionFds.push(kept);
  return `/dev/fd/${kept}`;
}

/** Closes what <(…) and >(…) opened for a command: all but the first `held`, which a command around it still needs. */
export function closeSubstitutions(sh: Shell, held: number): void {
  for (const fd of sh.substitutionFds.splice(held)) if (sh.proc.fds().includes(fd)) sh.proc.close(fd);
}
