import { Errno } from '../kernel';
import type { Command } from './command';
import { readText } from './input';
import { readMeminfo } from './process-table';
import { busyboxHuman } from './sizes';

/** procps's `free -h`: at most three significant digits, with Ki, Mi, Gi. */
function humanKb(kb: number): string {
  const units = ['B', 'Ki', 'Mi', 'Gi', 'Ti'];
  let value = kb * 1024;
  let i = 0;
  while (value >= 1000 && i < units.length - 1) {
    value /= 1024;
    i++;
  }
  if (i === 0) return `${value}B`;
  const text = value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value));
  return text.replace(/\.0$/, value === 0 ? '' : '.0') + units[i];
}

export const free: Command = {
  gnu: {
    short: 'bkmghtlwvVs:c:',
    long: { bytes: 'b', kibi: 'k', mebi: 'm', gibi: 'g', human: 'h', total: 't', wide: 'w', lohi: 'l', 'seconds:': 's', 'count:': 'c' },
    package: 'procps',
    usage: '[options]',
    help: '\nOptions:\n -b, --bytes         show output in bytes\n -k, --kibi          show output in kibibytes\n -m, --mebi          show output in mebibytes\n -g, --gibi          show output in gibibytes\n -h, --human         show human-readable output\n -s N, --seconds N   repeat printing every N seconds\n -c N, --count N     repeat printing N times, then exit\n -t, --total         show total for RAM + swap\n -w, --wide          wide output\n',
  },
  busybox: { short: 'bkmgh', usage: '[-bkmgh]\n\nDisplay free and used memory' },
  run: async (ctx, options) => {
    const [secondsText, countText] = [options.value('s'), options.value('c')];
    if (secondsText !== undefined && !(Number(secondsText) > 0)) {
      await ctx.warn(`seconds argument \`${secondsText}' ${/^[-+.\d]+$/.test(secondsText) ? 'is not positive number' : 'failed'}`);
      return 1;
    }
    if (countText !== undefined && !(Number(countText) > 0))
      return ctx.fail(
        `failed to parse count argument: '${countText}'${/^-?\d+$/.test(countText) ? ': Numerical result out of range' : ': Invalid argument'}`,
      );
    const seconds = Number(secondsText ?? 0);
    for (let left = Number(options.value('c') ?? (options.has('s') ? Infinity : 1)); left > 0; left--) {
      let m: Map<string, number>;
      try {
        m = await readMeminfo(ctx.proc);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (ctx.gnu)
          await ctx.stderr(
            'Error: /proc must be mounted\n  To mount /proc at boot you need an /etc/fstab line like:\n      proc   /proc   proc    defaults\n  In the meantime, run "mount proc /proc -t proc"\n',
          );
        else await ctx.warn(`can't open '/proc/meminfo': ${ctx.strerror(error)}`);
        return 1;
      }
      const g = (name: string): number => m.get(name) ?? 0;
      const cache = g('Cached') + g('SReclaimable');
      const used = Math.max(0, g('MemTotal') - (ctx.gnu ? g('MemAvailable') : g('MemFree') + g('Buffers') + cache));
      const show = (kb: number): string =>
        options.has('h')
          ? ctx.gnu
            ? humanKb(kb)
            : busyboxHuman(kb * 1024)
          : String(Math.floor(options.has('b') ? kb * 1024 : options.has('m') ? kb / 1024 : options.has('g') ? kb / 1048576 : kb));
      const row = (title: string, values: readonly number[]): string =>
        `${title.padEnd(ctx.gnu ? 8 : 6)}${values.map((v) => show(v).padStart(12)).join(ctx.gnu ? '' : '')}`;
      const memory = options.has('w')
        ? [g('MemTotal'), used, g('MemFree'), g('Shmem'), g('Buffers'), cache, g('MemAvailable')]
        : [g('MemTotal'), used, g('MemFree'), g('Shmem'), g('Buffers') + cache, g('MemAvailable')];
      const swap = [g('SwapTotal'), g('SwapTotal') - g('SwapFree'), g('SwapFree')];
      const heads = options.has('w')
        ? ['total', 'used', 'free', 'shared', 'buffers', 'cache', 'available']
        : ['total', 'used', 'free', 'shared', 'buff/cache', 'available'];
      await ctx.line(`${' '.repeat(ctx.gnu ? 8 : 7)}${heads.map((h) => h.padStart(12)).join('')}`);
      await ctx.line(row('Mem:', memory));
      await ctx.line(row('Swap:', swap));
      if (options.has('t'))
        await ctx.line(
          row('Total:', [g('MemTotal') + g('SwapTotal'), used + g('SwapTotal') - g('SwapFree'), g('MemFree') + g('SwapFree')]),
        );
      if (left > 1) {
        await ctx.line('');
        await ctx.out.flush();
        await ctx.proc.nanosleep(seconds * 1000 || 1000);
      }
    }
    return 0;
  },
};

export async function loadAverages(read: () => Promise<string>): Promise<string> {
  try {
    return (await read()).split(' ').slice(0, 3).join(', ');
  } catch (error) {
    if (error instanceof Errno) return '0.00, 0.00, 0.00';
    throw error;
  }
}

/** ` 10:23:01 up 1 day,  2:03,  0 users,  load average: 0.00, 0.00, 0.00`. */
export function uptimeLine(nowMs: number, upMs: number, loads: string, users: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const t = new Date(nowMs);
  const minutes = Math.floor(upMs / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const up = `${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${hours > 0 ? `${String(hours).padStart(2)}:${two(rest)}` : `${rest} min`}`;
  return ` ${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())} up ${up},  ${users} user${users === 1 ? '' : 's'},  load average: ${loads}`;
}

export const uptime: Command = {
  gnu: {
    short: 'pshV',
    long: { pretty: 'p', since: 's' },
    package: 'procps',
    usage: '[options]',
    help: '\nOptions:\n -p, --pretty   show uptime in pretty format\n -s, --since    system up since\n',
  },
  busybox: { short: '', usage: '\n\nDisplay the time since the last boot' },
  run: async (ctx, options) => {
    const now = ctx.proc.clock.now();
    const up = parseFloat(await readText(ctx.proc, '/proc/uptime')) * 1000;
    if (options.has('s')) await ctx.line(new Date(now - up).toISOString().slice(0, 19).replace('T', ' '));
    else if (options.has('p')) {
      const minutes = Math.floor(up / 60_000);
      const parts = [[Math.floor(minutes / 1440), 'day'], [Math.floor(minutes / 60) % 24, 'hour'], [minutes % 60, 'minute']] as const; // prettier-ignore
      await ctx.line(`up ${parts.filter(([n, unit]) => n > 0 || (unit === 'minute' && minutes < 60)).map(([n, unit]) => `${n} ${unit}${n === 1 ? '' : 's'}`).join(', ')}`); // prettier-ignore
    } else await ctx.line(uptimeLine(now, up, await loadAverages(() => readText(ctx.proc, '/proc/loadavg')), 0));
    return 0;
  },
};
