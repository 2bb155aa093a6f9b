import { Errno } from '../errno';
import { Directory, Symlink, type Inode, type Jump } from './inode';
import { topOf } from './mount';
import { capableOver, type Subject } from './subject';
import type { Location, PathContext } from './types';

/** Capabilities of capabilities(7) that file access asks for. */
export const CAP = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  SETUID: 7,
  SYS_CHROOT: 18,
  SYS_PTRACE: 19,
  SYS_ADMIN: 21,
  MKNOD: 27,
} as const;

export const inGroup = (credentials: Subject, gid: number): boolean => credentials.egid === gid || credentials.groups.includes(gid);

const nameMax = 255;
const pathMax = 4096;
const linksMax = 40;

/** inode_permission(): `want` is an or of 4 read, 2 write, 1 execute or search. */
export function permitted(inode: Inode, want: number, credentials: Subject): boolean {
  const shift = inode.uid === credentials.euid ? 6 : inGroup(credentials, inode.gid) ? 3 : 0;
  if (((inode.mode >> shift) & 7 & want) === want) return true;
  if (inode.strict) return false;
  if (inode.type === 'directory') {
    if (capableOver(credentials, inode, CAP.DAC_OVERRIDE)) return true;
    return !(want & 2) && capableOver(credentials, inode, CAP.DAC_READ_SEARCH);
  }
  if (capableOver(credentials, inode, CAP.DAC_OVERRIDE) && (!(want & 1) || inode.mode & 0o111)) return true;
  return want === 4 && capableOver(credentials, inode, CAP.DAC_READ_SEARCH);
}

export function demand(inode: Inode, want: number, context: PathContext): void {
  if (!permitted(inode, want, context.credentials)) throw new Errno('EACCES');
}

export function demandWritable(location: Location): void {
  if (location.mount.flags.readOnly || location.mount.fs.readOnly) throw new Errno('EROFS');
}

const same = (a: Location, b: Location): boolean => a.inode === b.inode && a.mount === b.mount;

/** Where `..` leads: never above the process's root, and out of a mount through what it covers. */
function parentOf(location: Location, context: PathContext): Location {
  let at = location;
  for (;;) {
    if (same(at, context.root)) return at;
    if (at.inode !== at.mount.root) break;
    if (!at.mount.parent || !at.mount.mountpoint) return at;
    at = { mount: at.mount.parent, inode: at.mount.mountpoint };
  }
  const inode = at.inode instanceof Directory ? at.inode.parent : at.inode;
  return topOf({ mount: at.mount, inode });
}

/** The last component of a path, before it is looked up. */
export interface Parent {
  readonly at: Location;
  /** Undefined when the path is `/`, or ends in `.` or `..`: `at` is the place itself. */
  readonly name: string | undefined;
  /** The path ends in a slash, so it must be a directory. */
  readonly slash: boolean;
}

/** What a walk ends at: a place, or an open file without one (a magic link of /proc/PID/fd). */
export type Found = Jump;

class Walk {
  links = 0;
  constructor(readonly context: PathContext) {}

  parent(path: string, from: Location): Parent {
    if (path === '') throw new Errno('ENOENT');
    if (path.length > pathMax) throw new Errno('ENAMETOOLONG');
    let at = path.startsWith('/') ? this.context.root : from;
    const parts = path.split('/').filter((part) => part !== '');
    const slash = path.endsWith('/');
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1;
      const inode = at.inode;
      if (!(inode instanceof Directory)) throw new Errno('ENOTDIR');
      demand(inode, 1, this.context);
      if (part.length * 3 > nameMax && new TextEncoder().encode(part).length > nameMax) throw new Errno('ENAMETOOLONG');
      if (part === '.') {
        if (last) return { at, name: undefined, slash: true };
      } else if (part === '..') {
        at = parentOf(at, this.context);
        if (last) return { at, name: undefined, slash: true };
      } else if (last) return { at, name: part, slash };
      else {
        const found = this.step(at, part, true);
        if (!('location' in found)) throw new Errno('ENOTDIR');
        at = found.location;
      }
    }
    return { at, name: undefined, slash: true };
  }

  /** One component; ENOENT when it is not there. */
  step(at: Location, name: string, follow: boolean): Found {
    const directory = at.inode;
    if (!(directory instanceof Directory)) throw new Errno('ENOTDIR');
    const child = directory.lookup(name, this.context.task);
    if (!child) throw new Errno('ENOENT');
    const location = topOf({ mount: at.mount, inode: child });
    if (!follow || !(location.inode instanceof Symlink)) return { location };
    return this.link(location.inode, at);
  }

  link(link: Symlink, directory: Location): Found {
    if (++this.links > linksMax) throw new Errno('ELOOP');
    const jump = link.jump(this.context.task);
    if (jump) return jump;
    return this.whole(link.target(this.context.task), directory, true);
  }

  whole(path: string, from: Location, follow: boolean): Found {
    const { at, name, slash } = this.parent(path, from);
    if (name === undefined) return { location: at };
    const found = this.step(at, name, follow || slash);
    if (slash && (!('location' in found) || found.location.inode.type !== 'directory')) throw new Errno('ENOTDIR');
    return found;
  }
}

export function find(context: PathContext, path: string, options: { follow?: boolean } = {}): Found {
  return new Walk(context).whole(path, context.cwd, options.follow ?? true);
}

/** path_resolution(7). Throws ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG. */
export function resolve(context: PathContext, path: string, options: { follow?: boolean } = {}): Location {
  const found = find(context, path, options);
  if (!('location' in found)) throw new Errno('ENXIO');
  return found.location;
}

/** The directory a new name goes to; its final component is looked up by the caller. */
export function resolveParent(context: PathContext, path: string): Parent {
  return new Walk(context).parent(path, context.cwd);
}

/** For open(O_CREAT): follows a dangling link at the end to where the file is to be made. */
export function resolveForCreate(context: PathContext, path: string, follow: boolean): { found: Found | undefined; parent: Parent } {
  const walk = new Walk(context);
  let parent = walk.parent(path, context.cwd);
  for (;;) {
    if (parent.name === undefined) return { found: { location: parent.at }, parent };
    const directory = parent.at.inode;
    if (!(directory instanceof Directory)) throw new Errno('ENOTDIR');
    demand(directory, 1, context);
    const child = directory.lookup(parent.name, context.task);
    if (!child) return { found: undefined, parent };
    const location = topOf({ mount: parent.at.mount, inode: child });
    if (!follow || !(location.inode instanceof Symlink)) return { found: { location }, parent };
    const jump = location.inode.jump(context.task);
    if (jump) return { found: jump, parent };
    if (++walk.links > linksMax) throw new Errno('ELOOP');
    parent = walk.parent(location.inode.target(context.task), parent.at);
  }
}

/** The absolute path of a place as `root` sees it; `(unreachable)` before what is outside, as getcwd(2) has it. */
export function pathOf(location: Location, root: Location, context: PathContext): string {
  const names: string[] = [];
  let at = location;
  let gone = '';
  while (!same(at, root)) {
    if (at.inode === at.mount.root) {
      if (!at.mount.parent || !at.mount.mountpoint) return `(unreachable)/${names.join('/')}`;
      at = { mount: at.mount.parent, inode: at.mount.mountpoint };
      continue;
    }
    if (!(at.inode instanceof Directory)) throw new Errno('ENOTDIR');
    const removed = at.inode.nlink === 0;
    if (removed) gone = ' (deleted)';
    const name = (removed ? undefined : at.inode.parent.nameOf(at.inode, context.task)) ?? at.inode.formerName;
    names.unshift(name);
    at = { mount: at.mount, inode: at.inode.parent };
  }
  return `/${names.join('/')}${gone}`;
}
