import { type GoType, type KubeObject, type PathStep, type Struct, structOfKind } from '../kube/api';
import { isFields } from './go-json';

interface Finding {
  readonly text: string;
  readonly steps: readonly PathStep[];
}

const metaTypes: ReadonlySet<string> = new Set(
  'ObjectMeta ListMeta OwnerReference ManagedFieldsEntry LabelSelector LabelSelectorRequirement Condition Time MicroTime FieldsV1'.split(
    ' ',
  ),
);
/** Which package a type is of, by how its name begins; core otherwise. */
const packages: readonly (readonly [RegExp, string])[] = [
  [/^(Deployment|DaemonSet|StatefulSet|ReplicaSet|RollingUpdate|ControllerRevision)/, 'apps.v1'],
  [/^(Job|CronJob|PodFailurePolicy|SuccessPolicy)/, 'batch.v1'],
  [/^(Ingress|NetworkPolicy|HTTPIngress|ServiceBackendPort)/, 'networking.v1'],
  [/^(Role|ClusterRole|PolicyRule|Subject$|AggregationRule)/, 'rbac.v1'],
];

/** A type's name in the OpenAPI document that kubectl validates with. */
function modelName(struct: Struct): string {
  const name = struct.goName;
  if (metaTypes.has(name)) return `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
  return `io.k8s.api.${packages.find(([pattern]) => pattern.test(name))?.[1] ?? 'core.v1'}.${name}`;
}

const openApiTypes: Readonly<Record<string, string>> = { int32: 'integer', int64: 'integer', float64: 'number', bool: 'boolean' };

/**
 * What kubectl says of an item of a List, which it checks by itself against the API's OpenAPI document
 * (kube-openapi's pkg/util/proto/validation).
 */
export function listItemProblems(item: KubeObject): Finding[] {
  const [group, version] = item.apiVersion!.includes('/') ? (item.apiVersion!.split('/') as [string, string]) : ['', item.apiVersion!];
  const struct = structOfKind({ group, version, kind: item.kind! });
  if (!struct) return [];
  const found: Finding[] = [];
  const add = (where: string, steps: readonly PathStep[], text: string): void => {
    found.push({ text: `ValidationError(${where}): ${text}`, steps });
  };

  const visit = (value: unknown, type: GoType, model: string, where: string, steps: readonly PathStep[]): void => {
    const kind = Array.isArray(value) ? 'array' : isFields(value) ? 'map' : undefined;
    const expected = type.kind === 'struct' || type.kind === 'map' ? 'map' : type.kind === 'list' ? 'array' : undefined;
    if (type.kind === 'any') return;
    if (expected) {
      if (kind !== expected)
        return add(where, steps, `invalid type for ${model}: got "${kind ?? primitive(value)}", expected "${expected}"`);
    } else {
      const wanted = openApiTypes[type.kind] ?? 'string';
      if (kind) return add(where, steps, `invalid type for ${model}: got "${kind}", expected "${wanted}"`);
      const got = primitive(value);
      // a number can be a text, but not the other way round
      if (wanted !== 'string' && got !== wanted && !(got !== 'boolean' && got !== 'string' && wanted !== 'boolean'))
        add(where, steps, `invalid type for ${model}: got "${got}", expected "${wanted}"`);
      return;
    }
    if (Array.isArray(value) && type.kind === 'list') {
      for (const [i, inner] of value.entries()) visit(inner, type.element, modelOf(type.element, model), `${where}[${i}]`, [...steps, i]);
    } else if (isFields(value) && type.kind === 'map') {
      for (const key of Object.keys(value).sort()) visit(value[key], type.element, model, `${where}.${key}`, [...steps, key]);
    } else if (isFields(value) && type.kind === 'struct') structure(value, type.struct, where, steps);
  };

  const structure = (value: Readonly<Record<string, unknown>>, type: Struct, where: string, steps: readonly PathStep[]): void => {
    const model = modelName(type);
    for (const key of Object.keys(value).sort()) {
      if (value[key] === null || value[key] === undefined) continue;
      const field = type.fields.get(key);
      if (!field) add(where, [...steps, key], `unknown field "${key}" in ${model}`);
      else visit(value[key], field.type, modelOf(field.type, `${model}.${key}`), `${where}.${key}`, [...steps, key]);
    }
    for (const field of type.fields.values()) {
      if (!field.documented) continue;
      if (value[field.name] === undefined || value[field.name] === null)
        add(where, [...steps, field.name], `missing required field "${field.name}" in ${model}`);
    }
  };

  structure(item, struct, item.kind!, []);
  return found;
}

const modelOf = (type: GoType, otherwise: string): string => (type.kind === 'struct' ? modelName(type.struct) : otherwise);

function primitive(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return value === null || value === undefined ? 'nil' : typeof value;
}
