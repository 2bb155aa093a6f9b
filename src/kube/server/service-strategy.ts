import { FieldPath, invalidValue, statusCause, type KubeObject } from '../api';
import type { ServerContext } from './context';
import { invalid } from './status';
import type { Strategy } from './strategy';

interface Port {
  readonly protocol?: string;
  nodePort?: number;
}
interface Spec {
  type?: string;
  clusterIP?: string;
  clusterIPs?: string[];
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  ports?: Port[];
}

// --service-cluster-ip-range and --service-node-port-range
const addressRange = '10.96.0.0/12';
const firstNodePort = 30_000;
const lastNodePort = 32_767;

const kind = { group: '', kind: 'Service' };
const specOf = (service: KubeObject): Spec => (service['spec'] ??= {}) as Spec;
const isExposed = ({ type }: Spec): boolean => type === 'NodePort' || type === 'LoadBalancer';

function othersOf(context: ServerContext, service: KubeObject): Spec[] {
  const all = context.store.list('services');
  return all.filter((other) => other.metadata.uid !== service.metadata.uid).map((other) => (other['spec'] ?? {}) as Spec);
}

const refuse = (service: KubeObject, path: FieldPath, value: unknown, detail: string): Error =>
  invalid(kind, service.metadata.name ?? '', [statusCause(invalidValue(path, value, detail))]);

const inRange = (address: string): boolean => {
  const [a, b] = address.split('.').map(Number);
  return a === 10 && b !== undefined && b >= 96 && b < 112;
};

function giveAddress(service: KubeObject, context: ServerContext): void {
  const spec = specOf(service);
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None') {
    if (spec.clusterIP === 'None') spec.clusterIPs = ['None'];
    return;
  }
  const used = new Set(othersOf(context, service).map(({ clusterIP }) => clusterIP));
  const path = FieldPath.of('spec', 'clusterIPs');
  if (spec.clusterIP) {
    const fail = (why: string): Error => refuse(service, path, [spec.clusterIP], `failed to allocate IP ${spec.clusterIP}: ${why}`);
    if (!inRange(spec.clusterIP))
      throw fail(`the provided IP (${spec.clusterIP}) is not in the valid range. The range of valid IPs is ${addressRange}`);
    if (used.has(spec.clusterIP)) throw fail('provided IP is already allocated');
  }
  const some = (below: number): number => Math.floor(context.clock.random() * below);
  while (!spec.clusterIP || (used.has(spec.clusterIP) && !spec.clusterIPs))
    spec.clusterIP = `10.${96 + some(16)}.${some(256)}.${1 + some(254)}`;
  spec.clusterIPs = [spec.clusterIP];
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
}

function giveNodePorts(service: KubeObject, context: ServerContext): void {
  const spec = specOf(service);
  if (!isExposed(spec)) return;
  const used = new Set(
    othersOf(context, service).flatMap(({ ports = [] }) => ports.map(({ protocol, nodePort }) => `${protocol}/${nodePort}`)),
  );
  spec.ports?.forEach((port, i) => {
    const path = FieldPath.of('spec', 'ports', i, 'nodePort');
    if (port.nodePort) {
      if (port.nodePort < firstNodePort || port.nodePort > lastNodePort) {
        const range = `The range of valid ports is ${firstNodePort}-${lastNodePort}`;
        throw refuse(service, path, port.nodePort, `provided port is not in the valid range. ${range}`);
      }
      if (used.has(`${port.protocol}/${port.nodePort}`)) throw refuse(service, path, port.nodePort, 'provided port is already allocated');
    } else {
      do port.nodePort = firstNodePort + Math.floor(context.clock.random() * (lastNodePort - firstNodePort + 1));
      while (used.has(`${port.protocol}/${port.nodePort}`));
    }
    used.add(`${port.protocol}/${port.nodePort}`);
  });
}

export const serviceStrategy: Strategy = {
  returnsDeleted: true,
  prepareCreate(service) {
    service['status'] = { loadBalancer: {} };
  },
  prepareUpdate(service, old) {
    const before = specOf(old);
    const spec = specOf(service);
    if (spec.type !== 'ExternalName') {
      spec.clusterIP ||= before.clusterIP;
      spec.clusterIPs ??= before.clusterIPs;
    }
    // A port that the client does not number keeps its node's port.
    if (isExposed(spec)) spec.ports?.forEach((port, i) => (port.nodePort ||= before.ports?.[i]?.nodePort));
    service['status'] = old['status'];
  },
  allocate(service, context, old) {
    if (!old?.['spec'] || !specOf(old).clusterIP) giveAddress(service, context);
    giveNodePorts(service, context);
  },
};
