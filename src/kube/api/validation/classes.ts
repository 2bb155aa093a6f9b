import { forbiddenField, invalidEach, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { immutableErrors } from './metadata';
import { dnsLabelErrors, qualifiedNameErrors } from './names';

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
}

/** ValidateStorageClass, after its metadata. */
export function storageClassErrors({ provisioner = '', reclaimPolicy, volumeBindingMode, parameters = {} }: StorageClass): FieldError[] {
  const errors = provisioner
    ? invalidEach(at('provisioner'), provisioner, qualifiedNameErrors(provisioner.toLowerCase()))
    : [required(at('provisioner'))];
  if (Object.hasOwn(parameters, '')) errors.push(required(at('parameters'), 'field can not be empty.'));
  if (reclaimPolicy) errors.push(...choice(reclaimPolicy, ['Delete', 'Retain'], at('reclaimPolicy')));
  return [...errors, ...choice(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], at('volumeBindingMode'))];
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
