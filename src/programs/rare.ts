import type { Command } from './command';
import { base32 } from './base32';
import { cal } from './cal';
import { csplit } from './csplit';
import { envsubst } from './envsubst';
import { factor } from './factor';
import { fmt } from './fmt';
import { getent } from './getent';
import { hostid } from './hostid';
import { join } from './join';
import { locale } from './locale';
import { lscpu } from './lscpu';
import { fuser, lsof } from './lsof';
import { make } from './make';
import { nc, telnet } from './nc';
import { numfmt } from './numfmt';
import { openssl } from './openssl';
import { ping } from './ping';
import { pr } from './pr';
import { netstat, route, ss } from './ss';
import { tput } from './tput';
import { tree } from './tree';
import { tsort } from './tsort';
import { vmstat } from './vmstat';
import { last, users, w, who } from './who';

/** Commands that few sessions run: their code comes when the first of them does, or busybox. */
export const rare: Readonly<Record<string, Command>> = {
  base32, cal, csplit, envsubst, factor, fmt, fuser, getent, hostid, join, last, locale, lscpu, lsof, make, nc, netstat, numfmt, openssl, ping, pr, route, ss, telnet,
  tput, tree, tsort, users, vmstat, w, who,
}; // prettier-ignore
