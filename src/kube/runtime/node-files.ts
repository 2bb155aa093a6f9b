import { Errno, readText, type Bytes, type Process } from '../../kernel';

/** A daemon's file work on its node, one operation after the other. */
export class NodeFiles {
  readonly #proc: Process;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(proc: Process) {
    this.#proc = proc;
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }

  /** mkdir -p. */
  makeDirectory(path: string, mode = 0o755): void {
    let at = '';
    for (const part of path.split('/').filter(Boolean)) {
      at += `/${part}`;
      try {
        this.#proc.mkdir(at, mode);
      } catch (error) {
        if (!(error instanceof Errno) || error.code !== 'EEXIST') throw error;
      }
    }
  }

  append(path: string, data: Bytes | string): Promise<void> {
    return this.#write(path, data, 'append', 0o640);
  }

  write(path: string, data: Bytes | string, mode = 0o644): Promise<void> {
    return this.#write(path, data, 'truncate', mode);
  }

  #write(path: string, data: Bytes | string, how: 'append' | 'truncate', mode: number): Promise<void> {
    return this.#queue(async () => {
      this.makeDirectory(path.replace(/\/[^/]*$/, ''));
      const fd = await this.#proc.open(path, ['write', 'create', how], mode);
      await this.#proc.write(fd, data);
      this.#proc.close(fd);
    });
  }

  /** A symbolic link at `path`. */
  link(target: string, path: string): void {
    if (!this.exists(path)) this.#proc.symlink(target, path);
  }

  exists(path: string): boolean {
    try {
      this.#proc.stat(path);
      return true;
    } catch {
      return false;
    }
  }

  /** Whether something is mounted there. */
  isMounted(path: string): boolean {
    try {
      return this.#proc.stat(path).dev !== this.#proc.stat(path.replace(/\/[^/]*$/, '')).dev;
    } catch {
      return false;
    }
  }

  /** Undefined when there is no such file. */
  readText(path: string): Promise<string | undefined> {
    return this.#queue(async () => {
      try {
        return await readText(this.#proc, path);
      } catch (error) {
        if (error instanceof Errno) return undefined;
        throw error;
      }
    });
  }

  /** The path with every symbolic link followed. */
  resolve(path: string): Promise<string> {
    return this.#queue(async () => this.#proc.realpath(path));
  }

  /** rm -rf. Mounts below must be gone. */
  remove(path: string): Promise<void> {
    return this.#queue(async () => this.#remove(path));
  }

  #remove(path: string): void {
    let stat;
    try {
      stat = this.#proc.lstat(path);
    } catch {
      return;
    }
    if (stat.type !== 'directory') return this.#proc.unlink(path);
    for (const entry of this.#proc.readdir(path)) this.#remove(`${path}/${entry.name}`);
    this.#proc.rmdir(path);
  }
}
