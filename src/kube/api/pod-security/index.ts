import type { ObjectMeta } from '../object';
import type { PodSpec } from '../types';
import type { FullPodSpec } from '../validation/pod-shapes';
import * as baseline from './baseline';
import { hasUserNamespace, onWindows, unless, type PodCheck, type Violation } from './check';
import type { Level, LevelVersion } from './policy';
import * as restricted from './restricted';

export * from './policy';
export type { Violation } from './check';

/** A check as it changed over the versions of Kubernetes: `[first minor version, what is checked from then on]`. */
interface Check {
  readonly id: string;
  readonly level: Exclude<Level, 'privileged'>;
  readonly versions: readonly (readonly [since: number, check: PodCheck])[];
  /** Checks of the level below that this one takes the place of. */
  readonly replaces?: readonly string[];
}

const seLinuxTypes = ['container_t', 'container_init_t', 'container_kvm_t'];
const firstSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const reservedPorts = [...firstSysctls, 'net.ipv4.ip_local_reserved_ports'];
const keepAlive = ['tcp_keepalive_time', 'tcp_fin_timeout', 'tcp_keepalive_intvl', 'tcp_keepalive_probes'].map(
  (name) => `net.ipv4.${name}`,
);
const buffers = ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

const base = (id: string, ...versions: Check['versions']): Check => ({ id, level: 'baseline', versions });
const strict = (id: string, replaces: readonly string[], ...versions: Check['versions']): Check => ({
  id,
  level: 'restricted',
  versions,
  replaces,
});

/** The Pod Security Standards: those of `baseline`, then those of `restricted`, each by name, as messages have them. */
const checks: readonly Check[] = [
  base('appArmorProfile', [0, baseline.appArmorProfile]),
  base('capabilities_baseline', [0, baseline.capabilities]),
  base('hostNamespaces', [0, baseline.hostNamespaces]),
  base('hostPathVolumes', [0, baseline.hostPathVolumes]),
  base('hostPorts', [0, baseline.hostPorts]),
  base('hostProbesAndHostLifecycle', [34, baseline.handlerHosts]),
  base('privileged', [0, baseline.privileged]),
  base('procMount', [0, baseline.procMount], [35, unless(hasUserNamespace, baseline.procMount)]),
  base(
    'seLinuxOptions',
    [0, baseline.seLinuxOptions(...seLinuxTypes)],
    [31, baseline.seLinuxOptions(...seLinuxTypes, 'container_engine_t')],
  ),
  base('seccompProfile_baseline', [0, baseline.seccompAnnotations], [19, baseline.seccompProfile]),
  base(
    'sysctls',
    [0, baseline.sysctls(...firstSysctls)],
    [27, baseline.sysctls(...reservedPorts)],
    [29, baseline.sysctls(...reservedPorts, ...keepAlive)],
    [32, baseline.sysctls(...reservedPorts, ...keepAlive, ...buffers)],
  ),
  base('windowsHostProcess', [0, baseline.windowsHostProcess]),
  strict(
    'allowPrivilegeEscalation',
    [],
    [8, restricted.allowPrivilegeEscalation],
    [25, unless(onWindows, restricted.allowPrivilegeEscalation)],
  ),
  strict(
    'capabilities_restricted',
    ['capabilities_baseline'],
    [22, restricted.capabilities],
    [25, unless(onWindows, restricted.capabilities)],
  ),
  strict('restrictedVolumes', ['hostPathVolumes'], [0, restricted.restrictedVolumes]),
  strict('runAsNonRoot', [], [0, restricted.runAsNonRoot], [35, unless(hasUserNamespace, restricted.runAsNonRoot)]),
  strict('runAsUser', [], [23, restricted.runAsUser], [35, unless(hasUserNamespace, restricted.runAsUser)]),
  strict(
    'seccompProfile_restricted',
    ['seccompProfile_baseline'],
    [19, restricted.seccompProfile],
    [25, unless(onWindows, restricted.seccompProfile)],
  ),
];

const newest = Math.max(...checks.flatMap(({ versions }) => versions.map(([since]) => since)));

const inVersion = ({ versions }: Check, minor: number): PodCheck | undefined => versions.findLast(([since]) => since <= minor)?.[1];

/** Everything about a pod (or a template of pods) that `levelVersion` does not allow, in the order in which messages say it. */
export function podSecurityViolations(
  levelVersion: LevelVersion,
  metadata: Pick<ObjectMeta, 'annotations'> | undefined,
  spec: PodSpec,
): Violation[] {
  if (levelVersion.level === 'privileged') return [];
  const minor = levelVersion.minor === 'latest' ? newest : levelVersion.minor;
  const levels = levelVersion.level === 'baseline' ? ['baseline'] : ['baseline', 'restricted'];
  const held = checks.filter((check) => levels.includes(check.level) && inVersion(check, minor));
  const replaced = new Set(held.flatMap(({ replaces = [] }) => replaces));
  const pod = { annotations: metadata?.annotations ?? {}, spec: spec as FullPodSpec };
  return held.flatMap((check) => {
    const violation = replaced.has(check.id) ? undefined : inVersion(check, minor)!(pod);
    return violation ? [violation] : [];
  });
}

/** `privileged (container "a" must not set …), …` */
export const violationsText = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');
