import { Errno, type Process } from '../kernel';
import { readText } from './input';

/** One process as /proc/PID/{stat,status,cmdline} tell it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  /** Device number of the controlling terminal; 0 without one. */
  readonly tty: number;
  readonly tpgid: number;
  readonly flags: number;
  /** CPU time in ticks of 10 ms. */
  readonly utime: number;
  readonly stime: number;
  readonly priority: number;
  readonly nice: number;
  readonly threads: number;
  /** Ticks of 10 ms since boot. */
  readonly startTicks: number;
  /** Bytes. */
  readonly vsize: number;
  /** Pages. */
  readonly rss: number;
  readonly ruid: number;
  readonly euid: number;
  readonly rgid: number;
  readonly egid: number;
  readonly args: readonly string[];
  readonly status: ReadonlyMap<string, string>;
}

const notThere = (error: unknown): undefined => {
  if (error instanceof Errno) return undefined;
  throw error;
};

export function parseStatus(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return fields;
}

export async function readProcess(proc: Process, pid: number | string): Promise<ProcessInfo | undefined> {
  try {
    const stat = await readText(proc, `/proc/${pid}/stat`);
    const status = parseStatus(await readText(proc, `/proc/${pid}/status`));
    const cmdline = await readText(proc, `/proc/${pid}/cmdline`);
    const close = stat.lastIndexOf(')');
    const open = stat.indexOf('(');
    const f = stat.slice(close + 2).trim().split(/\s+/); // prettier-ignore
    const n = (i: number): number => Number(f[i - 3] ?? 0);
    const ids = (name: string): number[] => (status.get(name) ?? '0 0').split(/\s+/).map(Number);
    const [ruid = 0, euid = 0] = ids('Uid');
    const [rgid = 0, egid = 0] = ids('Gid');
    const args = cmdline === '' ? [] : cmdline.replace(/\0$/, '').split('\0');
    return {
      pid: Number(stat.slice(0, open).trim()), comm: stat.slice(open + 1, close), state: f[0] ?? '?', ppid: n(4), pgrp: n(5), session: n(6),
      tty: n(7), tpgid: n(8), flags: n(9), utime: n(14), stime: n(15), priority: n(18), nice: n(19), threads: n(20), startTicks: n(22),
      vsize: n(23), rss: n(24), ruid, euid, rgid, egid, args, status,
    }; // prettier-ignore
  } catch (error) {
    return notThere(error);
  }
}

/** All processes of /proc by ascending PID; undefined when no proc file system is there. */
export async function readProcesses(proc: Process): Promise<ProcessInfo[] | undefined> {
  let names: string[];
  try {
    proc.stat('/proc/self/stat');
    names = proc.readdir('/proc').map((e) => e.name);
  } catch (error) {
    return notThere(error);
  }
  const pids = names.filter((n) => /^\d+$/.test(n)).map(Number).sort((a, b) => a - b); // prettier-ignore
  const found: ProcessInfo[] = [];
  for (const pid of pids) {
    const info = await readProcess(proc, pid);
    if (info) found.push(info);
  }
  return found;
}

/** `pts/0`, `tty1`, `?`. */
export function ttyName(device: number): string {
  if (device === 0) return '?';
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${minor + (major - 136) * 256}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  if (major === 5 && minor === 1) return 'console';
  return '?';
}

/** The command line as ps shows it: `[comm]` without one; control characters as `?`, newlines as blanks. */
export function commandLine(info: ProcessInfo): string {
  if (info.args.length === 0) return `[${info.comm}]`;
  return info.args.join(' ').replace(/[\n\t]/g, ' ').replace(/[\x00-\x1f\x7f]/g, '?'); // prettier-ignore
}

/** Fields of /proc/meminfo in kB. */
export async function readMeminfo(proc: Process): Promise<Map<string, number>> {
  const fields = parseStatus(await readText(proc, '/proc/meminfo'));
  return new Map([...fields].map(([k, v]) => [k, parseInt(v, 10) || 0]));
}

/** ms since the epoch when the machine booted. */
export async function bootTimeMs(proc: Process): Promise<number> {
  try {
    const btime = /^btime (\d+)/m.exec(await readText(proc, '/proc/stat'));
    if (btime) return Number(btime[1]) * 1000;
  } catch (error) {
    notThere(error);
  }
  return proc.clock.now() - (await uptimeMs(proc));
}

export async function uptimeMs(proc: Process): Promise<number> {
  try {
    return parseFloat(await readText(proc, '/proc/uptime')) * 1000;
  } catch (error) {
    notThere(error);
    return 0;
  }
}
