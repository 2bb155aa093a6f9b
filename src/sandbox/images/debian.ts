import { elfStub, treeOf, type FileTree, type FlatEntry } from '../../kernel';
import { gnuPrograms } from '../../programs';
import { debianAccounts, debianGroups, groupFile, passwdFile, shadowFile } from '../accounts';

/** When this release of the image was made. */
const builtMs = Date.UTC(2026, 5, 9);

const directory = (mode = 0o755): FlatEntry => ({ type: 'directory', mode });

/** Debian 12's files, without what only a machine of its own has. /bin, /lib and /sbin lead into /usr. */
export function debianPaths(): Record<string, FlatEntry | string> {
  const paths: Record<string, FlatEntry | string> = {
    '/bin': { type: 'symlink', target: 'usr/bin' },
    '/boot': directory(),
    '/dev': directory(),
    '/etc/debian_version': '12.12\n',
    '/etc/group': groupFile(debianAccounts, 'nogroup', debianGroups),
    '/etc/host.conf': 'multi on\n',
    '/etc/hosts': '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n',
    '/etc/issue': 'Debian GNU/Linux 12 \\n \\l\n\n',
    '/etc/os-release': { type: 'symlink', target: '../usr/lib/os-release' },
    '/etc/passwd': passwdFile(debianAccounts),
    '/etc/profile': 'export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n',
    '/etc/shadow': { type: 'file', content: shadowFile(debianAccounts), mode: 0o640, gid: 42 },
    '/etc/shells': '# /etc/shells: valid login shells\n/bin/sh\n/bin/bash\n/usr/bin/bash\n',
    '/home/app': { type: 'directory', mode: 0o755, uid: 1000, gid: 1000 },
    '/lib': { type: 'symlink', target: 'usr/lib' },
    '/media': directory(),
    '/mnt': directory(),
    '/opt': directory(),
    '/proc': directory(0o555),
    '/root': directory(0o700),
    '/run/lock': directory(0o1777),
    '/sbin': { type: 'symlink', target: 'usr/sbin' },
    '/srv': directory(),
    '/sys': directory(0o555),
    '/tmp': directory(0o1777),
    '/usr/lib/os-release':
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\nHOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n',
    '/usr/local/bin': directory(),
    '/usr/local/sbin': directory(),
    '/usr/sbin': directory(),
    '/var/lib': directory(),
    '/var/log': directory(),
    '/var/run': { type: 'symlink', target: '/run' },
    '/var/tmp': directory(0o1777),
    '/usr/bin/bash': { type: 'file', content: elfStub('bash'), mode: 0o755 },
    '/usr/bin/dash': { type: 'file', content: elfStub('dash'), mode: 0o755 },
    '/usr/bin/sh': { type: 'symlink', target: 'dash' },
  };
  for (const { name, paths: places } of gnuPrograms) {
    const program: FlatEntry = { type: 'file', content: elfStub(`gnu/${name}`), mode: 0o755 };
    for (const path of places) paths[path.replace(/^\/(s?bin)\//, '/usr/$1/')] = program;
  }
  return Object.fromEntries(
    Object.entries(paths).map(([path, entry]) => [
      path,
      typeof entry === 'string' ? { type: 'file', content: entry, mtimeMs: builtMs } : { mtimeMs: builtMs, ...entry },
    ]),
  );
}

export const debianTree = (): FileTree => treeOf(debianPaths());
