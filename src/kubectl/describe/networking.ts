import { ApiError, type KubeObject } from '../../kube/api';
import { rfc1123 } from '../duration';
import type { Kubectl } from '../kubectl';
import { selectorText } from '../selectors';
import { at, type Fields, fieldsAt, isFields, listAt, textAt, textsAt } from '../value';
import { endpointsText, slicesOf } from './services';
import type { Described, Description } from './writer';

/** `web:80 (10.0.0.1:8080)`: what an Ingress sends requests to, and what is behind it now. */
async function backendText(k: Kubectl, namespace: string | undefined, backend: unknown): Promise<string> {
  const service = fieldsAt(backend, 'service');
  const name = textAt(service, 'name');
  if (name) {
    const [number, portName] = [textAt(service, 'port', 'number'), textAt(service, 'port', 'name')];
    const text = `${name}:${number || portName}`;
    try {
      const slices = await slicesOf(k, namespace, name);
      const found = await k.json<KubeObject>('GET', k.path((await k.mapper()).need('services'), namespace, name));
      const port = listAt(found, 'spec', 'ports').find((one) =>
        number ? textAt(one, 'port') === number : textAt(one, 'name') === portName,
      );
      return `${text} (${endpointsText(slices, textAt(port, 'name'))})`;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return `${text} (<error: ${error.message}>)`;
    }
  }
  const resource = fieldsAt(backend, 'resource');
  if (!textAt(resource, 'name')) return '';
  return `APIGroup: ${textAt(resource, 'apiGroup') || '<none>'}, Kind: ${textAt(resource, 'kind')}, Name: ${textAt(resource, 'name')}`;
}

export async function describeIngress({ object, events, d }: Described, k: Kubectl): Promise<void> {
  const { name, namespace, labels, annotations } = object.metadata;
  d.line(0, `Name:\t${name}`);
  d.labels('Labels', labels);
  d.line(0, `Namespace:\t${namespace}`);
  const addresses = listAt(object, 'status', 'loadBalancer', 'ingress').map((one) => textAt(one, 'ip') || textAt(one, 'hostname'));
  d.line(0, `Address:\t${[...new Set(addresses)].sort().join(',')}`);
  d.line(0, `Ingress Class:\t${textAt(object, 'spec', 'ingressClassName') || '<none>'}`);
  const fallback = at(object, 'spec', 'defaultBackend');
  const standard = fallback ? await backendText(k, namespace, fallback) : '<default>';
  d.line(0, `Default backend:\t${standard}`);
  const tls = listAt(object, 'spec', 'tls');
  if (tls.length > 0) d.line(0, 'TLS:');
  for (const one of tls) {
    const [secret, hosts] = [textAt(one, 'secretName'), textsAt(one, 'hosts').join(',')];
    d.line(1, secret ? `${secret} terminates ${hosts}` : `SNI routes ${hosts}`);
  }
  d.line(0, 'Rules:');
  d.line(1, 'Host\tPath\tBackends');
  d.line(1, '----\t----\t--------');
  const rules = listAt(object, 'spec', 'rules').filter((rule) => isFields(rule['http']));
  for (const rule of rules) {
    d.line(1, `${textAt(rule, 'host') || '*'}\t`);
    for (const path of listAt(rule, 'http', 'paths'))
      d.line(2, `\t${textAt(path, 'path')} \t${await backendText(k, namespace, at(path, 'backend'))}`);
  }
  if (rules.length === 0) d.line(1, `*\t*\t${standard}`);
  d.annotations('Annotations', annotations);
  d.events(events);
}

export function describeIngressClass({ object, events, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  d.line(0, `Controller:\t${textAt(object, 'spec', 'controller')}`);
  const parameters = fieldsAt(object, 'spec', 'parameters');
  if (Object.keys(parameters).length > 0) {
    d.line(0, 'Parameters:');
    if (textAt(parameters, 'apiGroup')) d.line(1, `APIGroup:\t${textAt(parameters, 'apiGroup')}`);
    d.line(1, `Kind:\t${textAt(parameters, 'kind')}`);
    d.line(1, `Name:\t${textAt(parameters, 'name')}`);
  }
  d.events(events);
}

export function describeServiceCidr({ object, events, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  d.line(0, `CIDRs:\t${textsAt(object, 'spec', 'cidrs').join(', ')}`);
  const conditions = listAt(object, 'status', 'conditions');
  if (conditions.length > 0) {
    d.line(0, 'Status:');
    d.line(0, 'Conditions:');
    d.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
    d.line(1, '----\t------\t------------------\t------\t-------');
    for (const c of conditions) {
      const [type, status, time, reason, message] = ['type', 'status', 'lastTransitionTime', 'reason', 'message'].map((key) =>
        textAt(c, key),
      );
      d.line(1, [type, status, rfc1123(time ?? ''), reason, message].join('\t'));
    }
  }
  d.events(events);
}

export function describeIpAddress({ object, events, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  const parent = fieldsAt(object, 'spec', 'parentRef');
  if (Object.keys(parent).length > 0) {
    d.line(0, 'Parent Reference:');
    for (const [title, key] of parentFields) d.line(1, `${title}:\t${textAt(parent, key)}`);
  }
  d.events(events);
}

const parentFields = [
  ['Group', 'group'],
  ['Resource', 'resource'],
  ['Namespace', 'namespace'],
  ['Name', 'name'],
] as const;

const directions = [
  { type: 'Ingress', word: 'ingress', field: 'ingress', peers: 'from', title: 'From', any: 'not restricted by source' },
  { type: 'Egress', word: 'egress', field: 'egress', peers: 'to', title: 'To', any: 'not restricted by destination' },
] as const;

/** A NetworkPolicy: events are not shown of it. */
export function describeNetworkPolicy({ object, d }: Described): void {
  const { name, namespace, labels, annotations, creationTimestamp } = object.metadata;
  d.line(0, `Name:\t${name}`);
  d.line(0, `Namespace:\t${namespace}`);
  d.line(0, `Created on:\t${(creationTimestamp ?? '').replace('T', ' ').replace('Z', ' +0000 UTC')}`);
  d.labels('Labels', labels);
  d.annotations('Annotations', annotations);
  d.line(0, 'Spec:');
  const selector = selectorText(at(object, 'spec', 'podSelector'));
  d.line(1, `PodSelector:     ${selector || '<none> (Allowing the specific traffic to all pods in this namespace)'}`);
  const types = textsAt(object, 'spec', 'policyTypes');
  for (const direction of directions) {
    if (!types.includes(direction.type)) {
      d.line(1, `Not affecting ${direction.word} traffic`);
      continue;
    }
    d.line(1, `Allowing ${direction.word} traffic:`);
    const rules = listAt(object, 'spec', direction.field);
    if (rules.length === 0) d.line(2, `<none> (Selected pods are isolated for ${direction.word} connectivity)`);
    rules.forEach((rule, i) => {
      describeRule(d, rule, direction);
      if (i < rules.length - 1) d.line(2, '----------');
    });
  }
  d.line(1, `Policy Types: ${types.join(', ') || '<none>'}`);
}

function describeRule(d: Description, rule: Fields, { peers, title, any }: (typeof directions)[number]): void {
  const ports = listAt(rule, 'ports');
  if (ports.length === 0) d.line(2, 'To Port: <any> (traffic allowed to all ports)');
  for (const port of ports) {
    const [number, end, protocol] = [textAt(port, 'port') || '<nil>', textAt(port, 'endPort'), textAt(port, 'protocol') || 'TCP'];
    d.line(2, end ? `To Port Range: ${number}-${end}/${protocol}` : `To Port: ${number}/${protocol}`);
  }
  const list = listAt(rule, peers);
  if (list.length === 0) d.line(2, `${title}: <any> (traffic ${any})`);
  for (const peer of list) {
    d.line(2, `${title}:`);
    for (const [label, key] of [
      ['NamespaceSelector', 'namespaceSelector'],
      ['PodSelector', 'podSelector'],
    ] as const)
      if (isFields(peer[key])) d.line(3, `${label}: ${selectorText(peer[key]) || '<none>'}`);
    if (isFields(peer['podSelector']) || isFields(peer['namespaceSelector'])) continue;
    d.line(3, 'IPBlock:');
    d.line(4, `CIDR: ${textAt(peer, 'ipBlock', 'cidr')}`);
    d.line(4, `Except: ${textsAt(peer, 'ipBlock', 'except').join(', ')}`);
  }
}
