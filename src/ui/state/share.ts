import { lessons, type LessonId } from '../../lessons';

/** What a link holds: a step, and somebody's work at it or, without, a clean start there. */
export interface Shared {
  readonly lesson: LessonId;
  /** From 0. */
  readonly step: number;
  readonly work?: Uint8Array | undefined;
}

const marker = '#s=1.';
/** Bytes that a link's work may unpack to. */
const mostBytes = 32 * 1024 * 1024;
/** Characters above which browsers, or what links are sent by, may cut one. */
export const longLink = 30_000;

const toBase64Url = (bytes: Uint8Array): string => {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    size += value.length;
    if (size > mostBytes) throw new Error('too much');
    chunks.push(value);
  }
}

/** The part of a link from `#` on. */
export async function toHash({ lesson, step, work }: Shared): Promise<string> {
  const start = `${marker}${lesson}.${step + 1}`;
  return work ? `${start}.${toBase64Url(await through(work, new CompressionStream('deflate-raw')))}` : start;
}

/** undefined: the address holds nothing shared. */
export async function fromHash(hash: string): Promise<Shared | 'damaged' | undefined> {
  if (!hash.startsWith('#s=')) return undefined;
  const [, id, number, packed] = /^#s=1\.(\w+)\.(\d{1,2})(?:\.([\w-]*))?$/.exec(hash) ?? [];
  const lesson = lessons.find((one) => one.id === id);
  const step = Number(number) - 1;
  if (!lesson || !lesson.steps.en[step]) return 'damaged';
  if (packed === undefined) return { lesson: lesson.id, step };
  try {
    return { lesson: lesson.id, step, work: await through(fromBase64Url(packed), new DecompressionStream('deflate-raw')) };
  } catch {
    return 'damaged';
  }
}
