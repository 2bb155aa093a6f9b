import { canonicalQuantity, type KubeObject } from '../../api';
import { age, array, containersOf, fields, labelSelectorText, name, printer, text } from './cells';
import type { Cell, Printer } from './column';
import { humanDuration, since } from './duration';

function deploymentCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = fields(object['spec']);
  const status = fields(object['status']);
  const [names, images] = containersOf(spec['template']);
  return [
    name(object),
    `${Number(status['readyReplicas'] ?? 0)}/${Number(spec['replicas'] ?? 0)}`,
    Number(status['updatedReplicas'] ?? 0),
    Number(status['availableReplicas'] ?? 0),
    age(object, nowMs),
    names,
    images,
    labelSelectorText(spec['selector']),
  ];
}

function replicaSetCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = fields(object['spec']);
  const status = fields(object['status']);
  const [names, images] = containersOf(spec['template']);
  const counts = [spec['replicas'], status['replicas'], status['readyReplicas']].map((count) => Number(count ?? 0));
  return [name(object), ...counts, age(object, nowMs), names, images, labelSelectorText(spec['selector'])];
}

const count = (object: KubeObject, part: 'spec' | 'status', field: string): number => Number(fields(object[part])[field] ?? 0);

/** The last three columns that workloads have in common. */
function wideCells(object: KubeObject): Cell[] {
  const spec = fields(object['spec']);
  return [...containersOf(spec['template']), labelSelectorText(spec['selector'])];
}

const pairs = (labels: unknown): string =>
  Object.entries(fields(labels))
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join(',') || '<none>';

function daemonSetCells(object: KubeObject, nowMs: number): Cell[] {
  const template = fields(fields(object['spec'])['template']);
  const counts = ['desiredNumberScheduled', 'currentNumberScheduled', 'numberReady', 'updatedNumberScheduled', 'numberAvailable'];
  return [
    name(object),
    ...counts.map((field) => count(object, 'status', field)),
    pairs(fields(template['spec'])['nodeSelector']),
    age(object, nowMs),
    ...wideCells(object),
  ];
}

function statefulSetCells(object: KubeObject, nowMs: number): Cell[] {
  const [names, images] = containersOf(fields(object['spec'])['template']);
  const ready = `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`;
  return [name(object), ready, age(object, nowMs), names, images];
}

function controllerCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = fields(object['spec']);
  const counts = [count(object, 'spec', 'replicas'), count(object, 'status', 'replicas'), count(object, 'status', 'readyReplicas')];
  return [name(object), ...counts, age(object, nowMs), ...containersOf(spec['template']), pairs(spec['selector'])];
}

// A job is the first of these that is true of it.
const jobStates: readonly string[] = ['Complete', 'Failed', 'Terminating', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

function jobState(object: KubeObject): string {
  const conditions = array<{ type: string; status: string }>(fields(object['status'])['conditions']);
  const holds = (state: string): boolean =>
    state === 'Terminating'
      ? !!object.metadata.deletionTimestamp
      : conditions.some(({ type, status }) => type === state && status === 'True');
  return jobStates.find(holds) ?? 'Running';
}

function jobCells(object: KubeObject, nowMs: number): Cell[] {
  const { completions, parallelism } = fields(object['spec']);
  const { startTime, completionTime } = fields(object['status']);
  const succeeded = count(object, 'status', 'succeeded');
  const several = Number(parallelism ?? 0) > 1 ? ` of ${String(parallelism)}` : '';
  const end = typeof completionTime === 'string' ? Date.parse(completionTime) : nowMs;
  return [
    name(object),
    jobState(object),
    completions === undefined ? `${succeeded}/1${several}` : `${succeeded}/${String(completions)}`,
    typeof startTime === 'string' ? humanDuration(end - Date.parse(startTime)) : '',
    age(object, nowMs),
    ...wideCells(object),
  ];
}

function cronJobCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = fields(object['spec']);
  const { lastScheduleTime, active } = fields(object['status']);
  const job = fields(fields(spec['jobTemplate'])['spec']);
  return [
    name(object),
    text(spec['schedule'], ''),
    text(spec['timeZone']),
    spec['suspend'] === undefined ? '<unset>' : spec['suspend'] === true ? 'True' : 'False',
    array(active).length,
    lastScheduleTime ? since(lastScheduleTime, nowMs) : '<none>',
    age(object, nowMs),
    ...containersOf(job['template']),
    labelSelectorText(job['selector']),
  ];
}

interface MetricSource {
  name?: string;
  target?: { averageValue?: string; averageUtilization?: number };
  current?: { averageValue?: string; averageUtilization?: number };
}

/** `cpu: <unknown>/80%`: at most two metrics, and how many more there are. */
function targetsText(object: KubeObject): string {
  const field = (metric: Record<string, unknown>): MetricSource =>
    fields(metric['type'] === 'ContainerResource' ? metric['containerResource'] : metric['resource']) as MetricSource;
  const now = array<Record<string, unknown>>(fields(object['status'])['currentMetrics']).map(field);
  const list = array<Record<string, unknown>>(fields(object['spec'])['metrics']).map((metric, i) => {
    const { name: metricName = '', target = {} } = field(metric);
    if (metric['type'] !== 'Resource' && metric['type'] !== 'ContainerResource') return '<unknown type>';
    const { current } = now[i] ?? {};
    if (target.averageValue !== undefined)
      return `${metricName}: ${current?.averageValue ?? '<unknown>'}/${canonicalQuantity(String(target.averageValue))}`;
    const used = current?.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`;
    return `${metricName}: ${used}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
  });
  if (list.length === 0) return '<none>';
  return list.length > 2 ? `${list.slice(0, 2).join(', ')} + ${list.length - 2} more...` : list.join(', ');
}

function autoscalerCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = fields(object['spec']);
  const target = fields(spec['scaleTargetRef']);
  return [
    name(object),
    `${text(target['kind'], '')}/${text(target['name'], '')}`,
    targetsText(object),
    text(spec['minReplicas'], '<unset>'),
    Number(spec['maxReplicas'] ?? 0),
    count(object, 'status', 'currentReplicas'),
    age(object, nowMs),
  ];
}

/** At most three of a list, and how many more there are. */
const some = (list: readonly unknown[]): string => {
  if (list.length === 0) return '<unset>';
  return list.length > 3 ? `${list.slice(0, 3).join(',')} + ${list.length - 3} more...` : list.join(',');
};

function sliceCells(object: KubeObject, nowMs: number): Cell[] {
  const ports = array<{ port?: number }>(object['ports']).map(({ port }) => port ?? '*');
  const addresses = array<{ addresses?: string[] }>(object['endpoints']).flatMap((endpoint) => endpoint.addresses ?? []);
  return [name(object), text(object['addressType'], ''), some(ports), some(addresses), age(object, nowMs)];
}

function revisionCells(object: KubeObject, nowMs: number): Cell[] {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller);
  const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.slice(0, owner.apiVersion.indexOf('/'))}` : '';
  const controller = owner ? `${owner.kind.toLowerCase()}${group}/${owner.name}` : '<none>';
  return [name(object), controller, Number(object['revision'] ?? 0), age(object, nowMs)];
}

const wide = ['+Containers', '+Images', '+Selector'];

/** Printers of workloads and of what goes with them, by what the store files objects under. */
export const workloadPrinters: Readonly<Record<string, Printer>> = {
  'apps/deployments': printer(['Name', 'Ready', 'Up-to-date', 'Available', 'Age', ...wide], deploymentCells),
  'apps/replicasets': printer(['Name', 'Desired#', 'Current#', 'Ready#', 'Age', ...wide], replicaSetCells),
  'apps/daemonsets': printer(
    ['Name', 'Desired#', 'Current#', 'Ready#', 'Up-to-date#', 'Available#', 'Node Selector', 'Age', ...wide],
    daemonSetCells,
  ),
  'apps/statefulsets': printer(['Name', 'Ready', 'Age', '+Containers', '+Images'], statefulSetCells),
  'apps/controllerrevisions': printer(['Name', 'Controller', 'Revision#', 'Age'], revisionCells),
  replicationcontrollers: printer(['Name', 'Desired#', 'Current#', 'Ready#', 'Age', ...wide], controllerCells),
  'batch/jobs': printer(['Name', 'Status', 'Completions', 'Duration', 'Age', ...wide], jobCells),
  'batch/cronjobs': printer(['Name', 'Schedule', 'Timezone', 'Suspend', 'Active#', 'Last Schedule', 'Age', ...wide], cronJobCells),
  'autoscaling/horizontalpodautoscalers': printer(
    ['Name', 'Reference', 'Targets', 'MinPods', 'MaxPods#', 'Replicas#', 'Age'],
    autoscalerCells,
  ),
  'discovery.k8s.io/endpointslices': printer(['Name', 'AddressType', 'Ports', 'Endpoints', 'Age'], sliceCells),
};
