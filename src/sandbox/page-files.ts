import { Errno, type Process, type Task } from '../kernel';
import type { FileEntry } from './protocol';
import type { Save } from './save';

const join = (directory: string, name: string): string => `${directory === '/' ? '' : directory}/${name}`;

/** What of a file tells that it is another one or was written. */
interface Seen {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** The home directory as the page reaches it, by the system calls of one process of the node. */
export class PageFiles {
  #watched: readonly string[] = [];
  /** Files below or among the watched paths, as they were when last looked at. */
  #seen = new Map<string, Seen>();

  constructor(
    private readonly agent: Task,
    readonly home: string,
    private readonly onFile: (path: string, exists: boolean) => void,
  ) {}

  /** The process execs when the machine boots, which gives it a new handle. */
  private get proc(): Process {
    return this.agent.proc;
  }

  path(given: string): string {
    return given.startsWith('/') ? given : join(this.home, given);
  }

  async read(given: string): Promise<Uint8Array | undefined> {
    const path = this.path(given);
    try {
      if (this.proc.stat(path).type !== 'file') return undefined;
      return await this.#content(path);
    } catch (error) {
      if (error instanceof Errno && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP')) return undefined;
      throw error;
    }
  }

  async #content(path: string): Promise<Uint8Array> {
    const fd = await this.proc.open(path);
    try {
      const { size } = this.proc.fstat(fd);
      const bytes = new Uint8Array(size);
      let at = 0;
      while (at < size) {
        const chunk = await this.proc.read(fd, size - at);
        if (!chunk.length) break;
        bytes.set(chunk, at);
        at += chunk.length;
      }
      return bytes.subarray(0, at);
    } finally {
      this.proc.close(fd);
    }
  }

  async write(given: string, bytes: Uint8Array): Promise<void> {
    const path = this.path(given);
    const fd = await this.proc.open(path, ['write', 'create', 'truncate'], 0o644);
    try {
      await this.proc.write(fd, bytes);
    } finally {
      this.proc.close(fd);
    }
    this.#remember(path);
  }

  rename(from: string, to: string): void {
    this.proc.rename(this.path(from), this.path(to));
    this.#remember(this.path(from), this.path(to));
  }

  remove(given: string): void {
    this.proc.unlink(this.path(given));
    this.#remember(this.path(given));
  }

  list(given: string): readonly FileEntry[] {
    const directory = this.path(given);
    const entries: FileEntry[] = [];
    for (const { name } of this.#readdir(directory)) {
      const path = join(directory, name);
      try {
        const { type, size, mtimeMs, mode } = this.proc.lstat(path);
        const kind = type === 'file' || type === 'directory' || type === 'symlink' ? type : 'other';
        entries.push({ name, path, type: kind, size, modifiedMs: mtimeMs, mode });
      } catch {
        // gone meanwhile
      }
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #readdir(directory: string): readonly { readonly name: string }[] {
    try {
      return this.proc.readdir(directory);
    } catch {
      return [];
    }
  }

  watch(paths: readonly string[]): void {
    this.#watched = paths.map((path) => this.path(path));
    this.#seen = this.#look();
  }

  /** Compares with what was seen last, and tells of every difference. */
  check(): void {
    const now = this.#look();
    const before = this.#seen;
    this.#seen = now;
    for (const [path, file] of now) {
      const old = before.get(path);
      if (!old || old.ino !== file.ino || old.size !== file.size || old.mtimeMs !== file.mtimeMs || old.ctimeMs !== file.ctimeMs)
        this.onFile(path, true);
    }
    for (const path of before.keys()) if (!now.has(path)) this.onFile(path, false);
  }

  #look(): Map<string, Seen> {
    const found = new Map<string, Seen>();
    const look = (path: string, inside: boolean): void => {
      try {
        const stat = this.proc.stat(path);
        if (stat.type === 'directory' && inside) for (const { name } of this.#readdir(path)) look(join(path, name), false);
        else if (stat.type === 'file') found.set(path, stat);
      } catch {
        // not there
      }
    };
    for (const path of this.#watched) look(path, true);
    return found;
  }

  /** What the page did itself is no news to it. */
  #remember(...paths: readonly string[]): void {
    const now = this.#look();
    for (const path of paths) {
      const file = now.get(path);
      if (file) this.#seen.set(path, file);
      else this.#seen.delete(path);
    }
  }

  /** Everything below the home directory. */
  async keep(): Promise<Omit<Save, 'objects'>> {
    const files: Save['files'][number][] = [];
    const directories: Save['directories'][number][] = [];
    const links: Save['links'][number][] = [];
    const walk = async (directory: string, prefix: string): Promise<void> => {
      for (const { name } of this.#readdir(directory)) {
        const path = join(directory, name);
        const relative = prefix + name;
        const stat = this.proc.lstat(path);
        if (stat.type === 'file')
          files.push({ path: relative, mode: stat.mode, mtimeMs: stat.mtimeMs, content: await this.#content(path) });
        else if (stat.type === 'symlink') links.push({ path: relative, target: this.proc.readlink(path) });
        else if (stat.type === 'directory' && stat.dev === this.proc.stat(this.home).dev) {
          directories.push({ path: relative, mode: stat.mode });
          await walk(path, `${relative}/`);
        }
      }
    };
    await walk(this.home, '');
    return { files, directories, links };
  }

  /** The home directory becomes what was kept. */
  async restore(save: Omit<Save, 'objects'>): Promise<void> {
    for (const { path, mode } of save.directories) {
      this.#attempt(() => this.proc.mkdir(this.path(path), 0o755));
      this.proc.chmod(this.path(path), mode & 0o7777);
    }
    for (const { path, mode, mtimeMs, content } of save.files) {
      await this.write(path, content);
      this.proc.chmod(this.path(path), mode & 0o7777);
      this.proc.utimes(this.path(path), { mtimeMs });
    }
    for (const { path, target } of save.links) this.#attempt(() => this.proc.symlink(target, this.path(path)));
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Errno && error.code === 'EEXIST')) throw error;
    }
  }
}
