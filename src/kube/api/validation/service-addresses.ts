import { duplicate, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import { addressErrors, addressFamily } from './addresses';
import type { ServiceSpec } from './service';

const spec = FieldPath.of('spec');
const clusterIPs = spec.child('clusterIPs');
const ipFamilies = spec.child('ipFamilies');
const ipFamilyPolicy = spec.child('ipFamilyPolicy');
const families = ['IPv4', 'IPv6'];
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export const isHeadless = ({ clusterIPs: list = [] }: ServiceSpec): boolean => list.length === 1 && list[0] === 'None';

/** The first address stands in clusterIP too. */
function agreementErrors({ clusterIP = '', clusterIPs: list = [] }: ServiceSpec): FieldError[] {
  if (!clusterIP)
    return list.length > 0 ? [invalidValue(clusterIPs, list, 'must be empty when `clusterIP` is not specified', 'cluster-ip')] : [];
  if (list.length === 0) return [required(clusterIPs)];
  return list[0] === clusterIP ? [] : [invalidValue(clusterIPs, list, 'first value must match `clusterIP`', 'cluster-ip')];
}

function familyErrors({ ipFamilies: given = [], ipFamilyPolicy: policy }: ServiceSpec): FieldError[] {
  const errors = given.flatMap((family, i) => [
    ...(families.includes(family) ? [] : [notSupported(ipFamilies.index(i), family, families)]),
    ...(given.indexOf(family) < i ? [duplicate(ipFamilies.index(i), family)] : []),
  ]);
  if (policy !== undefined && !familyPolicies.includes(policy)) errors.push(notSupported(ipFamilyPolicy, policy, familyPolicies));
  return errors;
}

/** ValidateServiceClusterIPsRelatedFields. */
export function addressFieldErrors(service: ServiceSpec): FieldError[] {
  if (service.type === 'ExternalName') return [];
  const { clusterIPs: list = [], ipFamilies: given = [] } = service;
  const errors = [...agreementErrors(service), ...familyErrors(service)];
  let isBad = false;
  list.forEach((ip, i) => {
    if (i === 0 && ip === 'None') {
      if (list.length > 1) errors.push(invalidValue(clusterIPs, list, "'None' must be the first and only value"));
      isBad ||= list.length > 1;
      return;
    }
    const wrong = invalidEach(clusterIPs.index(i), ip, addressErrors(ip), 'ip-address');
    isBad ||= wrong.length > 0;
    errors.push(...wrong);
  });
  if (list.length > 2) errors.push(invalidValue(clusterIPs, list, 'may only hold up to 2 values'));
  if (isBad) return errors;
  const isDual = list.some((ip) => addressFamily(ip) === 'IPv4') && list.some((ip) => addressFamily(ip) === 'IPv6');
  if (list.length > 1 && !isDual) errors.push(invalidValue(clusterIPs, list, 'may specify no more than one IP for each IP family'));
  if (isHeadless(service)) return errors;
  list.slice(0, given.length).forEach((ip, i) => {
    const family = given[i];
    if (families.includes(family!) && addressFamily(ip) !== family)
      errors.push(invalidValue(clusterIPs.index(i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``));
  });
  return errors;
}

/** How two lists of one address or family each may differ: the second may come and go, the first stays. */
function listChanges(
  now: readonly string[],
  before: readonly string[],
  at: { path: FieldPath; shown: unknown; unset: string; what: string },
  policy: string | undefined,
): FieldError[] {
  const first = at.path.index(0);
  if (now.length === before.length)
    return before.flatMap((value, i) =>
      value === now[i] ? [] : [invalidValue(first, at.shown, 'may not change once set', 'immutable-field')],
    );
  const errors: FieldError[] = [];
  const isReleased = before.length > now.length;
  if (isReleased && now.length === 0) errors.push(invalidValue(first, at.shown, at.unset));
  if (before.length > 0 && now.length > 0 && now[0] !== before[0])
    errors.push(invalidValue(first, at.shown, 'may not change once set', 'immutable-field'));
  if (isReleased && now.length === 1 && policy !== 'SingleStack')
    errors.push(invalidValue(ipFamilyPolicy, policy, `must be set to 'SingleStack' when releasing the secondary ${at.what}`));
  return errors;
}

/** validateUpgradeDowngradeClusterIPs and validateUpgradeDowngradeIPFamilies. */
export function addressUpdateErrors(now: ServiceSpec, before: ServiceSpec): FieldError[] {
  if (now.type === 'ExternalName' || before.type === 'ExternalName') return [];
  const headless = [isHeadless(now), isHeadless(before)];
  const { clusterIPs: list = [], ipFamilies: given = [], ipFamilyPolicy: policy } = now;
  const errors: FieldError[] = [];
  if (!headless.every(Boolean)) {
    const at = { path: clusterIPs, shown: list, unset: 'primary clusterIP can not be unset', what: 'clusterIP' };
    errors.push(...listChanges(list, before.clusterIPs ?? [], at, policy));
  }
  if (headless.some(Boolean)) return errors;
  const at = { path: ipFamilies, shown: given, unset: 'primary ipFamily can not be unset', what: 'ipFamily' };
  return [...errors, ...listChanges(given, before.ipFamilies ?? [], at, policy)];
}
