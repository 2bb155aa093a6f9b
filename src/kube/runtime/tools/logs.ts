import { readText, type Process } from '../../../kernel';
import { parseLog, type LogLine } from '../cri-log';
import type { Container } from '../types';

/** How often a followed log is looked at for new lines, ms. */
const followMs = 100;

export interface LogOptions {
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** The newest lines; undefined: all. */
  readonly tail: number | undefined;
  /** Nothing before this, ms since the epoch. */
  readonly sinceMs?: number;
}

const show = (line: LogLine, timestamps: boolean): string => `${timestamps ? `${line.time} ` : ''}${line.text}${line.partial ? '' : '\n'}`;

/** Writes a container's log to this process's own output, and what comes while the container runs when it follows. */
export async function writeLog(proc: Process, container: Container, options: LogOptions): Promise<void> {
  const { follow, timestamps, tail, sinceMs } = options;
  const read = (): Promise<string> => readText(proc, container.config.logPath).catch(() => '');
  const write = async (lines: readonly LogLine[]): Promise<void> => {
    for (const line of lines) await proc.write(line.stream === 'stdout' ? 1 : 2, show(line, timestamps));
  };
  let seen = await read();
  const lines = parseLog(seen).filter(({ time }) => sinceMs === undefined || Date.parse(time) >= sinceMs);
  await write(tail === undefined || tail < 0 ? lines : tail === 0 ? [] : lines.slice(-tail));
  while (follow) {
    const ended = container.state === 'Exited';
    const now = await read();
    if (now.length > seen.length) {
      await write(parseLog(now.slice(seen.length)));
      seen = now;
    } else if (ended) return;
    else await proc.nanosleep(followMs);
  }
}

/** `--since`: a duration before now (`5m`), or a time; undefined when it is neither. */
export function sinceMs(value: string, nowMs: number): number | undefined {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length && parts.map(([whole]) => whole).join('') === value)
    return nowMs - parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0);
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(at) ? undefined : at;
}
