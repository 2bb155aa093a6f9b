import { Errno, type Process } from '../kernel';
import { failure } from './errors';

/** Runs KUBE_EDITOR, else EDITOR, else vi, on a file; a shell reads a command with arguments. Throws when it fails. */
export async function launchEditor(proc: Process, file: string): Promise<void> {
  const editor = proc.env.get('KUBE_EDITOR') || proc.env.get('EDITOR') || 'vi';
  const viaShell = /[ "'\\]/.test(editor);
  const [path, argv] = viaShell ? ['/bin/sh', ['sh', '-c', `${editor} "${file}"`]] : [find(proc, editor), [editor, file]];
  if (path === undefined) throw failure(`unable to launch the editor "${editor}"`);
  let pid: number;
  try {
    pid = await proc.spawn(path, argv as string[]);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`unable to launch the editor "${editor}"`);
  }
  const ended = await proc.wait(pid);
  if (ended?.status.kind !== 'exited' || ended.status.code !== 0) throw failure(`there was a problem with the editor "${editor}"`);
}

/** The program that PATH has for a name. */
export function find(proc: Process, name: string): string | undefined {
  if (name.includes('/')) return name;
  for (const directory of (proc.env.get('PATH') ?? '').split(':')) {
    const path = `${directory || '.'}/${name}`;
    try {
      proc.access(path, 'x');
      if (proc.stat(path).type === 'file') return path;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  return undefined;
}
