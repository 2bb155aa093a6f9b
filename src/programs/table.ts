/** Tables as util-linux's libsmartcols prints them. */
export interface TableColumn {
  readonly header: string;
  readonly right?: boolean;
  /** At least so wide, when its cells are not narrower than its heading (scols_column_set_whint(3)). */
  readonly hint?: number;
  /** In JSON: no quotes. */
  readonly number?: boolean;
}

export interface TableStyle {
  readonly header?: boolean;
  /** Fields apart by one blank, blanks inside as \x20. */
  readonly raw?: boolean;
  /** The last column is cut to fit. */
  readonly width?: number | undefined;
}

export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], style: TableStyle = {}): string {
  const header = style.header ?? true;
  const lines = header ? [columns.map((c) => c.header), ...rows] : rows;
  if (style.raw) return lines.map((r) => `${r.map((c) => c.replaceAll(' ', '\\x20')).join(' ')}\n`).join('');
  if (rows.length === 0) return '';
  const widths = columns.map((c, i) => {
    const widest = Math.max(0, ...rows.map((r) => [...(r[i] ?? '')].length));
    return widest < c.header.length ? c.header.length : Math.max(widest, c.header.length < (c.hint ?? 0) ? (c.hint ?? 0) : 0);
  });
  return lines
    .map((r) => {
      const cells = r.map((cell, i) => {
        const last = i === columns.length - 1;
        return columns[i]?.right ? cell.padStart(widths[i] as number) : last ? cell : cell.padEnd(widths[i] as number);
      });
      const line = cells.join(' ');
      return `${style.width !== undefined && line.length > style.width ? line.slice(0, style.width) : line}\n`;
    })
    .join('');
}

export function jsonTable(name: string, columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const object = (r: readonly string[]): string => {
    const fields = columns.map((c, i) => {
      const value = r[i] ?? '';
      return `         ${JSON.stringify(c.header.toLowerCase())}: ${value === '' ? 'null' : c.number ? value : JSON.stringify(value)}`;
    });
    return `{\n${fields.join(',\n')}\n      }`;
  };
  return `{\n   "${name}": [\n      ${rows.map(object).join(',')}\n   ]\n}\n`;
}
