import { duplicate, forbiddenField, invalidEach, invalidValue, notSupported, required, tooLong, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { immutableErrors } from './metadata';
import { byteLength, dnsLabelErrors, qualifiedNameErrors } from './names';

const at = (field: string): FieldPath => FieldPath.of(field);
const choice = (value: string | undefined, among: readonly string[], path: FieldPath): FieldError[] => {
  if (!value) return [required(path)];
  return among.includes(value) ? [] : [notSupported(path, value, among)];
};

interface PriorityClass extends KubeObject {
  value?: number;
  globalDefault?: boolean;
  preemptionPolicy?: string;
}
const highestOfUsers = 1_000_000_000;
const systemClasses: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };

function systemFault({ metadata: { name = '' }, value = 0, globalDefault = false }: PriorityClass): string | undefined {
  const known = Object.hasOwn(systemClasses, name) ? systemClasses[name] : undefined;
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

/** ValidatePriorityClass, after its metadata. */
export function priorityClassErrors(priority: PriorityClass): FieldError[] {
  const errors: FieldError[] = [];
  if (priority.metadata.name?.startsWith('system-')) {
    const fault = systemFault(priority);
    const reserved = "priority class names with 'system-' prefix are reserved for system use only. error: ";
    if (fault) errors.push(forbiddenField(FieldPath.of('metadata', 'name'), reserved + fault));
  } else if ((priority.value ?? 0) > highestOfUsers)
    errors.push(forbiddenField(at('value'), `maximum allowed value of a user defined priority is ${highestOfUsers}`, 'priority-value'));
  if (priority.preemptionPolicy !== undefined)
    errors.push(...choice(priority.preemptionPolicy, ['PreemptLowerPriority', 'Never'], at('preemptionPolicy')));
  return errors;
}

export const priorityClassUpdateErrors = (now: PriorityClass, old: PriorityClass): FieldError[] => [
  ...((now.value ?? 0) === (old.value ?? 0) ? [] : [forbiddenField(at('value'), 'may not be changed in an update.', 'immutable-field')]),
  ...immutableErrors(now.preemptionPolicy, old.preemptionPolicy, at('preemptionPolicy')),
];

interface StorageClass extends KubeObject {
  provisioner?: string;
  parameters?: Record<string, string>;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
  allowedTopologies?: readonly TopologyTerm[];
}

interface TopologyTerm {
  readonly matchLabelExpressions?: readonly { readonly key?: string; readonly values?: readonly string[] }[];
}
/** ValidateTopologySelectorTerm, of each; no two may ask for the same. */
function topologyErrors(terms: readonly TopologyTerm[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return terms.flatMap(({ matchLabelExpressions: expressions = [] }, i) => {
    const at = path.index(i);
    const wanted = new Map<string, readonly string[]>();
    const errors = expressions.flatMap(({ key = '', values = [] }, j) => {
      const where = at.child('matchLabelExpressions').index(j);
      const isSecond = wanted.has(key);
      wanted.set(key, [...values].sort());
      return [
        ...(values.length > 0 ? [] : [required(where.child('values'))]),
        ...values.flatMap((value, k) => (values.indexOf(value) < k ? [duplicate(where.child('values').index(k), value)] : [])),
        ...invalidEach(where.child('key'), key, qualifiedNameErrors(key), 'label-key'),
        ...(isSecond ? [duplicate(where.child('key'), key)] : []),
      ];
    });
    const mark = JSON.stringify([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
    if (seen.has(mark)) errors.push(duplicate(at.child('matchLabelExpressions'), ''));
    seen.add(mark);
    return errors;
  });
}

const mostParameters = { count: 512, bytes: 256 * 1024 } as const;
function parameterErrors(parameters: Readonly<Record<string, string>>): FieldError[] {
  const path = at('parameters');
  const entries = Object.entries(parameters);
  if (entries.length > mostParameters.count) return [tooLong(path, mostParameters.count)];
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return [
    ...(Object.hasOwn(parameters, '') ? [invalidValue(path, '', 'field can not be empty.')] : []),
    ...(size > mostParameters.bytes ? [tooLong(path, mostParameters.bytes)] : []),
  ];
}

/** ValidateStorageClass, after its metadata. */
export function storageClassErrors(storageClass: StorageClass): FieldError[] {
  const { provisioner = '', reclaimPolicy, volumeBindingMode, parameters = {}, allowedTopologies = [] } = storageClass;
  const errors = provisioner
    ? invalidEach(at('provisioner'), provisioner, qualifiedNameErrors(provisioner.toLowerCase()))
    : [required(at('provisioner'))];
  errors.push(...parameterErrors(parameters));
  if (reclaimPolicy) errors.push(...choice(reclaimPolicy, ['Delete', 'Retain'], at('reclaimPolicy')));
  errors.push(...choice(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], at('volumeBindingMode')));
  return [...errors, ...topologyErrors(allowedTopologies, at('allowedTopologies'))];
}

export const storageClassUpdateErrors = (now: StorageClass, old: StorageClass): FieldError[] => [
  ...(JSON.stringify(now.parameters ?? {}) === JSON.stringify(old.parameters ?? {})
    ? []
    : [forbiddenField(at('parameters'), 'updates to parameters are forbidden.', 'immutable-field')]),
  ...(now.provisioner === old.provisioner
    ? []
    : [forbiddenField(at('provisioner'), 'updates to provisioner are forbidden.', 'immutable-field')]),
  ...(now.reclaimPolicy === old.reclaimPolicy
    ? []
    : [forbiddenField(at('reclaimPolicy'), 'updates to reclaimPolicy are forbidden.', 'immutable-field')]),
  ...immutableErrors(now.volumeBindingMode, old.volumeBindingMode, at('volumeBindingMode')),
];

interface RuntimeClass extends KubeObject {
  handler?: string;
}

/** ValidateRuntimeClass, after its metadata. */
export const runtimeClassErrors = ({ handler = '' }: RuntimeClass): FieldError[] =>
  invalidEach(at('handler'), handler, dnsLabelErrors(handler), 'lowercase-name');
export const runtimeClassUpdateErrors = (now: RuntimeClass, old: RuntimeClass): FieldError[] =>
  immutableErrors(now.handler, old.handler, at('handler'));

interface Lease extends KubeObject {
  spec?: { leaseDurationSeconds?: number; leaseTransitions?: number; strategy?: string; preferredHolder?: string };
}
const leaseStrategies = ['OldestEmulationVersion'];

/** ValidateLease, after its metadata. A strategy's path is upstream's. */
export function leaseErrors({ spec = {} }: Lease): FieldError[] {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, strategy, preferredHolder } = spec;
  const path = at('spec');
  const errors: FieldError[] = [];
  if (duration !== undefined && duration <= 0)
    errors.push(invalidValue(path.child('leaseDurationSeconds'), duration, 'must be greater than 0'));
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalidValue(path.child('leaseTransitions'), transitions, 'must be greater than or equal to 0'));
  }
  if (strategy !== undefined) {
    const place = path.child('strategy').child('strategy');
    if (strategy.includes('/')) errors.push(...invalidEach(place, strategy, qualifiedNameErrors(strategy)));
    else if (!leaseStrategies.includes(strategy)) errors.push(notSupported(place, strategy, leaseStrategies));
  }
  if (preferredHolder && !strategy) {
    errors.push(forbiddenField(path.child('preferredHolder'), 'may only be specified if `strategy` is defined'));
  }
  return errors;
}
