import type { Command } from './command';
import { base64 } from './base64';
import { cat } from './cat';
import { echo } from './echo';
import { env } from './env';
import { kill } from './kill';
import { nohup } from './nohup';
import { pgrep, pkill } from './pgrep';
import { killall, pidof } from './pidof';
import { printenv } from './printenv';
import { printf } from './printf';
import { ps } from './ps';
import { setsid } from './setsid';
import { sleep } from './sleep';
import { falseCommand, trueCommand } from './true';
import { yes } from './yes';

/** Every command by name. */
export const catalog: Readonly<Record<string, Command>> = {
  base64, cat, echo, env, false: falseCommand, kill, killall, nohup, pgrep, pidof, pkill, printenv, printf, ps, setsid, sleep, true: trueCommand, yes,
}; // prettier-ignore
