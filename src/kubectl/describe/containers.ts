import { quantityIn, type KubeObject } from '../../kube/api';
import { rfc1123 } from '../duration';
import { at, byName, type Fields, fieldsAt, isFields, listAt, textAt, textsAt } from '../value';
import type { Description } from './writer';

/** Containers with their state; with `space` as part of a pod template, which is indented by it. */
export function describeContainers(
  d: Description,
  label: string,
  containers: readonly Fields[],
  statuses: readonly Fields[],
  pod: KubeObject,
  space = '',
): void {
  d.line(0, `${space}${label}:${containers.length === 0 ? ' <none>' : ''}`);
  for (const container of containers) {
    const status = statuses.find((one) => one.name === container.name);
    basics(d, container, status, space ? ' ' : '');
    for (const [title, field] of [
      ['Command', 'command'],
      ['Args', 'args'],
    ] as const) {
      const words = textsAt(container, field);
      if (words.length === 0) continue;
      d.line(2, `${title}:`);
      for (const word of words) for (const line of word.split('\n')) d.line(3, line);
    }
    if (status) state(d, status);
    describeResources(d, fieldsAt(container, 'resources'), 2);
    for (const [title, field] of [
      ['Liveness', 'livenessProbe'],
      ['Readiness', 'readinessProbe'],
      ['Startup', 'startupProbe'],
    ] as const) {
      if (isFields(container[field])) d.line(2, `${title}:\t${probe(container[field])}`);
    }
    environmentFrom(d, listAt(container, 'envFrom'));
    environment(d, listAt(container, 'env'), container, pod);
    mounts(d, listAt(container, 'volumeMounts'));
    devices(d, listAt(container, 'volumeDevices'));
  }
}

/** The seccomp profile of a container or a pod, if it names one. */
export function describeSeccomp(d: Description, context: Fields, level: number): void {
  const profile = (key: string): string => textAt(context, 'seccompProfile', key);
  if (!profile('type')) return;
  d.line(level, `SeccompProfile:\t${profile('type')}`);
  if (profile('type') === 'Localhost') d.line(level && level + 1, `LocalhostProfile:\t${profile('localhostProfile')}`);
}

function basics(d: Description, container: Fields, status: Fields | undefined, indent: string): void {
  d.line(1, `${indent}${textAt(container, 'name')}:`);
  if (status) d.line(2, `Container ID:\t${textAt(status, 'containerID')}`);
  d.line(2, `Image:\t${textAt(container, 'image')}`);
  if (status) d.line(2, `Image ID:\t${textAt(status, 'imageID')}`);
  const ports = listAt(container, 'ports');
  const list = (field: string): string =>
    ports
      .map(
        (port) =>
          `${textAt(port, field) || '0'}/${textAt(port, 'protocol') || 'TCP'}${textAt(port, 'name') ? ` (${textAt(port, 'name')})` : ''}`,
      )
      .join(', ');
  const plural = ports.length > 1 ? 's' : '';
  d.line(2, `Port${plural}:\t${list('containerPort') || '<none>'}`);
  d.line(2, `Host Port${plural}:\t${list('hostPort') || '<none>'}`);
  describeSeccomp(d, fieldsAt(container, 'securityContext'), 2);
}

function state(d: Description, status: Fields): void {
  oneState(d, 'State', fieldsAt(status, 'state'));
  if (isFields(at(status, 'lastState', 'terminated'))) oneState(d, 'Last State', fieldsAt(status, 'lastState'));
  d.line(2, `Ready:\t${status.ready ? 'True' : 'False'}`);
  d.line(2, `Restart Count:\t${textAt(status, 'restartCount')}`);
}

function oneState(d: Description, name: string, state: Fields): void {
  if (isFields(state.running)) {
    d.line(2, `${name}:\tRunning`);
    d.line(3, `Started:\t${rfc1123(textAt(state, 'running', 'startedAt'))}`);
  } else if (isFields(state.terminated)) {
    const of = (key: string): string => textAt(state, 'terminated', key);
    d.line(2, `${name}:\tTerminated`);
    if (of('reason')) d.line(3, `Reason:\t${of('reason')}`);
    if (of('message')) d.line(3, `Message:\t${of('message')}`);
    d.line(3, `Exit Code:\t${of('exitCode')}`);
    if (Number(of('signal')) > 0) d.line(3, `Signal:\t${of('signal')}`);
    d.line(3, `Started:\t${of('startedAt') ? rfc1123(of('startedAt')) : 'Mon, 01 Jan 0001 00:00:00 +0000'}`);
    d.line(3, `Finished:\t${of('finishedAt') ? rfc1123(of('finishedAt')) : 'Mon, 01 Jan 0001 00:00:00 +0000'}`);
  } else {
    d.line(2, `${name}:\tWaiting`);
    const reason = textAt(state, 'waiting', 'reason');
    if (reason) d.line(3, `Reason:\t${reason}`);
  }
}

/** Limits and requests of a container or a pod. */
export function describeResources(d: Description, resources: Fields, level: number): void {
  for (const [title, field] of [
    ['Limits', 'limits'],
    ['Requests', 'requests'],
  ] as const) {
    const values = fieldsAt(resources, field);
    const names = Object.keys(values).sort(byName);
    if (names.length === 0) continue;
    d.line(level, `${title}:`);
    for (const name of names) d.line(level + 1, `${name}:\t${String(values[name])}`);
  }
}

/** As url.URL writes a path. */
const escapedPath = (path: string): string => encodeURI(path).replace(/[?#[\]]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function probe(probe: Fields): string {
  const number = (key: string, fallback: number): string => textAt(probe, key) || String(fallback);
  const attributes = `delay=${number('initialDelaySeconds', 0)}s timeout=${number('timeoutSeconds', 1)}s period=${number('periodSeconds', 10)}s #success=${number('successThreshold', 1)} #failure=${number('failureThreshold', 3)}`;
  if (isFields(probe.exec)) return `exec [${textsAt(probe, 'exec', 'command').join(' ')}] ${attributes}`;
  if (isFields(probe.httpGet)) {
    const of = (key: string): string => textAt(probe, 'httpGet', key);
    const path = of('path').startsWith('/') ? of('path') : `/${of('path')}`;
    const host = of('host').includes(':') ? `[${of('host')}]` : of('host');
    return `http-get ${(of('scheme') || 'HTTP').toLowerCase()}://${host}:${of('port')}${escapedPath(path)} ${attributes}`;
  }
  if (isFields(probe.tcpSocket))
    return `tcp-socket ${textAt(probe, 'tcpSocket', 'host')}:${textAt(probe, 'tcpSocket', 'port')} ${attributes}`;
  if (isFields(probe.grpc)) return `grpc <pod>:${textAt(probe, 'grpc', 'port')} ${textAt(probe, 'grpc', 'service')} ${attributes}`;
  return `unknown ${attributes}`;
}

function environmentFrom(d: Description, list: readonly Fields[]): void {
  if (list.length === 0) return;
  d.line(2, 'Environment Variables from:');
  for (const source of list) {
    const [from, field] = isFields(source.configMapRef) ? ['ConfigMap', 'configMapRef'] : ['Secret', 'secretRef'];
    const prefix = textAt(source, 'prefix');
    d.line(
      3,
      `${textAt(source, field, 'name')}\t${from}${prefix ? ` with prefix '${prefix}'` : ''}\tOptional: ${textAt(source, field, 'optional') || 'false'}`,
    );
  }
}

function environment(d: Description, list: readonly Fields[], container: Fields, pod: KubeObject): void {
  d.line(2, list.length === 0 ? 'Environment:\t<none>' : 'Environment:');
  for (const variable of list) {
    const name = textAt(variable, 'name');
    const from = fieldsAt(variable, 'valueFrom');
    if (isFields(from.fieldRef)) {
      const path = textAt(from, 'fieldRef', 'fieldPath');
      d.line(3, `${name}:\t${fieldValue(pod, path)} (${textAt(from, 'fieldRef', 'apiVersion') || 'v1'}:${path})`);
    } else if (isFields(from.resourceFieldRef)) {
      const resource = textAt(from, 'resourceFieldRef', 'resource');
      const [list, key] = resource.split('.') as [string, string];
      const value = quantityIn(textAt(container, 'resources', list, key) || '0', textAt(from, 'resourceFieldRef', 'divisor'));
      const none = value === '0' && (resource === 'limits.cpu' || resource === 'limits.memory');
      d.line(3, `${name}:\t${none ? 'node allocatable' : value} (${resource})`);
    } else if (isFields(from.secretKeyRef)) {
      const ref = fieldsAt(from, 'secretKeyRef');
      d.line(
        3,
        `${name}:\t<set to the key '${textAt(ref, 'key')}' in secret '${textAt(ref, 'name')}'>\tOptional: ${textAt(ref, 'optional') || 'false'}`,
      );
    } else if (isFields(from.configMapKeyRef)) {
      const ref = fieldsAt(from, 'configMapKeyRef');
      d.line(
        3,
        `${name}:\t<set to the key '${textAt(ref, 'key')}' of config map '${textAt(ref, 'name')}'>\tOptional: ${textAt(ref, 'optional') || 'false'}`,
      );
    } else
      textAt(variable, 'value')
        .split('\n')
        .forEach((line, i) => d.line(3, i === 0 ? `${name}:\t${line}` : `\t${line}`));
  }
}

function fieldValue(pod: KubeObject, path: string): string {
  // a client's scheme knows these two alone by their labels
  return ['metadata.name', 'metadata.namespace'].includes(path) ? textAt(pod, ...path.split('.')) : '';
}

function mounts(d: Description, list: readonly Fields[]): void {
  d.line(2, list.length === 0 ? 'Mounts:\t<none>' : 'Mounts:');
  for (const mount of [...list].sort((a, b) => byName(textAt(a, 'mountPath'), textAt(b, 'mountPath')))) {
    const subPath = textAt(mount, 'subPath');
    d.line(
      3,
      `${textAt(mount, 'mountPath')} from ${textAt(mount, 'name')} (${mount.readOnly ? 'ro' : 'rw'}${subPath ? `,path=${JSON.stringify(subPath)}` : ''})`,
    );
  }
}

function devices(d: Description, list: readonly Fields[]): void {
  if (list.length === 0) return;
  d.line(2, 'Devices:');
  for (const device of [...list].sort((a, b) => byName(textAt(a, 'devicePath'), textAt(b, 'devicePath'))))
    d.line(3, `${textAt(device, 'devicePath')} from ${textAt(device, 'name')}`);
}
