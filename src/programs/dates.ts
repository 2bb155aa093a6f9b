const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthsLong = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const daysLong = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export const monthName = (date: Date): string => months[date.getUTCMonth()] as string;

const pad = (n: number, width = 2, fill = '0'): string => String(n).padStart(width, fill);

function isoWeek(t: Date): [year: number, week: number] {
  const d = new Date(Date.UTC(t.getUTCFullYear(), t.getUTCMonth(), t.getUTCDate()));
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7));
  const year = d.getUTCFullYear();
  return [year, Math.ceil(((d.getTime() - Date.UTC(year, 0, 1)) / 86400_000 + 1) / 7)];
}

/** strftime(3) in UTC and the C locale, with GNU's `-`, `_`, `0`, `^` flags, `%N` and `%:z`. */
export function strftime(format: string, ms: number): string {
  const t = new Date(ms);
  const day = Math.floor((Date.UTC(t.getUTCFullYear(), t.getUTCMonth(), t.getUTCDate()) - Date.UTC(t.getUTCFullYear(), 0, 1)) / 86400_000);
  const h12 = t.getUTCHours() % 12 || 12;
  const nanos = Math.floor((((ms % 1000) + 1000) % 1000) * 1e6);
  return format.replace(/%([-_0^#]*)(\d*)(:{0,3}[a-zA-Z%+])/g, (whole, flags: string, width: string, letter: string) => {
    const num = (n: number, w = 2, fill = '0'): string => {
      const f = flags.includes('-') ? '' : flags.includes('_') ? ' ' : flags.includes('0') ? '0' : fill;
      return f === '' ? String(n) : pad(n, width === '' ? w : Number(width), f);
    };
    const text = (s: string): string => (flags.includes('^') ? s.toUpperCase() : flags.includes('#') ? s.toUpperCase() : s).padStart(Number(width || 0));
    switch (letter) {
      case '%': return '%';
      case 'a': return text(days[t.getUTCDay()] as string);
      case 'A': return text(daysLong[t.getUTCDay()] as string);
      case 'b': case 'h': return text(months[t.getUTCMonth()] as string);
      case 'B': return text(monthsLong[t.getUTCMonth()] as string);
      case 'c': return text(strftime('%a %b %e %H:%M:%S %Y', ms));
      case 'C': return num(Math.floor(t.getUTCFullYear() / 100));
      case 'd': return num(t.getUTCDate());
      case 'D': return text(strftime('%m/%d/%y', ms));
      case 'e': return num(t.getUTCDate(), 2, ' ');
      case 'F': return text(strftime('%Y-%m-%d', ms));
      case 'g': return num(isoWeek(t)[0] % 100);
      case 'G': return num(isoWeek(t)[0], 4);
      case 'H': return num(t.getUTCHours());
      case 'I': return num(h12);
      case 'j': return num(day + 1, 3);
      case 'k': return num(t.getUTCHours(), 2, ' ');
      case 'l': return num(h12, 2, ' ');
      case 'm': return num(t.getUTCMonth() + 1);
      case 'M': return num(t.getUTCMinutes());
      case 'n': return '\n';
      case 'N': return flags.includes('-') ? String(nanos) : pad(nanos, 9).slice(0, Number(width || 9));
      case 'p': return text(t.getUTCHours() < 12 ? 'AM' : 'PM');
      case 'P': return text(t.getUTCHours() < 12 ? 'am' : 'pm');
      case 'q': return String(Math.floor(t.getUTCMonth() / 3) + 1);
      case 'r': return text(strftime('%I:%M:%S %p', ms));
      case 'R': return text(strftime('%H:%M', ms));
      case 's': return num(Math.floor(ms / 1000), 1);
      case 'S': return num(t.getUTCSeconds());
      case 't': return '\t';
      case 'T': case 'X': return text(strftime('%H:%M:%S', ms));
      case 'u': return String(t.getUTCDay() || 7);
      case 'U': return num(Math.floor((day + 7 - t.getUTCDay()) / 7));
      case 'V': return num(isoWeek(t)[1]);
      case 'w': return String(t.getUTCDay());
      case 'W': return num(Math.floor((day + 7 - ((t.getUTCDay() + 6) % 7)) / 7));
      case 'x': return text(strftime('%m/%d/%y', ms));
      case 'y': return num(t.getUTCFullYear() % 100);
      case 'Y': return num(t.getUTCFullYear(), 1);
      case 'z': return '+0000';
      case ':z': return '+00:00';
      case '::z': return '+00:00:00';
      case ':::z': return '+00';
      case 'Z': return text('UTC');
      default: return whole;
    }
  }); // prettier-ignore
}

const zoneMinutes: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  EST: -300,
  EDT: -240,
  CST: -360,
  PST: -480,
  PDT: -420,
  CET: 60,
  CEST: 120,
  JST: 540,
};
const unitMs: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3600_000,
  day: 86400_000,
  week: 604800_000,
  fortnight: 1209600_000,
};

/** GNU's date strings (date -d, touch -d), in UTC: absolute dates, `@seconds`, and relative items. undefined when not understood. */
export function parseDate(text: string, nowMs: number): number | undefined {
  let rest = text.trim();
  let seconds = /^@(-?\d+(?:\.\d+)?)$/.exec(rest);
  if (seconds) return Number(seconds[1]) * 1000;
  if (rest === '') rest = 'today 00:00';
  const now = new Date(nowMs);
  let [y, mo, d] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  let clock: [number, number, number] | undefined;
  let dated = false;
  let offset = 0;
  let addMs = 0;
  let addMonths = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const m = pattern.exec(rest);
    if (m) rest = rest.slice(m[0].length).replace(/^[\s,]+/, '');
    return m ?? undefined;
  };
  while (rest !== '') {
    let m: RegExpExecArray | undefined;
    if ((m = take(/^(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[\sT])/i))) {
      [y, mo, d, dated] = [Number(m[1]), Number(m[2]) - 1, Number(m[3]), true];
      if (mo > 11 || d > 31) return undefined;
      rest = rest.replace(/^T/i, '');
    } else if ((m = take(/^(\d{4})(\d{2})(\d{2})(?=$|\s)/))) [y, mo, d, dated] = [Number(m[1]), Number(m[2]) - 1, Number(m[3]), true];
    else if ((m = take(/^(\d{1,2})\/(\d{1,2})\/(\d{2,4})/))) [mo, d, y, dated] = [Number(m[1]) - 1, Number(m[2]), Number(m[3]), true];
    else if ((m = take(/^(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*(am|pm)?/i))) {
      let h = Number(m[1]);
      if (m[4]) h = (h % 12) + (m[4].toLowerCase() === 'pm' ? 12 : 0);
      clock = [h, Number(m[2]), Number((m[3] ?? '0').replace(',', '.'))];
      if (h > 24 || clock[1] > 59 || clock[2] >= 61) return undefined;
      if ((m = take(/^([+-])(\d{2}):?(\d{2})?/))) offset = (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3] ?? 0));
    } else if ((m = take(/^([A-Z]{1,4})(?=$|\s)/)) && m[1] !== undefined && m[1] in zoneMinutes) offset = zoneMinutes[m[1]] as number;
    else if (m) return undefined;
    else if ((m = take(/^now\b/i))) clock ??= undefined;
    else if ((m = take(/^today\b/i))) addMs += 0;
    else if ((m = take(/^yesterday\b/i))) addMs -= 86400_000;
    else if ((m = take(/^tomorrow\b/i))) addMs += 86400_000;
    else if ((m = take(/^([+-]?\s*\d+|next|last|this|an?)?\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?\b(\s+ago)?/i))) {
      const word = (m[1] ?? '1').replace(/\s/g, '').toLowerCase();
      let n = word === 'next' || word.startsWith('a') ? 1 : word === 'last' ? -1 : word === 'this' ? 0 : Number(word);
      if (m[3]) n = -n;
      const unit = (m[2] as string).toLowerCase();
      if (unit === 'month' || unit === 'year') addMonths += n * (unit === 'year' ? 12 : 1);
      else addMs += n * (unitMs[unit] as number);
    } else if ((m = take(/^(next\s+|last\s+|this\s+)?(sun|mon|tue|wed|thu|fri|sat)[a-z]*/i))) {
      const target = days.findIndex((x) => x.toLowerCase() === (m?.[2] ?? '').toLowerCase());
      if (!dated) {
        if (/^last/i.test(m[1] ?? '')) addMs -= 604800_000;
        else if (/^next/i.test(m[1] ?? '') && target === now.getUTCDay()) addMs += 604800_000;
        d += (target - now.getUTCDay() + 7) % 7;
        clock ??= [0, 0, 0];
      }
    } else if ((m = take(/^(\d{1,2})?\s*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*(\d{1,2}(?!\d|:))?[\s,]*(\d{4})?/i))) {
      mo = months.findIndex((x) => x.toLowerCase() === (m?.[2] ?? '').toLowerCase());
      d = Number(m[1] ?? m[3] ?? 1);
      if (m[4]) y = Number(m[4]);
      dated = true;
    } else if (dated && (m = take(/^(\d{4})$/))) y = Number(m[1]);
    else if (!clock && (m = take(/^(\d{1,2})(\d{2})?$/)) && Number(m[1]) < 24) clock = [Number(m[1]), Number(m[2] ?? 0), 0];
    else return undefined;
  }
  seconds = null;
  const calendar = new Date(Date.UTC(y, mo, d));
  if (dated && (calendar.getUTCMonth() !== mo || calendar.getUTCDate() !== d)) return undefined;
  const base = clock ?? (dated ? [0, 0, 0] : undefined);
  if (!base && addMonths === 0) return nowMs + addMs;
  const time = base
    ? base[0] * 3600_000 + base[1] * 60_000 + base[2] * 1000
    : nowMs - Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Date.UTC(y, mo + addMonths, d) + time - offset * 60_000 + addMs;
}
