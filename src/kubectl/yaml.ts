import { parseAllDocuments, stringify } from 'yaml';

export function documents(text: string): unknown[] {
  return parseAllDocuments(text, { version: '1.1' }).map((d) => d.toJS() as unknown);
}
export function yamlText(value: unknown): string {
  return stringify(value, { indentSeq: false, lineWidth: 0 });
}
