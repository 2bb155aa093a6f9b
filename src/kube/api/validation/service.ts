import { duplicate, forbiddenField, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { addressErrors, addressFamily, cidrErrors } from './addresses';
import { labelErrors } from './metadata';
import { dnsLabelErrors, dnsSubdomainErrors, portNameErrors, portNumberErrors } from './names';

interface ServicePort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}
interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ports?: readonly ServicePort[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly sessionAffinity?: string;
  readonly sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
  readonly externalName?: string;
  readonly externalIPs?: readonly string[];
  readonly externalTrafficPolicy?: string;
  readonly internalTrafficPolicy?: string;
  readonly healthCheckNodePort?: number;
  readonly loadBalancerSourceRanges?: readonly string[];
}
export interface Service extends KubeObject {
  spec?: ServiceSpec;
}

const spec = FieldPath.of('spec');
const protocols = ['SCTP', 'TCP', 'UDP'];
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const affinities = ['ClientIP', 'None'];
const policies = ['Cluster', 'Local'];
const dayS = 86_400;

const choice = (path: FieldPath, value: string | undefined, among: readonly string[]): FieldError[] => {
  if (!value) return [required(path)];
  return among.includes(value) ? [] : [notSupported(path, value, among, 'unsupported-value')];
};

function portErrors(ports: readonly ServicePort[]): FieldError[] {
  const path = spec.child('ports');
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = path.index(i);
    const { name = '', port: number = 0, targetPort = 0 } = port;
    const errors: FieldError[] = [];
    if (name) {
      errors.push(...invalidEach(at.child('name'), name, dnsLabelErrors(name), 'port-name'));
      if (names.has(name)) errors.push(duplicate(at.child('name'), name));
      names.add(name);
    } else if (ports.length > 1) errors.push(required(at.child('name'), '', 'service-port-name'));
    errors.push(...invalidEach(at.child('port'), number, portNumberErrors(number), 'port-number'));
    errors.push(...choice(at.child('protocol'), port.protocol, protocols));
    const texts = typeof targetPort === 'number' ? portNumberErrors(targetPort) : portNameErrors(targetPort);
    return [...errors, ...invalidEach(at.child('targetPort'), targetPort, texts, 'port-number')];
  });
}

function repeatedPorts(ports: readonly ServicePort[]): FieldError[] {
  const path = spec.child('ports');
  const nodePorts = new Set<string>();
  const errors: FieldError[] = [];
  ports.forEach(({ protocol = '', nodePort }, i) => {
    if (!nodePort) return;
    const mark = `${protocol}/${nodePort}`;
    if (nodePorts.has(mark)) errors.push(duplicate(path.index(i).child('nodePort'), nodePort));
    nodePorts.add(mark);
  });
  const seen = new Set<string>();
  ports.forEach(({ protocol = '', port = 0 }, i) => {
    const mark = `${protocol}/${port}`;
    // The value is upstream's: a port of which only these two are set.
    if (seen.has(mark))
      errors.push(duplicate(path.index(i), { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 }));
    seen.add(mark);
  });
  return errors;
}

function affinityErrors(service: ServiceSpec): FieldError[] {
  const errors = choice(spec.child('sessionAffinity'), service.sessionAffinity, affinities);
  const path = spec.child('sessionAffinityConfig');
  const config = service.sessionAffinityConfig;
  if (service.sessionAffinity === 'None' && config) errors.push(forbiddenField(path, 'must not be set when session affinity is None'));
  if (service.sessionAffinity !== 'ClientIP') return errors;
  const seconds = config?.clientIP?.timeoutSeconds;
  const timeout = path.child('clientIP').child('timeoutSeconds');
  if (!config) errors.push(required(path, 'when session affinity type is ClientIP'));
  else if (!config.clientIP) errors.push(required(path.child('clientIP'), 'when session affinity type is ClientIP'));
  else if (seconds === undefined) errors.push(required(timeout, 'when session affinity type is ClientIP'));
  else if (seconds <= 0 || seconds > dayS) errors.push(invalidValue(timeout, seconds, `must be greater than 0 and less than ${dayS}`));
  return errors;
}

function typeErrors(service: ServiceSpec): FieldError[] {
  const { type, clusterIP = '', ports = [] } = service;
  const errors: FieldError[] = [];
  const address = spec.child('clusterIPs').index(0);
  if ((type === 'LoadBalancer' || type === 'NodePort') && clusterIP === 'None')
    errors.push(invalidValue(address, clusterIP, `may not be set to 'None' for ${type} services`));
  if (type === 'LoadBalancer')
    ports.forEach(({ port }, i) => {
      if (port === 10250)
        errors.push(invalidValue(spec.child('ports').index(i), port, 'may not expose port 10250 externally since it is used by kubelet'));
    });
  if (type === 'ExternalName') {
    if (clusterIP) errors.push(forbiddenField(spec.child('clusterIPs'), 'may not be set for ExternalName services'));
    const name = (service.externalName ?? '').replace(/\.$/, '');
    if (name) errors.push(...invalidEach(spec.child('externalName'), name, dnsSubdomainErrors(name), 'external-name'));
    else errors.push(required(spec.child('externalName')));
  }
  return errors;
}

/** ValidateService, after its metadata. */
export function serviceErrors(service: Service): FieldError[] {
  const it = service.spec ?? {};
  const { ports = [], clusterIP = '', externalIPs = [], loadBalancerSourceRanges: ranges = [] } = it;
  const errors: FieldError[] = [];
  if (ports.length === 0 && clusterIP !== 'None' && it.type !== 'ExternalName') errors.push(required(spec.child('ports')));
  errors.push(...typeErrors(it), ...portErrors(ports), ...labelErrors(it.selector, spec.child('selector')), ...affinityErrors(it));
  externalIPs.forEach((ip, i) => errors.push(...invalidEach(spec.child('externalIPs').index(i), ip, addressErrors(ip))));
  errors.push(...choice(spec.child('type'), it.type, types));
  if (it.type === 'ClusterIP')
    ports.forEach(({ nodePort }, i) => {
      const path = spec.child('ports').index(i).child('nodePort');
      if (nodePort) errors.push(forbiddenField(path, "may not be used when `type` is 'ClusterIP'", 'node-port-type'));
    });
  errors.push(...repeatedPorts(ports));
  if (ranges.length > 0 && it.type !== 'LoadBalancer')
    errors.push(forbiddenField(spec.child('LoadBalancerSourceRanges'), "may only be used when `type` is 'LoadBalancer'"));
  ranges.forEach((range, i) => errors.push(...invalidEach(spec.child('LoadBalancerSourceRanges').index(i), range, cidrErrors(range))));
  if (it.externalTrafficPolicy !== undefined) {
    const path = spec.child('externalTrafficPolicy');
    const external = it.type === 'NodePort' || it.type === 'LoadBalancer' || externalIPs.length > 0;
    if (!external) errors.push(invalidValue(path, it.externalTrafficPolicy, 'may only be set for externally-accessible services'));
    else errors.push(...choice(path, it.externalTrafficPolicy, policies));
  }
  if (it.internalTrafficPolicy !== undefined)
    errors.push(...choice(spec.child('internalTrafficPolicy'), it.internalTrafficPolicy, policies));
  if (it.type !== 'ExternalName')
    (it.clusterIPs ?? []).forEach((ip, i) => {
      if (ip !== 'None' && !addressFamily(ip)) errors.push(...invalidEach(spec.child('clusterIPs').index(i), ip, addressErrors(ip)));
    });
  return errors;
}

/** ValidateServiceUpdate, after its metadata and before `serviceErrors`: an address once given stays. */
export function serviceUpdateErrors(service: Service, old: Service): FieldError[] {
  const now = service.spec ?? {};
  const before = old.spec ?? {};
  if (now.type === 'ExternalName' || before.type === 'ExternalName' || !before.clusterIP) return [];
  if (now.clusterIP === before.clusterIP) return [];
  return [invalidValue(spec.child('clusterIPs').index(0), now.clusterIPs ?? [], 'may not change once set', 'immutable-field')];
}
