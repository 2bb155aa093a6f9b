/** Schedules of CronJobs, as robfig/cron's ParseStandard reads them. */

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];
const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const largestInt = 2n ** 63n - 1n;

class CronFault extends Error {}

function integer(text: string): number {
  const fail = (why: string): never => {
    throw new CronFault(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  };
  if (!/^[+-]?\d+$/.test(text)) fail('invalid syntax');
  if (BigInt(text.replace('+', '')) > largestInt) fail('value out of range');
  if (Number(text) < 0) throw new CronFault(`negative number (${Number(text)}) not allowed: ${text}`);
  return Number(text);
}

function value(text: string, { min, names }: Bounds): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  return named >= 0 ? named + min : integer(text);
}

/** The numbers a range names; `any` when it is every one (`*`). */
function rangeOf(text: string, bounds: Bounds): { readonly numbers: readonly number[]; readonly any: boolean } {
  const [range = '', ...steps] = text.split('/');
  const [low = '', ...highs] = range.split('-');
  const any = low === '*' || low === '?';
  const start = any ? bounds.min : value(low, bounds);
  if (!any && highs.length > 1) throw new CronFault(`too many hyphens: ${text}`);
  let end = any ? bounds.max : highs.length === 1 ? value(highs[0]!, bounds) : start;
  if (steps.length > 1) throw new CronFault(`too many slashes: ${text}`);
  const step = steps.length === 1 ? integer(steps[0]!) : 1;
  if (steps.length === 1 && highs.length === 0) end = bounds.max;
  if (start < bounds.min) throw new CronFault(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`);
  if (end > bounds.max) throw new CronFault(`end of range (${end}) above maximum (${bounds.max}): ${text}`);
  if (start > end) throw new CronFault(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronFault(`step of range should be a positive number: ${text}`);
  const numbers = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
  return { numbers, any: any && step === 1 };
}

/** When a CronJob runs: after so long each time, or at the minutes whose fields are all named. */
export type CronSchedule =
  | { readonly everyMs: number }
  | {
      readonly minutes: CronField;
      readonly hours: CronField;
      readonly days: CronField;
      readonly months: CronField;
      readonly weekdays: CronField;
    };

export interface CronField {
  readonly numbers: ReadonlySet<number>;
  /** Every one: with days of the month and of the week, one that is not decides. */
  readonly any: boolean;
}

const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function everyMs(schedule: string, text: string): number {
  if (!/^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text))
    throw new CronFault(`failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(text)}`);
  const ms = [...text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)].reduce((sum, [, n, unit]) => sum + Number(n) * units[unit!]!, 0);
  // "Delays of less than a second are rounded up to 1 second."
  return Math.max(1000, Math.floor(ms / 1000) * 1000);
}

function read(schedule: string): CronSchedule {
  if (schedule.startsWith('@')) {
    const fields = descriptors[schedule];
    if (fields) return read(fields);
    const every = /^@every (.*)$/.exec(schedule);
    if (!every) throw new CronFault(`unrecognized descriptor: ${schedule}`);
    return { everyMs: everyMs(schedule, every[1]!) };
  }
  const parts = schedule.split(/\s+/).filter(Boolean);
  if (parts.length !== fields.length)
    throw new CronFault(`expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(' ')}]`);
  const [minutes, hours, days, months, weekdays] = parts.map((part, i): CronField => {
    const ranges = part
      .split(',')
      .filter(Boolean)
      .map((range) => rangeOf(range, fields[i]!));
    return { numbers: new Set(ranges.flatMap(({ numbers }) => numbers)), any: ranges.some(({ any }) => any) };
  }) as [CronField, CronField, CronField, CronField, CronField];
  return { minutes, hours, days, months, weekdays };
}

/** Reads a schedule; undefined for one that is none. */
export function parseSchedule(schedule: string): CronSchedule | undefined {
  return scheduleError(schedule) === undefined ? read(schedule) : undefined;
}

/** What is wrong with a schedule; undefined when it is good. */
export function scheduleError(schedule: string): string | undefined {
  try {
    read(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof CronFault) return error.message;
    throw error;
  }
}
