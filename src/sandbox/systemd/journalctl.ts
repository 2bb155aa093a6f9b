import { print, printError, type Program } from '../../kernel';
import { shortLine, type JournalLine } from './journal';
import type { Services } from './systemctl';

const long: Readonly<Record<string, string>> = { '-u': '--unit', '-n': '--lines', '-f': '--follow', '-r': '--reverse', '-e': '--pager-end', '-x': '--catalog', '-S': '--since', '-U': '--until', '-o': '--output', '-g': '--grep', '-b': '--boot', '-q': '--quiet', '-t': '--identifier', '-p': '--priority' }; // prettier-ignore
const valued = new Set(['--unit', '--lines', '--since', '--until', '--output', '--grep', '--identifier', '--priority']);

const units: Readonly<Record<string, number>> = { s: 1, sec: 1, second: 1, m: 60, min: 60, minute: 60, h: 3600, hour: 3600, d: 86_400, day: 86_400 }; // prettier-ignore

/** How often new lines are looked for, ms. */
const followMs = 250;

/** When `today`, `10 min ago`, `-1h`, `2026-09-01 08:00:00` or `08:00` is, ms; NaN when it is none of them. */
function when(text: string, nowMs: number): number {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  if (text === 'now') return nowMs;
  if (text === 'today') return Date.parse(`${day}T00:00:00Z`);
  if (text === 'yesterday') return Date.parse(`${day}T00:00:00Z`) - 86_400_000;
  const ago = /^(?:-(\d+) *([a-z]+)|(\d+) *([a-z]+) ago)$/.exec(text);
  if (ago) return nowMs - Number(ago[1] ?? ago[3]) * 1000 * (units[(ago[2] ?? ago[4] ?? '').replace(/(?<=..)s$/, '')] ?? NaN);
  if (/^\d\d:\d\d(:\d\d)?$/.test(text)) return Date.parse(`${day}T${text}Z`);
  return /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(`${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : ''}`) : NaN;
}

/** Shows what the services of the node said. */
export const journalctl =
  (services: Services): Program =>
  async (proc) => {
    const flags = new Map<string, string>();
    const args = proc.argv.slice(1).flatMap((arg) => (/^-[a-zA-Z]{2,}$/.test(arg) && !valued.has(long[arg.slice(0, 2)] ?? '') ? [...arg.slice(1)].map((letter) => `-${letter}`) : [arg])); // prettier-ignore
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      const attached = /^-([a-zA-Z])(.+)$/.exec(arg);
      const [name = '', inline = attached?.[2]] = (attached ? (long[`-${attached[1]}`] ?? arg) : (long[arg] ?? arg)).split('=');
      if (!name.startsWith('--')) {
        await printError(proc, `Failed to add match '${arg}': Invalid argument\n`);
        return 1;
      }
      const next = args[i + 1];
      const takes = valued.has(name) && inline === undefined && (name !== '--lines' || /^\d+$/.test(next ?? ''));
      flags.set(name.slice(2), inline ?? (takes ? (args[++i] ?? '') : ''));
    }
    const hostname = proc.uname().nodename;
    const now = proc.clock.now();
    const bounds = { since: when(flags.get('since') ?? '', now), until: when(flags.get('until') ?? '', now) };
    for (const [name, ms] of Object.entries(bounds)) {
      if (!flags.has(name) || !Number.isNaN(ms)) continue;
      await printError(proc, `Failed to parse timestamp: ${flags.get(name)}\n`);
      return 1;
    }
    const unit = flags.get('unit')?.replace(/\.service$/, '');
    const pattern = flags.has('grep') ? new RegExp(flags.get('grep') ?? '', 'i') : undefined;
    const wanted = (line: JournalLine): boolean =>
      (unit === undefined || line.unit === unit) &&
      (!flags.has('identifier') || line.identifier === flags.get('identifier')) &&
      !(line.ms < bounds.since || line.ms > bounds.until) &&
      (pattern?.test(line.text) ?? true);
    const form = (line: JournalLine): string => (flags.get('output') === 'cat' ? `${line.text}\n` : `${shortLine(line, hostname)}\n`);
    const { journal } = services;
    const most = flags.has('lines') ? Number(flags.get('lines') || 10) : flags.has('follow') ? 10 : Infinity;
    const found = journal.lines.filter(wanted).slice(-most || Infinity);
    if (flags.has('reverse')) found.reverse();
    await print(proc, found.length ? found.map(form).join('') : '-- No entries --\n');
    if (!flags.has('follow')) return 0;
    let last = journal.lines.at(-1);
    for (;;) {
      await proc.nanosleep(followMs);
      const from = last ? journal.lines.lastIndexOf(last) + 1 : 0;
      last = journal.lines.at(-1);
      const more = journal.lines.slice(from).filter(wanted);
      if (more.length) await print(proc, more.map(form).join(''));
    }
  };
