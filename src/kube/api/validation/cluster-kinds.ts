import { duplicate, forbiddenField, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { equal } from '../equal';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { addressFamily, cidrErrors } from './addresses';
import { goStruct } from './go-struct';
import { standardFinalizerErrors } from './metadata';
import { labelKeyErrors, labelValueErrors, qualifiedNameErrors } from './names';
import { quantityErrors } from './pod-resources';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
}

/** ValidateNamespace, after its metadata. */
export function namespaceErrors(namespace: Namespace): FieldError[] {
  const path = FieldPath.of('spec', 'finalizers');
  return (namespace.spec?.finalizers ?? []).flatMap((name) => [
    ...invalidEach(path, name, qualifiedNameErrors(name)),
    ...standardFinalizerErrors(name, path),
  ]);
}

interface Taint {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly timeAdded?: string;
}
interface NodeSpec {
  readonly taints?: readonly Taint[];
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
  readonly providerID?: string;
  readonly externalID?: string;
}
type Quantities = Readonly<Record<string, string>>;
interface Node extends KubeObject {
  spec?: NodeSpec;
  status?: { readonly capacity?: Quantities; readonly allocatable?: Quantities; readonly addresses?: readonly object[] };
}

const amountErrors = (field: 'capacity' | 'allocatable', amounts: Quantities = {}): FieldError[] =>
  Object.entries(amounts).flatMap(([name, quantity]) => quantityErrors(name, quantity, FieldPath.of('status', field, name)));

const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function taintErrors(taints: readonly Taint[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    const { key = '', value = '', effect = '' } = taint;
    const at = path.index(i);
    const errors = invalidEach(at.child('key'), key, labelKeyErrors(key), 'taint-key');
    const valueTexts = labelValueErrors(value);
    if (valueTexts.length > 0) errors.push(invalidValue(at.child('value'), value, valueTexts.join(';')));
    if (!effect) errors.push(required(at.child('effect')));
    else if (!taintEffects.includes(effect)) errors.push(notSupported(at.child('effect'), effect, taintEffects, 'taint-effect'));
    const mark = `${effect}/${key}`;
    const shown = { Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null };
    if (seen.has(mark))
      errors.push({ type: 'FieldValueDuplicate', path: at, value: shown, detail: 'taints must be unique by key and effect pair' });
    seen.add(mark);
    return errors;
  });
}

/** ValidateNode, after its metadata. The taints' path is upstream's. */
export function nodeErrors(node: Node): FieldError[] {
  const { taints = [], podCIDRs = [] } = node.spec ?? {};
  const errors = [
    ...taintErrors(taints, FieldPath.of('metadata', 'taints')),
    ...amountErrors('capacity', node.status?.capacity),
    ...amountErrors('allocatable', node.status?.allocatable),
  ];
  podCIDRs.forEach((cidr, i) => errors.push(...invalidEach(FieldPath.of('spec', 'podCIDRs').index(i), cidr, cidrErrors(cidr))));
  const families = new Set(podCIDRs.map((cidr) => addressFamily(cidr.split('/')[0]!)));
  if (podCIDRs.length > 2 || (podCIDRs.length === 2 && families.size < 2))
    errors.push(invalidValue(FieldPath.of('spec', 'podCIDRs'), podCIDRs, 'may specify no more than one CIDR for each IP family'));
  return errors;
}

/** ValidateNodeUpdate, after its metadata: what was empty may be set once. */
export function nodeUpdateErrors(node: Node, old: Node): FieldError[] {
  const errors: FieldError[] = [];
  const now = node.spec ?? {};
  const before = old.spec ?? {};
  const kept = (field: 'podCIDRs' | 'providerID', text: string): void => {
    const had = before[field];
    if (had?.length && !equal(had, now[field] ?? []))
      errors.push(forbiddenField(FieldPath.of('spec', field), `node updates may not change ${text} except from "" to valid`));
  };
  const addresses = node.status?.addresses ?? [];
  addresses.forEach((address, i) => {
    if (addresses.findIndex((other) => equal(other, address)) < i) {
      errors.push(duplicate(FieldPath.of('status', 'addresses').index(i), goStruct('NodeAddress', address)));
    }
  });
  kept('podCIDRs', 'podCIDR');
  kept('providerID', 'providerID');
  errors.push(...taintErrors(now.taints ?? [], FieldPath.of('metadata', 'taints')));
  if (now.externalID !== before.externalID) errors.push(forbiddenField(FieldPath.of('spec', 'externalID'), 'may not be updated'));
  return errors;
}
