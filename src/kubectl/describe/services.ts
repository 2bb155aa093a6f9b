import type { KubeObject } from '../../kube/api';
import type { Kubectl } from '../kubectl';
import { pairsText } from '../selectors';
import { at, fieldsAt, isFields, listAt, textAt, textsAt } from '../value';
import type { Described, Description } from './writer';

function heading(d: Description, { metadata }: KubeObject): void {
  d.line(0, `Name:\t${metadata.name}`);
  d.line(0, `Namespace:\t${metadata.namespace}`);
  d.labels('Labels', metadata.labels);
  d.annotations('Annotations', metadata.annotations);
}

/** The addresses behind a port: `10.0.0.1:80,10.0.0.2:80`, at most three and how many more. */
export function endpointsText(slices: readonly KubeObject[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const list = slices.flatMap((slice) => {
    const endpoints = listAt(slice, 'endpoints').filter((endpoint) => at(endpoint, 'conditions', 'ready') !== false);
    const addresses = endpoints.flatMap((endpoint) => textsAt(endpoint, 'addresses'));
    const ports = listAt(slice, 'ports');
    if (ports.length === 0) return addresses;
    return ports
      .filter((port) => textAt(port, 'name') === portName)
      .flatMap((port) => addresses.map((address) => `${address}:${textAt(port, 'port')}`));
  });
  const more = list.length > 3 ? ` + ${list.length - 3} more...` : '';
  return list.slice(0, 3).join(',') + more;
}

/** The endpoint slices of a Service. */
export async function slicesOf(k: Kubectl, namespace: string | undefined, service: string): Promise<KubeObject[]> {
  const mapping = (await k.mapper()).need('endpointslices');
  const query = { labelSelector: `kubernetes.io/service-name=${service}` };
  return (await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, namespace), { query })).items;
}

export async function describeService({ object, events, d }: Described, k: Kubectl): Promise<void> {
  const spec = (key: string): string => textAt(object, 'spec', key);
  const given = (label: string, value: string): void => {
    if (value !== '') d.line(0, `${label}:\t${value}`);
  };
  const slices = await slicesOf(k, object.metadata.namespace, object.metadata.name ?? '');
  heading(d, object);
  d.line(0, `Selector:\t${pairsText(fieldsAt(object, 'spec', 'selector'))}`);
  d.line(0, `Type:\t${spec('type')}`);
  given('IP Family Policy', spec('ipFamilyPolicy'));
  d.line(0, `IP Families:\t${textsAt(object, 'spec', 'ipFamilies').join(',') || '<none>'}`);
  d.line(0, `IP:\t${spec('clusterIP')}`);
  d.line(0, `IPs:\t${textsAt(object, 'spec', 'clusterIPs').join(',') || '<none>'}`);
  given('External IPs', textsAt(object, 'spec', 'externalIPs').join(','));
  given('Desired LoadBalancer IP', spec('loadBalancerIP'));
  given('External Name', spec('externalName'));
  const ingress = listAt(object, 'status', 'loadBalancer', 'ingress');
  given('LoadBalancer Ingress', ingress.map((each) => textAt(each, 'ip') + (textAt(each, 'ipMode') && ` (${textAt(each, 'ipMode')})`) || textAt(each, 'hostname')).join(', ')); // prettier-ignore
  for (const port of listAt(object, 'spec', 'ports')) {
    const [name, protocol] = [textAt(port, 'name') || '<unset>', textAt(port, 'protocol')];
    d.line(0, `Port:\t${name}\t${textAt(port, 'port')}/${protocol}`);
    d.line(0, `TargetPort:\t${textAt(port, 'targetPort')}/${protocol}`);
    given('AppProtocol', textAt(port, 'appProtocol'));
    if (textAt(port, 'nodePort')) d.line(0, `NodePort:\t${name}\t${textAt(port, 'nodePort')}/${protocol}`);
    d.line(0, `Endpoints:\t${endpointsText(slices, textAt(port, 'name'))}`);
  }
  d.line(0, `Session Affinity:\t${spec('sessionAffinity')}`);
  given('External Traffic Policy', spec('externalTrafficPolicy'));
  given('Internal Traffic Policy', spec('internalTrafficPolicy'));
  given('HealthCheck NodePort', spec('healthCheckNodePort'));
  given('LoadBalancer Source Ranges', textsAt(object, 'spec', 'loadBalancerSourceRanges').join(','));
  given('Traffic Distribution', spec('trafficDistribution'));
  d.events(events);
}

export function describeEndpoints({ object, events, d }: Described): void {
  heading(d, object);
  d.line(0, 'Subsets:');
  for (const subset of listAt(object, 'subsets')) {
    const list = (field: string): string =>
      listAt(subset, field)
        .map((address) => textAt(address, 'ip'))
        .join(',') || '<none>';
    d.line(1, `Addresses:\t${list('addresses')}`);
    d.line(1, `NotReadyAddresses:\t${list('notReadyAddresses')}`);
    const ports = listAt(subset, 'ports');
    if (ports.length > 0) {
      d.line(1, 'Ports:');
      d.line(2, 'Name\tPort\tProtocol');
      d.line(2, '----\t----\t--------');
      for (const port of ports) d.line(2, `${textAt(port, 'name') || '<unset>'}\t${textAt(port, 'port')}\t${textAt(port, 'protocol')}`);
    }
    d.line(0, '');
  }
  d.events(events);
}

export function describeEndpointSlice({ object, events, d }: Described): void {
  heading(d, object);
  d.line(0, `AddressType:\t${textAt(object, 'addressType')}`);
  const ports = listAt(object, 'ports');
  d.line(0, ports.length === 0 ? 'Ports: <unset>' : 'Ports:');
  if (ports.length > 0) {
    d.line(1, 'Name\tPort\tProtocol');
    d.line(1, '----\t----\t--------');
    for (const port of ports)
      d.line(1, `${textAt(port, 'name') || '<unset>'}\t${textAt(port, 'port') || '<unset>'}\t${textAt(port, 'protocol')}`);
  }
  const endpoints = listAt(object, 'endpoints');
  d.line(0, endpoints.length === 0 ? 'Endpoints: <none>' : 'Endpoints:');
  for (const endpoint of endpoints) {
    const or = (...path: string[]): string => textAt(endpoint, ...path) || '<unset>';
    d.line(1, `- Addresses:\t${textsAt(endpoint, 'addresses').join(', ') || '<none>'}`);
    d.line(2, 'Conditions:');
    d.line(3, `Ready:\t${or('conditions', 'ready')}`);
    d.line(2, `Hostname:\t${or('hostname')}`);
    if (isFields(at(endpoint, 'targetRef')))
      d.line(2, `TargetRef:\t${textAt(endpoint, 'targetRef', 'kind')}/${textAt(endpoint, 'targetRef', 'name')}`);
    d.line(2, `NodeName:\t${or('nodeName')}`);
    d.line(2, `Zone:\t${or('zone')}`);
  }
  d.events(events);
}
