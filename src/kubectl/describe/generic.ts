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
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) {
      d.line(level, `${smartLabel(key)}:`);
      for (const item of value) {
        if (isFields(item)) content(d, level + 1, item);
        else d.line(level + 1, String(item));
      }
    } else if (isFields(value)) {
      d.line(level, `${smartLabel(key)}:`);
      content(d, level + 1, value);
    } else d.line(level, `${smartLabel(key)}:\t${String(value)}`);
  }
}

const acronyms = ['api', 'url', 'uid', 'osb', 'guid', 'ip'];

/** `creationTimestamp` -> `Creation Timestamp`, `clusterIP` -> `Cluster IP`. */
function smartLabel(key: string): string {
  const words = key.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[^A-Za-z0-9]+/g) ?? [key];
  return words
    .map((word) => (acronyms.includes(word.toLowerCase()) ? word.toUpperCase() : word[0]!.toUpperCase() + word.slice(1)))
    .join(' ');
}
