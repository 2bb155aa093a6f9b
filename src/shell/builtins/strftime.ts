const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

const two = (n: number): string => String(n).padStart(2, '0');
const padded = (n: number): string => String(n).padStart(2);
const dayMs = 86_400_000;

const dayOfYear = (d: Date): number => Math.floor((d.getTime() - Date.UTC(d.getUTCFullYear(), 0, 1)) / dayMs);
const weekday = (d: Date): number => (d.getUTCDay() + 6) % 7;

/** Year and week of ISO 8601: the week belongs to the year its Thursday is in. */
function isoWeek(d: Date): { year: number; week: number } {
  const thursday = new Date(d.getTime() + (3 - weekday(d)) * dayMs);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}

const hour12 = (d: Date): number => ((d.getUTCHours() + 11) % 12) + 1;

const conversions: Readonly<Record<string, (d: Date) => string>> = {
  Y: (d) => String(d.getUTCFullYear()),
  C: (d) => two(Math.floor(d.getUTCFullYear() / 100)),
  y: (d) => two(d.getUTCFullYear() % 100),
  m: (d) => two(d.getUTCMonth() + 1),
  d: (d) => two(d.getUTCDate()),
  e: (d) => padded(d.getUTCDate()),
  H: (d) => two(d.getUTCHours()),
  I: (d) => two(hour12(d)),
  k: (d) => padded(d.getUTCHours()),
  l: (d) => padded(hour12(d)),
  M: (d) => two(d.getUTCMinutes()),
  S: (d) => two(d.getUTCSeconds()),
  p: (d) => (d.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: (d) => (d.getUTCHours() < 12 ? 'am' : 'pm'),
  a: (d) => (days[d.getUTCDay()] ?? '').slice(0, 3),
  A: (d) => days[d.getUTCDay()] ?? '',
  b: (d) => (months[d.getUTCMonth()] ?? '').slice(0, 3),
  h: (d) => (months[d.getUTCMonth()] ?? '').slice(0, 3),
  B: (d) => months[d.getUTCMonth()] ?? '',
  j: (d) => String(dayOfYear(d) + 1).padStart(3, '0'),
  u: (d) => String(weekday(d) + 1),
  w: (d) => String(d.getUTCDay()),
  U: (d) => two(Math.floor((dayOfYear(d) + 7 - d.getUTCDay()) / 7)),
  W: (d) => two(Math.floor((dayOfYear(d) + 7 - weekday(d)) / 7)),
  V: (d) => two(isoWeek(d).week),
  G: (d) => String(isoWeek(d).year),
  g: (d) => two(isoWeek(d).year % 100),
  s: (d) => String(Math.floor(d.getTime() / 1000)),
  Z: () => 'UTC',
  z: () => '+0000',
  n: () => '\n',
  t: () => '\t',
  '%': () => '%',
};

const compound: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  x: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  r: '%I:%M:%S %p',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
};

/** strftime(3) in the C locale and UTC; `ms` since 1970. */
export function strftime(format: string, ms: number): string {
  const d = new Date(ms);
  return format.replace(/%([A-Za-z%])/g, (all: string, c: string): string => {
    const parts = compound[c];
    return parts !== undefined ? strftime(parts, ms) : (conversions[c]?.(d) ?? all);
  });
}
