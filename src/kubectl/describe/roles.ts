import { byName, type Fields, listAt, textAt, textsAt } from '../value';
import type { Described } from './writer';

interface Rule {
  readonly verbs: string[];
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  readonly url: string;
}

const one = <T>(list: readonly T[], none: T): readonly T[] => (list.length > 0 ? list : [none]);

/** A rule as rules of one resource, name and verb each. */
function broken(rule: Fields): Rule[] {
  const verbs = textsAt(rule, 'verbs');
  const names = one(textsAt(rule, 'resourceNames'), '');
  const ofResources = textsAt(rule, 'apiGroups').flatMap((group) =>
    textsAt(rule, 'resources').flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name) => ({ verbs: [verb], group, resource, name, url: '' }))),
    ),
  );
  const ofUrls = textsAt(rule, 'nonResourceURLs').flatMap((url) =>
    verbs.map((verb) => ({ verbs: [verb], group: '', resource: '', name: '', url })),
  );
  return [...ofResources, ...ofUrls];
}

/** Verbs of the same resource and name together; those of URLs stay apart. */
function compact(rules: readonly Rule[]): Rule[] {
  const found = new Map<string, Rule>();
  rules.forEach((rule, i) => {
    const key = rule.url ? String(i) : JSON.stringify([rule.group, rule.resource, rule.name]);
    const before = found.get(key);
    if (before) before.verbs.push(...rule.verbs);
    else found.set(key, { ...rule, verbs: [...rule.verbs] });
  });
  return [...found.values()];
}

/** How the rule's Go type is written, which is what kubectl sorts by. */
const written = ({ verbs, group, resource, name, url }: Rule): string =>
  `Verbs:[${verbs.join(' ')}],APIGroups:[${group}],Resources:[${resource}],ResourceNames:[${name}],NonResourceURLs:[${url}],`;

/** Rules as kubectl shows them: one for each resource and name, in its order. */
export const simpleRules = (rules: readonly Fields[]): readonly Rule[] =>
  compact(rules.flatMap(broken)).sort((a, b) => byName(written(a), written(b)));

/** `deployments.apps/scale`, URL, name and verbs. */
export function ruleCells({ resource, group, url, name, verbs }: Rule): string[] {
  const [base = '', ...sub] = resource.split('/');
  const whole = [`${base}${group ? `.${group}` : ''}`, ...sub].join('/');
  return [resource ? whole : '', `[${url}]`, `[${name}]`, `[${verbs.join(' ')}]`];
}

export function describeRole({ object, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  d.line(0, 'PolicyRule:');
  d.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  d.line(1, '---------\t-----------------\t--------------\t-----');
  for (const rule of simpleRules(listAt(object, 'rules'))) d.line(1, ruleCells(rule).join('\t'));
}

export function describeRoleBinding({ object, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.labels('Labels', object.metadata.labels);
  d.annotations('Annotations', object.metadata.annotations);
  d.line(0, 'Role:');
  d.line(1, `Kind:\t${textAt(object, 'roleRef', 'kind')}`);
  d.line(1, `Name:\t${textAt(object, 'roleRef', 'name')}`);
  d.line(0, 'Subjects:');
  d.line(1, 'Kind\tName\tNamespace');
  d.line(1, '----\t----\t---------');
  for (const subject of listAt(object, 'subjects'))
    d.line(1, `${textAt(subject, 'kind')}\t${textAt(subject, 'name')}\t${textAt(subject, 'namespace')}`);
}
