import type { Process } from '../kernel';

const decoder = new TextDecoder();

export async function readBytes(proc: Process, path: string): Promise<Uint8Array> {
  const fd = await proc.open(path, ['read']);
  try {
    return await readAll(proc, fd);
  } finally {
    proc.close(fd);
  }
}

export async function readAll(proc: Process, fd: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = await proc.read(fd);
    if (chunk.length === 0) break;
    chunks.push(chunk.slice());
    size += chunk.length;
  }
  const all = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

export async function readFile(proc: Process, path: string): Promise<string> {
  return decoder.decode(await readBytes(proc, path));
}

export async function writeFile(proc: Process, path: string, text: string, mode = 0o644): Promise<void> {
  const fd = await proc.open(path, ['write', 'create', 'truncate'], mode);
  try {
    if (text) await proc.write(fd, text);
  } finally {
    proc.close(fd);
  }
}
