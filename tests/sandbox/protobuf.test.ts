import { expect, test } from 'vitest';
import { jsonOfProtobuf } from '../../src/sandbox/host-protobuf';

/** Messages written by hand (protobuf.dev, Encoding): a field's number and wire type, then its value. */
const bytes = (...parts: readonly (number | string | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'number' ? [part] : typeof part === 'string' ? [...new TextEncoder().encode(part)] : [...part],
    ),
  );
const field = (number: number, value: string | Uint8Array): Uint8Array => {
  const content = bytes(value);
  return bytes((number << 3) | 2, ...varint(content.length), content);
};
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]);
const int = (number: number, value: number): Uint8Array => bytes(number << 3, ...varint(value));
const envelope = (apiVersion: string, kind: string, raw: Uint8Array): Uint8Array =>
  bytes('k8s', 0, field(1, bytes(field(1, apiVersion), field(2, kind))), field(2, raw), field(3, ''), field(4, ''));
const read = (...args: Parameters<typeof envelope>): unknown => JSON.parse(jsonOfProtobuf(envelope(...args)));

test('a Secret: maps of bytes, zero values left out', () => {
  const raw = bytes(
    field(1, bytes(field(1, 'admin-access'), field(2, ''), field(8, ''))),
    field(2, bytes(field(1, 'user'), field(2, 'admin'))),
    field(3, 'Opaque'),
  );
  expect(read('v1', 'Secret', raw)).toEqual({
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: { name: 'admin-access', creationTimestamp: null },
    data: { user: 'YWRtaW4=' },
    type: 'Opaque',
  });
});

test('a Pod: lists, embedded messages, numbers, quantities, int-or-string', () => {
  const port = bytes(int(1, 1), field(3, 'http'));
  const probe = bytes(field(1, field(2, bytes(field(1, '/health'), field(2, port)))), int(2, 300));
  const limits = field(1, bytes(field(1, 'memory'), field(2, field(1, '64Mi'))));
  const container = bytes(field(1, 'app'), field(2, 'nginx'), field(4, 'a'), field(4, 'b'), field(8, limits), field(10, probe));
  const volume = bytes(field(1, 'v'), field(2, field(6, bytes(field(1, 'creds'), int(3, 288)))));
  expect(read('v1', 'Pod', field(2, bytes(field(1, volume), field(2, container))))).toEqual({
    kind: 'Pod',
    apiVersion: 'v1',
    spec: {
      volumes: [{ name: 'v', secret: { secretName: 'creds', defaultMode: 288 } }],
      containers: [
        {
          name: 'app',
          image: 'nginx',
          args: ['a', 'b'],
          resources: { limits: { memory: '64Mi' } },
          livenessProbe: { httpGet: { path: '/health', port: 'http' }, initialDelaySeconds: 300 },
        },
      ],
    },
  });
});

test('what is cut, unknown or no protocol buffer at all is refused', () => {
  const whole = envelope('v1', 'Secret', field(1, field(1, 'x')));
  expect(() => jsonOfProtobuf(whole.subarray(0, whole.length - 6))).toThrow('unexpected EOF');
  expect(() => jsonOfProtobuf(envelope('v1', 'Nothing', new Uint8Array()))).toThrow('no kind "Nothing" is registered for version "v1"');
  expect(() => jsonOfProtobuf(new TextEncoder().encode('{}'))).toThrow('provided data does not appear to be a protobuf message');
});
