import { Errno } from '../kernel';
import type { Context } from './command';
import type { Options } from './getopt';
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
  if (sources.length > 1) {
    // busybox finds out when it gets there
    if (!ctx.gnu) return sources.map((from) => ({ from, to: joinPath(target, name(from)) }));
    return ctx.fail(`target ${ctx.quote(target)}${exists(ctx, target) ? ': Not a directory' : ': No such file or directory'}`);
  }
  return [{ from: sources[0] as string, to: target }];
}

/** What a file's backup is called: `x~`, `x.~N~` with --backup=numbered or where there are numbered ones already. */
export function backupName(ctx: Context, path: string, options: Options): string {
  const control = options.value('b') ?? ctx.env.get('VERSION_CONTROL') ?? 'existing';
  const simple = path + (options.value('S') ?? ctx.env.get('SIMPLE_BACKUP_SUFFIX') ?? '~');
  if (/^(simple|never)$/.test(control)) return simple;
  let n = 0;
  while (exists(ctx, `${path}.~${n + 1}~`)) n++;
  return n === 0 && /^(existing|nil)$/.test(control) ? simple : `${path}.~${n + 1}~`;
}

export function exists(ctx: Context, path: string): boolean {
  try {
    ctx.proc.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}
