import { Errno } from '../errno';
import type { DirEntry, FileType, OpenFlag, Stat, StatFs, Timestamps } from '../file';
import { Directory, NamespaceInode, RegularFile, Special, Symlink, type Inode } from './inode';
import { MemoryFs } from './memory-fs';
import { capable, capableOver, overflowId, type Subject } from './subject';
import type { FileContent, Location, NodeInit, Opened, PathContext } from './types';
import {
  CAP,
  demand,
  demandWritable,
  find,
  inGroup,
  pathOf,
  permitted,
  resolve,
  resolveForCreate,
  resolveParent,
  type Parent,
} from './walk';

const S_ISUID = 0o4000;
const S_ISGID = 0o2000;
const S_ISVTX = 0o1000;

/** A stat's owner and group as the asker's user namespace counts. */
export function seenBy({ user }: Subject, stat: Stat): Stat {
  return user.parent === undefined ? stat : { ...stat, uid: user.uidOf(stat.uid) ?? overflowId, gid: user.gidOf(stat.gid) ?? overflowId };
}
function statFound(context: PathContext, found: ReturnType<typeof find>): Stat {
  const stat = 'location' in found ? found.location.inode.stat() : (found.description as { stat(): Stat }).stat();
  return seenBy(context.credentials, stat);
}
export const stat = (context: PathContext, path: string): Stat => statFound(context, find(context, path));
export const lstat = (context: PathContext, path: string): Stat => statFound(context, find(context, path, { follow: false }));
export const statfs = (context: PathContext, path: string): StatFs => resolve(context, path).inode.fs.statfs();

/** access(2), with the real ids. */
export function access(context: PathContext, path: string, mode: string): void {
  const { credentials } = context;
  const real = { ...credentials, euid: credentials.ruid, egid: credentials.rgid };
  const { mounts, root, cwd, umask, task } = context;
  const location = resolve({ mounts, root, cwd, umask, task, credentials: real, nowMs: () => context.nowMs() }, path);
  if (mode.includes('w') && location.inode.type !== 'fifo' && location.inode.type !== 'char') demandWritable(location);
  const want = (mode.includes('r') ? 4 : 0) | (mode.includes('w') ? 2 : 0) | (mode.includes('x') ? 1 : 0);
  if (want && !permitted(location.inode, want, real)) throw new Errno('EACCES');
}

export function readdir(context: PathContext, path: string): DirEntry[] {
  return entriesOf(context, resolve(context, path));
}

/** What getdents(2) gives on an open directory. */
export function entriesOf(context: PathContext, location: Location): DirEntry[] {
  if (!(location.inode instanceof Directory)) throw new Errno('ENOTDIR');
  demand(location.inode, 4, context);
  return location.inode.entries(context.task);
}

/** The directory and free name for a new entry. */
function place(context: PathContext, path: string, directoryWanted: boolean): { directory: Directory; at: Location; name: string } {
  const { at, name, slash } = resolveParent(context, path);
  if (name === undefined) throw new Errno('EEXIST');
  const directory = at.inode;
  if (!(directory instanceof Directory)) throw new Errno('ENOTDIR');
  demand(directory, 1, context);
  if (directory.lookup(name, context.task)) throw new Errno('EEXIST');
  if (slash && !directoryWanted) throw new Errno('ENOENT');
  demandWritable(at);
  demand(directory, 2, context);
  return { directory, at, name };
}

function make(context: PathContext, directory: Directory, name: string, type: FileType, mode: number, more: Partial<NodeInit> = {}): Inode {
  demandLinked(directory);
  const inherits = (directory.mode & S_ISGID) !== 0;
  const bits = (mode & ~context.umask & 0o7777) | (inherits && type === 'directory' ? S_ISGID : 0);
  return directory.create(name, {
    type,
    mode: bits,
    uid: context.credentials.euid,
    gid: inherits ? directory.gid : context.credentials.egid,
    ...more,
  });
}

export function mkdir(context: PathContext, path: string, mode = 0o777): void {
  const { directory, name } = place(context, path, true);
  make(context, directory, name, 'directory', mode & 0o1777);
}

export function mknod(
  context: PathContext,
  path: string,
  type: 'file' | 'fifo' | 'char' | 'block' | 'socket',
  mode: number,
  rdev = 0,
): void {
  const { directory, name } = place(context, path, false);
  if ((type === 'char' || type === 'block') && !capable(context.credentials, CAP.MKNOD)) throw new Errno('EPERM');
  make(context, directory, name, type, mode, { rdev });
}

export function symlink(context: PathContext, target: string, path: string): void {
  if (target === '') throw new Errno('ENOENT');
  if (new TextEncoder().encode(target).length > 4095) throw new Errno('ENAMETOOLONG');
  const { directory, name } = place(context, path, false);
  make(context, directory, name, 'symlink', 0o777, { target });
}

export function link(context: PathContext, from: string, to: string): void {
  const source = resolve(context, from, { follow: false });
  const { directory, at, name } = place(context, to, false);
  if (source.mount !== at.mount) throw new Errno('EXDEV');
  if (source.inode.type === 'directory') throw new Errno('EPERM');
  demandLinked(directory);
  if (source.inode.fs instanceof MemoryFs) source.inode.fs.demandLink();
  directory.insert(name, source.inode);
  source.inode.nlink++;
}

export function readlink(context: PathContext, path: string): string {
  const { inode } = resolve(context, path, { follow: false });
  if (!(inode instanceof Symlink)) throw new Errno('EINVAL');
  return inode.target(context.task);
}

/** realpath(3). */
export function realpath(context: PathContext, path: string): string {
  const { at, name } = resolveParent(context, path);
  if (name === undefined) return pathOf(at, context.root, context);
  const location = resolve(context, path);
  if (location.inode instanceof Directory) return pathOf(location, context.root, context);
  const directory = at.inode as Directory;
  const child = directory.lookup(name, context.task);
  if (child instanceof Symlink && !child.jump(context.task)) {
    const base = pathOf(at, context.root, context);
    const target = child.target(context.task);
    return realpath(context, target.startsWith('/') ? target : `${base === '/' ? '' : base}/${target}`);
  }
  const base = pathOf(at, context.root, context);
  return `${base === '/' ? '' : base}/${name}`;
}

/** May the caller take `inode`'s name out of `directory`? Sticky directories leave it to owners. */
function demandRemovable(context: PathContext, at: Location, inode: Inode): void {
  const directory = at.inode;
  demandWritable(at);
  demand(directory, 3, context);
  const { credentials } = context;
  if (
    directory.mode & S_ISVTX &&
    inode.uid !== credentials.euid &&
    directory.uid !== credentials.euid &&
    !capableOver(credentials, inode, CAP.FOWNER)
  )
    throw new Errno('EPERM');
}

function existing(context: PathContext, parent: Parent): Inode {
  const directory = parent.at.inode;
  if (!(directory instanceof Directory)) throw new Errno('ENOTDIR');
  demand(directory, 1, context);
  const inode = directory.lookup(parent.name ?? '', context.task);
  if (!inode) throw new Errno('ENOENT');
  return inode;
}

export function unlink(context: PathContext, path: string): void {
  const parent = resolveParent(context, path);
  if (parent.name === undefined) throw new Errno('EISDIR');
  const inode = existing(context, parent);
  if (parent.slash && inode.type !== 'directory') throw new Errno('ENOTDIR');
  demandRemovable(context, parent.at, inode);
  if (inode.type === 'directory') throw new Errno('EISDIR');
  if (parent.at.mount.childAt(inode)) throw new Errno('EBUSY');
  (parent.at.inode as Directory).remove(parent.name);
  dropLink(inode, parent.name);
}

/** Nothing can be put into a directory that was removed. */
function demandLinked(directory: Directory): void {
  if (directory.nlink === 0) throw new Errno('ENOENT');
}

function dropLink(inode: Inode, name: string): void {
  if (inode instanceof Directory) {
    inode.nlink = 0;
    inode.formerName = name;
  } else inode.nlink--;
  inode.touch(false);
  if (inode.nlink <= 0 && inode.fs instanceof MemoryFs) inode.fs.forget(inode);
}

export function rmdir(context: PathContext, path: string): void {
  const parent = resolveParent(context, path);
  if (parent.name === undefined) throw new Errno(/(^|\/)\.\/*$/.test(path) ? 'EINVAL' : /\.\.\/*$/.test(path) ? 'ENOTEMPTY' : 'EBUSY');
  const inode = existing(context, parent);
  demandRemovable(context, parent.at, inode);
  if (!(inode instanceof Directory)) throw new Errno('ENOTDIR');
  if (parent.at.mount.childAt(inode)) throw new Errno('EBUSY');
  if (!inode.isEmpty(context.task)) throw new Errno('ENOTEMPTY');
  (parent.at.inode as Directory).remove(parent.name);
  dropLink(inode, parent.name);
}

export function rename(context: PathContext, from: string, to: string): void {
  const source = resolveParent(context, from);
  const target = resolveParent(context, to);
  if (source.name === undefined || target.name === undefined) throw new Errno('EBUSY');
  if (source.at.mount !== target.at.mount) throw new Errno('EXDEV');
  const inode = existing(context, source);
  const directory = target.at.inode;
  if (!(directory instanceof Directory)) throw new Errno('ENOTDIR');
  if ((source.slash || target.slash) && inode.type !== 'directory') throw new Errno('ENOTDIR');
  if (inode instanceof Directory) {
    for (let at: Directory = directory; ; at = at.parent) {
      if (at === inode) throw new Errno('EINVAL');
      if (at.parent === at) break;
    }
  }
  demandRemovable(context, source.at, inode);
  const replaced = directory.lookup(target.name, context.task);
  if (replaced === inode) return;
  if (replaced) {
    demandRemovable(context, target.at, replaced);
    if (replaced instanceof Directory) {
      if (inode.type !== 'directory') throw new Errno('EISDIR');
      if (!replaced.isEmpty(context.task)) throw new Errno('ENOTEMPTY');
    } else if (inode.type === 'directory') throw new Errno('ENOTDIR');
    if (target.at.mount.childAt(replaced)) throw new Errno('EBUSY');
    directory.remove(target.name);
    dropLink(replaced, target.name);
  } else demand(directory, 3, context);
  if (source.at.mount.childAt(inode)) throw new Errno('EBUSY');
  demandLinked(directory);
  (source.at.inode as Directory).remove(source.name);
  directory.insert(target.name, inode);
}

function changeable(context: PathContext, path: string, follow = true): Inode {
  const location = resolve(context, path, { follow });
  demandWritable(location);
  return location.inode;
}

const owns = (context: PathContext, inode: Inode): boolean =>
  inode.uid === context.credentials.euid || capableOver(context.credentials, inode, CAP.FOWNER);

export function chmod(context: PathContext, path: string, mode: number): void {
  const inode = changeable(context, path);
  if (!owns(context, inode)) throw new Errno('EPERM');
  const keepsGroupBit = inGroup(context.credentials, inode.gid) || capableOver(context.credentials, inode, CAP.FSETID);
  inode.mode = mode & (keepsGroupBit ? 0o7777 : 0o5777);
  inode.touch(false);
}

export function chown(context: PathContext, path: string, uid: number, gid: number, options: { noFollow?: boolean } = {}): void {
  const inode = changeable(context, path, !options.noFollow);
  if (!capableOver(context.credentials, inode, CAP.CHOWN)) {
    const ownGroup = gid === -1 || gid === inode.gid || inGroup(context.credentials, gid);
    if ((uid !== -1 && uid !== inode.uid) || inode.uid !== context.credentials.euid || !ownGroup) throw new Errno('EPERM');
  }
  if (uid !== -1) inode.uid = uid;
  if (gid !== -1) inode.gid = gid;
  if (inode.type === 'file' && inode.mode & 0o111) inode.mode &= ~(S_ISUID | S_ISGID);
  inode.touch(false);
}

export function utimes(context: PathContext, path: string, times: Timestamps, options: { noFollow?: boolean } = {}): void {
  const inode = changeable(context, path, !options.noFollow);
  if (!owns(context, inode)) {
    if (times.atimeMs !== undefined || times.mtimeMs !== undefined) throw new Errno('EPERM');
    demand(inode, 2, context);
  }
  const now = context.nowMs();
  if (times.atimeMs !== null) inode.atimeMs = times.atimeMs ?? now;
  if (times.mtimeMs !== null) inode.mtimeMs = times.mtimeMs ?? now;
  inode.ctimeMs = now;
}

export function truncate(context: PathContext, path: string, size: number): void {
  const inode = changeable(context, path);
  if (inode.type === 'directory') throw new Errno('EISDIR');
  demand(inode, 2, context);
  truncateInode(inode, size);
}

export function truncateInode(inode: Inode, size: number): void {
  if (!(inode instanceof RegularFile) || size < 0) throw new Errno('EINVAL');
  inode.truncate(size);
}

export function chdirTo(context: PathContext, path: string): Location {
  const location = resolve(context, path);
  if (location.inode.type !== 'directory') throw new Errno('ENOTDIR');
  demand(location.inode, 1, context);
  return location;
}

/** open(2) up to the file description: finds or makes the file and checks that it may be opened so. */
export function openPath(
  context: PathContext,
  path: string,
  flags: readonly OpenFlag[],
  mode = 0o666,
): Opened & { readonly description?: unknown } {
  const has = (flag: OpenFlag): boolean => flags.includes(flag);
  const write = has('write') || has('readwrite') || has('append');
  const follow = !has('nofollow') && !(has('create') && has('exclusive'));
  let location: Location;
  let created = false;
  if (has('create')) {
    const { found, parent } = resolveForCreate(context, path, follow);
    if (found) {
      if (has('exclusive')) throw new Errno('EEXIST');
      if (!('location' in found)) return { location: context.root, path, flags, description: found.description };
      location = found.location;
      if (parent.slash && location.inode.type !== 'directory') throw new Errno('ENOTDIR');
      if (location.inode.type === 'directory') throw new Errno('EISDIR');
    } else {
      const directory = parent.at.inode as Directory;
      if (parent.slash) throw new Errno('EISDIR');
      demandWritable(parent.at);
      demand(directory, 3, context);
      location = { mount: parent.at.mount, inode: make(context, directory, parent.name ?? '', 'file', mode) };
      created = true;
    }
  } else {
    const found = find(context, path, { follow });
    if (!('location' in found)) return { location: context.root, path, flags, description: found.description };
    location = found.location;
  }
  const { inode } = location;
  if (inode.type === 'symlink' && !has('path')) throw new Errno('ELOOP');
  if (has('directory') && inode.type !== 'directory') throw new Errno('ENOTDIR');
  if (!has('path') && !created) {
    if (inode.type === 'directory' && write) throw new Errno('EISDIR');
    if (inode.type === 'socket') throw new Errno('ENXIO');
    if (write && !(inode instanceof Special)) demandWritable(location);
    if (inode instanceof Special && location.mount.flags.nodev && (inode.type === 'char' || inode.type === 'block'))
      throw new Errno('EACCES');
    const read = !write || has('readwrite') || (has('append') && has('read'));
    demand(inode, (read ? 4 : 0) | (write ? 2 : 0), context);
    if (write) demandIdle(context, inode);
    if (has('truncate') && write && inode instanceof RegularFile) inode.truncate(0);
  }
  return { location, path: openedPath(context, path, location), flags };
}

/** "pathname refers to an executable image which is currently being executed" - open(2) */
function demandIdle(context: PathContext, inode: Inode): void {
  if (!(inode instanceof RegularFile) || !(inode.mode & 0o111)) return;
  for (const { exe, state } of context.mounts.machine.tasks())
    if (exe?.inode === inode && state !== 'Z' && state !== 'X') throw new Errno('ETXTBSY');
}

function openedPath(context: PathContext, path: string, location: Location): string {
  if (location.inode instanceof NamespaceInode) return `${location.inode.handle.type}:[${location.inode.handle.inode}]`;
  try {
    return realpath(context, path);
  } catch {
    return path;
  }
}

/** What a file description on a regular file reads and writes. */
export function openContent(context: PathContext, location: Location): FileContent {
  const { inode } = location;
  if (!(inode instanceof RegularFile)) throw new Errno(inode.type === 'directory' ? 'EISDIR' : 'EINVAL');
  return inode.open(context.task);
}
