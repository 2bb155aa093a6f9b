import { Errno, type Process, type Program, SIG, signals } from '../kernel';
import { parseArguments } from './arguments';
import { builtins, specialBuiltins } from './builtins';
import { currentDirectory, logical } from './builtins/directories';
import type { Dialect } from './dialect';
import { runInteractive } from './interactive';
import { state } from './jobs';
import { forkChild, runSubshell, waitForJob } from './launch';
import { parsePiece, sourceOf } from './parse';
import { runScript, runStdin } from './reader';
import { runString } from './run-text';
import { Shell } from './shell';
import { startupFiles } from './startup-files';
import type { Variable } from './variables';
import { execCommand } from './replace';
import { builtinAllowed } from './simple';

/** The shell as a program. */
export function shellProgram(dialect: Dialect): Program {
  return async (proc) => {
    const sh = new Shell(proc, dialect);
    return runSubshell(sh, () => main(sh));
  };
}

async function main(sh: Shell): Promise<number> {
  const { proc, dialect } = sh;
  const extended = dialect.extended;
  for (const signal of signals) {
    try {
      if (proc.sigaction(signal.number) === 'ignore') sh.ignoredAtEntry.add(signal.number);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
  sh.parentPid = proc.ppid;
  sh.isBuiltin = (name) => builtins().has(name) && builtinAllowed(sh, name);
  sh.runProgram = (words) => runProgram(sh, words);
  sh.isSpecialBuiltin = (name) => specialBuiltins.has(name);
  sh.builtinNames = () => [...builtins().keys()].filter((n) => builtinAllowed(sh, n)).sort();
  if (extended) {
    sh.options.add('braceexpand');
    for (const s of [
      'checkwinsize',
      'cmdhist',
      'complete_fullquote',
      'extquote',
      'force_fignore',
      'globasciiranges',
      'globskipdots',
      'hostcomplete',
      'interactive_comments',
      'patsub_replacement',
      'progcomp',
      'promptvars',
      'sourcepath',
    ])
      sh.shopt.add(s);
  }
  const invocation = await parseArguments(sh);
  if (typeof invocation === 'number') return invocation;
  await importEnvironment(sh);
  sh.commandString = invocation.command;
  sh.positional = invocation.positional;
  if (invocation.name !== undefined) sh.name = invocation.name;
  sh.login = invocation.login || (proc.argv[0]?.startsWith('-') ?? false);
  sh.interactive =
    invocation.interactive ||
    (invocation.command === undefined && invocation.script === undefined && isTerminal(sh, 0) && isTerminal(sh, 2));
  sh.readingStdin = invocation.stdin || (invocation.command === undefined && invocation.script === undefined);
  if (sh.login) sh.shopt.add('login_shell');
  installSignals(sh);
  if (sh.interactive) await setUpInteractive(sh);
  else if (sh.options.has('monitor')) await setUpJobControl(sh);
  if (dialect.name === 'ash') {
    if (!sh.interactive && sh.options.has('monitor')) await needTerminal(sh);
    sh.onMonitor = async (shell, on) => {
      if (on && shell.terminal === undefined) await setUpJobControl(shell);
      if (on) await needTerminal(shell, 'set');
    };
  }
  await startupFiles(sh, invocation);
  if (invocation.command !== undefined && extended) sh.vars.set('BASH_EXECUTION_STRING', invocation.command);
  if (invocation.command !== undefined) return runString(sh, invocation.command, { label: '-c', last: true });
  if (invocation.script !== undefined) return runScript(sh, invocation.script);
  if (sh.interactive) return runInteractive(sh);
  return runStdin(sh);
}

/** A function that another bash exported. */
function importFunction(sh: Shell, name: string, value: string): void {
  const text = `${name} ${value}`;
  const piece = parsePiece(text, true, sh.reading);
  const node = piece.kind === 'script' ? piece.statements[0]?.command : undefined;
  if (node?.type !== 'Function') return;
  sh.functions.set(name, { name, body: node.body, source: sourceOf(text, 1) });
  sh.exportedFunctions.add(name);
}

const exportable = /^[A-Za-z_]\w*$/;

async function importEnvironment(sh: Shell): Promise<void> {
  const { proc, vars, dialect } = sh;
  for (const [name, value] of proc.env) {
    const fn = dialect.extended ? /^BASH_FUNC_(.+)%%$/.exec(name)?.[1] : undefined;
    if (fn !== undefined && value.startsWith('() {')) {
      importFunction(sh, fn, value);
      continue;
    }
    if (!exportable.test(name)) {
      vars.foreign.set(name, value);
      continue;
    }
    vars.set(name, value);
    vars.declare(name).exported = true;
  }
  const cwd = await currentDirectory(sh, 'shell-init');
  const pwd = vars.get('PWD');
  if (cwd === undefined) {
    sh.directoryLost = dialect.extended;
    vars.set('PWD', dialect.extended ? (pwd ?? '') : '');
  } else if (!pwd || !sameDirectory(proc, pwd, cwd) || logical('/', pwd) !== pwd) vars.set('PWD', cwd);
  vars.declare('PWD').exported = true;
  if (vars.get('PATH') === undefined) vars.set('PATH', dialect.defaultPath);
  vars.set('IFS', ' \t\n');
  vars.set('OPTIND', '1');
  vars.set('PS4', '+ ');
  if (dialect.name !== 'dash') {
    const level = Number(vars.get('SHLVL') ?? 0) || 0;
    vars.set('SHLVL', String(level + 1));
    vars.declare('SHLVL').exported = true;
  }
  if (dialect.extended) {
    vars.set('BASH', sh.name.startsWith('/') ? sh.name : '/usr/bin/bash');
    vars.set('BASH_VERSION', dialect.version ?? '');
    for (const [n, kind] of computed) Object.assign(vars.declare(n), kind);
    vars.declare('BASH_VERSINFO').items = new Map((dialect.versionParts ?? []).map((part, i) => [String(i), part]));
    vars.set('OPTERR', '1');
    if (sh.options.has('posix')) vars.set('POSIXLY_CORRECT', 'y');
    vars.declare('OPTIND').integer = true;
    if (vars.get('SHELL') === undefined) vars.set('SHELL', '/bin/bash');
    vars.set('BASH_LOADABLES_PATH', vars.get('BASH_LOADABLES_PATH') ?? loadables);
    vars.set('HOSTNAME', proc.uname().nodename);
    vars.set('HOSTTYPE', 'x86_64');
    vars.set('MACHTYPE', 'x86_64-pc-linux-gnu');
    vars.set('OSTYPE', 'linux-gnu');
    if (vars.get('OLDPWD') === undefined) vars.declare('OLDPWD').exported = true;
    if (vars.get('TERM') === undefined) vars.set('TERM', 'dumb');
  } else {
    vars.set('PS1', vars.get('PS1') ?? dialect.defaultPs1);
    vars.set('PS2', '> ');
    if (dialect.name === 'ash') {
      vars.set('FUNCNAME', '');
      vars.set('HOSTNAME', proc.uname().nodename);
      for (const n of ['LINENO', 'PPID']) vars.set(n, '');
    }
  }
}

/** Where `enable -f` would look, as Debian's bash has it. */
const loadables = '/usr/local/lib/bash:/usr/lib/bash:/opt/local/lib/bash:/usr/pkg/lib/bash:/opt/pkg/lib/bash:.';

/** Variables that are there from the start, their values computed when asked for. */
const computed: readonly (readonly [name: string, kind: Partial<Variable>])[] = [
  ['BASHOPTS', { value: '', readonly: true }],
  ['BASH_VERSINFO', { kind: 'indexed', readonly: true, assigned: true }],
  ['DIRSTACK', { kind: 'indexed', assigned: true }],
  ['EUID', { value: '', readonly: true, integer: true }],
  ['GROUPS', { kind: 'indexed', assigned: true }],
  ['PPID', { value: '', readonly: true, integer: true }],
  ['SHELLOPTS', { value: '', readonly: true }],
  ['UID', { value: '', readonly: true, integer: true }],
  ['BASH_ALIASES', { kind: 'assoc', assigned: true }],
  ['BASH_CMDS', { kind: 'assoc', assigned: true }],
  ['BASH_ARGC', { kind: 'indexed', assigned: true }],
  ['BASH_ARGV', { kind: 'indexed', assigned: true }],
  ['PIPESTATUS', { kind: 'indexed', assigned: true }],
  ['BASH_LINENO', { kind: 'indexed', assigned: true }],
  ['BASH_SOURCE', { kind: 'indexed', assigned: true }],
];

function sameDirectory(proc: Process, a: string, b: string): boolean {
  try {
    const [x, y] = [proc.stat(a), proc.stat(b)];
    return x.dev === y.dev && x.ino === y.ino;
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}

function isTerminal(sh: Shell, fd: number): boolean {
  return sh.proc.fds().includes(fd) && sh.proc.isatty(fd);
}

/** What the shell does on signals of its own accord. */
function installSignals(sh: Shell): void {
  const own = (signal: number, disposition: 'ignore' | (() => void)): void => {
    sh.proc.sigaction(signal, disposition);
    sh.ownSignals.add(signal);
  };
  const install = (signal: number): void => {
    if (signal === SIG.INT && sh.interactive) own(SIG.INT, () => (sh.interrupted = true) as unknown as undefined);
    else if (signal === SIG.INT && sh.dialect.name === 'bash' && !sh.ignoredAtEntry.has(SIG.INT)) {
      own(SIG.INT, () => {
        if (sh.waitingForeground) sh.interrupted = true;
        else sh.dieOfInterrupt();
      });
    } else if (signal === SIG.INT && sh.dialect.name === 'ash' && !sh.readingStdin && !sh.ignoredAtEntry.has(SIG.INT)) {
      // with -c or a script ash catches it, and is done once its child is
      own(SIG.INT, () => {
        if (sh.waitingForeground) sh.interrupted = true;
        else sh.dieOfInterrupt();
      });
    } else if (
      (signal === SIG.QUIT && sh.dialect.name !== 'dash') ||
      (sh.interactive &&
        (signal === SIG.QUIT || signal === SIG.TERM || (sh.jobControl && [SIG.TSTP, SIG.TTIN, SIG.TTOU].includes(signal as 20))))
    )
      own(signal, 'ignore');
    else sh.proc.sigaction(signal, sh.ignoredAtEntry.has(signal) ? 'ignore' : 'default');
  };
  sh.restoreSignal = install;
  install(SIG.INT);
  install(SIG.QUIT);
  sh.proc.sigaction(SIG.CHLD, () => undefined, { restart: true });
  sh.ownSignals.add(SIG.CHLD);
  if (sh.interactive) {
    if (sh.dialect.name === 'bash') own(SIG.HUP, () => hangUp(sh));
    install(SIG.TERM);
  }
}

/** "Before exiting, an interactive shell resends the SIGHUP to all jobs" - bash(1) */
function hangUp(sh: Shell): void {
  for (const job of sh.jobs.all()) {
    if (job.noHup || !job.ownGroup) continue;
    try {
      sh.proc.kill(-job.pgid, SIG.HUP);
      if (state(job) === 'stopped') sh.proc.kill(-job.pgid, SIG.CONT);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
  sh.proc.sigaction(SIG.HUP, 'default');
  sh.proc.kill(sh.proc.pid, SIG.HUP);
}

async function setUpInteractive(sh: Shell): Promise<void> {
  sh.shopt.add('expand_aliases');
  if (sh.dialect.extended) {
    sh.options.add('histexpand');
    sh.options.add('history');
    sh.options.add('emacs');
    sh.vars.set('PS1', sh.vars.get('PS1') ?? sh.dialect.defaultPs1);
    sh.vars.set('PS2', sh.vars.get('PS2') ?? '> ');
    sh.vars.set('HISTFILE', sh.vars.get('HISTFILE') ?? `${sh.vars.get('HOME') ?? '/root'}/.bash_history`);
    sh.vars.set('HISTSIZE', '500');
    sh.vars.set('HISTFILESIZE', '500');
  }
  sh.options.add('monitor');
  await setUpJobControl(sh);
}

/** Job control of ash is that of a terminal. */
async function needTerminal(sh: Shell, builtin?: string): Promise<void> {
  if (sh.terminal !== undefined) return;
  sh.options.delete('monitor');
  await sh.complain("can't access tty; job control turned off", builtin);
}

/** Its own process group, in the foreground of the terminal. */
async function setUpJobControl(sh: Shell): Promise<void> {
  const { proc } = sh;
  const fd = [0, 2, 1].find((n) => isTerminal(sh, n));
  sh.onMonitor ??= async (shell, on) => {
    if (on && shell.terminal === undefined) await setUpJobControl(shell);
  };
  if (fd === undefined) {
    if (sh.interactive) sh.options.delete('monitor');
    return;
  }
  try {
    proc.tcgetpgrp(fd);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    if (sh.interactive) {
      sh.options.delete('monitor');
      if (sh.dialect.extended)
        await sh.err(
          `${sh.shortName}: cannot set terminal process group (${proc.getpgid()}): ${sh.strerror(e)}\n${sh.shortName}: no job control in this shell\n`,
        );
      else await sh.err(`${sh.shortName}: can't access tty; job control turned off\n`);
    }
    return;
  }
  for (const signal of [SIG.TSTP, SIG.TTIN, SIG.TTOU]) {
    proc.sigaction(signal, 'ignore');
    sh.ownSignals.add(signal);
  }
  const copy = proc.dup(fd, sh.dialect.extended ? 255 : 10);
  proc.setCloseOnExec(copy, true);
  sh.terminal = copy;
  if (sh.interactive) {
    try {
      if (proc.getpgid() !== proc.pid && proc.getsid() !== proc.pid) proc.setpgid(0, 0);
      await proc.tcsetpgrp(copy, proc.getpgid());
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
}

/** Runs a program found by PATH in a foreground child (`command NAME`). */
export async function runProgram(sh: Shell, words: readonly string[]): Promise<number> {
  const ownGroup = sh.jobControl;
  const pid = await forkChild(sh, (child) => execCommand(child, words), {
    group: ownGroup ? 0 : undefined,
    foreground: ownGroup,
    background: false,
  });
  const job = {
    number: 0,
    pgid: pid,
    processes: [{ pid, text: words.join(' '), status: undefined }],
    text: words.join(' '),
    foreground: true,
    reported: 'running' as const,
    ownGroup,
    noHup: false,
    cwd: '',
  };
  sh.jobs.add(job);
  return waitForJob(sh, job);
}
