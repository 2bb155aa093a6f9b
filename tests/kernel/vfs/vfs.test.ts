import { describe, expect, it } from 'vitest';
import * as vfs from '../../../src/kernel/vfs';
import { walker } from './tree';

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'no error';
};

function write(context: ReturnType<typeof walker>, path: string, text: string): void {
  const { location } = vfs.openPath(context, path, ['write', 'create', 'truncate'], 0o666);
  vfs.openContent(context, location).write(0, new TextEncoder().encode(text));
}
function read(context: vfs.PathContext, path: string): string {
  const { location } = vfs.openPath(context, path, ['read']);
  return new TextDecoder().decode(vfs.openContent(context, location).read(0, 65536));
}

describe('paths', () => {
  it('follows links, dots and slashes', () => {
    const at = walker({ '/a/b/file': 'x', '/a/link': { type: 'symlink', target: 'b/../b' }, '/loop': { type: 'symlink', target: 'loop' } });
    expect(vfs.stat(at, '/a/link/file').size).toBe(1);
    expect(vfs.realpath(at, '/a/link//file')).toBe('/a/b/file');
    expect(vfs.lstat(at, '/a/link').type).toBe('symlink');
    expect(vfs.stat(at, '/../../a/./b/').type).toBe('directory');
    expect(codeOf(() => vfs.stat(at, '/a/b/file/'))).toBe('ENOTDIR');
    expect(codeOf(() => vfs.stat(at, '/a/nope'))).toBe('ENOENT');
    expect(codeOf(() => vfs.stat(at, '/loop'))).toBe('ELOOP');
    expect(codeOf(() => vfs.stat(at, '/' + 'x'.repeat(256)))).toBe('ENAMETOOLONG');
    expect(codeOf(() => vfs.stat(at, ''))).toBe('ENOENT');
  });

  it('creates through a dangling link but not with O_EXCL', () => {
    const at = walker({ '/l': { type: 'symlink', target: '/made' } });
    expect(codeOf(() => vfs.openPath(at, '/l', ['write', 'create', 'exclusive']))).toBe('EEXIST');
    write(at, '/l', 'hello');
    expect(read(at, '/made')).toBe('hello');
    expect(vfs.stat(at, '/made').mode).toBe(0o644);
  });
});

describe('permissions', () => {
  it('keeps others out of what they may not read, write or search', () => {
    const at = walker({
      '/secret/key': { type: 'file', content: 'k', mode: 0o440 },
      '/secret': { type: 'directory', mode: 0o700 },
      '/open': { type: 'file', content: '', mode: 0o644 },
    });
    const user = at.as(1000);
    expect(codeOf(() => vfs.stat(user, '/secret/key'))).toBe('EACCES');
    expect(codeOf(() => vfs.openPath(user, '/open', ['write']))).toBe('EACCES');
    expect(read(at, '/secret/key')).toBe('k');
    expect(codeOf(() => vfs.mkdir(user, '/new'))).toBe('EACCES');
    expect(codeOf(() => vfs.chown(user, '/open', 1000, -1))).toBe('EPERM');
  });

  it('lets only owners remove from a sticky directory', () => {
    const at = walker({ '/tmp': { type: 'directory', mode: 0o1777 }, '/tmp/a': { type: 'file', content: '', uid: 1000 } });
    expect(codeOf(() => vfs.unlink(at.as(1001), '/tmp/a'))).toBe('EPERM');
    vfs.unlink(at.as(1000), '/tmp/a');
    expect(codeOf(() => vfs.stat(at, '/tmp/a'))).toBe('ENOENT');
  });
});

describe('names', () => {
  it('counts hard links and frees the last one', () => {
    const at = walker({ '/a': 'x' });
    vfs.link(at, '/a', '/b');
    expect(vfs.stat(at, '/b')).toMatchObject({ nlink: 2, ino: vfs.stat(at, '/a').ino });
    vfs.unlink(at, '/a');
    expect(vfs.stat(at, '/b').nlink).toBe(1);
    expect(read(at, '/b')).toBe('x');
  });

  it('renames over what it may replace only', () => {
    const at = walker({ '/d/x': '1', '/e/y': '2', '/f': '3' });
    expect(codeOf(() => vfs.rename(at, '/d', '/e'))).toBe('ENOTEMPTY');
    expect(codeOf(() => vfs.rename(at, '/f', '/e'))).toBe('EISDIR');
    expect(codeOf(() => vfs.rename(at, '/d', '/d/sub'))).toBe('EINVAL');
    vfs.rename(at, '/d/x', '/f');
    expect(read(at, '/f')).toBe('1');
    expect(codeOf(() => vfs.rmdir(at, '/e'))).toBe('ENOTEMPTY');
    vfs.rmdir(at, '/d');
    expect(
      vfs
        .readdir(at, '/')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['e', 'f']);
  });
});

describe('mounts', () => {
  it('covers, uncovers and refuses what is busy', () => {
    const at = walker({ '/mnt/below': 'b', '/other': { type: 'directory' } });
    vfs.mount(at, 'tmpfs', '/mnt', 'tmpfs', { data: 'size=64k,mode=755' });
    expect(vfs.readdir(at, '/mnt')).toEqual([]);
    expect(vfs.stat(at, '/mnt').dev).not.toBe(vfs.stat(at, '/').dev);
    expect(codeOf(() => vfs.rename(at, '/mnt', '/moved'))).toBe('EBUSY');
    expect(codeOf(() => vfs.link(at, '/other', '/mnt/l'))).toBe('EXDEV');
    vfs.umount(at, '/mnt');
    expect(vfs.readdir(at, '/mnt').map(({ name }) => name)).toEqual(['below']);
    expect(codeOf(() => vfs.umount(at, '/mnt'))).toBe('EINVAL');
    expect(codeOf(() => vfs.mount(at.as(1000), 'tmpfs', '/mnt', 'tmpfs'))).toBe('EPERM');
  });

  it('fills a tmpfs up to its size', () => {
    const at = walker({ '/mnt': { type: 'directory' } });
    vfs.mount(at, 'tmpfs', '/mnt', 'tmpfs', { data: 'size=64k' });
    write(at, '/mnt/a', 'x'.repeat(60_000));
    write(at, '/mnt/b', 'x'.repeat(10_000));
    expect(vfs.stat(at, '/mnt/b').size).toBe(4096);
    expect(codeOf(() => write(at, '/mnt/c', 'x'))).toBe('ENOSPC');
    vfs.unlink(at, '/mnt/a');
    write(at, '/mnt/b', 'x'.repeat(10_000));
    expect(vfs.statfs(at, '/mnt').blocks).toBe(16);
  });

  it('makes a bind mount read-only without touching the original', () => {
    const at = walker({ '/data/f': '1', '/view': { type: 'directory' } });
    vfs.mount(at, '/data', '/view', '', { bind: true });
    vfs.mount(at, '', '/view', '', { bind: true, remount: true, readOnly: true });
    expect(codeOf(() => write(at, '/view/f', '2'))).toBe('EROFS');
    write(at, '/data/f', '2');
    expect(read(at, '/view/f')).toBe('2');
  });

  it('lays an overlay on a tree that never changes', () => {
    const at = walker({ '/one': { type: 'directory' }, '/two': { type: 'directory' } });
    vfs.registerLowerTree('image', vfs.treeOf({ '/etc/motd': 'hello', '/bin/sh': 'program' }));
    vfs.mount(at, 'overlay', '/one', 'overlay', { data: 'lowerdir=image' });
    vfs.mount(at, 'overlay', '/two', 'overlay', { data: 'lowerdir=image' });
    write(at, '/one/etc/motd', 'changed');
    vfs.unlink(at, '/one/bin/sh');
    expect(read(at, '/two/etc/motd')).toBe('hello');
    expect(vfs.readdir(at, '/one/bin')).toEqual([]);
    expect(vfs.readdir(at, '/two/bin')).toHaveLength(1);
  });

  it('pivots into a new root and lets the old one go, as runc does', () => {
    const at = walker({ '/rootfs': { type: 'directory' }, '/old': 'x' });
    vfs.mount(at, 'tmpfs', '/rootfs', 'tmpfs');
    vfs.mkdir(at, '/rootfs/inside');
    at.go(vfs.chdirTo(at, '/rootfs'));
    const { from, to } = vfs.pivotRoot(at, '.', '.');
    expect(from.mount).not.toBe(to.mount);
    at.enter(to);
    vfs.umount(at, '.', { lazy: true });
    expect(vfs.readdir(at, '/').map(({ name }) => name)).toEqual(['inside']);
    expect(vfs.pathOf(vfs.resolve(at, '/inside/..'), at.root, at)).toBe('/');
  });

  it('shows new mounts in a clone of the namespace only while both share them', () => {
    const at = walker({ '/mnt': { type: 'directory' } });
    vfs.mount(at, 'none', '/', '', { propagation: 'shared' });
    const { namespace, translate } = vfs.cloneMountNamespace(at.mounts, false);
    const inside: vfs.PathContext = { ...at, mounts: namespace, root: translate(at.root), cwd: translate(at.root), nowMs: () => 0 };
    vfs.mount(at, 'tmpfs', '/mnt', 'tmpfs');
    expect(vfs.stat(inside, '/mnt').dev).toBe(vfs.stat(at, '/mnt').dev);
    vfs.mount(inside, 'none', '/', '', { propagation: 'private', recursive: true });
    vfs.umount(inside, '/mnt');
    expect(vfs.stat(inside, '/mnt').dev).not.toBe(vfs.stat(at, '/mnt').dev);
  });
});
