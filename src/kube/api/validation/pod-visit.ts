import type { FieldPath } from '../field-path';
import type { FullContainer, FullPodSpec } from './pod-shapes';

/** Every container of a pod with its path, in the order in which the server looks at them: init, main, ephemeral. */
export function visitContainers(spec: FullPodSpec, path: FieldPath, visit: (container: FullContainer, path: FieldPath) => void): void {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    (spec[list] ?? []).forEach((container: FullContainer, i) => visit(container, path.child(list).index(i)));
  }
}
