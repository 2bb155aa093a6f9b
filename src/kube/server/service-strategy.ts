import { addressFamily, equal, FieldPath, invalidValue, serviceAddressErrors, statusCause, type FieldError, type KubeObject } from '../api';
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
  selector?: Record<string, string>;
  externalIPs?: string[];
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  allocateLoadBalancerNodePorts?: boolean;
  loadBalancerClass?: string;
}

// --service-cluster-ip-range and --service-node-port-range
const addressRange = '10.96.0.0/12';
const ownFamily = 'IPv4';
const firstNodePort = 30_000;
const lastNodePort = 32_767;

const kind = { group: '', kind: 'Service' };
const at = (...steps: (string | number)[]): FieldPath => FieldPath.of('spec', ...steps);
const specOf = (service: KubeObject): Spec => (service['spec'] ??= {}) as Spec;

const isBalancer = ({ type }: Spec): boolean => type === 'LoadBalancer';
const hasNodePorts = (spec: Spec): boolean => spec.type === 'NodePort' || isBalancer(spec);
const hasAddress = (spec: Spec): boolean => spec.type === 'ClusterIP' || hasNodePorts(spec);
const isExternal = (spec: Spec): boolean => hasNodePorts(spec) || (spec.type === 'ClusterIP' && !!spec.externalIPs?.length);
const hasHealthPort = (spec: Spec): boolean => isBalancer(spec) && spec.externalTrafficPolicy === 'Local';
const isHeadless = ({ clusterIP }: Spec): boolean => clusterIP === 'None';

function othersOf(context: ServerContext, service: KubeObject): Spec[] {
  const all = context.store.list('services');
  return all.filter((other) => other.metadata.uid !== service.metadata.uid).map((other) => (other['spec'] ?? {}) as Spec);
}

function refuse(service: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(kind, service.metadata.name ?? '', errors.map(statusCause));
}

/** normalizeClusterIPs: who changes only the one field means the other too. */
function syncAddresses(spec: Spec, before: Spec | undefined): void {
  if (!before) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  if (spec.clusterIP === before.clusterIP || !equal(spec.clusterIPs, before.clusterIPs)) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP, ...(spec.clusterIPs ?? []).slice(1)];
  else delete spec.clusterIPs;
}

/** initIPFamilyFields, in a cluster that has IPv4 alone. */
function setFamilies(service: KubeObject): void {
  const spec = specOf(service);
  if (!hasAddress(spec)) return;
  refuse(service, serviceAddressErrors(spec));
  const { clusterIPs = [], ipFamilyPolicy: policy } = spec;
  const path = at('ipFamilyPolicy');
  const errors: FieldError[] = [];
  const both = (what: string): void => {
    const detail = `must be 'PreferDualStack' or 'RequireDualStack' when multiple ${what} are specified`;
    errors.push(invalidValue(path, policy, detail));
  };
  if (policy === undefined || policy === 'SingleStack') {
    if (clusterIPs.length === 2) both('cluster IPs');
    if (spec.ipFamilies?.length === 2) both('IP families');
  }
  refuse(service, errors);
  const families = [...(spec.ipFamilies ?? [])];
  if (!isHeadless(spec)) clusterIPs.slice(families.length).forEach((ip) => families.push(addressFamily(ip) ?? ownFamily));
  if (families.length === 0) families.push(ownFamily);
  const isFree = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;
  if (!isFree) {
    if (policy === 'RequireDualStack') errors.push(invalidValue(path, policy, 'this cluster is not configured for dual-stack services'));
    families.forEach((family, i) => {
      if (family !== ownFamily) errors.push(invalidValue(at('ipFamilies', i), family, 'not configured on this cluster'));
    });
    refuse(service, errors);
  }
  spec.ipFamilies = families;
  spec.ipFamilyPolicy ??= 'SingleStack';
}

const inRange = (address: string): boolean => {
  const [a, b] = address.split('.').map(Number);
  return a === 10 && b !== undefined && b >= 96 && b < 112;
};

function giveAddress(service: KubeObject, context: ServerContext): void {
  const spec = specOf(service);
  if (!hasAddress(spec) || isHeadless(spec)) return;
  const used = new Set(othersOf(context, service).map(({ clusterIP }) => clusterIP));
  if (spec.clusterIP) {
    const wrong = !inRange(spec.clusterIP)
      ? `the provided IP (${spec.clusterIP}) is not in the valid range. The range of valid IPs is ${addressRange}`
      : 'provided IP is already allocated';
    if (inRange(spec.clusterIP) && !used.has(spec.clusterIP)) return;
    const detail = `failed to allocate IP ${spec.clusterIP}: ${wrong}`;
    return refuse(service, [invalidValue(at('clusterIPs'), [spec.clusterIP], detail)]);
  }
  const some = (below: number): number => Math.floor(context.clock.random() * below);
  do spec.clusterIP = `10.${96 + some(16)}.${some(256)}.${1 + some(254)}`;
  while (used.has(spec.clusterIP));
  spec.clusterIPs = [spec.clusterIP];
}

function giveNodePorts(service: KubeObject, context: ServerContext): void {
  const spec = specOf(service);
  if (!hasNodePorts(spec)) return;
  const used = new Set(
    othersOf(context, service).flatMap(({ ports = [] }) => ports.map(({ protocol, nodePort }) => `${protocol}/${nodePort}`)),
  );
  const given = isBalancer(spec) && spec.allocateLoadBalancerNodePorts === false;
  const free = (protocol: string | undefined): number => {
    let port: number;
    do port = firstNodePort + Math.floor(context.clock.random() * (lastNodePort - firstNodePort + 1));
    while (used.has(`${protocol}/${port}`));
    return port;
  };
  spec.ports?.forEach((port, i) => {
    const { nodePort, protocol } = port;
    if (nodePort) {
      const wrong = (detail: string): void => refuse(service, [invalidValue(at('ports', i, 'nodePort'), nodePort, detail)]);
      if (nodePort < firstNodePort || nodePort > lastNodePort)
        wrong(`provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`);
      if (used.has(`${protocol}/${nodePort}`)) wrong('provided port is already allocated');
    } else if (given) return;
    else port.nodePort = free(protocol);
    used.add(`${protocol}/${port.nodePort}`);
  });
  if (hasHealthPort(spec)) spec.healthCheckNodePort ||= free('TCP');
}

/** patchAllocatedValues: what the client does not give it keeps. */
function keepAllocated(spec: Spec, before: Spec): void {
  if (hasAddress(spec) && hasAddress(before)) {
    spec.clusterIP ||= before.clusterIP;
    if (!spec.clusterIPs?.length && spec.clusterIP === before.clusterIP) spec.clusterIPs = before.clusterIPs;
    if (equal(spec.clusterIPs, before.clusterIPs)) spec.ipFamilies ??= before.ipFamilies;
  }
  if (hasNodePorts(spec) && hasNodePorts(before)) {
    spec.ports?.forEach((port, i) => (port.nodePort ||= before.ports?.[i]?.nodePort));
  }
  if (hasHealthPort(spec) && hasHealthPort(before)) spec.healthCheckNodePort ||= before.healthCheckNodePort;
}

/** Fields that belong to some types of Services: what they are for, and how they are cleared. */
const typed: readonly { applies(spec: Spec): boolean; fields: readonly (keyof Spec)[] }[] = [
  { applies: hasAddress, fields: ['clusterIP', 'clusterIPs'] },
  { applies: hasAddress, fields: ['ipFamilies'] },
  { applies: hasAddress, fields: ['ipFamilyPolicy'] },
  { applies: hasHealthPort, fields: ['healthCheckNodePort'] },
  { applies: isBalancer, fields: ['loadBalancerClass'] },
  { applies: isBalancer, fields: ['allocateLoadBalancerNodePorts'] },
  { applies: isExternal, fields: ['externalTrafficPolicy'] },
];
const nodePortsOf = ({ ports = [] }: Spec): unknown => ports.map(({ nodePort = 0 }) => nodePort);

/** dropTypeDependentFields: another type of Service loses what it has no use for, unless the client changes that too. */
function dropOther(spec: Spec, before: Spec): void {
  for (const { applies, fields } of typed) {
    if (!applies(before) || applies(spec) || !fields.every((field) => equal(spec[field], before[field]))) continue;
    for (const field of fields) delete spec[field];
  }
  if (!hasNodePorts(before) || hasNodePorts(spec) || !equal(nodePortsOf(spec), nodePortsOf(before))) return;
  for (const port of spec.ports ?? []) delete port.nodePort;
}

export const serviceStrategy: Strategy = {
  returnsDeleted: true,
  prepareCreate(service) {
    service['status'] = { loadBalancer: {} };
  },
  prepareUpdate(service, old) {
    keepAllocated(specOf(service), specOf(old));
    dropOther(specOf(service), specOf(old));
    service['status'] = old['status'];
  },
  allocate(service, context, old) {
    syncAddresses(specOf(service), old && specOf(old));
    setFamilies(service);
    if (!old || !specOf(old).clusterIP) giveAddress(service, context);
    giveNodePorts(service, context);
  },
};
