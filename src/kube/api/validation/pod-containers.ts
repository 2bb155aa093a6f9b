import {
  duplicate,
  forbiddenField,
  invalidEach,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from '../field-error';
import type { FieldPath } from '../field-path';
import { dnsLabelErrors } from './names';
import { validateEnv, validateEnvFrom } from './pod-env';
import { validateVolumeDevices, validateVolumeMounts, type KnownVolumes } from './pod-mounts';
import { validateContainerPorts, validateHostPorts } from './pod-ports';
import { validateLifecycle, validateProbes } from './pod-probes';
import { validateResizePolicy, validateResources } from './pod-resources';
import { validateSecurityContext } from './pod-security-context';
import type { FullContainer, FullEphemeralContainer, FullPodSpec } from './pod-shapes';
import { pullPolicyErrors } from './pod-volume-sources';

/** What a container's rules need to know of its pod. */
export interface PodFacts {
  readonly spec: FullPodSpec;
  readonly volumes: KnownVolumes;
  readonly claims: ReadonlySet<string>;
  readonly hostUsers: boolean;
}

const messagePolicies = ['File', 'FallbackToLogsOnError'];

/** What all three kinds of containers have in common. */
function commonErrors(container: FullContainer, pod: PodFacts, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { name, image, terminationMessagePolicy } = container;
  if (!name) errors.push(required(path.child('name'), '', 'name-required'));
  else errors.push(...invalidEach(path.child('name'), name, dnsLabelErrors(name), 'lowercase-name'));
  if (!image) errors.push(required(path.child('image'), '', 'image-required'));
  if (!terminationMessagePolicy) errors.push(required(path.child('terminationMessagePolicy')));
  else if (!messagePolicies.includes(terminationMessagePolicy)) {
    errors.push(notSupported(path.child('terminationMessagePolicy'), terminationMessagePolicy, messagePolicies));
  }
  return [
    ...errors,
    ...validateContainerPorts(container.ports, path.child('ports')),
    ...validateEnv(container.env, path.child('env')),
    ...validateEnvFrom(container.envFrom, path.child('envFrom')),
    ...validateVolumeMounts(container, pod.volumes, path.child('volumeMounts')),
    ...validateVolumeDevices(container, pod.volumes, path.child('volumeDevices')),
    ...pullPolicyErrors(container.imagePullPolicy, path.child('imagePullPolicy')),
    ...validateResources(container.resources, pod.claims, path.child('resources')),
    ...validateResizePolicy(container, path.child('resizePolicy'), pod.spec.restartPolicy),
    ...validateSecurityContext(container.securityContext, path.child('securityContext'), pod.hostUsers),
  ];
}

const restartPolicies = ['Always', 'Never', 'OnFailure'];
const ruleActions = ['Restart', 'RestartAllContainers'];
const exitCodeOperators = ['In', 'NotIn'];
const mostRules = 20;
const mostExitCodes = 255;

/** A container's own restartPolicy, and rules by exit code, which need one. */
function restartErrors(container: FullContainer, path: FieldPath): FieldError[] {
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  const errors: FieldError[] = [];
  const at = path.child('restartPolicy');
  if (restartPolicy === undefined) {
    if (rules.length === 0) return errors;
    errors.push(required(at, 'must specify restartPolicy when restart rules are used'));
  } else if (!restartPolicies.includes(restartPolicy)) {
    errors.push(notSupported(at, restartPolicy, restartPolicies, 'restart-policy'));
  }
  if (rules.length > mostRules) errors.push(tooMany(path.child('restartPolicyRules'), rules.length, mostRules));
  rules.forEach(({ action = '', exitCodes }, i) => {
    const rulePath = path.child('restartPolicyRules').index(i);
    if (!ruleActions.includes(action)) errors.push(notSupported(rulePath.child('action'), action, ruleActions));
    const codesPath = rulePath.child('exitCodes');
    if (!exitCodes) return void errors.push(required(codesPath, 'must be specified'));
    const { operator = '', values = [] } = exitCodes;
    if (!exitCodeOperators.includes(operator)) errors.push(notSupported(codesPath.child('operator'), operator, exitCodeOperators));
    if (values.length > mostExitCodes) errors.push(tooMany(codesPath.child('values'), values.length, mostExitCodes));
  });
  return errors;
}

const runningErrors = (container: FullContainer, pod: PodFacts, path: FieldPath): FieldError[] => [
  ...validateLifecycle(container, pod.spec.terminationGracePeriodSeconds, path.child('lifecycle')),
  ...validateProbes(container, path),
];

export function validateContainers(pod: PodFacts, path: FieldPath): FieldError[] {
  const containers = pod.spec.containers ?? [];
  if (containers.length === 0) return [required(path, '', 'containers-required')];
  const names = new Set<string>();
  const errors = containers.flatMap((container, i) => {
    const at = path.index(i);
    const name = container.name ?? '';
    const own = commonErrors(container, pod, at);
    if (names.has(name)) own.push(duplicate(at.child('name'), name, 'duplicate-name'));
    names.add(name);
    return [...own, ...runningErrors(container, pod, at), ...restartErrors(container, at)];
  });
  return [...errors, ...validateHostPorts(containers, path)];
}

const runningFields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** Init containers; those with restartPolicy Always run on beside the main ones and have what these have. */
export function validateInitContainers(pod: PodFacts, path: FieldPath): FieldError[] {
  const names = new Set((pod.spec.containers ?? []).map((container) => container.name ?? ''));
  return (pod.spec.initContainers ?? []).flatMap((container, i) => {
    const at = path.index(i);
    const name = container.name ?? '';
    const sidecar = container.restartPolicy === 'Always';
    const errors = [...commonErrors(container, pod, at), ...restartErrors(container, at)];
    if (names.has(name)) errors.push(duplicate(at.child('name'), name, 'duplicate-name'));
    else if (name) names.add(name);
    // Each by itself, as they run one after the other; the server counts the one it looks at as the first.
    errors.push(...validateHostPorts([container], path));
    if (sidecar) return [...errors, ...runningErrors(container, pod, at)];
    for (const field of runningFields) {
      if (container[field] === undefined) continue;
      const detail = 'may not be set for init containers without restartPolicy=Always';
      errors.push(forbiddenField(at.child(field), detail, 'init-container-probe'));
    }
    (container.resizePolicy ?? []).forEach((policy, j) => {
      if (policy.restartPolicy !== 'RestartContainer') return;
      const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
      errors.push(invalidValue(at.child('resizePolicy').index(j).child('restartPolicy'), policy.restartPolicy, detail));
    });
    return errors;
  });
}

/** What an ephemeral container, which only looks on, may not have: in the order of the container's fields. */
const serviceFields = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

/** Lists and resources are there even where nothing is in them; all else is a pointer. */
function isSet(field: (typeof serviceFields)[number], value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return field === 'resources' ? Object.keys(value ?? {}).length > 0 : value !== undefined;
}

function ephemeralErrors(container: FullEphemeralContainer, path: FieldPath): FieldError[] {
  const detail = 'cannot be set for an Ephemeral Container';
  const errors = serviceFields.filter((field) => isSet(field, container[field])).map((field) => forbiddenField(path.child(field), detail));
  (container.volumeMounts ?? []).forEach((mount, i) => {
    for (const field of ['subPath', 'subPathExpr'] as const) {
      if (mount[field]) errors.push(forbiddenField(path.child('volumeMounts').index(i).child(field), detail));
    }
  });
  return errors;
}

export function validateEphemeralContainers(pod: PodFacts, path: FieldPath): FieldError[] {
  const others = new Set([...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].map((container) => container.name ?? ''));
  const names = new Set(others);
  return (pod.spec.ephemeralContainers ?? []).flatMap((container, i) => {
    const at = path.index(i);
    const name = container.name ?? '';
    const target = container.targetContainerName ?? '';
    const errors = [...commonErrors(container, pod, at), ...imagePaddingErrors(container, at)];
    if (names.has(name)) errors.push(duplicate(at.child('name'), name, 'duplicate-name'));
    names.add(name);
    if (target && !others.has(target)) errors.push(notFoundValue(at.child('targetContainerName'), target));
    return [...errors, ...ephemeralErrors(container, at)];
  });
}

/** Of pods only: templates have always been allowed a blank. */
export function imagePaddingErrors(container: FullContainer, path: FieldPath): FieldError[] {
  const image = container.image ?? '';
  if (image.trim() === image) return [];
  return [invalidValue(path.child('image'), image, 'must not have leading or trailing whitespace', 'image-padding')];
}
