import { elfStub, treeOf, type FileTree, type FlatEntry } from '../../kernel';
import { busyboxApplets } from '../../programs';
import { alpineAccounts, alpineGroupFile, busyboxGroupFile, passwdFile, shadowFile } from '../accounts';

const directory = (mode = 0o755): FlatEntry => ({ type: 'directory', mode });

const base: Readonly<Record<string, FlatEntry>> = {
  '/dev': directory(),
  '/home': directory(),
  '/mnt': directory(),
  '/proc': directory(0o555),
  '/root': directory(0o700),
  '/run': directory(),
  '/sbin': directory(),
  '/sys': directory(),
  '/tmp': directory(0o1777),
  '/usr/local/bin': directory(),
  '/var/log': directory(),
  '/var/tmp': directory(0o1777),
};

/** Directories that the recorded alpine:3.8, one static busybox, does without. */
const libraries: Readonly<Record<string, FlatEntry>> = {
  '/lib': directory(),
  '/media': directory(),
  '/opt': directory(),
  '/srv': directory(),
};

/** Alpine: busybox, with a symbolic link an applet. */
export function alpineTree(version: string): FileTree {
  const paths: Record<string, FlatEntry | string> = {
    '/bin/busybox': { type: 'file', content: elfStub(version === '3.8' ? 'busybox-1.38' : 'busybox'), mode: 0o755 },
    ...base,
    ...(version === '3.8' ? {} : libraries),
    '/etc/alpine-release': `${version}.0\n`,
    '/etc/group': alpineGroupFile,
    '/etc/hostname': 'localhost\n',
    '/etc/hosts': '127.0.0.1\tlocalhost localhost.localdomain\n::1\tlocalhost localhost.localdomain\n',
    '/etc/os-release': `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}.0\nPRETTY_NAME="Alpine Linux v${version}"\nHOME_URL="https://alpinelinux.org/"\n`,
    '/etc/passwd': passwdFile(alpineAccounts),
    '/etc/profile': 'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nexport PAGER=less\numask 022\n',
    '/etc/shadow': { type: 'file', content: shadowFile(alpineAccounts), mode: 0o640, gid: 42 },
    '/etc/shells': '/bin/sh\n/bin/ash\n',
  };
  for (const { path } of busyboxApplets) paths[path] = { type: 'symlink', target: '/bin/busybox' };
  for (const path of ['/bin/sh', '/bin/ash']) paths[path] = { type: 'symlink', target: '/bin/busybox' };
  return treeOf(paths);
}

/** The busybox image: one program with a hard link an applet, all in /bin. */
export function busyboxTree(): FileTree {
  const program: FlatEntry = { type: 'file', content: elfStub('busybox'), mode: 0o755 };
  const paths: Record<string, FlatEntry | string> = {
    '/etc/group': busyboxGroupFile,
    '/etc/passwd': passwdFile(alpineAccounts.map((each) => (each.uid === 0 ? { ...each, shell: '/bin/sh' } : each))),
    '/dev': directory(),
    '/home': directory(),
    '/proc': directory(0o555),
    '/root': directory(0o700),
    '/sys': directory(),
    '/tmp': directory(0o1777),
    '/usr/sbin': directory(),
    '/var/spool/mail': directory(),
    '/var/www': directory(),
  };
  for (const name of ['[', '[[', 'busybox', 'sh', 'ash', ...busyboxApplets.map(({ name }) => name)]) paths[`/bin/${name}`] = program;
  return treeOf(paths);
}
