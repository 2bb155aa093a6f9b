import { meets, podsOf, type ClusterView, type NodeView, type PodView, matchesNodeAffinity, tolerates } from './scheduling';

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** A required term of pod (anti-)affinity. */
export interface PodAffinityTerm {
  labelSelector?: LabelSelector;
  topologyKey: string;
  namespaces?: string[];
  namespaceSelector?: LabelSelector;
}

export interface SpreadConstraint {
  maxSkew: number;
  topologyKey: string;
  whenUnsatisfiable: string;
  labelSelector?: LabelSelector;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
}

interface Refusal {
  readonly reason: string;
  readonly final: boolean;
}

/** A label selector on labels; none at all selects nothing, an empty one everything. */
function selects(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (!selector) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels[requirement.key]))
  );
}

/** Whether `term` of `owner` is about `pod`. An empty namespaceSelector means all namespaces. */
function termSelects(term: PodAffinityTerm, owner: PodView, pod: PodView): boolean {
  const own = !term.namespaces?.length && !term.namespaceSelector;
  const namespace = pod.metadata.namespace ?? '';
  const everywhere = term.namespaceSelector !== undefined && !Object.keys(term.namespaceSelector).length;
  const inside = own ? namespace === owner.metadata.namespace : everywhere || (term.namespaces ?? []).includes(namespace);
  return inside && selects(term.labelSelector, pod.metadata.labels ?? {});
}

const domainOf = (node: NodeView, key: string): string | undefined => node.metadata.labels?.[key];

/** The pods that count in a node's domain of `key`; on the node itself those of `others`. */
function* podsInDomain(view: ClusterView, node: NodeView, key: string, others: readonly PodView[]): Generator<PodView> {
  const domain = domainOf(node, key);
  if (domain === undefined) return;
  for (const each of view.nodes) {
    if (domainOf(each, key) !== domain) continue;
    yield* each.metadata.name === node.metadata.name ? others : podsOf(view, each);
  }
}

const termsOf = (pod: PodView, kind: 'podAffinity' | 'podAntiAffinity'): readonly PodAffinityTerm[] =>
  pod.spec?.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

/** Required affinity and anti-affinity between pods (the InterPodAffinity plugin). */
export function podAffinityReason(pod: PodView, node: NodeView, view: ClusterView, others: readonly PodView[]): Refusal | undefined {
  const wanted = termsOf(pod, 'podAffinity');
  const met = wanted.every((term) => {
    if ([...podsInDomain(view, node, term.topologyKey, others)].some((other) => termSelects(term, pod, other))) return true;
    // the first of a group that wants its own kind may start anywhere
    const anywhere = [...view.podsOn.values()].some((list) => list.some((other) => termSelects(term, pod, other)));
    return !anywhere && domainOf(node, term.topologyKey) !== undefined && termSelects(term, pod, pod);
  });
  if (!met) return { reason: "node(s) didn't match pod affinity rules", final: true };
  for (const term of termsOf(pod, 'podAntiAffinity'))
    for (const other of podsInDomain(view, node, term.topologyKey, others))
      if (termSelects(term, pod, other)) return { reason: "node(s) didn't match pod anti-affinity rules", final: false };
  for (const each of view.nodes) {
    for (const other of each.metadata.name === node.metadata.name ? others : podsOf(view, each)) {
      for (const term of termsOf(other, 'podAntiAffinity')) {
        const domain = domainOf(each, term.topologyKey);
        if (domain !== undefined && domain === domainOf(node, term.topologyKey) && termSelects(term, other, pod))
          return { reason: "node(s) didn't satisfy existing pods anti-affinity rules", final: false };
      }
    }
  }
  return undefined;
}

/** Constraints with whenUnsatisfiable: DoNotSchedule (the PodTopologySpread plugin). */
export function spreadReason(pod: PodView, node: NodeView, view: ClusterView, others: readonly PodView[]): Refusal | undefined {
  for (const constraint of pod.spec?.topologySpreadConstraints ?? []) {
    if (constraint.whenUnsatisfiable !== 'DoNotSchedule') continue;
    const { topologyKey, labelSelector, maxSkew, minDomains = 1 } = constraint;
    const reason = "node(s) didn't match pod topology spread constraints";
    const domain = domainOf(node, topologyKey);
    if (domain === undefined) return { reason: `${reason} (missing required label)`, final: true };
    const counts = new Map<string, number>();
    for (const each of view.nodes) {
      const key = domainOf(each, topologyKey);
      if (key === undefined || (constraint.nodeAffinityPolicy !== 'Ignore' && !matchesNodeAffinity(pod, each))) continue;
      const barred = (each.spec?.taints ?? []).some((t) => t.effect !== 'PreferNoSchedule' && !tolerates(pod.spec?.tolerations ?? [], t));
      if (constraint.nodeTaintsPolicy === 'Honor' && barred) continue;
      const list = each.metadata.name === node.metadata.name ? others : podsOf(view, each);
      const here = list.filter(
        (other) =>
          other.metadata.namespace === pod.metadata.namespace &&
          !other.metadata.deletionTimestamp &&
          selects(labelSelector, other.metadata.labels ?? {}),
      ).length;
      counts.set(key, (counts.get(key) ?? 0) + here);
    }
    const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
    const self = selects(labelSelector, pod.metadata.labels ?? {}) ? 1 : 0;
    if ((counts.get(domain) ?? 0) + self - least > maxSkew) return { reason, final: false };
  }
  return undefined;
}
