import type { FullContainer, FullPodSpec } from '../validation/pod-shapes';

export interface SecuredPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: FullPodSpec;
}

/** Why a pod is not allowed: a few words, and what they are about. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

export type PodCheck = (pod: SecuredPod) => Violation | undefined;

/** `init` before `main` before `ephemeral`. */
export const containersOf = ({ initContainers = [], containers = [], ephemeralContainers = [] }: FullPodSpec): FullContainer[] => [
  ...initContainers,
  ...containers,
  ...ephemeralContainers,
];

export const quotedList = (items: readonly string[]): string => items.map((item) => `"${item}"`).join(', ');
export const sortedSet = (items: Iterable<string>): string[] => [...new Set(items)].sort();
export const plural = (one: string, many: string, count: number): string => (count === 1 ? one : many);

/** `container "a"`, `containers "a", "b"`. */
export const containersText = (names: readonly string[]): string =>
  `${plural('container', 'containers', names.length)} ${quotedList(names)}`;

export const namesOf = (pod: SecuredPod, bad: (container: FullContainer) => boolean): string[] =>
  containersOf(pod.spec)
    .filter(bad)
    .map(({ name }) => name);

/** `pod and container "a"`: who has set something itself. */
export const settersText = (pod: boolean, containers: readonly string[]): string =>
  [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [containersText(containers)] : [])].join(' and ');

export const onWindows = ({ spec }: SecuredPod): boolean => spec.os?.name === 'windows';
/** Root in a user namespace of the pod's own is nobody on the node. */
export const hasUserNamespace = ({ spec }: SecuredPod): boolean => spec.hostUsers === false;
export const unless =
  (excused: (pod: SecuredPod) => boolean, check: PodCheck): PodCheck =>
  (pod) =>
    excused(pod) ? undefined : check(pod);
