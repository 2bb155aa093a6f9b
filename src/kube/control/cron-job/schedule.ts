import type { CronSchedule } from '../../api';

const minuteMs = 60_000;
const dayMs = 86_400_000;
// As far ahead as a schedule is looked at: the 29th of February on a Monday comes at last.
const horizonDays = 366 * 40;

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clocks are ahead of UTC at a moment. */
function offsetMs(zone: string | undefined, ms: number): number {
  if (!zone) return 0;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, format);
  const name = format.formatToParts(new Date(ms)).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * minuteMs : 0;
}

/** The first time after `afterMs` that a schedule names, by the clocks of `zone` (UTC if there is none). */
export function nextTime(schedule: CronSchedule, afterMs: number, zone?: string): number | undefined {
  if ('everyMs' in schedule) return Math.floor(afterMs / 1000) * 1000 + schedule.everyMs;
  const { minutes, hours, days, months, weekdays } = schedule;
  // "Either day field may match, unless one of them is any day."
  const isDue = (date: Date): boolean => {
    if (!months.numbers.has(date.getUTCMonth() + 1)) return false;
    const [byDay, byWeekday] = [days.numbers.has(date.getUTCDate()), weekdays.numbers.has(date.getUTCDay())];
    return days.any || weekdays.any ? byDay && byWeekday : byDay || byWeekday;
  };
  const localMs = afterMs + offsetMs(zone, afterMs);
  const today = Math.floor(localMs / dayMs) * dayMs;
  for (let day = 0; day < horizonDays; day++) {
    const start = today + day * dayMs;
    if (!isDue(new Date(start))) continue;
    for (const hour of [...hours.numbers].sort((a, b) => a - b)) {
      for (const minute of [...minutes.numbers].sort((a, b) => a - b)) {
        const wallMs = start + (hour * 60 + minute) * minuteMs;
        const ms = wallMs - offsetMs(zone, wallMs - offsetMs(zone, wallMs));
        if (ms > afterMs) return ms;
      }
    }
  }
  return undefined;
}

/** The last time that was due after `fromMs` and until `nowMs`, and the next one. */
export function dueTimes(
  schedule: CronSchedule,
  fromMs: number,
  nowMs: number,
  zone?: string,
): { due: number | undefined; next: number | undefined } {
  let due: number | undefined;
  let next = nextTime(schedule, fromMs, zone);
  // From far back it is not counted through: only the last ones matter.
  if (next !== undefined && nowMs - next > dayMs) next = nextTime(schedule, Math.max(fromMs, nowMs - dayMs), zone) ?? next;
  while (next !== undefined && next <= nowMs) {
    due = next;
    next = nextTime(schedule, next, zone);
  }
  return { due, next };
}
