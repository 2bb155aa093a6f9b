import { Directory, NamespaceInode, type Inode } from '../inode';
import type { Mount } from '../mount';
import { pathOf } from '../walk';
import type { PathContext, ProcTask } from '../types';

const escapePath = (path: string): string => path.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);

function contextOf(task: ProcTask): PathContext {
  return { mounts: task.mounts, root: task.root, cwd: task.cwd, credentials: task.credentials, umask: 0, task, nowMs: () => 0 };
}

/** Where a mount is, as the task's root sees it; undefined when it is outside. */
function mountPath(mount: Mount, task: ProcTask): string | undefined {
  if (mount === task.root.mount) return '/';
  if (!mount.parent || !mount.mountpoint) return undefined;
  const path = placeOf(mount.parent, mount.mountpoint, task);
  return path?.startsWith('(') ? undefined : path;
}

/** A mount point may be a file, which has no parent of its own: it is found by its name in its directory. */
function placeOf(mount: Mount, inode: Inode, task: ProcTask): string | undefined {
  if (inode instanceof Directory) return pathOf({ mount, inode }, task.root, contextOf(task));
  const found = findFile(mount.root, inode, task);
  if (!found) return undefined;
  const base = pathOf({ mount, inode: found.directory }, task.root, contextOf(task));
  return `${base === '/' ? '' : base}/${found.name}`;
}

function findFile(at: Inode, file: Inode, task: ProcTask): { directory: Directory; name: string } | undefined {
  if (!(at instanceof Directory) || at.fs !== file.fs) return undefined;
  const name = at.nameOf(file, task);
  if (name !== undefined) return { directory: at, name };
  // of procfs only the files right below its root are mounted over
  if (at.fs.type === 'proc') return undefined;
  for (const entry of at.entries(task)) {
    if (entry.type !== 'directory') continue;
    const child = at.lookup(entry.name, task);
    const found = child && findFile(child, file, task);
    if (found) return found;
  }
  return undefined;
}

/** A bind mount of /proc/PID/ns/TYPE is one of nsfs. */
const shownFs = (mount: Mount): { type: string; source: string; dev: number; options: string; root?: string } =>
  mount.root instanceof NamespaceInode
    ? { type: 'nsfs', source: 'nsfs', dev: 4, options: '', root: `${mount.root.handle.type}:[${mount.root.ino}]` }
    : { type: mount.fs.type, source: mount.source, dev: mount.fs.dev, options: mount.fs.options };

function flagsText(mount: Mount, readOnly = mount.flags.readOnly): string {
  const { flags } = mount;
  return [
    readOnly ? 'ro' : 'rw',
    flags.nosuid && 'nosuid',
    flags.nodev && 'nodev',
    flags.noexec && 'noexec',
    flags.noatime && 'noatime',
    flags.nodiratime && 'nodiratime',
    !flags.strictatime && !flags.noatime && 'relatime',
  ]
    .filter(Boolean)
    .join(',');
}

/** /proc/PID/mounts, in the format of fstab(5). */
export function mountTable(task: ProcTask): string {
  return task.mounts
    .mounts()
    .map((mount) => {
      const path = mountPath(mount, task);
      if (path === undefined) return '';
      const fs = shownFs(mount);
      const words = fs.type === 'nsfs' ? 'rw' : flagsText(mount, mount.flags.readOnly || mount.fs.readOnly);
      const options = [words, fs.options].filter(Boolean).join(',');
      return `${escapePath(fs.source)} ${escapePath(path)} ${fs.type} ${options} 0 0\n`;
    })
    .join('');
}

/** /proc/PID/mountstats: no file system here counts. */
export const mountStats = (task: ProcTask): string =>
  mountTable(task).replace(/^(\S+) (\S+) (\S+) .*$/gm, 'device $1 mounted on $2 with fstype $3');

/** /proc/PID/mountinfo, proc_pid_mountinfo(5). */
export function mountInfo(task: ProcTask, reader: ProcTask): string {
  return task.mounts
    .mounts()
    .map((mount) => {
      const path = mountPath(mount, task);
      if (path === undefined) return '';
      const tags = [
        mount.peerGroup === undefined ? '' : `shared:${mount.peerGroup} `,
        mount.masterGroup === undefined ? '' : `master:${mount.masterGroup} `,
        mount.unbindable ? 'unbindable ' : '',
      ].join('');
      const parent = mount.parent?.id ?? mount.id;
      const fs = shownFs(mount);
      const superOptions = [mount.fs.readOnly ? 'ro' : 'rw', fs.options].filter(Boolean).join(',');
      const flags = fs.type === 'nsfs' ? 'rw' : flagsText(mount);
      return `${mount.id} ${parent} 0:${fs.dev} ${escapePath(fs.root ?? rootWithin(mount, reader))} ${escapePath(path)} ${flags} ${tags}- ${fs.type} ${escapePath(fs.source)} ${superOptions}\n`;
    })
    .join('');
}

/** The part of its file system that a mount shows. */
function rootWithin(mount: Mount, task: ProcTask): string {
  if (mount.root === mount.fs.root) return '/';
  const names: string[] = [];
  let at: Directory;
  if (mount.root instanceof Directory) at = mount.root;
  else {
    const found = findFile(mount.fs.root, mount.root, task);
    if (!found) return '/';
    names.unshift(found.name);
    at = found.directory;
  }
  while (at.parent !== at) {
    names.unshift(at.parent.nameOf(at, task) ?? '');
    at = at.parent;
  }
  return `/${names.join('/')}`;
}
