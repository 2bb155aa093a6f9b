import { goQuoted } from '../decode-error';
import type { ProbeHandler } from '../types';
import { containersOf, containersText, namesOf, plural, quotedList, settersText, sortedSet, type PodCheck } from './check';

/** The checks of the level `baseline`: what is known to let a container out onto its node. */

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const profiles = ['RuntimeDefault', 'Localhost'];
const goodProfile = (type: string | undefined): boolean => profiles.includes(type ?? '');

export const appArmorProfile: PodCheck = ({ annotations, spec }) => {
  const podType = spec.securityContext?.appArmorProfile?.type;
  const badPod = spec.securityContext?.appArmorProfile !== undefined && !goodProfile(podType);
  const bad = containersOf(spec).filter(
    ({ securityContext: context }) => context?.appArmorProfile && !goodProfile(context.appArmorProfile.type),
  );
  const types = sortedSet([...(badPod ? [podType ?? ''] : []), ...bad.map((each) => each.securityContext?.appArmorProfile?.type ?? '')]);
  const noted = Object.entries(annotations)
    .filter(
      ([key, value]) => key.startsWith(appArmorPrefix) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'),
    )
    .map(([key, value]) => `${key}=${goQuoted(value)}`)
    .sort();
  const setters = [
    settersText(
      badPod,
      bad.map(({ name }) => name),
    ),
    ...(noted.length > 0 ? [plural('annotation', 'annotations', noted.length)] : []),
  ].filter((text) => text !== '');
  if (setters.length === 0) return undefined;
  const values = [...types, ...noted];
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${quotedList(values)}`,
  };
};

const usualCapabilities: ReadonlySet<string> = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
);
/** A rule on added capabilities; `undefined` for a pod that adds none but the allowed ones. */
export function addedCapabilities(pod: Parameters<PodCheck>[0], allowed: ReadonlySet<string>): string | undefined {
  const added = (each: ReturnType<typeof containersOf>[number]): string[] =>
    (each.securityContext?.capabilities?.add ?? []).filter((name) => !allowed.has(name));
  const bad = namesOf(pod, (each) => added(each).length > 0);
  if (bad.length === 0) return undefined;
  const names = sortedSet(containersOf(pod.spec).flatMap(added));
  return `${containersText(bad)} must not include ${quotedList(names)} in securityContext.capabilities.add`;
}
export const capabilities: PodCheck = (pod) => {
  const detail = addedCapabilities(pod, usualCapabilities);
  return detail === undefined ? undefined : { reason: 'non-default capabilities', detail };
};

export const hostNamespaces: PodCheck = ({ spec }) => {
  const shared = (['hostIPC', 'hostNetwork', 'hostPID'] as const).filter((name) => spec[name]);
  return shared.length > 0 ? { reason: 'host namespaces', detail: shared.join(', ') } : undefined;
};

export const hostPathVolumes: PodCheck = ({ spec }) => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', names.length)} ${quotedList(names)}` };
};

export const hostPorts: PodCheck = (pod) => {
  const ports = sortedSet(
    containersOf(pod.spec).flatMap((each) => (each.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))),
  );
  if (ports.length === 0) return undefined;
  const bad = namesOf(pod, (each) => (each.ports ?? []).some(({ hostPort }) => hostPort));
  const verb = plural('uses', 'use', bad.length);
  return {
    reason: 'hostPort',
    detail: `${containersText(bad)} ${verb} ${plural('hostPort', 'hostPorts', ports.length)} ${ports.join(', ')}`,
  };
};

const handlersOf = (each: ReturnType<typeof containersOf>[number]): (ProbeHandler | undefined)[] => [
  each.livenessProbe,
  each.readinessProbe,
  each.startupProbe,
  each.lifecycle?.postStart,
  each.lifecycle?.preStop,
];
const hostsOf = (each: ReturnType<typeof containersOf>[number]): string[] =>
  handlersOf(each)
    .flatMap((handler) => [handler?.httpGet?.host ?? '', handler?.tcpSocket?.host ?? ''])
    .filter((host) => host !== '');

/** The kubelet does not ask hosts of a pod's choice. */
export const handlerHosts: PodCheck = (pod) => {
  const hosts = sortedSet(containersOf(pod.spec).flatMap(hostsOf));
  if (hosts.length === 0) return undefined;
  const bad = sortedSet(namesOf(pod, (each) => hostsOf(each).length > 0));
  const what = plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length);
  return {
    reason: 'probe or lifecycle host',
    detail: `${containersText(bad)} ${plural('uses', 'use', bad.length)} ${what} ${quotedList(hosts)}`,
  };
};

export const privileged: PodCheck = (pod) => {
  const bad = namesOf(pod, (each) => each.securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${containersText(bad)} must not set securityContext.privileged=true` };
};

export const procMount: PodCheck = (pod) => {
  const set = (each: ReturnType<typeof containersOf>[number]): string | undefined => each.securityContext?.procMount;
  const isBad = (type: string | undefined): type is string => type !== undefined && type !== 'Default';
  const bad = namesOf(pod, (each) => isBad(set(each)));
  if (bad.length === 0) return undefined;
  const types = sortedSet(containersOf(pod.spec).map(set).filter(isBad));
  return { reason: 'procMount', detail: `${containersText(bad)} must not set securityContext.procMount to ${quotedList(types)}` };
};

interface SeLinux {
  readonly type?: string;
  readonly user?: string;
  readonly role?: string;
}
export const seLinuxOptions =
  (...allowed: readonly string[]): PodCheck =>
  (pod) => {
    const isBad = (options: SeLinux | undefined): options is SeLinux =>
      options !== undefined && (!['', ...allowed].includes(options.type ?? '') || !!options.user || !!options.role);
    const of = (context: { seLinuxOptions?: unknown } | undefined): SeLinux | undefined => context?.seLinuxOptions as SeLinux | undefined;
    const own = of(pod.spec.securityContext);
    const bad = namesOf(pod, (each) => isBad(of(each.securityContext)));
    const all = [own, ...containersOf(pod.spec).map((each) => of(each.securityContext))].filter(isBad);
    if (all.length === 0) return undefined;
    const types = sortedSet(all.map(({ type = '' }) => type).filter((type) => !['', ...allowed].includes(type)));
    const what = [
      ...(types.length > 0 ? [`${plural('type', 'types', types.length)} ${quotedList(types)}`] : []),
      ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
      ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
    ];
    const detail = `${settersText(isBad(own), bad)} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`;
    return { reason: 'seLinuxOptions', detail };
  };

const seccompPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const podSeccomp = 'seccomp.security.alpha.kubernetes.io/pod';
/** Before 1.19 profiles were annotations. */
export const seccompAnnotations: PodCheck = ({ annotations, spec }) => {
  const keys = [podSeccomp, ...containersOf(spec).map(({ name }) => seccompPrefix + name)];
  const isBad = (value: string | undefined): value is string =>
    value !== undefined && value !== 'runtime/default' && value !== 'docker/default' && !value.startsWith('localhost/');
  const bad = sortedSet(keys.filter((key) => isBad(annotations[key])).map((key) => `${key}=${goQuoted(annotations[key] ?? '')}`));
  if (bad.length === 0) return undefined;
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', 'annotations', bad.length)} ${bad.join(', ')}` };
};

export const seccompProfile: PodCheck = (pod) => {
  const own = pod.spec.securityContext?.seccompProfile;
  const badPod = own !== undefined && !goodProfile(own.type);
  const bad = containersOf(pod.spec).filter(
    ({ securityContext: context }) => context?.seccompProfile && !goodProfile(context.seccompProfile.type),
  );
  if (!badPod && bad.length === 0) return undefined;
  const types = sortedSet([...(badPod ? [own.type ?? ''] : []), ...bad.map((each) => each.securityContext?.seccompProfile?.type ?? '')]);
  const setters = settersText(
    badPod,
    bad.map(({ name }) => name),
  );
  return { reason: 'seccompProfile', detail: `${setters} must not set securityContext.seccompProfile.type to ${quotedList(types)}` };
};

export const sysctls =
  (...allowed: readonly string[]): PodCheck =>
  ({ spec }) => {
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name = '' }) => name).filter((name) => !allowed.includes(name));
    return bad.length > 0 ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined;
  };

export const windowsHostProcess: PodCheck = (pod) => {
  const own = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
  const bad = namesOf(pod, (each) => each.securityContext?.windowsOptions?.hostProcess === true);
  if (!own && bad.length === 0) return undefined;
  return { reason: 'hostProcess', detail: `${settersText(own, bad)} must not set securityContext.windowsOptions.hostProcess=true` };
};
