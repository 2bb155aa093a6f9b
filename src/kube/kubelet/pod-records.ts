import type { Container, PodSandbox, Runtime } from '../runtime';
import type { PodRecords } from './pod-actions';

/**
 * What a pod has on the node as the kubelet knows it: what ended after `seenMs`, when the runtime was last asked, it
 * takes to be running still.
 */
export function podRecords(runtime: Runtime, uid: string, seenMs: number): PodRecords {
  const sandboxes = runtime
    .listPodSandboxes()
    .filter((s) => s.config.uid === uid)
    .sort((a, b) => b.config.attempt - a.config.attempt || b.createdMs - a.createdMs);
  const ids = new Set(sandboxes.map((s) => s.id));
  return {
    sandboxes: sandboxes.map((s): PodSandbox => (s.state === 'NotReady' && s.endedMs > seenMs ? { ...s, state: 'Ready' } : s)),
    containers: runtime
      .listContainers()
      .filter((c) => ids.has(c.sandboxId))
      .map((c): Container => (c.state === 'Exited' && c.startedMs > 0 && c.finishedMs > seenMs ? { ...c, state: 'Running' } : c)),
  };
}
