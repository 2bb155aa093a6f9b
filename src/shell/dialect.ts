import type { Libc } from '../kernel';

/** What differs between bash, busybox ash and Debian's sh, which is dash. The executor itself is one. */
export interface Dialect {
  readonly name: 'bash' | 'ash' | 'dash';
  /** One of Almquist's shells. */
  readonly almquist: boolean;
  readonly libc: Libc;
  /** Arrays, brace expansion, here-strings, `|&`. */
  readonly extended: boolean;
  readonly defaultPs1: string;
  readonly defaultPath: string;
  /** Whether `[1] 1234` follows `&` at a prompt. */
  readonly announcesJobs: boolean;
  /** After the command's name in messages of commands that are not there. */
  readonly notFound: string;
  readonly version: string | undefined;
  /** BASH_VERSINFO. */
  readonly versionParts?: readonly string[];
  /** ash since busybox 1.37: messages of a command string name its line, counted from 0. */
  readonly numbersCommandLines?: boolean;
}

export const bashDialect: Dialect = {
  name: 'bash',
  almquist: false,
  libc: 'glibc',
  extended: true,
  defaultPs1: '\\u@\\h:\\w\\$ ',
  defaultPath: '/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin:.',
  announcesJobs: true,
  notFound: 'command not found',
  version: '5.2.15(1)-release',
  versionParts: ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'],
};

export const ashDialect: Dialect = {
  name: 'ash',
  almquist: true,
  libc: 'musl',
  extended: false,
  defaultPs1: '\\w \\$ ',
  defaultPath: '/sbin:/usr/sbin:/bin:/usr/bin',
  announcesJobs: false,
  notFound: 'not found',
  version: undefined,
};

/** ash of the newer busybox that is in the recorded alpine:3.8. */
export const newerAshDialect: Dialect = { ...ashDialect, numbersCommandLines: true };

export const dashDialect: Dialect = {
  ...ashDialect,
  name: 'dash',
  libc: 'glibc',
  defaultPs1: '$ ',
  defaultPath: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  announcesJobs: true,
};
