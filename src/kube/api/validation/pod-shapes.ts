import type { Container, ContainerPort, EnvVar, EphemeralContainer, KeySelector, Pod, PodSpec, Probe, SecurityContext } from '../types';
import type { LabelSelector, SelectorRequirement } from './label-selector';
import type { ResourceRequirements, Toleration, Volume, VolumeMount } from '../types';

/** What validation reads of a pod beyond what the rest of the code does (`../types`), as k8s.io/api v1.36 has it. */

export interface NodeSelectorTerm {
  matchExpressions?: SelectorRequirement[];
  matchFields?: SelectorRequirement[];
}

export interface NodeAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeSelectorTerm[] };
  preferredDuringSchedulingIgnoredDuringExecution?: { weight?: number; preference?: NodeSelectorTerm }[];
}

export interface PodAffinityTerm {
  labelSelector?: LabelSelector;
  namespaces?: string[];
  topologyKey?: string;
  namespaceSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}

export interface PodAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: { weight?: number; podAffinityTerm?: PodAffinityTerm }[];
}

export interface Affinity {
  nodeAffinity?: NodeAffinity;
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAffinity;
}

export interface TopologySpreadConstraint {
  maxSkew?: number;
  topologyKey?: string;
  whenUnsatisfiable?: string;
  labelSelector?: LabelSelector;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  matchLabelKeys?: string[];
}

export interface DnsConfig {
  nameservers?: string[];
  searches?: string[];
  options?: { name?: string; value?: string }[];
}

/** seccompProfile and appArmorProfile alike. */
export interface Profile {
  type?: string;
  localhostProfile?: string;
}

export interface WindowsOptions {
  gmsaCredentialSpecName?: string;
  gmsaCredentialSpec?: string;
  runAsUserName?: string;
  hostProcess?: boolean;
}

interface SecuritySettings {
  seLinuxOptions?: unknown;
  windowsOptions?: WindowsOptions;
  seccompProfile?: Profile;
  appArmorProfile?: Profile;
}

export interface FullSecurityContext extends SecurityContext, SecuritySettings {
  procMount?: string;
}

export interface PodSecurityContext extends SecuritySettings {
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  sysctls?: { name?: string; value?: string }[];
  seLinuxChangePolicy?: string;
}

export interface FullResources extends ResourceRequirements {
  claims?: { name?: string; request?: string }[];
}

export interface FileKeySelector {
  volumeName?: string;
  path?: string;
  key?: string;
  optional?: boolean;
}

export interface FullEnvVar extends EnvVar {
  valueFrom?: EnvVar['valueFrom'] & { fileKeyRef?: FileKeySelector };
}

export interface RestartRule {
  action?: string;
  exitCodes?: { operator?: string; values?: number[] };
}

export interface FullContainer extends Container {
  env?: FullEnvVar[];
  resources?: FullResources;
  resizePolicy?: { resourceName?: string; restartPolicy?: string }[];
  restartPolicyRules?: RestartRule[];
  volumeDevices?: { name?: string; devicePath?: string }[];
  securityContext?: FullSecurityContext;
}

export type FullEphemeralContainer = FullContainer & Pick<EphemeralContainer, 'targetContainerName'>;

export interface ResourceClaim {
  name?: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

export interface FullPodSpec extends PodSpec {
  containers: FullContainer[];
  initContainers?: FullContainer[];
  ephemeralContainers?: FullEphemeralContainer[];
  securityContext?: PodSecurityContext;
  affinity?: Affinity;
  dnsConfig?: DnsConfig;
  topologySpreadConstraints?: TopologySpreadConstraint[];
  readinessGates?: { conditionType?: string }[];
  schedulingGates?: { name?: string }[];
  resourceClaims?: ResourceClaim[];
  resources?: FullResources;
  overhead?: Record<string, string>;
  os?: { name?: string };
  runtimeClassName?: string;
  preemptionPolicy?: string;
  hostUsers?: boolean;
  hostnameOverride?: string;
  setHostnameAsFQDN?: boolean;
}

export type { Container, ContainerPort, EnvVar, KeySelector, Pod, PodSpec, Probe, Toleration, Volume, VolumeMount };
