import { deflateSync, constants } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { FrameReader, FrameWriter, type Frame } from '../../src/sandbox/host-spdy';

/** What a reader makes of bytes that come in pieces; `fault` when it gives up. */
function read(pieces: readonly Uint8Array[], count: number): Promise<(Frame | 'fault')[]> {
  return new Promise((resolve) => {
    const found: (Frame | 'fault')[] = [];
    const take = (one: Frame | 'fault'): void => {
      found.push(one);
      if (found.length === count || one === 'fault') resolve(found);
    };
    const reader = new FrameReader(take, () => take('fault'));
    for (const piece of pieces) reader.feed(piece);
  });
}

it('frames are read as they were written, in whatever pieces they come', async () => {
  const writer = new FrameWriter();
  const bytes = Buffer.concat([
    writer.open(1, { port: '80', streamtype: 'error', requestid: '0' }),
    writer.data(1, new Uint8Array(), true),
    writer.open(3, { port: '80', streamtype: 'data', requestid: '0' }),
    writer.reply(3),
    writer.data(3, new TextEncoder().encode('hello')),
    writer.ping(7),
    writer.reset(3),
    writer.goaway(),
  ]);
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  for (const pieces of [[bytes], single]) {
    const frames = await read(pieces, 8);
    expect(frames.map((frame) => (frame === 'fault' ? frame : frame.kind))).toEqual([
      'open',
      'data',
      'open',
      'reply',
      'data',
      'ping',
      'reset',
      'goaway',
    ]);
    expect(frames[2]).toEqual({
      kind: 'open',
      stream: 3,
      headers: new Map([
        ['port', '80'],
        ['streamtype', 'data'],
        ['requestid', '0'],
      ]),
    });
    expect(frames[1]).toMatchObject({ stream: 1, end: true });
    expect(new TextDecoder().decode((frames[4] as Extract<Frame, { kind: 'data' }>).bytes)).toBe('hello');
  }
});

it('large data goes in several frames, of which the last ends the stream', async () => {
  const writer = new FrameWriter();
  const frames = (await read([writer.data(1, new Uint8Array(2_500_000), true)], 3)) as Extract<Frame, { kind: 'data' }>[];
  expect(frames.map(({ bytes, end }) => [bytes.length, end])).toEqual([
    [1_048_576, false],
    [1_048_576, false],
    [402_848, true],
  ]);
});

describe('what is no SPDY ends the connection', () => {
  const open = (headers: Uint8Array): Buffer => {
    const head = Buffer.alloc(18);
    head.writeUInt32BE(0x80030001, 0);
    head.writeUInt32BE(10 + headers.length, 4);
    head.writeUInt32BE(1, 8);
    return Buffer.concat([head, headers]);
  };
  const flushed = (bytes: Uint8Array): Buffer => deflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  test.each([
    ['headers that are not compressed', open(new TextEncoder().encode('port: 80'))],
    ['headers that are cut', open(flushed(Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 200, 65)))],
    ['headers of endless length', open(flushed(Uint8Array.of(255, 255, 255, 255)))],
    ['no headers at all', open(new Uint8Array())],
    ['a control frame of 16 MB', Uint8Array.of(0x80, 3, 0, 1, 0, 255, 255, 255)],
  ])('%s', async (_what, bytes) => {
    expect(await read([bytes], 2)).toEqual(['fault']);
  });
});
