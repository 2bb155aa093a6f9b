import { forbiddenField, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { parseQuantity } from '../quantity';
import { labelSelectorErrors, type LabelSelector } from './label-selector';
import { pathSegmentErrors } from './names';
import { behaviorErrors, type Behavior } from './scaling-behavior';
import { amountErrors, percentOver } from './workloads';

/** What scales workloads, and what keeps enough of their pods running: HorizontalPodAutoscaler and PodDisruptionBudget. */

interface Reference {
  readonly kind?: string;
  readonly name?: string;
}
interface Target {
  readonly type?: string;
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}
interface Source {
  readonly name?: string;
  readonly container?: string;
  readonly metric?: { readonly name?: string; readonly selector?: LabelSelector };
  readonly describedObject?: Reference;
  readonly target?: Target;
}
type SourceName = 'object' | 'external' | 'pods' | 'resource' | 'containerResource';
type Metric = { readonly type?: string } & { readonly [K in SourceName]?: Source };
interface Autoscaler extends KubeObject {
  spec?: {
    minReplicas?: number;
    maxReplicas?: number;
    scaleTargetRef?: Reference;
    metrics?: Metric[];
    behavior?: Behavior;
    targetCPUUtilizationPercentage?: number;
  };
}

const spec = FieldPath.of('spec');
const segment = (text: string | undefined, path: FieldPath, detail = ''): FieldError[] =>
  text ? invalidEach(path, text, pathSegmentErrors(text)) : [required(path, detail)];
const referenceErrors = ({ kind, name }: Reference, path: FieldPath): FieldError[] => [
  ...segment(kind, path.child('kind')),
  ...segment(name, path.child('name')),
];

const targetTypes = ['Utilization', 'Value', 'AverageValue'];

function targetErrors({ type = '', value, averageValue, averageUtilization: percent }: Target, path: FieldPath): FieldError[] {
  const errors = type ? [] : [required(path.child('type'), 'must specify a metric target type')];
  if (!targetTypes.includes(type))
    errors.push(invalidValue(path.child('type'), type, 'must be either Utilization, Value, or AverageValue'));
  for (const [field, amount] of [
    ['value', value],
    ['averageValue', averageValue],
  ] as const)
    // prettier-ignore
    if (amount !== undefined && parseQuantity(amount).nanos <= 0n) errors.push(invalidValue(path.child(field), amount, 'must be positive'));
  if (percent !== undefined && percent < 1) errors.push(invalidValue(path.child('averageUtilization'), percent, 'must be greater than 0'));
  return errors;
}

const metricErrors = (source: Source, path: FieldPath): FieldError[] => [
  ...segment(source.metric?.name, path.child('metric').child('name'), 'must specify a metric name'),
  ...targetErrors(source.target ?? {}, path.child('target')),
];

function valueErrors({ value, averageValue }: Target, path: FieldPath, either: string): FieldError[] {
  return value === undefined && averageValue === undefined ? [required(path.child('target').child('averageValue'), either)] : [];
}

function resourceErrors(source: Source, path: FieldPath): FieldError[] {
  const { averageUtilization, averageValue } = source.target ?? {};
  const at = path.child('target');
  return [
    ...(source.name ? [] : [required(path.child('name'), 'must specify a resource name')]),
    ...targetErrors(source.target ?? {}, at),
    ...(averageUtilization === undefined && averageValue === undefined
      ? [required(at.child('averageUtilization'), 'must set either a target raw value or a target utilization')]
      : []),
    ...(averageUtilization !== undefined && averageValue !== undefined
      ? [forbiddenField(at.child('averageValue'), 'may not set both a target raw value and a target utilization')]
      : []),
  ];
}

const sources: Readonly<Record<SourceName, (source: Source, path: FieldPath) => FieldError[]>> = {
  object: (source, path) => [
    ...referenceErrors(source.describedObject ?? {}, path.child('describedObject')),
    ...metricErrors(source, path),
    ...valueErrors(source.target ?? {}, path, 'must set either a target value or averageValue'),
  ],
  external: (source, path) => [
    ...metricErrors(source, path),
    ...valueErrors(source.target ?? {}, path, 'must set either a target value for metric or a per-pod target'),
    ...(source.target?.value !== undefined && source.target.averageValue !== undefined
      ? [forbiddenField(path.child('target').child('value'), 'may not set both a target value for metric and a per-pod target')]
      : []),
  ],
  pods: (source, path) => [
    ...metricErrors(source, path),
    ...(source.target?.averageValue === undefined
      ? [required(path.child('target').child('averageValue'), 'must specify a positive target averageValue')]
      : []),
  ],
  resource: resourceErrors,
  containerResource: (source, path) => [
    ...(source.container ? [] : [required(path.child('container'), 'must specify a container')]),
    ...resourceErrors(source, path),
  ],
};
const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function metricSpecErrors(metric: Metric, path: FieldPath): FieldError[] {
  const { type = '' } = metric;
  const errors = type ? [] : [required(path.child('type'), 'must specify a metric source type')];
  if (!metricTypes.includes(type)) errors.push(notSupported(path.child('type'), type, metricTypes));
  const present = (Object.keys(sources) as SourceName[]).filter((name) => metric[name] !== undefined);
  if (present[0]) errors.push(...sources[present[0]](metric[present[0]]!, path.child(present[0])));
  const expected = metricTypes.includes(type) ? type[0]!.toLowerCase() + type.slice(1) : '';
  if (expected && !(present as string[]).includes(expected))
    errors.push(required(path.child(expected), 'must populate information for the given metric source'));
  if (present.length === 1) return errors;
  const others = present.filter((name) => name !== expected);
  return [...errors, ...others.map((name) => forbiddenField(path.child(name), 'must populate the given metric source only'))];
}

/** ValidateHorizontalPodAutoscaler, after its metadata. */
export function autoscalerErrors(autoscaler: Autoscaler): FieldError[] {
  const { minReplicas: least, maxReplicas: most = 0, scaleTargetRef = {}, metrics = [], behavior } = autoscaler.spec ?? {};
  const max = spec.child('maxReplicas');
  return [
    ...(least !== undefined && least < 1 ? [invalidValue(spec.child('minReplicas'), least, 'must be greater than or equal to 1')] : []),
    ...(most < 1 ? [invalidValue(max, most, 'must be greater than 0')] : []),
    ...(least !== undefined && most < least ? [invalidValue(max, most, 'must be greater than or equal to `minReplicas`')] : []),
    ...referenceErrors(scaleTargetRef, spec.child('scaleTargetRef')),
    ...metrics.flatMap((metric, i) => metricSpecErrors(metric, spec.child('metrics').index(i))),
    ...behaviorErrors(behavior, spec.child('behavior')),
  ];
}

interface Budget extends KubeObject {
  spec?: {
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    selector?: LabelSelector;
    unhealthyPodEvictionPolicy?: string;
  };
}
const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'];

/** ValidatePodDisruptionBudget, after its metadata. */
export function budgetErrors(budget: Budget): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = budget.spec ?? {};
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    errors.push(invalidValue(spec, shown, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const [field, value] of [
    ['minAvailable', minAvailable],
    ['maxUnavailable', maxUnavailable],
  ] as const)
    // prettier-ignore
    if (value !== undefined) errors.push(...amountErrors(value, spec.child(field)), ...percentOver(value, spec.child(field)));
  errors.push(...labelSelectorErrors(selector, spec.child('selector')));
  if (policy !== undefined && !evictionPolicies.includes(policy))
    errors.push(notSupported(spec.child('unhealthyPodEvictionPolicy'), policy, evictionPolicies));
  return errors;
}
