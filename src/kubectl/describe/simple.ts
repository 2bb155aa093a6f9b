import type { KubeObject } from '../../kube/api';
import { decodeBase64 } from '../base64';
import { rfc1123 } from '../duration';
import { byName, fieldsAt, listAt, textAt, textsAt } from '../value';
import type { Described, Description } from './writer';

function heading(d: Description, { metadata }: KubeObject): void {
  d.line(0, `Name:\t${metadata.name}`);
  if (metadata.namespace) d.line(0, `Namespace:\t${metadata.namespace}`);
  d.labels('Labels', metadata.labels);
  d.annotations('Annotations', metadata.annotations);
}

export function describeSecret({ object, d }: Described): void {
  heading(d, object);
  d.line(0, '');
  d.line(0, `Type:\t${textAt(object, 'type')}`);
  d.line(0, '');
  d.line(0, 'Data');
  d.line(0, '====');
  const data = fieldsAt(object, 'data');
  const isToken = textAt(object, 'type') === 'kubernetes.io/service-account-token';
  for (const key of Object.keys(data).sort(byName)) {
    const bytes = decodeBase64(String(data[key])) ?? new Uint8Array();
    d.line(0, `${key}:\t${isToken && key === 'token' ? new TextDecoder().decode(bytes) : `${bytes.length} bytes`}`);
  }
}

export function describeConfigMap({ object, events, d }: Described): void {
  heading(d, object);
  d.line(0, '');
  d.line(0, 'Data');
  d.line(0, '====');
  const data = fieldsAt(object, 'data');
  for (const key of Object.keys(data).sort(byName)) {
    d.line(0, `${key}:`);
    d.line(0, '----');
    d.line(0, String(data[key]));
    d.line(0, '');
  }
  d.line(0, '');
  d.line(0, 'BinaryData');
  d.line(0, '====');
  const binary = fieldsAt(object, 'binaryData');
  for (const key of Object.keys(binary).sort(byName)) d.line(0, `${key}: ${decodeBase64(String(binary[key]))?.length ?? 0} bytes`);
  d.line(0, '');
  d.events(events);
}

export function describeServiceAccount({ object, events, d }: Described): void {
  heading(d, object);
  const list = (title: string, names: readonly string[]): void => {
    if (names.length === 0) return d.line(0, `${title}:\t<none>`);
    names.forEach((name, i) => d.line(0, `${i === 0 ? `${title}:` : ''}\t${name}`));
  };
  const names = (field: string): string[] => listAt(object, field).map((reference) => textAt(reference, 'name'));
  list('Image pull secrets', names('imagePullSecrets'));
  if (names('secrets').length > 0) list('Mountable secrets', names('secrets'));
  d.events(events);
}

export function describeNamespace({ object, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  d.line(0, `Status:\t${textAt(object, 'status', 'phase')}`);
  const conditions = listAt(object, 'status', 'conditions');
  if (conditions.length > 0) {
    d.line(0, 'Conditions:');
    d.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
    d.line(1, '----\t------\t------------------\t------\t-------');
    for (const c of conditions) {
      d.line(
        1,
        `${textAt(c, 'type')}\t${textAt(c, 'status')}\t${rfc1123(textAt(c, 'lastTransitionTime'))}\t${textAt(c, 'reason')}\t${textAt(c, 'message')}`,
      );
    }
  }
  d.line(0, '');
  d.line(0, 'No resource quota.');
  d.line(0, '');
  d.line(0, 'No LimitRange resource.');
}

export function describeRole({ object, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  d.line(0, 'PolicyRule:');
  d.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  d.line(1, '---------\t-----------------\t--------------\t-----');
  for (const rule of listAt(object, 'rules')) {
    const [group = ''] = textsAt(rule, 'apiGroups');
    for (const resource of textsAt(rule, 'resources')) {
      const names = textsAt(rule, 'resourceNames');
      d.line(1, `${resource}${group ? `.${group}` : ''}\t[]\t[${names.join(' ')}]\t[${textsAt(rule, 'verbs').join(' ')}]`);
    }
    const urls = textsAt(rule, 'nonResourceURLs');
    if (urls.length > 0) d.line(1, `\t[${urls.join(' ')}]\t[]\t[${textsAt(rule, 'verbs').join(' ')}]`);
  }
}

export function describeRoleBinding({ object, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  d.line(0, 'Role:');
  d.line(1, `Kind:\t${textAt(object, 'roleRef', 'kind')}`);
  d.line(1, `Name:\t${textAt(object, 'roleRef', 'name')}`);
  d.line(0, 'Subjects:');
  d.line(1, 'Kind\tName\tNamespace');
  d.line(1, '----\t----\t---------');
  for (const subject of listAt(object, 'subjects'))
    d.line(1, `${textAt(subject, 'kind')}\t${textAt(subject, 'name')}\t${textAt(subject, 'namespace')}`);
}
