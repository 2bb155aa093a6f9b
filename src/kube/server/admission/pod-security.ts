import {
  FieldPath,
  goQuoted,
  invalidValue,
  levelText,
  podSecurityLevels,
  podSecurityModes,
  podSecurityPrefix,
  podSecurityVersion,
  podSecurityViolations,
  policyOf,
  sameLevel,
  statusCause,
  strictness,
  violationsText,
  type FieldError,
  type KubeObject,
  type LevelVersion,
  type ObjectMeta,
  type Policy,
  type PodSpec,
} from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { forbidden, invalid } from '../status';

function labelErrors(labels: Readonly<Record<string, string>>): FieldError[] {
  const at = (label: string): FieldPath => FieldPath.of('metadata', 'labels').key(label);
  return podSecurityModes.flatMap((mode) => {
    const name = podSecurityPrefix + mode;
    const level = labels[name];
    const version = labels[`${name}-version`];
    const errors: FieldError[] = [];
    if (level !== undefined && !(podSecurityLevels as readonly string[]).includes(level))
      errors.push(invalidValue(at(name), level, `must be one of ${podSecurityLevels.join(', ')}`, 'pod-security-level'));
    if (version !== undefined && podSecurityVersion(version) === undefined)
      errors.push(invalidValue(at(`${name}-version`), version, 'must be "latest" or "v1.x"'));
    return errors;
  });
}

interface Template {
  metadata?: ObjectMeta;
  spec?: PodSpec;
}
interface Templated extends KubeObject {
  template?: Template;
  spec?: { template?: Template; jobTemplate?: { spec?: { template?: Template } } };
}

const ofSpec = (object: Templated): Template | undefined => object.spec?.template;
/** Where kinds keep the pods they make. */
const templates: Readonly<Record<string, (object: Templated) => Template | undefined>> = {
  replicationcontrollers: ofSpec,
  podtemplates: (object) => object.template,
  'apps/replicasets': ofSpec,
  'apps/deployments': ofSpec,
  'apps/statefulsets': ofSpec,
  'apps/daemonsets': ofSpec,
  'batch/jobs': ofSpec,
  'batch/cronjobs': (object) => object.spec?.jobTemplate?.spec?.template,
};

const policyFor = (context: ServerContext, object: KubeObject): Policy =>
  policyOf(context.store.get('namespaces', undefined, object.metadata.namespace ?? '')?.metadata.labels);

const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompOf = (name: string): string => `container.seccomp.security.alpha.kubernetes.io/${name}`;

/** Of a pod that exists only images and profiles can change, and containers to debug it be added. */
function isSignificant(pod: KubeObject, old: KubeObject): boolean {
  const [now, before] = [pod.metadata.annotations ?? {}, old.metadata.annotations ?? {}];
  if (now[seccomp] !== before[seccomp]) return true;
  const [spec, oldSpec] = [pod['spec'], old['spec']] as [PodSpec, PodSpec];
  return (['containers', 'initContainers', 'ephemeralContainers'] as const).some((list) => {
    const [mine, theirs] = [spec[list] ?? [], oldSpec[list] ?? []];
    return (
      mine.length !== theirs.length ||
      mine.some(({ name, image }, i) => image !== theirs[i]!.image || now[seccompOf(name)] !== before[seccompOf(name)])
    );
  });
}

/** PodSecurity: a namespace's labels have to name levels; pods that are not allowed in theirs are refused. */
export function checkPodSecurity(context: ServerContext, resource: Resource, object: KubeObject, old?: KubeObject): void {
  if (resource.storage === 'namespaces') {
    const errors = labelErrors(object.metadata.labels ?? {});
    if (errors.length > 0) throw invalid(resource, object.metadata.name ?? '', errors.map(statusCause));
  }
  if (resource.storage !== 'pods' || (old && !isSignificant(object, old))) return;
  const { enforce } = policyFor(context, object);
  const violations = podSecurityViolations(enforce, object.metadata, object['spec'] as PodSpec);
  if (violations.length === 0) return;
  const text = `violates PodSecurity ${goQuoted(levelText(enforce))}: ${violationsText(violations)}`;
  throw forbidden(resource, object.metadata.name ?? '', text);
}

const wouldViolate = (warn: LevelVersion, { metadata, spec }: Template): string[] => {
  const violations = podSecurityViolations(warn, metadata, spec ?? { containers: [] });
  return violations.length > 0 ? [`would violate PodSecurity ${goQuoted(levelText(warn))}: ${violationsText(violations)}`] : [];
};

/** Pods that are there already stay; a stricter level says which of them it would not have let in. */
function namespaceWarnings(context: ServerContext, { metadata }: KubeObject, old: KubeObject): string[] {
  const [now, before] = [policyOf(metadata.labels).enforce, policyOf(old.metadata.labels).enforce];
  if (sameLevel(now, before) || (now.minor === before.minor && strictness(now.level) <= strictness(before.level))) return [];
  const byReason = new Map<string, string[]>();
  for (const pod of context.store.list('pods', metadata.name)) {
    const reasons = podSecurityViolations(now, pod.metadata, pod['spec'] as PodSpec).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const names = byReason.get(reasons.join(', ')) ?? [];
    byReason.set(reasons.join(', '), [...names, pod.metadata.name!]);
  }
  if (byReason.size === 0) return [];
  const others = (count: number): string => (count === 0 ? '' : ` (and ${count} other ${count === 1 ? 'pod' : 'pods'})`);
  return [
    `existing pods in namespace ${goQuoted(metadata.name!)} violate the new PodSecurity enforce level ${goQuoted(levelText(now))}`,
    ...[...byReason].map(([reasons, names]) => `${names[0]}${others(names.length - 1)}: ${reasons}`).sort(),
  ];
}

/** What is said in Warning headers of an object that is let in. */
export function podSecurityWarnings(context: ServerContext, resource: Resource, object: KubeObject, old?: KubeObject): string[] {
  if (resource.storage === 'namespaces') return old ? namespaceWarnings(context, object, old) : [];
  if (resource.storage === 'pods') {
    if (old && !isSignificant(object, old)) return [];
    return wouldViolate(policyFor(context, object).warn, { metadata: object.metadata, spec: object['spec'] as PodSpec });
  }
  const template = Object.hasOwn(templates, resource.storage) ? templates[resource.storage]!(object) : undefined;
  return template ? wouldViolate(policyFor(context, object).warn, template) : [];
}
