import type { Command } from './command';
import { base64 } from './base64';
import { cat } from './cat';
import { chmod } from './chmod';
import { chgrp, chown } from './chown';
import { cp } from './cp';
import { echo } from './echo';
import { env } from './env';
import { hostname } from './hostname';
import { groups, id, whoami } from './id';
import { kill } from './kill';
import { ln } from './ln';
import { ls } from './ls';
import { lsns } from './lsns';
import { mkdir } from './mkdir';
import { mv } from './mv';
import { nohup } from './nohup';
import { nsenter } from './nsenter';
import { pgrep, pkill } from './pgrep';
import { killall, pidof } from './pidof';
import { printenv } from './printenv';
import { printf } from './printf';
import { ps } from './ps';
import { rm, unlink } from './rm';
import { rmdir } from './rmdir';
import { setsid } from './setsid';
import { sleep } from './sleep';
import { touch } from './touch';
import { falseCommand, trueCommand } from './true';
import { arch, uname } from './uname';
import { unshare } from './unshare';
import { yes } from './yes';

/** Every command by name. */
export const catalog: Readonly<Record<string, Command>> = {
  arch, base64, cat, chgrp, chmod, chown, cp, echo, env, false: falseCommand, groups, hostname, id, kill, killall, ln, ls, lsns, mkdir,
  mv, nohup, nsenter, pgrep, pidof, pkill, printenv, printf, ps, rm, rmdir, setsid, sleep, touch, true: trueCommand, uname, unlink,
  unshare, whoami, yes,
}; // prettier-ignore
