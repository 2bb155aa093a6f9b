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
  /** The probe that failed, whose own grace period counts. */
  readonly probe?: 'livenessProbe' | 'startupProbe';
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

interface RestartRule {
  readonly action: string;
  readonly exitCodes?: { readonly operator: string; readonly values?: readonly number[] };
}

/** Whether a container that ended with `exitCode` runs again: by its own rules and policy, else by the pod's (ContainerShouldRestart). */
export function restarts(pod: Pod, container: Container, exitCode: number): boolean {
  const { restartPolicy, restartPolicyRules = [] } = container as Container & { restartPolicyRules?: readonly RestartRule[] };
  for (const { action, exitCodes } of restartPolicyRules) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    if (exitCodes && action === 'Restart' && (exitCodes.operator === 'In') === listed) return true;
  }
  const policy = restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** ShouldContainerBeRestarted: by the restart policy and how its last run ended. */
export function shouldStart(pod: Pod, container: Container, latest: RuntimeContainer | undefined): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  if (!latest) return true;
  if (latest.state === 'Running') return false;
  if (latest.state === 'Created') return true;
  return restarts(pod, container, latest.exitCode);
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

/** Running containers whose image the spec has changed since (containerChanged), with the Killing event's text. */
export function definitionChanges(pod: Pod, running: readonly RuntimeContainer[]): Map<string, string> {
  const changed = new Map<string, string>();
  for (const { name, image = '' } of pod.spec.containers) {
    const current = running.find((c) => c.config.name === name);
    if (current && current.config.image !== image) changed.set(current.id, `Container ${name} definition changed`);
  }
  return changed;
}

/** `unhealthy`: running containers whose probe failed, and which; `changed`: those that must be made anew, and why. */
export function computePodActions(
  pod: Pod,
  records: PodRecords,
  unhealthy: ReadonlyMap<string, 'livenessProbe' | 'startupProbe'>,
  changed: ReadonlyMap<string, string>,
): PodActions {
  const { create, attempt, sandbox } = sandboxPlan(records);
  const init = pod.spec.initContainers ?? [];
  const nothing = { killPod: false, createSandbox: false, sandbox, attempt, start: [], startEphemeral: [], kill: [] };
  if (create) {
    const all = [...init, ...pod.spec.containers];
    const mayRestart = all.some((c) => restarts(pod, c, 1) || restarts(pod, c, 0));
    if (!mayRestart && attempt !== 0 && records.containers.length) return { ...nothing, killPod: true };
    const wanted = pod.spec.containers.filter((c) => {
      const latest = latestOf(records, c.name);
      return latest?.state !== 'Exited' || latest.exitCode !== 0 || restarts(pod, c, 0);
    });
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
      if (shouldStart(pod, container, latest)) start.push(container);
      continue;
    }
    const probe = unhealthy.get(latest.id);
    const why =
      changed.get(latest.id) ?? (probe && `Container ${container.name} failed ${probe === 'livenessProbe' ? 'liveness' : 'startup'} probe`);
    if (why === undefined) {
      kept++;
      continue;
    }
    const again = changed.has(latest.id) || restarts(pod, container, 137);
    kill.push({
      container: latest,
      message: again && !why.endsWith('restart') ? `${why}, will be restarted` : why,
      ...(probe && { probe }),
    });
    if (again) start.push(container);
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
    if (latest.exitCode !== 0) return restarts(pod, container, latest.exitCode) ? [container] : 'failed';
  }
  return undefined;
}

function sidecarsToStart(pod: Pod, init: readonly Container[], records: PodRecords): Container[] {
  return init.filter((container) => isSidecar(container) && shouldStart(pod, container, latestOf(records, container.name)));
}
