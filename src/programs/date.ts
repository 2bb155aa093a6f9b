import { Errno } from '../kernel';
import { choose } from './choices';
import type { Command } from './command';
import { parseDate, strftime } from './dates';
import { LineReader } from './input';
import { utf8 } from './text';
import { parseStamp } from './touch';

const isoWords = [['hours'], ['minutes'], ['date'], ['seconds'], ['ns']] as const;

export const date: Command = {
  gnu: {
    short: 'd:f:I::Rr:s:u',
    long: {
      'date:': 'd',
      'file:': 'f',
      'iso-8601::': 'I',
      'rfc-email': 'R',
      'rfc-822': 'R',
      'rfc-3339:': 'rfc-3339',
      'reference:': 'r',
      'set:': 's',
      utc: 'u',
      universal: 'u',
      debug: 'debug',
      resolution: 'resolution',
    },
    usage: '[OPTION]... [+FORMAT]\n[-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]',
    help: "Display date and time in the given FORMAT.\n\n  -d, --date=STRING          display time described by STRING, not 'now'\n  -f, --file=DATEFILE        like --date, for each line of DATEFILE\n  -I[FMT], --iso-8601[=FMT]  ISO 8601: date, hours, minutes, seconds, ns\n  -R, --rfc-email            RFC 5322 format\n      --rfc-3339=FMT         date, seconds, ns\n  -r, --reference=FILE       the last modification of FILE\n  -u, --utc, --universal     UTC\n",
  },
  busybox: {
    short: 'Rs:ud:r:I::D:',
    long: { 'rfc-2822': 'R', 'set:': 's', utc: 'u', 'date:': 'd', 'reference:': 'r' },
    usage:
      "[OPTIONS] [+FMT] [[-s] TIME]\n\nDisplay time (using +FMT), or set time\n\n\t-u\t\tWork in UTC (don't convert to local time)\n\t[-s] TIME\tSet time to TIME\n\t-d TIME\t\tDisplay TIME, not 'now'\n\t-D FMT\t\tFMT (strptime format) for -s/-d TIME conversion\n\t-r FILE\t\tDisplay last modification time of FILE\n\t-R\t\tOutput RFC-2822 date\n\t-I[SPEC]\tOutput ISO-8601 date\n\t\t\tSPEC=date (default), hours, minutes, seconds or ns\n\nRecognized TIME formats:\n\t@seconds_since_1970\n\thh:mm[:ss]\n\t[YYYY.]MM.DD-hh:mm[:ss]\n\tYYYY-MM-DD hh:mm[:ss]\n\t[[[[[YY]YY]MM]DD]hh]mm[.ss]\n\t'date TIME' form accepts MMDDhhmm[[YY]YY][.ss] instead",
  },
  run: async (ctx, options) => {
    const now = ctx.proc.clock.now();
    const [operand, extra] = options.operands;
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(extra)}`) : ctx.fail(`invalid date '${extra}'`);
    const isoWord = options.value('I');
    const iso = options.has('I') ? (isoWord === undefined ? 'date' : await choose(ctx, '--iso-8601', isoWord, isoWords)) : undefined;
    const rfcWord = options.value('rfc-3339');
    if (rfcWord !== undefined) await choose(ctx, '--rfc-3339', rfcWord, [['date'], ['seconds'], ['ns']]);
    const isoFormats: Readonly<Record<string, string>> = {
      date: '%Y-%m-%d',
      hours: '%Y-%m-%dT%H%:z',
      minutes: '%Y-%m-%dT%H:%M%:z',
      seconds: '%Y-%m-%dT%H:%M:%S%:z',
      ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
    };
    const rfc3339: Readonly<Record<string, string>> = { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' };
    let format = '%a %b %e %H:%M:%S %Z %Y';
    if (operand?.startsWith('+')) format = operand.slice(1);
    else if (operand !== undefined && !options.has('d')) {
      const ms = parseStamp(operand, now);
      if (ms === undefined) return ctx.fail(ctx.gnu ? `invalid date ${ctx.quoteWord(operand)}` : `invalid date '${operand}'`);
      return ctx.fail(ctx.gnu ? 'cannot set date: Operation not permitted' : "can't set date: Operation not permitted");
    } else if (options.has('R')) format = '%a, %d %b %Y %H:%M:%S %z';
    else if (iso !== undefined) format = Object.entries(isoFormats).find(([k]) => k.startsWith(iso))?.[1] ?? '%Y-%m-%d';
    else if (options.has('rfc-3339'))
      format = Object.entries(rfc3339).find(([k]) => k.startsWith(options.value('rfc-3339') as string))?.[1] ?? '%Y-%m-%d';
    const show = (ms: number): Promise<void> | undefined => ctx.line(strftime(format, ms));
    if (options.has('s')) {
      const ms = parseDate(options.value('s') as string, now);
      if (ms === undefined) return ctx.fail(`invalid date ${ctx.quoteWord(options.value('s') as string)}`);
      return ctx.fail(ctx.gnu ? 'cannot set date: Operation not permitted' : "can't set date: Operation not permitted");
    }
    const file = options.value('f');
    if (file !== undefined) {
      const fd = file === '-' ? 0 : await ctx.proc.open(file);
      const reader = new LineReader(ctx.proc, fd, utf8);
      for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
        const ms = parseDate(line, now);
        if (ms === undefined) await ctx.perrorText(`invalid date ${ctx.quoteWord(line)}`);
        else await show(ms);
      }
      return ctx.status;
    }
    const reference = options.value('r');
    if (reference !== undefined) {
      if (ctx.gnu || !/^\d+$/.test(reference)) {
        try {
          await show(ctx.proc.stat(reference).mtimeMs);
        } catch (error) {
          if (error instanceof Errno)
            return ctx.fail(
              ctx.gnu ? `${ctx.quoteIfNeeded(reference)}: ${ctx.strerror(error)}` : `can't stat '${reference}': ${ctx.strerror(error)}`,
            );
          throw error;
        }
        return 0;
      }
    }
    const text = options.value('d');
    const ms = text === undefined ? now : (parseDate(text, now) ?? (ctx.gnu ? undefined : parseStamp(text, now)));
    if (ms === undefined) return ctx.fail(ctx.gnu ? `invalid date ${ctx.quoteWord(text as string)}` : `invalid date '${text}'`);
    await show(ms);
    return 0;
  },
};
