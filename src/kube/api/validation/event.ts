import { invalidEach, invalidValue, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { byteLength, dnsSubdomainErrors, qualifiedNameErrors } from './names';

interface Event extends KubeObject {
  involvedObject?: { namespace?: string };
  eventTime?: string | null;
  reportingComponent?: string;
  reportingInstance?: string;
  action?: string;
  reason?: string;
  message?: string;
  type?: string;
  series?: { count?: number; lastObservedTime?: string | null } | null;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  count?: number;
  source?: { component?: string; host?: string };
}

const limited = (field: string, text: string, max: number): FieldError[] =>
  byteLength(text) > max ? [invalidValue(FieldPath.of(field), '', `can have at most ${max} characters`)] : [];

const named = (field: string, text: string): FieldError[] => [
  ...(text ? [] : [required(FieldPath.of(field))]),
  ...limited(field, text, 128),
];

/** Rules for events of every version: the namespaces agree; an event with eventTime has all its words. */
function legacyErrors(event: Event): FieldError[] {
  const namespace = event.metadata.namespace ?? '';
  const involved = event.involvedObject?.namespace ?? '';
  const errors: FieldError[] = [];
  const mismatch = invalidValue(FieldPath.of('involvedObject', 'namespace'), involved, 'does not match event.namespace');
  if (!event.eventTime) {
    if (involved ? involved !== namespace : namespace !== '' && namespace !== 'default') errors.push(mismatch);
  } else {
    const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
    if (!involved && namespace !== 'default' && namespace !== 'kube-system') errors.push(mismatch);
    const controller = FieldPath.of('reportingController');
    if (!reportingComponent) errors.push(required(controller));
    errors.push(...invalidEach(controller, reportingComponent, qualifiedNameErrors(reportingComponent)));
    errors.push(...named('reportingInstance', reportingInstance), ...named('action', action), ...named('reason', reason));
    errors.push(...limited('message', message, 1024));
  }
  return [...errors, ...invalidEach(FieldPath.of('namespace'), namespace, dnsSubdomainErrors(namespace))];
}

/** ValidateEventCreate: v1 looks at little; events.k8s.io/v1 also at `strictEventErrors`, after the metadata. */
export const eventErrors = legacyErrors;

export function strictEventErrors(event: Event): FieldError[] {
  const errors: FieldError[] = [];
  const unset = (field: string, set: boolean): void => {
    if (set) errors.push(invalidValue(FieldPath.of(field), '', 'needs to be unset'));
  };
  if (event.series) {
    if ((event.series.count ?? 0) < 2) errors.push(invalidValue(FieldPath.of('series.count'), '', 'should be at least 2'));
    if (!event.series.lastObservedTime) errors.push(required(FieldPath.of('series.lastObservedTime')));
  }
  if (!event.eventTime) errors.push(required(FieldPath.of('eventTime')));
  if (event.type !== 'Normal' && event.type !== 'Warning')
    errors.push(invalidValue(FieldPath.of('type'), '', `has invalid value: ${event.type ?? ''}`));
  unset('firstTimestamp', !!event.firstTimestamp);
  unset('lastTimestamp', !!event.lastTimestamp);
  unset('count', !!event.count);
  unset('source', !!event.source?.component || !!event.source?.host);
  return errors;
}
