import { duplicate, invalidEach, notSupported, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import type { IntOrString } from '../types';
import { portNameErrors, portNumberErrors } from './names';
import type { Container, ContainerPort } from './pod-shapes';

const protocols = ['SCTP', 'TCP', 'UDP'];

/** A container's ports: names (unique in the container), numbers, protocols. */
export function validateContainerPorts(ports: readonly ContainerPort[] = [], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports.forEach((port, i) => {
    const at = path.index(i);
    if (port.name) {
      const found = portNameErrors(port.name);
      errors.push(...invalidEach(at.child('name'), port.name, found, 'port-name'));
      if (found.length === 0 && names.has(port.name)) errors.push(duplicate(at.child('name'), port.name, 'duplicate-name'));
      if (found.length === 0) names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(at.child('containerPort'), '', 'port-required'));
    else errors.push(...invalidEach(at.child('containerPort'), port.containerPort, portNumberErrors(port.containerPort), 'port-range'));
    if (port.hostPort) errors.push(...invalidEach(at.child('hostPort'), port.hostPort, portNumberErrors(port.hostPort), 'port-range'));
    if (!port.protocol) errors.push(required(at.child('protocol')));
    else if (!protocols.includes(port.protocol)) errors.push(notSupported(at.child('protocol'), port.protocol, protocols, 'protocol'));
  });
  return errors;
}

/** A port of a probe or a Service's target: a number, or the name of a container's port. */
export function validatePortNumberOrName(port: IntOrString | undefined, path: FieldPath): FieldError[] {
  if (typeof port === 'string') return invalidEach(path, port, portNameErrors(port), 'port-name');
  return invalidEach(path, port ?? 0, portNumberErrors(port ?? 0), 'port-range');
}

/** Two ports of the same node: each protocol, address and number is given once. */
export function validateHostPorts(containers: readonly Container[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  containers.forEach((container, i) =>
    (container.ports ?? []).forEach((port, j) => {
      if (!port.hostPort) return;
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) errors.push(duplicate(path.index(i).child('ports').index(j).child('hostPort'), key, 'duplicate-host-port'));
      else taken.add(key);
    }),
  );
  return errors;
}
