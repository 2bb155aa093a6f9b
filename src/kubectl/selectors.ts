import { failure } from './errors';
import { byName, fieldsAt, isFields, listAt, textAt, textsAt } from './value';

/** `a=b,c=d`, sorted (labels.FormatLabels). */
export function pairsText(labels: Readonly<Record<string, unknown>>, none = '<none>'): string {
  const pairs = Object.keys(labels)
    .sort(byName)
    .map((key) => `${key}=${String(labels[key])}`);
  return pairs.join(',') || none;
}

/** A label selector in the words of a query: `app=web,tier in (a,b),!old`. Services and replication controllers have plain labels. */
export function selectorText(selector: unknown): string {
  if (!isFields(selector)) return '';
  const isPlain = !('matchLabels' in selector) && !('matchExpressions' in selector);
  const labels = isPlain ? selector : fieldsAt(selector, 'matchLabels');
  const terms = Object.entries(labels).map(([key, value]): [string, string] => [key, `${key}=${String(value)}`]);
  for (const term of isPlain ? [] : listAt(selector, 'matchExpressions')) {
    const [key, operator] = [textAt(term, 'key'), textAt(term, 'operator')];
    const values = textsAt(term, 'values').sort(byName).join(',');
    const texts: Readonly<Record<string, string>> = { Exists: key, DoesNotExist: `!${key}` };
    terms.push([key, texts[operator] ?? `${key} ${operator.toLowerCase()} (${values})`]);
  }
  return terms
    .sort(([a], [b]) => byName(a, b))
    .map(([, text]) => text)
    .join(',');
}

/** `a=b,c=d` of a flag as labels (generate.ParseLabels). */
export function labelsOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const pair of text === '' ? [] : text.split(',')) {
    const equals = pair.indexOf('=');
    if (equals < 0) throw failure(`unexpected label spec: ${pair}`);
    if (equals === 0) throw failure('unexpected empty label key');
    found[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return found;
}
