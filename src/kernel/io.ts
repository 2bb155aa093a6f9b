import { Errno } from './errno';
import type { Bytes } from './file';
import type { Process } from './process';

/** All that is left to read. */
export async function readAll(proc: Process, fd: number): Promise<Bytes> {
  const chunks: Bytes[] = [];
  let length = 0;
  for (;;) {
    const chunk = await proc.read(fd);
    if (!chunk.length) break;
    chunks.push(chunk);
    length += chunk.length;
    if (length > 65536) proc.brk(length);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

export async function readFile(proc: Process, path: string): Promise<Bytes> {
  const fd = await proc.open(path);
  try {
    if (proc.fstat(fd).type === 'directory') throw new Errno('EISDIR');
    return await readAll(proc, fd);
  } finally {
    proc.close(fd);
  }
}

export async function readText(proc: Process, path: string): Promise<string> {
  return new TextDecoder().decode(await readFile(proc, path));
}

export async function writeFile(proc: Process, path: string, data: Bytes | string, mode = 0o666): Promise<void> {
  const fd = await proc.open(path, ['write', 'create', 'truncate'], mode);
  try {
    await proc.write(fd, data);
  } finally {
    proc.close(fd);
  }
}

/** The lines without their newline; the last one may lack it. */
export async function* lines(proc: Process, fd: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const chunk = await proc.read(fd);
    rest += decoder.decode(chunk, { stream: chunk.length > 0 });
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
    if (!chunk.length) break;
  }
  if (rest) yield rest;
}

export async function print(proc: Process, text: string): Promise<void> {
  if (text) await proc.write(1, text);
}

export async function printError(proc: Process, text: string): Promise<void> {
  if (text) await proc.write(2, text);
}
