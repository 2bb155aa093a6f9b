import { goQuoted } from '../decode-error';
import type { FieldPath } from '../field-path';
import type { ContainerPort, FullPodSpec } from './pod-shapes';
import { visitContainers } from './pod-visit';

interface Place {
  readonly at: string;
  readonly port: ContainerPort;
}

/** How a second definition of a port stands to the first; undefined when the two do not touch. */
function relation(port: ContainerPort, other: ContainerPort): string | undefined {
  const [address, otherAddress] = [port.hostIP ?? '', other.hostIP ?? ''];
  const [host, otherHost] = [port.hostPort ?? 0, other.hostPort ?? 0];
  if (address === otherAddress && host === otherHost) return 'duplicate';
  if (host === 0 || otherHost === 0) return 'overlapping';
  return host === otherHost && (address === '') !== (otherAddress === '') ? 'dangerously ambiguous' : undefined;
}

/** Go's %+v of a port. */
const shown = ({ name = '', hostPort = 0, containerPort = 0, protocol = '', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;

/** Ports that are defined twice, in one container or in two. */
export function portWarnings(spec: FullPodSpec, path: FieldPath): string[] {
  const warnings: string[] = [];
  const places = new Map<string, Place[]>();
  const names = new Map<string, string>();
  const ofNames: string[] = [];
  visitContainers(spec, path, (container, where) =>
    (container.ports ?? []).forEach((port, i) => {
      const at = where.child('ports').index(i).toString();
      if (port.hostIP && !port.hostPort) warnings.push(`${at}: hostIP set without hostPort: ${shown(port)}`);
      const key = `${port.containerPort ?? 0}/${port.protocol ?? ''}`;
      const others = places.get(key) ?? [];
      for (const other of others) {
        const how = relation(port, other.port);
        if (how) warnings.push(`${at}: ${how} port definition with ${other.at}`);
      }
      places.set(key, [...others, { at, port }]);
    }),
  );
  visitContainers(spec, path, (container, where) => {
    // An init container that ends has let go of its ports before the others run.
    const runs = spec.containers?.includes(container) || container.restartPolicy === 'Always';
    if (!runs) return;
    (container.ports ?? []).forEach((port, i) => {
      if (!port.name) return;
      const at = where.child('ports').index(i).toString();
      const first = names.get(port.name);
      if (first === undefined) return void names.set(port.name, at);
      const used = `services and probes that select ports by name will use ${first}`;
      ofNames.push(`${at}: duplicate port name ${goQuoted(port.name)} with ${first}, ${used}`);
    });
  });
  return [...warnings, ...ofNames];
}
