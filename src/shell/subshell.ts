import { Shell } from './shell';

/** A copy of a shell for a process about to be forked, which is yet to be given to it. `keepsJobs`: it can list the jobs there are. */
export function subshellOf(sh: Shell, keepsJobs = false): Shell {
  const child = Object.create(Shell.prototype) as Shell;
  Object.assign(child, sh);
  child.vars = sh.vars.clone();
  child.functions = new Map(sh.functions);
  child.aliases = new Map(sh.aliases);
  child.options = new Set(sh.options);
  child.shopt = new Set(sh.shopt);
  child.positional = [...sh.positional];
  child.frames = [...sh.frames];
  child.exitingWith = undefined;
  child.plain = new Set(sh.plain);
  child.random = undefined;
  child.tracedAssignments = [];
  child.traps = new Map(sh.traps);
  child.pendingTraps = [];
  child.hashed = new Map(sh.hashed);
  child.disabled = new Set(sh.disabled);
  child.directories = [...sh.directories];
  child.completions = new Map(sh.completions);
  child.jobs = sh.jobs.inherited(keepsJobs);
  child.ownSignals = new Set(sh.ownSignals);
  child.subshellLevel++;
  child.interrupted = false;
  child.substitutionFds = [];
  child.restoreSignal = undefined;
  child.waitingForeground = false;
  child.bindVariables();
  return child;
}

/** In a new child: traps that are not "ignore" are undone, and so is what the shell does with signals itself. */
export function resetSignals(sh: Shell): void {
  if (sh.dialect.extended && sh.traps.size > 0) sh.inheritedTraps = new Map(sh.traps);
  for (const [name, action] of sh.traps) {
    if (typeof name !== 'number' || name === 0) {
      const kept = name === 'ERR' ? 'errtrace' : name === 0 ? undefined : 'functrace';
      if (kept === undefined || !sh.options.has(kept)) sh.traps.delete(name);
    } else if (action !== '') {
      sh.proc.sigaction(name, 'default');
      sh.traps.delete(name);
    }
  }
  for (const signal of sh.ownSignals)
    if (sh.traps.get(signal) !== '') sh.proc.sigaction(signal, sh.ignoredAtEntry.has(signal) ? 'ignore' : 'default');
  sh.ownSignals.clear();
}
