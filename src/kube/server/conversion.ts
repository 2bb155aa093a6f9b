import { setDefaults, type KubeObject, type ObjectMeta } from '../api';
import { autoscalerServed, autoscalerStored } from './autoscaler-conversion';
import type { Resource } from './resources';

interface StoredEvent extends KubeObject {
  involvedObject?: unknown;
  message?: unknown;
  source?: { component?: string; host?: string };
  firstTimestamp?: unknown;
  lastTimestamp?: unknown;
  count?: unknown;
  reportingComponent?: unknown;
}

function eventServed(event: StoredEvent): KubeObject {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, count, reportingComponent, ...rest } = event;
  return {
    ...rest,
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent || undefined,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  };
}

function eventStored(event: KubeObject): KubeObject {
  const {
    regarding,
    note,
    reportingController,
    deprecatedSource,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedCount,
    ...rest
  } = event;
  return {
    ...rest,
    involvedObject: regarding ?? {},
    message: note,
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    count: deprecatedCount,
    reportingComponent: reportingController ?? '',
  };
}

interface Conversion {
  served(object: KubeObject, resource: Resource): KubeObject | undefined;
  stored(object: KubeObject, resource: Resource): KubeObject | undefined;
}

/** Of what is served in several versions, stored in one. */
const conversions: Readonly<Record<string, Conversion>> = {
  events: {
    served: (event, { group }) => (group === 'events.k8s.io' ? eventServed(event) : undefined),
    stored: (event, { group }) => (group === 'events.k8s.io' ? { ...eventStored(event), apiVersion: 'v1' } : undefined),
  },
  'autoscaling/horizontalpodautoscalers': {
    served: (autoscaler, { version }) => autoscalerServed(autoscaler, version),
    stored: (autoscaler, { version }) => (version === 'v1' ? autoscalerStored(autoscaler) : undefined),
  },
};

/** The fields of ObjectMeta in the order of its Go struct, which is how they are written. */
const metadataFields = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

const withoutKind = ({ kind: _kind, apiVersion: _apiVersion, ...fields }: Omit<KubeObject, 'metadata'>): object => fields;

function inOrder(metadata: ObjectMeta): ObjectMeta {
  const ordered: Record<string, unknown> = {};
  for (const field of metadataFields) if (metadata[field] !== undefined) ordered[field] = metadata[field];
  return ordered;
}

/** A stored object as `resource` serves it: its apiVersion and kind, and the fields that version has. */
export function toServed(resource: Resource, object: KubeObject): KubeObject {
  const converted = conversions[resource.storage]?.served(object, resource) ?? object;
  const { metadata, ...rest } = converted;
  return { kind: resource.kind, apiVersion: resource.groupVersion, metadata: inOrder(metadata), ...withoutKind(rest) };
}

/** What a client sent to `resource` as it is stored, and no more than that. */
export function asStored(resource: Resource, object: KubeObject): KubeObject {
  return conversions[resource.storage]?.stored(object, resource) ?? object;
}

/** The same with what the stored version's defaults add. */
export function toStored(resource: Resource, object: KubeObject): KubeObject {
  const stored = asStored(resource, object);
  if (stored !== object) setDefaults(stored, { ...gvkOf(stored), kind: object.kind ?? resource.kind });
  return stored;
}

function gvkOf({ apiVersion = '' }: KubeObject): { group: string; version: string } {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}
