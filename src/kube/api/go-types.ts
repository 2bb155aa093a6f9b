/**
 * What the Go types say and the OpenAPI documents do not: k8s.io/api and k8s.io/apimachinery, v0.36.
 * A line is a struct; a field stands with its Go type. `*` is a pointer: null is told from a zero value, which is kept.
 * A field that is not named here has the document's type; optional scalars are then values that are left out when zero,
 * optional structs pointers. A name that is neither a struct nor a scalar is a string type.
 */
const core = `
v1.DeleteOptions: gracePeriodSeconds *int64; ignoreStoreReadErrorWithClusterBreakingPotential *bool; orphanDependents *bool; propagationPolicy *metav1.DeletionPropagation
v1.ObjectMeta: deletionGracePeriodSeconds *int64; uid types.UID
v1.ManagedFieldsEntry: operation v1.ManagedFieldsOperationType; fieldsV1 v1.FieldsV1
v1.OwnerReference: blockOwnerDeletion *bool; controller *bool; uid types.UID
v1.LabelSelectorRequirement: operator v1.LabelSelectorOperator
v1.Condition: status v1.ConditionStatus
v1.PodSpec: activeDeadlineSeconds *int64; automountServiceAccountToken *bool; dnsPolicy v1.DNSPolicy; enableServiceLinks *bool; hostUsers *bool; hostnameOverride *string; overhead v1.ResourceList; preemptionPolicy *v1.PreemptionPolicy; priority *int32; restartPolicy v1.RestartPolicy; runtimeClassName *string; setHostnameAsFQDN *bool; shareProcessNamespace *bool; terminationGracePeriodSeconds *int64
v1.NodeSelectorTerm:
v1.NodeSelectorRequirement: operator v1.NodeSelectorOperator
v1.Container: imagePullPolicy v1.PullPolicy; resources =; restartPolicy *v1.ContainerRestartPolicy; terminationMessagePolicy v1.TerminationMessagePolicy
v1.EphemeralContainer: imagePullPolicy v1.PullPolicy; resources =; restartPolicy *v1.ContainerRestartPolicy; terminationMessagePolicy v1.TerminationMessagePolicy
v1.ConfigMapKeySelector: optional *bool
v1.SecretKeySelector: optional *bool
v1.FileKeySelector: optional *bool
v1.ConfigMapEnvSource: optional *bool
v1.SecretEnvSource: optional *bool
v1.ResourceFieldSelector: divisor =
v1.Lifecycle: stopSignal *v1.Signal
v1.HTTPGetAction: scheme v1.URIScheme
v1.Probe: terminationGracePeriodSeconds *int64
v1.GRPCAction: service *string
v1.ContainerPort: protocol v1.Protocol
v1.ContainerResizePolicy: resourceName v1.ResourceName; restartPolicy v1.ResourceResizeRestartPolicy
v1.ContainerRestartRule: action v1.ContainerRestartRuleAction
v1.ContainerRestartRuleOnExitCodes: operator v1.ContainerRestartRuleOnExitCodesOperator
v1.ResourceRequirements: limits v1.ResourceList; requests v1.ResourceList
v1.VolumeResourceRequirements: limits v1.ResourceList; requests v1.ResourceList
v1.SecurityContext: allowPrivilegeEscalation *bool; privileged *bool; procMount *v1.ProcMountType; readOnlyRootFilesystem *bool; runAsGroup *int64; runAsNonRoot *bool; runAsUser *int64
v1.AppArmorProfile: localhostProfile *string; type v1.AppArmorProfileType
v1.Capabilities: add []v1.Capability; drop []v1.Capability
v1.SeccompProfile: localhostProfile *string; type v1.SeccompProfileType
v1.WindowsSecurityContextOptions: gmsaCredentialSpec *string; gmsaCredentialSpecName *string; hostProcess *bool; runAsUserName *string
v1.VolumeMount: mountPropagation *v1.MountPropagationMode; recursiveReadOnly *v1.RecursiveReadOnlyMode
v1.PodDNSConfigOption: value *string
v1.PodOS: name v1.OSName
v1.PodReadinessGate: conditionType v1.PodConditionType
v1.PodResourceClaim: resourceClaimName *string; resourceClaimTemplateName *string
v1.PodSchedulingGroup: podGroupName *string
v1.PodSecurityContext: fsGroup *int64; fsGroupChangePolicy *v1.PodFSGroupChangePolicy; runAsGroup *int64; runAsNonRoot *bool; runAsUser *int64; seLinuxChangePolicy *v1.PodSELinuxChangePolicy; supplementalGroupsPolicy *v1.SupplementalGroupsPolicy
v1.Toleration: effect v1.TaintEffect; operator v1.TolerationOperator; tolerationSeconds *int64
v1.TopologySpreadConstraint: minDomains *int32; nodeAffinityPolicy *v1.NodeInclusionPolicy; nodeTaintsPolicy *v1.NodeInclusionPolicy; whenUnsatisfiable v1.UnsatisfiableConstraintAction
v1.AzureDiskVolumeSource: cachingMode *v1.AzureDataDiskCachingMode; fsType *string; kind *v1.AzureDataDiskKind; readOnly *bool
v1.ConfigMapVolumeSource: defaultMode *int32; optional *bool
v1.SecretVolumeSource: defaultMode *int32; optional *bool
v1.DownwardAPIVolumeSource: defaultMode *int32
v1.ProjectedVolumeSource: defaultMode *int32; sources =
v1.KeyToPath: mode *int32
v1.DownwardAPIVolumeFile: mode *int32
v1.ConfigMapProjection: optional *bool
v1.SecretProjection: optional *bool
v1.ClusterTrustBundleProjection: name *string; optional *bool; signerName *string
v1.PodCertificateProjection: maxExpirationSeconds *int32
v1.ServiceAccountTokenProjection: expirationSeconds *int64
v1.CSIVolumeSource: fsType *string; readOnly *bool
v1.EmptyDirVolumeSource: medium v1.StorageMedium
v1.FCVolumeSource: lun *int32
v1.HostPathVolumeSource: type *v1.HostPathType
v1.ImageVolumeSource: pullPolicy v1.PullPolicy
v1.ISCSIVolumeSource: initiatorName *string
v1.PersistentVolumeClaimTemplate: metadata =
v1.PersistentVolumeClaimSpec: accessModes []v1.PersistentVolumeAccessMode; resources =; storageClassName *string; volumeAttributesClassName *string; volumeMode *v1.PersistentVolumeMode
v1.PersistentVolumeClaimStatus: accessModes []v1.PersistentVolumeAccessMode; allocatedResources v1.ResourceList; capacity v1.ResourceList; currentVolumeAttributesClassName *string; phase v1.PersistentVolumeClaimPhase
v1.PersistentVolumeSpec: accessModes []v1.PersistentVolumeAccessMode; capacity v1.ResourceList; persistentVolumeReclaimPolicy v1.PersistentVolumeReclaimPolicy; volumeAttributesClassName *string; volumeMode *v1.PersistentVolumeMode
v1.PersistentVolumeStatus: phase v1.PersistentVolumePhase
v1.LocalVolumeSource: fsType *string
v1.GlusterfsPersistentVolumeSource: endpointsNamespace *string
v1.AzureFilePersistentVolumeSource: secretNamespace *string
v1.TypedLocalObjectReference: apiGroup *string
v1.TypedObjectReference: apiGroup *string; namespace *string
v1.PodStatus: allocatedResources v1.ResourceList; phase v1.PodPhase; qosClass v1.PodQOSClass; resize v1.PodResizeStatus
v1.PodCondition: lastProbeTime =; lastTransitionTime =; status v1.ConditionStatus; type v1.PodConditionType
v1.ContainerStatus: allocatedResources v1.ResourceList; lastState =; started *bool; state =; stopSignal *v1.Signal
v1.ContainerStateRunning: startedAt =
v1.ContainerStateTerminated: finishedAt =; startedAt =
v1.VolumeMountStatus: recursiveReadOnly *v1.RecursiveReadOnlyMode
v1.PodResourceClaimStatus: resourceClaimName *string
v1.Secret: immutable *bool; type v1.SecretType
v1.ConfigMap: immutable *bool
v1.NamespaceSpec: finalizers []v1.FinalizerName
v1.NamespaceStatus: phase v1.NamespacePhase
v1.NamespaceCondition: lastTransitionTime =; status v1.ConditionStatus; type v1.NamespaceConditionType
v1.ServiceAccount: automountServiceAccountToken *bool
v1.ObjectReference: uid types.UID
v1.ServiceSpec: allocateLoadBalancerNodePorts *bool; externalTrafficPolicy v1.ServiceExternalTrafficPolicy; internalTrafficPolicy *v1.ServiceInternalTrafficPolicy; ipFamilies []v1.IPFamily; ipFamilyPolicy *v1.IPFamilyPolicy; loadBalancerClass *string; sessionAffinity v1.ServiceAffinity; trafficDistribution *string; type v1.ServiceType
v1.ServicePort: appProtocol *string; protocol v1.Protocol; targetPort =
v1.ClientIPConfig: timeoutSeconds *int32
v1.ServiceStatus: loadBalancer =
v1.LoadBalancerIngress: ipMode *v1.LoadBalancerIPMode
v1.PortStatus: error *string; protocol v1.Protocol
v1.Taint: effect v1.TaintEffect
v1.NodeStatus: allocatable v1.ResourceList; capacity v1.ResourceList; daemonEndpoints =; nodeInfo =; phase v1.NodePhase; volumesInUse []v1.UniqueVolumeName
v1.AttachedVolume: name v1.UniqueVolumeName
v1.ScopedResourceSelectorRequirement: operator v1.ScopeSelectorOperator; scopeName v1.ResourceQuotaScope
v1.ModifyVolumeStatus: status v1.PersistentVolumeClaimModifyVolumeStatus
v1.NodeAddress: type v1.NodeAddressType
v1.NodeCondition: lastHeartbeatTime =; lastTransitionTime =; status v1.ConditionStatus; type v1.NodeConditionType
v1.NodeDaemonEndpoints: kubeletEndpoint =
v1.NodeFeatures: supplementalGroupsPolicy *bool
v1.NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts *bool; userNamespaces *bool
v1.NodeSwapStatus: capacity *int64
core:v1.Event: eventTime =; firstTimestamp =; lastTimestamp =; source =
core:v1.EventSeries: lastObservedTime =
v1.PodTemplateSpec: metadata =; spec =
v1.PodTemplate: template =
v1.ReplicationControllerSpec: replicas *int32
v1.LimitRangeItem: default v1.ResourceList; defaultRequest v1.ResourceList; max v1.ResourceList; maxLimitRequestRatio v1.ResourceList; min v1.ResourceList; type v1.LimitType
v1.ResourceQuotaSpec: hard v1.ResourceList; scopes []v1.ResourceQuotaScope
v1.ResourceQuotaStatus: hard v1.ResourceList; used v1.ResourceList
core:v1.EndpointPort: appProtocol *string; protocol v1.Protocol
v1.EndpointAddress: nodeName *string
`;

const others = `
v1.DeploymentSpec: progressDeadlineSeconds *int32; replicas *int32; revisionHistoryLimit *int32; selector *v1.LabelSelector; strategy =
v1.DeploymentStrategy: type v1.DeploymentStrategyType
v1.DeploymentStatus: collisionCount *int32; terminatingReplicas *int32
v1.DeploymentCondition: lastTransitionTime =; lastUpdateTime =; status v1.ConditionStatus; type v1.DeploymentConditionType
v1.ReplicaSetSpec: replicas *int32; selector *v1.LabelSelector; template =
v1.ReplicaSetStatus: terminatingReplicas *int32
v1.ReplicaSetCondition: lastTransitionTime =
v1.StatefulSetSpec: podManagementPolicy v1.PodManagementPolicyType; replicas *int32; revisionHistoryLimit *int32; selector *v1.LabelSelector; updateStrategy =
v1.StatefulSetUpdateStrategy: type v1.StatefulSetUpdateStrategyType
v1.RollingUpdateStatefulSetStrategy: partition *int32
v1.StatefulSetStatus: collisionCount *int32
v1.DaemonSetSpec: revisionHistoryLimit *int32; selector *v1.LabelSelector; updateStrategy =
v1.DaemonSetUpdateStrategy: type v1.DaemonSetUpdateStrategyType
v1.DaemonSetStatus: collisionCount *int32
v1.JobSpec: activeDeadlineSeconds *int64; backoffLimit *int32; backoffLimitPerIndex *int32; completionMode *v1.CompletionMode; completions *int32; managedBy *string; manualSelector *bool; maxFailedIndexes *int32; parallelism *int32; podReplacementPolicy *v1.PodReplacementPolicy; suspend *bool; ttlSecondsAfterFinished *int32
v1.JobStatus: failedIndexes *string; ready *int32; terminating *int32
v1.JobCondition: lastProbeTime =; lastTransitionTime =
v1.JobTemplateSpec: metadata =; spec =
v1.CronJobSpec: concurrencyPolicy v1.ConcurrencyPolicy; failedJobsHistoryLimit *int32; startingDeadlineSeconds *int64; successfulJobsHistoryLimit *int32; suspend *bool; timeZone *string
v1.IngressSpec: ingressClassName *string
v1.HTTPIngressPath: backend =; pathType *v1.PathType
v1.IngressServiceBackend: port =
v1.IngressStatus: loadBalancer =
v1.IngressClassParametersReference: apiGroup *string; namespace *string; scope *string
v1.NetworkPolicySpec: podSelector =; policyTypes []v1.PolicyType
v1.NetworkPolicyPort: endPort *int32; protocol *v1.Protocol
v1.PodDisruptionBudgetSpec: unhealthyPodEvictionPolicy *v1.UnhealthyPodEvictionPolicyType
v1.PodDisruptionBudgetStatus: currentHealthy =; desiredHealthy =; disruptionsAllowed =; expectedPods =
v1.StorageClass: allowVolumeExpansion *bool; reclaimPolicy *v1.PersistentVolumeReclaimPolicy; volumeBindingMode *v1.VolumeBindingMode
v1.CSIDriverSpec: attachRequired *bool; fsGroupPolicy *v1.FSGroupPolicy; nodeAllocatableUpdatePeriodSeconds *int64; podInfoOnMount *bool; requiresRepublish *bool; seLinuxMount *bool; serviceAccountTokenInSecrets *bool; storageCapacity *bool
v1.PriorityClass: preemptionPolicy *v1.PreemptionPolicy
v1.LeaseSpec: holderIdentity *string; leaseDurationSeconds *int32; leaseTransitions *int32; preferredHolder *string; strategy *v1.CoordinatedLeaseStrategy
v1.HorizontalPodAutoscalerSpec: minReplicas *int32; targetCPUUtilizationPercentage *int32
v1.HorizontalPodAutoscalerStatus: currentCPUUtilizationPercentage *int32; observedGeneration *int64
v2.HorizontalPodAutoscalerSpec: minReplicas *int32
v2.HorizontalPodAutoscalerStatus: observedGeneration *int64
v2.HPAScalingRules: selectPolicy *v2.ScalingPolicySelect; stabilizationWindowSeconds *int32
v2.MetricTarget: averageUtilization *int32; type v2.MetricTargetType
v2.MetricSpec: type v2.MetricSourceType
v1.Endpoint: conditions =; hostname *string; nodeName *string; zone *string
v1.EndpointConditions: ready *bool; serving *bool; terminating *bool
discovery:v1.EndpointPort: appProtocol *string; name *string; port *int32; protocol *v1.Protocol
events:v1.Event: deprecatedFirstTimestamp =; deprecatedLastTimestamp =; deprecatedSource =; eventTime =; regarding =
v1.EndpointSlice: addressType v1.AddressType; endpoints =; ports =
v1.PodFailurePolicyRule: action v1.PodFailurePolicyAction
v1.PodFailurePolicyOnExitCodesRequirement: containerName *string; operator v1.PodFailurePolicyOnExitCodesOperator
v1.PodFailurePolicyOnPodConditionsPattern: status v1.ConditionStatus; type v1.PodConditionType
v1.CertificateSigningRequestSpec: expirationSeconds *int32; usages []v1.KeyUsage
v1.IngressPortStatus: error *string; protocol v1.Protocol
v1.RuleWithOperations: operations []v1.OperationType; scope *v1.ScopeType
v1.NamedRuleWithOperations: operations []v1.OperationType; scope *v1.ScopeType
v1.MatchResources: matchPolicy *v1.MatchPolicyType
v1.ValidatingAdmissionPolicySpec: failurePolicy *v1.FailurePolicyType
v1.MutatingAdmissionPolicySpec: failurePolicy *v1.FailurePolicyType; reinvocationPolicy v1.ReinvocationPolicyType
v1.ValidatingAdmissionPolicyBindingSpec: validationActions []v1.ValidationAction
v1.Eviction: metadata =
v1.TokenRequestSpec: expirationSeconds *int64
v1.ValidatingWebhook: failurePolicy *v1.FailurePolicyType; matchPolicy *v1.MatchPolicyType; sideEffects *v1.SideEffectClass; timeoutSeconds *int32
v1.Mutation: patchType v1.PatchType
v1.MutatingWebhook: failurePolicy *v1.FailurePolicyType; matchPolicy *v1.MatchPolicyType; reinvocationPolicy *v1.ReinvocationPolicyType; sideEffects *v1.SideEffectClass; timeoutSeconds *int32
`;

/** Structs embedded in others: their fields stand in the other's JSON, but paths in messages name them. */
const embedded = `
v1.Volume: VolumeSource * -name
v1.PersistentVolumeSpec: PersistentVolumeSource * -capacity,accessModes,claimRef,persistentVolumeReclaimPolicy,storageClassName,mountOptions,volumeMode,nodeAffinity,volumeAttributesClassName
v1.Probe: ProbeHandler exec,httpGet,tcpSocket,grpc
v1.EphemeralContainer: EphemeralContainerCommon * -targetContainerName
v1.ConfigMapKeySelector: LocalObjectReference name
v1.SecretKeySelector: LocalObjectReference name
v1.ConfigMapEnvSource: LocalObjectReference name
v1.SecretEnvSource: LocalObjectReference name
v1.ConfigMapVolumeSource: LocalObjectReference name
v1.ConfigMapProjection: LocalObjectReference name
v1.SecretProjection: LocalObjectReference name
`;

/** Types that are maps by another name. */
export const mapTypes: Readonly<Record<string, string>> = { 'v1.ResourceList': 'map[string]resource.Quantity' };

const lines = (table: string): [string, string][] =>
  table
    .trim()
    .split('\n')
    .map((line) => {
      const colon = line.indexOf(': ');
      return colon < 0 ? [line.slice(0, -1), ''] : [line.slice(0, colon), line.slice(colon + 2)];
    });

const goTypes = new Map(
  lines(core + others.trimStart()).map(([struct, fields]) => [
    struct,
    new Map(
      fields
        .split('; ')
        .filter(Boolean)
        .map((field) => [field.slice(0, field.indexOf(' ')), field.slice(field.indexOf(' ') + 1)]),
    ),
  ]),
);

/** The Go type of a struct's field: `*bool`; `=` for a struct (or time, quantity, port) by value, or a list that is null when it is empty; undefined where the document's says all. */
export const goTypeOf = (struct: string, field: string): string | undefined => goTypes.get(struct)?.get(field);

const embeddings = new Map(
  lines(embedded).map(([struct, rule]) => {
    const [name = '', fields = '', but = ''] = rule.split(' ');
    return [struct, { name, fields: fields === '*' ? undefined : fields.split(','), but: but.slice(1).split(',') }];
  }),
);

/** The embedded struct that a field belongs to: `VolumeSource` of `v1.Volume`'s `secret`. */
export function embeddedIn(struct: string, field: string): string | undefined {
  const embedding = embeddings.get(struct);
  if (!embedding) return undefined;
  return (embedding.fields ? embedding.fields.includes(field) : !embedding.but.includes(field)) ? embedding.name : undefined;
}
