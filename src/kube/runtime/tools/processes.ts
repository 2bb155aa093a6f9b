import { readText, type Process } from '../../../kernel';
import type { Runtime } from '../types';

/** `0::/kubepods/besteffort/podUID/ID`, in that cgroup or below it. */
const inside = (line: string, cgroup: string): boolean => `${line.replace(/^0::/, '')}/`.startsWith(`${cgroup}/`);

/** The node's PIDs of the processes in a cgroup and those below it. */
export async function pidsIn(proc: Process, cgroup: string): Promise<number[]> {
  const found: number[] = [];
  for (const { name } of proc.readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readText(proc, `/proc/${name}/cgroup`).catch(() => '');
    if (inside(line.trim(), cgroup)) found.push(Number(name));
  }
  return found.sort((a, b) => a - b);
}

/** What a program of the node prints. */
export async function outputOf(proc: Process, path: string, argv: readonly string[]): Promise<string> {
  const [read, write] = proc.pipe();
  const child = await proc.spawn(path, argv, {
    before: (own) => {
      own.dup2(write, 1);
      own.close(read);
    },
  });
  proc.close(write);
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const bytes = await proc.read(read);
    if (!bytes.length) break;
    text += decoder.decode(bytes, { stream: true });
  }
  proc.close(read);
  await proc.wait(child);
  return text;
}

/** What the processes of a cgroup hold in memory, and what is charged to it for files, bytes. */
export async function memoryOf(proc: Process, runtime: Runtime, cgroup: string, pids: readonly number[]): Promise<number> {
  let kilobytes = 0;
  for (const pid of pids) {
    const status = await readText(proc, `/proc/${pid}/status`).catch(() => '');
    kilobytes += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return kilobytes * 1024 + runtime.cgroups.memory(cgroup).fileBytes;
}
