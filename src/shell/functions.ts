import { runCompound } from './compound';
import { runRedirected } from './executor';
import { FunctionReturn, ShellError } from './flow';
import { unnamedFile } from './frames';
import type { Shell } from './shell';
import { debugTrap, runTrap } from './traps';

/** "FUNCNEST … If set to a numeric value greater than 0, defines a maximum function nesting level." - bash(1) */
function nestingLimit(sh: Shell): number {
  const own = sh.dialect.extended ? Number(sh.vars.get('FUNCNEST') ?? 0) : 0;
  // Unlike Linux: without FUNCNEST bash goes on until its stack overflows
  return own > 0 ? own : 1000;
}

/** Calls a function with `args`; its own redirections and those of the call are the caller's business. */
export async function callFunction(sh: Shell, name: string, args: readonly string[]): Promise<void> {
  const fn = sh.functions.get(name);
  if (!fn) return;
  const limit = nestingLimit(sh);
  if (sh.functionDepth >= limit) throw new ShellError(`${name}: maximum function nesting level exceeded (${limit})`);
  const { positional, source, position, loopDepth } = sh;
  const callLine = sh.line;
  sh.positional = [...args];
  sh.source = fn.source;
  sh.position = fn.body.pos;
  sh.loopDepth = 0;
  sh.functionDepth++;
  sh.frames.push({ kind: 'function', name, file: fn.source.file ?? unnamedFile(sh), callLine });
  sh.vars.push();
  const { savedOptions } = sh;
  sh.savedOptions = undefined;
  const hidden = new Map(
    (['RETURN', 'DEBUG'] as const)
      .filter(() => !sh.options.has('functrace') && !sh.tracedFunctions.has(name))
      .map((t) => [t, sh.traps.get(t)]),
  );
  for (const trap of hidden.keys()) sh.traps.delete(trap);
  let returned: number | undefined;
  try {
    if (sh.traps.has('DEBUG')) await debugTrap(sh);
    const { body } = fn;
    if (body.type === 'Redirected') await runRedirected(sh, body);
    else await runCompound(sh, body);
  } catch (e) {
    if (e instanceof ShellError) e.where ??= sh.prefix();
    if (!(e instanceof FunctionReturn)) throw e;
    returned = e.status;
  } finally {
    // $? in it is what `return` found
    if (sh.traps.get('RETURN')) await runTrap(sh, 'RETURN');
    sh.status = returned ?? sh.status;
    for (const [trap, action] of hidden) if (action !== undefined && !sh.traps.has(trap)) sh.traps.set(trap, action);
    sh.vars.pop();
    if (sh.savedOptions) sh.options = sh.savedOptions;
    sh.savedOptions = savedOptions;
    sh.frames.pop();
    sh.functionDepth--;
    sh.loopDepth = loopDepth;
    sh.positional = positional;
    sh.source = source;
    sh.position = position;
  }
}
