import { forbiddenField, invalidEach, invalidValue, notSupported, required, tooLong, duplicate, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import type { ObjectMeta } from '../object';
import type { PodSpec } from '../types';
import { goStruct } from './go-struct';
import { labelErrors } from './metadata';
import { byteLength, dnsLabelErrors, dnsSubdomainErrors, rangeText } from './names';
import { validateAffinity } from './pod-affinity';
import { validateContainers, validateEphemeralContainers, validateInitContainers, type PodFacts } from './pod-containers';
import { validateDnsConfig, validateDnsPolicy, validateHostAliases } from './pod-dns';
import { validateFileKeyVolumes } from './pod-env';
import { validatePodResources, validateResources } from './pod-resources';
import { validateReadinessGates, validateSchedulingGates, validateTolerations, validateTopologySpread } from './pod-scheduling';
import { validatePodSecurityContext } from './pod-security-context';
import type { FullPodSpec } from './pod-shapes';
import { visitContainers } from './pod-visit';
import { validateVolumes } from './pod-volumes';
import { validateForOs, validateHostProcess } from './pod-windows';

export interface PodSpecContext {
  /** The pod's own; absent for a template. */
  readonly metadata?: ObjectMeta;
  /** The pod came in this way or another; a template allows a hostNetwork port without its hostPort. */
  readonly isPod?: boolean;
}

function resourceClaimErrors(spec: FullPodSpec, path: FieldPath): FieldError[] {
  const names = new Set<string>();
  return (spec.resourceClaims ?? []).flatMap((claim, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim;
    if (!name) errors.push(required(at.child('name')));
    else if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    else errors.push(...invalidEach(at.child('name'), name, dnsLabelErrors(name)));
    names.add(name);
    const shown = goStruct('PodResourceClaim', claim);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      errors.push(invalidValue(at, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'));
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      errors.push(invalidValue(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    }
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const value = claim[field];
      if (value !== undefined) errors.push(...invalidEach(at.child(field), value, dnsSubdomainErrors(value)));
    }
    return errors;
  });
}

/** On the node's network a container's port is the node's. */
function hostNetworkErrors(spec: FullPodSpec, isPod: boolean, path: FieldPath): FieldError[] {
  if (!spec.hostNetwork) return [];
  return (spec.containers ?? []).flatMap((container, i) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, containerPort = 0 }, j) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return [];
      const at = path.child('containers').index(i).child('ports').index(j).child('hostPort');
      return [invalidValue(at, hostPort, 'must match `containerPort` when `hostNetwork` is true', 'host-network-port')];
    }),
  );
}

const chosen = (value: string | undefined, allowed: readonly string[], path: FieldPath, rule?: string): FieldError[] => {
  if (!value) return [required(path)];
  return allowed.includes(value) ? [] : [notSupported(path, value, allowed, rule)];
};

/** A pod with a user namespace of its own shares no other namespace with the node. */
function hostUsersErrors(spec: FullPodSpec, path: FieldPath): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const detail = 'when `hostUsers` is false';
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(forbiddenField(path.child('hostNetwork'), detail));
  if (spec.hostPID) errors.push(forbiddenField(path.child('HostPID'), detail));
  if (spec.hostIPC) errors.push(forbiddenField(path.child('HostIPC'), detail));
  visitContainers(spec, path, (container, at) => {
    if (container.volumeDevices?.length) errors.push(forbiddenField(at.child('volumeDevices'), detail));
  });
  return errors;
}

const longestHostname = 64;

function hostnameOverrideErrors(spec: FullPodSpec, path: FieldPath): FieldError[] {
  const name = spec.hostnameOverride;
  if (name === undefined) return [];
  const errors: FieldError[] = [];
  if (spec.setHostnameAsFQDN) errors.push(forbiddenField(path, 'may not be specified when setHostnameAsFQDN is true'));
  if (spec.hostNetwork) errors.push(forbiddenField(path, 'may not be specified when hostNetwork is true'));
  if (byteLength(name) > longestHostname) errors.push(tooLong(path, longestHostname));
  return [...errors, ...invalidEach(path, name, dnsSubdomainErrors(name), 'hostname')];
}

const operatingSystems = ['linux', 'windows'];

function osErrors(spec: FullPodSpec, path: FieldPath): FieldError[] {
  if (!spec.os) return [];
  const name = spec.os.name ?? '';
  if (!name) return [required(path.child('os').child('name'))];
  if (!operatingSystems.includes(name)) return [notSupported(path.child('os'), name, operatingSystems)];
  return validateForOs(spec, path);
}

function deadlineErrors(seconds: number | undefined, path: FieldPath): FieldError[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= 2147483647)) return [];
  return [invalidValue(path, seconds, rangeText(1, 2147483647))];
}

const named = (value: string | undefined, rule: (value: string) => string[], path: FieldPath, ruleName?: string): FieldError[] =>
  value ? invalidEach(path, value, rule(value), ruleName) : [];

/** ValidatePodSpec: a decoded and defaulted spec, of a pod or of a template. */
export function validatePodSpec(given: PodSpec, path: FieldPath, context: PodSpecContext = {}): FieldError[] {
  const spec = given as FullPodSpec;
  const at = (field: string): FieldPath => path.child(field);
  const { errors: volumeErrors, known } = validateVolumes(spec.volumes, at('volumes'), context.metadata);
  const claims = new Set((spec.resourceClaims ?? []).flatMap(({ name }) => (name ? [name] : [])));
  const pod: PodFacts = { spec, volumes: known, claims, hostUsers: spec.hostUsers !== false };
  const fileKeyErrors: FieldError[] = [];
  visitContainers(spec, path, (container, where) => fileKeyErrors.push(...validateFileKeyVolumes(container, spec.volumes, where)));
  return [
    ...(spec.terminationGracePeriodSeconds === undefined ? [required(at('terminationGracePeriodSeconds'))] : []),
    ...volumeErrors,
    ...resourceClaimErrors(spec, at('resourceClaims')),
    ...validateContainers(pod, at('containers')),
    ...validateInitContainers(pod, at('initContainers')),
    ...validateEphemeralContainers(pod, at('ephemeralContainers')),
    ...validatePodResources(spec, claims, at('resources')),
    ...hostNetworkErrors(spec, context.isPod ?? false, path),
    ...chosen(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], at('restartPolicy'), 'restart-policy'),
    ...validateDnsPolicy(spec.dnsPolicy, at('dnsPolicy')),
    ...labelErrors(spec.nodeSelector, at('nodeSelector')),
    ...validatePodSecurityContext(spec, at('securityContext')),
    ...validateAffinity(spec.affinity, at('affinity')),
    ...validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, at('dnsConfig')),
    ...validateReadinessGates(spec.readinessGates, at('readinessGates')),
    ...validateSchedulingGates(spec.schedulingGates, at('schedulingGates')),
    ...validateTopologySpread(spec.topologySpreadConstraints, at('topologySpreadConstraints')),
    ...validateHostProcess(spec, path),
    ...hostUsersErrors(spec, path),
    ...hostnameOverrideErrors(spec, at('hostnameOverride')),
    ...named(spec.serviceAccountName, dnsSubdomainErrors, at('serviceAccountName'), 'reference-name'),
    ...named(spec.nodeName, dnsSubdomainErrors, at('nodeName')),
    ...deadlineErrors(spec.activeDeadlineSeconds, at('activeDeadlineSeconds')),
    ...named(spec.hostname, dnsLabelErrors, at('hostname'), 'hostname'),
    ...named(spec.subdomain, dnsLabelErrors, at('subdomain'), 'hostname'),
    ...validateTolerations(spec.tolerations, at('tolerations')),
    ...validateHostAliases(spec.hostAliases, at('hostAliases')),
    ...named(spec.priorityClassName, dnsSubdomainErrors, at('priorityClassName')),
    ...(spec.runtimeClassName === undefined
      ? []
      : invalidEach(at('runtimeClassName'), spec.runtimeClassName, dnsSubdomainErrors(spec.runtimeClassName))),
    ...(spec.preemptionPolicy === undefined
      ? []
      : chosen(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], at('preemptionPolicy'))),
    ...(spec.overhead ? validateResources({ limits: spec.overhead }, new Set(), at('overhead')) : []),
    ...osErrors(spec, path),
    ...fileKeyErrors,
  ];
}
