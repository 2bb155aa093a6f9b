import {
  FieldPath,
  fieldErrorText,
  notSupported,
  required,
  type FieldError,
  type HttpRequest,
  type HttpResponse,
  type KubeObject,
} from '../../api';
import { jsonResponse } from '../answer';
import { timestamp, type ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { findResource } from '../resources';
import { badRequest, conflict, notFound, serverError, success } from '../status';
import { decodeKind } from '../validation';
import { writeOptions } from '../verbs/options';
import { replaceObject } from '../verbs/update';

interface Condition {
  type: string;
  status: string;
  lastProbeTime?: string | null;
  lastTransitionTime?: string;
}

interface Binding extends KubeObject {
  readonly target?: { readonly kind?: string; readonly name?: string };
}

const bindingKind = { group: '', version: 'v1', kind: 'Binding' };

/** ValidatePodBinding. */
function bindingErrors({ target }: Binding): string[] {
  const path = FieldPath.of('target');
  const errors: FieldError[] = [];
  if (target?.kind && target.kind !== 'Node') errors.push(notSupported(path.child('kind'), target.kind, ['Node', '<empty>']));
  if (!target?.name) errors.push(required(path.child('name')));
  return errors.map(fieldErrorText);
}

/** Assigns a pod to the node that a Binding names. */
export function bind(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const pods = findResource('v1', 'pods')!;
  const options = writeOptions('CreateOptions', request, info.query);
  const { object, warnings } = decodeKind(request, bindingKind, options.fieldValidation);
  const binding = object as Binding;
  const { name = '' } = binding.metadata;
  if (info.name !== undefined && name !== info.name) throw badRequest('name in URL does not match name in Binding object');
  const errors = bindingErrors(binding);
  if (errors.length > 0) throw serverError(errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`);
  const node = binding.target!.name!;
  const old = context.store.get('pods', info.namespace, name);
  if (!old) throw notFound(pods, name);
  const spec = old['spec'] as { nodeName?: string };
  const resource = { group: '', plural: 'pods/binding' };
  if (old.metadata.deletionTimestamp) throw conflict(resource, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (spec.nodeName) throw conflict(resource, name, `pod ${name} is already assigned to node "${spec.nodeName}"`);
  const now = timestamp(context.clock.now());
  const status = old['status'] as { conditions?: Condition[] };
  const others = (status.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled');
  const scheduled: Condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: now,
  };
  const next = {
    ...old,
    metadata: {
      ...old.metadata,
      annotations: binding.metadata?.annotations
        ? { ...old.metadata.annotations, ...binding.metadata.annotations }
        : old.metadata.annotations,
    },
    spec: { ...spec, nodeName: node },
    status: { ...status, conditions: [...others, scheduled] },
  };
  const writer = { manager: options.manager, apiVersion: 'v1', subresource: 'binding', nowMs: context.clock.now() };
  replaceObject(context, pods, old, next, {
    subresource: 'binding',
    dryRun: options.dryRun,
    writer,
    checked: true,
    managed: old.metadata.managedFields ?? [],
  });
  return jsonResponse({ ...success(), code: 201 }, 201, warnings);
}
