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

test('an item without its key cannot be met with what is there', () => {
  const live = pod([{ name: 'c', volumeMounts: [{ mountPath: '/a', name: 'v' }] }]);
  const wrong = pod([{ name: 'c', volumeMounts: [{ name: 'v', readOnly: true }] }]);
  expect(() => threeWayStrategic(live, wrong, live)).toThrow(
    'map: map[name:v readOnly:true] does not contain declared merge key: mountPath',
  );
  expect(threeWayStrategic(pod([{ name: 'c' }]), wrong, pod([{ name: 'c' }]))).toMatchObject({ spec: { containers: [{ name: 'c' }] } });
});

test('of two items with one key the last meets what is there, the first is new', () => {
  const live = { spec: { volumes: [{ name: 'v', secret: { secretName: 's' } }] } };
  const twice = {
    spec: {
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'v', secret: { secretName: 's' } },
      ],
    },
  };
  expect(threeWayStrategic(live, twice, live)).toMatchObject({ spec: { volumes: [{ name: 'v', emptyDir: {} }] } });
});
