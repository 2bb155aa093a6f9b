import type { Bytes } from '../../kernel';

/**
 * The CRI log format: `2026-11-23T05:57:04.044220346Z stdout F text`. A line that is not ended yet is written with the
 * tag P, so `kubectl logs` can print output that has no newline.
 */
export type LogStream = 'stdout' | 'stderr';

export interface LogLine {
  readonly time: string;
  readonly stream: LogStream;
  readonly partial: boolean;
  readonly text: string;
}

/** RFC 3339 with nanoseconds; the clock's fraction of a millisecond fills the last digits. */
export function rfc3339Nano(ms: number): string {
  const whole = Math.floor(ms);
  const nanos = Math.floor((ms - whole) * 1e6);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(nanos).padStart(6, '0')}Z`;
}

/** Cuts a stream's bytes into log lines of at most 16 KiB. `end` writes what has no newline yet. */
export class LogWriter {
  readonly #stream: LogStream;
  readonly #now: () => number;
  readonly #append: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(stream: LogStream, now: () => number, append: (line: string) => void) {
    this.#stream = stream;
    this.#now = now;
    this.#append = append;
  }

  write(bytes: Bytes): void {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line('F', line);
    while (this.#rest.length >= 16384) {
      this.#line('P', this.#rest.slice(0, 16384));
      this.#rest = this.#rest.slice(16384);
    }
  }

  end(): void {
    this.#rest += this.#decoder.decode();
    if (this.#rest) this.#line('P', this.#rest);
    this.#rest = '';
  }

  #line(tag: 'F' | 'P', text: string): void {
    this.#append(`${rfc3339Nano(this.#now())} ${this.#stream} ${tag} ${text}\n`);
  }
}

export function parseLog(text: string): LogLine[] {
  const lines: LogLine[] = [];
  for (const raw of text.split('\n')) {
    const match = /^(\S+) (stdout|stderr) ([FP]) (.*)$/s.exec(raw);
    if (match) lines.push({ time: match[1]!, stream: match[2] as LogStream, partial: match[3] === 'P', text: match[4]! });
  }
  return lines;
}
