import { Errno } from '../kernel';
import type { Context } from './command';
import { baseName, joinPath } from './path';

export interface Pair {
  readonly from: string;
  readonly to: string;
}

export function isDirectory(ctx: Context, path: string): boolean {
  try {
    return ctx.proc.stat(path).type === 'directory';
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

/** What goes where: `SOURCE... DIRECTORY`, `SOURCE DEST`, `-t DIRECTORY SOURCE...`, `-T SOURCE DEST`. */
export async function pairs(ctx: Context, operands: readonly string[], into: string | undefined, noDirectory: boolean): Promise<Pair[]> {
  if (operands.length === 0) return ctx.gnu ? ctx.usage('missing file operand') : ctx.usage();
  const name = (path: string): string => baseName(path);
  if (into !== undefined) {
    if (!isDirectory(ctx, into))
      return ctx.fail(`target directory ${ctx.quote(into)}: ${exists(ctx, into) ? 'Not a directory' : 'No such file or directory'}`);
    return operands.map((from) => ({ from, to: joinPath(into, name(from)) }));
  }
  if (operands.length === 1)
    return ctx.gnu ? ctx.usage(`missing destination file operand after ${ctx.quote(operands[0] as string)}`) : ctx.usage();
  const target = operands.at(-1) as string;
  const sources = operands.slice(0, -1);
  if (noDirectory) {
    if (sources.length > 1) return ctx.usage(`extra operand ${ctx.quote(operands[2] as string)}`);
    return [{ from: sources[0] as string, to: target }];
  }
  if (isDirectory(ctx, target)) return sources.map((from) => ({ from, to: joinPath(target, name(from)) }));
  if (sources.length > 1)
    return ctx.fail(
      ctx.gnu
        ? `target ${ctx.quote(target)}${exists(ctx, target) ? ': Not a directory' : ': No such file or directory'}`
        : `can't stat '${target}': No such file or directory`,
    );
  return [{ from: sources[0] as string, to: target }];
}

function exists(ctx: Context, path: string): boolean {
  try {
    ctx.proc.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}
