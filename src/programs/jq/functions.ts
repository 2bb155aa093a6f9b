import { alphabet, encodeBase64 } from '../base64';
import { JqError, compare, dump, kindOf, toText, truthy } from './values';

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
const isObject = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);

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
  '@json': (v) => JSON.stringify(v),
  '@base64': (v) => encodeBase64(new TextEncoder().encode(toText(v))),
  '@base64d': (v) => decode64(toText(v)),
  '@csv': (v) => array(v, 'csv-formatted').map((each) => (typeof each === 'string' ? `"${each.replaceAll('"', '""')}"` : each === null ? '' : toText(each))).join(','),
  '@tsv': (v) => array(v, 'tsv-formatted').map((each) => (each === null ? '' : toText(each).replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c] ?? c))).join('\t'),
  '@sh': (v) => (Array.isArray(v) ? v : [v]).map((each) => (typeof each === 'string' ? `'${each.replaceAll("'", "'\\''")}'` : toText(each))).join(' '),
  '@html': (v) => toText(v).replace(/[<>&'"]/g, (c) => `&${{ '<': 'lt', '>': 'gt', '&': 'amp', "'": '#39', '"': 'quot' }[c] ?? ''};`),
  '@uri': (v) => encodeURIComponent(toText(v)),
}; // prettier-ignore

/** Functions of values alone; those of filters are in evaluate.ts. */
export const functions: Readonly<Record<string, Simple>> = {
  'add/0': (v) => (Array.isArray(v) ? v : isObject(v) ? Object.values(v) : []).reduce<Json>((sum, each) => plus(sum, each), null),
  'length/0': length,
  'utf8bytelength/0': (v) => new TextEncoder().encode(text(v, 'only strings have UTF-8 byte length')).length,
  'keys/0': keys,
  'keys_unsorted/0': (v) => (isObject(v) ? Object.keys(v) : keys(v)),
  'has/1': (v, [key]) => (Array.isArray(v) ? Number(key) >= 0 && Number(key) < v.length : isObject(v) && Object.hasOwn(v, String(key))),
  'contains/1': (v, [other]) => contains(v, other),
  'inside/1': (v, [other]) => contains(other, v),
  'not/0': (v) => !truthy(v),
  'type/0': kindOf,
  'tostring/0': toText,
  'tonumber/0': (v) => {
    const value = typeof v === 'number' ? v : typeof v === 'string' && v.trim() !== '' ? Number(v) : NaN;
    if (Number.isNaN(value)) throw new JqError(`${kindOf(v)} (${dump(v)}) cannot be parsed as a number`);
    return value;
  },
  'tojson/0': (v) => JSON.stringify(v),
  'fromjson/0': (v) => JSON.parse(text(v, 'cannot be parsed as JSON')) as Json,
  'sort/0': (v) => [...array(v, 'sorted')].sort(compare),
  'unique/0': (v) => [...array(v, 'sorted')].sort(compare).filter((each, i, all) => i === 0 || compare(each, all[i - 1]) !== 0),
  'reverse/0': (v) => (typeof v === 'string' ? [...v].reverse().join('') : [...array(v ?? [], 'reversed')].reverse()),
  'first/0': (v) => array(v, 'indexed')[0] ?? null,
  'last/0': (v) => array(v, 'indexed').at(-1) ?? null,
  'min/0': (v) => [...array(v, 'compared')].sort(compare)[0] ?? null,
  'max/0': (v) => [...array(v, 'compared')].sort(compare).at(-1) ?? null,
  'flatten/0': (v) => array(v, 'flattened').flat(Infinity),
  'to_entries/0': (v) => Object.entries(v as object).map(([key, value]) => ({ key, value: value as Json })),
  'from_entries/0': (v) => Object.fromEntries(array(v, 'made an object').map((each) => {
    const entry = each as Record<string, Json>;
    return [toText(entry.key ?? entry.name ?? entry.k ?? null), entry.value ?? entry.v ?? null];
  })),
  'join/1': (v, [by]) => array(v, 'joined').map((each) => (each === null ? '' : toText(each))).join(String(by)),
  'split/1': (v, [by]) => (text(v, 'cannot be split') === '' ? [] : String(v).split(String(by))),
  'startswith/1': (v, [by]) => text(v, 'startswith() requires string inputs').startsWith(String(by)),
  'endswith/1': (v, [by]) => text(v, 'endswith() requires string inputs').endsWith(String(by)),
  'ltrimstr/1': (v, [by]) => (typeof v === 'string' && v.startsWith(String(by)) ? v.slice(String(by).length) : v),
  'rtrimstr/1': (v, [by]) => (typeof v === 'string' && by !== '' && v.endsWith(String(by)) ? v.slice(0, -String(by).length) : v),
  'ascii_downcase/0': (v) => text(v, 'explode input must be a string').toLowerCase(),
  'ascii_upcase/0': (v) => text(v, 'explode input must be a string').toUpperCase(),
  'test/1': (v, [pattern]) => new RegExp(String(pattern), 'u').test(text(v, 'cannot be matched, as it is not a string')),
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
