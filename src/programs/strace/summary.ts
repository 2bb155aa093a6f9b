import type { TraceOutcome } from '../../kernel';
import { callNumbers } from './calls';

interface Row {
  readonly name: string;
  ms: number;
  calls: number;
  errors: number;
}

export const sortings = ['time', 'calls', 'errors', 'name', 'nothing'] as const;
export type Sorting = (typeof sortings)[number];

const order: Readonly<Record<Sorting, (a: Row, b: Row) => number>> = {
  time: (a, b) => b.ms - a.ms,
  calls: (a, b) => b.calls - a.calls,
  errors: (a, b) => b.errors - a.errors,
  name: (a, b) => (a.name < b.name ? -1 : 1),
  nothing: () => 0,
};

/** -c: counts calls. Its time is the processor's in the calls, of which a sandbox has none. */
export class Summary {
  readonly #rows = new Map<string, Row>();

  count(name: string, outcome: TraceOutcome): void {
    let row = this.#rows.get(name);
    if (!row) this.#rows.set(name, (row = { name, ms: 0, calls: 0, errors: 0 }));
    row.calls++;
    if ('errno' in outcome) row.errors++;
  }

  table(sorting: Sorting): string {
    const rows = [...this.#rows.values()]
      .sort((a, b) => (callNumbers.get(a.name) ?? 0) - (callNumbers.get(b.name) ?? 0))
      .sort(order[sorting]);
    if (rows.length === 0) return '';
    const total = rows.reduce((sum, row) => ({ ...sum, ms: sum.ms + row.ms, calls: sum.calls + row.calls, errors: sum.errors + row.errors }), {
      name: 'total', ms: 0, calls: 0, errors: 0,
    }); // prettier-ignore
    const line = ({ name, ms, calls, errors }: Row, share: number): string =>
      `${share.toFixed(2).padStart(6)} ${(ms / 1000).toFixed(6).padStart(11)} ${String(Math.floor((ms * 1000) / calls)).padStart(11)} ${String(calls).padStart(9)} ${(errors ? String(errors) : '').padStart(9)} ${name}\n`;
    const rule = '------ ----------- ----------- --------- --------- ----------------\n';
    const share = ({ ms }: Row): number => (total.ms > 0 ? (100 * ms) / total.ms : 0);
    return `% time     seconds  usecs/call     calls    errors syscall\n${rule}${rows.map((row) => line(row, share(row))).join('')}${rule}${line(total, 100)}`;
  }
}
