import { byName, type Fields, isFields } from '../value';
import type { Described, Description } from './writer';

/** Any kind without a description of its own: its fields in smart labels. */
export function describeGeneric({ object, events, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.line(0, `Namespace:\t${object.metadata.namespace ?? ''}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  const { managedFields: _m, name: _n, namespace: _s, labels: _l, annotations: _a, ...metadata } = object.metadata;
  const shown: Fields = { ...object, metadata };
  content(d, 0, shown);
  d.events(events);
}

function content(d: Description, level: number, fields: Fields): void {
  for (const key of Object.keys(fields).sort(byName)) {
    const value = fields[key];
    if (value === undefined) continue;
    if (Array.isArray(value)) {
      d.line(level, `${smartLabel(key)}:`);
      for (const item of value) {
        if (isFields(item)) content(d, level + 1, item);
        else d.line(level + 1, plain(item));
      }
    } else if (isFields(value)) {
      d.line(level, `${smartLabel(key)}:`);
      content(d, level + 1, value);
    } else d.line(level, `${smartLabel(key)}:\t${plain(value)}`);
  }
}

const plain = (value: unknown): string => (value === null ? '<nil>' : String(value));

const acronyms = ['API', 'URL', 'UID', 'GUID'];

/** Words of camel case: a capital before small letters begins the next one. */
const camelWords = (text: string): string[] => text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}\p{Ll}+|\p{Ll}+|[^\p{Lu}\p{Ll}]+/gu) ?? [];

/** `creationTimestamp` -> `Creation Timestamp`, `podCIDRs` -> `Pod CIDRs`; names with other characters stay as they are. */
function smartLabel(key: string): string {
  if (!/^[\p{L}-]*$/u.test(key)) return key;
  const words: string[] = [];
  for (const word of camelWords(key)) {
    const last = words.at(-1);
    if (last !== undefined && /^\p{Lu}{2,}$/u.test(last) && /^\p{Lu}/u.test(word)) words[words.length - 1] = last + word;
    else words.push(word);
  }
  const capital = (word: string): string => (word === word.toLowerCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word);
  return words.map((word) => (acronyms.includes(word.toUpperCase()) ? word.toUpperCase() : capital(word))).join(' ');
}
