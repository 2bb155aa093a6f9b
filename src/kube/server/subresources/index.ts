import type { HttpRequest, HttpResponse } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import type { Verb } from '../resources';
import { bind } from './binding';
import { evict } from './eviction';
import { finalizeNamespace } from './finalize';
import { attach, exec } from './exec';
import { log } from './log';
import { othersAccess, selfAccess, selfRules, selfSubject } from './reviews';
import { createToken } from './token';

export type Handler = (context: ServerContext, request: HttpRequest, info: RequestInfo) => HttpResponse | Promise<HttpResponse>;

/** Handlers of what is not plain REST, by `storage/subresource` (or by storage alone) and verb. */
export const subresources: Readonly<Record<string, Partial<Record<Verb, Handler>>>> = {
  'pods/binding': { create: bind },
  bindings: { create: bind },
  'pods/eviction': { create: evict },
  'pods/log': { get: log },
  'pods/exec': { create: exec, get: exec },
  'pods/attach': { create: attach, get: attach },
  'authentication.k8s.io/selfsubjectreviews': { create: selfSubject },
  'authorization.k8s.io/selfsubjectaccessreviews': { create: selfAccess },
  'authorization.k8s.io/selfsubjectrulesreviews': { create: selfRules },
  'authorization.k8s.io/subjectaccessreviews': { create: othersAccess },
  'authorization.k8s.io/localsubjectaccessreviews': { create: othersAccess },
  'serviceaccounts/token': { create: createToken },
  'namespaces/finalize': { update: finalizeNamespace },
};
