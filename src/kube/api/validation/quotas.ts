import { duplicate, forbiddenField, invalidEach, invalidValue, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import { ownValue, type KubeObject } from '../object';
import { compareQuantities, parseQuantity } from '../quantity';
import type { ResourceQuota } from '../quota';
import { qualifiedNameErrors } from './names';
import { containerResourceNameErrors, mayOvercommit, quantityErrors, resourceNameErrors, standardNames } from './pod-resources';

type Amounts = Readonly<Record<string, string>>;

const isStandard = (name: string): boolean => standardNames.has(name) || /^(requests\.)?hugepages-/.test(name);

/** ValidateResourceQuotaResourceName. */
function quotaNameErrors(name: string, path: FieldPath): FieldError[] {
  const errors = name.startsWith('requests.hugepages-') ? [] : resourceNameErrors(name, path);
  if (name.includes('/') || isStandard(name)) return errors;
  return [...errors, invalidValue(path, name, 'must be a standard resource for quota', 'resource-name')];
}

const amountErrors = (amounts: Amounts = {}, path: FieldPath): FieldError[] =>
  Object.entries(amounts).flatMap(([name, text]) => [
    ...quotaNameErrors(name, path.key(name)),
    ...quantityErrors(name, text, path.key(name)),
  ]);

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];
const computed = /^(pods|cpu|memory|(requests|limits)\.(cpu|memory))$/;
const fits = (scope: string, name: string): boolean => {
  if (scope === 'BestEffort') return name === 'pods';
  if (scope === 'VolumeAttributesClass') return ['persistentvolumeclaims', 'requests.storage'].includes(name);
  return scopes.includes(scope) && computed.test(name);
};
const pairs = [
  ['BestEffort', 'NotBestEffort'],
  ['NotTerminating', 'Terminating'],
] as const;

function conflicts(given: readonly string[], path: FieldPath, shown: unknown): FieldError[] {
  return pairs.filter((pair) => pair.every((scope) => given.includes(scope))).map(() => invalidValue(path, shown, 'conflicting scopes'));
}

function scopeErrors(given: readonly string[], names: readonly string[], path: FieldPath): FieldError[] {
  if (given.length === 0) return [];
  const each = given.flatMap((scope) => [
    ...(scopes.includes(scope) ? [] : [invalidValue(path, given, 'unsupported scope', 'quota-scope')]),
    ...names
      .filter((name) => isStandard(name) && !fits(scope, name))
      .map(() => invalidValue(path, given, 'unsupported scope applied to resource')),
  ]);
  return [...each, ...conflicts(given, path, given)];
}

const existsOnly =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function selectorErrors(quota: ResourceQuota, names: readonly string[], path: FieldPath): FieldError[] {
  const requirements = quota.spec?.scopeSelector?.matchExpressions;
  if (!quota.spec?.scopeSelector) return [];
  const at = path.child('matchExpressions');
  const errors = (requirements ?? []).flatMap(({ scopeName = '', operator = '', values = [] }) => {
    const found: FieldError[] = [];
    if (!scopes.includes(scopeName)) found.push(invalidValue(at.child('scopeName'), scopeName, 'unsupported scope', 'quota-scope'));
    const wrong = names.filter((name) => isStandard(name) && !fits(scopeName, name));
    found.push(...wrong.map(() => invalidValue(at, quota.spec?.scopeSelector, 'unsupported scope applied to resource')));
    if (scopes.slice(0, 4).includes(scopeName) || scopeName === 'CrossNamespacePodAffinity') {
      if (operator !== 'Exists') found.push(invalidValue(at.child('operator'), operator, existsOnly));
    }
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        found.push(required(at.child('values'), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        found.push(
          invalidValue(at.child('values'), values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"),
        );
    } else found.push(invalidValue(at.child('operator'), operator, 'not a valid selector operator', 'selector-operator'));
    return found;
  });
  const given = (requirements ?? []).map(({ scopeName = '' }) => scopeName);
  return [...errors, ...conflicts(given, at, quota.spec.scopes ?? null)];
}

/** ValidateResourceQuota, after its metadata. */
export function quotaErrors(quota: ResourceQuota): FieldError[] {
  const spec = FieldPath.of('spec');
  const hard = quota.spec?.hard ?? {};
  const names = Object.keys(hard).sort();
  return [
    ...amountErrors(hard, spec.child('hard')),
    ...scopeErrors(quota.spec?.scopes ?? [], names, spec.child('scopes')),
    ...selectorErrors(quota, names, spec.child('scopeSelector')),
    ...amountErrors(quota.status?.hard, FieldPath.of('status', 'hard')),
    ...amountErrors(quota.status?.used, FieldPath.of('status', 'used')),
  ];
}

/** ValidateResourceQuotaUpdate: the scopes stay. */
export function quotaUpdateErrors(quota: ResourceQuota, old: ResourceQuota): FieldError[] {
  const sorted = ({ spec }: ResourceQuota): string => [...new Set(spec?.scopes ?? [])].sort().join();
  if (sorted(quota) === sorted(old)) return [];
  return [invalidValue(FieldPath.of('spec', 'scopes'), quota.spec?.scopes ?? null, 'field is immutable', 'immutable-field')];
}

const bounds = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type Item = { readonly type?: string } & { readonly [K in (typeof bounds)[number]]?: Amounts };
interface LimitRange extends KubeObject {
  spec?: { limits?: Item[] };
}

const less = (a: string, b: string): boolean => compareQuantities(parseQuantity(a), parseQuantity(b)) < 0;
const standardTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];

function typeErrors(type: string, path: FieldPath): FieldError[] {
  const errors = invalidEach(path, type, qualifiedNameErrors(type));
  if (errors.length > 0 || type.includes('/') || standardTypes.includes(type)) return errors;
  return [invalidValue(path, type, 'must be a standard limit type or fully qualified', 'limit-type')];
}

/** What the bounds of one resource have to be to each other. */
function orderErrors(name: string, item: Item, path: FieldPath): FieldError[] {
  const [max, min, limit, request, ratio] = bounds.map((bound) => ownValue(item[bound], name));
  const errors: FieldError[] = [];
  const check = (low: string | undefined, high: string | undefined, field: string, shown: string | undefined, detail: string): void => {
    if (low !== undefined && high !== undefined && less(high, low)) errors.push(invalidValue(path.child(field).key(name), shown, detail));
  };
  check(min, max, 'min', min, `min value ${min} is greater than max value ${max}`);
  check(min, request, 'defaultRequest', request, `min value ${min} is greater than default request value ${request}`);
  check(request, max, 'defaultRequest', request, `default request value ${request} is greater than max value ${max}`);
  check(request, limit, 'defaultRequest', request, `default request value ${request} is greater than default limit value ${limit}`);
  check(min, limit, 'default', min, `min value ${min} is greater than default value ${limit}`);
  check(limit, max, 'default', max, `default value ${limit} is greater than max value ${max}`);
  check('1', ratio, 'maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`);
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = Number(parseQuantity(max).nanos) / Number(parseQuantity(min).nanos);
    if (Number(parseQuantity(ratio).nanos) / 1e9 > most)
      errors.push(
        invalidValue(path.child('maxLimitRequestRatio').key(name), ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`),
      );
  }
  if (!mayOvercommit(name) && limit !== undefined && request !== undefined && (less(limit, request) || less(request, limit))) {
    const detail = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
    errors.push(invalidValue(path.child('defaultRequest').key(name), request, detail));
  }
  return errors;
}

/** ValidateLimitRange, after its metadata. */
export function limitRangeErrors(range: LimitRange): FieldError[] {
  const seen = new Set<string>();
  return (range.spec?.limits ?? []).flatMap((item, i) => {
    const path = FieldPath.of('spec', 'limits', i);
    const { type = '' } = item;
    const errors = typeErrors(type, path.child('type'));
    if (seen.has(type)) errors.push(duplicate(path.child('type'), type));
    seen.add(type);
    const names = new Set<string>();
    const nameErrors = type === 'Pod' || type === 'Container' ? containerResourceNameErrors : resourceNameErrors;
    for (const bound of bounds) {
      if (bound === 'maxLimitRequestRatio' && type === 'PersistentVolumeClaim' && !item.min?.['storage'] && !item.max?.['storage']) {
        errors.push(required(path.child('limits'), 'either minimum or maximum storage value is required, but neither was provided'));
      }
      if (type === 'Pod' && (bound === 'default' || bound === 'defaultRequest')) {
        if (Object.keys(item[bound] ?? {}).length > 0)
          errors.push(forbiddenField(path.child(bound), "may not be specified when `type` is 'Pod'"));
        continue;
      }
      for (const name of Object.keys(item[bound] ?? {})) {
        errors.push(...nameErrors(name, path.child(bound).key(name)));
        names.add(name);
      }
    }
    return [...errors, ...[...names].sort().flatMap((name) => orderErrors(name, item, path))];
  });
}
