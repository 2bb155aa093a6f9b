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
const descriptors: ReadonlySet<string> = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);
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

function checkRange(text: string, bounds: Bounds): void {
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
}

function check(schedule: string): void {
  if (schedule.startsWith('@')) {
    if (descriptors.has(schedule)) return;
    const every = /^@every (.*)$/.exec(schedule);
    if (!every) throw new CronFault(`unrecognized descriptor: ${schedule}`);
    if (!/^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(every[1]!))
      throw new CronFault(`failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(every[1])}`);
    return;
  }
  const parts = schedule.split(/\s+/).filter(Boolean);
  if (parts.length !== fields.length)
    throw new CronFault(`expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(' ')}]`);
  parts.forEach((part, i) =>
    part
      .split(',')
      .filter(Boolean)
      .forEach((range) => checkRange(range, fields[i]!)),
  );
}

/** What is wrong with a schedule; undefined when it is good. */
export function scheduleError(schedule: string): string | undefined {
  try {
    check(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof CronFault) return error.message;
    throw error;
  }
}
