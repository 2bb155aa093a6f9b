import type { KubeObject } from '../../kube/api';
import { decodeBase64 } from '../base64';
import { rfc1123 } from '../duration';
import type { Kubectl } from '../kubectl';
import { byName, fieldsAt, listAt, textAt } from '../value';
import { describeRestrictions } from './policy';
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
  d.events(events);
}

export async function describeNamespace({ object, d }: Described, k: Kubectl): Promise<void> {
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
  await describeRestrictions(d, k, object.metadata.name ?? '');
}
