import { type Document, parseAllDocuments, type YAMLError } from 'yaml';
import { emitYaml } from './yaml-text';

/** YAML 1.1 as go-yaml resolves it: times and base-60 numbers stay text, 0o is octal too. */
const dialect = {
  version: '1.1',
  uniqueKeys: false,
  customTags: (tags: unknown[]): never[] =>
    [
      ...tags.filter((tag) => !(isTag(tag) && (tag.tag === 'tag:yaml.org,2002:timestamp' || tag.format === 'TIME'))),
      {
        identify: () => false,
        default: true,
        tag: 'tag:yaml.org,2002:int',
        test: /^[-+]?0o[0-7_]+$/,
        resolve: (text: string) => Number(text.replaceAll('_', '')),
      },
    ] as never[],
} as const;

const isTag = (tag: unknown): tag is { tag?: string; format?: string } => typeof tag === 'object' && tag !== null;

/** The values of a manifest's documents. Throws with the words of kubectl's reader. */
export function documents(text: string): unknown[] {
  if (/^\s*\{/.test(text)) {
    try {
      return [JSON.parse(text)];
    } catch {
      // what is no JSON may still be YAML
    }
  }
  return parseAllDocuments(text, dialect).map((document) => {
    const why = problem(document, text);
    if (why) throw new Error(/^\s*\{/.test(text) ? 'unexpected EOF' : `error converting YAML to JSON: yaml: ${why}`);
    try {
      return document.toJS() as unknown;
    } catch (error) {
      const alias = /Unresolved alias .*: (\S+)$/.exec((error as Error).message);
      if (!alias) throw error;
      throw new Error(`error converting YAML to JSON: yaml: unknown anchor '${alias[1]}' referenced`);
    }
  });
}

/** A document's first error as libyaml would have found it, with the line it names. */
function problem(document: Document | { readonly errors: readonly YAMLError[] }, text: string): string | undefined {
  const [first] = document.errors;
  if (!first) return undefined;
  const line = first.linePos?.[0].line ?? 1;
  const at = (n: number, message: string): string => (n > 1 ? `line ${n}: ${message}` : message);
  const lines = text.split('\n');
  if (document.errors.some((error) => error.code === 'BAD_SCALAR_START')) {
    return at(
      document.errors.find((error) => error.code === 'BAD_SCALAR_START')!.linePos?.[0].line ?? 1,
      'found character that cannot start any token',
    );
  }
  switch (first.code) {
    case 'TAB_AS_INDENT': {
      const before = lines.slice(0, line - 1).findLast((one) => one.trim() !== '') ?? '';
      return at(
        line,
        /:\s*$/.test(before) ? 'found character that cannot start any token' : 'found a tab character that violates indentation',
      );
    }
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return at(line + 1, 'mapping values are not allowed in this context');
    case 'BAD_INDENT':
      return at(line - 1, flowOpen(lines, line) ? "did not find expected ',' or ']'" : "did not find expected '-' indicator");
    case 'MISSING_CHAR':
      if (/quote/.test(first.message) && line >= lines.length - 1) return at(line, 'found unexpected end of stream');
      if (/implicit map|map.* value|:/.test(first.message) && line >= lines.length - 1) return at(line + 1, "could not find expected ':'");
      return at(endOfQuote(lines, line) - 1, 'did not find expected key');
    default:
      return at(line, 'did not find expected key');
  }
}

/** The line where a quote that a line leaves open ends; the line itself when it leaves none open. */
function endOfQuote(lines: readonly string[], line: number): number {
  if (((lines[line - 1] ?? '').match(/"/g) ?? []).length % 2 === 0) return line;
  const next = lines.findIndex((one, i) => i >= line && one.includes('"'));
  return next < 0 ? line : next + 1;
}

const flowOpen = (lines: readonly string[], line: number): boolean => {
  const before = lines[line - 2] ?? '';
  return (before.match(/[[{]/g) ?? []).length > (before.match(/[\]}]/g) ?? []).length;
};

export function yamlText(value: unknown): string {
  return emitYaml(value);
}
