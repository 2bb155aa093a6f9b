import { expect, it, test } from 'vitest';
import { VirtualClock } from '../../../src/clock';
import { nodeHostTime } from '../../../src/sandbox/host-node';
import { isWholeRequest, NodeForwarding } from '../../../src/kube/kubelet/forwarding';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (of: Uint8Array): string => new TextDecoder().decode(of);

test.each([
  ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', true],
  ['GET / HTTP/1.1\r\nHost: a\r\n', false],
  ['POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab', false],
  ['POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc', true],
  ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', false],
  ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', true],
  ['PING\r\n', undefined],
  ['\x16\x03\x01', undefined],
])('%j is a whole request: %s', (request, whole) => {
  expect(isWholeRequest(bytes(request), request.length, bytes(request))).toBe(whole);
});

it('a request goes to the pod once it is whole, once nothing more comes, or once the client says so', async () => {
  const clock = new VirtualClock(nodeHostTime);
  const asked: string[] = [];
  const forwarding = new NodeForwarding(
    { dialSandbox: () => ({ exchange: async (request) => (asked.push(text(request)), bytes(`answer ${asked.length}`)) }) },
    'sandbox',
    clock,
  );
  const connection = (): { answer: Promise<string>; send(part: string): void; end(): void } => {
    const made = forwarding.connect(80);
    let got = '';
    const answer = new Promise<string>((resolve) => made.listen((part) => (got += text(part)), (problem) => resolve(problem ?? got))); // prettier-ignore
    return { answer, send: (part) => made.send(bytes(part)), end: () => made.closeSend() };
  };
  const whole = connection();
  whole.send('GET / HTTP/1.1\r\n');
  whole.send('\r\n');
  expect(await whole.answer).toBe('answer 1');
  const quiet = connection();
  quiet.send('PI');
  quiet.send('NG\r\n');
  expect(await clock.runUntil(quiet.answer)).toBe('answer 2');
  const told = connection();
  told.send('bye');
  told.end();
  expect(await told.answer).toBe('answer 3');
  const silent = connection();
  silent.end();
  expect(await silent.answer).toBe('');
  expect(asked).toEqual(['GET / HTTP/1.1\r\n\r\n', 'PING\r\n', 'bye']);
});
