import type { Command } from './command';
import { base64 } from './base64';
import { cat } from './cat';
import { echo } from './echo';
import { env } from './env';
import { hostname } from './hostname';
import { groups, id, whoami } from './id';
import { kill } from './kill';
import { ls } from './ls';
import { lsns } from './lsns';
import { nohup } from './nohup';
import { nsenter } from './nsenter';
import { pgrep, pkill } from './pgrep';
import { killall, pidof } from './pidof';
import { printenv } from './printenv';
import { printf } from './printf';
import { ps } from './ps';
import { setsid } from './setsid';
import { sleep } from './sleep';
import { falseCommand, trueCommand } from './true';
import { arch, uname } from './uname';
import { unshare } from './unshare';
import { yes } from './yes';

/** Every command by name. */
export const catalog: Readonly<Record<string, Command>> = {
  arch, base64, cat, echo, env, false: falseCommand, groups, hostname, id, kill, killall, ls, lsns, nohup, nsenter, pgrep, pidof,
  pkill, printenv, printf, ps, setsid, sleep, true: trueCommand, uname, unshare, whoami, yes,
}; // prettier-ignore
