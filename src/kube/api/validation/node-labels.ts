import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { labelValueErrors } from './names';
import type { NodeSelectorTerm } from './pod-shapes';

/** Labels that nodes no longer have, or will not have for long (GetNodeLabelDeprecatedMessage). */
export const nodeLabels: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
    'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    'app.kubernetes.io/created-by': 'deprecated since v1.9',
    'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
    'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
  }),
);

/** Of one term of a node selector. */
export function termWarnings(term: NodeSelectorTerm, path: FieldPath, checkValues: boolean): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key = '', values = [] }, i) => {
    const at = path.child('matchExpressions').index(i);
    const old = nodeLabels.get(key);
    const bad = checkValues
      ? values.flatMap((value, j) =>
          labelValueErrors(value).map((text) => `${at.child('values').index(j).toString()}: ${value} is invalid, ${text}`),
        )
      : [];
    return [...(old ? [`${at.child('key').toString()}: ${key} is ${old}`] : []), ...bad];
  });
}

interface RuntimeClass extends KubeObject {
  scheduling?: { nodeSelector?: Readonly<Record<string, string>> };
}
export const runtimeClassWarnings = ({ scheduling }: RuntimeClass): string[] =>
  Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) =>
    nodeLabels.has(key) ? [`scheduling.nodeSelector: ${nodeLabels.get(key)}`] : [],
  );

interface StorageClass extends KubeObject {
  allowedTopologies?: readonly { readonly matchLabelExpressions?: readonly { readonly key?: string }[] }[];
}
export const storageClassWarnings = ({ allowedTopologies = [] }: StorageClass): string[] =>
  allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key = '' }, j) => {
      const at = FieldPath.of('allowedTopologies').index(i).child('matchLabelExpressions').index(j).child('key');
      return nodeLabels.has(key) ? [`${at.toString()}: ${nodeLabels.get(key)}`] : [];
    }),
  );
