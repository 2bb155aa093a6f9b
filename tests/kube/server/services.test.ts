import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/api/object';
import { cluster } from './cluster';

const path = '/api/v1/namespaces/default/services';
const manifest = (spec: object, name = 'web'): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
});
const merge = { 'content-type': 'application/merge-patch+json' };

interface Answer extends KubeObject {
  message?: string;
  spec?: Record<string, unknown> & { ports?: Record<string, unknown>[] };
}

test('addresses and families are given out before anything else of a Service is looked at', async () => {
  const { json } = cluster();
  const made = await json<Answer>('POST', path, manifest({}));
  expect(made.spec).toMatchObject({ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', clusterIPs: [made.spec?.['clusterIP']] });
  const bad = (spec: object): Promise<string | undefined> =>
    json<Answer>('POST', path, { ...manifest(spec, 'Bad_Name') }).then(({ message }) => message);
  const said = 'Service "Bad_Name" is invalid: ';
  expect(await bad({ clusterIP: '10.0.0.1' })).toBe(
    `${said}spec.clusterIPs: Invalid value: ["10.0.0.1"]: failed to allocate IP 10.0.0.1: the provided IP (10.0.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12`,
  );
  expect(await bad({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })).toBe(
    `${said}spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767`,
  );
  expect(await bad({ ipFamilyPolicy: 'RequireDualStack' })).toBe(
    `${said}spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services`,
  );
  expect(await bad({ ipFamilies: ['IPv6'] })).toBe(`${said}spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster`);
  expect(await bad({ ipFamilies: ['IPv4', 'IPv6'] })).toBe(
    `${said}spec.ipFamilyPolicy: Invalid value: null: must be 'PreferDualStack' or 'RequireDualStack' when multiple IP families are specified`,
  );
  expect(await bad({ clusterIP: 'x' })).toBe(
    `${said}spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)`,
  );
});

test('another type of Service loses what it has no use for', async () => {
  const { json } = cluster();
  const type = (name: string): Promise<Answer> => json<Answer>('PATCH', `${path}/web`, { spec: { type: name } }, merge);
  const made = await json<Answer>('POST', path, manifest({ type: 'NodePort' }));
  const port = made.spec?.ports?.[0]?.['nodePort'];
  expect(port).toBeGreaterThanOrEqual(30000);
  const balancer = await json<Answer>(
    'PATCH',
    `${path}/web`,
    { spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerClass: 'a' } },
    merge,
  );
  expect(balancer.spec).toMatchObject({ ports: [{ nodePort: port }], allocateLoadBalancerNodePorts: true });
  expect(balancer.spec?.['healthCheckNodePort']).toBeGreaterThanOrEqual(30000);
  const inside = await type('ClusterIP');
  expect(inside.spec?.ports?.[0]).toEqual({ port: 80, protocol: 'TCP', targetPort: 80 });
  for (const field of ['externalTrafficPolicy', 'healthCheckNodePort', 'loadBalancerClass', 'allocateLoadBalancerNodePorts'])
    expect(inside.spec).not.toHaveProperty(field);
  expect(inside.spec?.['clusterIP']).toBe(made.spec?.['clusterIP']);
  const named = await json<Answer>('PATCH', `${path}/web`, { spec: { type: 'ExternalName', externalName: 'a.b' } }, merge);
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) expect(named.spec).not.toHaveProperty(field);
});

test('a replacement that leaves out what was given keeps it; an address that is changed is refused', async () => {
  const { json } = cluster();
  const made = await json<Answer>('POST', path, manifest({ type: 'NodePort' }));
  const replaced = await json<Answer>('PUT', `${path}/web`, manifest({ type: 'NodePort', selector: { app: 'web' } }));
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ports']) expect(replaced.spec?.[field]).toEqual(made.spec?.[field]);
  const moved = await json<Answer>('PATCH', `${path}/web`, { spec: { clusterIP: '10.96.0.77' } }, merge);
  expect(moved.message).toBe('Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set');
});
