import type { Container, ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from '../api';
import { podTotals } from './resources';
import { isSidecar, restarts } from './pod-actions';
import { imageRef, type Container as RuntimeContainer, type PodSandbox } from '../runtime';

/** Why a container is not started: what the last sync ran into (ErrImagePull, CrashLoopBackOff, …). */
export interface WaitReason {
  readonly reason: string;
  readonly message: string;
}

/** All the kubelet knows of a pod when it writes its status. */
export interface PodFacts {
  readonly pod: Pod;
  readonly containers: readonly RuntimeContainer[];
  /** Newest first. */
  readonly sandboxes: readonly PodSandbox[];
  readonly waiting: ReadonlyMap<string, WaitReason>;
  /** Results of probes by container; absent means not probed. */
  readonly ready: ReadonlyMap<string, boolean>;
  readonly startup: ReadonlyMap<string, boolean>;
  readonly nodeIp: string;
  readonly nowMs: number;
  /** When the runtime was last asked what there is. */
  readonly seenMs: number;
  readonly terminating: boolean;
  /** What a container that ended left as its message. */
  readonly message: (containerId: string) => string;
  /** Conditions of resizes that wait or are under way. */
  readonly resizes: readonly PodCondition[];
  /** Why the kubelet ends the pod (DeadlineExceeded). */
  readonly evicted?: WaitReason;
}

export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const latestFirst = (containers: readonly RuntimeContainer[], name: string): RuntimeContainer[] =>
  containers.filter((c) => c.config.name === name).sort((a, b) => b.config.attempt - a.config.attempt || b.createdMs - a.createdMs);

function stateOf(container: RuntimeContainer, left: string): ContainerState {
  if (container.state === 'Running') return { running: { startedAt: isoSeconds(container.startedMs) } };
  if (container.state === 'Created') return { waiting: { reason: 'ContainerCreating' } };
  const message = [container.message, left].filter(Boolean).join(': ');
  return {
    terminated: {
      containerID: `containerd://${container.id}`,
      exitCode: container.exitCode,
      finishedAt: isoSeconds(container.finishedMs),
      ...(message && { message }),
      reason: container.reason,
      startedAt: container.startedMs ? isoSeconds(container.startedMs) : '1970-01-01T00:00:00Z',
    },
  };
}

type ContainerKind = 'container' | 'init' | 'ephemeral';

function containerStatus(facts: PodFacts, spec: Container, kind: ContainerKind): ContainerStatus {
  const { pod } = facts;
  const found = latestFirst(facts.containers, spec.name);
  const [current, previous] = found;
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const old = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find((s) => s.name === spec.name);
  const waitingFor = pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  let state: ContainerState = current ? stateOf(current, facts.message(current.id)) : { waiting: { reason: waitingFor } };
  let lastState: ContainerState =
    previous && previous.state === 'Exited' ? stateOf(previous, facts.message(previous.id)) : (old?.lastState ?? {});
  const wait = facts.waiting.get(spec.name);
  const ended = current?.state === 'Exited';
  if (wait && !state.running && (!ended || restarts(pod, spec, current.exitCode))) {
    if (state.terminated) lastState = state;
    state = { waiting: { ...(wait.message && { message: wait.message }), reason: wait.reason } };
  }
  const running = state.running !== undefined;
  const stays = kind === 'container' || isSidecar(spec);
  const started = stays && running && (facts.startup.get(spec.name) ?? true);
  const ready = kind === 'init' && !stays ? state.terminated?.exitCode === 0 : started && (facts.ready.get(spec.name) ?? true);
  const requests = spec.resources?.requests ?? {};
  const status: ContainerStatus = {
    ...(current && Object.keys(requests).length && { allocatedResources: requests }),
    ...(current && { containerID: `containerd://${current.id}` }),
    image: current ? (current.image.tags[0] ?? spec.image ?? '') : (spec.image ?? ''),
    imageID: current ? imageRef(current.image) : '',
    lastState,
    name: spec.name,
    ready,
    ...(current && { resources: spec.resources ?? {} }),
    restartCount: current ? current.config.attempt : (old?.restartCount ?? 0),
    // the prober manager knows nothing of ephemeral containers
    ...(kind !== 'ephemeral' && { started }),
    state,
    ...(current && { user: { linux: { gid: current.user.gid, supplementalGroups: [...current.user.groups], uid: current.user.uid } } }),
    ...(spec.volumeMounts?.length && {
      volumeMounts: spec.volumeMounts.map((m) => ({
        mountPath: m.mountPath,
        name: m.name,
        ...(m.readOnly && { readOnly: true, recursiveReadOnly: 'Disabled' }),
      })),
    }),
  };
  return status;
}

/** The pod's phase from its containers (pod-lifecycle#pod-phase). */
function phaseOf(pod: Pod, statuses: readonly ContainerStatus[], initStatuses: readonly ContainerStatus[], ended: boolean): string {
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const once = initStatuses.filter(({ name }) => !sidecars.has(name));
  const failed = once.find((s) => s.state.terminated && s.state.terminated.exitCode !== 0);
  const failedInit = failed !== undefined;
  const begun = statuses.some((s) => s.containerID);
  const pendingInit =
    once.some((s) => !s.state.terminated && !(s.state.waiting && s.lastState.terminated?.exitCode === 0)) ||
    (!begun && initStatuses.some((s) => sidecars.has(s.name) && !s.started));
  if (failed) {
    const spec = pod.spec.initContainers?.find(({ name }) => name === failed.name);
    if (spec && !restarts(pod, spec, failed.state.terminated?.exitCode ?? 1)) return 'Failed';
  }
  if (pendingInit || failedInit) return ended ? 'Failed' : 'Pending';
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;
  let again = 0;
  for (const status of statuses) {
    const spec = pod.spec.containers.find(({ name }) => name === status.name);
    const end = status.state.terminated ?? (status.state.running ? undefined : status.lastState.terminated);
    if (spec && end && restarts(pod, spec, end.exitCode)) again++;
    if (status.state.running) running++;
    else if (status.state.terminated) {
      stopped++;
      if (status.state.terminated.exitCode === 0) succeeded++;
    } else if (status.lastState.terminated) stopped++;
    else waiting++;
  }
  if (waiting) return ended ? 'Failed' : 'Pending';
  if (running) return 'Running';
  if (!stopped) return 'Pending';
  if (ended) return stopped === succeeded ? 'Succeeded' : 'Failed';
  if (again) return 'Running';
  return stopped === succeeded ? 'Succeeded' : 'Failed';
}

const names = (list: readonly string[]): string => `[${list.join(' ')}]`;

function conditionsOf(
  facts: PodFacts,
  phase: string,
  statuses: readonly ContainerStatus[],
  initStatuses: readonly ContainerStatus[],
): PodCondition[] {
  const { pod } = facts;
  const observedGeneration = pod.metadata.generation ?? 1;
  const now = isoSeconds(facts.nowMs);
  const done = phase === 'Succeeded' || phase === 'Failed';
  const sandboxReady = facts.sandboxes[0]?.state === 'Ready';
  const wanted: { type: string; status: 'True' | 'False'; reason?: string; message?: string }[] = [];
  wanted.push({ type: 'PodReadyToStartContainers', status: sandboxReady ? 'True' : 'False' });
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const unfinished = initStatuses
    .filter((s) => (sidecars.has(s.name) ? !s.started && !statuses.some((c) => c.containerID) : !s.ready))
    .map((s) => s.name);
  if (done && phase === 'Succeeded') wanted.push({ type: 'Initialized', status: 'True', reason: 'PodCompleted' });
  else if (unfinished.length)
    wanted.push({
      type: 'Initialized',
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: `containers with incomplete status: ${names(unfinished)}`,
    });
  else wanted.push({ type: 'Initialized', status: 'True' });
  const unready = [...initStatuses.filter((s) => sidecars.has(s.name)), ...statuses].filter((s) => !s.ready).map((s) => s.name);
  const readiness = done
    ? { status: 'False' as const, reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
    : unready.length
      ? { status: 'False' as const, reason: 'ContainersNotReady', message: `containers with unready status: ${names(unready)}` }
      : { status: 'True' as const };
  wanted.push({ type: 'Ready', ...readiness }, { type: 'ContainersReady', ...readiness }, { type: 'PodScheduled', status: 'True' });
  const old = pod.status?.conditions ?? [];
  return wanted.map(({ type, status, reason, message }) => {
    const before = old.find((c) => c.type === type);
    return {
      lastProbeTime: null,
      lastTransitionTime: before && before.status === status ? before.lastTransitionTime : now,
      ...(message && { message }),
      observedGeneration,
      ...(reason && { reason }),
      status,
      type,
    };
  });
}

/** The status the kubelet reports for a pod (generateAPIPodStatus). Pure: the same facts give the same status. */
export function podStatus(facts: PodFacts): PodStatus {
  const { pod, nodeIp } = facts;
  const initContainerStatuses = (pod.spec.initContainers ?? []).map((c) => containerStatus(facts, c, 'init'));
  const byName = (a: ContainerStatus, b: ContainerStatus): number => (a.name < b.name ? -1 : 1);
  const containerStatuses = pod.spec.containers.map((c) => containerStatus(facts, c, 'container')).sort(byName);
  const ephemeralContainerStatuses = (pod.spec.ephemeralContainers ?? []).map((c) => containerStatus(facts, c, 'ephemeral')).sort(byName);
  const allEnded = containerStatuses.every((s) => s.state.terminated !== undefined);
  const { evicted } = facts;
  const phase = evicted ? 'Failed' : phaseOf(pod, containerStatuses, initContainerStatuses, facts.terminating && allEnded);
  const sandbox = facts.sandboxes[0];
  // a sandbox's address is known once the runtime was asked about it
  const known = sandbox && (sandbox.createdMs <= facts.seenMs || containerStatuses.some((s) => s.containerID));
  const podIp = pod.spec.hostNetwork ? nodeIp : known ? sandbox.ip : pod.status?.podIP;
  const asked = podTotals(pod, 'requests');
  const limits = facts.terminating || allEnded ? {} : podTotals(pod, 'limits');
  return {
    ...(Object.keys(asked).length && { allocatedResources: asked }),
    conditions: [...facts.resizes, ...conditionsOf(facts, phase, containerStatuses, initContainerStatuses)],
    containerStatuses,
    ...(ephemeralContainerStatuses.length && { ephemeralContainerStatuses }),
    hostIP: nodeIp,
    hostIPs: [{ ip: nodeIp }],
    ...(initContainerStatuses.length && { initContainerStatuses }),
    ...(evicted && { message: evicted.message, reason: evicted.reason }),
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    ...(podIp && { podIP: podIp, podIPs: [{ ip: podIp }] }),
    ...(pod.status?.qosClass && { qosClass: pod.status.qosClass }),
    resources: { ...(Object.keys(limits).length && { limits }), ...(Object.keys(asked).length && { requests: asked }) },
    startTime: pod.status?.startTime ?? isoSeconds(facts.nowMs),
  };
}

const isTerminal = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

/** "Delay transitioning a pod to a terminal status unless the pod is actually terminal": while its containers may still run. */
export function delayTerminal(before: PodStatus, status: PodStatus): PodStatus {
  if (isTerminal(before.phase) || !isTerminal(status.phase)) return status;
  const { reason: _reason, message: _message, ...rest } = status;
  const { reason, message, phase = 'Pending' } = before;
  return { ...rest, ...(message && { message }), phase, ...(reason && { reason }) };
}
