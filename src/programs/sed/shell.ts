import type { Process } from '../../kernel';
import { readAll } from '../input';

/** What `sh -c COMMAND` writes to its standard output. */
export async function outputOf(proc: Process, command: string): Promise<Uint8Array> {
  const [from, to] = proc.pipe();
  const pid = await proc.spawn('/bin/sh', ['sh', '-c', command], {
    before: (child) => {
      child.dup2(to, 1);
      child.close(to);
      child.close(from);
    },
  });
  proc.close(to);
  const output = await readAll(proc, from);
  proc.close(from);
  await proc.wait(pid);
  return output;
}
