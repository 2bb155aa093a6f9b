/**
 * What kube-apiserver v1.36 serves by default, in discovery order. One resource a line:
 * group/version, plural, kind, scope, verbs, short names, categories, then subresources as name=kind:verbs.
 * Verbs: c create, d delete, D deletecollection, g get, l list, p patch, u update, w watch.
 */
export const resourceTable = `
v1 bindings Binding namespaced c - -
v1 componentstatuses ComponentStatus cluster gl cs -
v1 configmaps ConfigMap namespaced cdDglpuw cm -
v1 endpoints Endpoints namespaced cdDglpuw ep -
v1 events Event namespaced cdDglpuw ev -
v1 limitranges LimitRange namespaced cdDglpuw limits -
v1 namespaces Namespace cluster cdglpuw ns - finalize=Namespace:u status=Namespace:gpu
v1 nodes Node cluster cdDglpuw no - proxy=NodeProxyOptions:cdgpu status=Node:gpu
v1 persistentvolumeclaims PersistentVolumeClaim namespaced cdDglpuw pvc - status=PersistentVolumeClaim:gpu
v1 persistentvolumes PersistentVolume cluster cdDglpuw pv - status=PersistentVolume:gpu
v1 pods Pod namespaced cdDglpuw po all attach=PodAttachOptions:cg binding=Binding:c ephemeralcontainers=Pod:gpu eviction=policy/v1/Eviction:c exec=PodExecOptions:cg log=Pod:g portforward=PodPortForwardOptions:cg proxy=PodProxyOptions:cdgpu resize=Pod:gpu status=Pod:gpu
v1 podtemplates PodTemplate namespaced cdDglpuw - -
v1 replicationcontrollers ReplicationController namespaced cdDglpuw rc all scale=autoscaling/v1/Scale:gpu status=ReplicationController:gpu
v1 resourcequotas ResourceQuota namespaced cdDglpuw quota - status=ResourceQuota:gpu
v1 secrets Secret namespaced cdDglpuw - -
v1 serviceaccounts ServiceAccount namespaced cdDglpuw sa - token=authentication.k8s.io/v1/TokenRequest:c
v1 services Service namespaced cdDglpuw svc all proxy=ServiceProxyOptions:cdgpu status=Service:gpu
apiregistration.k8s.io/v1 apiservices APIService cluster cdDglpuw - api-extensions status=APIService:gpu
apps/v1 controllerrevisions ControllerRevision namespaced cdDglpuw - -
apps/v1 daemonsets DaemonSet namespaced cdDglpuw ds all status=DaemonSet:gpu
apps/v1 deployments Deployment namespaced cdDglpuw deploy all scale=autoscaling/v1/Scale:gpu status=Deployment:gpu
apps/v1 replicasets ReplicaSet namespaced cdDglpuw rs all scale=autoscaling/v1/Scale:gpu status=ReplicaSet:gpu
apps/v1 statefulsets StatefulSet namespaced cdDglpuw sts all scale=autoscaling/v1/Scale:gpu status=StatefulSet:gpu
events.k8s.io/v1 events Event namespaced cdDglpuw ev -
authentication.k8s.io/v1 selfsubjectreviews SelfSubjectReview cluster c - -
authentication.k8s.io/v1 tokenreviews TokenReview cluster c - -
authorization.k8s.io/v1 localsubjectaccessreviews LocalSubjectAccessReview namespaced c - -
authorization.k8s.io/v1 selfsubjectaccessreviews SelfSubjectAccessReview cluster c - -
authorization.k8s.io/v1 selfsubjectrulesreviews SelfSubjectRulesReview cluster c - -
authorization.k8s.io/v1 subjectaccessreviews SubjectAccessReview cluster c - -
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler namespaced cdDglpuw hpa all status=HorizontalPodAutoscaler:gpu
autoscaling/v1 horizontalpodautoscalers HorizontalPodAutoscaler namespaced cdDglpuw hpa all status=HorizontalPodAutoscaler:gpu
batch/v1 cronjobs CronJob namespaced cdDglpuw cj all status=CronJob:gpu
batch/v1 jobs Job namespaced cdDglpuw - all status=Job:gpu
certificates.k8s.io/v1 certificatesigningrequests CertificateSigningRequest cluster cdDglpuw csr - approval=CertificateSigningRequest:gpu status=CertificateSigningRequest:gpu
networking.k8s.io/v1 ingressclasses IngressClass cluster cdDglpuw - -
networking.k8s.io/v1 ingresses Ingress namespaced cdDglpuw ing - status=Ingress:gpu
networking.k8s.io/v1 ipaddresses IPAddress cluster cdDglpuw ip -
networking.k8s.io/v1 networkpolicies NetworkPolicy namespaced cdDglpuw netpol -
networking.k8s.io/v1 servicecidrs ServiceCIDR cluster cdDglpuw - - status=ServiceCIDR:gpu
policy/v1 poddisruptionbudgets PodDisruptionBudget namespaced cdDglpuw pdb - status=PodDisruptionBudget:gpu
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding cluster cdDglpuw - -
rbac.authorization.k8s.io/v1 clusterroles ClusterRole cluster cdDglpuw - -
rbac.authorization.k8s.io/v1 rolebindings RoleBinding namespaced cdDglpuw - -
rbac.authorization.k8s.io/v1 roles Role namespaced cdDglpuw - -
storage.k8s.io/v1 csidrivers CSIDriver cluster cdDglpuw - -
storage.k8s.io/v1 csinodes CSINode cluster cdDglpuw - -
storage.k8s.io/v1 csistoragecapacities CSIStorageCapacity namespaced cdDglpuw - -
storage.k8s.io/v1 storageclasses StorageClass cluster cdDglpuw sc -
storage.k8s.io/v1 volumeattachments VolumeAttachment cluster cdDglpuw - - status=VolumeAttachment:gpu
storage.k8s.io/v1 volumeattributesclasses VolumeAttributesClass cluster cdDglpuw vac -
admissionregistration.k8s.io/v1 mutatingadmissionpolicies MutatingAdmissionPolicy cluster cdDglpuw - api-extensions
admissionregistration.k8s.io/v1 mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding cluster cdDglpuw - api-extensions
admissionregistration.k8s.io/v1 mutatingwebhookconfigurations MutatingWebhookConfiguration cluster cdDglpuw - api-extensions
admissionregistration.k8s.io/v1 validatingadmissionpolicies ValidatingAdmissionPolicy cluster cdDglpuw - api-extensions status=ValidatingAdmissionPolicy:gpu
admissionregistration.k8s.io/v1 validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding cluster cdDglpuw - api-extensions
admissionregistration.k8s.io/v1 validatingwebhookconfigurations ValidatingWebhookConfiguration cluster cdDglpuw - api-extensions
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition cluster cdDglpuw crd,crds api-extensions status=CustomResourceDefinition:gpu
scheduling.k8s.io/v1 priorityclasses PriorityClass cluster cdDglpuw pc -
coordination.k8s.io/v1 leases Lease namespaced cdDglpuw - -
node.k8s.io/v1 runtimeclasses RuntimeClass cluster cdDglpuw - -
discovery.k8s.io/v1 endpointslices EndpointSlice namespaced cdDglpuw - -
resource.k8s.io/v1 deviceclasses DeviceClass cluster cdDglpuw - -
resource.k8s.io/v1 resourceclaims ResourceClaim namespaced cdDglpuw - - status=ResourceClaim:gpu
resource.k8s.io/v1 resourceclaimtemplates ResourceClaimTemplate namespaced cdDglpuw - -
resource.k8s.io/v1 resourceslices ResourceSlice cluster cdDglpuw - -
flowcontrol.apiserver.k8s.io/v1 flowschemas FlowSchema cluster cdDglpuw - - status=FlowSchema:gpu
flowcontrol.apiserver.k8s.io/v1 prioritylevelconfigurations PriorityLevelConfiguration cluster cdDglpuw - - status=PriorityLevelConfiguration:gpu
`;
