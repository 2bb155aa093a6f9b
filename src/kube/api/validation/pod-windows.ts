import { forbiddenField, invalidEach, invalidValue, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { byteLength, dnsSubdomainErrors } from './names';
import { visitContainers } from './pod-visit';
import type { FullPodSpec, WindowsOptions } from './pod-shapes';

const mostSpecKiB = 64;
const netBiosDomain = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsPart = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const dnsDomain = new RegExp(`^${dnsPart}(?:\\.${dnsPart})*$`);

/** `DOMAIN\USER`; each fault in the server's words. */
function userNameFaults(name: string): string[] {
  if (!name) return ['runAsUserName cannot be an empty string'];
  if (/[\x00-\x1f\x7f]/.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts[parts.length - 1]!;
  const domain = parts.length === 2 ? parts[0]! : undefined;
  const faults: string[] = [];
  if (byteLength(domain ?? '') >= 256) faults.push("runAsUserName's Domain length must be under 256 characters");
  if (domain !== undefined && !netBiosDomain.test(domain) && !dnsDomain.test(domain)) {
    faults.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (!user) faults.push("runAsUserName's User cannot be empty");
  else if (byteLength(user) > 104) faults.push("runAsUserName's User length must not be longer than 104 characters");
  if (/^[. ]+$/.test(user)) faults.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    faults.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return faults;
}

export function validateWindowsOptions(options: WindowsOptions | undefined, path: FieldPath): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  const errors: FieldError[] = [];
  if (name !== undefined) errors.push(...invalidEach(path.child('gmsaCredentialSpecName'), name, dnsSubdomainErrors(name)));
  if (spec === '') errors.push(invalidValue(path.child('gmsaCredentialSpec'), spec, 'gmsaCredentialSpec cannot be an empty string'));
  if (spec && byteLength(spec) > mostSpecKiB * 1024) {
    errors.push(invalidValue(path.child('gmsaCredentialSpec'), spec, `gmsaCredentialSpec size must be under ${mostSpecKiB} KiB`));
  }
  if (user !== undefined) errors.push(...invalidEach(path.child('runAsUserName'), user, userNameFaults(user)));
  return errors;
}

/** HostProcess containers: all of a pod's or none, and on the host's network. */
export function validateHostProcess(spec: FullPodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let all = 0;
  let host = 0;
  visitContainers(spec, path, (container, at) => {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    all++;
    if (own ?? ofPod) host++;
    if (ofPod === undefined || own === undefined || ofPod === own) return;
    const where = at.child('securityContext').child('windowsOptions').child('hostProcess');
    errors.push(invalidValue(where, own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`));
  });
  if (host === 0) return errors;
  if (host !== all) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalidValue(path, '', detail));
  }
  if (!spec.hostNetwork) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalidValue(path.child('hostNetwork'), false, detail));
  }
  return errors;
}

/** What Linux has and Windows has not: [field of the spec or its securityContext, where the server reports it]. */
const podLinuxFields: readonly (readonly ['spec' | 'securityContext', string])[] = [
  ['securityContext', 'appArmorProfile'],
  ['securityContext', 'seLinuxOptions'],
  ['spec', 'hostUsers'],
  ['spec', 'hostPID'],
  ['spec', 'hostIPC'],
  ['securityContext', 'seccompProfile'],
  ['securityContext', 'fsGroup'],
  ['securityContext', 'fsGroupChangePolicy'],
  ['securityContext', 'sysctls'],
  ['spec', 'shareProcessNamespace'],
  ['securityContext', 'runAsUser'],
  ['securityContext', 'runAsGroup'],
  ['securityContext', 'supplementalGroups'],
  ['securityContext', 'supplementalGroupsPolicy'],
  ['securityContext', 'seLinuxChangePolicy'],
];
const containerLinuxFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];
const plainBooleans = ['hostPID', 'hostIPC'];

function isSet(fields: unknown, name: string): boolean {
  const value = (fields as Record<string, unknown> | undefined)?.[name];
  if (plainBooleans.includes(name)) return value === true;
  return name === 'sysctls' ? Array.isArray(value) && value.length > 0 : value !== undefined;
}

function windowsErrors(spec: FullPodSpec, path: FieldPath): FieldError[] {
  const detail = 'cannot be set for a windows pod';
  const context = path.child('securityContext');
  const errors = podLinuxFields
    .filter(([place, name]) => isSet(place === 'spec' ? spec : spec.securityContext, name))
    .map(([place, name]) => forbiddenField((place === 'spec' ? path : context).child(name), detail));
  visitContainers(spec, path, (container, at) => {
    for (const name of containerLinuxFields) {
      if (isSet(container.securityContext, name)) errors.push(forbiddenField(at.child('securityContext').child(name), detail));
    }
  });
  return errors;
}

function linuxErrors(spec: FullPodSpec, path: FieldPath): FieldError[] {
  const detail = 'windows options cannot be set for a linux pod';
  const errors: FieldError[] = [];
  const check = (context: { windowsOptions?: unknown } | undefined, at: FieldPath): void => {
    if (context?.windowsOptions) errors.push(forbiddenField(at.child('securityContext').child('windowsOptions'), detail));
  };
  check(spec.securityContext, path);
  visitContainers(spec, path, (container, at) => check(container.securityContext, at));
  return errors;
}

/** Fields of the other operating system, once the pod says which it is for. */
export const validateForOs = (spec: FullPodSpec, path: FieldPath): FieldError[] =>
  spec.os?.name === 'windows' ? windowsErrors(spec, path) : linuxErrors(spec, path);
