import { type KubeObject, quantityNumber } from '../../kube/api';
import { rfc1123 } from '../duration';
import { byName, type Fields, fieldsAt, listAt, textAt, textsAt } from '../value';
import type { Described, Description } from './writer';

/** `pods`: those on the node that have not ended; `lease`: its heartbeat, when there is one. */
export function describeNode({ object: node, events, d }: Described, pods: readonly KubeObject[], lease: KubeObject | undefined): void {
  const { metadata } = node;
  d.line(0, `Name:\t${metadata.name}`);
  const roles = Object.keys(metadata.labels ?? {})
    .filter((label) => label.startsWith('node-role.kubernetes.io/'))
    .map((label) => label.slice('node-role.kubernetes.io/'.length))
    .sort(byName);
  d.line(0, `Roles:\t${roles.join(',') || '<none>'}`);
  d.labels('Labels', metadata.labels);
  d.annotations('Annotations', metadata.annotations);
  d.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp ?? '')}`);
  taints(d, listAt(node, 'spec', 'taints'));
  d.line(0, `Unschedulable:\t${textAt(node, 'spec', 'unschedulable') || 'false'}`);
  d.line(0, 'Lease:');
  d.line(1, `HolderIdentity:\t${textAt(lease, 'spec', 'holderIdentity') || '<unset>'}`);
  const time = (key: string): string => (textAt(lease, 'spec', key) ? rfc1123(textAt(lease, 'spec', key)) : '<unset>');
  d.line(1, `AcquireTime:\t${time('acquireTime')}`);
  d.line(1, `RenewTime:\t${time('renewTime')}`);
  const conditions = listAt(node, 'status', 'conditions');
  if (conditions.length > 0) {
    d.line(0, 'Conditions:');
    d.line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
    d.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
    for (const c of conditions) {
      const cells = [
        textAt(c, 'type'),
        textAt(c, 'status'),
        rfc1123(textAt(c, 'lastHeartbeatTime')),
        rfc1123(textAt(c, 'lastTransitionTime')),
        textAt(c, 'reason'),
        textAt(c, 'message'),
      ];
      d.line(1, `${cells.slice(0, 5).join(' \t')} \t${cells[5]}`);
    }
  }
  d.line(0, 'Addresses:');
  for (const address of listAt(node, 'status', 'addresses')) d.line(1, `${textAt(address, 'type')}:\t${textAt(address, 'address')}`);
  for (const [title, field] of [
    ['Capacity', 'capacity'],
    ['Allocatable', 'allocatable'],
  ] as const) {
    d.line(0, `${title}:`);
    const values = fieldsAt(node, 'status', field);
    for (const name of Object.keys(values).sort(byName)) d.line(1, `${name}:\t${String(values[name])}`);
  }
  d.line(0, 'System Info:');
  for (const [title, field] of systemInfo) d.line(1, `${title}:\t${textAt(node, 'status', 'nodeInfo', field)}`);
  const cidr = textAt(node, 'spec', 'podCIDR');
  if (cidr) d.line(0, `PodCIDR:\t${cidr}`);
  const cidrs = textsAt(node, 'spec', 'podCIDRs');
  if (cidrs.length > 0) d.line(0, `PodCIDRs:\t${cidrs.join(',')}`);
  const provider = textAt(node, 'spec', 'providerID');
  if (provider) d.line(0, `ProviderID:\t${provider}`);
  allocation(d, node, pods);
  d.events(events);
}

const systemInfo = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
] as const;

function taints(d: Description, list: readonly Fields[]): void {
  if (list.length === 0) return d.line(0, 'Taints:\t<none>');
  list.forEach((taint, i) => {
    const value = textAt(taint, 'value');
    d.line(0, `${i === 0 ? 'Taints:' : ''}\t${textAt(taint, 'key')}${value ? `=${value}` : ''}:${textAt(taint, 'effect')}`);
  });
}

type Kind = 'requests' | 'limits';

function sum(pod: KubeObject, kind: Kind, name: string): number {
  const of = (container: Fields): number => quantityNumber(textAt(container, 'resources', kind, name) || '0') || 0;
  const all = listAt(pod, 'spec', 'containers').reduce((total, container) => total + of(container), 0);
  return Math.max(all, ...listAt(pod, 'spec', 'initContainers').map(of));
}

/** A sum as a quantity again: CPU in cores or millicores, the rest by the largest binary suffix that divides it. */
export function quantityText(name: string, value: number): string {
  if (value === 0) return '0';
  if (name === 'cpu') return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
  for (const [suffix, size] of [
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
    ['Ki', 2 ** 10],
  ] as const)
    if (value % size === 0) return `${value / size}${suffix}`;
  return String(value);
}

function allocation(d: Description, node: KubeObject, pods: readonly KubeObject[]): void {
  const capacity = { ...fieldsAt(node, 'status', 'capacity'), ...fieldsAt(node, 'status', 'allocatable') };
  const share = (name: string, value: number): string => {
    const whole = quantityNumber(String(capacity[name] ?? '0')) || 0;
    return `${quantityText(name, value)} (${whole > 0 ? Math.trunc((value / whole) * 100) : 0}%)`;
  };
  d.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  d.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  d.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  for (const pod of pods) {
    const cells = [sum(pod, 'requests', 'cpu'), sum(pod, 'limits', 'cpu')].map((v) => share('cpu', v));
    const memory = [sum(pod, 'requests', 'memory'), sum(pod, 'limits', 'memory')].map((v) => share('memory', v));
    d.line(1, [pod.metadata.namespace, pod.metadata.name, '', ...cells, ...memory, d.since(pod.metadata.creationTimestamp)].join('\t'));
  }
  d.line(0, 'Allocated resources:');
  d.line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)');
  d.line(1, 'Resource\tRequests\tLimits');
  d.line(1, '--------\t--------\t------');
  const names = [
    'cpu',
    'memory',
    'ephemeral-storage',
    ...Object.keys(capacity)
      .filter((name) => name.startsWith('hugepages-'))
      .sort(byName),
  ];
  for (const name of names) {
    const total = (kind: Kind): string =>
      share(
        name,
        pods.reduce((all, pod) => all + sum(pod, kind, name), 0),
      );
    d.line(1, `${name}\t${total('requests')}\t${total('limits')}`);
  }
}
