import { filterNode, podsOf, type ClusterView, type NodeView, type Objection, type PodView } from './scheduling';

export interface Preemption {
  readonly node: NodeView;
  readonly victims: readonly PodView[];
}

const priorityOf = (pod: PodView): number => pod.spec?.priority ?? 0;
const startOf = (pod: PodView): string => pod.status?.startTime ?? '~';

/** The pods of lower priority that would have to leave `node` for `pod` to fit; undefined when none would help. */
function victimsOn(pod: PodView, node: NodeView, view: ClusterView): readonly PodView[] | undefined {
  const others = podsOf(view, node);
  const lower = others.filter((other) => priorityOf(other) < priorityOf(pod));
  let kept = others.filter((other) => !lower.includes(other));
  if (!lower.length || filterNode(pod, node, view, kept)) return undefined;
  const victims: PodView[] = [];
  // the most important are spared first, then the oldest
  for (const other of [...lower].sort((a, b) => priorityOf(b) - priorityOf(a) || (startOf(a) < startOf(b) ? -1 : 1))) {
    if (filterNode(pod, node, view, [...kept, other])) victims.push(other);
    else kept = [...kept, other];
  }
  return victims;
}

/** Where preemption helps, by pickOneNodeForPreemption's first rules: the least important victims, then the fewest. */
export function preemption(pod: PodView, view: ClusterView, objections: ReadonlyMap<NodeView, Objection>): Preemption | undefined {
  const found: Preemption[] = [];
  for (const [node, objection] of objections) {
    const victims = objection.final ? undefined : victimsOn(pod, node, view);
    if (victims?.length) found.push({ node, victims });
  }
  const highest = ({ victims }: Preemption): number => Math.max(...victims.map(priorityOf));
  const sum = ({ victims }: Preemption): number => victims.reduce((total, victim) => total + priorityOf(victim) + 2 ** 31, 0);
  return found.sort((a, b) => highest(a) - highest(b) || sum(a) - sum(b) || a.victims.length - b.victims.length)[0];
}

/** `0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.` */
export function preemptionFailure(pod: PodView, nodeCount: number, objections: ReadonlyMap<NodeView, Objection>): string {
  if (pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const hopeless = [...objections.values()].filter(({ final }) => final).length;
  const texts = [
    ...(objections.size > hopeless ? [`${objections.size - hopeless} No preemption victims found for incoming pod`] : []),
    ...(hopeless ? [`${hopeless} Preemption is not helpful for scheduling`] : []),
  ];
  return `0/${nodeCount} nodes are available: ${texts.sort().join(', ')}.`;
}
