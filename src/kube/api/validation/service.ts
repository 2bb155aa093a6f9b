import { duplicate, forbiddenField, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { addressErrors, cidrErrors, specialAddressErrors } from './addresses';
import { labelErrors } from './metadata';
import { dnsLabelErrors, dnsSubdomainErrors, portNumberErrors, qualifiedNameErrors } from './names';
import { validatePortNumberOrName } from './pod-ports';
import { addressFieldErrors, addressUpdateErrors, isHeadless } from './service-addresses';

interface ServicePort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}
export interface ServiceSpec {
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
  readonly loadBalancerClass?: string;
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
  readonly trafficDistribution?: string;
}
export interface Service extends KubeObject {
  spec?: ServiceSpec;
}

const spec = FieldPath.of('spec');
const protocols = ['SCTP', 'TCP', 'UDP'];
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const affinities = ['ClientIP', 'None'];
const policies = ['Cluster', 'Local'];
const distributions = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
const topologyHints = 'service.kubernetes.io/topology-aware-hints';
const topologyMode = 'service.kubernetes.io/topology-mode';
const sourceRanges = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const annotations = FieldPath.of('metadata', 'annotations');
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
    const { name = '', port: number = 0, appProtocol } = port;
    const errors: FieldError[] = [];
    if (name) {
      errors.push(...invalidEach(at.child('name'), name, dnsLabelErrors(name), 'port-name'));
      if (names.has(name)) errors.push(duplicate(at.child('name'), name));
      names.add(name);
    } else if (ports.length > 1) errors.push(required(at.child('name'), '', 'service-port-name'));
    errors.push(...invalidEach(at.child('port'), number, portNumberErrors(number), 'port-number'));
    errors.push(...choice(at.child('protocol'), port.protocol, protocols));
    errors.push(...validatePortNumberOrName(port.targetPort, at.child('targetPort')));
    if (appProtocol === undefined) return errors;
    return [...errors, ...invalidEach(at.child('appProtocol'), appProtocol, qualifiedNameErrors(appProtocol))];
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
  const { type, clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = '' } = service;
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(service))
    return [invalidValue(spec.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${type} services`)];
  if (type !== 'ExternalName') return [];
  const set: readonly (readonly [string, boolean])[] = [
    ['clusterIPs', clusterIPs.length > 0],
    ['ipFamilies', ipFamilies.length > 0],
    ['ipFamilyPolicy', ipFamilyPolicy !== undefined],
  ];
  const errors = set.flatMap(([field, isSet]) =>
    isSet ? [forbiddenField(spec.child(field), 'may not be set for ExternalName services')] : [],
  );
  const name = externalName.replace(/\.$/, '');
  if (!name) return [...errors, required(spec.child('externalName'))];
  return [...errors, ...invalidEach(spec.child('externalName'), name, dnsSubdomainErrors(name), 'external-name')];
}

function externalAddressErrors(addresses: readonly string[]): FieldError[] {
  return addresses.flatMap((ip, i) => {
    const path = spec.child('externalIPs').index(i);
    const wrong = addressErrors(ip);
    return invalidEach(path, ip, wrong.length > 0 ? wrong : specialAddressErrors(ip), 'ip-address');
  });
}

const onlyBalancers = "may only be used when `type` is 'LoadBalancer'";

/** Who may use a load balancer: the field, or the annotation that was there before it. Blanks around a range are let pass. */
function rangeErrors({ metadata, spec: service = {} }: Service): FieldError[] {
  const { loadBalancerSourceRanges: ranges = [], type } = service;
  const noted = metadata.annotations?.[sourceRanges];
  const wrongType = (path: FieldPath): FieldError[] => (type === 'LoadBalancer' ? [] : [forbiddenField(path, onlyBalancers)]);
  const each = (text: string, path: FieldPath): FieldError[] => invalidEach(path, text.trim(), cidrErrors(text.trim()), 'cidr');
  if (ranges.length > 0) {
    const path = spec.child('LoadBalancerSourceRanges');
    return [...wrongType(path), ...ranges.flatMap((range, i) => each(range, path.index(i)))];
  }
  if (noted === undefined) return [];
  const path = annotations.key(sourceRanges);
  return [...wrongType(path), ...(noted.trim() ? noted.trim().split(',') : []).flatMap((range) => each(range, path))];
}

function balancerErrors({ type, allocateLoadBalancerNodePorts, loadBalancerClass }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const isBalancer = type === 'LoadBalancer';
  if (allocateLoadBalancerNodePorts !== undefined && !isBalancer)
    errors.push(forbiddenField(spec.child('allocateLoadBalancerNodePorts'), onlyBalancers));
  return [...errors, ...classErrors(loadBalancerClass, isBalancer)];
}

function classErrors(name: string | undefined, isBalancer: boolean): FieldError[] {
  if (name === undefined) return [];
  const path = spec.child('loadBalancerClass');
  return isBalancer ? invalidEach(path, name, qualifiedNameErrors(name)) : [forbiddenField(path, onlyBalancers)];
}

const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

function trafficErrors(service: ServiceSpec): FieldError[] {
  const { type, externalIPs = [], externalTrafficPolicy: external = '', internalTrafficPolicy: internal } = service;
  const path = spec.child('externalTrafficPolicy');
  const errors: FieldError[] = [];
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs.length > 0);
  if (isExternal) errors.push(...choice(path, external, policies));
  else if (external) errors.push(invalidValue(path, external, 'may only be set for externally-accessible services'));
  const { healthCheckNodePort: port = 0, trafficDistribution } = service;
  const portPath = spec.child('healthCheckNodePort');
  if (!needsHealthCheck(service)) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    if (port) errors.push(invalidValue(portPath, port, detail));
  } else if (!port) errors.push(required(portPath));
  else errors.push(...invalidEach(portPath, port, portNumberErrors(port), 'port-number'));
  if (internal !== undefined && !policies.includes(internal))
    errors.push(notSupported(spec.child('internalTrafficPolicy'), internal, policies, 'unsupported-value'));
  if (trafficDistribution !== undefined && !distributions.includes(trafficDistribution))
    errors.push(notSupported(spec.child('trafficDistribution'), trafficDistribution, distributions));
  return errors;
}

function hintErrors({ metadata }: Service): FieldError[] {
  const [hints, mode] = [topologyHints, topologyMode].map((key) => metadata.annotations?.[key]);
  if (hints === undefined || mode === undefined || hints === mode) return [];
  return [invalidValue(annotations.key(topologyMode), mode, `must match annotations[${topologyHints}] when both are specified`)];
}

/** ValidateService, after its metadata. */
export function serviceErrors(service: Service): FieldError[] {
  const it = service.spec ?? {};
  const { ports = [], externalIPs = [] } = it;
  const errors = hintErrors(service);
  if (ports.length === 0 && !isHeadless(it) && it.type !== 'ExternalName') errors.push(required(spec.child('ports')));
  errors.push(
    ...typeErrors(it),
    ...portErrors(ports),
    ...labelErrors(it.selector, spec.child('selector')),
    ...affinityErrors(it),
    ...addressFieldErrors(it),
    ...externalAddressErrors(externalIPs),
    ...choice(spec.child('type'), it.type, types),
  );
  if (it.type === 'ClusterIP')
    ports.forEach(({ nodePort }, i) => {
      const path = spec.child('ports').index(i).child('nodePort');
      if (nodePort) errors.push(forbiddenField(path, "may not be used when `type` is 'ClusterIP'", 'node-port-type'));
    });
  return [...errors, ...repeatedPorts(ports), ...rangeErrors(service), ...balancerErrors(it), ...trafficErrors(it)];
}

/** ValidateServiceUpdate, after its metadata and before `serviceErrors`: an address once given stays. */
export function serviceUpdateErrors(service: Service, old: Service): FieldError[] {
  const now = service.spec ?? {};
  const before = old.spec ?? {};
  const errors = addressUpdateErrors(now, before);
  const isBalancer = now.type === 'LoadBalancer';
  if (isBalancer && before.type === 'LoadBalancer' && now.loadBalancerClass !== before.loadBalancerClass)
    errors.push(invalidValue(spec.child('loadBalancerClass'), now.loadBalancerClass, 'may not change once set', 'immutable-field'));
  errors.push(...classErrors(now.loadBalancerClass, isBalancer));
  if (needsHealthCheck(now) && needsHealthCheck(before) && now.healthCheckNodePort !== before.healthCheckNodePort)
    errors.push(forbiddenField(spec.child('healthCheckNodePort'), 'field is immutable', 'immutable-field'));
  return errors;
}
