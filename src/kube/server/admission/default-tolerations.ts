import type { KubeObject } from '../../api';

interface Toleration {
  key?: string;
  operator?: string;
  effect?: string;
  tolerationSeconds?: number;
}

const troubles = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** DefaultTolerationSeconds: every pod bears an unready or unreachable node for 300 s, unless it says otherwise. */
export function tolerateNodeTroubles(pod: KubeObject): void {
  const spec = pod['spec'] as { tolerations?: Toleration[] } | undefined;
  if (!spec) return;
  const tolerations = spec.tolerations ?? [];
  const missing = troubles.filter(
    (key) =>
      !tolerations.some(
        (toleration) => (toleration.key === key || !toleration.key) && (toleration.effect === 'NoExecute' || !toleration.effect),
      ),
  );
  if (missing.length === 0) return;
  spec.tolerations = [...tolerations, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))];
}
