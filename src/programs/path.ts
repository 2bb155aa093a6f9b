import type { Context } from './command';

/** basename(3), GNU flavour: without trailing slashes; `/` for the root. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '' : '/';
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** dirname(3). */
export function dirName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path.startsWith('/') ? '/' : '.';
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
}

export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

/** -R on `/`, which GNU's tools refuse unless told otherwise. */
export async function refuseRoot(ctx: Context, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (!/^\/+$/.test(path)) continue;
    await ctx.warn(`it is dangerous to operate recursively on ${ctx.quote('/')}`);
    await ctx.fail('use --no-preserve-root to override this failsafe');
  }
}
