import { framesOf, functionNames } from './frames';
import { describeHead } from './describe';
import type { Shell } from './shell';

/** The minimal standard generator of Park and Miller, as bash has it. */
export class RandomNumbers {
  private last = 0;
  constructor(private state: number) {}

  /** 0 to 32767, never the same twice in a row. */
  next(): number {
    for (;;) {
      const seed = this.state === 0 ? 123459876 : this.state;
      const high = Math.trunc(seed / 127773);
      const t = 16807 * (seed - 127773 * high) - 2836 * high;
      this.state = t < 0 ? t + 0x7fffffff : t;
      const n = ((this.state >>> 16) ^ (this.state & 65535)) & 32767;
      if (n === this.last) continue;
      this.last = n;
      return n;
    }
  }
}

/** Values that are computed when asked for; undefined: `name` is not one of those. */
export function dynamicVariable(sh: Shell, name: string): string | undefined {
  const { proc } = sh;
  if (sh.plain.has(name)) return undefined;
  switch (name) {
    case 'RANDOM':
      if (sh.dialect.name === 'dash') return undefined;
      sh.random ??= new RandomNumbers(Math.floor(proc.clock.random() * 2147483647));
      return String(sh.random.next());
    case 'SECONDS':
      return sh.dialect.extended ? String(Math.floor((proc.clock.now() - sh.startedMs) / 1000)) : undefined;
    case 'LINENO':
      return String(sh.line - (sh.dialect.almquist && sh.commandString !== undefined && sh.sourceDepth === 0 ? 1 : 0));
    case 'PPID':
      return String(sh.parentPid);
  }
  if (!sh.dialect.extended) return undefined;
  switch (name) {
    case 'BASHPID':
      return String(proc.pid);
    case 'EPOCHSECONDS':
      return String(Math.floor(proc.clock.now() / 1000));
    case 'EPOCHREALTIME':
      return (proc.clock.now() / 1000).toFixed(6);
    case 'SRANDOM':
      return String(Math.floor(proc.clock.random() * 4294967296));
    case 'UID':
      return String(proc.credentials().ruid);
    case 'EUID':
      return String(proc.credentials().euid);
    case 'BASH_SUBSHELL':
      return String(sh.subshellLevel);
    case 'BASH_COMMAND':
      return sh.runningCommand && describeHead(sh.runningCommand.source.text, sh.runningCommand.node);
    case 'HISTCMD':
      return sh.interactive ? String(sh.historyBase + sh.history.length - 1) : '0';
    case 'BASH_ARGV0':
      return sh.name;
    case 'SHELLOPTS':
      return [...sh.options].sort().join(':');
    case 'BASHOPTS':
      return [...sh.shopt].sort().join(':');
  }
  return dynamicArrays[name]?.(sh)[0]?.[1];
}

const numbered = (items: readonly (string | number)[]): [string, string][] => items.map((v, i) => [String(i), String(v)]);

/** Arrays that are computed when asked for. */
export const dynamicArrays: Readonly<Record<string, (sh: Shell) => [key: string, value: string][]>> = {
  PIPESTATUS: (sh) => numbered(sh.pipeStatus),
  FUNCNAME: (sh) => numbered(functionNames(sh)),
  BASH_SOURCE: (sh) => numbered(framesOf(sh).map((f) => f.file)),
  BASH_LINENO: (sh) => numbered(framesOf(sh).map((f) => f.callLine)),
  DIRSTACK: (sh) => numbered([sh.vars.get('PWD') ?? sh.proc.getcwd(), ...sh.directories]),
  GROUPS: (sh) => numbered([sh.proc.credentials().egid]),
  BASH_ALIASES: (sh) => [...sh.aliases],
  BASH_CMDS: (sh) => [...sh.hashed].map(([name, { path }]) => [name, path]),
};
