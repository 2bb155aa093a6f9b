import { goQuoted } from '../decode-error';
import { FieldPath } from '../field-path';
import { parseQuantity, canonicalQuantity } from '../quantity';
import type { Pod } from '../types';
import { addressWarnings } from './addresses';
import { dnsLabelErrors } from './names';
import { nodeLabels, termWarnings } from './node-labels';
import { portWarnings } from './pod-port-warnings';
import type { FullContainer, FullPodSpec, PodAffinity } from './pod-shapes';
import { visitContainers } from './pod-visit';
import { volumeWarnings } from './pod-volume-warnings';

const one = 1_000_000_000n;
/** A pod, or a template of pods, and where in its object it stands. */
export interface Warned {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: FullPodSpec;
  readonly root: FieldPath;
}
const specOf = ({ root }: Warned): FieldPath => root.child('spec');
const annotationPath = ({ root }: Warned, key: string): string => root.child('metadata').child('annotations').key(key).toString();

const oldAnnotations: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];
const seccompOfPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompOfContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorOfContainer = 'container.apparmor.security.beta.kubernetes.io/';
const noSelector = 'a null labelSelector results in matching no pod';

function placementWarnings({ spec, root }: Warned): string[] {
  const specPath = root.child('spec');
  const selector = Object.keys(spec.nodeSelector ?? {}).flatMap((key) =>
    nodeLabels.has(key) ? [`${specPath.child('nodeSelector').key(key).toString()}: ${nodeLabels.get(key)}`] : [],
  );
  const affinity = spec.affinity?.nodeAffinity;
  const at = specPath.child('affinity').child('nodeAffinity');
  const must = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const mustPath = at.child('requiredDuringSchedulingIgnoredDuringExecution').child('nodeSelectorTerms');
  const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferredPath = at.child('preferredDuringSchedulingIgnoredDuringExecution');
  const spread = (spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey = '', labelSelector }, i) => {
    const where = specPath.child('topologySpreadConstraints').index(i);
    return [
      ...(nodeLabels.has(topologyKey)
        ? [`${where.child('topologyKey').toString()}: ${topologyKey} is ${nodeLabels.get(topologyKey)}`]
        : []),
      ...(labelSelector ? [] : [`${where.child('labelSelector').toString()}: ${noSelector}`]),
    ];
  });
  return [
    ...selector,
    ...must.flatMap((term, i) => termWarnings(term, mustPath.index(i), false)),
    ...preferred.flatMap(({ preference }, i) => termWarnings(preference ?? {}, preferredPath.index(i).child('preference'), true)),
    ...spread,
  ];
}

function duplicates(values: readonly string[], path: (i: number) => FieldPath, what: string): string[] {
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [`${path(i).toString()}: duplicate ${what} ${goQuoted(value)}`] : []));
}

/** Bytes cannot be divided, though a quantity can. */
function fractionWarnings(amounts: Record<string, string> | undefined, name: string, path: FieldPath): string[] {
  const text = amounts?.[name];
  if (text === undefined || parseQuantity(text).nanos % one === 0n) return [];
  const shown = goQuoted(canonicalQuantity(text));
  return [`${path.key(name).toString()}: fractional byte value ${shown} is invalid, must be an integer`];
}

function envWarnings({ env = [] }: FullContainer, path: FieldPath): string[] {
  const seen = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    const first = !seen.has(name);
    seen.add(name);
    if (first) return [];
    const reference = `$(${name})`;
    // A value that builds on the one before hides nothing.
    if (!valueFrom && value !== reference && value.includes(reference)) return [];
    const hidden = `hides previous definition of ${goQuoted(name)}, which may be dropped when using apply`;
    return [`${path.child('env').index(i).toString()}: ${hidden}`];
  });
}

function containerWarnings(pod: Warned, isTemplate: boolean): string[] {
  const warnings: string[] = [];
  const podProfile = pod.spec.securityContext?.appArmorProfile;
  visitContainers(pod.spec, specOf(pod), (container, path) => {
    const noted = `${seccompOfContainer}${container.name}`;
    if (!container.securityContext?.seccompProfile && pod.metadata.annotations?.[noted] !== undefined) {
      warnings.push(`${annotationPath(pod, noted)}: non-functional in v1.27+; use the "seccompProfile" field instead`);
    }
    const profile = `${appArmorOfContainer}${container.name}`;
    const hasField = podProfile ?? container.securityContext?.appArmorProfile;
    if (isTemplate && !hasField && pod.metadata.annotations?.[profile] !== undefined) {
      warnings.push(`${annotationPath(pod, profile)}: deprecated since v1.30; use the "appArmorProfile" field instead`);
    }
    const { limits, requests } = container.resources ?? {};
    const at = path.child('resources');
    for (const name of ['memory', 'ephemeral-storage']) {
      warnings.push(...fractionWarnings(limits, name, at.child('limits')), ...fractionWarnings(requests, name, at.child('requests')));
    }
    warnings.push(...envWarnings(container, path));
  });
  return warnings;
}

function affinityWarnings(affinity: PodAffinity | undefined, path: FieldPath): string[] {
  const [must, preferred] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'] as const;
  return [
    ...(affinity?.[must] ?? []).flatMap((term, i) =>
      term.labelSelector ? [] : [`${path.child(must).index(i).child('labelSelector').toString()}: ${noSelector}`],
    ),
    ...(affinity?.[preferred] ?? []).flatMap(({ podAffinityTerm }, i) =>
      podAffinityTerm?.labelSelector
        ? []
        : [`${path.child(preferred).index(i).child('podAffinityTerm').child('labelSelector').toString()}: ${noSelector}`],
    ),
  ];
}

function annotationWarnings(pod: Warned): string[] {
  const annotations = pod.metadata.annotations ?? {};
  return oldAnnotations.flatMap(([key, text]) => (annotations[key] === undefined ? [] : [`${annotationPath(pod, key)}: ${text}`]));
}

/** What is allowed of a pod or a template and yet looks like a slip: the texts of Warning headers, in the server's order. */
export function podSpecWarnings(pod: Warned, isTemplate: boolean): string[] {
  const { spec, metadata } = pod;
  const specPath = specOf(pod);
  const pulls = (spec.imagePullSecrets ?? []).map(({ name = '' }) => name);
  const pullPath = (i: number): FieldPath => specPath.child('imagePullSecrets').index(i).child('name');
  const aliases = (spec.hostAliases ?? []).map(({ ip = '' }) => ip);
  const aliasPath = (i: number): FieldPath => specPath.child('hostAliases').index(i).child('ip');
  const servers = spec.dnsConfig?.nameservers ?? [];
  const serversPath = specPath.child('dnsConfig').child('nameservers');
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  const seccomp = !spec.securityContext?.seccompProfile && metadata.annotations?.[seccompOfPod] !== undefined;
  const affinity = specPath.child('affinity');
  return [
    ...placementWarnings(pod),
    ...annotationWarnings(pod),
    ...volumeWarnings(spec.volumes, specPath),
    ...duplicates(aliases, aliasPath, 'ip'),
    ...duplicates(pulls, pullPath, 'name'),
    ...pulls.flatMap((name, i) => (name ? [] : [`${pullPath(i).toString()}: invalid empty name ""`])),
    ...fractionWarnings(spec.overhead, 'memory', specPath.child('overhead')),
    ...fractionWarnings(spec.overhead, 'ephemeral-storage', specPath.child('overhead')),
    ...(seccomp ? [`${annotationPath(pod, seccompOfPod)}: non-functional in v1.27+; use the "seccompProfile" field instead`] : []),
    ...containerWarnings(pod, isTemplate),
    ...portWarnings(spec, specPath),
    ...(grace < 0
      ? [
          `${specPath.child('terminationGracePeriodSeconds').toString()}: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...affinityWarnings(spec.affinity?.podAffinity, affinity.child('podAffinity')),
    ...affinityWarnings(spec.affinity?.podAntiAffinity, affinity.child('podAntiAffinity')),
    ...servers.flatMap((server, i) => addressWarnings(serversPath.index(i).toString(), server)),
    ...aliases.flatMap((ip, i) => addressWarnings(aliasPath(i).toString(), ip)),
  ];
}

/** A name that becomes part of others, and of hostnames. `what` says where it does. */
export function nameWarning(name: string | undefined, what: string): string[] {
  const faults = dnsLabelErrors(name ?? '');
  if (faults.length === 0) return [];
  const text = `this is used in ${what}, which can result in surprising behavior; a DNS label is recommended`;
  return [`metadata.name: ${text}: [${faults.join(' ')}]`];
}

export const podWarnings = (pod: Pod): string[] => [
  ...nameWarning(pod.metadata.name, "the Pod's hostname"),
  ...podSpecWarnings({ metadata: pod.metadata, spec: pod.spec as FullPodSpec, root: FieldPath.root }, false),
];
