import type { KubeObject } from '../object';
import { addressWarnings } from './addresses';

interface Service extends KubeObject {
  spec?: {
    type?: string;
    clusterIP?: string;
    clusterIPs?: string[];
    externalIPs?: string[];
    externalName?: string;
    loadBalancerIP?: string;
    sessionAffinity?: string;
    trafficDistribution?: string;
  };
}

const oldHints = 'service.kubernetes.io/topology-aware-hints';

/** GetWarningsForService: what a Service has to no effect, or not for long. */
export function serviceWarnings({ metadata, spec = {} }: Service): string[] {
  const { clusterIP = '', clusterIPs = [], externalIPs = [], loadBalancerIP = '', sessionAffinity = 'None', type = 'ClusterIP' } = spec;
  const isName = type === 'ExternalName';
  const hasAddress = clusterIP !== '' && clusterIP !== 'None' && !isName;
  const headless = clusterIP === 'None' && type === 'ClusterIP';
  const external = externalIPs.length > 0;
  const said: readonly (readonly [boolean, string])[] = [
    [headless && loadBalancerIP !== '', 'spec.loadBalancerIP is ignored for headless services'],
    [headless && external, 'spec.externalIPs is ignored for headless services'],
    [headless && sessionAffinity !== 'None', 'spec.SessionAffinity is ignored for headless services'],
  ];
  const saidLater: typeof said = [
    [isName && external, 'spec.externalIPs is ignored when spec.type is "ExternalName"'],
    [!isName && !!spec.externalName, 'spec.externalName is ignored when spec.type is not "ExternalName"'],
    [spec.trafficDistribution === 'PreferClose', 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
  ];
  const texts = (list: typeof said): string[] => list.flatMap(([holds, text]) => (holds ? [text] : []));
  return [
    ...(metadata.annotations?.[oldHints] === undefined
      ? []
      : [`annotation ${oldHints} is deprecated, please use service.kubernetes.io/topology-mode instead`]),
    ...(hasAddress ? clusterIPs.flatMap((ip, i) => addressWarnings(`spec.clusterIPs[${i}]`, ip)) : []),
    ...texts(said),
    ...externalIPs.flatMap((ip, i) => addressWarnings(`spec.externalIPs[${i}]`, ip)),
    ...(external && !headless && !isName ? ['spec.externalIPs is deprecated and may no longer be implemented in some clusters'] : []),
    ...(loadBalancerIP ? addressWarnings('spec.loadBalancerIP', loadBalancerIP) : []),
    ...texts(saidLater),
  ];
}

const mountable = 'kubernetes.io/enforce-mountable-secrets';

/** Said once, when the annotation is new. */
export function serviceAccountWarnings({ metadata }: KubeObject, old?: KubeObject): string[] {
  if (metadata.annotations?.[mountable] === undefined || old?.metadata.annotations?.[mountable] !== undefined) return [];
  return [`metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`];
}

/** Nothing has read the field for long. */
export const nodeWarnings = (node: KubeObject & { spec?: { externalID?: string } }): string[] =>
  node.spec?.externalID ? [`spec.externalID: this field is deprecated, and is unused by Kubernetes`] : [];
