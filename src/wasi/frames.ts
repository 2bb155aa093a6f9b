import type { Bytes } from '../kernel';

/** wasm/kcall.h: `struct request` and its payload. */
export interface Request {
  readonly nr: number;
  readonly args: readonly [number, number, number, number];
  readonly body: Bytes;
}

/** wasm/kcall.h: `struct reply`. `ret` below zero is an errno; `signal` asks for that signal's handler. */
export interface Reply {
  readonly ret: number;
  readonly payload?: Bytes;
}

const requestHead = 24;
const replyHead = 12;

/** Joins the chunks of a request stream into requests. */
export class Inbox {
  private chunks: Bytes[] = [];
  private size = 0;

  push(chunk: Bytes): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  next(): Request | undefined {
    if (this.size < requestHead) return undefined;
    const head = this.peek(requestHead);
    const view = new DataView(head.buffer, head.byteOffset, requestHead);
    const length = requestHead + view.getUint32(0, true);
    if (this.size < length) return undefined;
    const body = this.take(length).subarray(requestHead);
    return {
      nr: view.getUint32(4, true),
      args: [view.getInt32(8, true), view.getInt32(12, true), view.getInt32(16, true), view.getInt32(20, true)],
      body,
    };
  }

  private peek(length: number): Bytes {
    const first = this.chunks[0];
    if (first !== undefined && first.length >= length) return first;
    const all = joined(this.chunks, this.size);
    this.chunks = [all];
    return all;
  }

  private take(length: number): Bytes {
    const all = this.peek(length);
    this.size -= length;
    if (all.length === length) this.chunks.shift();
    else this.chunks[0] = all.subarray(length);
    return all.subarray(0, length);
  }
}

export function encodeReply({ ret, payload }: Reply, signal: number): Bytes {
  const bytes = new Uint8Array(replyHead + (payload?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setInt32(0, ret, true);
  view.setUint32(4, signal, true);
  view.setUint32(8, payload?.length ?? 0, true);
  if (payload !== undefined) bytes.set(payload, replyHead);
  return bytes;
}

export function joined(chunks: readonly Bytes[], size: number): Bytes {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
