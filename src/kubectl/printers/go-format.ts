import { byName, isFields } from '../value';

/** fmt's %v of what JSON holds. */
export function plain(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(plain).join(' ')}]`;
  if (!isFields(value)) return String(value);
  return `map[${Object.keys(value)
    .sort(byName)
    .map((key) => `${key}:${plain(value[key])}`)
    .join(' ')}]`;
}

/** fmt's %T of what JSON holds. */
export function goType(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (isFields(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

const hex = (text: string): string => [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The verbs that fit each kind of value, besides %v and %T. */
const fitting: Readonly<Record<string, RegExp>> = {
  int: /[bcdoOqxXU]/,
  int64: /[bcdoOqxXU]/,
  float64: /[beEfFgGxX]/,
  string: /[sqxX]/,
  bool: /t/,
};

function verbText(verb: string, value: unknown, type: string, precision: number | undefined): string {
  if (verb === 'T') return type;
  if (verb === 'v') return plain(value);
  if (value === undefined || value === null) return `%!${verb}(<nil>)`;
  // each element is written with the verb
  if (Array.isArray(value)) return `[${value.map((item) => verbText(verb, item, goType(item), precision)).join(' ')}]`;
  if (isFields(value)) {
    const members = Object.keys(value).sort(byName);
    return `map[${members.map((key) => [key, value[key]].map((part) => verbText(verb, part, goType(part), precision)).join(':')).join(' ')}]`;
  }
  if (!fitting[type]?.test(verb)) return `%!${verb}(${type}=${plain(value)})`;
  const number = Number(value);
  switch (verb) {
    case 'q':
      return typeof value === 'number' ? `'${String.fromCodePoint(value)}'` : JSON.stringify(value);
    case 'c':
      return String.fromCodePoint(number);
    case 'b':
      return number.toString(2);
    case 'o':
      return number.toString(8);
    case 'x':
    case 'X': {
      const text = typeof value === 'string' ? hex(value) : number.toString(16);
      return verb === 'x' ? text : text.toUpperCase();
    }
    case 'e':
      return number.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2');
    case 'f':
    case 'F':
      return number.toFixed(precision ?? 6);
    case 's':
      return precision === undefined ? String(value) : [...String(value)].slice(0, precision).join('');
    default:
      return String(value);
  }
}

/** fmt.Sprintf; `types` are the Go types of the arguments. */
export function sprintf(format: string, list: readonly unknown[], types: readonly string[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d*)(?:\.(\d*))?(.?)/gsu,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '') return '%!(NOVERB)';
      if (verb === '%') return '%';
      if (next >= list.length) return `%!${verb}(MISSING)`;
      const at = next++;
      const written = verbText(verb, list[at], types[at] ?? goType(list[at]), precision === undefined ? undefined : Number(precision));
      const signed = flags.includes('+') && typeof list[at] === 'number' && Number(list[at]) >= 0 ? `+${written}` : written;
      const size = Number(width || '0');
      if (flags.includes('-')) return signed.padEnd(size);
      return flags.includes('0') && /^[+-]?[\da-fA-F.]+$/.test(signed)
        ? signed.replace(/^([+-]?)(.*)$/, (__, sign: string, digits: string) => sign + digits.padStart(size - sign.length, '0'))
        : signed.padStart(size);
    },
  );
  if (next >= list.length) return text;
  const extra = list
    .slice(next)
    .map((value, i) => (value === undefined || value === null ? '<nil>' : `${types[next + i]}=${plain(value)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}
