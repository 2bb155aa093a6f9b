import { Errno, type Process } from '../kernel';
import type { Context } from './command';
import { joinPath } from './path';

const defaultPath = '/bin:/usr/bin';

/** execvp(3)'s search: the paths to try, in order. */
export function searchPath(command: string, path: string | undefined): string[] {
  if (command.includes('/')) return [command];
  return (path ?? defaultPath).split(':').map((d) => (d === '' ? command : joinPath(d, command)));
}

/** execvp(3): tries each directory of PATH; a file without a known format is given to /bin/sh. Throws the errno that execvp sets. */
export async function execvp(
  proc: Process,
  argv: readonly string[],
  path: string | undefined,
  env?: ReadonlyMap<string, string>,
): Promise<never> {
  const [command = ''] = argv;
  let denied = false;
  if (command === '') throw new Errno('ENOENT');
  for (const file of searchPath(command, path)) {
    try {
      return await proc.exec(file, argv, env);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ENOEXEC') return proc.exec('/bin/sh', ['sh', file, ...argv.slice(1)], env);
      if (error.code === 'EACCES') denied = true;
      else if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    }
  }
  throw new Errno(denied ? 'EACCES' : 'ENOENT');
}

export interface ExecOptions {
  readonly path?: string | undefined;
  /** What comes before `: strerror` when it fails. */
  readonly message: (name: string) => string;
  /** Exit status for a command that is found but cannot be run, and for one that is not found. */
  readonly statuses?: readonly [number, number];
}

/** Replaces this program by a command, or says why not and gives 126 or 127. */
export async function execCommand(ctx: Context, argv: readonly string[], options: ExecOptions): Promise<number> {
  await ctx.out.flush();
  try {
    return await execvp(ctx.proc, argv, options.path ?? ctx.env.get('PATH'));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const [notRun, notFound] = options.statuses ?? [126, 127];
    await ctx.warn(`${options.message(argv[0] ?? '')}: ${ctx.strerror(error)}`);
    return error.code === 'ENOENT' ? notFound : notRun;
  }
}

/** posix_spawnp(3): a child that runs the command. Throws as execvp does; `before` runs in the child. */
export async function spawnp(proc: Process, argv: readonly string[], before?: (child: Process) => void | Promise<void>): Promise<number> {
  let denied = false;
  for (const file of searchPath(argv[0] ?? '', proc.env.get('PATH'))) {
    try {
      return await proc.spawn(file, argv, before ? { before } : {});
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ENOEXEC') return proc.spawn('/bin/sh', ['sh', file, ...argv.slice(1)], before ? { before } : {});
      if (error.code === 'EACCES') denied = true;
      else if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    }
  }
  throw new Errno(denied ? 'EACCES' : 'ENOENT');
}
