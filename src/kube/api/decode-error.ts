import type { FieldPath } from './field-path';

/** What keeps a value from being an object of its kind, in the API server's words. */
export class DecodeError extends Error {
  constructor(
    message: string,
    /** Where it stands, where that is known. */
    readonly path?: FieldPath,
  ) {
    super(message);
    this.name = 'DecodeError';
  }
}

/** A field that strict decoding does not let pass. */
export interface StrictError {
  readonly problem: 'unknown' | 'duplicate';
  readonly path: FieldPath;
  /** `unknown field "spec.foo"` */
  readonly message: string;
}

/** The one message that several strict errors make. */
export const strictMessage = (errors: readonly Pick<StrictError, 'message'>[]): string =>
  `strict decoding error: ${errors.map((error) => error.message).join(', ')}`;

/** A text as Go's %q shows it. */
export function goQuoted(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char) || char === ' ') out += char;
    else if (goEscapes[char]) out += goEscapes[char];
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  }
  return `${out}"`;
}
/** How Go's %q writes control characters that have a letter. */
export const goEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
