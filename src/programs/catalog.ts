import type { Command } from './command';
import { base64 } from './base64';
import { cat } from './cat';
import { echo } from './echo';
import { env } from './env';
import { nohup } from './nohup';
import { printenv } from './printenv';
import { printf } from './printf';
import { setsid } from './setsid';
import { sleep } from './sleep';
import { falseCommand, trueCommand } from './true';
import { yes } from './yes';

/** Every command by name. */
export const catalog: Readonly<Record<string, Command>> = {
  base64, cat, echo, env, false: falseCommand, nohup, printenv, printf, setsid, sleep, true: trueCommand, yes,
}; // prettier-ignore
