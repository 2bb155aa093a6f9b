import { compose, ConversionError, JsonError, JsonReader, type Node, valueOf, YamlError } from './yaml';

/** One object's text in a manifest, read. */
export interface ManifestDocument {
  /** Where the text begins that the places in `root` count from. */
  readonly base: number;
  readonly root: Node | undefined;
  /** As JSON holds it; null where nothing is written. */
  readonly value: unknown;
}

/** Why a manifest cannot be read: what follows `error parsing FILE: `. */
export interface ReadProblem {
  readonly message: string;
  /** The error itself, where it is one of the text's syntax; `at` counts from the start of the whole text. */
  readonly at: number;
  readonly kind: 'yaml' | 'json' | 'separator';
}

export interface Manifest {
  readonly documents: readonly ManifestDocument[];
  /** Ends the reading: what comes after is not looked at. */
  readonly problem: ReadProblem | undefined;
}

// unicode.IsSpace
const spaces = '[\\t\\n\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const trimmed = (text: string): string => text.replace(new RegExp(`^${spaces}+|${spaces}+$`, 'g'), '');
const startsAsJson = new RegExp(`^${spaces}*\\{`);
// Unlike kubectl, which takes any number: they are all kept in one page's memory.
const mostDocuments = 10_000;
/** How far the decoder looks for a `{`. */
const lookAhead = 4096;

/** The text of a file's bytes: a byte order mark tells UTF-8 from UTF-16; what is no text becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16(bytes, 0);
  if (first === 0xfe && second === 0xff) return utf16(bytes, 1);
  return new TextDecoder().decode(bytes);
}

function utf16(bytes: Uint8Array, high: 0 | 1): string {
  const parts: string[] = [];
  const units: number[] = [];
  for (let i = 2; i + 1 < bytes.length; i += 2) {
    units.push((bytes[i + high]! & 0xff) | (bytes[i + 1 - high]! << 8));
    if (units.length === 4096) parts.push(String.fromCharCode(...units.splice(0)));
  }
  parts.push(String.fromCharCode(...units));
  if (bytes.length % 2 === 1) parts.push('\ufffd');
  return parts.join('').replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * Reads a manifest as kubectl's decoder does (apimachinery's YAMLOrJSONDecoder): text that begins with `{` is tried as JSON
 * values one after another, all else is YAML whose documents are read apart.
 */
export function readManifest(text: string): Manifest {
  const documents: ManifestDocument[] = [];
  const problem = startsAsJson.test(text.slice(0, lookAhead)) ? readJson(text, documents) : readYaml(text, 0, documents);
  if (documents.length > mostDocuments) {
    const message = `more than ${mostDocuments} documents, which is as many as are read here`;
    return { documents: [], problem: { kind: 'separator', message, at: documents[mostDocuments]!.base } };
  }
  return { documents, problem };
}

function readJson(text: string, documents: ManifestDocument[]): ReadProblem | undefined {
  const reader = new JsonReader(text);
  for (;;) {
    const from = reader.pos;
    try {
      const root = reader.next();
      if (!root || documents.length > mostDocuments) return undefined;
      documents.push({ base: 0, root, value: valueOf(root) });
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      const { at, message, end } = error;
      // after two values it is JSON for sure, and the error comes as it is
      if (documents.length > 1) return { kind: 'json', at, message };
      const problem = readYaml(text, afterBlanks(text, from), documents, true);
      if (problem !== 'first') return problem;
      return { kind: 'json', at, message: end === undefined ? message : `json: offset ${byteLength(text.slice(0, end))}: ${message}` };
    }
  }
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** Past blanks, up to the end of the line. */
function afterBlanks(text: string, from: number): number {
  const space = new RegExp(spaces);
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\n') return at + 1;
    if (!space.test(text[at]!)) return at;
  }
  return text.length;
}

function readYaml(text: string, from: number, documents: ManifestDocument[]): ReadProblem | undefined;
/** `first`: already the first document cannot be read, so that the error of the JSON it could be counts. */
function readYaml(text: string, from: number, documents: ManifestDocument[], wasJson: true): ReadProblem | 'first' | undefined;
function readYaml(text: string, from: number, documents: ManifestDocument[], wasJson = false): ReadProblem | 'first' | undefined {
  let first = wasJson;
  for (const part of split(text, from)) {
    if (documents.length > mostDocuments) return undefined;
    try {
      if ('separator' in part) throw new YamlError(`invalid Yaml document separator: ${part.separator}`, 0, 0);
      const root = compose(part.text);
      documents.push({ base: part.base, root, value: valueOf(root) });
      first = false;
    } catch (error) {
      if (!(error instanceof YamlError || error instanceof ConversionError)) throw error;
      if (first) return 'first';
      const at = part.base + Math.max(0, error.at);
      if ('separator' in part) return { kind: 'separator', message: error.message, at };
      const prefix = error instanceof YamlError ? 'yaml: ' : '';
      return { kind: 'yaml', message: `error converting YAML to JSON: ${prefix}${error.message}`, at };
    }
  }
  return undefined;
}

type Part = { readonly base: number; readonly text: string } | { readonly base: number; readonly separator: string };

/** The documents' texts. A line `---` ends one, unless it is its first line; then it belongs to it. */
function* split(text: string, from: number): Generator<Part> {
  const whole = text.endsWith('\n') ? text : `${text}\n`;
  let start = from;
  for (let line = from; line < text.length;) {
    const before = whole.startsWith('---', line) ? undefined : whole.indexOf('\n---', line);
    if (before === -1) break;
    const mark = before === undefined ? line : before + 1;
    const lineEnd = whole.indexOf('\n', mark);
    const after = trimmed(whole.slice(mark + 3, lineEnd));
    if (after && !after.startsWith('#')) {
      yield { base: mark, separator: after };
      return;
    }
    if (mark > start) {
      yield { base: start, text: whole.slice(start, mark) };
      start = lineEnd + 1;
    }
    line = lineEnd + 1;
  }
  if (start < text.length) yield { base: start, text: whole.slice(start) };
}
