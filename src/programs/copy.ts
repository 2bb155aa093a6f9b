import { Errno, type Stat } from '../kernel';
import type { Context } from './command';
import { joinPath } from './path';
import { askYes } from './question';

export interface CopyStyle {
  readonly recursive: boolean;
  /** -P: links are copied as links; -H: but not those named; -L: never. */
  readonly follow: 'never' | 'arguments' | 'always';
  readonly preserve: { readonly mode: boolean; readonly owner: boolean; readonly times: boolean };
  readonly force: boolean;
  readonly interactive: boolean;
  readonly noClobber: boolean;
  readonly update: boolean;
  readonly verbose: boolean;
  readonly link: 'none' | 'hard' | 'symbolic';
  /** mv: the words of its messages, and no look at what is copied with -r. */
  readonly moving: boolean;
  readonly removeDestination: boolean;
  /** The name to keep what is overwritten under. */
  readonly backup: ((path: string) => string) | undefined;
  readonly attributesOnly?: boolean;
}

const sameFile = (a: Stat, b: Stat): boolean => a.dev === b.dev && a.ino === b.ino;

function statOf(ctx: Context, path: string, follow: boolean): Stat | undefined {
  try {
    return follow ? ctx.proc.stat(path) : ctx.proc.lstat(path);
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

const q = (ctx: Context, path: string): string => (ctx.gnu ? ctx.quote(path) : `'${path}'`);

/** Copies one file or tree; false when anything of it failed. */
export async function copy(ctx: Context, from: string, to: string, style: CopyStyle, argument = true): Promise<boolean> {
  const { proc } = ctx;
  const follow = style.follow === 'always' || (argument && style.follow === 'arguments');
  let source: Stat;
  try {
    source = follow ? proc.stat(from) : proc.lstat(from);
  } catch (error) {
    await ctx.perror(ctx.gnu ? `cannot stat ${q(ctx, from)}` : `can't stat '${from}'`, error);
    return false;
  }
  if (source.type === 'directory' && !style.recursive) {
    await ctx.perrorText(ctx.gnu ? `-r not specified; omitting directory ${q(ctx, from)}` : `omitting directory '${from}'`);
    return false;
  }
  let target = statOf(ctx, to, source.type !== 'symlink' || !style.recursive);
  if (!target) {
    try {
      target = proc.lstat(to);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ENOTDIR' && ctx.gnu) return ctx.perror(`cannot stat ${q(ctx, to)}`, error).then(() => false);
    }
    if (
      target?.type === 'symlink' &&
      ctx.gnu &&
      source.type === 'file' &&
      !style.removeDestination &&
      !style.moving &&
      style.link === 'none'
    ) {
      await ctx.perrorText(`not writing through dangling symlink ${q(ctx, to)}`);
      return false;
    }
  }
  if (target && sameFile(source, target) && source.type !== 'directory' && !style.moving) {
    await ctx.perrorText(ctx.gnu ? `${q(ctx, from)} and ${q(ctx, to)} are the same file` : `'${from}' and '${to}' are the same file`);
    return false;
  }
  if (source.type === 'directory') return copyDirectory(ctx, from, to, source, target, style);
  if (target) {
    if (target.type === 'directory') {
      await ctx.perrorText(ctx.gnu ? `cannot overwrite directory ${q(ctx, to)} with non-directory` : `'${to}' is a directory`);
      return false;
    }
    if (style.noClobber) return true;
    if (style.update && target.mtimeMs >= source.mtimeMs) return true;
    if (style.interactive && !(await askYes(ctx, `${ctx.shortName}: overwrite ${q(ctx, to)}? `))) return false;
    if (style.backup) {
      proc.rename(to, style.backup(to));
      target = undefined;
    }
  }
  const made = await copyOne(ctx, from, to, source, target, style);
  if (made && style.verbose) await ctx.line(`${q(ctx, from)} -> ${q(ctx, to)}`);
  return made;
}

async function copyDirectory(
  ctx: Context,
  from: string,
  to: string,
  source: Stat,
  target: Stat | undefined,
  style: CopyStyle,
): Promise<boolean> {
  const { proc } = ctx;
  if (target && target.type !== 'directory') {
    await ctx.perrorText(
      ctx.gnu ? `cannot overwrite non-directory ${q(ctx, to)} with directory ${q(ctx, from)}` : `target '${to}' is not a directory`,
    );
    return false;
  }
  const real = (path: string): string => {
    try {
      return proc.realpath(path);
    } catch {
      return path;
    }
  };
  const inside = `${real(to.replace(/\/+[^/]*\/*$/, '') === to ? '.' : to.replace(/\/+[^/]*\/*$/, '') || '/')}/`;
  if (`${inside}`.startsWith(`${real(from)}/`)) {
    await ctx.perrorText(
      ctx.gnu ? `cannot copy a directory, ${q(ctx, from)}, into itself, ${q(ctx, to)}` : `recursion detected, omitting directory '${to}'`,
    );
    return false;
  }
  if (!target) {
    try {
      proc.mkdir(to, source.mode | 0o700);
    } catch (error) {
      await ctx.perror(ctx.gnu ? `cannot create directory ${q(ctx, to)}` : `can't create directory '${to}'`, error);
      return false;
    }
    if (style.verbose) await ctx.line(`${q(ctx, from)} -> ${q(ctx, to)}`);
  }
  let ok = true;
  let names: string[];
  try {
    names = proc.readdir(from).map((e) => e.name);
  } catch (error) {
    await ctx.perror(ctx.gnu ? `cannot access ${q(ctx, from)}` : `can't open '${from}'`, error);
    return false;
  }
  for (const name of names) {
    if (!(await copy(ctx, joinPath(from, name), joinPath(to, name), style, false))) ok = false;
    await proc.schedYield();
  }
  if (!target) await attributes(ctx, to, source, style, true);
  return ok;
}

async function copyOne(ctx: Context, from: string, to: string, source: Stat, target: Stat | undefined, style: CopyStyle): Promise<boolean> {
  const { proc } = ctx;
  const special = (what: string, error: unknown): Promise<false> => ctx.perror(what, error).then(() => false);
  const clear = (): void => {
    if (target) proc.unlink(to);
  };
  try {
    if (style.link !== 'none') {
      if (target && (style.force || style.removeDestination)) proc.unlink(to);
      if (style.link === 'hard') proc.link(from, to);
      else proc.symlink(from, to);
      return true;
    }
    if (source.type === 'symlink') {
      clear();
      proc.symlink(proc.readlink(from), to);
      if (style.preserve.owner) attemptChown(ctx, to, source, true);
      return true;
    }
    if (source.type !== 'file' && source.type !== 'directory' && style.recursive) {
      clear();
      proc.mknod(to, source.type, source.mode, source.rdev);
      await attributes(ctx, to, source, style, false);
      return true;
    }
  } catch (error) {
    return special(
      ctx.gnu ? `cannot create ${style.link === 'none' ? 'symbolic link' : 'link'} ${q(ctx, to)}` : `can't create '${to}'`,
      error,
    );
  }
  if (target && style.removeDestination) {
    clear();
    target = undefined;
  }
  let input: number;
  try {
    input = await proc.open(from);
  } catch (error) {
    return special(ctx.gnu ? `cannot open ${q(ctx, from)} for reading` : `can't open '${from}'`, error);
  }
  let output: number | undefined;
  try {
    try {
      output = await proc.open(
        to,
        target ? ['write', 'truncate'] : ctx.gnu ? ['write', 'create', 'exclusive'] : ['write', 'create', 'truncate'],
        source.mode & 0o777,
      );
    } catch (error) {
      if (!(error instanceof Errno) || !target || !style.force) throw error;
      proc.unlink(to);
      output = await proc.open(to, ['write', 'create', 'exclusive'], source.mode & 0o777);
    }
  } catch (error) {
    proc.close(input);
    return special(
      ctx.gnu ? (target ? `cannot create regular file ${q(ctx, to)}` : `cannot create regular file ${q(ctx, to)}`) : `can't create '${to}'`,
      error,
    );
  }
  try {
    for (;;) {
      let data: Uint8Array;
      try {
        data = await proc.read(input, 131072);
      } catch (error) {
        return await special(`error reading ${q(ctx, from)}`, error);
      }
      if (data.length === 0 || style.attributesOnly) break;
      try {
        await proc.write(output, data);
      } catch (error) {
        return await special(`error writing ${q(ctx, to)}`, error);
      }
    }
  } finally {
    proc.close(input);
    proc.close(output);
  }
  await attributes(ctx, to, source, style, false);
  return true;
}

function attemptChown(ctx: Context, path: string, source: Stat, noFollow = false): void {
  try {
    ctx.proc.chown(path, source.uid, source.gid, { noFollow });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}

async function attributes(ctx: Context, path: string, source: Stat, style: CopyStyle, directory: boolean): Promise<void> {
  const { proc } = ctx;
  try {
    if (style.preserve.owner) attemptChown(ctx, path, source);
    if (style.preserve.mode) proc.chmod(path, source.mode);
    else if (directory) {
      const mask = proc.umask(0);
      proc.umask(mask);
      proc.chmod(path, source.mode & ~mask);
    }
    if (style.preserve.times) proc.utimes(path, { atimeMs: source.atimeMs, mtimeMs: source.mtimeMs });
  } catch (error) {
    await ctx.perror(`preserving times for ${q(ctx, path)}`, error);
  }
}
