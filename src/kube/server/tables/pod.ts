import type { KubeObject } from '../../api';
import { column, type Cell, type Printer } from './column';
import { humanDuration, since } from './duration';

interface ContainerState {
  waiting?: { reason?: string };
  running?: { startedAt?: string };
  terminated?: { reason?: string; exitCode?: number; signal?: number; finishedAt?: string };
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

interface PodView {
  spec?: {
    nodeName?: string;
    containers?: { name: string }[];
    initContainers?: { name: string; restartPolicy?: string }[];
    readinessGates?: { conditionType: string }[];
  };
  status?: {
    phase?: string;
    reason?: string;
    podIP?: string;
    podIPs?: { ip: string }[];
    nominatedNodeName?: string;
    conditions?: { type: string; status: string; reason?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

export const podColumns = [
  column('Name'),
  column('Ready', 'The aggregate readiness state of this pod for accepting traffic.'),
  column('Status', 'The aggregate status of the containers in this pod.'),
  column(
    'Restarts',
    'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  ),
  column('Age'),
  column('IP', 'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.', 1),
  column(
    'Node',
    'NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName.',
    1,
  ),
  column(
    'Nominated Node',
    'nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods.',
    1,
  ),
  column('Readiness Gates', 'If specified, all readiness gates will be evaluated for pod readiness.', 1),
];

const latest = (a: number, b: string | undefined): number => (b ? Math.max(a, Date.parse(b)) : a);

/** Status, readiness and restarts of a pod as one line: the rules of the server's printPod. */
export function summarize(object: KubeObject): { ready: string; reason: string; restarts: number; lastRestartMs: number } {
  const { spec = {}, status = {} } = object as PodView;
  const inits = spec.initContainers ?? [];
  const sidecars = new Set(inits.filter((container) => container.restartPolicy === 'Always').map((container) => container.name));
  let reason = status.reason || status.phase || '';
  let total = spec.containers?.length ?? 0;
  let readyCount = 0;
  let restarts = 0;
  let sidecarRestarts = 0;
  let lastRestartMs = 0;
  let lastSidecarRestartMs = 0;
  for (const condition of status.conditions ?? []) {
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated') reason = 'SchedulingGated';
  }
  total += sidecars.size;

  let initializing = false;
  for (const [index, container] of (status.initContainerStatuses ?? []).entries()) {
    const { state = {}, lastState } = container;
    const sidecar = sidecars.has(container.name);
    restarts += container.restartCount ?? 0;
    lastRestartMs = latest(lastRestartMs, lastState?.terminated?.finishedAt);
    if (sidecar) {
      sidecarRestarts += container.restartCount ?? 0;
      lastSidecarRestartMs = latest(lastSidecarRestartMs, lastState?.terminated?.finishedAt);
    }
    if (state.terminated?.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) readyCount++;
      continue;
    }
    if (state.terminated) {
      if (!state.terminated.reason) {
        reason = state.terminated.signal ? `Init:Signal:${state.terminated.signal}` : `Init:ExitCode:${state.terminated.exitCode}`;
      } else {
        reason = `Init:${state.terminated.reason}`;
      }
    } else if (state.waiting?.reason && state.waiting.reason !== 'PodInitializing') {
      reason = `Init:${state.waiting.reason}`;
    } else {
      reason = `Init:${index}/${inits.length}`;
    }
    initializing = true;
    break;
  }

  const initialized = (status.conditions ?? []).some((condition) => condition.type === 'Initialized' && condition.status === 'True');
  if (!initializing || initialized) {
    restarts = sidecarRestarts;
    lastRestartMs = lastSidecarRestartMs;
    let hasRunning = false;
    let found = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      const { state = {}, lastState } = container;
      restarts += container.restartCount ?? 0;
      lastRestartMs = latest(lastRestartMs, lastState?.terminated?.finishedAt);
      if (state.waiting?.reason) {
        reason = state.waiting.reason;
        found = true;
      } else if (state.terminated) {
        // a container that ended well does not cover what another one ran into
        if (found && state.terminated.exitCode === 0) continue;
        found = true;
        if (state.terminated.reason) reason = state.terminated.reason;
        else reason = state.terminated.signal ? `Signal:${state.terminated.signal}` : `ExitCode:${state.terminated.exitCode}`;
      } else if (container.ready && state.running) {
        hasRunning = true;
        readyCount++;
      }
    }
    if (reason === 'Completed' && hasRunning) {
      const ready = (status.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True');
      reason = ready ? 'Running' : 'NotReady';
    }
  }

  if (object.metadata.deletionTimestamp && status.reason === 'NodeLost') reason = 'Unknown';
  else if (object.metadata.deletionTimestamp && status.phase !== 'Succeeded' && status.phase !== 'Failed') reason = 'Terminating';
  return { ready: `${readyCount}/${total}`, reason, restarts, lastRestartMs };
}

export const podPrinter: Printer = {
  columns: podColumns,
  cells(object, nowMs): Cell[] {
    const { spec = {}, status = {} } = object as PodView;
    const { ready, reason, restarts, lastRestartMs } = summarize(object);
    const restartText =
      restarts !== 0 && lastRestartMs > 0 ? `${restarts} (${humanDuration(nowMs - lastRestartMs)} ago)` : String(restarts);
    const gates = spec.readinessGates ?? [];
    const passed = gates.filter((gate) => status.conditions?.some((c) => c.type === gate.conditionType && c.status === 'True'));
    return [
      object.metadata.name ?? '',
      ready,
      reason,
      restartText,
      since(object.metadata.creationTimestamp, nowMs),
      status.podIPs?.[0]?.ip || status.podIP || '<none>',
      spec.nodeName || '<none>',
      status.nominatedNodeName || '<none>',
      gates.length > 0 ? `${passed.length}/${gates.length}` : '<none>',
    ];
  },
};
