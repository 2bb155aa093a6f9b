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
  account('man', 6, '/var/cache/man', login, 'man', 12),
  account('mail', 8, '/var/mail', login),
  account('www-data', 33, '/var/www', login),
  account('backup', 34, '/var/backups', login),
  account('nobody', 65534, '/nonexistent', login),
  account('app', 1000, '/home/app', '/bin/bash', ''),
];

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

/** A group of its own for each account, and `tty`, which owns terminals. */
export const groupFile = (accounts: readonly Account[], nobodyGroup: string): string => {
  const own = accounts.filter((a) => a.uid === a.gid).map((a) => [a.gid === 65534 ? nobodyGroup : a.name, a.gid] as const);
  return [...own, ['tty', 5] as const].sort(([, a], [, b]) => a - b).map(([name, gid]) => `${name}:x:${gid}:\n`).join(''); // prettier-ignore
};
