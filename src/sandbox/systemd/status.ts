import { shortLine, type Journal } from './journal';
import type { Unit } from './units';

const spans: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** `4min 10s`: the two largest parts, as systemd's FORMAT_TIMESPAN_SEC writes them. */
export function span(ms: number): string {
  let left = Math.floor(ms / 1000);
  const parts: string[] = [];
  for (const [seconds, name] of spans) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count) parts.push(name === 'day' ? `${count} day${count > 1 ? 's' : ''}` : `${count}${name}`);
  }
  return parts.slice(0, 2).join(' ') || '0s';
}

const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

export function since(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const [date = '', time = ''] = at.toISOString().split('T');
  return `since ${days[at.getUTCDay()]} ${date} ${time.slice(0, 8)} UTC; ${span(nowMs - ms)} ago`;
}

const quoted = (argv: readonly string[]): string => argv.join(' ');

/** What `systemctl status` prints about a unit; `lines` of its journal at the end. */
export function statusText(unit: Unit, journal: Journal, hostname: string, nowMs: number, lines: number): string {
  const { file, state } = unit;
  const active = state.state === 'active';
  const enabled = `${unit.isEnabled ? 'enabled' : 'disabled'}; preset: enabled`;
  const row = (title: string, text: string): string => `${title.padStart(11)}: ${text}\n`;
  const words = { active: 'active (running)', inactive: 'inactive (dead)', failed: 'failed', 'auto-restart': 'activating (auto-restart)' };
  const how = state.state === 'active' ? undefined : state.how;
  const result = how && state.state === 'auto-restart' ? ` (Result: ${how.code === 'killed' ? 'signal' : how.status.startsWith('0') ? 'success' : 'exit-code'})` : ''; // prettier-ignore
  const text = [
    `${active || state.state === 'auto-restart' ? '●' : '○'} ${unit.fullName} - ${file.description}\n`,
    row('Loaded', `loaded (${file.path}; ${enabled})`),
    ...(file.dropIn
      ? [
          row('Drop-In', file.dropIn.path.replace(/\/[^/]*$/, '')),
          `${' '.repeat(13)}└─${file.dropIn.path.replace(/.*\//, '')}\n`,
        ]
      : []), // prettier-ignore
    row('Active', `${words[state.state]}${result} ${since(state.sinceMs, nowMs)}`),
    ...(state.state === 'inactive' ? [row('Duration', span(state.sinceMs - state.startedMs))] : []),
    row('Docs', file.docs),
  ];
  if (state.state === 'active') {
    const { pid } = state;
    text.push(
      row('Main PID', `${pid} (${file.name})`),
      row('Tasks', `12 (limit: 28886)`),
      row('Memory', file.memory),
      row('CPU', `${((nowMs - state.sinceMs) / 50_000).toFixed(3)}s`),
      row('CGroup', `/system.slice/${unit.fullName}`),
      `${' '.repeat(13)}└─${pid} ${quoted(file.argv)}\n`,
    );
  } else if (how) {
    text.push(
      row('Process', `${state.pid} ExecStart=${quoted(file.argv)} (code=${how.code}, ${how.code === 'killed' ? 'signal' : 'status'}=${how.code === 'killed' ? how.status.replace(/.*\//, '') : how.status})`), // prettier-ignore
      row('Main PID', `${state.pid} (code=${how.code}, ${how.code === 'killed' ? 'signal' : 'status'}=${how.code === 'killed' ? how.status.replace(/.*\//, '') : how.status})`), // prettier-ignore
      row('CPU', `${((state.sinceMs - state.startedMs) / 50_000).toFixed(3)}s`),
    );
  }
  const said = lines ? journal.lines.filter((line) => line.unit === file.name).slice(-lines) : [];
  if (said.length) text.push('\n', ...said.map((line) => `${shortLine(line, hostname)}\n`));
  return text.join('');
}
