/** One line of passwd(5). */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

const account = (name: string, uid: number, home: string, shell: string, gecos = name, gid = uid): Account => ({
  name,
  uid,
  gid,
  gecos,
  home,
  shell,
});

const login = '/usr/sbin/nologin';

/** The accounts a Debian system begins with, and the learner's `app`. */
export const debianAccounts: readonly Account[] = [
  account('root', 0, '/root', '/bin/bash'),
  account('daemon', 1, '/usr/sbin', login),
  account('bin', 2, '/bin', login),
  account('sys', 3, '/dev', login),
  account('sync', 4, '/bin', '/bin/sync', 'sync', 65534),
  account('games', 5, '/usr/games', login, 'games', 60),
  account('man', 6, '/var/cache/man', login, 'man', 12),
  account('lp', 7, '/var/spool/lpd', login),
  account('mail', 8, '/var/mail', login),
  account('news', 9, '/var/spool/news', login),
  account('uucp', 10, '/var/spool/uucp', login),
  account('proxy', 13, '/bin', login),
  account('www-data', 33, '/var/www', login),
  account('backup', 34, '/var/backups', login),
  account('list', 38, '/var/list', login, 'Mailing List Manager'),
  account('irc', 39, '/run/ircd', login, 'ircd'),
  account('_apt', 42, '/nonexistent', login, '', 65534),
  account('nobody', 65534, '/nonexistent', login),
  account('app', 1000, '/home/app', '/bin/bash', ''),
];

/** The groups of a Debian system beside those of the accounts. */
export const debianGroups: Readonly<Record<string, number>> = {
  adm: 4, tty: 5, disk: 6, man: 12, kmem: 15, dialout: 20, fax: 21, voice: 22, cdrom: 24, floppy: 25, tape: 26, sudo: 27, audio: 29, dip: 30,
  operator: 37, src: 40, shadow: 42, utmp: 43, video: 44, sasl: 45, plugdev: 46, staff: 50, games: 60, users: 100,
}; // prettier-ignore

/** Those of an Alpine image. */
export const alpineAccounts: readonly Account[] = [
  account('root', 0, '/root', '/bin/ash'),
  account('bin', 1, '/bin', '/sbin/nologin'),
  account('daemon', 2, '/sbin', '/sbin/nologin'),
  account('adm', 3, '/var/adm', '/sbin/nologin', 'adm', 4),
  account('lp', 4, '/var/spool/lpd', '/sbin/nologin', 'lp', 7),
  account('sync', 5, '/sbin', '/bin/sync', 'sync', 0),
  account('mail', 8, '/var/mail', '/sbin/nologin', 'mail', 12),
  account('guest', 405, '/dev/null', '/sbin/nologin', 'guest', 100),
  account('nobody', 65534, '/', '/sbin/nologin'),
];

export const passwdFile = (accounts: readonly Account[]): string =>
  accounts.map((a) => `${a.name}:x:${a.uid}:${a.gid}:${a.gecos}:${a.home}:${a.shell}\n`).join('');

export const shadowFile = (accounts: readonly Account[]): string => accounts.map((a) => `${a.name}:*:20000:0:99999:7:::\n`).join('');

/** A group of its own for each account, and others: at least `tty`, which owns terminals. */
export const groupFile = (
  accounts: readonly Account[],
  nobodyGroup: string,
  others: Readonly<Record<string, number>> = { tty: 5 },
): string => {
  const own = accounts.filter((a) => a.uid === a.gid).map((a) => [a.gid === 65534 ? nobodyGroup : a.name, a.gid] as const);
  return [...own, ...Object.entries(others)].sort(([, a], [, b]) => a - b).map(([name, gid]) => `${name}:x:${gid}:\n`).join(''); // prettier-ignore
};

const groupLines = (groups: readonly (readonly [name: string, gid: number, members?: string])[]): string =>
  groups.map(([name, gid, members = '']) => `${name}:x:${gid}:${members}\n`).join('');

/** The groups of an Alpine image: root is a member of many. */
export const alpineGroupFile = groupLines([
  ['root', 0, 'root'], ['bin', 1, 'root,bin,daemon'], ['daemon', 2, 'root,bin,daemon'], ['sys', 3, 'root,bin,adm'],
  ['adm', 4, 'root,adm,daemon'], ['tty', 5], ['disk', 6, 'root,adm'], ['lp', 7, 'lp'], ['mem', 8], ['kmem', 9],
  ['wheel', 10, 'root'], ['floppy', 11, 'root'], ['mail', 12, 'mail'], ['news', 13, 'news'], ['uucp', 14, 'uucp'],
  ['man', 15, 'man'], ['cron', 16, 'cron'], ['console', 17], ['audio', 18], ['cdrom', 19], ['dialout', 20, 'root'],
  ['ftp', 21], ['sshd', 22], ['input', 23], ['tape', 26, 'root'], ['video', 27, 'root'], ['netdev', 28], ['kvm', 34, 'kvm'],
  ['games', 35], ['shadow', 42], ['users', 100, 'games'], ['guest', 405], ['utmp', 406], ['ping', 999], ['nogroup', 65533],
  ['nobody', 65534],
]); // prettier-ignore

/** Those of a busybox image. */
export const busyboxGroupFile = groupLines([
  ['root', 0], ['daemon', 1], ['bin', 2], ['sys', 3], ['adm', 4], ['tty', 5], ['disk', 6], ['lp', 7], ['mail', 8], ['kmem', 9],
  ['wheel', 10, 'root'], ['cdrom', 11], ['dialout', 18], ['floppy', 19], ['video', 28], ['audio', 29], ['tape', 32],
  ['www-data', 33], ['operator', 37], ['utmp', 43], ['plugdev', 46], ['staff', 50], ['users', 100], ['nobody', 65534],
]); // prettier-ignore
