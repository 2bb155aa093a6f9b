import type { Diagnostic } from './diagnostic';
import { isFields } from './go-json';
import { clusterKinds } from './schema-path';
import type { View } from './view';
import type { KubeObject } from '../kube/api';

/** The objects of the manifest itself, which are there once it is applied. */
export class Written {
  private readonly objects = new Map<string, KubeObject>();
  constructor(views: readonly View[]) {
    for (const view of views) {
      const name = view.object.metadata?.name;
      const namespace = clusterKinds.has(view.gvk.kind) ? '' : view.namespace;
      if (typeof name === 'string') this.objects.set(`${view.gvk.kind} ${namespace} ${name}`, view.object);
    }
  }
  get(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.objects.get(`${kind} ${namespace} ${name}`);
  }
}

/** Admission: what must be in the cluster before the object is looked at. */
export function refusedBefore(view: View, written: Written): Diagnostic | undefined {
  const { cluster, object, gvk, namespace } = view;
  if (!cluster.lookup || clusterKinds.has(gvk.kind)) return undefined;
  const there = (kind: string, inside: string, name: string): boolean =>
    written.get(kind, inside, name) !== undefined || cluster.lookup!(kind, inside, name) !== undefined;
  const base = { severity: 'error', source: 'server' } as const;
  if (!there('Namespace', '', namespace)) {
    return {
      ...base,
      span: view.span(['metadata', 'namespace']),
      field: 'metadata.namespace',
      message: `namespaces "${namespace}" not found`,
      rule: 'no-namespace',
      plain: { en: `There is no namespace ${namespace} yet.`, zh: `还没有 ${namespace} 这个命名空间。` },
    };
  }
  if (gvk.kind !== 'Pod' || !isFields(object.spec)) return undefined;
  for (const { kind, inside, fields, message, words } of podNeeds) {
    const field = fields.find((one) => typeof (object.spec as Record<string, unknown>)[one] === 'string');
    const name = field && String((object.spec as Record<string, unknown>)[field]);
    const home = inside ? namespace : '';
    if (!name || alwaysThere.has(name) || there(kind, home, name)) continue;
    return {
      ...base,
      span: view.span(['spec', field]),
      field: `spec.${field}`,
      message: `pods "${object.metadata?.name ?? ''}" is forbidden: ${message(name, home)}`,
      rule: words,
      plain: {
        en: `There is no ${kind} ${name}${inside ? ` in ${namespace}` : ''}.`,
        zh: `${inside ? `${namespace} 里` : ''}没有 ${kind} ${name}。`,
      },
    };
  }
  return undefined;
}

const alwaysThere: ReadonlySet<string> = new Set(['system-cluster-critical', 'system-node-critical']);

/** What a Pod cannot be made without, in the order that admission looks for it. */
const podNeeds: readonly {
  readonly kind: string;
  readonly inside: boolean;
  readonly fields: readonly string[];
  readonly words: string;
  message(name: string, namespace: string): string;
}[] = [
  {
    kind: 'ServiceAccount',
    inside: true,
    fields: ['serviceAccountName', 'serviceAccount'],
    words: 'no-service-account',
    message: (name, namespace) => `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
  },
  {
    kind: 'PriorityClass',
    inside: false,
    fields: ['priorityClassName'],
    words: 'no-priority-class',
    message: (name) => `no PriorityClass with name ${name} was found`,
  },
  {
    kind: 'RuntimeClass',
    inside: false,
    fields: ['runtimeClassName'],
    words: 'no-runtime-class',
    message: (name) => `pod rejected: RuntimeClass "${name}" not found`,
  },
];
