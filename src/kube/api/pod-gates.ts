import type { PodSpec } from './types';

interface Projection {
  clusterTrustBundle?: unknown;
  podCertificate?: unknown;
}

/**
 * Takes away what belongs to feature gates that v1.36 has off: container stop signals, projected trust bundles and
 * certificates, scheduling groups. The server drops them in silence before it looks at a pod or a template.
 */
export function dropGatedFields(spec: PodSpec): void {
  delete spec['schedulingGroup'];
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])]) {
    if (container.lifecycle) delete container.lifecycle.stopSignal;
  }
  for (const source of (spec.volumes ?? []).flatMap((volume) => (volume.projected?.sources ?? []) as Projection[])) {
    delete source.clusterTrustBundle;
    delete source.podCertificate;
  }
}
