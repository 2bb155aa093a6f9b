import { Errno } from '../../src/kernel/errno';
import type { DirEntry, Stat } from '../../src/kernel/file';
import { FakeProcess } from './fake-process';

/** With files in one directory: what cc needs. */
export class FakeProcessWithFiles extends FakeProcess {
  private readonly open_ = new Map<number, { readonly name: string; at: number }>();

  constructor(
    pid: number,
    argv: readonly string[],
    readonly files = new Map<string, Uint8Array>(),
  ) {
    super(pid, argv);
  }

  readdir(path: string): readonly DirEntry[] {
    if (path !== '.') throw new Errno('ENOENT');
    return [...this.files.keys()].map((name, ino) => ({ name, type: 'file', ino }));
  }
  lstat(path: string): Stat {
    if (!this.files.has(path)) throw new Errno('ENOENT');
    return { type: 'file' } as Stat;
  }
  stat(path: string): Stat {
    return this.lstat(path);
  }
  unlink(path: string): void {
    this.files.delete(path);
  }
  async open(name: string, flags: readonly string[] = []): Promise<number> {
    if (flags.includes('create')) this.files.set(name, new Uint8Array(0));
    if (!this.files.has(name)) throw new Errno('ENOENT');
    const fd = 3 + this.open_.size;
    this.open_.set(fd, { name, at: 0 });
    return fd;
  }
  async read(fd: number): Promise<Uint8Array> {
    const open = this.open_.get(fd)!;
    const rest = this.files.get(open.name)!.subarray(open.at);
    open.at += rest.length;
    return rest;
  }
  override async write(fd: number, data: Uint8Array | string): Promise<number> {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const open = this.open_.get(fd);
    if (open === undefined) return super.write(fd, bytes);
    const before = this.files.get(open.name)!;
    this.files.set(open.name, Uint8Array.from([...before, ...bytes]));
    return bytes.length;
  }
  close(): void {}
}
