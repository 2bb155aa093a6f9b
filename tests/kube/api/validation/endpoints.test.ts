import { expect, test } from 'vitest';
import { changed, changeErrors, made, mutations } from './objects';

const label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"; // prettier-ignore
const address = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const loopback = 'may not be in the loopback range (127.0.0.0/8, ::1/128)';

const endpoints = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'web', namespace: 'default' },
  subsets: [{ addresses: [{ ip: '10.0.0.1', hostname: 'a', nodeName: 'n' }], ports: [{ port: 80 }] }],
};
mutations('endpoints', endpoints, [
  [{ 'subsets.0.addresses': [] }, 'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
  [{ 'subsets.0.addresses.0.ip': 'a' }, `subsets[0].addresses[0].ip: Invalid value: "a": ${address}`, 'subsets[0].addresses[0].ip: Invalid value: "a": must be a valid IP address'],
  [{ 'subsets.0.addresses.0.ip': '127.0.0.1' }, `subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": ${loopback}`],
  [{ 'subsets.0.notReadyAddresses': [{ ip: '0.0.0.0' }] }, 'subsets[0].notReadyAddresses[0].ip: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)'],
  [{ 'subsets.0.addresses.0.hostname': 'A' }, `subsets[0].addresses[0].hostname: Invalid value: "A": ${label}`],
  [{ 'subsets.0.ports': [{ port: 80 }, { name: 'b', port: 0 }] }, 'subsets[0].ports[0].name: Required value', 'subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
  [{ 'subsets.0.ports.0.protocol': 'tcp' }, 'subsets[0].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"'],
]); // prettier-ignore

const slice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'default' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }] } }],
  ports: [{ name: 'http', port: 80 }],
};
mutations('an endpoint slice', slice, [
  [{ endpoints: [], ports: [] }],
  [{ endpoints: null, ports: null }],
  [{ addressType: '' }, 'addressType: Required value'],
  [{ addressType: 'IP' }, 'addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"'],
  [{ 'endpoints.0.addresses': [] }, 'endpoints[0].addresses: Required value: must contain at least 1 address'],
  [{ 'endpoints.0.addresses': ['::2'] }, 'endpoints[0].addresses[0]: Invalid value: "::2": must be an IPv4 address'],
  [{ addressType: 'FQDN', 'endpoints.0.addresses': ['a.example.com', 'a'] }, 'endpoints[0].addresses[1]: Invalid value: "a": should be a domain with at least two segments separated by dots'],
  [{ 'endpoints.0.hostname': 'a.b' }, `endpoints[0].hostname: Invalid value: "a.b": must not contain dots`],
  [{ 'endpoints.0.hints.forZones.1': { name: 'a' } }, 'endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
  [{ 'ports.1': { name: 'http', port: 81, protocol: 'X' } }, 'ports[1].name: Duplicate value: "http"', 'ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"'],
  [{ endpoints: Array(1001).fill(slice.endpoints[0]) }, 'endpoints: Too many: 1001: must have at most 1000 items'],
]); // prettier-ignore
test("a slice's addresses are of one type for good", () =>
  expect(changeErrors(slice, changed(slice, { addressType: 'IPv6', 'endpoints.0.addresses': ['::2'] }))).toEqual([
    'addressType: Invalid value: "IPv6": field is immutable',
  ]));

const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'a', namespace: 'default' },
  spec: { leaseDurationSeconds: 1 },
};
mutations('a lease', lease, [
  [{ 'spec.leaseDurationSeconds': 0 }, 'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0'],
  [{ 'spec.leaseTransitions': -1 }, 'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0'],
  [{ 'spec.strategy': 'a', 'spec.preferredHolder': 'b' }, 'spec.strategy.strategy: Unsupported value: "a": supported values: "OldestEmulationVersion"'],
  [{ 'spec.preferredHolder': 'b' }, 'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined'],
]); // prettier-ignore

mutations('a node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }, [
  [{ 'status.capacity': { cpu: '-1', pods: '1.5' }, 'status.allocatable': { cpu: '1' } }, 'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0', 'status.capacity.pods: Invalid value: "1500m": must be an integer'],
  [{ 'spec.podCIDRs': ['10.0.0.0/24', '10.0.1.0/24'] }, 'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family'],
  [{ 'spec.podCIDRs': ['10.0.0.0/24', 'fd00::/64'] }],
]); // prettier-ignore

test('of a node only what was not set may be set, and no address twice', () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: { providerID: 'a', podCIDRs: ['10.0.0.0/24'] } };
  const address = { type: 'InternalIP', address: '10.0.0.1' };
  expect(changeErrors(node, changed(node, { 'spec.unschedulable': true, 'spec.taints': [{ key: 'a', effect: 'NoExecute' }] }))).toEqual([]);
  expect(
    changeErrors(
      node,
      changed(node, { 'spec.providerID': 'b', 'spec.podCIDRs': [], 'spec.externalID': 'c', 'status.addresses': [address, address] }),
    ),
  ).toEqual([
    'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}',
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    'spec.externalID: Forbidden: may not be updated',
  ]);
});

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'default' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 3, behavior: { scaleDown: {} } },
};
mutations('how fast an autoscaler scales', autoscaler, [
  [{ 'spec.behavior.scaleDown.stabilizationWindowSeconds': -1 }, 'spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero'],
  [{ 'spec.behavior.scaleUp.stabilizationWindowSeconds': 3601 }, 'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600'],
  [{ 'spec.behavior.scaleUp.selectPolicy': 'None' }, 'spec.behavior.scaleUp.selectPolicy: Unsupported value: "None": supported values: "Disabled", "Max", "Min"'],
  [{ 'spec.behavior.scaleUp.policies': [{ type: 'A', value: 0, periodSeconds: 0 }] }, 'spec.behavior.scaleUp.policies[0].type: Unsupported value: "A": supported values: "Percent", "Pods"', 'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero', 'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 0: must be greater than zero'],
  [{ 'spec.behavior.scaleUp.policies': [{ type: 'Pods', value: 1, periodSeconds: 1801 }] }, 'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800'],
]); // prettier-ignore
test('what an autoscaler does unless it is told', () =>
  expect(made(autoscaler)['spec']).toMatchObject({
    minReplicas: 1,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    behavior: {
      scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
      scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 4 }, { type: 'Percent' }] },
    },
  }));
