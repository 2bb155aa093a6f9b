import type { KubeObject } from '../../kube/api';
import { humanDuration } from '../duration';
import { TabWriter } from '../tabwriter';
import { byName, type Fields, lastApplied, textAt } from '../value';

/** The text of one description: lines by indentation level, cells parted by tabs, aligned at the end. */
export class Description {
  private text = '';
  constructor(readonly now: number) {}

  /** One line, `level` times two spaces in. */
  line(level: number, text: string): void {
    this.text += `${'  '.repeat(level)}${text}\n`;
  }
  /** The lines as they are, cells parted by tabs. */
  raw(): string {
    return this.text;
  }
  toString(): string {
    return new TabWriter(0, 2).format(this.text);
  }
  since(time: unknown): string {
    const ms = typeof time === 'string' ? Date.parse(time) : NaN;
    return Number.isNaN(ms) ? '<unknown>' : humanDuration(this.now - ms);
  }

  /** `Labels:  a=b`, one a line. */
  labels(title: string, labels: Readonly<Record<string, string>> | undefined, level = 0): void {
    const names = Object.keys(labels ?? {}).sort(byName);
    if (names.length === 0) return this.line(level, `${title}:\t<none>`);
    names.forEach((name, i) => this.line(i === 0 ? level : 0, `${i === 0 ? `${title}:` : '  '.repeat(level)}\t${name}=${labels![name]}`));
  }

  annotations(title: string, annotations: Readonly<Record<string, string>> | undefined, level = 0): void {
    const names = Object.keys(annotations ?? {})
      .filter((name) => name !== lastApplied)
      .sort(byName);
    if (names.length === 0) return this.line(level, `${title}:\t<none>`);
    names.forEach((name, i) => {
      const head = i === 0 ? `${title}:\t` : '\t';
      const value = annotations![name]!.replace(/\n$/, '');
      if (value.length + name.length + 2 <= 140 && !value.includes('\n')) return this.line(level, `${head}${name}: ${value}`);
      this.line(level, `${head}${name}:`);
      for (const part of value.split('\n')) this.line(level, `\t  ${part.length > 138 ? `${part.slice(0, 138)}...` : part}`);
    });
  }

  events(events: readonly Fields[] | undefined): void {
    if (!events) return;
    if (events.length === 0) return this.line(0, 'Events:\t<none>');
    this.line(0, 'Events:');
    this.line(1, 'Type\tReason\tAge\tFrom\tMessage');
    this.line(1, '----\t------\t----\t----\t-------');
    const last = (event: Fields): number => Date.parse(textAt(event, 'lastTimestamp')) || 0;
    for (const event of [...events].sort((a, b) => last(a) - last(b))) {
      const first = this.since(event.eventTime ?? event.firstTimestamp);
      const series = event.series as { count?: number; lastObservedTime?: string } | undefined;
      const count = series ? (series.count ?? 0) : Number(event.count ?? 0);
      const latest = series ? series.lastObservedTime : event.lastTimestamp;
      const age = series || count > 1 ? `${this.since(latest)} (x${count} over ${first})` : first;
      const path = textAt(event, 'involvedObject', 'fieldPath');
      const from = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
      this.line(
        1,
        [textAt(event, 'type'), textAt(event, 'reason'), age, from, (path ? `${path}: ` : '') + textAt(event, 'message').trim()].join('\t'),
      );
    }
  }
}

/** What describes one object: its events (undefined when they are not wanted) and other objects it needs. */
export interface Described {
  readonly object: KubeObject;
  readonly events: readonly Fields[] | undefined;
  readonly d: Description;
}
