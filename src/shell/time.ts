import type { Shell } from './shell';

export interface Spent {
  readonly realMs: number;
  readonly userMs: number;
  readonly systemMs: number;
}

/** A starting point; calling it tells what has been spent since, by this process and its children. */
export function stopwatch(sh: Shell): () => Spent {
  const startedMs = sh.proc.clock.now();
  const before = sh.proc.times();
  return () => {
    const after = sh.proc.times();
    return {
      realMs: sh.proc.clock.now() - startedMs,
      userMs: after.userMs + after.childUserMs - before.userMs - before.childUserMs,
      systemMs: after.systemMs + after.childSystemMs - before.systemMs - before.childSystemMs,
    };
  };
}

const posixFormat = 'real %2R\nuser %2U\nsys %2S';
const bashFormat = '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS';

function clockText(ms: number, digits: number, long: boolean): string {
  const seconds = ms / 1000;
  if (!long) return seconds.toFixed(digits);
  return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(digits)}s`;
}

/** What the reserved word `time` prints: TIMEFORMAT's `%[precision][l]R`, U, S and P. */
export async function reportTime(sh: Shell, spent: Spent, posix: boolean): Promise<void> {
  if (!sh.dialect.extended) {
    const shown = (ms: number): string =>
      posix ? (ms / 1000).toFixed(2) : `${Math.floor(ms / 60000)}m ${((ms % 60000) / 1000).toFixed(2)}s`;
    const gap = posix ? ' ' : '\t';
    await sh.err(`real${gap}${shown(spent.realMs)}\nuser${gap}${shown(spent.userMs)}\nsys${gap}${shown(spent.systemMs)}\n`);
    return;
  }
  const format = posix ? posixFormat : (sh.vars.get('TIMEFORMAT') ?? bashFormat);
  if (format === '') return;
  const milliseconds: Readonly<Record<string, number>> = { R: spent.realMs, U: spent.userMs, S: spent.systemMs };
  let out = '';
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') {
      out += format[i] ?? '';
      continue;
    }
    const [all = '%', digits, long, letter = ''] = /^%(\d?)(l?)([^]?)/.exec(format.slice(i)) ?? [];
    i += all.length - 1;
    const ms = milliseconds[letter];
    if (ms !== undefined) out += clockText(ms, digits === '' ? 3 : Math.min(3, Number(digits)), long === 'l');
    else if (letter === '%' || letter === '') out += '%';
    else if (letter === 'P') out += (spent.realMs === 0 ? 0 : ((spent.userMs + spent.systemMs) / spent.realMs) * 100).toFixed(2);
    else {
      await sh.complain(`TIMEFORMAT: \`${letter}': invalid format character`);
      return;
    }
  }
  await sh.err(`${out}\n`);
}
