import type { ParsedScript } from 'unbash';
import { runStatements } from './executor';
import { ShellError } from './flow';
import { LineGroups, type SyntaxFault, openHereDocs, refusedBy, sourceOf } from './parse';
import type { Shell } from './shell';

export interface RunStringOptions {
  readonly file?: string;
  /** Lines keep counting from where the shell is (traps, eval). */
  readonly keepPosition?: boolean;
  /** The process may be replaced by the last command. */
  readonly last?: boolean;
  /** `set -x` shows its commands a level deeper. */
  readonly nested?: boolean;
  /** What syntax errors are said to be in: `-c`, `eval`. */
  readonly label?: string;
}

/** Runs a text, one group of lines after the other. Returns $?. */
export async function runString(sh: Shell, text: string, options: RunStringOptions = {}): Promise<number> {
  const { source, position, readAliases } = sh;
  const groups = new LineGroups(text, options.keepPosition ? sh.line : 1, () => sh.reading);
  let any = false;
  if (options.nested) sh.substitutionLevel++;
  try {
    for (let group = groups.next(); group; group = groups.next()) {
      const { piece } = group;
      sh.noteAliases();
      sh.source = sourceOf(group.text, group.line, options.file ?? (options.keepPosition ? source.file : undefined));
      sh.position = 0;
      if (sh.options.has('verbose') && !(sh.dialect.almquist && options.label !== undefined))
        await sh.err(group.text.endsWith('\n') ? group.text : `${group.text}\n`);
      if (piece.kind !== 'script') {
        await reportSyntax(sh, piece.fault, options.label);
        if (sh.dialect.almquist && !sh.interactive) sh.exit(2);
        const substituted = piece.fault.substituted === true && options.label === '-c';
        const own = (options.label === '-c' || options.label === undefined) && sh.sourceDepth === 0;
        return (sh.status = substituted ? 127 : faultStatus(piece.fault, own ? sh.status : undefined));
      }
      if (group.text.includes('<<')) await warnOpenHereDocs(sh, piece.script, group.text);
      const refused = refusedBy(sh.dialect.name, piece.script);
      if (refused !== undefined) {
        sh.status = 2;
        await sh.complain(`${syntaxError(sh)}: ${refused}`);
        if (!sh.interactive) sh.exit(2);
        return 2;
      }
      if (sh.options.has('noexec') && !sh.interactive) continue;
      if (piece.statements.length > 0) any = true;
      const last = options.last === true && groups.atEnd;
      try {
        await runStatements(sh, piece.statements, last);
      } catch (e) {
        if (!(e instanceof ShellError)) throw e;
        await abandon(sh, e);
      }
    }
  } finally {
    if (options.nested) sh.substitutionLevel--;
    sh.source = source;
    sh.position = position;
    sh.readAliases = readAliases;
  }
  if (!any) sh.status = 0;
  return sh.status;
}

/** $? after a syntax error. `before`: what it was, in the shell's own input. */
export function faultStatus({ status = 2 }: SyntaxFault, before: number | undefined): number {
  if (typeof status === 'number') return status;
  if (before === undefined) return 2;
  return status === 'kept' ? before : before || 2;
}

/** bash says when the end of its input ends a here-document. */
export async function warnOpenHereDocs(sh: Shell, script: ParsedScript, text: string): Promise<void> {
  if (!sh.dialect.extended) return;
  const lines = sh.source.lineAt(text.trimEnd().length);
  for (const doc of openHereDocs(script)) {
    const where = sh.interactive && sh.sourceDepth === 0 ? `${sh.shortName}: ` : `${sh.source.file ?? sh.shortName}: line ${lines}: `;
    await sh.err(`${where}warning: here-document at line ${sh.source.lineAt(doc.pos)} delimited by end-of-file (wanted \`${doc.delimiter?.value ?? ''}')\n`); // prettier-ignore
  }
}

/** An expansion error: said once; ends a shell without a prompt when it must, else only the current line. */
export async function abandon(sh: Shell, e: ShellError): Promise<void> {
  if (e.message !== '') await sh.err(`${e.where ?? sh.prefix()}${e.message}\n`);
  sh.status = e.status;
  if (sh.functionDepth > 0 || sh.sourceDepth > 0) {
    if (!e.fatal) throw new ShellError('', e.status);
  }
  if ((e.fatal || sh.dialect.almquist) && !sh.interactive) sh.exit(e.status);
  if (sh.subshellLevel > 0) sh.exit(e.status);
}

const syntaxError = (sh: Shell): string => (sh.dialect.name === 'dash' ? 'Syntax error' : 'syntax error');

/** dash has the same faults in an older order of words. */
function dashWords(sh: Shell, fault: string): string {
  if (sh.dialect.name !== 'dash') return fault;
  if (fault === 'unexpected end of file') return 'end of file unexpected';
  if (fault === 'unterminated quoted string') return 'Unterminated quoted string';
  return fault.replace(/^unexpected (.*)$/, '$1 unexpected');
}

/** The fault in ash's words. */
function ashFault(fault: SyntaxFault): string {
  const near = /near unexpected token `([^]*)'$/.exec(fault.message)?.[1];
  if (near === undefined) {
    const open = /matching `(.)'$/.exec(fault.message)?.[1];
    if (fault.expecting === '))') return "missing '))'";
    if (open === '`') return 'EOF in backquote substitution';
    if (open === '}') return "missing '}'";
    if (open !== undefined) return open === ')' ? 'unexpected end of file' : 'unterminated quoted string';
    return fault.message.replace(/^syntax error: /, '');
  }
  if (near === 'newline') return 'unexpected newline';
  if (fault.token === 'redirection') return 'unexpected redirection';
  const reserved = fault.token !== 'word' || /^(?:then|fi|do|done|else|elif|esac|in|\{|\}|!)$/.test(near);
  return reserved ? `unexpected "${near}"` : 'unexpected word';
}

export async function reportSyntax(sh: Shell, fault: SyntaxFault, label?: string): Promise<void> {
  sh.position = Math.max(0, Math.min(fault.position, sh.source.text.length));
  if (sh.dialect.almquist) {
    // it counts the lines it has read
    const atNewline = /bad for loop/.test(fault.message) && sh.source.text[fault.position] === '\n';
    if (/token `newline'$/.test(fault.message) || atNewline) sh.position = Math.min(sh.source.text.length, fault.position + 1);
    else if (/matching `["'`]'$/.test(fault.message)) sh.position = sh.source.text.length;
    const expecting =
      fault.expecting === undefined || fault.expecting === '))' || (fault.expecting === '}' && /matching/.test(fault.message))
        ? ''
        : ` (expecting ${fault.expecting === 'word' ? fault.expecting : `"${fault.expecting}"`})`;
    await sh.complain(`${syntaxError(sh)}: ${dashWords(sh, ashFault(fault))}${expecting}`, label === 'eval' ? label : undefined);
    return;
  }
  const inPrompt = sh.interactive && sh.sourceDepth === 0 && label === undefined;
  // bash ends the text with a newline of its own before it finds that there is no more
  const past = /end of file$|`\)'$|`EOF'/.test(fault.message) && fault.position >= sh.source.text.length && !sh.source.text.endsWith('\n');
  const line = sh.line + (past ? 1 : 0);
  const where = inPrompt ? `${sh.shortName}: ` : `${sh.source.file ?? sh.shortName}: ${label ? `${label}: ` : ''}line ${line}: `;
  if (fault.message !== '') await sh.err(`${where}${fault.message}\n`);
  if (!inPrompt && fault.line !== undefined) await sh.err(`${where}\`${fault.line}'\n`);
}
