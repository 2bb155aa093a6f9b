import { isFields, jsonText, parseJson, type KubeObject } from '../api';

type Fields = Record<string, unknown>;
interface Autoscaler extends KubeObject {
  spec?: Fields;
  status?: Fields;
}

/** What autoscaling/v1 has no fields for stands in annotations of its objects. */
const annotation = (what: string): string => `autoscaling.alpha.kubernetes.io/${what}`;
const [metricsKey, behaviorKey] = [annotation('metrics'), annotation('behavior')];

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);
const present = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** A metric's source in v1: the fields of its target and metric, under these names. */
const names = {
  resource: { averageUtilization: 'targetAverageUtilization', averageValue: 'targetAverageValue' },
  containerResource: { averageUtilization: 'targetAverageUtilization', averageValue: 'targetAverageValue' },
  pods: { averageValue: 'targetAverageValue', name: 'metricName', selector: 'selector' },
  object: { value: 'targetValue', averageValue: 'averageValue', name: 'metricName', selector: 'selector', described: 'target' },
  external: { value: 'targetValue', averageValue: 'targetAverageValue', name: 'metricName', selector: 'metricSelector' },
} as const;
type SourceName = keyof typeof names;
const sourceNames = Object.keys(names) as SourceName[];

const targetTypes: readonly (readonly [field: string, type: string])[] = [
  ['averageUtilization', 'Utilization'],
  ['averageValue', 'AverageValue'],
  ['value', 'Value'],
];

function oldSource(name: SourceName, source: Fields): Fields {
  const [target, metric] = [fieldsOf(source['target']), fieldsOf(source['metric'])];
  const old: Fields = { container: source['container'] };
  if (name === 'resource' || name === 'containerResource') old['name'] = source['name'];
  for (const [field, oldName] of Object.entries(names[name]))
    old[oldName] = field === 'described' ? source['describedObject'] : (target[field] ?? metric[field]);
  return present(old);
}

function newSource(name: SourceName, old: Fields): Fields {
  const table: Readonly<Record<string, string>> = names[name];
  const of = (field: string): unknown => (table[field] === undefined ? undefined : old[table[field]]);
  const type = targetTypes.find(([field]) => of(field) !== undefined)?.[1];
  const target = present({ type, ...Object.fromEntries(targetTypes.map(([field]) => [field, of(field)])) });
  if (name === 'resource' || name === 'containerResource') return present({ name: old['name'], container: old['container'], target });
  return present({ describedObject: of('described'), metric: present({ name: of('name'), selector: of('selector') }), target });
}

const converted = (metric: Fields, source: (name: SourceName, fields: Fields) => Fields): Fields => ({
  type: metric['type'],
  ...Object.fromEntries(sourceNames.flatMap((name) => (metric[name] === undefined ? [] : [[name, source(name, fieldsOf(metric[name]))]]))),
});

const cpuShare = (metric: Fields): unknown => {
  const resource = fieldsOf(metric['resource']);
  return metric['type'] === 'Resource' && resource['name'] === 'cpu' ? fieldsOf(resource['target'])['averageUtilization'] : undefined;
};

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}

/** An autoscaling/v1 object as v2 has it, which is what is stored. */
export function autoscalerStored(autoscaler: Autoscaler): KubeObject {
  const { targetCPUUtilizationPercentage: share, ...spec } = autoscaler.spec ?? {};
  const { [metricsKey]: metricsText, [behaviorKey]: behaviorText, ...annotations } = autoscaler.metadata?.annotations ?? {};
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: share } } };
  const metrics = [...listOf(parsed(metricsText)).map((metric) => converted(metric, newSource)), ...(share === undefined ? [] : [cpu])];
  const kept = Object.keys(annotations).length > 0 ? annotations : undefined;
  const stored: Autoscaler = {
    ...autoscaler,
    apiVersion: 'autoscaling/v2',
    metadata: { ...autoscaler.metadata, annotations: kept },
    spec: present({ ...spec, metrics: metrics.length > 0 ? metrics : undefined, behavior: parsed(behaviorText) }),
  };
  if (!kept) delete stored.metadata.annotations;
  return stored;
}

function servedV1(autoscaler: Autoscaler): KubeObject {
  const { metrics, behavior, ...spec } = autoscaler.spec ?? {};
  const { desiredReplicas = 0, currentReplicas = 0, observedGeneration, lastScaleTime } = autoscaler.status ?? {};
  const share = listOf(metrics)
    .map(cpuShare)
    .find((value) => value !== undefined);
  const others = listOf(metrics).filter((metric) => cpuShare(metric) === undefined);
  const more = present({
    [metricsKey]: others.length > 0 ? jsonText(others.map((metric) => converted(metric, oldSource))) : undefined,
    [behaviorKey]: behavior === undefined ? undefined : jsonText(behavior),
  }) as Record<string, string>;
  const hasMore = Object.keys(more).length > 0;
  return {
    ...autoscaler,
    metadata: hasMore ? { ...autoscaler.metadata, annotations: { ...autoscaler.metadata.annotations, ...more } } : autoscaler.metadata,
    spec: present({ ...spec, targetCPUUtilizationPercentage: share }),
    status: present({ observedGeneration, lastScaleTime, currentReplicas, desiredReplicas }),
  };
}

/** A stored autoscaler in the version that is asked for. */
export function autoscalerServed(autoscaler: Autoscaler, version: string): KubeObject {
  if (version === 'v1') return servedV1(autoscaler);
  const { currentReplicas, currentMetrics = null, conditions, desiredReplicas = 0, ...rest } = autoscaler.status ?? {};
  const status = present({ ...rest, currentReplicas: currentReplicas || undefined, desiredReplicas, currentMetrics, conditions });
  return { ...autoscaler, status };
}
