import type { Bytes } from '../kernel';

const ENOSYS = 52;
const EBADF = 8;

export class GuestExit {
  constructor(readonly code: number) {}
}

/**
 * The WASI imports that the shim uses, over two byte streams; every other import answers ENOSYS, as do asyncify's stubs.
 * `read` returns at least one byte and at most `max`, blocking or throwing as its host likes.
 */
export function wasiImports(
  module: WebAssembly.Module,
  memory: () => WebAssembly.Memory,
  write: (bytes: Bytes) => void,
  read: (max: number) => Bytes,
): WebAssembly.Imports {
  const vectors = (at: number, count: number): Uint8Array[] => {
    const { buffer } = memory();
    const view = new DataView(buffer);
    return Array.from(
      { length: count },
      (_, i) => new Uint8Array(buffer, view.getUint32(at + 8 * i, true), view.getUint32(at + 8 * i + 4, true)),
    );
  };
  const store = (at: number, value: number): void => new DataView(memory().buffer).setUint32(at, value, true);
  const empty = (count: number, size: number): number => {
    store(count, 0);
    store(size, 0);
    return 0;
  };
  const functions: Record<string, (...args: number[]) => number> = {
    args_sizes_get: (count = 0, size = 0) => empty(count, size),
    args_get: () => 0,
    environ_sizes_get: (count = 0, size = 0) => empty(count, size),
    environ_get: () => 0,
    fd_write: (fd, at = 0, count = 0, done = 0) => {
      if (fd !== 1) return EBADF;
      const parts = vectors(at, count);
      const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
      parts.reduce((offset, part) => {
        bytes.set(part, offset);
        return offset + part.length;
      }, 0);
      store(done, bytes.length);
      write(bytes);
      return 0;
    },
    fd_read: (fd, at = 0, count = 0, done = 0) => {
      if (fd !== 0) return EBADF;
      const bytes = read(vectors(at, count).reduce((size, part) => size + part.length, 0));
      let offset = 0;
      for (const part of vectors(at, count)) {
        const piece = bytes.subarray(offset, offset + part.length);
        part.set(piece);
        offset += piece.length;
      }
      store(done, offset);
      return 0;
    },
    proc_exit: (code = 0) => {
      throw new GuestExit(code);
    },
  };
  const imports: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') throw new TypeError(`no ${kind} ${from}.${name}`);
    (imports[from] ??= {})[name] = (from === 'wasi_snapshot_preview1' ? functions[name] : undefined) ?? ((): number => ENOSYS);
  }
  return imports as WebAssembly.Imports;
}
