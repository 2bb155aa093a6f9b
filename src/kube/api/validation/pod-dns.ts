import { invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { addressErrors } from './addresses';
import { byteLength, dnsSubdomainErrors, underscoredSubdomainErrors } from './names';
import type { DnsConfig, FullPodSpec } from './pod-shapes';

const policies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
/** What libc's resolver can hold. */
const mostNameservers = 3;
const mostSearches = 32;
const mostSearchCharacters = 2048;

export function validateDnsPolicy(policy: string | undefined, path: FieldPath): FieldError[] {
  if (!policy) return [required(path)];
  return policies.includes(policy) ? [] : [notSupported(path, policy, policies, 'dns-policy')];
}

function searchErrors(searches: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (searches.length > mostSearches) errors.push(invalidValue(path, searches, `must not have more than ${mostSearches} search paths`));
  if (byteLength(searches.join(' ')) > mostSearchCharacters) {
    const detail = `must not have more than ${mostSearchCharacters} characters (including spaces) in the search list`;
    errors.push(invalidValue(path, searches, detail));
  }
  searches.forEach((search, i) => {
    if (search === '.') return;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    errors.push(...invalidEach(path.index(i), name, underscoredSubdomainErrors(name)));
  });
  return errors;
}

/** With the policy None the pod must bring its name servers itself. */
export function validateDnsConfig(config: DnsConfig | undefined, policy: string | undefined, path: FieldPath): FieldError[] {
  if (policy === 'None' && !config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None', 'dns-config-required')];
  const nameservers = config?.nameservers ?? [];
  const at = path.child('nameservers');
  if (policy === 'None' && nameservers.length === 0) {
    return [required(at, 'must provide at least one DNS nameserver when `dnsPolicy` is None', 'dns-config-required')];
  }
  const errors: FieldError[] = [];
  if (nameservers.length > mostNameservers) {
    errors.push(invalidValue(at, nameservers, `must not have more than ${mostNameservers} nameservers`));
  }
  nameservers.forEach((server, i) => errors.push(...invalidEach(at.index(i), server, addressErrors(server), 'ip-address')));
  errors.push(...searchErrors(config?.searches ?? [], path.child('searches')));
  (config?.options ?? []).forEach((option, i) => {
    if (!option.name) errors.push(required(path.child('options').index(i), 'must not be empty'));
  });
  return errors;
}

/** Lines for the pod's /etc/hosts. */
export function validateHostAliases(aliases: FullPodSpec['hostAliases'] = [], path: FieldPath): FieldError[] {
  return aliases.flatMap(({ ip = '', hostnames = [] }, i) => [
    ...invalidEach(path.index(i).child('ip'), ip, addressErrors(ip), 'ip-address'),
    ...hostnames.flatMap((name, j) => invalidEach(path.index(i).child('hostnames').index(j), name, dnsSubdomainErrors(name), 'hostname')),
  ]);
}
