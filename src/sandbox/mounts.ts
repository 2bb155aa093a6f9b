import type { Process } from '../kernel';

const devices: readonly (readonly [name: string, major: number, minor: number, mode: number])[] = [
  ['console', 5, 1, 0o600],
  ['full', 1, 7, 0o666],
  ['null', 1, 3, 0o666],
  ['ptmx', 5, 2, 0o666],
  ['random', 1, 8, 0o666],
  ['tty', 5, 0, 0o666],
  ['urandom', 1, 9, 0o666],
  ['zero', 1, 5, 0o666],
];

/** What systemd mounts before anything else runs; as systemd does, it may also make all mounts shared (mount_namespaces(7)). */
export function mountSystem(init: Process, shared: boolean): void {
  const old = init.umask(0);
  if (shared) init.mount('none', '/', '', { propagation: 'shared', recursive: true });
  init.mount('sysfs', '/sys', 'sysfs', { nosuid: true, nodev: true, noexec: true });
  init.mount('proc', '/proc', 'proc', { nosuid: true, nodev: true, noexec: true });
  init.mount('udev', '/dev', 'devtmpfs', { nosuid: true, data: 'mode=755' });
  for (const [name, major, minor, mode] of devices) init.mknod(`/dev/${name}`, 'char', mode, (major << 8) | minor);
  for (const [link, target] of [['fd', '/proc/self/fd'], ['stdin', '/proc/self/fd/0'], ['stdout', '/proc/self/fd/1'], ['stderr', '/proc/self/fd/2']] as const) init.symlink(target, `/dev/${link}`); // prettier-ignore
  init.mkdir('/dev/pts', 0o755);
  init.mkdir('/dev/shm', 0o1777);
  init.mount('devpts', '/dev/pts', 'devpts', { nosuid: true, noexec: true, data: 'ptmxmode=000' });
  init.mount('tmpfs', '/run', 'tmpfs', { nosuid: true, nodev: true, noexec: true, data: 'size=2468412k,mode=755' });
  init.mount('tmpfs', '/dev/shm', 'tmpfs', { nosuid: true, nodev: true });
  init.mkdir('/run/lock', 0o1777);
  init.mount('cgroup2', '/sys/fs/cgroup', 'cgroup2', { nosuid: true, nodev: true, noexec: true });
  init.umask(old);
}
