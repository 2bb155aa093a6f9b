import { forbiddenField, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import type { ProbeHandler } from '../types';
import { httpHeaderNameErrors } from './names';
import { validatePortNumberOrName } from './pod-ports';
import type { FullContainer, Probe } from './pod-shapes';

const schemes = ['HTTP', 'HTTPS'];

type Check<K extends keyof ProbeHandler> = (action: NonNullable<ProbeHandler[K]>, path: FieldPath, graceSeconds?: number) => FieldError[];

/** What each kind of handler must have, in the order in which a second one is refused. */
const handlers: { readonly [K in keyof ProbeHandler]-?: Check<K> } = {
  exec: (exec, path) => (exec.command?.length ? [] : [required(path.child('command'))]),
  httpGet(get, path) {
    const errors: FieldError[] = [];
    if (!get.path) errors.push(required(path.child('path')));
    errors.push(...validatePortNumberOrName(get.port, path.child('port')));
    if (!schemes.includes(get.scheme ?? '')) errors.push(notSupported(path.child('scheme'), get.scheme ?? '', schemes));
    for (const header of get.httpHeaders ?? []) {
      errors.push(...invalidEach(path.child('httpHeaders'), header.name ?? '', httpHeaderNameErrors(header.name ?? '')));
    }
    return errors;
  },
  tcpSocket: (socket, path) => validatePortNumberOrName(socket.port, path.child('port')),
  grpc: (grpc, path) => validatePortNumberOrName(grpc.port, path.child('port')),
  sleep(sleep, path, graceSeconds) {
    const seconds = sleep.seconds ?? 0;
    if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
    return [invalidValue(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)];
  },
};
const probeHandlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const lifecycleHandlers = ['exec', 'httpGet', 'tcpSocket', 'sleep'] as const;

function validateHandler(
  handler: ProbeHandler,
  kinds: readonly (keyof ProbeHandler)[],
  path: FieldPath,
  graceSeconds?: number,
): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  const check = <K extends keyof ProbeHandler>(kind: K): void => {
    const action = handler[kind];
    if (action === undefined) return;
    if (found) errors.push(forbiddenField(path.child(kind), 'may not specify more than 1 handler type', 'one-handler'));
    else errors.push(...(handlers[kind] as Check<K>)(action, path.child(kind), graceSeconds));
    found = true;
  };
  kinds.forEach(check);
  if (!found) errors.push(required(path, 'must specify a handler type', 'handler-required'));
  return errors;
}

const counted = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

function validateProbe(probe: Probe, path: FieldPath): FieldError[] {
  const errors = validateHandler(probe, probeHandlers, path);
  for (const field of counted) {
    const value = probe[field] ?? 0;
    if (value < 0) errors.push(invalidValue(path.child(field), value, 'must be greater than or equal to 0'));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.push(invalidValue(path.child('terminationGracePeriodSeconds'), grace, 'must be greater than 0'));
  return errors;
}

function mustSucceedOnce(probe: Probe, path: FieldPath): FieldError[] {
  const value = probe.successThreshold ?? 0;
  return value === 1 ? [] : [invalidValue(path.child('successThreshold'), value, 'must be 1')];
}

/** The three probes of a container that runs as long as the pod. */
export function validateProbes(container: FullContainer, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { livenessProbe, readinessProbe, startupProbe } = container;
  if (livenessProbe) {
    const at = path.child('livenessProbe');
    errors.push(...validateProbe(livenessProbe, at), ...mustSucceedOnce(livenessProbe, at));
  }
  if (readinessProbe) {
    const at = path.child('readinessProbe');
    errors.push(...validateProbe(readinessProbe, at));
    const grace = readinessProbe.terminationGracePeriodSeconds;
    if (grace !== undefined) {
      errors.push(invalidValue(at.child('terminationGracePeriodSeconds'), grace, 'must not be set for readinessProbes'));
    }
  }
  if (startupProbe) {
    const at = path.child('startupProbe');
    errors.push(...validateProbe(startupProbe, at), ...mustSucceedOnce(startupProbe, at));
  }
  return errors;
}

/** postStart and preStop. stopSignal is behind a feature gate that is off, so the server has dropped it before. */
export function validateLifecycle(container: FullContainer, graceSeconds: number | undefined, path: FieldPath): FieldError[] {
  const { postStart, preStop } = container.lifecycle ?? {};
  return [
    ...(postStart ? validateHandler(postStart, lifecycleHandlers, path.child('postStart'), graceSeconds) : []),
    ...(preStop ? validateHandler(preStop, lifecycleHandlers, path.child('preStop'), graceSeconds) : []),
  ];
}
