import { forbiddenField, invalidEach, invalidValue, notSupported, required, tooLong, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { addressFamily, cidrContains, cidrErrors } from './addresses';
import { labelSelectorErrors, type LabelSelector } from './label-selector';
import { immutableErrors } from './metadata';
import {
  byteLength,
  dnsLabelErrors,
  dnsSubdomainErrors,
  pathSegmentErrors,
  portNameErrors,
  portNumberErrors,
  wildcardSubdomainErrors,
} from './names';

const spec = FieldPath.of('spec');

interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}
interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
}
interface PolicyRule {
  readonly ports?: readonly PolicyPort[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}
interface NetworkPolicy extends KubeObject {
  spec?: { podSelector?: LabelSelector; ingress?: PolicyRule[]; egress?: PolicyRule[]; policyTypes?: string[] };
}

const protocols = ['TCP', 'UDP', 'SCTP'];
const directions = ['Ingress', 'Egress'];

function policyPortErrors({ protocol, port, endPort }: PolicyPort, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const end = path.child('endPort');
  if (protocol !== undefined && !protocols.includes(protocol))
    errors.push(notSupported(path.child('protocol'), protocol, protocols, 'protocol'));
  if (port === undefined) {
    if (endPort !== undefined) errors.push(invalidValue(end, endPort, 'may not be specified when `port` is not specified'));
  } else if (typeof port === 'number') {
    errors.push(...invalidEach(path.child('port'), port, portNumberErrors(port), 'port-range'));
    if (endPort !== undefined && endPort < port) errors.push(invalidValue(end, endPort, 'must be greater than or equal to `port`'));
    if (endPort !== undefined) errors.push(...invalidEach(end, endPort, portNumberErrors(endPort), 'port-range'));
  } else {
    if (endPort !== undefined) errors.push(invalidValue(end, endPort, 'may not be specified when `port` is non-numeric'));
    errors.push(...invalidEach(path.child('port'), port, portNameErrors(port), 'port-name'));
  }
  return errors;
}

function blockErrors({ cidr = '', except = [] }: NonNullable<Peer['ipBlock']>, path: FieldPath): FieldError[] {
  if (!cidr) return [required(path.child('cidr'))];
  const errors = invalidEach(path.child('cidr'), cidr, cidrErrors(cidr), 'cidr');
  except.forEach((inner, i) => {
    const at = path.child('except').index(i);
    const wrong = invalidEach(at, inner, cidrErrors(inner), 'cidr');
    errors.push(...wrong);
    if (wrong.length === 0 && cidrErrors(cidr).length === 0 && !cidrContains(cidr, inner))
      errors.push(invalidValue(at, inner, 'must be a strict subset of `cidr`'));
  });
  return errors;
}

function peerErrors({ podSelector, namespaceSelector, ipBlock }: Peer, path: FieldPath): FieldError[] {
  const errors = [
    ...labelSelectorErrors(podSelector, path.child('podSelector')),
    ...labelSelectorErrors(namespaceSelector, path.child('namespaceSelector')),
    ...(ipBlock ? blockErrors(ipBlock, path.child('ipBlock')) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) return [...errors, required(path, 'must specify a peer')];
  if (ipBlock && (podSelector || namespaceSelector)) errors.push(forbiddenField(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

/** ValidateNetworkPolicy, after its metadata. */
export function networkPolicyErrors(policy: NetworkPolicy): FieldError[] {
  const { podSelector, policyTypes = [], ...rules } = policy.spec ?? {};
  const errors = labelSelectorErrors(podSelector, spec.child('podSelector'));
  for (const [name, side] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const)
    // prettier-ignore
    (rules[name] ?? []).forEach((rule, i) => {
      const path = spec.child(name).index(i);
      (rule.ports ?? []).forEach((port, j) => errors.push(...policyPortErrors(port, path.child('ports').index(j))));
      (rule[side] ?? []).forEach((peer, j) => errors.push(...peerErrors(peer, path.child(side).index(j))));
    });
  const path = spec.child('policyTypes');
  if (policyTypes.length > 2) return [...errors, invalidValue(path, policyTypes, 'may not specify more than two policyTypes')];
  policyTypes.forEach((type, i) => {
    if (!directions.includes(type)) errors.push(notSupported(path.index(i), type, directions, 'policy-type'));
  });
  return errors;
}

interface Backend {
  readonly service?: { readonly name?: string; readonly port?: { readonly name?: string; readonly number?: number } };
  readonly resource?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
}
interface IngressPath {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend?: Backend;
}
interface Ingress extends KubeObject {
  spec?: {
    ingressClassName?: string;
    defaultBackend?: Backend;
    rules?: { host?: string; http?: { paths?: IngressPath[] } }[];
    tls?: { hosts?: string[]; secretName?: string }[];
  };
}

const named = (value: string | undefined, path: FieldPath): FieldError[] =>
  value ? invalidEach(path, value, pathSegmentErrors(value)) : [required(path)];

function backendErrors({ service, resource }: Backend, path: FieldPath): FieldError[] {
  if (service && resource) return [invalidValue(path, '', 'cannot set both resource and service backends')];
  if (resource) {
    const at = path.child('resource');
    const { apiGroup } = resource;
    return [
      ...(apiGroup === undefined ? [] : invalidEach(at.child('apiGroup'), apiGroup, dnsSubdomainErrors(apiGroup))),
      ...named(resource.kind, at.child('kind')),
      ...named(resource.name, at.child('name')),
    ];
  }
  if (!service) return [invalidValue(path, '', 'resource or service backend is required')];
  const at = path.child('service');
  const { name = '', port: { name: portName = '', number = 0 } = {} } = service;
  const errors = name ? invalidEach(at.child('name'), name, dnsLabelErrors(name), 'object-name') : [required(at.child('name'))];
  if (portName && number) errors.push(invalidValue(path, '', 'cannot set both port name & port number'));
  else if (portName) errors.push(...invalidEach(at.child('port').child('name'), portName, portNameErrors(portName), 'port-name'));
  else if (number) errors.push(...invalidEach(at.child('port').child('number'), number, portNumberErrors(number), 'port-range'));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const badSequences = ['//', '/./', '/../', '%2f', '%2F'];
const badEnds = ['/..', '/.'];

function pathErrors({ path: text = '', pathType, backend = {} }: IngressPath, path: FieldPath): FieldError[] {
  if (pathType === undefined) return [required(path.child('pathType'), 'pathType must be specified', 'path-type')];
  const at = path.child('path');
  const errors: FieldError[] = [];
  const literal = pathType === 'Exact' || pathType === 'Prefix';
  if (!pathTypes.includes(pathType)) errors.push(notSupported(path.child('pathType'), pathType, pathTypes, 'path-type'));
  else if (!text.startsWith('/') && (literal || text)) errors.push(invalidValue(at, text, 'must be an absolute path', 'absolute-path'));
  if (literal && text) {
    for (const part of badSequences) if (text.includes(part)) errors.push(invalidValue(at, text, `must not contain '${part}'`));
    for (const end of badEnds) if (text.endsWith(end)) errors.push(invalidValue(at, text, `cannot end with '${end}'`));
  }
  return [...errors, ...backendErrors(backend, path.child('backend'))];
}

const hostErrors = (host: string, path: FieldPath): FieldError[] =>
  invalidEach(path, host, host.includes('*') ? wildcardSubdomainErrors(host) : dnsSubdomainErrors(host), 'hostname');

/** ValidateIngressCreate, after its metadata. */
export function ingressErrors(ingress: Ingress): FieldError[] {
  const { rules = [], tls = [], defaultBackend, ingressClassName } = ingress.spec ?? {};
  const errors: FieldError[] = [];
  if (rules.length === 0 && !defaultBackend) errors.push(invalidValue(spec, null, 'either `defaultBackend` or `rules` must be specified'));
  if (defaultBackend) errors.push(...backendErrors(defaultBackend, spec.child('defaultBackend')));
  rules.forEach(({ host = '', http }, i) => {
    const path = spec.child('rules').index(i);
    if (host && addressFamily(host)) errors.push(invalidValue(path.child('host'), host, 'must be a DNS name, not an IP address'));
    if (host) errors.push(...hostErrors(host, path.child('host')));
    if (!http) return;
    const paths = path.child('http').child('paths');
    if (!http.paths?.length) errors.push(required(paths));
    http.paths?.forEach((each, j) => errors.push(...pathErrors(each, paths.index(j))));
  });
  tls.forEach(({ hosts = [], secretName = '' }, i) => {
    const path = spec.child('tls').index(i);
    hosts.forEach((host, j) => errors.push(...hostErrors(host, path.child('hosts').index(j))));
    if (secretName) errors.push(...invalidEach(path.child('secretName'), secretName, dnsSubdomainErrors(secretName), 'reference-name'));
  });
  if (ingressClassName !== undefined)
    errors.push(...invalidEach(spec.child('ingressClassName'), ingressClassName, dnsSubdomainErrors(ingressClassName)));
  return errors;
}

const oldIngressClass = 'kubernetes.io/ingress.class';
export const ingressWarnings = ({ metadata }: KubeObject): string[] =>
  metadata.annotations?.[oldIngressClass] === undefined
    ? []
    : [`annotation "${oldIngressClass}" is deprecated, please use 'spec.ingressClassName' instead`];

interface IngressClass extends KubeObject {
  spec?: { controller?: string; parameters?: { apiGroup?: string; kind?: string; name?: string; scope?: string; namespace?: string } };
}
const mostController = 250;
const scopes = ['Cluster', 'Namespace'];

/** ValidateIngressClass, after its metadata. */
export function ingressClassErrors(ingressClass: IngressClass): FieldError[] {
  const { controller = '', parameters } = ingressClass.spec ?? {};
  const at = spec.child('controller');
  const errors: FieldError[] = [];
  if (!controller) errors.push(required(at));
  else {
    if (byteLength(controller) > mostController) errors.push(tooLong(at, mostController));
    const slash = controller.indexOf('/');
    if (slash < 0) errors.push(invalidValue(at, controller, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    else errors.push(...invalidEach(at, controller.slice(0, slash), dnsSubdomainErrors(controller.slice(0, slash))));
  }
  if (!parameters) return errors;
  const path = spec.child('parameters');
  errors.push(...named(parameters.kind, path.child('kind')), ...named(parameters.name, path.child('name')));
  const { scope = '', namespace } = parameters;
  const place = path.child('namespace');
  if (!scopes.includes(scope)) errors.push(notSupported(path.child('scope'), scope, scopes));
  else if (scope === 'Cluster' && namespace !== undefined) errors.push(forbiddenField(place, "`parameters.scope` is set to 'Cluster'"));
  else if (scope === 'Namespace' && namespace === undefined) errors.push(required(place, "`parameters.scope` is set to 'Namespace'"));
  else if (namespace !== undefined) errors.push(...invalidEach(place, namespace, dnsLabelErrors(namespace)));
  return errors;
}

export const ingressClassUpdateErrors = (now: IngressClass, old: IngressClass): FieldError[] =>
  immutableErrors(now.spec?.controller, old.spec?.controller, spec.child('controller'));
