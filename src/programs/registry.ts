import type { Libc, Program } from '../kernel';
import { busyboxMain } from './busybox';
import { programOf, type Command } from './command';
import { init } from './init';
import { busyboxNames, gnuNames } from './names';

/** Debian puts these in sbin; all else is in /usr/bin. */
const sbin = new Set([
  'chroot',
  'ip',
  'ifconfig',
  'nologin',
  'pivot_root',
  'sysctl',
  'switch_root',
  'losetup',
  'blkid',
  'swapon',
  'route',
  'arp',
]);

/** busybox's own places: /bin and /usr/bin as its `applets.h` has them. */
const inBin = new Set(
  'ash base64 cat chgrp chmod chown cp date dd df dmesg dnsdomainname echo egrep false fgrep grep gunzip gzip hostname kill link linux64 ln login ls mkdir mknod mktemp more mount mountpoint mv netstat nice pidof ping printenv ps pwd rev rm rmdir sed sh sleep stat stty su sync tar touch true umount uname usleep vi watch zcat'.split(
    ' ',
  ),
);
const inSbin = new Set('ifconfig init ip pivot_root route switch_root sysctl'.split(' '));

/** Programs of the node by the name their ELF stubs carry without `gnu/`, and where they are installed. */
export const gnuPrograms: readonly { readonly name: string; readonly paths: string[] }[] = [
  ...gnuNames.map((name) => ({ name, paths: [`${sbin.has(name) ? '/usr/sbin' : '/usr/bin'}/${name}`] })),
  { name: 'init', paths: ['/usr/lib/systemd/systemd', '/usr/sbin/init'] },
];

/** Links to busybox in an image. */
export const busyboxApplets: readonly { readonly name: string; readonly path: string }[] = [...busyboxNames, 'sh', 'ash']
  .sort()
  .map((name) => ({ name, path: `${inBin.has(name) ? '/bin' : inSbin.has(name) ? '/sbin' : '/usr/bin'}/${name}` }));

/** A command, whose code is fetched with that of many others when the first of them runs. */
async function commandOf(name: string): Promise<Command | undefined> {
  const { catalog } = await import('./catalog');
  if (Object.hasOwn(catalog, name)) return catalog[name];
  const { rare } = await import('./rare');
  return Object.hasOwn(rare, name) ? rare[name] : undefined;
}

const installed = new Set(gnuNames);

/** busybox: Alpine's, and a newer static one of Debian's. */
const busyboxes: Readonly<Record<string, Libc>> = { busybox: 'musl', 'busybox-1.38': 'glibc' };

/** `gnu/ls`, `gnu/init`, `busybox`. */
export function findProgram(name: string): Program | Promise<Program> | undefined {
  const libc = busyboxes[name];
  if (libc) return Promise.all([import('./catalog'), import('./rare')]).then(([{ catalog }, { rare }]) => busyboxMain({ ...catalog, ...rare }, busyboxApplets, libc)); // prettier-ignore
  if (name === 'gnu/init') return init;
  const command = name.startsWith('gnu/') ? name.slice('gnu/'.length) : '';
  if (!installed.has(command)) return undefined;
  return commandOf(command).then((found) => programOf(found as Command, 'gnu'));
}
