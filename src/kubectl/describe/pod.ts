import { rfc1123 } from '../duration';
import { selectorText } from '../selectors';
import { at, byName, type Fields, fieldsAt, isFields, listAt, textAt } from '../value';
import { describeContainers, describeResources, describeSeccomp } from './containers';
import { describeVolumes } from './volumes';
import type { Described, Description } from './writer';

export function describePod({ object: pod, events, d }: Described): void {
  const { metadata } = pod;
  const status = (key: string): string => textAt(pod, 'status', key);
  const optional = (label: string, value: string): void => {
    if (value) d.line(0, `${label}:\t${value}`);
  };
  d.line(0, `Name:\t${metadata.name}`);
  d.line(0, `Namespace:\t${metadata.namespace}`);
  optional('Priority', textAt(pod, 'spec', 'priority'));
  optional('Priority Class Name', textAt(pod, 'spec', 'priorityClassName'));
  optional('Runtime Class Name', textAt(pod, 'spec', 'runtimeClassName'));
  optional('Service Account', textAt(pod, 'spec', 'serviceAccountName'));
  const node = textAt(pod, 'spec', 'nodeName');
  d.line(0, `Node:\t${node ? `${node}/${status('hostIP')}` : '<none>'}`);
  if (status('startTime')) d.line(0, `Start Time:\t${rfc1123(status('startTime'))}`);
  d.labels('Labels', metadata.labels);
  d.annotations('Annotations', metadata.annotations);
  if (metadata.deletionTimestamp && !['Failed', 'Succeeded'].includes(status('phase'))) {
    d.line(0, `Status:\tTerminating (lasts ${d.since(metadata.deletionTimestamp)})`);
    d.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else d.line(0, `Status:\t${status('phase')}`);
  optional('Reason', status('reason'));
  optional('Message', status('message'));
  describeSeccomp(d, fieldsAt(pod, 'spec', 'securityContext'), 0);
  d.line(0, `IP:\t${status('podIP')}`);
  const ips = listAt(pod, 'status', 'podIPs');
  if (ips.length === 0) d.line(0, 'IPs:\t<none>');
  else {
    d.line(0, 'IPs:');
    for (const ip of ips) d.line(1, `IP:\t${textAt(ip, 'ip')}`);
  }
  const owner = metadata.ownerReferences?.find((reference) => reference.controller);
  if (owner) d.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
  optional('NominatedNodeName', status('nominatedNodeName'));
  if (isFields(at(pod, 'spec', 'resources'))) {
    d.line(0, 'Resources:');
    describeResources(d, fieldsAt(pod, 'spec', 'resources'), 1);
  }
  if (listAt(pod, 'spec', 'initContainers').length > 0) {
    describeContainers(d, 'Init Containers', listAt(pod, 'spec', 'initContainers'), listAt(pod, 'status', 'initContainerStatuses'), pod);
  }
  describeContainers(d, 'Containers', listAt(pod, 'spec', 'containers'), listAt(pod, 'status', 'containerStatuses'), pod);
  if (listAt(pod, 'spec', 'ephemeralContainers').length > 0) {
    describeContainers(
      d,
      'Ephemeral Containers',
      listAt(pod, 'spec', 'ephemeralContainers'),
      listAt(pod, 'status', 'ephemeralContainerStatuses'),
      pod,
    );
  }
  const conditions = listAt(pod, 'status', 'conditions');
  const gates = listAt(pod, 'spec', 'readinessGates').map((gate) => textAt(gate, 'conditionType'));
  if (gates.length > 0) {
    d.line(0, 'Readiness Gates:');
    d.line(1, 'Type\tStatus');
    const found = (gate: string): Fields | undefined => conditions.find((condition) => textAt(condition, 'type') === gate);
    for (const gate of gates) d.line(1, `${gate} \t${textAt(found(gate), 'status') || '<none>'} `);
  }
  if (conditions.length > 0) {
    d.line(0, 'Conditions:');
    d.line(1, 'Type\tStatus');
    for (const condition of conditions) d.line(1, `${textAt(condition, 'type')} \t${textAt(condition, 'status')} `);
  }
  describeVolumes(d, listAt(pod, 'spec', 'volumes'));
  optional('QoS Class', status('qosClass'));
  d.labels('Node-Selectors', fieldsAt(pod, 'spec', 'nodeSelector') as Record<string, string>);
  describeTolerations(d, listAt(pod, 'spec', 'tolerations'));
  describeSpread(d, listAt(pod, 'spec', 'topologySpreadConstraints'));
  d.events(events);
}

export function describeTolerations(d: Description, list: readonly Fields[], space = ''): void {
  if (list.length === 0) return d.line(0, `${space}Tolerations:\t<none>`);
  [...list]
    .sort((a, b) => byName(textAt(a, 'key'), textAt(b, 'key')))
    .forEach((toleration, i) => {
      const [key, value, effect] = ['key', 'value', 'effect'].map((field) => textAt(toleration, field)) as [string, string, string];
      const exists = textAt(toleration, 'operator') === 'Exists' && !value ? `${key || effect ? ' ' : ''}op=Exists` : '';
      const seconds = at(toleration, 'tolerationSeconds') === undefined ? '' : ` for ${textAt(toleration, 'tolerationSeconds')}s`;
      d.line(
        0,
        `${space}${i === 0 ? 'Tolerations:' : ''}\t${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}${exists}${seconds}`,
      );
    });
}

export function describeSpread(d: Description, constraints: readonly Fields[], space = ''): void {
  const sorted = [...constraints].sort((a, b) => byName(textAt(a, 'topologyKey'), textAt(b, 'topologyKey')));
  sorted.forEach((constraint, i) => {
    const of = (key: string): string => textAt(constraint, key);
    const labels = at(constraint, 'labelSelector');
    const selector = isFields(labels) ? selectorText(labels) || '<none>' : '';
    const head = i === 0 ? 'Topology Spread Constraints:' : '';
    const rule = `${of('topologyKey')}:${of('whenUnsatisfiable')} when max skew ${of('maxSkew')} is exceeded`;
    d.line(0, `${space}${head}\t${rule}${selector ? ` for selector ${selector}` : ''}`);
  });
}
