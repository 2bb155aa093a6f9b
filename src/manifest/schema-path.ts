import { type Field, type GoType, type GroupVersionKind, type PathStep, type Struct, structOfKind } from '../kube/api';

export function gvkOf(object: { readonly apiVersion?: unknown; readonly kind?: unknown }): GroupVersionKind {
  const apiVersion = typeof object.apiVersion === 'string' ? object.apiVersion : '';
  const slash = apiVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: typeof object.kind === 'string' ? object.kind : '',
  };
}

/** What the schema knows of a place: its type, and the field and struct it is declared in. */
export interface Declared {
  readonly type: GoType;
  readonly field: Field | undefined;
  readonly struct: Struct | undefined;
}

/** The type at a path of an object of a kind; undefined where the kind has no such field. */
export function declaredAt(gvk: GroupVersionKind, steps: readonly PathStep[]): Declared | undefined {
  const struct = structOfKind(gvk);
  if (!struct) return undefined;
  let here: Declared = { type: { kind: 'struct', go: struct.name, struct }, field: undefined, struct: undefined };
  for (const step of steps) {
    const { type } = here;
    if (type.kind === 'list') {
      if (typeof step === 'number') here = { type: type.element, field: here.field, struct: here.struct };
      else return declaredInside(type.element, step);
    } else if (type.kind === 'map') here = { type: type.element, field: undefined, struct: undefined };
    else {
      const next = declaredInside(type, step);
      if (!next) return undefined;
      here = next;
    }
  }
  return here;
}

function declaredInside(type: GoType, step: PathStep): Declared | undefined {
  if (type.kind !== 'struct' || typeof step !== 'string') return undefined;
  const field = type.struct.fields.get(step);
  return field && { type: field.type, field, struct: type.struct };
}

/** `string`, `[]Container`, `map[string]string`. */
export const shownType = (type: GoType): string => type.go.replace(/\b[a-z]\w*\./g, '').replace('[]uint8', 'base64');

/** Group versions whose kinds are looked through for one that was written with another. */
export const commonGroupVersions = [
  'v1',
  'apps/v1',
  'batch/v1',
  'networking.k8s.io/v1',
  'rbac.authorization.k8s.io/v1',
  'policy/v1',
  'autoscaling/v2',
  'storage.k8s.io/v1',
  'node.k8s.io/v1',
  'scheduling.k8s.io/v1',
] as const;

export const clusterKinds: ReadonlySet<string> = new Set(
  'Namespace Node PersistentVolume ClusterRole ClusterRoleBinding StorageClass PriorityClass RuntimeClass IngressClass CustomResourceDefinition APIService CSIDriver CSINode VolumeAttachment MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding FlowSchema PriorityLevelConfiguration CertificateSigningRequest ClusterTrustBundle DeviceClass ResourceSlice IPAddress ServiceCIDR StorageVersion VolumeAttributesClass'.split(
    ' ',
  ),
);
