import { expect, test } from 'vitest';
import { listStrategy, retainsKeys } from '../../src/kubectl/apply/merge-keys';
import { patchedStrategic } from '../../src/kubectl/apply/patched';

test.each([
  ['spec', 'containers', 'name'],
  ['containers', 'ports', 'containerPort'],
  ['ephemeralContainers', 'env', 'name'],
  ['spec', 'ports', 'port'],
  ['ingress', 'ports', undefined],
  ['', 'ports', undefined],
  ['', 'secrets', 'name'],
  ['', 'webhooks', 'name'],
  ['webhooks', 'matchConditions', 'name'],
  ['status', 'addresses', 'type'],
  ['subsets', 'addresses', undefined],
  ['metadata', 'ownerReferences', 'uid'],
  ['containers', 'command', undefined],
])('a list %s.%s is merged by %s', (parent, key, mergeKey) => {
  expect(listStrategy(parent, key)).toEqual(mergeKey ? { kind: 'merge', key: mergeKey } : { kind: 'replace' });
});

test('sets, and structs of which only named keys stay', () => {
  expect([listStrategy('metadata', 'finalizers'), listStrategy('spec', 'podCIDRs')]).toEqual([{ kind: 'set' }, { kind: 'set' }]);
  expect(['strategy', 'volumes', 'resourceClaims', 'updateStrategy', 'containers'].filter(retainsKeys)).toEqual([
    'strategy',
    'volumes',
    'resourceClaims',
  ]);
});

test("a container's ports are patched by their number", () => {
  const pod = (ports: object[]): Record<string, unknown> => ({ spec: { containers: [{ name: 'a', ports }] } });
  expect(patchedStrategic(pod([{ containerPort: 80, name: 'http' }]), pod([{ containerPort: 81 }]))).toEqual(
    pod([{ containerPort: 80, name: 'http' }, { containerPort: 81 }]),
  );
});
