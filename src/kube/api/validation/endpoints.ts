import { duplicate, invalidEach, invalidValue, notSupported, required, tooMany, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { addressErrors, addressFamily, specialAddressErrors } from './addresses';
import { immutableErrors, labelErrors } from './metadata';
import { dnsLabelErrors, dnsSubdomainErrors, labelValueErrors, portNumberErrors, qualifiedNameErrors } from './names';

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}
interface Address {
  readonly ip?: string;
  readonly hostname?: string;
  readonly nodeName?: string;
}
interface Subset {
  readonly addresses?: readonly Address[];
  readonly notReadyAddresses?: readonly Address[];
  readonly ports?: readonly Port[];
}
interface Endpoints extends KubeObject {
  subsets?: readonly Subset[];
}
interface Hint {
  readonly name?: string;
}
interface Endpoint {
  readonly addresses?: readonly string[];
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly deprecatedTopology?: Record<string, string>;
  readonly hints?: { readonly forZones?: readonly Hint[]; readonly forNodes?: readonly Hint[] };
}
interface EndpointSlice extends KubeObject {
  addressType?: string;
  /** Written even when there is none. */
  endpoints?: readonly Endpoint[] | null;
  ports?: readonly Port[] | null;
}

const protocols = ['SCTP', 'TCP', 'UDP'];
function protocolErrors({ protocol, appProtocol }: Port, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!protocol) errors.push(required(path.child('protocol')));
  else if (!protocols.includes(protocol)) errors.push(notSupported(path.child('protocol'), protocol, protocols));
  if (appProtocol === undefined) return errors;
  return [...errors, ...invalidEach(path.child('appProtocol'), appProtocol, qualifiedNameErrors(appProtocol))];
}
const nodeErrors = (name: string | undefined, path: FieldPath): FieldError[] =>
  name === undefined ? [] : invalidEach(path, name, dnsSubdomainErrors(name));

const subsetAddressErrors = ({ ip = '', hostname, nodeName }: Address, path: FieldPath): FieldError[] => [
  ...invalidEach(path.child('ip'), ip, addressErrors(ip)),
  ...(hostname ? invalidEach(path.child('hostname'), hostname, dnsLabelErrors(hostname)) : []),
  ...nodeErrors(nodeName, path.child('nodeName')),
  ...invalidEach(path.child('ip'), ip, specialAddressErrors(ip)),
];

function subsetPortErrors(port: Port, isOneOfMany: boolean, path: FieldPath): FieldError[] {
  const { name = '', port: number = 0 } = port;
  const errors: FieldError[] = isOneOfMany && !name ? [required(path.child('name'))] : [];
  if (name) errors.push(...invalidEach(path.child('name'), name, dnsLabelErrors(name)));
  errors.push(...invalidEach(path.child('port'), number, portNumberErrors(number)));
  return [...errors, ...protocolErrors(port, path)];
}

/** ValidateEndpoints, after its metadata. */
export const endpointsErrors = ({ subsets = [] }: Endpoints): FieldError[] =>
  subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const path = FieldPath.of('subsets').index(i);
    const none = addresses.length + notReadyAddresses.length === 0;
    return [
      ...(none ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...addresses.flatMap((address, j) => subsetAddressErrors(address, path.child('addresses').index(j))),
      ...notReadyAddresses.flatMap((address, j) => subsetAddressErrors(address, path.child('notReadyAddresses').index(j))),
      ...ports.flatMap((port, j) => subsetPortErrors(port, ports.length > 1, path.child('ports').index(j))),
    ];
  });

const most = { endpoints: 1000, addresses: 100, ports: 20_000, labels: 16, hints: 8 } as const;
const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

function sliceAddressErrors(address: string, type: string, path: FieldPath): FieldError[] {
  if (type === 'FQDN') {
    if (!address) return [required(path)];
    const bad = dnsSubdomainErrors(address.replace(/\.$/, ''));
    if (bad.length > 0) return invalidEach(path, address, bad);
    return address.includes('.') ? [] : [invalidValue(path, address, 'should be a domain with at least two segments separated by dots')];
  }
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const bad = addressErrors(address);
  if (bad.length > 0) return invalidEach(path, address, bad);
  const isOther = addressFamily(address) !== type;
  return [
    ...(isOther ? [invalidValue(path, address, `must be an ${type} address`)] : []),
    ...invalidEach(path, address, specialAddressErrors(address)),
  ];
}

function hintErrors(hints: readonly Hint[], path: FieldPath, rule: (name: string) => string[]): FieldError[] {
  if (hints.length > most.hints) return [tooMany(path, hints.length, most.hints)];
  const seen = new Set<string>();
  return hints.flatMap(({ name = '' }, i) => {
    const at = path.index(i).child('name');
    const isSecond = seen.has(name);
    seen.add(name);
    return [...(isSecond ? [duplicate(at, name)] : []), ...invalidEach(at, name, rule(name))];
  });
}

function endpointErrors(endpoint: Endpoint, type: string, path: FieldPath): FieldError[] {
  const { addresses = [], deprecatedTopology: topology = {}, hostname, hints = {} } = endpoint;
  const errors: FieldError[] = [];
  const at = path.child('addresses');
  if (addresses.length === 0) errors.push(required(at, 'must contain at least 1 address'));
  else if (addresses.length > most.addresses) errors.push(tooMany(at, addresses.length, most.addresses));
  addresses.forEach((address, i) => errors.push(...sliceAddressErrors(address, type, at.index(i))));
  errors.push(...nodeErrors(endpoint.nodeName, path.child('nodeName')));
  const labels = path.child('deprecatedTopology');
  const count = Object.keys(topology).length;
  if (count > most.labels) errors.push(tooMany(labels, count, most.labels));
  errors.push(...labelErrors(topology, labels));
  if (hostname !== undefined) errors.push(...invalidEach(path.child('hostname'), hostname, dnsLabelErrors(hostname)));
  return [
    ...errors,
    ...hintErrors(hints.forZones ?? [], path.child('hints').child('forZones'), labelValueErrors),
    ...hintErrors(hints.forNodes ?? [], path.child('hints').child('forNodes'), dnsSubdomainErrors),
  ];
}

function slicePortErrors(ports: readonly Port[], path: FieldPath): FieldError[] {
  if (ports.length > most.ports) return [tooMany(path, ports.length, most.ports)];
  const seen = new Set<string>();
  return ports.flatMap((port, i) => {
    const { name = '' } = port;
    const at = path.index(i);
    const errors = name ? invalidEach(at.child('name'), name, dnsLabelErrors(name)) : [];
    if (seen.has(name)) errors.push(duplicate(at.child('name'), name));
    seen.add(name);
    return [...errors, ...protocolErrors(port, at)];
  });
}

/** ValidateEndpointSlice, after its metadata. */
export function endpointSliceErrors(slice: EndpointSlice): FieldError[] {
  const { addressType: type = '' } = slice;
  const [endpoints, ports] = [slice.endpoints ?? [], slice.ports ?? []];
  const errors: FieldError[] = [];
  const [typePath, path] = [FieldPath.of('addressType'), FieldPath.of('endpoints')];
  if (!type) errors.push(required(typePath));
  else if (!addressTypes.includes(type)) errors.push(notSupported(typePath, type, addressTypes));
  if (endpoints.length > most.endpoints) errors.push(tooMany(path, endpoints.length, most.endpoints));
  else endpoints.forEach((endpoint, i) => errors.push(...endpointErrors(endpoint, type, path.index(i))));
  return [...errors, ...slicePortErrors(ports, FieldPath.of('ports'))];
}

export const endpointSliceUpdateErrors = (now: EndpointSlice, old: EndpointSlice): FieldError[] =>
  immutableErrors(now.addressType ?? '', old.addressType ?? '', FieldPath.of('addressType'));
