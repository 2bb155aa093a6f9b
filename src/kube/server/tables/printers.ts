import type { KubeObject } from '../../api';
import type { Cell, Printer } from './column';
import { since } from './duration';
import { age, array, fields, name, printer, size, text } from './cells';
import { otherPrinters } from './other-kinds';
import { podPrinter } from './pod';
import { workloadPrinters } from './workloads';

function nodeCells(object: KubeObject, nowMs: number): Cell[] {
  const status = fields(object['status']);
  const info = fields(status['nodeInfo']);
  const ready = array<{ type: string; status: string }>(status['conditions']).find((condition) => condition.type === 'Ready');
  const state = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'];
  if (fields(object['spec'])['unschedulable']) state.push('SchedulingDisabled');
  const roles = new Set<string>();
  for (const [label, value] of Object.entries(object.metadata.labels ?? {})) {
    if (label.startsWith('node-role.kubernetes.io/')) {
      const role = label.slice('node-role.kubernetes.io/'.length);
      if (role) roles.add(role);
    } else if (label === 'kubernetes.io/role' && value) {
      roles.add(value);
    }
  }
  const address = (type: string): string =>
    text(array<{ type: string; address: string }>(status['addresses']).find((a) => a.type === type)?.address);
  return [
    name(object),
    state.join(','),
    [...roles].sort().join(',') || '<none>',
    age(object, nowMs),
    text(info['kubeletVersion'], ''),
    address('InternalIP'),
    address('ExternalIP'),
    text(info['osImage'], '<unknown>'),
    info['kernelVersion']
      ? `${text(info['kernelVersion'], '')}${info['architecture'] ? ` (${text(info['architecture'], '')})` : ''}`
      : '<unknown>',
    text(info['containerRuntimeVersion'], '<unknown>'),
  ];
}

function eventCells(object: KubeObject, nowMs: number): Cell[] {
  const event = fields(object);
  const series = fields(event['series']);
  const firstTime = event['firstTimestamp'] ?? event['eventTime'];
  const first = since(firstTime, nowMs);
  const count = Number(series['count'] ?? event['count'] ?? 0) || 1;
  const lastTime = series['lastObservedTime'] ?? event['lastTimestamp'];
  const last = lastTime ? since(lastTime, nowMs) : first;
  const target = fields(event['involvedObject']);
  const source = fields(event['source']);
  const component = String(source['component'] || event['reportingComponent'] || '');
  const host = String(source['host'] || event['reportingInstance'] || '');
  const kind = String(target['kind'] ?? '').toLowerCase();
  return [
    last,
    text(event['type'], ''),
    text(event['reason'], ''),
    target['name'] ? `${kind}/${String(target['name'])}` : kind,
    text(target['fieldPath'], ''),
    host ? `${component}, ${host}` : component,
    String(event['message'] ?? '').trim(),
    first,
    count,
    name(object),
  ];
}

function serviceCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = fields(object['spec']);
  const type = text(spec['type'], '');
  const ports = array<{ port: number; nodePort?: number; protocol?: string }>(spec['ports']).map((port) =>
    port.nodePort ? `${port.port}:${port.nodePort}/${port.protocol ?? 'TCP'}` : `${port.port}/${port.protocol ?? 'TCP'}`,
  );
  const ingress = array<{ ip?: string; hostname?: string }>(fields(fields(object['status'])['loadBalancer'])['ingress']).map(
    (i) => i.ip ?? i.hostname ?? '',
  );
  const external = [...(type === 'LoadBalancer' ? ingress : []), ...array<string>(spec['externalIPs'])].join(',');
  const selector = Object.entries(fields(spec['selector'])).map(([key, value]) => `${key}=${String(value)}`);
  return [
    name(object),
    type,
    text(array<string>(spec['clusterIPs'])[0] ?? spec['clusterIP']),
    type === 'ExternalName' ? text(spec['externalName']) : external || (type === 'LoadBalancer' ? '<pending>' : '<none>'),
    ports.join(',') || '<none>',
    age(object, nowMs),
    selector.sort().join(',') || '<none>',
  ];
}

function endpointsText(object: KubeObject): string {
  const list = array<{ addresses?: { ip: string }[]; ports?: { port: number }[] }>(object['subsets']).flatMap((subset) =>
    subset.ports?.length
      ? subset.ports.flatMap((port) => (subset.addresses ?? []).map((address) => `${address.ip}:${port.port}`))
      : (subset.addresses ?? []).map((address) => address.ip),
  );
  if (list.length === 0) return '<none>';
  return list.length > 3 ? `${list.slice(0, 3).join(',')} + ${list.length - 3} more...` : list.join(',');
}

const rolePrinter = printer(['Name', 'Created At'], (object) => [name(object), text(object.metadata.creationTimestamp, '')]);

const bindingPrinter = printer(['Name', 'Role', 'Age', '+Users', '+Groups', '+ServiceAccounts'], (object, nowMs) => {
  const role = fields(object['roleRef']);
  const subjects = array<{ kind: string; name: string; namespace?: string }>(object['subjects']);
  const of = (kind: string): string =>
    subjects.filter((s) => s.kind === kind).map((s) => (kind === 'ServiceAccount' ? `${s.namespace ?? ''}/${s.name}` : s.name)).join(', '); // prettier-ignore
  return [
    name(object),
    `${text(role['kind'], '')}/${text(role['name'], '')}`,
    age(object, nowMs),
    of('User'),
    of('Group'),
    of('ServiceAccount'),
  ];
});

/** The server's printers, by what the store files objects under; '' is for all that have none of their own. */
export const printers: Readonly<Record<string, Printer>> = {
  '': printer(['Name', 'Age'], (object, nowMs) => [name(object), age(object, nowMs)]),
  pods: podPrinter,
  secrets: printer(['Name', 'Type', 'Data', 'Age'], (object, nowMs) => [
    name(object),
    text(object['type'], ''),
    size(object['data']),
    age(object, nowMs),
  ]),
  configmaps: printer(['Name', 'Data', 'Age'], (object, nowMs) => [
    name(object),
    size(object['data']) + size(object['binaryData']),
    age(object, nowMs),
  ]),
  namespaces: printer(['Name', 'Status', 'Age'], (object, nowMs) => [
    name(object),
    text(fields(object['status'])['phase'], ''),
    age(object, nowMs),
  ]),
  serviceaccounts: printer(['Name', 'Age'], (object, nowMs) => [name(object), age(object, nowMs)]),
  componentstatuses: printer(['Name', 'Status', 'Message', 'Error'], (object) => {
    const healthy = array<{ type: string; status: string; message?: string; error?: string }>(object['conditions']).find(
      ({ type }) => type === 'Healthy',
    );
    const state = healthy?.status === 'True' ? 'Healthy' : healthy?.status === 'False' ? 'Unhealthy' : 'Unknown';
    return [name(object), state, healthy?.message ?? '', healthy?.error ?? ''];
  }),
  nodes: printer(
    ['Name', 'Status', 'Roles', 'Age', 'Version', '+Internal-IP', '+External-IP', '+OS-Image', '+Kernel-Version', '+Container-Runtime'],
    nodeCells,
  ),
  events: printer(
    ['Last Seen', 'Type', 'Reason', 'Object', '+Subobject', '+Source', 'Message', '+First Seen', '+Count', '+Name'],
    eventCells,
  ),
  services: printer(['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', '+Selector'], serviceCells),
  endpoints: printer(['Name', 'Endpoints', 'Age'], (object, nowMs) => [name(object), endpointsText(object), age(object, nowMs)]),
  ...workloadPrinters,
  ...otherPrinters,
  'coordination.k8s.io/leases': printer(['Name', 'Holder', 'Age'], (object, nowMs) => [
    name(object),
    text(fields(object['spec'])['holderIdentity'], ''),
    age(object, nowMs),
  ]),
  'rbac.authorization.k8s.io/roles': rolePrinter,
  'rbac.authorization.k8s.io/clusterroles': rolePrinter,
  'rbac.authorization.k8s.io/rolebindings': bindingPrinter,
  'rbac.authorization.k8s.io/clusterrolebindings': bindingPrinter,
  'scheduling.k8s.io/priorityclasses': printer(['Name', 'Value#', 'Global-Default?', 'Age', 'PreemptionPolicy'], (object, nowMs) => [
    name(object),
    Number(object['value'] ?? 0),
    object['globalDefault'] === true,
    age(object, nowMs),
    text(object['preemptionPolicy'], ''),
  ]),
};
