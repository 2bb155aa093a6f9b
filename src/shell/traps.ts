import { SIG } from '../kernel';
import { runString } from './run-text';
import { endStatus } from './launch';
import { type Shell, type TrapName } from './shell';

/** Runs the actions of signals that have come since; $? is kept. */
export async function runPendingTraps(sh: Shell): Promise<void> {
  while (sh.hasPendingTraps && !sh.runningTrap) {
    for (const signal of sh.takePendingTraps()) await runTrap(sh, signal);
  }
}

export async function runTrap(sh: Shell, name: TrapName): Promise<void> {
  const action = sh.traps.get(name);
  if (!action) return;
  const { status, pipeStatus, lastArgument } = sh;
  const running = sh.runningTrap;
  if (typeof name !== 'number') sh.runningTrap = true;
  sh.trapDepth++;
  try {
    await runString(sh, action, { keepPosition: true, nested: true });
  } finally {
    sh.runningTrap = running;
    sh.trapDepth--;
  }
  sh.status = status;
  sh.pipeStatus = pipeStatus;
  sh.lastArgument = lastArgument;
}

/** The DEBUG trap, before a command. */
export async function debugTrap(sh: Shell): Promise<void> {
  if (sh.traps.get('DEBUG') && !sh.runningTrap) await runTrap(sh, 'DEBUG');
}

/** Returns the status the process ends with: `exit` in the action may change it. */
export async function runExitTrap(sh: Shell, status: number): Promise<number> {
  const action = sh.traps.get(0);
  if (action === undefined || action === '') return status;
  sh.traps.delete(0);
  sh.status = status;
  sh.exitingWith = status;
  sh.trapDepth++;
  try {
    await runString(sh, action, { keepPosition: true });
  } catch (e) {
    return endStatus(sh, e);
  } finally {
    sh.exitingWith = undefined;
  }
  return status;
}

const terminating = [
  SIG.HUP,
  SIG.INT,
  SIG.ILL,
  SIG.TRAP,
  SIG.ABRT,
  SIG.FPE,
  SIG.BUS,
  SIG.SEGV,
  SIG.SYS,
  SIG.PIPE,
  SIG.ALRM,
  SIG.TERM,
  SIG.XCPU,
  SIG.XFSZ,
  SIG.VTALRM,
  SIG.USR1,
  SIG.USR2,
];

/** With an EXIT trap, bash catches the signals that would end it, to run the trap first. */
function catchTerminating(sh: Shell): void {
  if (sh.interactive) return;
  for (const signal of terminating) {
    if (sh.traps.has(signal) || sh.ignoredAtEntry.has(signal) || (signal === SIG.INT && sh.ownSignals.has(signal) && sh.waitingForeground))
      continue;
    sh.proc.sigaction(signal, () => {
      if (signal === SIG.INT && sh.waitingForeground) sh.interrupted = true;
      else sh.fatalSignal = signal;
    });
    sh.ownSignals.add(signal);
  }
}

/** `action` undefined: back to what it was when the shell began. */
export function setTrap(sh: Shell, name: TrapName, action: string | undefined): void {
  sh.inheritedTraps = undefined;
  if (name === 0 && action && sh.dialect.name === 'bash') catchTerminating(sh);
  if (typeof name === 'number' && name !== 0) {
    // bash installs its own handler of INT again, ignored at entry or not
    const reset = name === SIG.INT && action === undefined && sh.dialect.name === 'bash';
    if (!sh.interactive && sh.ignoredAtEntry.has(name) && !reset) return;
    if (reset && sh.ignoredAtEntry.delete(name) && !sh.interactive) {
      sh.traps.delete(name);
      sh.restoreSignal?.(name);
      return;
    }
    if (name === SIG.KILL || name === SIG.STOP) {
      if (action !== undefined) sh.traps.set(name, action);
      return;
    }
    // bash goes on collecting its children
    if (action === '' && name === SIG.CHLD && sh.dialect.name === 'bash') sh.restoreSignal?.(name);
    else if (action === '') sh.proc.sigaction(name, 'ignore');
    else if (action !== undefined) sh.proc.sigaction(name, () => sh.noteTrap(name));
    else if (sh.restoreSignal) sh.restoreSignal(name);
    else sh.proc.sigaction(name, 'default');
  }
  if (action === undefined) sh.traps.delete(name);
  else sh.traps.set(name, action);
}
