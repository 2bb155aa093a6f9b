import type { Program } from '../kernel';
import { findProgram } from '../programs';
import { bash, dash, newerSh, sh } from '../shell';
import { nginx, redis, waiter } from './servers';

const nameOf = (path: string | undefined): string => (path ?? '').replace(/^.*\//, '').replace(/^-/, '');

const shells = new Set(['sh', 'ash']);

/** busybox with its shell, which lives in another folder than its applets. */
function busyboxWithShell(applets: Program, shell: Program): Program {
  return (proc) =>
    shells.has(nameOf(proc.argv[0])) || (nameOf(proc.argv[0]) === 'busybox' && shells.has(proc.argv[1] ?? ''))
      ? shell(proc)
      : applets(proc);
}

/** The shell of each busybox that an image may hold. */
const busyboxes: Readonly<Record<string, Program>> = { busybox: sh, 'busybox-1.38': newerSh };

/** Every program that an ELF stub may name. `own` are those of this sandbox: kubectl, docker, cc. */
export function programFinder(own: ReadonlyMap<string, Program>): (name: string) => Program | Promise<Program> | undefined {
  const fixed = new Map<string, Program>([['bash', bash], ['dash', dash], ['sh', sh], ['server', waiter], ['nginx', nginx], ['redis-server', redis], ...own]); // prettier-ignore
  return (name) => {
    const shell = busyboxes[name];
    const found = fixed.get(name) ?? findProgram(name);
    return found && shell ? Promise.resolve(found).then((applets) => busyboxWithShell(applets, shell)) : found;
  };
}
