import { expect, test } from 'vitest';
import { deployment, deploymentsRef, workload, workloads } from './workloads';

const servicesRef = { groupVersion: 'v1', resource: 'services' };
const endpointsRef = { groupVersion: 'v1', resource: 'endpoints' };
const slicesRef = { groupVersion: 'discovery.k8s.io/v1', resource: 'endpointslices' };
const service = (spec: Record<string, unknown> = {}) =>
  workload('v1', 'Service', 'web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec });

interface Subset {
  addresses?: { ip: string; nodeName: string; targetRef: { kind: string; name: string } }[];
  notReadyAddresses?: { ip: string }[];
  ports?: { port: number; name?: string; protocol: string }[];
}
interface Slice {
  endpoints: { addresses: string[]; conditions: Record<string, boolean> }[];
  ports: { port: number; name: string }[];
}

test('a service has the addresses of the pods it selects, ready or not', async () => {
  const { client, pass, list, setBehaviour, podsOf, stop } = await workloads();
  await client.create(servicesRef, service());
  await pass(1);
  expect((await client.get(endpointsRef, 'web', 'default'))['subsets'] ?? null).toBeNull();
  expect(await list(slicesRef)).toMatchObject([{ endpoints: null, ports: null }]);
  await client.create(deploymentsRef, deployment('web', { replicas: 2 }));
  await pass(3);
  const pods = await podsOf('web-');
  const [subset] = (await client.get(endpointsRef, 'web', 'default'))['subsets'] as Subset[];
  expect(subset!.ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
  expect(subset!.addresses!.map(({ ip }) => ip)).toEqual(pods.map(({ status }) => status!.podIP).sort());
  expect(subset!.addresses![0]).toMatchObject({ nodeName: 'k8s-minion1', targetRef: { kind: 'Pod', namespace: 'default' } });
  const [slice] = await list(slicesRef);
  expect(slice!.metadata).toMatchObject({
    generateName: 'web-',
    labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'kubernetes.io/service-name': 'web' },
    ownerReferences: [{ kind: 'Service', name: 'web', controller: true }],
  });
  expect((slice as unknown as Slice).endpoints.map(({ conditions }) => conditions)).toEqual(
    Array(2).fill({ ready: true, serving: true, terminating: false }),
  );
  setBehaviour((pod) => ({ phase: 'Running', ready: pod.metadata.name !== pods[0]!.metadata.name }));
  await pass(2);
  const [after] = (await client.get(endpointsRef, 'web', 'default'))['subsets'] as Subset[];
  expect(after!.notReadyAddresses).toMatchObject([{ ip: pods[0]!.status!.podIP }]);
  expect(after!.addresses).toHaveLength(1);
  await client.delete(servicesRef, 'web', { namespace: 'default' });
  await pass(1);
  expect([...(await list(slicesRef)), ...(await list(endpointsRef))].filter(({ metadata }) => metadata.name !== 'kubernetes')).toEqual([]);
  await stop();
});

test('a named target port is the number it has in each pod', async () => {
  const { client, pass, stop } = await workloads();
  await client.create(servicesRef, service({ ports: [{ name: 'web', port: 80, targetPort: 'http' }] }));
  const pod = (name: string, containerPort: number) => ({
    ...workload('v1', 'Pod', name, { containers: [{ name: 'c', image: 'nginx', ports: [{ name: 'http', containerPort }] }] }),
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
  });
  for (const [name, port] of [
    ['a', 8080],
    ['b', 9090],
  ] as const)
    await client.create({ groupVersion: 'v1', resource: 'pods' }, pod(name, port));
  await pass(2);
  const subsets = (await client.get(endpointsRef, 'web', 'default'))['subsets'] as Subset[];
  expect(subsets.map(({ ports }) => ports)).toEqual([
    [{ name: 'web', port: 8080, protocol: 'TCP' }],
    [{ name: 'web', port: 9090, protocol: 'TCP' }],
  ]);
  await stop();
});

test('endpoints of a service without a selector are left to their maker', async () => {
  const { client, pass, stop } = await workloads();
  await client.create(servicesRef, service({ selector: undefined }));
  const own = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'default' },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
  };
  await client.create(endpointsRef, own);
  await pass(1);
  expect((await client.get(endpointsRef, 'web', 'default'))['subsets']).toMatchObject([{ addresses: [{ ip: '192.0.2.1' }] }]);
  await stop();
});
