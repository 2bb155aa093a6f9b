/** The layout that Go's RFC 3339 texts are read by. */
const layout = '2006-01-02T15:04:05Z07:00';
const microLayout = '2006-01-02T15:04:05.000000Z07:00';

/** Parts of the layout, in order, with what a text must have there. */
const parts: readonly (readonly [element: string, pattern: RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d?/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
  ['05', /^\d\d/],
  ['Z07:00', /^(?:Z|[+-]\d\d:\d\d)/],
];
const ranges: Readonly<Record<string, readonly [name: string, least: number, most: number]>> = {
  '01': ['month', 1, 12],
  '15': ['hour', 0, 23],
  '04': ['minute', 0, 59],
  '05': ['second', 0, 59],
};

export type ParsedTime = { readonly ms: number; readonly micros: number } | { readonly error: string };

/** Reads a time as Go's time.Parse does, with its errors. `micro`: exactly six digits of a second. */
export function parseTime(text: string, micro = false): ParsedTime {
  const shown = micro ? microLayout : layout;
  const wrong = (rest: string, element: string): ParsedTime => ({
    error: `parsing time ${JSON.stringify(text)} as "${shown}": cannot parse ${JSON.stringify(rest)} as "${element}"`,
  });
  const outOf = (name: string): ParsedTime => ({ error: `parsing time ${JSON.stringify(text)}: ${name} out of range` });
  let rest = text;
  let micros = 0;
  const values: Record<string, string> = {};
  for (const [element, pattern] of parts) {
    const match = pattern.exec(rest);
    if (!match) return wrong(rest, element);
    values[element] = match[0];
    const range = ranges[element];
    if (range && (Number(match[0]) < range[1] || Number(match[0]) > range[2])) return outOf(range[0]);
    rest = rest.slice(match[0].length);
    if (element === '05') {
      const fraction = micro ? /^[.,]\d{6}/.exec(rest) : /^[.,]\d+/.exec(rest);
      if (micro && !fraction) return wrong(rest, '.000000');
      if (fraction) {
        micros = Number(fraction[0].slice(1, 7).padEnd(6, '0'));
        rest = rest.slice(fraction[0].length);
      }
    }
  }
  if (rest !== '') return { error: `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}` };
  const [year, month, day] = [values['2006'], values['01'], values['02']].map(Number) as [number, number, number];
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return outOf('day');
  const zone = /^([+-])(\d\d):(\d\d)$/.exec(values['Z07:00']!);
  const offsetMinutes = zone ? (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
  const ms = Date.UTC(year, month - 1, day, Number(values['15']), Number(values['04']) - offsetMinutes, Number(values['05']));
  return { ms, micros };
}

/** As metav1.Time (whole seconds) or metav1.MicroTime writes it: in UTC. */
export function timeText(ms: number, micros?: number): string {
  const seconds = new Date(ms).toISOString().slice(0, 19);
  return micros === undefined ? `${seconds}Z` : `${seconds}.${String(micros).padStart(6, '0')}Z`;
}
