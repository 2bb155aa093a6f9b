import { Accounts } from '../accounts';
import type { Context } from '../command';
import type { Options } from '../getopt';
import { bootTimeMs, commandLine, type ProcessInfo, readProcesses, ttyName } from '../process-table';

interface Column {
  readonly name: string;
  readonly header: string;
  readonly width: number;
  readonly value: (p: ProcessInfo, scene: Scene) => string;
}
interface Scene {
  readonly accounts: Accounts;
  readonly nowMs: number;
  readonly bootMs: number;
}

function minutes(ticks: number): string {
  const seconds = Math.floor(ticks / 100);
  const m = Math.floor(seconds / 60);
  if (m >= 1000) return `${String(Math.floor(m / 60)).padStart(3)}h${String(m % 60).padStart(2, '0')}`;
  return `${String(m).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`;
}

function size(kb: number): string {
  if (kb < 10000) return `${kb}`;
  if (kb < 10000 * 1024) return `${Math.round(kb / 1024)}m`;
  return `${(kb / 1048576).toFixed(1)}g`;
}

const left = (name: string, header: string, width: number, value: Column['value']): Column => ({
  name,
  header,
  width,
  value: (p, s) => value(p, s).slice(0, width).padEnd(width),
});
const right = (name: string, header: string, width: number, value: Column['value']): Column => ({
  name,
  header,
  width,
  value: (p, s) => value(p, s).padStart(width),
});

const columns: readonly Column[] = [
  left('user', 'USER', 8, (p, s) => s.accounts.userName(p.euid)),
  left('group', 'GROUP', 8, (p, s) => s.accounts.groupName(p.egid)),
  left('comm', 'COMMAND', 16, (p) => p.comm),
  { name: 'args', header: 'COMMAND', width: 27, value: (p) => commandLine(p) },
  right('pid', 'PID', 5, (p) => String(p.pid)),
  right('ppid', 'PPID', 5, (p) => String(p.ppid)),
  right('pgid', 'PGID', 5, (p) => String(p.pgrp)),
  right('etime', 'ELAPSED', 7, (p, s) => minutes(Math.max(0, (s.nowMs - s.bootMs) / 10 - p.startTicks))),
  right('nice', 'NI', 5, (p) => String(p.nice)),
  left('rgroup', 'RGROUP', 8, (p, s) => s.accounts.groupName(p.rgid)),
  left('ruser', 'RUSER', 8, (p, s) => s.accounts.userName(p.ruid)),
  right('time', 'TIME', 5, (p) => minutes(p.utime + p.stime)),
  left('tty', 'TT', 6, (p) => (p.tty === 0 ? '?' : ttyName(p.tty).startsWith('pts/') ? `136,${ttyName(p.tty).slice(4)}` : ttyName(p.tty))),
  left('vsz', 'VSZ', 4, (p) => size(Math.floor(p.vsize / 1024))),
  right('sid', 'SID', 5, (p) => String(p.session)),
  left('stat', 'STAT', 4, (p) => p.state + (p.nice < 0 ? '<' : p.nice > 0 ? 'N' : '')),
  left('rss', 'RSS', 4, (p) => size(p.rss * 4)),
];

export async function busyboxPs(ctx: Context, options: Options): Promise<number> {
  const specs = options.values('o');
  const chosen: Column[] = [];
  for (const spec of specs.length > 0 ? specs : ['pid,user,time,args']) {
    const eq = spec.indexOf('=');
    const list = (eq < 0 ? spec : spec.slice(0, eq)).split(',');
    for (const [i, word] of list.entries()) {
      const column = columns.find((c) => c.name === word || (word === 'cmd' && c.name === 'args'));
      if (!column) {
        return ctx.fail(`bad -o argument '${word}', supported arguments: ${columns.map((c) => c.name).join(',')}`);
      }
      chosen.push(eq >= 0 && i === list.length - 1 ? { ...column, header: spec.slice(eq + 1) } : column);
    }
  }
  const scene: Scene = { accounts: await Accounts.load(ctx.proc), nowMs: ctx.proc.clock.now(), bootMs: await bootTimeMs(ctx.proc) };
  const limit = ctx.proc.isatty(1) ? ctx.proc.getWindowSize(1).columns || 80 : Infinity;
  const line = (cells: string[]): Promise<void> | undefined => ctx.line(cells.join(' ').slice(0, limit));
  if (chosen.some((c) => c.header !== ''))
    await line(chosen.map((c, i) => (i === chosen.length - 1 ? c.header : c.header.padEnd(c.width))));
  for (const p of (await readProcesses(ctx.proc)) ?? [])
    await line(chosen.map((c, i) => (i === chosen.length - 1 && c.name !== 'stat' ? c.value(p, scene).trimEnd() : c.value(p, scene))));
  return 0;
}
