import type { Container, EphemeralContainer, Pod } from '../api';
import type { Container as RuntimeContainer, PodSandbox } from '../runtime';

/** What a pod has on the node. */
export interface PodRecords {
  /** Newest first. */
  readonly sandboxes: readonly PodSandbox[];
  readonly containers: readonly RuntimeContainer[];
}

export interface ContainerToKill {
  readonly container: RuntimeContainer;
  /** Why, for the Killing event. */
  readonly message: string;
}

/** What has to be done to bring a pod to what its spec says (computePodActions of kuberuntime). */
export interface PodActions {
  /** Stop everything the pod has before anything else. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** The sandbox there is, when it stays. */
  readonly sandbox: PodSandbox | undefined;
  readonly attempt: number;
  readonly start: readonly Container[];
  /** Started once, before the others, whatever becomes of those. */
  readonly startEphemeral: readonly EphemeralContainer[];
  readonly kill: readonly ContainerToKill[];
}

export const latestOf = (records: PodRecords, name: string): RuntimeContainer | undefined =>
  records.containers
    .filter((c) => c.config.name === name)
    .sort((a, b) => b.config.attempt - a.config.attempt || b.createdMs - a.createdMs)[0];

/** ShouldContainerBeRestarted: by the restart policy and how its last run ended. */
export function shouldStart(pod: Pod, latest: RuntimeContainer | undefined): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  if (!latest) return true;
  if (latest.state === 'Running') return false;
  if (latest.state === 'Created') return true;
  const policy = pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && latest.exitCode !== 0);
}

/** A sidecar: an init container that keeps running (restartPolicy: Always). */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

function sandboxPlan(records: PodRecords): { create: boolean; attempt: number; sandbox: PodSandbox | undefined } {
  const [latest] = records.sandboxes;
  if (!latest) return { create: true, attempt: 0, sandbox: undefined };
  const ready = records.sandboxes.filter((s) => s.state === 'Ready');
  const changed = ready.length !== 1 || latest.state !== 'Ready';
  return { create: changed, attempt: changed ? latest.config.attempt + 1 : latest.config.attempt, sandbox: latest };
}

export function computePodActions(pod: Pod, records: PodRecords, unhealthy: ReadonlyMap<string, string>): PodActions {
  const { create, attempt, sandbox } = sandboxPlan(records);
  const init = pod.spec.initContainers ?? [];
  const nothing = { killPod: false, createSandbox: false, sandbox, attempt, start: [], startEphemeral: [], kill: [] };
  if (create) {
    const policy = pod.spec.restartPolicy ?? 'Always';
    if (policy === 'Never' && attempt !== 0 && records.containers.length) return { ...nothing, killPod: true };
    const wanted = pod.spec.containers.filter(
      (c) => !(policy === 'OnFailure' && latestOf(records, c.name)?.state === 'Exited' && latestOf(records, c.name)?.exitCode === 0),
    );
    if (!wanted.length) return { ...nothing, killPod: true };
    return { ...nothing, killPod: true, createSandbox: true, start: init.length ? init.slice(0, 1) : wanted };
  }
  const startEphemeral = (pod.spec.ephemeralContainers ?? []).filter((c) => !latestOf(records, c.name));
  const current: PodRecords = { sandboxes: records.sandboxes, containers: records.containers.filter((c) => c.sandboxId === sandbox?.id) };
  const first = nextInit(pod, init, current);
  if (first === 'failed') return { ...nothing, killPod: true };
  if (first === 'waiting') return { ...nothing, startEphemeral };
  if (first) return { ...nothing, startEphemeral, start: first };
  const start: Container[] = sidecarsToStart(pod, init, current);
  const kill: ContainerToKill[] = [];
  let kept = 0;
  for (const container of pod.spec.containers) {
    const latest = latestOf(records, container.name);
    if (latest?.state !== 'Running' || latest.sandboxId !== sandbox?.id) {
      if (shouldStart(pod, latest)) start.push(container);
      continue;
    }
    const why = unhealthy.get(latest.id);
    if (why === undefined) {
      kept++;
      continue;
    }
    kill.push({ container: latest, message: why });
    if ((pod.spec.restartPolicy ?? 'Always') !== 'Never') start.push(container);
  }
  if (!kept && !start.length && !kill.length) return { ...nothing, killPod: true };
  return { ...nothing, startEphemeral, start, kill };
}

/** The init containers to start next, `waiting` while one runs, `failed` when one ended the pod; undefined when all are done. */
function nextInit(pod: Pod, init: readonly Container[], records: PodRecords): readonly Container[] | 'waiting' | 'failed' | undefined {
  if (!init.length) return undefined;
  if (pod.spec.containers.some((c) => latestOf(records, c.name))) return undefined;
  for (const container of init) {
    const latest = latestOf(records, container.name);
    if (!latest) return [container];
    if (isSidecar(container)) {
      if (latest.state === 'Exited') return [container];
      continue;
    }
    if (latest.state === 'Running') return 'waiting';
    if (latest.state === 'Created') return [container];
    if (latest.exitCode !== 0) return pod.spec.restartPolicy === 'Never' ? 'failed' : [container];
  }
  return undefined;
}

function sidecarsToStart(pod: Pod, init: readonly Container[], records: PodRecords): Container[] {
  return init.filter(
    (container) =>
      isSidecar(container) && shouldStart({ ...pod, spec: { ...pod.spec, restartPolicy: 'Always' } }, latestOf(records, container.name)),
  );
}
