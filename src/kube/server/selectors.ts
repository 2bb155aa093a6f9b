import type { KubeObject } from '../api';
import { labelMatcher, type Matcher } from './label-selector';
import type { Resource } from './resources';
import { badRequest } from './status';

const everything: Matcher = () => true;

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
  replicationcontrollers: ['status.replicas'],
  'apps/replicasets': ['status.replicas'],
  'batch/jobs': ['status.successful'],
  'certificates.k8s.io/certificatesigningrequests': ['spec.signerName'],
};

/** What a field is that is not there. */
const zeros: Readonly<Record<string, string>> = {
  'spec.hostNetwork': 'false',
  'spec.unschedulable': 'false',
  'status.replicas': '0',
  'status.successful': '0',
};
/** Where a field's name differs from what it stands for. */
const places: Readonly<Record<string, string>> = { 'status.successful': 'status.succeeded' };

function fieldValue(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const part of (places[path] ?? path).split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  if (path === 'source') value = (object['source'] as { component?: string } | undefined)?.component || object['reportingComponent'];
  if (value === undefined || value === null) return zeros[path] ?? '';
  return String(value);
}

/** Kinds that have fields of their own to select by say less of the others. */
function unsupported(resource: Resource, key: string): string {
  if (selectableFields[resource.storage]) return `field label not supported: ${key}`;
  const known = resource.namespaced ? '"metadata.name", "metadata.namespace"' : '"metadata.name"';
  return `${JSON.stringify(key)} is not a known field selector: only ${known}`;
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
      if (!supported.includes(key)) throw badRequest(unsupported(resource, key));
      return (object: KubeObject) => (fieldValue(object, key) === wanted) !== (operator === '!=');
    });
  return (object) => requirements.every((matches) => matches(object));
}

export function selectionOf(resource: Resource, query: URLSearchParams): { matches: Matcher; selective: boolean } {
  const labels = labelMatcher(query.get('labelSelector'));
  const fields = fieldMatcher(resource, query.get('fieldSelector'));
  return { matches: (object) => labels(object) && fields(object), selective: !!(query.get('labelSelector') ?? query.get('fieldSelector')) };
}
