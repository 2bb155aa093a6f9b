import type { KubeObject } from '../../kube/api';
import { type Mapping, singularName } from '../discovery';
import { RowWriter } from '../tabwriter';
import { byName } from '../value';

/** The server's answer to `as=Table`. */
export interface Table {
  readonly kind: string;
  readonly metadata?: { resourceVersion?: string; continue?: string };
  readonly columnDefinitions?: readonly { name: string; type: string; format?: string; priority?: number; description?: string }[];
  readonly rows?: readonly { cells: readonly unknown[]; object?: KubeObject }[];
}

export interface TableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly withKind: boolean;
  readonly noHeaders: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
}

export const tableAccept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const control = (c: string): string => (c === '\u001b' ? '^[' : c);

/** A cell's text up to its first line break, `...` for what was cut. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const cut = cell.search(/[\f\n\r]/);
  const text = cut < 0 ? cell : cell.slice(0, cut);
  return text.replace(/\u001b/g, control) + (cut < 0 ? '' : '...');
}

export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const names = Object.keys(labels ?? {}).sort(byName);
  return names.length === 0 ? '<none>' : names.map((name) => `${name}=${labels![name]}`).join(',');
}

/** Prints tables of one mapping: the header once, widths remembered. */
export class TablePrinter {
  private readonly rows = new RowWriter();
  private headed = false;
  private columns: NonNullable<Table['columnDefinitions']> = [];

  constructor(
    private readonly mapping: Mapping | undefined,
    private readonly options: TableOptions,
  ) {}

  /** The text of a table's rows, after the header when it is the first. */
  text(table: Table): string {
    if (table.columnDefinitions && table.columnDefinitions.length > 0) this.columns = table.columnDefinitions;
    const { options } = this;
    const shown = this.columns.flatMap((column, i) => (options.wide || !column.priority ? [i] : []));
    const lines: string[][] = [];
    if (!this.headed && !options.noHeaders) {
      lines.push([
        ...(options.withNamespace ? ['NAMESPACE'] : []),
        ...shown.map((i) => this.columns[i]!.name.toUpperCase()),
        ...options.labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
        ...(options.showLabels ? ['LABELS'] : []),
      ]);
    }
    this.headed = true;
    const nameColumn = this.columns.findIndex((column) => column.format === 'name' && column.type === 'string');
    const kind = this.mapping && options.withKind ? `${kindPrefix(this.mapping)}/` : '';
    for (const row of table.rows ?? []) {
      const { metadata } = row.object ?? { metadata: undefined };
      lines.push([
        ...(options.withNamespace ? [metadata?.namespace ?? ''] : []),
        ...shown.map((i) => (i === nameColumn ? kind : '') + cellText(row.cells[i])),
        ...options.labelColumns.map((label) => metadata?.labels?.[label] ?? ''),
        ...(options.showLabels ? [labelsText(metadata?.labels)] : []),
      ]);
    }
    return this.rows.lines(lines);
  }
}

const kindPrefix = (mapping: Mapping): string => singularName({ ...mapping, singular: mapping.kind.toLowerCase() });
