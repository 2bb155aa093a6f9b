import { parseAllDocuments } from 'yaml';
import { emitYaml } from './yaml-text';

/** The values of a manifest's documents. Throws with the reader's message. */
export function documents(text: string): unknown[] {
  return parseAllDocuments(text, { version: '1.1', uniqueKeys: false }).map((document) => {
    const [error] = document.errors;
    if (error)
      throw new Error(`error converting YAML to JSON: yaml: line ${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`);
    return document.toJS() as unknown;
  });
}

export function yamlText(value: unknown): string {
  return emitYaml(value);
}
