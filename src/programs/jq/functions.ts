import { alphabet, encodeBase64 } from '../base64';
import { parseDate, strftime } from '../dates';
import { matches } from './matching';
import { deletePaths, index } from './paths';
import { compact, toText } from './show';
import { JqError, compare, dump, kindOf, truthy } from './values';

type Json = unknown;
type Simple = (input: Json, args: readonly Json[]) => Json;

const array = (value: Json, what: string): readonly Json[] => {
  if (!Array.isArray(value)) throw new JqError(`${kindOf(value)} (${dump(value)}) cannot be ${what}, as it is not an array`);
  return value as Json[];
};
const text = (value: Json, what: string): string => {
  if (typeof value !== 'string') throw new JqError(`${kindOf(value)} (${dump(value)}) ${what}`);
  return value;
};
const ascii = (value: Json): string => {
  if (typeof value !== 'string') throw new JqError('explode input must be a string');
  return value;
};
const isObject = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);

const number = (value: Json): number => {
  if (typeof value !== 'number') throw new JqError(`${kindOf(value)} (${dump(value)}) number required`);
  return value;
};

function flatten(value: Json, depth: number): Json[] {
  const list = isObject(value) ? Object.values(value) : value;
  if (!Array.isArray(list)) throw new JqError(`Cannot iterate over ${kindOf(value)}${value === null ? '' : ` (${dump(value)})`}`);
  return (list as Json[]).flat(depth) as Json[];
}

/** Pairs of a key and a value, in the order of the keys. */
function keyed(values: Json, by: Json): [Json, Json][] {
  const list = array(values, 'sorted');
  return (by as Json[]).map((key, i): [Json, Json] => [key, list[i]]).sort(([a], [b]) => compare(a, b));
}

function positions(text: string, what: string): number[] | null {
  if (what === '') return null;
  const found: number[] = [];
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + 1))
    found.push(new TextEncoder().encode(text.slice(0, at)).length);
  return found;
}

/** Seconds since 1970 as jq takes time apart: year, month from 0, day, hour, minute, second, day of the week, day of the year. */
function brokenDown(seconds: number): number[] {
  const t = new Date(seconds * 1000);
  const year = t.getUTCFullYear();
  const day = Math.floor((Date.UTC(year, t.getUTCMonth(), t.getUTCDate()) - Date.UTC(year, 0, 1)) / 86400_000);
  return [
    year,
    t.getUTCMonth(),
    t.getUTCDate(),
    t.getUTCHours(),
    t.getUTCMinutes(),
    t.getUTCSeconds() + (seconds - Math.floor(seconds)),
    t.getUTCDay(),
    day,
  ];
}

function keys(value: Json): Json[] {
  if (Array.isArray(value)) return value.map((_, i) => i);
  if (isObject(value)) return Object.keys(value).sort((a, b) => compare(a, b));
  throw new JqError(`${kindOf(value)} (${dump(value)}) has no keys`);
}

function length(value: Json): number {
  if (value === null) return 0;
  if (typeof value === 'string') return [...value].length;
  if (typeof value === 'number') return Math.abs(value);
  if (Array.isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw new JqError(`boolean (${dump(value)}) has no length`);
}

export function contains(a: Json, b: Json): boolean {
  if (isObject(a) && isObject(b)) return Object.keys(b).every((key) => Object.hasOwn(a, key) && contains(a[key], b[key]));
  if (Array.isArray(a) && Array.isArray(b)) return b.every((each) => a.some((own) => contains(own, each)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (kindOf(a) === kindOf(b)) return compare(a, b) === 0;
  throw new JqError(`${kindOf(a)} (${dump(a)}) and ${kindOf(b)} (${dump(b)}) cannot have their containment checked`);
}

/** `base64` text as UTF-8; null when it is none. */
function decode64(given: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of given.replace(/=+$/, '')) {
    const value = alphabet.indexOf(char);
    if (value < 0) throw new JqError(`string (${dump(given)}) is not valid base64 data`);
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) bytes.push((bits >> (count -= 8)) & 255);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** `@text` and its relations, also inside strings. */
export const formats: Readonly<Record<string, (value: Json) => string>> = {
  '@text': toText,
  '@json': compact,
  '@base64': (v) => encodeBase64(new TextEncoder().encode(toText(v))),
  '@base64d': (v) => decode64(toText(v)),
  '@csv': (v) => array(v, 'csv-formatted').map((each) => { if (typeof each === 'object' && each !== null) throw new JqError(`${kindOf(each)} (${dump(each)}) is not valid in a csv row`); return typeof each === 'string' ? `"${each.replaceAll('"', '""')}"` : each === null ? '' : toText(each); }).join(','),
  '@tsv': (v) => array(v, 'tsv-formatted').map((each) => { if (typeof each === 'object' && each !== null) throw new JqError(`${kindOf(each)} (${dump(each)}) is not valid in a tsv row`); return each === null ? '' : toText(each).replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c] ?? c); }).join('\t'),
  '@sh': (v) => (Array.isArray(v) ? v : [v]).map((each) => { if (typeof each === 'object' && each !== null) throw new JqError(`${kindOf(each)} (${dump(each)}) can not be escaped for shell`); return typeof each === 'string' ? `'${each.replaceAll("'", "'\\''")}'` : toText(each); }).join(' '),
  '@html': (v) => toText(v).replace(/[<>&'"]/g, (c) => `&${{ '<': 'lt', '>': 'gt', '&': 'amp', "'": '#39', '"': 'quot' }[c] ?? ''};`),
  '@uri': (v) => encodeURIComponent(toText(v)).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
}; // prettier-ignore

/** Functions of values alone; those of filters are in evaluate.ts. */
export const functions: Readonly<Record<string, Simple>> = {
  'length/0': length,
  'utf8bytelength/0': (v) => new TextEncoder().encode(text(v, 'only strings have UTF-8 byte length')).length,
  'keys/0': keys,
  'keys_unsorted/0': (v) => (isObject(v) ? Object.keys(v) : keys(v)),
  'has/1': (v, [key]) => {
    if (Array.isArray(v) && typeof key === 'number') return key >= 0 && key < v.length;
    if (isObject(v) && typeof key === 'string') return Object.hasOwn(v, key);
    throw new JqError(`Cannot check whether ${kindOf(v)} has a ${typeof key === 'string' ? 'string' : kindOf(key)} key`);
  },
  'contains/1': (v, [other]) => contains(v, other),
  'not/0': (v) => !truthy(v),
  'type/0': kindOf,
  'tostring/0': toText,
  'tonumber/0': (v) => {
    if (typeof v !== 'number' && typeof v !== 'string') throw new JqError(`${kindOf(v)} (${dump(v)}) cannot be parsed as a number`);
    const value = typeof v === 'number' ? v : v.trim() !== '' ? Number(v) : NaN;
    if (Number.isNaN(value) && typeof v === 'string') throw new JqError(`Invalid numeric literal at EOF at line 1, column ${v.length} (while parsing '${v}')`);
    return value;
  },
  'tojson/0': compact,
  'fromjson/0': (v) => {
    const given = text(v, 'cannot be parsed as JSON');
    if (given === 'nan') return null;
    try {
      return JSON.parse(given) as Json;
    } catch {
      throw new JqError(`${given} (while parsing '${given}')`.replace(/^.*? \(while/s, `Invalid numeric literal at EOF at line 1, column ${given.length} (while`));
    }
  },
  'sort/0': (v) => [...array(v, 'sorted')].sort(compare),
  'unique/0': (v) => [...array(v, 'sorted')].sort(compare).filter((each, i, all) => i === 0 || compare(each, all[i - 1]) !== 0),
  'reverse/0': (v) => { if (v !== null && !Array.isArray(v)) throw new JqError(typeof v === 'string' && v === '' ? '' : `Cannot index ${kindOf(v)} with number`); return [...array(v ?? [], 'reversed')].reverse(); },
  'min/0': (v) => [...array(v, 'compared')].sort(compare)[0] ?? null,
  'max/0': (v) => [...array(v, 'compared')].sort(compare).at(-1) ?? null,
  'flatten/0': (v) => flatten(v, Infinity),
  'flatten/1': (v, [depth]) => { if (Number(depth) < 0) throw new JqError('flatten depth must not be negative'); return flatten(v, Number(depth)); },
  '_sort_by/1': (v, [by]) => keyed(v, by).map(([, own]) => own),
  '_group_by/1': (v, [by]) => { const groups: Json[][] = []; let last: Json; for (const [key, own] of keyed(v, by)) { if (groups.length > 0 && compare(key, last) === 0) groups.at(-1)?.push(own); else groups.push([own]); last = key; } return groups; },
  '_min_by/1': (v, [by]) => keyed(v, by)[0]?.[1] ?? null,
  '_max_by/1': (v, [by]) => keyed(v, by).at(-1)?.[1] ?? null,
  '_match/2': (v, [pattern, flags]) => matches(v, pattern, flags),
  'delpaths/1': (v, [paths]) => deletePaths(v, paths),
  'implode/0': (v) => String.fromCodePoint(...array(v, 'imploded').map(Number)),
  'explode/0': (v) => [...text(v, 'cannot be exploded')].map((c) => c.codePointAt(0)),
  'indices/1': (v, [what]) => (v === null ? null : typeof v === 'string' && typeof what === 'string' ? positions(v, what) : Array.isArray(v) && !Array.isArray(what) ? (v as Json[]).flatMap((own, i) => (compare(own, what) === 0 ? [i] : [])) : index(v, what)),
  'infinite/0': () => Infinity,
  'nan/0': () => NaN,
  'isinfinite/0': (v) => Math.abs(Number(v)) === Infinity,
  'isnan/0': (v) => typeof v === 'number' && Number.isNaN(v),
  'isnormal/0': (v) => typeof v === 'number' && Number.isFinite(v) && Math.abs(v) >= 2.2250738585072014e-308,
  'fabs/0': (v) => Math.abs(Number(v)),
  'log/0': (v) => Math.log(number(v)),
  'log2/0': (v) => Math.log2(number(v)),
  'log10/0': (v) => Math.log10(number(v)),
  'exp/0': (v) => Math.exp(number(v)),
  'exp2/0': (v) => 2 ** number(v),
  'exp10/0': (v) => 10 ** number(v),
  'pow/2': (_, [a, b]) => number(a) ** number(b),
  'trunc/0': (v) => Math.trunc(number(v)),
  'sin/0': (v) => Math.sin(number(v)),
  'cos/0': (v) => Math.cos(number(v)),
  'tan/0': (v) => Math.tan(number(v)),
  'mktime/0': (v) => { if (!Array.isArray(v)) throw new JqError('mktime requires array of 6 numbers'); const [y, mo, d, h, mi, s] = v.map(Number); return Math.floor(Date.UTC(y ?? 0, mo ?? 0, d ?? 1, h ?? 0, mi ?? 0, s ?? 0) / 1000); },
  'gmtime/0': (v) => brokenDown(number(v)),
  'localtime/0': (v) => brokenDown(number(v)),
  'strftime/1': (v, [format]) => strftime(text(format, 'strftime/1 requires a string format'), 1000 * (typeof v === 'number' ? v : (functions['mktime/0']?.(v, []) as number))),
  'strptime/1': (v, [format]) => { const ms = parseDate(text(v, 'strptime/1 requires string inputs and arguments').replace(/Z$/, ' UTC').replace(/T(?=\d)/, ' '), 0); if (ms === undefined) throw new JqError(`date "${String(v)}" does not match format "${String(format)}"`); return brokenDown(ms / 1000); },

  'from_entries/0': (v) => Object.fromEntries(array(v, 'made an object').map((each) => {
    const entry = each as Record<string, Json>;
    return [toText(entry.key ?? entry.name ?? entry.k ?? null), entry.value ?? entry.v ?? null];
  })),
  'join/1': (v, [by]) => array(v, 'joined').reduce<string>((sum, each, i) => { if (typeof each === 'object' && each !== null) throw new JqError(`string (${dump(`${sum}${i === 0 ? '' : String(by)}`)}) and ${kindOf(each)} (${dump(each)}) cannot be added`); return `${sum}${i === 0 ? '' : String(by)}${each === null ? '' : toText(each)}`; }, ''),
  'split/1': (v, [by]) => { if (typeof v !== 'string' || typeof by !== 'string') throw new JqError('split input and separator must be strings'); return v === '' ? [] : v.split(by); },
  'startswith/1': (v, [by]) => { if (typeof v !== 'string' || typeof by !== 'string') throw new JqError('startswith() requires string inputs'); return v.startsWith(by); },
  'endswith/1': (v, [by]) => { if (typeof v !== 'string' || typeof by !== 'string') throw new JqError('endswith() requires string inputs'); return v.endsWith(by); },
  'ltrimstr/1': (v, [by]) => (typeof v === 'string' && v.startsWith(String(by)) ? v.slice(String(by).length) : v),
  'rtrimstr/1': (v, [by]) => (typeof v === 'string' && by !== '' && v.endsWith(String(by)) ? v.slice(0, -String(by).length) : v),
  'ascii_downcase/0': (v) => ascii(v).replace(/[A-Z]/g, (c) => c.toLowerCase()),
  'ascii_upcase/0': (v) => ascii(v).replace(/[a-z]/g, (c) => c.toUpperCase()),
  'floor/0': (v) => Math.floor(Number(v)),
  'ceil/0': (v) => Math.ceil(Number(v)),
  'round/0': (v) => Math.round(Number(v)),
  'sqrt/0': (v) => Math.sqrt(Number(v)),
}; // prettier-ignore

export function plus(a: Json, b: Json): Json {
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...(a as Json[]), ...(b as Json[])];
  if (isObject(a) && isObject(b)) return { ...a, ...b };
  throw new JqError(`${kindOf(a)} (${dump(a)}) and ${kindOf(b)} (${dump(b)}) cannot be added`);
}
