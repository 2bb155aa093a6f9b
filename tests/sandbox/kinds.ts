/** Objects of every kind that is stored without being run, for tests of what is printed of them. */
export const objects = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: two}}
data: {colour: blue, "file.txt": "line1\\nline2\\n"}
binaryData: {bin: AAEC}
---
apiVersion: v1
kind: Service
metadata: {name: svc, labels: {app: two}}
spec:
  selector: {app: two}
  ports: [{name: http, port: 80, targetPort: http}, {name: dns, port: 53, protocol: UDP}]
---
apiVersion: v1
kind: Service
metadata: {name: np}
spec:
  type: NodePort
  externalTrafficPolicy: Local
  sessionAffinity: ClientIP
  selector: {app: two}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: ext}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: none}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ing, annotations: {a.example/b: c}}
spec:
  ingressClassName: nginx
  defaultBackend: {service: {name: svc, port: {number: 80}}}
  tls: [{hosts: [a.example], secretName: tls}]
  rules:
  - host: a.example
    http: {paths: [{path: /x, pathType: Prefix, backend: {service: {name: svc, port: {name: http}}}}, {path: /y, pathType: Exact, backend: {service: {name: nosuch, port: {number: 8080}}}}]}
  - http: {paths: [{path: /, pathType: ImplementationSpecific, backend: {resource: {kind: ConfigMap, name: settings}}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: pol}
spec:
  podSelector: {matchLabels: {app: two}, matchExpressions: [{key: tier, operator: In, values: [a, b]}]}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {x: z}}, namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
    ports: [{port: 80}, {port: 32000, endPort: 32768, protocol: TCP}]
  - {}
  egress: [{to: [{namespaceSelector: {matchLabels: {a: m}}}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, storageClassName: other}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
- {apiGroups: ["", apps], resources: [pods, deployments], verbs: [get, list]}
- {apiGroups: [""], resources: [secrets], resourceNames: [a, b], verbs: ["*"]}
- {apiGroups: [""], resources: ["pods/log"], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}, {kind: ServiceAccount, name: sa, namespace: default}, {kind: Group, name: devs, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: sa}
imagePullSecrets: [{name: reg}]
secrets: [{name: x}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cron}
spec:
  schedule: "0 0 1 1 *"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 30
  jobTemplate: {spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: c, image: busybox, args: [a, b]}]}}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: hpa}
spec:
  minReplicas: 1
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics:
  - type: Resource
    resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}
  - type: Resource
    resource: {name: memory, target: {type: AverageValue, averageValue: 100Mi}}
  - type: Pods
    pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: "10"}}
  behavior: {scaleDown: {stabilizationWindowSeconds: 60, policies: [{type: Percent, value: 10, periodSeconds: 15}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: pdb}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: pdb2}
spec: {maxUnavailable: 30%, selector: {matchLabels: {app: sts}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec: {hard: {pods: "50", requests.cpu: "20", limits.memory: 10Gi, count/configmaps: "30"}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota-be}
spec: {hard: {pods: "5"}, scopes: [BestEffort]}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec:
  limits:
  - {type: Container, min: {cpu: 10m}, max: {cpu: "2", memory: 2Gi}, default: {cpu: 500m, memory: 256Mi}, defaultRequest: {cpu: 50m, memory: 32Mi}, maxLimitRequestRatio: {cpu: "100"}}
  - {type: Pod, max: {cpu: "4"}}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: lease}
spec: {holderIdentity: me, leaseDurationSeconds: 30}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: slice, labels: {kubernetes.io/service-name: svc}}
addressType: IPv4
ports: [{name: http, port: 80, protocol: TCP}]
endpoints: [{addresses: [1.2.3.4], conditions: {ready: true}, hostname: h, nodeName: node, zone: zone, targetRef: {kind: Pod, name: p, namespace: default}}, {addresses: [1.2.3.5], conditions: {ready: false}}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: eps}
subsets: [{addresses: [{ip: 1.2.3.4}], notReadyAddresses: [{ip: 1.2.3.5}], ports: [{port: 80, name: a}, {port: 81, name: b}]}]
---
apiVersion: v1
kind: Secret
metadata: {name: sec}
type: kubernetes.io/basic-auth
stringData: {username: u, password: p}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.25", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: two, tier: front}, annotations: {note: hello}}
spec:
  nodeSelector: {no: such}
  containers:
  - {name: one, image: "busybox:1.36", env: [{name: A, value: "1"}], ports: [{containerPort: 80, name: http}]}
  - {name: two, image: busybox}
`;

/** The same of the cluster's kinds. */
export const clusterObjects = `apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-x}
spec:
  capacity: {storage: 2Gi}
  accessModes: [ReadWriteOnce, ReadOnlyMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: slow
  hostPath: {path: /data}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node]}]}]}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: sc-x, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: example.com/x
parameters: {type: fast, zone: a}
allowVolumeExpansion: true
mountOptions: [debug]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cr-x}
rules: [{nonResourceURLs: [/healthz], verbs: [get]}, {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: crb-x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cr-x}
subjects: [{kind: Group, name: devs, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: pc-x}
value: 100
description: some class
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: ic-x}
spec: {controller: example.com/ingress}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: csr-x}
spec:
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQ1l6Q0NBVXNDQVFBd0hqRU5NQXNHQTFVRUNnd0VaR1YyY3pFTk1Bc0dBMVVFQXd3RWFtRnVaVENDQVNJdwpEUVlKS29aSWh2Y05BUUVCQlFBRGdnRVBBRENDQVFvQ2dnRUJBTWhDN1lLSWZ5YjlDZmZEMzJJdmNBb0hjRVdXCno2YTJUSWthOXBDVXJIZTlJQ21kNFNzTE53ME1VZ2JrUHJ1MDBmeWJDUGp2Q1ZFYXhlbUFZUkdDQ2VzNWhaUHAKN0gvUk1SVFJ4SWxVR2gyUHRHMThDc282cis2eFB1T3NuTXNUT1FZR2YvREJXeURBY0VlUWxWODdKalRZNThSOApvV0R0RkUycGdOaW5sUkZWN0cyZmtjY1gwWmY1TE9pMjFDQVUxamRaREMxbUM4SWlSZ2YzWlVFSWVqdGYrZCtLCjhhNmlTamNHMUNNRDlUNFVSandxZGlGMStEY2lMdTJWVE1DQ2tuUXRadkNYWGRSa05WbXlzNGYyVXdjSndEWmwKZFB1Z2RsbTZUajBkUWFnNnR1amhGQitXT01wVHNMaTQ2cEJZWDhGZzFLajN3K2hwV1R4aEozajM1Y2tDQXdFQQpBYUFBTUEwR0NTcUdTSWIzRFFFQkN3VUFBNElCQVFBYWp2NkxIVDBPSEJuVEswQm9GTEd3QWh0NFU1R2h4UCs2CncwUS9vRFFKcDdpTmNDaWNFTVNGTUYyTENSYVBLZzJZelpUSDdLT2hDODlmZ1hsMWV3Y2REVVdPSS9WUmlRdkQKRHlFVi9jbkc0eGx0aFhydWJVb0l5TjVuTVpDNmMrRFN0cHlWZmQrVzJySWZyT0FtTEtwcGdkWXh6K25QWE1HRwpZL2FGVmVEc0g1VUZHeURocnp1WVVsTTRkN1FueVBmNXo5am5Bdk5vTUFuUlVFZDZpL1hLYk9qRVhPbUlGQWVxCnRNNmtTQThwbUNuYjBuNnlibW8zanZvUjhWN2R6TWNVTndFM1BIL3FveE1HajJJaS80ZFErSWhCZ3BEYW4xaUsKbWpBTDltc2wrbkNiU1E3WEZ0cEVpVU1teTNyNUY0dmFHcElkNUhiRVprRkJudVdDSVlpNwotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
  expirationSeconds: 86400
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: drv-x}
spec: {attachRequired: false}
`;
