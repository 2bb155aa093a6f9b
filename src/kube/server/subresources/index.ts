import type { HttpRequest, HttpResponse } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import type { Verb } from '../resources';
import { bind } from './binding';
import { getComponent, listComponents } from './component-statuses';
import { evict } from './eviction';
import { finalizeNamespace } from './finalize';
import { attach, exec, portForward } from './exec';
import { log } from './log';
import { othersAccess, selfAccess, selfRules, selfSubject } from './reviews';
import { proxyPod, proxyService } from './proxy';
import { getScale, patchScale, updateScale } from './scale';
import { createToken } from './token';

export type Handler = (context: ServerContext, request: HttpRequest, info: RequestInfo) => HttpResponse | Promise<HttpResponse>;

const every = (handler: Handler): Partial<Record<Verb, Handler>> => ({
  get: handler,
  watch: handler,
  create: handler,
  update: handler,
  patch: handler,
  delete: handler,
});
const scale: Partial<Record<Verb, Handler>> = { get: getScale, update: updateScale, patch: patchScale };

/** Handlers of what is not plain REST, by `storage/subresource` (or by storage alone) and verb. */
export const subresources: Readonly<Record<string, Partial<Record<Verb, Handler>>>> = {
  'pods/binding': { create: bind },
  bindings: { create: bind },
  'pods/eviction': { create: evict },
  'pods/log': { get: log },
  'pods/exec': { create: exec, get: exec },
  'pods/attach': { create: attach, get: attach },
  'pods/portforward': { create: portForward, get: portForward },
  'pods/proxy': every(proxyPod),
  'services/proxy': every(proxyService),
  'authentication.k8s.io/selfsubjectreviews': { create: selfSubject },
  'authorization.k8s.io/selfsubjectaccessreviews': { create: selfAccess },
  'authorization.k8s.io/selfsubjectrulesreviews': { create: selfRules },
  'authorization.k8s.io/subjectaccessreviews': { create: othersAccess },
  'authorization.k8s.io/localsubjectaccessreviews': { create: othersAccess },
  'serviceaccounts/token': { create: createToken },
  componentstatuses: { list: listComponents, get: getComponent },
  'replicationcontrollers/scale': scale,
  'apps/deployments/scale': scale,
  'apps/replicasets/scale': scale,
  'apps/statefulsets/scale': scale,
  'namespaces/finalize': { update: finalizeNamespace },
};
