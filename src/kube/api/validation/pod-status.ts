import { forbiddenField, invalidEach, invalidValue, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { ContainerStatus, Pod } from '../types';
import { addressErrors, addressFamily } from './addresses';
import { immutableErrors } from './metadata';
import { dnsSubdomainErrors, qualifiedNameErrors } from './names';
import type { FullContainer, FullPodSpec, RestartRule } from './pod-shapes';

const path = FieldPath.of('status');
const systemConditions: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);
const generationText = 'must be a non-negative integer';

function conditionErrors(pod: Pod): FieldError[] {
  return (pod.status?.conditions ?? []).flatMap((condition, i) => {
    const at = path.child('conditions').index(i);
    const generation = condition.observedGeneration ?? 0;
    const errors = generation < 0 ? [invalidValue(at.child('observedGeneration'), generation, generationText)] : [];
    if (systemConditions.has(condition.type)) return errors;
    return [...errors, ...invalidEach(at.child('Type'), condition.type ?? '', qualifiedNameErrors(condition.type ?? ''))];
  });
}

function ruleMatches(rule: RestartRule, exitCode: number): boolean {
  const listed = rule.exitCodes?.values?.includes(exitCode) ?? false;
  return rule.exitCodes?.operator === 'NotIn' ? !listed : listed;
}

/** Whether a container that ended with `exitCode` may run again. */
function mayRestart(container: FullContainer | undefined, spec: FullPodSpec, exitCode: number): boolean {
  if (!container) return false;
  if (container.restartPolicyRules?.some((rule) => ruleMatches(rule, exitCode))) return true;
  const policy = container.restartPolicy ?? spec.restartPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

type StatusList = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses';

function transitionErrors(pod: Pod, old: Pod, list: StatusList, containers: readonly FullContainer[] = []): FieldError[] {
  const spec = old.spec as FullPodSpec;
  const now = pod.status?.[list] ?? [];
  return (old.status?.[list] ?? []).flatMap((before: ContainerStatus, i) => {
    const ended = before.state?.terminated;
    const after = now.find((status) => status.name === before.name);
    if (!ended || !after || after.state?.terminated) return [];
    const container = containers.find(({ name }) => name === before.name);
    if (list !== 'ephemeralContainerStatuses' && mayRestart(container, spec, ended.exitCode)) return [];
    return [forbiddenField(path.child(list).index(i).child('state'), 'may not be transitioned to non-terminated state')];
  });
}

const restartsAll = (spec: FullPodSpec): boolean =>
  [...(spec.containers ?? []), ...(spec.initContainers ?? [])].some((container) =>
    container.restartPolicyRules?.some((rule) => rule.action === 'RestartAllContainers'),
  );

/** One address of each family at most. */
function addressListErrors(list: readonly { ip: string }[] = [], at: FieldPath): FieldError[] {
  const errors = list.flatMap(({ ip = '' }, i) => invalidEach(at.index(i), ip, addressErrors(ip), 'ip-address'));
  const families = new Set(list.map(({ ip }) => addressFamily(ip)));
  if (list.length > 1 && (list.length > 2 || families.size !== 2)) {
    errors.push(invalidValue(at, list, 'may specify no more than one IP for each IP family'));
  }
  return errors;
}

/** What a new status may not say: restarts of what does not restart, another QoS class, addresses that are none. */
export function podStatusErrors(pod: Pod, old: Pod): FieldError[] {
  const status = pod.status ?? {};
  const errors = conditionErrors(pod);
  if ((pod.spec.nodeName ?? '') !== (old.spec.nodeName ?? '')) {
    errors.push(forbiddenField(path.child('nodeName'), 'may not be changed directly'));
  }
  const nominated = status['nominatedNodeName'];
  if (typeof nominated === 'string' && nominated && nominated !== old.status?.['nominatedNodeName']) {
    const at = path.child('nominatedNodeName');
    errors.push(...invalidEach(at, nominated, dnsSubdomainErrors(nominated)));
    if (old.spec.nodeName) errors.push(forbiddenField(at, 'may not be set on pods that are already bound to a node'));
  }
  const generation = status.observedGeneration ?? 0;
  if (generation < 0) errors.push(invalidValue(path.child('observedGeneration'), generation, generationText));
  if (status.qosClass !== undefined && old.status?.qosClass !== undefined) {
    errors.push(...immutableErrors(status.qosClass, old.status.qosClass, path.child('qosClass')));
  }
  const spec = old.spec as FullPodSpec;
  if (!restartsAll(spec)) {
    errors.push(
      ...transitionErrors(pod, old, 'containerStatuses', spec.containers),
      ...transitionErrors(pod, old, 'initContainerStatuses', spec.initContainers),
    );
  }
  errors.push(...transitionErrors(pod, old, 'ephemeralContainerStatuses'));
  errors.push(...addressListErrors(status.podIPs, path.child('podIPs')));
  const [first] = status.hostIPs ?? [];
  if (first && first.ip !== status.hostIP) {
    errors.push(invalidValue(path.child('hostIPs').index(0).child('ip'), first.ip, 'must be equal to `hostIP`'));
  }
  return [...errors, ...addressListErrors(status.hostIPs, path.child('hostIPs'))];
}
