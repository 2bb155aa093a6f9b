import { type KubeObject, parseQuantity, quantityText } from '../../kube/api';
import type { Kubectl } from '../kubectl';
import { pairsText, selectorText } from '../selectors';
import { at, byName, fieldsAt, isFields, listAt, textAt, textsAt } from '../value';
import type { Described, Description } from './writer';

const scopeTexts: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

/** `used` in the way `hard` is written. */
function inFormatOf(used: string, hard: string): string {
  const { format } = parseQuantity(hard);
  const amount = parseQuantity(used);
  return amount.format === format ? used : quantityText({ nanos: amount.nanos, format });
}

function describeScopes(d: Description, quota: KubeObject, level: number, star: string): void {
  const scopes = textsAt(quota, 'spec', 'scopes').sort(byName);
  if (scopes.length === 0) return;
  d.line(level, `Scopes:\t${scopes.join(', ')}`);
  for (const scope of scopes) if (scopeTexts[scope]) d.line(level, `${star} ${scopeTexts[scope]}`);
}

function describeAmounts(d: Description, quota: KubeObject, level: number, convert: boolean): void {
  const hard = fieldsAt(quota, 'status', 'hard');
  for (const name of Object.keys(hard).sort(byName)) {
    const limit = String(hard[name]);
    const used = textAt(quota, 'status', 'used', name) || '0';
    d.line(level, `${name}\t${convert ? inFormatOf(used, limit) : used}\t${limit}`);
  }
}

export function describeQuota({ object, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.line(0, `Namespace:\t${object.metadata.namespace}`);
  describeScopes(d, object, 0, ' *');
  d.line(0, 'Resource\tUsed\tHard');
  d.line(0, '--------\t----\t----');
  describeAmounts(d, object, 0, true);
}

const limitColumns = ['min', 'max', 'defaultRequest', 'default', 'maxLimitRequestRatio'];
const limitTitles = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio';
const limitRule = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------';

function describeLimits(d: Description, range: KubeObject, space: string): void {
  for (const limit of listAt(range, 'spec', 'limits')) {
    const names = new Set(
      ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'].flatMap((key) => Object.keys(fieldsAt(limit, key))),
    );
    // Unlike kubectl, which takes them in no order
    for (const name of [...names].sort(byName))
      d.line(0, `${space}${[textAt(limit, 'type'), name, ...limitColumns.map((key) => textAt(limit, key, name) || '-')].join('\t')}`);
  }
}

export function describeLimitRange({ object, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.line(0, `Namespace:\t${object.metadata.namespace}`);
  d.line(0, limitTitles);
  d.line(0, limitRule);
  describeLimits(d, object, '');
}

/** The quotas and limits of a namespace, as its own description ends. */
export async function describeRestrictions(d: Description, k: Kubectl, namespace: string): Promise<void> {
  const all = async (type: string): Promise<KubeObject[]> =>
    (await k.json<{ items: KubeObject[] }>('GET', k.path((await k.mapper()).need(type), namespace), { query: { limit: 500 } })).items;
  const [quotas, ranges] = [await all('resourcequotas'), await all('limitranges')];
  d.line(0, '');
  d.line(0, quotas.length > 0 ? 'Resource Quotas' : 'No resource quota.');
  for (const quota of [...quotas].sort((a, b) => byName(a.metadata.name ?? '', b.metadata.name ?? ''))) {
    d.line(1, `Name:\t${quota.metadata.name}`);
    describeScopes(d, quota, 1, '*');
    d.line(1, 'Resource\tUsed\tHard');
    d.line(1, '--------\t---\t---');
    describeAmounts(d, quota, 1, false);
  }
  d.line(0, '');
  if (ranges.length === 0) return d.line(0, 'No LimitRange resource.');
  d.line(0, 'Resource Limits');
  d.line(0, ` ${limitTitles}`);
  d.line(0, ` ${limitRule}`);
  for (const range of ranges) describeLimits(d, range, ' ');
}

export function describeBudget({ object, events, d }: Described): void {
  const count = (key: string): string => textAt(object, 'status', key) || '0';
  d.line(0, `Name:\t${object.metadata.name}`);
  d.line(0, `Namespace:\t${object.metadata.namespace}`);
  const [least, most] = [at(object, 'spec', 'minAvailable'), at(object, 'spec', 'maxUnavailable')];
  if (least !== undefined) d.line(0, `Min available:\t${String(least)}`);
  else if (most !== undefined) d.line(0, `Max unavailable:\t${String(most)}`);
  const selector = at(object, 'spec', 'selector');
  d.line(0, `Selector:\t${isFields(selector) ? selectorText(selector) || '<none>' : '<unset>'}`);
  d.line(0, 'Status:');
  d.line(2, `Allowed disruptions:\t${count('disruptionsAllowed')}`);
  d.line(2, `Current:\t${count('currentHealthy')}`);
  d.line(2, `Desired:\t${count('desiredHealthy')}`);
  d.line(2, `Total:\t${count('expectedPods')}`);
  d.events(events);
}

export function describePriorityClass({ object, events, d }: Described): void {
  const of = (key: string): string => textAt(object, key);
  d.line(0, `Name:\t${object.metadata.name}`);
  d.line(0, `Value:\t${of('value')}`);
  d.line(0, `GlobalDefault:\t${of('globalDefault') || 'false'}`);
  d.line(0, `PreemptionPolicy:\t${of('preemptionPolicy')}`);
  d.line(0, `Description:\t${of('description')}`);
  d.line(0, `Annotations:\t${pairsText(object.metadata.annotations ?? {})}`);
  d.events(events);
}
