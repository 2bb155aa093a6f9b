import type { Command, Context } from './command';
import { readText } from './input';
import { readMeminfo, readProcesses } from './process-table';

interface Counters {
  readonly cpu: readonly number[];
  readonly interrupts: number;
  readonly switches: number;
}

async function counters(ctx: Context): Promise<Counters> {
  const text = await readText(ctx.proc, '/proc/stat');
  const numbers = (name: string): number[] => (new RegExp(`^${name} +(.*)$`, 'm').exec(text)?.[1] ?? '').split(/\s+/).filter(Boolean).map(Number); // prettier-ignore
  return { cpu: numbers('cpu'), interrupts: numbers('intr')[0] ?? 0, switches: numbers('ctxt')[0] ?? 0 };
}

const units: Readonly<Record<string, number>> = { k: 1000, K: 1024, m: 1_000_000, M: 1_048_576 };

export const vmstat: Command = {
  gnu: {
    short: 'afmn:sdDp:S:twyhV',
    long: { active: 'a', stats: 's', 'unit:': 'S', timestamp: 't', wide: 'w', 'no-first': 'y', 'one-header': 'n' },
    package: 'procps',
    usage: '[options] [delay [count]]',
    help: 'Options:\n -a, --active           active/inactive memory\n -n, --one-header       do not redisplay header\n -s, --stats            event counter statistics\n -S, --unit <char>      define display unit\n -t, --timestamp        show timestamp\n -w, --wide             wide output\n -y, --no-first         skips first line of output\n',
  },
  run: async (ctx, options) => {
    const [delayText, countText] = options.operands;
    const unit = units[options.value('S') ?? 'K'];
    if (unit === undefined) return ctx.fail('-S requires k, K, m or M (default is KiB)');
    for (const text of [delayText, countText])
      if (text !== undefined && !/^\d+$/.test(text)) return ctx.fail(`failed to parse argument: '${text}'`);
    const delay = Number(delayText ?? 0);
    if (delayText !== undefined && delay < 1) return ctx.fail('delay must be positive integer');
    const memory = async () => {
      const fields = await readMeminfo(ctx.proc);
      const kib = (name: string): number => Math.floor(((fields.get(name) ?? 0) * 1024) / unit);
      return { kib, cache: kib('Cached') + kib('SReclaimable') };
    };
    if (options.has('s')) {
      const { kib, cache } = await memory();
      const { cpu, interrupts, switches } = await counters(ctx);
      const rows: [number, string][] = [
        [kib('MemTotal'), 'K total memory'], [kib('MemTotal') - kib('MemAvailable'), 'K used memory'], [kib('Active'), 'K active memory'], [kib('Inactive'), 'K inactive memory'],
        [kib('MemFree'), 'K free memory'], [kib('Buffers'), 'K buffer memory'], [cache, 'K swap cache'], [kib('SwapTotal'), 'K total swap'],
        [kib('SwapTotal') - kib('SwapFree'), 'K used swap'], [kib('SwapFree'), 'K free swap'], [cpu[0] ?? 0, 'non-nice user cpu ticks'], [cpu[1] ?? 0, 'nice user cpu ticks'],
        [cpu[2] ?? 0, 'system cpu ticks'], [cpu[3] ?? 0, 'idle cpu ticks'], [cpu[4] ?? 0, 'IO-wait cpu ticks'], [interrupts, 'interrupts'], [switches, 'CPU context switches'],
      ]; // prettier-ignore
      for (const [value, name] of rows) await ctx.line(`${String(value).padStart(13)} ${name}`);
      return 0;
    }
    let before: Counters = { cpu: [], interrupts: 0, switches: 0 };
    const times = Number(countText ?? (delayText === undefined ? 1 : Infinity));
    await ctx.line('procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----');
    await ctx.line(
      ` r  b   swpd   free  ${options.has('a') ? 'inact active' : ' buff  cache'}   si   so    bi    bo   in   cs us sy id wa st`,
    );
    for (let n = 0; n < times; n++) {
      if (n > 0) {
        await ctx.out.flush();
        await ctx.proc.nanosleep(delay * 1000);
      }
      const { kib, cache } = await memory();
      const now = await counters(ctx);
      const processes = (await readProcesses(ctx.proc)) ?? [];
      const count = (state: string): number => processes.filter((p) => p.state === state).length;
      const spent = now.cpu.map((ticks, i) => ticks - (before.cpu[i] ?? 0));
      const total = spent.reduce((a, b) => a + b, 0);
      const share = (...parts: number[]): number => Math.round((parts.reduce((sum, i) => sum + (spent[i] ?? 0), 0) * 100) / (total || 1));
      const [user, system, waiting, stolen] = [share(0, 1), share(2, 5, 6), share(4), share(7)];
      const seconds = n === 0 ? Math.max(1, parseFloat(await readText(ctx.proc, '/proc/uptime'))) : delay;
      const rate = (value: number): number => Math.round(value / seconds);
      const cells: [number, number][] = [
        [count('R'), 2], [count('D'), 2], [kib('SwapTotal') - kib('SwapFree'), 6], [kib('MemFree'), 6],
        [options.has('a') ? kib('Inactive') : kib('Buffers'), 6], [options.has('a') ? kib('Active') : cache, 6], [0, 4], [0, 4], [0, 5], [0, 5],
        [rate(now.interrupts - before.interrupts), 4], [rate(now.switches - before.switches), 4], [user, 2], [system, 2], [100 - user - system - waiting - stolen, 2], [waiting, 2], [stolen, 2],
      ]; // prettier-ignore
      await ctx.line(cells.map(([value, width]) => String(value).padStart(width)).join(' '));
      before = now;
    }
    return 0;
  },
};
