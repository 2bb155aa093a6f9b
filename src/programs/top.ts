import { Accounts } from './accounts';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { loadAverages, uptimeLine } from './free';
import { readText } from './input';
import { commandLine, type ProcessInfo, readMeminfo, readProcesses, uptimeMs } from './process-table';
import { interact } from './top-keys';

interface Sample {
  readonly atMs: number;
  readonly ticks: ReadonlyMap<number, number>;
  readonly cpu: readonly (readonly number[])[];
}

/** The processors' times: of all together, then of each. */
async function cpuTimes(ctx: Context): Promise<number[][]> {
  const text = await readText(ctx.proc, '/proc/stat').catch(() => '');
  return [...text.matchAll(/^cpu\d* +(.*)$/gm)].map((m) => (m[1] as string).split(/\s+/).filter(Boolean).map(Number));
}

function kb(n: number): string {
  if (n < 1_000_000) return String(n);
  return n < 10_000_000 ? `${Math.floor(n / 1024)}m` : `${(n / 1048576).toFixed(1)}g`;
}

/** What top shows: one frame of its display at a time. */
export class Top {
  private before: Sample | undefined;
  sort: 'cpu' | 'mem' | 'time' | 'pid' = 'cpu';
  reverse = false;
  full: boolean;
  /** Each processor on a line of its own. */
  perCpu = false;
  hideIdle = false;
  /** Only this user's processes. */
  user: string | undefined;
  /** Lines to show at most; 0: as many as fit. */
  most = 0;
  /** The first process in the display, and on which line of the screen messages stand. */
  first = 0;
  messageRow = 6;
  accounts!: Accounts;
  constructor(
    private readonly ctx: Context,
    private readonly options: Options,
  ) {
    this.full = options.has('c');
    this.perCpu = options.has('1');
    this.hideIdle = options.has('i');
    this.user = options.value('u') ?? options.value('U');
    const field = options.value('o');
    if (field !== undefined) {
      this.reverse = field.startsWith('-');
      this.sort =
        ({ '%MEM': 'mem', 'TIME+': 'time', TIME: 'time', PID: 'pid' } as const)[field.replace(/^[-+]/, '').toUpperCase() as 'PID'] ?? 'cpu';
    }
  }

  async frame(columns: number, rows: number, batch: boolean): Promise<string> {
    const { ctx } = this;
    this.accounts ??= await Accounts.load(ctx.proc);
    const now = ctx.proc.clock.now();
    const all = (await readProcesses(ctx.proc)) ?? [];
    const pids = this.options.values('p').flatMap((p) => p.split(',')).map(Number); // prettier-ignore
    const uid = this.user === undefined ? undefined : this.accounts.uid(this.user);
    const shown = all.filter((p) => (pids.length === 0 || pids.includes(p.pid)) && (uid === undefined || p.euid === uid));
    const cpu = await cpuTimes(ctx);
    const ticks = new Map(all.map((p) => [p.pid, p.utime + p.stime]));
    const sample: Sample = { atMs: now, ticks, cpu };
    const up = await uptimeMs(ctx.proc);
    const elapsed = this.before ? Math.max(1, now - this.before.atMs) : Math.max(1, up);
    const share = (p: ProcessInfo): number =>
      (Math.max(0, (p.utime + p.stime - (this.before?.ticks.get(p.pid) ?? 0)) * 10) / elapsed) * 100;
    const memory = await readMeminfo(ctx.proc).catch(() => new Map<string, number>());
    const g = (name: string): number => memory.get(name) ?? 0;
    const key = {
      cpu: (p: ProcessInfo) => -share(p),
      mem: (p: ProcessInfo) => -p.rss,
      time: (p: ProcessInfo) => -(p.utime + p.stime),
      pid: (p: ProcessInfo) => p.pid,
    }[this.sort];
    const busy = this.hideIdle ? shown.filter((p) => p.state === 'R' || share(p) > 0) : shown;
    const ordered = busy.toSorted((a, b) => key(a) - key(b) || a.pid - b.pid);
    const sorted = (this.reverse ? ordered.reverse() : ordered).slice(0, this.most || undefined);
    this.first = sorted[0]?.pid ?? 0;
    const before = this.before?.cpu;
    const partsOf = (which: number): ((i: number) => string) => {
      const delta = (cpu[which] ?? []).map((t, i) => t - (before?.[which]?.[i] ?? 0));
      const total = delta.reduce((a, b) => a + b, 0);
      return (i) => (total === 0 ? (i === 3 ? 100 : 0) : ((delta[i] ?? 0) / total) * 100).toFixed(1).padStart(5);
    };
    const part = partsOf(0);
    this.before = sample;
    const states = (s: string): number => shown.filter((p) => s.includes(p.state)).length;
    const lines: string[] = [];
    const loads = await loadAverages(() => readText(ctx.proc, '/proc/loadavg'));
    const invert = (text: string): string => (batch ? text : `\x1b[7m${text.padEnd(columns).slice(0, columns)}\x1b[m`);
    if (ctx.gnu) {
      lines.push(`top -${uptimeLine(now, up, loads, 0)}`);
      lines.push(
        `Tasks: ${String(shown.length).padStart(3)} total, ${String(states('R')).padStart(3)} running, ${String(states('SDI')).padStart(3)} sleeping, ${String(states('T')).padStart(3)} stopped, ${String(states('Z')).padStart(3)} zombie`,
      );
      const cpuLine = (name: string, p: (i: number) => string): string =>
        `${name.padEnd(7)}:${p(0)} us,${p(2)} sy,${p(1)} ni,${p(3)} id,${p(4)} wa,${p(5)} hi,${p(6)} si,${p(7)} st `;
      if (this.perCpu) for (let n = 1; n < cpu.length; n++) lines.push(cpuLine(`%Cpu${n - 1}`, partsOf(n)));
      else lines.push(cpuLine('%Cpu(s)', part));
      const mib = (n: number): string => (n / 1024).toFixed(1).padStart(8);
      const cache = g('Buffers') + g('Cached') + g('SReclaimable');
      lines.push(
        `MiB Mem : ${mib(g('MemTotal'))} total, ${mib(g('MemFree'))} free, ${mib(g('MemTotal') - g('MemAvailable'))} used, ${mib(cache)} buff/cache     `,
      );
      lines.push(
        `MiB Swap: ${mib(g('SwapTotal'))} total, ${mib(g('SwapFree'))} free, ${mib(g('SwapTotal') - g('SwapFree'))} used. ${mib(g('MemAvailable'))} avail Mem `,
      );
      this.messageRow = lines.length + 1;
      lines.push('');
      lines.push(invert('    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND'));
      for (const p of sorted) lines.push(this.gnuRow(p, share(p), g('MemTotal')));
    } else {
      lines.push(
        `Mem: ${g('MemTotal') - g('MemFree')}K used, ${g('MemFree')}K free, ${g('Shmem')}K shrd, ${g('Buffers')}K buff, ${g('Cached')}K cached`,
      );
      lines.push(`CPU:${part(0)}% usr${part(2)}% sys${part(1)}% nic${part(3)}% idle${part(4)}% io${part(5)}% irq${part(6)}% sirq`);
      lines.push(`Load average: ${(await readText(ctx.proc, '/proc/loadavg').catch(() => '0.00 0.00 0.00')).trim()}`);
      lines.push(invert('  PID  PPID USER     STAT   RSS %RSS CPU %CPU COMMAND'));
      for (const p of sorted) lines.push(this.busyboxRow(p, share(p), g('MemTotal')));
    }
    const visible = batch ? lines : lines.slice(0, rows);
    return (
      visible.map((l) => (batch || l.startsWith('\x1b') ? l : l.slice(0, columns))).join(batch ? '\n' : '\x1b[K\r\n') +
      (batch ? '\n' : '\x1b[K\x1b[J')
    );
  }

  private gnuRow(p: ProcessInfo, share: number, total: number): string {
    const name = this.accounts.userName(p.euid);
    const ticks = p.utime + p.stime;
    const time = `${Math.floor(ticks / 6000)}:${String(Math.floor(ticks / 100) % 60).padStart(2, '0')}.${String(ticks % 100).padStart(2, '0')}`;
    const priority = p.priority <= -100 ? 'rt' : String(p.priority);
    const command = this.full ? commandLine(p) : p.comm;
    return `${String(p.pid).padStart(7)} ${(name.length > 8 ? `${name.slice(0, 7)}+` : name).padEnd(8)} ${priority.padStart(3)} ${String(p.nice).padStart(3)} ${kb(Math.floor(p.vsize / 1024)).padStart(7)} ${kb(p.rss * 4).padStart(6)} ${'0'.padStart(6)} ${p.state} ${share.toFixed(1).padStart(5)} ${((p.rss * 400) / Math.max(1, total)).toFixed(1).padStart(5)} ${time.padStart(9)} ${command}`;
  }

  private busyboxRow(p: ProcessInfo, share: number, total: number): string {
    const rss = p.rss * 4;
    const state = `${p.state}${p.rss === 0 ? 'W' : ' '}${p.nice < 0 ? '<' : p.nice > 0 ? 'N' : ' '}`;
    const one = (n: number): string => n.toFixed(1).padStart(5);
    return `${String(p.pid).padStart(5)} ${String(p.ppid).padStart(5)} ${this.accounts.userName(p.euid).slice(0, 8).padEnd(8)} ${state.padEnd(4)}${(rss > 99999 ? `${Math.round(rss / 1024)}m` : String(rss)).padStart(6)}${one((rss * 100) / Math.max(1, total))}${'0'.padStart(4)}${one(share)} ${commandLine(p)}`;
  }
}

export const top: Command = {
  gnu: {
    short: 'bcd:en:o:p:u:U:HiSsw::hvE:1',
    package: 'procps',
    usage: '-hv | -bcEeHiOSs1 -d secs -n max -u|U user -p pids -o field -w [cols]\n',
    help: '',
  },
  busybox: {
    short: 'bd:n:mHp:',
    usage:
      "[-bmH] [-n COUNT] [-d SECONDS]\n\nShow a view of process activity in real time.\nRead the status of all processes from /proc each SECONDS\nand show a screenful of them.\nKeys:\n\tN/M/P/T: show CPU usage, sort by pid/mem/cpu/time\n\tS: show memory\n\tR: reverse sort\n\tH: toggle threads, 1: toggle SMP\n\tQ,^C: exit\nOptions:\n\t-b\tBatch mode\n\t-n N\tExit after N iterations\n\t-d SEC\tDelay between updates\n\t-m\tSame as 's' key\n\t-H\tShow threads",
  },
  run: async (ctx, options) => {
    const view = new Top(ctx, options);
    const [delay, count] = [options.value('d') ?? (ctx.gnu ? '3' : '5'), options.value('n')];
    if (!/^\d*[.,]?\d+$/.test(delay)) return ctx.fail(ctx.gnu ? `bad delay interval '${delay}'` : `invalid number '${delay}'`);
    if (count !== undefined && !/^\d+$/.test(count))
      return ctx.fail(ctx.gnu ? `bad iterations argument '${count}'` : `invalid number '${count}'`);
    if (view.user !== undefined && ctx.gnu && (await Accounts.load(ctx.proc)).uid(view.user) === undefined) return ctx.fail('Invalid user');
    const delayMs = Number(delay.replace(',', '.')) * 1000;
    const iterations = Number(count ?? Infinity);
    const tty = ctx.proc.isatty(1);
    if (!options.has('b') && (!tty || !ctx.proc.isatty(0))) {
      if (ctx.gnu) {
        await ctx.stderr('top: failed tty get\n');
        return 1;
      }
    }
    if (options.has('b') || !tty) {
      for (let n = 0; n < iterations; n++) {
        if (n > 0) {
          await ctx.proc.nanosleep(delayMs);
          await ctx.write('\n');
        }
        await ctx.write(await view.frame(Number(options.value('w') ?? 512), 10_000, true));
        await ctx.out.flush();
      }
      return 0;
    }
    await interact(ctx, view, delayMs, iterations);
    return 0;
  },
};
