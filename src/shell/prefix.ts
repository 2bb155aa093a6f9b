import { unnamedFile } from './frames';
import type { Shell } from './shell';

/** Builtins that ash shares with busybox's applets: their messages begin as those do. */
const applets = new Set(['printf', 'test', '[', 'echo', 'kill']);

/** What stands before every message; `builtin`: the command that says it. */
export function messagePrefix(sh: Shell, builtin?: string): string {
  if (sh.dialect.name === 'dash') return `${sh.shortName}: ${sh.line}: ${builtin !== undefined ? `${builtin}: ` : ''}`;
  if (sh.dialect.almquist) {
    const line =
      sh.interactive && sh.sourceDepth === 0
        ? ''
        : `line ${sh.commandString === undefined || sh.sourceDepth > 0 ? sh.line : sh.line - 1}: `;
    if (builtin !== undefined && applets.has(builtin)) return `${sh.shortName}: `;
    if (builtin !== undefined) return `${sh.shortName}: ${builtin}: ${line}`;
    if (sh.source.file !== undefined && sh.sourceDepth > 0) return `${sh.shortName}: ${sh.source.file}: line ${sh.line}: `;
    if (sh.scriptName !== undefined) return `${sh.scriptName}: line ${sh.line}: `;
    return `${sh.shortName}: ${sh.dialect.numbersCommandLines ? line : ''}`;
  }
  const name = sh.source.file ?? (sh.functionDepth > 0 && !sh.interactive ? unnamedFile(sh) : sh.shortName);
  const middle = sh.interactive && sh.sourceDepth === 0 ? '' : `line ${sh.line}: `;
  return `${name}: ${middle}${builtin !== undefined ? `${builtin}: ` : ''}`;
}
