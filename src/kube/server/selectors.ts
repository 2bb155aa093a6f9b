import type { KubeObject } from '../api';
import type { Resource } from './resources';
import { badRequest } from './status';

export type Matcher = (object: KubeObject) => boolean;

const everything: Matcher = () => true;

/** Splits at commas that are not in parentheses. */
function splitRequirements(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim());
}

function labelRequirement(text: string): Matcher {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    const inSet = (object: KubeObject): boolean => {
      const value = object.metadata.labels?.[key];
      return value !== undefined && values.includes(value);
    };
    return operator === 'in' ? inSet : (object) => !inSet(object);
  }
  const comparison = /^([^\s=!<>]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(text);
  if (comparison) {
    const [, key = '', operator, wanted = ''] = comparison;
    if (operator === '!=') return (object) => object.metadata.labels?.[key] !== wanted;
    if (operator === '>') return (object) => Number(object.metadata.labels?.[key]) > Number(wanted);
    if (operator === '<') return (object) => Number(object.metadata.labels?.[key]) < Number(wanted);
    return (object) => object.metadata.labels?.[key] === wanted;
  }
  const absent = /^!\s*(\S+)$/.exec(text);
  if (absent) return (object) => object.metadata.labels?.[absent[1]!] === undefined;
  if (/^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/.test(text)) return (object) => object.metadata.labels?.[text] !== undefined;
  throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
}

/** A `labelSelector` as apimachinery's labels.Parse reads it. */
export function labelMatcher(text: string | null): Matcher {
  if (!text?.trim()) return everything;
  const requirements = splitRequirements(text).filter(Boolean).map(labelRequirement);
  return (object) => requirements.every((matches) => matches(object));
}

// Beside metadata.name and metadata.namespace, by what the store files them under.
const selectableFields: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  secrets: ['type'],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  services: ['spec.clusterIP', 'spec.type'],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'apps/replicasets': ['status.replicas'],
  'batch/jobs': ['status.successful'],
};

const booleanFields = new Set(['spec.hostNetwork', 'spec.unschedulable']);

function fieldValue(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  if (path === 'source') value = (object['source'] as { component?: string } | undefined)?.component || object['reportingComponent'];
  if (value === undefined || value === null) return booleanFields.has(path) ? 'false' : '';
  return String(value);
}

/** A `fieldSelector`: comparisons with `=`, `==` and `!=` of the few fields the server indexes. */
export function fieldMatcher(resource: Resource, text: string | null): Matcher {
  if (!text?.trim()) return everything;
  const supported = [
    'metadata.name',
    ...(resource.namespaced ? ['metadata.namespace'] : []),
    ...(selectableFields[resource.storage] ?? []),
  ];
  const requirements = text
    .split(',')
    .filter(Boolean)
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/.exec(term);
      if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, key = '', operator, wanted = ''] = match;
      if (!supported.includes(key)) throw badRequest(`field label not supported: ${key}`);
      return (object: KubeObject) => (fieldValue(object, key) === wanted) !== (operator === '!=');
    });
  return (object) => requirements.every((matches) => matches(object));
}

export function selectionOf(resource: Resource, query: URLSearchParams): { matches: Matcher; selective: boolean } {
  const labels = labelMatcher(query.get('labelSelector'));
  const fields = fieldMatcher(resource, query.get('fieldSelector'));
  return { matches: (object) => labels(object) && fields(object), selective: labels !== everything || fields !== everything };
}
