import { duplicate, invalidEach, invalidValue, notSupported, required, tooLong, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { goStruct } from './go-struct';
import { byteLength, idErrors } from './names';
import { descendingPathErrors } from './pod-paths';
import type { FullPodSpec, FullSecurityContext, PodSecurityContext, Profile } from './pod-shapes';
import { validateWindowsOptions } from './pod-windows';

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

const ids = (id: number | undefined, path: FieldPath): FieldError[] =>
  id === undefined ? [] : invalidEach(path, id, idErrors(id), 'id-range');

function seccompErrors(profile: Profile | undefined, path: FieldPath): FieldError[] {
  if (!profile) return [];
  const { type = '', localhostProfile: file } = profile;
  const errors: FieldError[] = [];
  if (!type) errors.push(required(path.child('type'), 'type is required when seccompProfile is set'));
  else if (!profileTypes.includes(type)) errors.push(notSupported(path.child('type'), type, profileTypes));
  const at = path.child('localhostProfile');
  if (type !== 'Localhost') {
    if (file !== undefined) errors.push(invalidValue(at, goStruct('Profile', profile), 'can only be set when seccomp type is Localhost'));
  } else if (file === undefined) errors.push(required(at, 'must be set when seccomp type is Localhost'));
  else errors.push(...descendingPathErrors(file, at));
  return errors;
}

/** PATH_MAX - 1. */
const longestProfile = 4095;

function appArmorErrors(profile: Profile | undefined, path: FieldPath): FieldError[] {
  if (!profile) return [];
  const { type = '', localhostProfile: name } = profile;
  const at = path.child('localhostProfile');
  if (!type) return [required(path.child('type'), 'type is required when appArmorProfile is set')];
  if (!profileTypes.includes(type)) return [notSupported(path.child('type'), type, profileTypes)];
  if (type !== 'Localhost') {
    return name === undefined ? [] : [invalidValue(at, name, 'can only be set when AppArmor type is Localhost')];
  }
  const errors: FieldError[] = [];
  if (name !== undefined && name.trim() !== name) errors.push(invalidValue(at, name, 'must not be padded with whitespace'));
  else if (!name) errors.push(required(at, 'must be set when AppArmor type is Localhost'));
  if (name !== undefined && byteLength(name) > longestProfile) errors.push(tooLong(at, longestProfile));
  return errors;
}

const procMounts = ['Default', 'Unmasked'];

/** A container's. `hostUsers` is false for a pod with a user namespace of its own. */
export function validateSecurityContext(context: FullSecurityContext | undefined, path: FieldPath, hostUsers: boolean): FieldError[] {
  if (!context) return [];
  const errors = [...ids(context.runAsUser, path.child('runAsUser')), ...ids(context.runAsGroup, path.child('runAsGroup'))];
  const { procMount } = context;
  if (procMount !== undefined) {
    if (!procMounts.includes(procMount)) errors.push(notSupported(path.child('procMount'), procMount, procMounts));
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalidValue(path.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  errors.push(...seccompErrors(context.seccompProfile, path.child('seccompProfile')));
  if (context.allowPrivilegeEscalation === false) {
    const shown = goStruct('SecurityContext', context);
    if (context.privileged) {
      const detail = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true';
      errors.push(invalidValue(path, shown, detail, 'privileged-without-escalation'));
    }
    for (const capability of context.capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      const detail = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
      errors.push(invalidValue(path, shown, detail, 'privileged-without-escalation'));
    }
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, path.child('windowsOptions')),
    ...appArmorErrors(context.appArmorProfile, path.child('appArmorProfile')),
  ];
}

const sysctlForm = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlPattern = new RegExp(sysctlForm);
const longestSysctl = 253;
/** Sysctls of the IPC and of the network namespace. */
const ipcSysctls = /^(kernel\.(sem|shm|msg)|fs\.mqueue\.)/;
const netSysctls = /^net\./;

/** `net/ipv4/tcp_syncookies` as `net.ipv4.tcp_syncookies`: what stands first decides what separates. */
const dotted = (name: string): string => {
  const first = /[./]/.exec(name)?.[0];
  return first === '/' ? name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/')) : name;
};

function sysctlErrors(spec: FullPodSpec, sysctls: NonNullable<PodSecurityContext['sysctls']>, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return sysctls.flatMap(({ name = '' }, i) => {
    const at = path.index(i).child('name');
    const errors: FieldError[] = [];
    if (!name) errors.push(required(at));
    else if (byteLength(name) > longestSysctl || !sysctlPattern.test(name)) {
      errors.push(invalidValue(at, name, `must have at most ${longestSysctl} characters and match regex ${sysctlForm}`));
    } else if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    if (spec.hostNetwork && netSysctls.test(dotted(name))) {
      errors.push(invalidValue(at, name, "may not be specified when 'hostNetwork' is true"));
    } else if (spec.hostIPC && ipcSysctls.test(dotted(name))) {
      errors.push(invalidValue(at, name, "may not be specified when 'hostIPC' is true"));
    }
    return errors;
  });
}

const choices: readonly (readonly ['fsGroupChangePolicy' | 'supplementalGroupsPolicy' | 'seLinuxChangePolicy', readonly string[]])[] = [
  ['fsGroupChangePolicy', ['Always', 'OnRootMismatch']],
  ['supplementalGroupsPolicy', ['Merge', 'Strict']],
  // MountOption needs a feature gate that is off.
  ['seLinuxChangePolicy', ['Recursive']],
];

/** The pod's. shareProcessNamespace is reported here, where the server's own form of a pod has it. */
export function validatePodSecurityContext(spec: FullPodSpec, path: FieldPath): FieldError[] {
  const context = spec.securityContext ?? {};
  const choiceErrors = (index: number): FieldError[] => {
    const [field, allowed] = choices[index]!;
    const value = context[field];
    return value === undefined || allowed.includes(value) ? [] : [notSupported(path.child(field), value, allowed)];
  };
  const errors = [
    ...ids(context.fsGroup, path.child('fsGroup')),
    ...ids(context.runAsUser, path.child('runAsUser')),
    ...ids(context.runAsGroup, path.child('runAsGroup')),
    ...(context.supplementalGroups ?? []).flatMap((group, i) => ids(group, path.child('supplementalGroups').index(i))),
  ];
  if (spec.shareProcessNamespace && spec.hostPID) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalidValue(path.child('shareProcessNamespace'), true, detail, 'share-and-host-pid'));
  }
  return [
    ...errors,
    ...sysctlErrors(spec, context.sysctls ?? [], path.child('sysctls')),
    ...choiceErrors(0),
    ...seccompErrors(context.seccompProfile, path.child('seccompProfile')),
    ...validateWindowsOptions(context.windowsOptions, path.child('windowsOptions')),
    ...appArmorErrors(context.appArmorProfile, path.child('appArmorProfile')),
    ...choiceErrors(1),
    ...choiceErrors(2),
  ];
}
