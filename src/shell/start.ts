import { Errno, type Process, type Program, SIG, signals } from '../kernel';
import { builtins, specialBuiltins } from './builtins';
import { setOption } from './builtins/variables';
import { logical } from './builtins/directories';
import type { Dialect } from './dialect';
import { runString } from './run-text';
import { state } from './jobs';
import { runInteractive } from './interactive';
import { runSubshell, forkShell, waitForJob } from './launch';
import { type Piece, ashRefuses, parsePiece, sourceOf } from './parse';
import { Shell, optionLetters } from './shell';
import { runStatements } from './executor';
import { abandon, reportSyntax } from './run-text';
import { builtinAllowed, execCommand } from './simple';
import { readLine } from './lines';
import { ShellError } from './flow';

interface Invocation {
  command: string | undefined;
  script: string | undefined;
  interactive: boolean;
  login: boolean;
  stdin: boolean;
  noRc: boolean;
  noProfile: boolean;
  positional: string[];
  name: string | undefined;
}

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
  sh.isBuiltin = (name) => builtins.has(name) && builtinAllowed(sh, name);
  sh.runProgram = (words) => runProgram(sh, words);
  sh.isSpecialBuiltin = (name) => specialBuiltins.has(name);
  sh.builtinNames = () => [...builtins.keys()].filter((n) => builtinAllowed(sh, n)).sort();
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
  importEnvironment(sh);
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
  await startupFiles(sh, invocation);
  if (invocation.command !== undefined) return runString(sh, invocation.command, { label: '-c', last: true });
  if (invocation.script !== undefined) return runScript(sh, invocation.script);
  if (sh.interactive) return runInteractive(sh);
  return runStdin(sh);
}

async function parseArguments(sh: Shell): Promise<Invocation | number> {
  const result: Invocation = {
    command: undefined,
    script: undefined,
    interactive: false,
    login: false,
    stdin: false,
    noRc: false,
    noProfile: false,
    positional: [],
    name: undefined,
  };
  const args = sh.proc.argv.slice(1);
  let wantsCommand = false;
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (arg.startsWith('--') && sh.dialect.extended) {
      if (arg === '--login') result.login = true;
      else if (arg === '--norc') result.noRc = true;
      else if (arg === '--noprofile') result.noProfile = true;
      else if (arg === '--posix') sh.options.add('posix');
      else if (arg === '--rcfile' || arg === '--init-file') i++;
      else if (arg === '--version') {
        await sh.out(`GNU bash, version ${sh.dialect.version ?? ''} (x86_64-pc-linux-gnu)\n`);
        return 0;
      } else if (!['--noediting', '--verbose', '--restricted', '--debugger'].includes(arg)) {
        await sh.err(`${sh.name}: ${arg}: invalid option\n`);
        return 2;
      }
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'c' && on) wantsCommand = true;
      else if (letter === 'i') result.interactive = true;
      else if (letter === 'l') result.login = true;
      else if (letter === 's') result.stdin = true;
      else if (letter === 'o' || letter === 'O') {
        const option = args[++i] ?? '';
        if (letter === 'O') {
          if (on) sh.shopt.add(option);
          else sh.shopt.delete(option);
        } else if (!(await setOption(sh, option, on))) {
          await sh.err(`${sh.name}: ${sh.dialect.extended ? `${option}: invalid option name` : `illegal option -o ${option}`}\n`);
          return 2;
        }
      } else {
        const option = optionLetters[letter];
        if (option === undefined || !(await setOption(sh, option, on))) {
          await sh.err(`${sh.name}: ${sh.dialect.extended ? `-${letter}: invalid option` : `illegal option -${letter}`}\n`);
          return 2;
        }
      }
    }
  }
  const rest = args.slice(i);
  if (wantsCommand) {
    const [command, name, ...positional] = rest;
    if (command === undefined) {
      await sh.err(`${sh.name}: ${sh.dialect.extended ? '-c: option requires an argument' : '-c requires an argument'}\n`);
      return 2;
    }
    result.command = command;
    result.name = name;
    result.positional = positional;
  } else if (!result.stdin && rest.length > 0) {
    result.script = rest[0];
    result.name = rest[0];
    result.positional = rest.slice(1);
  } else result.positional = rest;
  return result;
}

const exportable = /^[A-Za-z_]\w*$/;

function importEnvironment(sh: Shell): void {
  const { proc, vars, dialect } = sh;
  for (const [name, value] of proc.env) {
    if (!exportable.test(name)) continue;
    vars.set(name, value);
    vars.declare(name).exported = true;
  }
  const cwd = currentDirectory(proc);
  const pwd = vars.get('PWD');
  if (!pwd || !sameDirectory(proc, pwd, cwd) || logical('/', pwd) !== pwd) vars.set('PWD', cwd);
  vars.declare('PWD').exported = true;
  if (vars.get('PATH') === undefined) vars.set('PATH', dialect.defaultPath);
  vars.set('IFS', ' \t\n');
  vars.set('OPTIND', '1');
  vars.set('PS4', '+ ');
  const level = Number(vars.get('SHLVL') ?? 0) || 0;
  vars.set('SHLVL', String(level + 1));
  vars.declare('SHLVL').exported = true;
  if (dialect.extended) {
    vars.set('BASH', sh.name.startsWith('/') ? sh.name : '/usr/bin/bash');
    vars.set('BASH_VERSION', dialect.version ?? '');
    vars.set('HOSTNAME', proc.uname().nodename);
    vars.set('HOSTTYPE', 'x86_64');
    vars.set('MACHTYPE', 'x86_64-pc-linux-gnu');
    vars.set('OSTYPE', 'linux-gnu');
    if (vars.get('OLDPWD') === undefined) vars.declare('OLDPWD').exported = true;
    if (vars.get('TERM') === undefined) vars.set('TERM', 'dumb');
  } else {
    vars.set('PS1', vars.get('PS1') ?? dialect.defaultPs1);
    vars.set('PS2', '> ');
  }
}

function currentDirectory(proc: Process): string {
  try {
    return proc.getcwd();
  } catch (e) {
    if (e instanceof Errno) return '/';
    throw e;
  }
}

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
    } else if (
      sh.interactive &&
      (signal === SIG.QUIT || signal === SIG.TERM || (sh.jobControl && [SIG.TSTP, SIG.TTIN, SIG.TTOU].includes(signal as 20)))
    )
      own(signal, 'ignore');
    else sh.proc.sigaction(signal, sh.ignoredAtEntry.has(signal) ? 'ignore' : 'default');
  };
  sh.restoreSignal = install;
  install(SIG.INT);
  if (sh.dialect.name === 'bash') own(SIG.QUIT, 'ignore');
  sh.proc.sigaction(SIG.CHLD, () => undefined, { restart: true });
  sh.ownSignals.add(SIG.CHLD);
  if (sh.interactive) {
    if (sh.dialect.name === 'bash') own(SIG.HUP, () => hangUp(sh));
    install(SIG.QUIT);
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

/** Its own process group, in the foreground of the terminal. */
async function setUpJobControl(sh: Shell): Promise<void> {
  const { proc } = sh;
  const fd = [0, 2, 1].find((n) => isTerminal(sh, n));
  sh.onMonitor = async (on) => {
    if (on && sh.terminal === undefined) await setUpJobControl(sh);
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

async function startupFiles(sh: Shell, invocation: Invocation): Promise<void> {
  const home = sh.vars.get('HOME') ?? '/root';
  if (sh.login && !invocation.noProfile) {
    await sourceIfThere(sh, '/etc/profile');
    const own = sh.dialect.extended ? ['.bash_profile', '.bash_login', '.profile'] : ['.profile'];
    for (const file of own) if (await sourceIfThere(sh, `${home}/${file}`)) break;
  } else if (sh.interactive && sh.dialect.extended && !invocation.noRc) {
    await sourceIfThere(sh, '/etc/bash.bashrc');
    await sourceIfThere(sh, `${home}/.bashrc`);
  }
  const env = sh.vars.get(sh.dialect.extended ? 'BASH_ENV' : 'ENV');
  if (env && sh.interactive !== sh.dialect.extended) await sourceIfThere(sh, env);
}

async function sourceIfThere(sh: Shell, path: string): Promise<boolean> {
  let text: string;
  try {
    if (sh.proc.stat(path).type !== 'file') return false;
    const fd = await sh.proc.open(path);
    text = await sh.readAll(fd);
    sh.proc.close(fd);
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
  sh.sourceDepth++;
  try {
    await runString(sh, text, { file: path });
  } finally {
    sh.sourceDepth--;
  }
  sh.status = 0;
  return true;
}

async function runScript(sh: Shell, path: string): Promise<number> {
  let text: string;
  try {
    if (sh.proc.stat(path).type === 'directory') {
      await sh.err(sh.dialect.extended ? `${path}: ${path}: Is a directory\n` : `sh: 0: can't open '${path}': Is a directory\n`);
      return 126;
    }
    const fd = await sh.proc.open(path);
    const high = sh.proc.dup(fd, sh.dialect.extended ? 255 : 10);
    sh.proc.setCloseOnExec(high, true);
    sh.proc.close(fd);
    text = await sh.readAll(high);
    sh.proc.close(high);
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    const own = sh.proc.argv[0] ?? sh.name;
    await sh.err(sh.dialect.extended ? `${own}: ${path}: ${sh.strerror(e)}\n` : `${own}: can't open '${path}': ${sh.strerror(e)}\n`);
    return e.code === 'ENOENT' ? (sh.dialect.extended ? 127 : 2) : 126;
  }
  if (sh.dialect.extended && text.slice(0, 80).includes('\0')) {
    await sh.err(`${path}: ${path}: cannot execute binary file\n`);
    return 126;
  }
  sh.scriptName = path;
  return runString(sh, text, { file: sh.dialect.extended ? path : undefined });
}

/** Commands from standard input, a line at a time, so that they can read what follows them. */
async function runStdin(sh: Shell): Promise<number> {
  let pending = '';
  let line = 1;
  let startLine = 1;
  for (;;) {
    const text = await readLine(sh, 0);
    const final = text === undefined;
    if (final && pending === '') return sh.status;
    pending += text === undefined ? '' : `${text}\n`;
    line++;
    const piece: Piece = parsePiece(pending, final);
    if (piece.kind === 'incomplete') continue;
    await runPiece(sh, piece, pending, startLine);
    if (piece.kind === 'error' && !sh.interactive) return sh.dialect.extended ? 2 : 2;
    pending = '';
    startLine = line;
    if (final) return sh.status;
  }
}

export async function runPiece(sh: Shell, piece: Piece, text: string, line: number): Promise<void> {
  sh.source = sourceOf(text, line);
  sh.position = 0;
  if (piece.kind !== 'script') {
    sh.status = 2;
    await reportSyntax(sh, piece.fault);
    return;
  }
  const refused = sh.dialect.name === 'ash' ? ashRefuses(piece.script) : undefined;
  if (refused !== undefined) {
    sh.status = 2;
    await sh.complain(`syntax error: ${refused}`);
    return;
  }
  try {
    await runStatements(sh, piece.statements);
  } catch (e) {
    if (!(e instanceof ShellError)) throw e;
    await abandon(sh, e);
  }
}

/** Runs a program found by PATH in a foreground child (`command NAME`). */
export async function runProgram(sh: Shell, words: readonly string[]): Promise<number> {
  const ownGroup = sh.jobControl;
  const pid = forkShell(sh, (child) => execCommand(child, words), {
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
