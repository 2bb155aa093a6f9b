import { constants, createInflate } from 'node:zlib';

/** The frames of SPDY/3.1 that streams are made of; all others are passed over. */
export type Frame =
  | { readonly kind: 'open'; readonly stream: number; readonly headers: ReadonlyMap<string, string> }
  | { readonly kind: 'reply' | 'reset'; readonly stream: number }
  | { readonly kind: 'data'; readonly stream: number; readonly bytes: Uint8Array; readonly end: boolean }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'goaway' };

const types = { open: 1, reply: 2, reset: 3, ping: 6, goaway: 7 } as const;
const control = 0x8003;
const endFlag = 1;
const cancelled = 5;
/** Before the headers of SYN_STREAM and SYN_REPLY. */
const leads = { open: 10, reply: 4 } as const;
const mostControlBytes = 65_536;
/** A data frame's length has 24 bits; larger data is sent in parts of this size. */
const partBytes = 1024 * 1024;

const be32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const counted = (text: string): Buffer => Buffer.concat([be32(Buffer.byteLength(text)), Buffer.from(text)]);

/** What both sides' zlib knows beforehand (SPDY/3, 2.6.10.1): names with their lengths, and a text. */
const names =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization ' +
  'cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range ' +
  'content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified ' +
  'location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding ' +
  'upgrade user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin';
const text =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information' +
  '204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error' +
  '501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 ' +
  'Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,' +
  'text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';
const dictionary = Buffer.concat([...names.split(' ').map((name) => counted(name.replace('_', ' '))), Buffer.from(text)]);
/** A zlib stream's head that names the dictionary by its Adler-32. */
const zlibHead = Buffer.from([0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]);

/** Takes frames out of bytes as they come, in order. `onFrame` is not called after `onFault`. */
export class FrameReader {
  readonly #inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  #rest: Buffer = Buffer.alloc(0);
  #work: Promise<void> = Promise.resolve();

  constructor(
    private readonly onFrame: (frame: Frame) => void,
    onFault: () => void,
  ) {
    this.#fault = onFault;
    this.#inflate.on('error', () => this.#fail());
  }
  #fault: (() => void) | undefined;

  feed(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 8) {
      const length = this.#rest.readUIntBE(5, 3);
      const isControl = (this.#rest[0]! & 0x80) !== 0;
      if (isControl && length > mostControlBytes) return this.#fail();
      if (this.#rest.length < 8 + length) return;
      const frame = this.#rest.subarray(0, 8 + length);
      this.#rest = this.#rest.subarray(8 + length);
      this.#work = this.#work.then(() => this.#take(frame, isControl)).catch(() => this.#fail());
    }
  }
  close(): void {
    this.#fault = undefined;
    this.#inflate.close();
  }

  #fail(): void {
    const fault = this.#fault;
    this.close();
    fault?.();
  }
  async #take(frame: Buffer, isControl: boolean): Promise<void> {
    const found = isControl ? await this.#control(frame) : dataOf(frame);
    if (found && this.#fault) this.onFrame(found);
  }
  async #control(frame: Buffer): Promise<Frame | undefined> {
    const [type, word] = [frame.readUInt16BE(2), frame.length >= 12 ? frame.readUInt32BE(8) : 0];
    const stream = word & 0x7fffffff;
    // headers are read even where nobody asks: each changes what zlib knows
    if (type === types.open) return { kind: 'open', stream, headers: headersOf(await this.#inflated(frame.subarray(8 + leads.open))) };
    if (type === types.reply) return (await this.#inflated(frame.subarray(8 + leads.reply)), { kind: 'reply', stream });
    if (type === types.reset) return { kind: 'reset', stream };
    if (type === types.ping) return { kind: 'ping', id: word };
    return type === types.goaway ? { kind: 'goaway' } : undefined;
  }
  async #inflated(block: Buffer): Promise<Buffer> {
    await new Promise<void>((resolve, reject) => this.#inflate.write(block, (error) => (error ? reject(error) : resolve())));
    return (this.#inflate.read() as Buffer | null) ?? Buffer.alloc(0);
  }
}

const dataOf = (frame: Buffer): Frame => ({
  kind: 'data',
  stream: frame.readUInt32BE(0),
  bytes: new Uint8Array(frame.subarray(8)),
  end: (frame[4]! & endFlag) !== 0,
});

/** Throws RangeError when the block is cut. */
function headersOf(block: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  let at = 4;
  const next = (): string => {
    const length = block.readUInt32BE(at);
    if (at + 4 + length > block.length) throw new RangeError('a header is cut');
    at += 4 + length;
    return block.toString('utf8', at - length, at);
  };
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = next();
    found.set(name, next());
  }
  return found;
}

/** A stored block of nothing, as deflate ends a flush: readers hand out what they have. */
const flushed = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** Makes frames into bytes. Headers go uncompressed, in stored blocks of the zlib stream (RFC 1951, 3.2.4). */
export class FrameWriter {
  #begun = false;

  open(stream: number, headers: Readonly<Record<string, string>>): Buffer {
    return this.#withHeaders('open', Buffer.concat([be32(stream), Buffer.alloc(leads.open - 4)]), Object.entries(headers));
  }
  reply(stream: number): Buffer {
    return this.#withHeaders('reply', be32(stream), []);
  }
  reset(stream: number): Buffer {
    return controlFrame('reset', Buffer.concat([be32(stream), be32(cancelled)]));
  }
  ping(id: number): Buffer {
    return controlFrame('ping', be32(id));
  }
  goaway(): Buffer {
    return controlFrame('goaway', Buffer.alloc(8));
  }
  data(stream: number, bytes: Uint8Array, end = false): Buffer {
    const parts: Uint8Array[] = [];
    for (let at = 0; at === 0 || at < bytes.length; at += partBytes) {
      const part = bytes.subarray(at, at + partBytes);
      const last = end && at + partBytes >= bytes.length;
      parts.push(be32(stream), be32((last ? endFlag : 0) * 2 ** 24 + part.length), part);
    }
    return Buffer.concat(parts);
  }

  #withHeaders(kind: keyof typeof leads, lead: Buffer, headers: readonly (readonly [string, string])[]): Buffer {
    const block = Buffer.concat([be32(headers.length), ...headers.flatMap(([name, value]) => [counted(name), counted(value)])]);
    const stored = Buffer.alloc(5);
    stored.writeUInt16LE(block.length, 1);
    stored.writeUInt16LE(~block.length & 0xffff, 3);
    const head = this.#begun ? Buffer.alloc(0) : zlibHead;
    this.#begun = true;
    return controlFrame(kind, Buffer.concat([lead, head, stored, block, flushed]));
  }
}

function controlFrame(kind: keyof typeof types, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(control, 0);
  head.writeUInt16BE(types[kind], 2);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}
