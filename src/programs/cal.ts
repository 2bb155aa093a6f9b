import type { Command, Context } from './command';

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** Days since 1970-01-01 of a day in the Julian calendar until September 1752, in the Gregorian after it. */
function dayNumber(year: number, month: number, day: number): number {
  const gregorian = year > 1752 || (year === 1752 && (month > 8 || (month === 8 && day >= 14)));
  if (gregorian) return Math.floor(Date.UTC(year, month, day) / 86_400_000);
  const a = Math.floor((14 - (month + 1)) / 12);
  const y = year + 4800 - a;
  const m = month + 1 + 12 * a - 3;
  return day + Math.floor((153 * m + 2) / 5) + 365 * y + Math.floor(y / 4) - 32083 - 2440588;
}

function daysOf(year: number, month: number): number[] {
  const leap = year % 4 === 0 && (year <= 1752 || year % 100 !== 0 || year % 400 === 0);
  const count = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] as number;
  const days = Array.from({ length: count }, (_, i) => i + 1);
  return year === 1752 && month === 8 ? days.filter((day) => day < 3 || day > 13) : days;
}

interface Style {
  readonly monday: boolean;
  readonly julian: boolean;
  /** A day to show inverted: year, month, day. */
  readonly today: readonly [number, number, number] | undefined;
}

/** A month's eight lines, each as wide as the others: the title, the days' names, six weeks. */
function monthLines(year: number, month: number, withYear: boolean, { monday, julian, today }: Style): string[] {
  const cell = julian ? 3 : 2;
  const width = 7 * cell + 6;
  const title = `${months[month]}${withYear ? ` ${year}` : ''}`;
  const names = monday ? ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'] : ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'];
  const days = daysOf(year, month);
  const first = dayNumber(year, month, 1);
  // 1970-01-01 was a Thursday
  const offset = (((first + (monday ? 3 : 4)) % 7) + 7) % 7;
  const start = dayNumber(year, 0, 1) - 1;
  const cells = [
    ...Array<string>(offset).fill(' '.repeat(cell)),
    ...days.map((day) => {
      const text = String(julian ? dayNumber(year, month, day) - start : day).padStart(cell);
      return today && today[0] === year && today[1] === month && today[2] === day ? `\x1b[7m${text}\x1b[m` : text;
    }),
  ];
  while (cells.length < 42) cells.push(' '.repeat(cell));
  const rows = Array.from({ length: 6 }, (_, week) => cells.slice(week * 7, week * 7 + 7).join(' '));
  return [`${' '.repeat(Math.floor((width - title.length) / 2))}${title}`.padEnd(width), names.map((n) => n.padStart(cell)).join(' '), ...rows]; // prettier-ignore
}

/** Months side by side, as many in a row as fit. */
async function print(ctx: Context, blocks: readonly (readonly string[])[], style: Style): Promise<void> {
  const perRow = style.julian ? 2 : 3;
  for (let i = 0; i < blocks.length; i += perRow) {
    const row = blocks.slice(i, i + perRow);
    if (i > 0 && ctx.gnu) await ctx.line('');
    for (let k = 0; k < 8; k++) {
      if (ctx.gnu) await ctx.line(row.map((b) => `${b[k]}  `).join(''));
      else {
        const line = row.map((b) => b[k]).join('  ');
        const week = `${line}${row.length === 1 ? ' ' : ''}`;
        await ctx.line(line.trimEnd() || (row.length === 1 ? week : ' '.repeat(79)));
      }
    }
  }
}

/** EX_USAGE of sysexits.h. */
const wrong = (ctx: Context): number => (ctx.gnu ? 64 : 1);

async function yearOf(ctx: Context, text: string): Promise<number> {
  const year = /^\d+$/.test(text) ? Number(text) : undefined;
  if (year !== undefined && year >= 1 && year <= 9999) return year;
  if (year === undefined) return ctx.fail(ctx.gnu ? `not a valid year ${text}` : `invalid number '${text}'`, wrong(ctx));
  return ctx.fail(ctx.gnu ? `year \`${text}' not in range 1..9999` : `number ${text} is not in 1..9999 range`, wrong(ctx));
}

async function monthOf(ctx: Context, text: string): Promise<number> {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 12) return Number(text) - 1;
  if (!ctx.gnu) return ctx.fail(/^\d+$/.test(text) ? `number ${text} is not in 1..12 range` : `invalid number '${text}'`);
  const word = text.toLowerCase();
  const at = months.findIndex((name) => word.length > 2 && name.toLowerCase().startsWith(word));
  return at >= 0 ? at : ctx.fail(`${text} is neither a month number (1..12) nor a name`, wrong(ctx));
}

export const cal: Command = {
  gnu: {
    short: '31A:B:d:hjm:y',
    package: 'other',
    usage: '[general options] [-jy] [[month] year]\n[general options] [-j] [-m month] [year]',
    help: 'General options: [-31] [-A months] [-B months] [-d yyyy-mm]\n',
    usageStatus: 64,
    tryText: () =>
      'Usage: cal [general options] [-jy] [[month] year]\n       cal [general options] [-j] [-m month] [year]\n       ncal -C [general options] [-jy] [[month] year]\n       ncal -C [general options] [-j] [-m month] [year]\n       ncal [general options] [-bhJjpwySM] [-H yyyy-mm-dd] [-s country_code] [-W number of days] [[month] year]\n       ncal [general options] [-Jeo] [year]\nGeneral options: [-31] [-A months] [-B months] [-d yyyy-mm]\n',
  },
  busybox: {
    short: 'jmy',
    usage:
      '[-jmy] [[MONTH] YEAR]\n\nDisplay a calendar\n\n\t-j\tUse julian dates\n\t-m\tWeek starts on Monday\n\t-y\tDisplay the entire year',
  },
  run: async (ctx, options) => {
    const now = new Date(ctx.proc.clock.now());
    const [first, second, extra] = options.operands;
    if (extra !== undefined || (ctx.gnu && options.has('h'))) return ctx.usage();
    let year = now.getUTCFullYear();
    let month: number | undefined = now.getUTCMonth();
    const date = /^(\d+)-(\d+)$/.exec(options.value('d') ?? '');
    if (date) [year, month] = [await yearOf(ctx, date[1] as string), await monthOf(ctx, date[2] as string)];
    if (ctx.gnu && options.has('m')) month = await monthOf(ctx, options.value('m') as string);
    if (second !== undefined) {
      year = await yearOf(ctx, second);
      month = await monthOf(ctx, first as string);
    } else if (first !== undefined) {
      year = await yearOf(ctx, first);
      if (!(ctx.gnu && options.has('m'))) month = undefined;
    }
    if (options.has('y')) month = undefined;
    const style: Style = {
      monday: !ctx.gnu && options.has('m'),
      julian: options.has('j'),
      today: ctx.gnu && ctx.proc.isatty(1) ? [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()] : undefined,
    };
    if (month === undefined) {
      if (ctx.gnu && options.has('1', '3')) return ctx.fail(`-${options.last('1', '3')} together with a given year but no given month is not supported.`, wrong(ctx)); // prettier-ignore
      const title = ' '.repeat(style.julian ? 25 + (ctx.gnu ? 0 : 1) : ctx.gnu ? 28 : 30) + String(year).padStart(4);
      await ctx.line(ctx.gnu ? title : `${title.padEnd(style.julian ? 56 : 64)}\n`);
      await print(ctx, months.map((_, m) => monthLines(year, m, false, style)), style); // prettier-ignore
      return 0;
    }
    const before = options.has('3') ? 1 : Number(options.value('B') ?? 0);
    const after = options.has('3') ? 1 : Number(options.value('A') ?? 0);
    if (Number.isNaN(before + after)) return ctx.fail(`Argument to -${Number.isNaN(before) ? 'B' : 'A'} must be positive`);
    const shown = Array.from({ length: before + after + 1 }, (_, i) => year * 12 + (month as number) + i - before);
    await print(ctx, shown.map((at) => monthLines(Math.floor(at / 12), at % 12, true, style)), style); // prettier-ignore
    return 0;
  },
};
