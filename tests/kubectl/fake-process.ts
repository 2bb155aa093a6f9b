import { Errno } from '../../src/kernel/errno';
import type { Process } from '../../src/kernel';
import type { Clock } from '../../src/clock';

interface FakeFile {
  bytes: Uint8Array;
}

/** Files by absolute path; a directory is one that some path begins with. */
export class FakeFiles {
  readonly files = new Map<string, FakeFile>();
  write(path: string, data: string | Uint8Array): void {
    this.files.set(this.absolute(path), { bytes: typeof data === 'string' ? new TextEncoder().encode(data) : data });
  }
  text(path: string): string {
    return new TextDecoder().decode(this.need(path).bytes);
  }
  absolute(path: string): string {
    const parts: string[] = [];
    for (const part of (path.startsWith('/') ? path : `/root/${path}`).split('/')) {
      if (part === '..') parts.pop();
      else if (part && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  }
  need(path: string): FakeFile {
    const file = this.files.get(this.absolute(path));
    if (!file) throw new Errno(this.isDirectory(path) ? 'EISDIR' : 'ENOENT');
    return file;
  }
  isDirectory(path: string): boolean {
    const prefix = `${this.absolute(path)}/`.replace('//', '/');
    return [...this.files.keys()].some((name) => name.startsWith(prefix));
  }
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

interface Options {
  readonly files: FakeFiles;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly clock: Clock;
  readonly argv: readonly string[];
  readonly spawn?: (path: string, argv: readonly string[]) => Promise<number>;
}

/** As much of a process as kubectl uses, its output collected. */
export class FakeProcess {
  readonly out: Uint8Array[] = [];
  readonly err: Uint8Array[] = [];
  private readonly open = new Map<number, { path: string; offset: number }>();
  private nextFd = 3;
  private input: Uint8Array;
  private waited = 0;
  readonly ended: (() => void)[] = [];

  constructor(private readonly options: Options) {
    this.input = new TextEncoder().encode(options.stdin ?? '');
  }

  get process(): Process {
    const { files, clock, argv, env } = this.options;
    const stat = (path: string): unknown => {
      if (files.isDirectory(path)) return { type: 'directory', mode: 0o755, size: 0 };
      return { type: 'file', mode: 0o644, size: files.need(path).bytes.length };
    };
    const fake = {
      pid: 4711,
      argv,
      env: new Map(Object.entries({ HOME: '/root', PATH: '/usr/bin', ...env })),
      clock,
      isatty: () => false,
      onEnd: (callback: () => void) => this.ended.push(callback),
      sigaction: () => 'default',
      getcwd: () => '/root',
      stat,
      lstat: stat,
      fstat: () => ({ type: 'file' }),
      readdir: (path: string) => {
        const prefix = `${files.absolute(path)}/`;
        const names = new Set(
          [...files.files.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length).split('/')[0]!),
        );
        return [...names].map((name) => ({ name, type: files.isDirectory(prefix + name) ? 'directory' : 'file', ino: 1 }));
      },
      open: async (path: string, flags: readonly string[] = ['read']) => {
        if (flags.includes('exclusive') && files.files.has(files.absolute(path))) throw new Errno('EEXIST');
        if (flags.includes('create')) {
          if (!files.files.has(files.absolute(path)) || flags.includes('truncate')) files.write(path, '');
        } else files.need(path);
        const fd = this.nextFd++;
        this.open.set(fd, { path, offset: 0 });
        return fd;
      },
      close: (fd: number) => void this.open.delete(fd),
      read: async (fd: number, max = 65536) => {
        if (fd === 0) {
          const chunk = this.input.slice(0, max);
          this.input = this.input.slice(chunk.length);
          return chunk;
        }
        const file = this.open.get(fd)!;
        const chunk = files.need(file.path).bytes.slice(file.offset, file.offset + max);
        file.offset += chunk.length;
        return chunk;
      },
      write: async (fd: number, data: string | Uint8Array) => {
        const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
        if (fd === 1) this.out.push(bytes);
        else if (fd === 2) this.err.push(bytes);
        else {
          const { path } = this.open.get(fd)!;
          const before = files.need(path).bytes;
          const after = new Uint8Array(before.length + bytes.length);
          after.set(before);
          after.set(bytes, before.length);
          files.write(path, after);
        }
        return bytes.length;
      },
      unlink: (path: string) => void files.files.delete(files.absolute(path)),
      mkdir: () => undefined,
      access: (path: string) => void stat(path),
      rmdir: () => undefined,
      nanosleep: (ms: number) => clock.sleep(ms),
      spawn: async (path: string, words: readonly string[]) => {
        this.waited = (await this.options.spawn?.(path, words)) ?? 0;
        return 4712;
      },
      wait: async () => ({ pid: 4712, status: { kind: 'exited', code: this.waited } }),
      exit: (code: number) => Promise.reject(new Error(`exit ${code}`)),
    };
    return fake as unknown as Process;
  }
}

export function textOf(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join('');
}
