const latin1 = new TextDecoder('latin1');

/** An HTTP answer taken apart. */
export interface HttpAnswer {
  /** The status line and the fields, without line ends. */
  readonly head: readonly string[];
  readonly body: Uint8Array;
}

/** Splits an answer where its head ends; without such an end all of it is head. */
export function splitAnswer(answer: Uint8Array): HttpAnswer {
  const text = latin1.decode(answer);
  const end = text.indexOf('\r\n\r\n');
  return end < 0 ? { head: [text], body: new Uint8Array() } : { head: text.slice(0, end).split('\r\n'), body: answer.subarray(end + 4) };
}

/** The three digits of a status line; 0 when it is none. */
export const statusOf = (head: readonly string[]): number => Number(/^HTTP\/1\.\d (\d{3})/.exec(head[0] ?? '')?.[1] ?? 0);

/** A field's value by its name, in any case. */
export const fieldOf = (head: readonly string[], name: string): string | undefined =>
  head
    .slice(1)
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
