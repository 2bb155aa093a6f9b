import { expect, test } from 'vitest';
import { threeWayStrategic, twoWayStrategic } from '../../src/kubectl/apply/three-way';

const pod = (containers: unknown[], extra: Record<string, unknown> = {}) => ({ kind: 'Pod', spec: { containers, ...extra } });

test('an unchanged object needs no patch', () => {
  const own = pod([{ name: 'c', image: 'i' }]);
  expect(threeWayStrategic(own, own, pod([{ name: 'c', image: 'i', imagePullPolicy: 'Always' }]))).toEqual({});
});

test('a list that the server lengthened yields only its order', () => {
  const own = pod([{ name: 'c', volumeMounts: [{ mountPath: '/etc/foo', name: 'v' }] }]);
  const live = pod([
    {
      name: 'c',
      volumeMounts: [
        { mountPath: '/etc/foo', name: 'v' },
        { mountPath: '/token', name: 't' },
      ],
    },
  ]);
  expect(threeWayStrategic(own, own, live)).toEqual({
    spec: {
      '$setElementOrder/containers': [{ name: 'c' }],
      containers: [{ '$setElementOrder/volumeMounts': [{ mountPath: '/etc/foo' }], name: 'c' }],
    },
  });
});

test('what the last configuration had and the new one has not is deleted', () => {
  const before = { metadata: { labels: { a: '1', b: '2' } } };
  const after = { metadata: { labels: { a: '1' } } };
  expect(threeWayStrategic(before, after, { metadata: { labels: { a: '1', b: '2', c: '3' } } })).toEqual({
    metadata: { labels: { b: null } },
  });
});

test('members of a keyed list are deleted by their key', () => {
  const patch = twoWayStrategic(
    pod([
      {
        name: 'a',
        env: [
          { name: 'X', value: '1' },
          { name: 'Y', value: '2' },
        ],
      },
    ]),
    pod([{ name: 'a', env: [{ name: 'Y', value: '3' }] }]),
  );
  expect(patch).toEqual({
    spec: {
      '$setElementOrder/containers': [{ name: 'a' }],
      containers: [
        {
          name: 'a',
          '$setElementOrder/env': [{ name: 'Y' }],
          env: [
            { name: 'Y', value: '3' },
            { $patch: 'delete', name: 'X' },
          ],
        },
      ],
    },
  });
});
