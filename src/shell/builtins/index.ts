import { compgen, complete, compopt } from './completion';
import { breakBuiltin, continueBuiltin, evalBuiltin, exec, exit, no, ok, returnBuiltin, source, stopShell } from './control';
import { declare, local } from './declare';
import { cd, pwd } from './directories';
import { dirs, popd, pushd } from './directory-stack';
import { alias, bind, caller, help, letBuiltin, unalias } from './environment';
import { fc, history } from './history';
import { times, ulimit, umask } from './limits';
import { builtinBuiltin, command, enable, hash, type } from './lookup';
import { read } from './input';
import { mapfile } from './mapfile';
import { bg, disown, fg, jobs, kill } from './job-control';
import { wait } from './wait';
import { echo, printf } from './output';
import { test } from './test';
import { trap } from './trap';
import type { Builtin } from './types';
import { getopts, shift } from './positional';
import { set, shopt } from './settings';
import { exportBuiltin, readonly, unset } from './variables';

/** Builtins whose `name=value` arguments are assignments. */
export const declarations = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

/** POSIX special builtins: found before functions; their failure ends an ash that has no prompt. */
export const specialBuiltins = new Set([
  ':',
  '.',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'times',
  'trap',
  'unset',
]);

let table: ReadonlyMap<string, Builtin> | undefined;

/** All builtins by name. Made at first use: builtins and the executor import each other. */
export function builtins(): ReadonlyMap<string, Builtin> {
  return (table ??= new Map<string, Builtin>([
  [':', ok], ['true', ok], ['false', no], ['echo', echo], ['printf', printf], ['test', test], ['[', test],
  ['break', breakBuiltin], ['continue', continueBuiltin], ['return', returnBuiltin], ['exit', exit], ['logout', exit], ['eval', evalBuiltin],
  ['source', source], ['.', source], ['exec', exec], ['trap', trap], ['command', command], ['builtin', builtinBuiltin], ['type', type], ['suspend', stopShell],
  ['cd', cd], ['chdir', cd], ['pwd', pwd], ['pushd', pushd], ['popd', popd], ['dirs', dirs],
  ['export', exportBuiltin], ['readonly', readonly], ['declare', declare], ['typeset', declare], ['local', local], ['unset', unset],
  ['set', set], ['shopt', shopt], ['shift', shift], ['getopts', getopts], ['read', read], ['mapfile', mapfile], ['readarray', mapfile],
  ['jobs', jobs], ['fg', fg], ['bg', bg], ['wait', wait], ['kill', kill], ['disown', disown],
  ['alias', alias], ['unalias', unalias], ['hash', hash], ['umask', umask], ['ulimit', ulimit], ['times', times], ['let', letBuiltin],
  ['history', history], ['fc', fc], ['enable', enable], ['help', help], ['caller', caller],
  ['complete', complete], ['compopt', compopt], ['compgen', compgen], ['bind', bind],
])); // prettier-ignore
}
