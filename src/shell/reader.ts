import { Errno } from '../kernel';
import { runStatements } from './executor';
import { ShellError } from './flow';
import { readLine } from './lines';
import { isBinary } from './replace';
import { type Piece, refusedBy, parsePiece, sourceOf } from './parse';
import { abandon, faultStatus, reportSyntax, runString } from './run-text';
import type { Shell } from './shell';

/** dash has words of its own for a file that is not there. */
const openFailure = (sh: Shell, error: Errno): string => (error.code === 'ENOENT' ? 'No such file' : sh.strerror(error));

/** Runs a script file. */
export async function runScript(sh: Shell, path: string): Promise<number> {
  let text: string;
  try {
    if (sh.proc.stat(path).type === 'directory') {
      if (!sh.dialect.extended) return 0;
      await sh.err(`${path}: ${path}: Is a directory\n`);
      return 126;
    }
    const fd = await sh.proc.open(path);
    const high = sh.proc.dup(fd, sh.dialect.extended ? 255 : 10);
    sh.proc.setCloseOnExec(high, true);
    sh.proc.close(fd);
    text = await sh.readAll(high);
    sh.proc.close(high);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    const own = sh.proc.argv[0] ?? sh.name;
    await sh.err(
      sh.dialect.extended
        ? `${own}: ${path}: ${sh.strerror(e)}\n`
        : sh.dialect.name === 'dash'
          ? `${own}: 0: cannot open ${path}: ${openFailure(sh, e)}\n`
          : `${own}: can't open '${path}': ${sh.strerror(e)}\n`,
    );
    return e.code === 'ENOENT' ? (sh.dialect.extended ? 127 : 2) : 126;
  }
  if (sh.dialect.extended && isBinary(text)) {
    await sh.err(`${path}: ${path}: cannot execute binary file\n`);
    return 126;
  }
  sh.scriptName = path;
  if (sh.dialect.extended) sh.frames.push({ kind: 'script', name: 'main', file: path, callLine: 0 });
  return runString(sh, text, { file: sh.dialect.extended ? path : undefined });
}

/** Commands from standard input, a line at a time, so that they can read what follows them. */
export async function runStdin(sh: Shell): Promise<number> {
  let pending = '';
  let line = 1;
  let startLine = 1;
  for (;;) {
    const text = await readLine(sh, 0);
    const final = text === undefined;
    if (final && pending === '') return sh.status;
    pending += text === undefined ? '' : `${text}\n`;
    line++;
    const piece: Piece = parsePiece(pending, final, sh.reading);
    if (piece.kind === 'incomplete') continue;
    await runPiece(sh, piece, pending, startLine);
    if (piece.kind === 'error' && !sh.interactive) return sh.status;
    pending = '';
    startLine = line;
    if (final) return sh.status;
  }
}

export async function runPiece(sh: Shell, piece: Piece, text: string, line: number): Promise<void> {
  sh.source = sourceOf(text, line);
  sh.position = 0;
  sh.noteAliases();
  if (piece.kind !== 'script') {
    await reportSyntax(sh, piece.fault);
    sh.status = faultStatus(piece.fault, sh.status);
    return;
  }
  const refused = refusedBy(sh.dialect.name, piece.script);
  if (refused !== undefined) {
    sh.status = 2;
    await sh.complain(`syntax error: ${refused}`);
    return;
  }
  try {
    await runStatements(sh, piece.statements);
  } catch (e) {
    if (!(e instanceof ShellError)) throw e;
    await abandon(sh, e);
  }
}
