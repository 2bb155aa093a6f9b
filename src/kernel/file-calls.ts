import { Calls } from './calls';
import { FileDescription, MemoryDevice, PlaceDescription, type Description } from './description';
import { Errno } from './errno';
import type { Bytes, DirEntry, OpenFlag, Stat, StatFs, Timestamps, Whence } from './file';
import { Pipe, PipeDescription } from './pipe';
import type { MountOptions } from './process';
import { SIG } from './signal';
import { MasterDescription, TtyDescription } from './tty';
import * as vfs from './vfs';
import { again } from './wait-queue';

const readDefault = 65536;

/** The system calls about files and descriptors. */
export abstract class FileCalls extends Calls {
  protected description(fd: number): Description {
    this.check();
    const descriptor = this.task.fds.get(fd);
    if (!descriptor) throw new Errno('EBADF');
    return descriptor.description;
  }
  #add(description: Description, cloexec = false): number {
    return this.kernel.install(this.task, this.kernel.freeDescriptor(this.task), description, cloexec);
  }

  open(path: string, flags: readonly OpenFlag[] = ['read'], mode = 0o666): Promise<number> {
    return this.call(
      async () => {
        this.kernel.freeDescriptor(this.task);
        const opened = vfs.openPath(this.task, path, flags, mode);
        const description = await this.#describe(opened, flags);
        return this.#add(description, flags.includes('cloexec'));
      },
      1,
      'open',
      [path, flags, mode],
    );
  }
  async #describe(
    { location, path, description }: vfs.Opened & { readonly description?: unknown },
    flags: readonly OpenFlag[],
  ): Promise<Description> {
    if (description instanceof PipeDescription) return new PipeDescription(description.pipe, flags);
    if (description !== undefined) return description as Description;
    const { inode } = location;
    if (inode instanceof vfs.NamespaceInode) return new PlaceDescription(path, flags, location, inode.handle);
    if (flags.includes('path') || inode.type === 'directory') return new PlaceDescription(path, flags, location);
    if (inode.type === 'fifo') return this.#openFifo(location, path, flags);
    if (inode.type === 'char' || inode.type === 'block') return this.#openDevice(location, path, flags);
    return new FileDescription(path, flags, location, vfs.openContent(this.task, location));
  }
  async #openFifo(location: vfs.Location, path: string, flags: readonly OpenFlag[]): Promise<Description> {
    const { inode } = location;
    const pipe = (inode.attached ??= new Pipe()) as Pipe;
    if (pipe.readers === 0 && flags.includes('nonblock') && flags.includes('write')) throw new Errno('ENXIO');
    const description = new PipeDescription(pipe, flags, location, path);
    if (flags.includes('nonblock') || (description.readable && description.writable)) return description;
    const before = description.readable ? pipe.writerOpens : pipe.readerOpens;
    const met = (): boolean =>
      description.readable ? pipe.writers > 0 || pipe.writerOpens > before : pipe.readers > 0 || pipe.readerOpens > before;
    const forget = (): void => description.released();
    this.onEnds.push(forget);
    try {
      await this.task.block(() => (met() ? true : again), [pipe.queue], { channel: 'wait_for_partner' });
    } catch (error) {
      description.released();
      throw error;
    } finally {
      this.onEnds.splice(this.onEnds.indexOf(forget), 1);
    }
    return description;
  }
  #openDevice(location: vfs.Location, path: string, flags: readonly OpenFlag[]): Description {
    const { rdev } = location.inode;
    const { kernel, task } = this;
    const major = rdev >> 8;
    const minor = rdev & 255;
    if (major === 1 && [3, 5, 7, 8, 9].includes(minor)) return new MemoryDevice(path, flags, location, rdev, () => kernel.clock.random());
    if (major === 5 && minor === 0) {
      if (!task.tty) throw new Errno('ENXIO');
      return new TtyDescription(task.tty, flags, location);
    }
    if (major === 5 && minor === 2) return new MasterDescription(kernel.newTty(task.credentials.ruid, 5), flags, location);
    if (major === 136) {
      const tty = kernel.ptys.get(minor);
      if (!tty) throw new Errno('EIO');
      if (!flags.includes('noctty') && task.session === task.pid && !task.tty && !tty.session) {
        tty.session = task.session;
        tty.foreground = task.group;
        task.tty = tty;
      }
      return new TtyDescription(tty, flags, location);
    }
    if (major === 5 && minor === 1) return new MemoryDevice(path, flags, location, (1 << 8) | 3, () => 0);
    throw new Errno('ENXIO');
  }

  close(fd: number): void {
    this.check();
    this.kernel.closeDescriptor(this.task, fd);
  }
  read(fd: number, max = readDefault): Promise<Bytes> {
    return this.call(
      async () => {
        const description = this.description(fd);
        if (!description.readable) throw new Errno('EBADF');
        const { task } = this;
        if (description instanceof TtyDescription) {
          const { termios } = description.tty;
          if (!termios.icanon && termios.vtime > 0 && termios.vmin === 0 && !description.tty.inputReady) {
            await task.sleep([description.queue], this.kernel.clock.now() + termios.vtime * 100, 'n_tty_read');
            if (!task.disturbed) return description.tty.takeRaw(max);
          }
        }
        task.io.syscr++;
        const taken = await task.block(
          () => {
            const bytes = description.tryRead(task, max);
            if (bytes === again && description.nonblock) throw new Errno('EAGAIN');
            return bytes;
          },
          [description.queue],
          { channel: description instanceof TtyDescription ? 'n_tty_read' : 'pipe_read' },
        );
        task.io.rchar += taken.length;
        return taken;
      },
      1,
      'read',
      [fd, max],
    );
  }
  pread(fd: number, max: number, offset: number): Promise<Bytes> {
    return this.call(
      async () => {
        const description = this.description(fd);
        if (!(description instanceof FileDescription)) throw new Errno(description instanceof PlaceDescription ? 'EISDIR' : 'ESPIPE');
        if (!description.readable) throw new Errno('EBADF');
        return description.content.read(offset, max);
      },
      1,
      'pread',
      [fd, max, offset],
    );
  }
  write(fd: number, data: Bytes | string): Promise<number> {
    return this.call(
      async () => {
        const description = this.description(fd);
        if (!description.writable) throw new Errno('EBADF');
        const { task } = this;
        const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
        let done = 0;
        task.io.syscw++;
        try {
          do {
            const rest = bytes.subarray(done);
            done += await task.block(
              () => {
                const count = description.tryWrite(task, rest);
                if (count === again && description.nonblock) throw new Errno('EAGAIN');
                return count;
              },
              [description.queue],
              { channel: 'pipe_write' },
            );
          } while (done < bytes.length);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          // setrlimit(2): a file that would grow past RLIMIT_FSIZE
          const fatal = error.code === 'EPIPE' ? SIG.PIPE : error.code === 'EFBIG' ? SIG.XFSZ : undefined;
          if (fatal !== undefined) {
            task.tracing?.leave(error, true);
            task.post(fatal, undefined);
          } else if (done > 0 && (error.code === 'EAGAIN' || error.code === 'EINTR')) return done;
          throw error;
        }
        task.io.wchar += done;
        return done;
      },
      1,
      'write',
      [fd, data],
    );
  }
  lseek(fd: number, offset: number, whence: Whence): number {
    const description = this.description(fd);
    if (!(description instanceof FileDescription)) {
      if (description instanceof MemoryDevice || description instanceof PlaceDescription) return (description.offset = 0);
      throw new Errno('ESPIPE');
    }
    const to = offset + (whence === 'cur' ? description.offset : whence === 'end' ? description.content.size : 0);
    if (to < 0) throw new Errno('EINVAL');
    return (description.offset = to);
  }
  ftruncate(fd: number, size: number): void {
    const description = this.description(fd);
    if (!(description instanceof FileDescription) || !description.writable) throw new Errno('EINVAL');
    this.#demandSize(size);
    description.truncate(size);
  }
  truncate(path: string, size: number): void {
    this.check();
    this.#demandSize(size);
    vfs.truncate(this.task, path, size);
  }
  #demandSize(size: number): void {
    if (size <= this.task.limits.fsize.soft) return;
    this.task.post(SIG.XFSZ, undefined);
    throw new Errno('EFBIG');
  }
  dup(fd: number, min = 0): number {
    return this.kernel.install(this.task, this.kernel.freeDescriptor(this.task, min), this.description(fd));
  }
  dup2(from: number, to: number): number {
    const description = this.description(from);
    if (to < 0 || to >= this.task.limits.nofile.soft) throw new Errno('EBADF');
    if (from === to) return to;
    description.refs++;
    if (this.task.fds.has(to)) this.kernel.closeDescriptor(this.task, to);
    description.refs--;
    return this.kernel.install(this.task, to, description);
  }
  setCloseOnExec(fd: number, on: boolean): void {
    this.description(fd);
    const descriptor = this.task.fds.get(fd);
    if (descriptor) descriptor.cloexec = on;
  }
  setNonBlocking(fd: number, on: boolean): void {
    this.description(fd).nonblock = on;
  }
  descriptorFlags(fd: number): { closeOnExec: boolean; flags: readonly OpenFlag[] } {
    const { flags, nonblock } = this.description(fd);
    const others = flags.filter((flag) => flag !== 'nonblock');
    return { closeOnExec: this.task.fds.get(fd)?.cloexec ?? false, flags: nonblock ? [...others, 'nonblock'] : others };
  }
  fds(): readonly number[] {
    return [...this.task.fds.keys()].sort((a, b) => a - b);
  }
  pipe(): readonly [read: number, write: number] {
    this.check();
    const pipe = new Pipe();
    const read = this.#add(new PipeDescription(pipe, ['read']));
    return [read, this.#add(new PipeDescription(pipe, ['write']))];
  }

  stat(path: string): Stat {
    this.check();
    return vfs.stat(this.task, path);
  }
  lstat(path: string): Stat {
    this.check();
    return vfs.lstat(this.task, path);
  }
  fstat(fd: number): Stat {
    return vfs.seenBy(this.task.credentials, this.description(fd).stat());
  }
  statfs(path: string): StatFs {
    this.check();
    return vfs.statfs(this.task, path);
  }
  access(path: string, mode: string): void {
    this.check();
    vfs.access(this.task, path, mode);
  }
  readdir(path: string): readonly DirEntry[] {
    this.check();
    return vfs.readdir(this.task, path);
  }
  mkdir(path: string, mode?: number): void {
    this.check();
    vfs.mkdir(this.task, path, mode);
  }
  rmdir(path: string): void {
    this.check();
    vfs.rmdir(this.task, path);
  }
  mknod(path: string, type: 'file' | 'fifo' | 'char' | 'block' | 'socket', mode: number, rdev?: number): void {
    this.check();
    vfs.mknod(this.task, path, type, mode, rdev);
  }
  unlink(path: string): void {
    this.check();
    vfs.unlink(this.task, path);
  }
  rename(from: string, to: string): void {
    this.check();
    vfs.rename(this.task, from, to);
  }
  link(from: string, to: string): void {
    this.check();
    vfs.link(this.task, from, to);
  }
  symlink(target: string, path: string): void {
    this.check();
    vfs.symlink(this.task, target, path);
  }
  readlink(path: string): string {
    this.check();
    return vfs.readlink(this.task, path);
  }
  realpath(path: string): string {
    this.check();
    return vfs.realpath(this.task, path);
  }
  chmod(path: string, mode: number): void {
    this.check();
    vfs.chmod(this.task, path, mode);
  }
  chown(path: string, uid: number, gid: number, options: { noFollow?: boolean } = {}): void {
    this.check();
    const { user } = this.task.ns;
    const owner = uid === -1 ? -1 : user.globalOf('uid', uid);
    vfs.chown(this.task, path, owner, gid === -1 ? -1 : user.globalOf('gid', gid), options);
  }
  utimes(path: string, times: Timestamps, options: { noFollow?: boolean } = {}): void {
    this.check();
    vfs.utimes(this.task, path, times, options);
  }
  umask(mask: number): number {
    this.check();
    const previous = this.task.umask;
    this.task.umask = mask & 0o777;
    return previous;
  }
  chdir(path: string): void {
    this.check();
    this.task.cwd = vfs.chdirTo(this.task, path);
  }
  getcwd(): string {
    this.check();
    if (this.task.cwd.inode.nlink === 0) throw new Errno('ENOENT');
    return vfs.pathOf(this.task.cwd, this.task.root, this.task);
  }
  mount(source: string, target: string, type: string, options: MountOptions = {}): void {
    this.check();
    vfs.mount(this.task, source, target, type, options);
  }
  umount(target: string, options: { lazy?: boolean } = {}): void {
    this.check();
    vfs.umount(this.task, target, options);
  }
  pivotRoot(newRoot: string, putOld: string): void {
    this.check();
    const { from, to } = vfs.pivotRoot(this.task, newRoot, putOld);
    const same = (a: vfs.Location): boolean => a.inode === from.inode && a.mount === from.mount;
    for (const task of this.kernel.tasks()) {
      if (task.mounts !== this.task.mounts) continue;
      if (same(task.root)) task.root = to;
      if (same(task.cwd)) task.cwd = to;
    }
  }
}
