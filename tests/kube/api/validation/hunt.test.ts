import { expect, test } from 'vitest';
import { decode, DecodeError, fieldErrorText, setDefaults, validateCreate, validationWarnings } from '../../../../src/kube/api';
import { gvkOf, type Fields, type Manifest } from './objects';

const container = {
  name: 'app',
  image: 'nginx:1.25',
  command: ['a'],
  ports: [{ name: 'http', containerPort: 80, hostPort: 81, protocol: 'TCP' }],
  env: [
    { name: 'A', value: 'b' },
    { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'D', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
  ],
  envFrom: [{ prefix: 'P_', configMapRef: { name: 'a' } }],
  resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' }, claims: [{ name: 'rc' }] },
  volumeMounts: [{ name: 'files', mountPath: '/s', readOnly: true, subPath: 'x' }],
  livenessProbe: { httpGet: { path: '/', port: 80, httpHeaders: [{ name: 'X-A', value: 'b' }] }, periodSeconds: 1 },
  lifecycle: { preStop: { sleep: { seconds: 3 } } },
  securityContext: { runAsUser: 1, capabilities: { add: ['NET_ADMIN'] }, seccompProfile: { type: 'RuntimeDefault' } },
};
const selector = { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] };
const spec = {
  volumes: [
    { name: 'files', secret: { secretName: 'a', defaultMode: 256, items: [{ key: 'k', path: 'p', mode: 256 }] } },
    { name: 'all', projected: { sources: [{ configMap: { name: 'b' } }, { serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] } },
    { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    { name: 'claim', ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } },
    { name: 'disk', iscsi: { targetPortal: 'p', iqn: 'iqn.2001-04.com.example:x', lun: 0, initiatorName: 'iqn.2001-04.com.example:y' } },
  ],
  containers: [container],
  initContainers: [{ name: 'init', image: 'x', restartPolicy: 'Always' }],
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['1.1.1.1'], searches: ['a.b'], options: [{ name: 'ndots', value: '2' }] },
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] } },
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: selector, topologyKey: 'x', matchLabelKeys: ['z'] }] },
  },
  tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoExecute', tolerationSeconds: 3 }],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector, minDomains: 2 }],
  resources: { requests: { cpu: '2' }, limits: { cpu: '3', memory: '4Gi' } },
  serviceAccountName: 'default',
  resourceClaims: [{ name: 'rc', resourceClaimName: 'x' }],
  hostAliases: [{ ip: '1.2.3.4', hostnames: ['a'] }],
}; // prettier-ignore
const metadata = { name: 'web', namespace: 'default', labels: { a: 'b' }, annotations: { a: 'b' } };
const good: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Pod', metadata, spec },
  { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data: { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' }, immutable: true },
  { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'NodePort', selector: { a: 'b' }, ports: [{ name: 'a', port: 80, targetPort: 'http' }], externalIPs: ['8.8.8.8'], sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } } } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1, selector, strategy: { rollingUpdate: { maxSurge: '25%' } }, template: { metadata: { labels: { a: 'b' } }, spec } } },
]; // prettier-ignore
const template = { metadata: { labels: { a: 'b' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } };
const port = { name: 'a', port: 80, protocol: 'TCP', appProtocol: 'a/b' };
const more: readonly Manifest[] = [
  { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { manualSelector: true, selector, completions: 2, completionMode: 'Indexed', backoffLimitPerIndex: 1, podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] }, template } },
  { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { schedule: '* * * * *', timeZone: 'Etc/UTC', jobTemplate: { spec: { template } } } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { tls: [{ hosts: ['a.b'] }], rules: [{ host: 'a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] } }] } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: { podSelector: selector, policyTypes: ['Ingress'], ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 80, endPort: 90 }] }] } },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { minAvailable: '50%', selector } },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }], behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 1 }] } } } },
  { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi: { driver: 'd.e', volumeHandle: 'a', nodePublishSecretRef: { name: 'a', namespace: 'b' } }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } } } },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, dataSource: { kind: 'PersistentVolumeClaim', name: 'a' } } },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }] } }], ports: [port] },
  { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: [{ addresses: [{ ip: '10.0.0.1', hostname: 'h' }], ports: [port] }] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: 's', namespace: 'n' }] },
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 's' }, provisioner: 'a.b/c', parameters: { a: 'b' }, allowedTopologies: [{ matchLabelExpressions: [{ key: 'a', values: ['b'] }] }] },
  { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '1' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['a'] }] } } },
  { apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits: [{ type: 'Container', max: { cpu: '2' }, default: { cpu: '1' } }] } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: { taints: [{ key: 'a', effect: 'NoSchedule' }], podCIDRs: ['10.0.0.0/24'] }, status: { capacity: { cpu: '1' } } },
]; // prettier-ignore

const texts = ['', ' ', 'x', 'A_b', 'a'.repeat(300), '日本', '🦄', 'a\u0000b', '\ud800', '__proto__', 'constructor', '../..', '/', 'a/b/c', '1', '-1', '1e3', '%s', '<b>&', '::1']; // prettier-ignore
const numbers = [-1, 0, 1, 65536, 2147483647, -2147483648, 9007199254740991];
const others: readonly unknown[] = [null, [], {}, [null], [[]], { '': '' }, { constructor: 'a' }, 1.5, true, 1e308, [''], { a: null }];

/** A generator that goes the same way every time. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state % below;
  };
}

function placesOf(value: unknown, found: { holder: Fields; key: string }[] = []): typeof found {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    found.push({ holder: value as Fields, key });
    placesOf(inner, found);
  }
  return found;
}

function mutated(manifest: Manifest, below: (n: number) => number): Manifest {
  const next = structuredClone(manifest);
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
  for (let left = 1 + below(3); left > 0; left--) {
    const { holder, key } = one(placesOf(next));
    if (key === 'apiVersion' || key === 'kind') continue;
    const value = holder[key];
    const chance = below(10);
    if (chance < 2) {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
    } else if (chance < 4) holder[key] = structuredClone(one(others));
    else if (typeof value === 'number') holder[key] = one(numbers);
    else if (Array.isArray(value)) holder[key] = [...(value as unknown[]), ...(value as unknown[])];
    else holder[key] = one(texts);
  }
  return next;
}

/** What is said of a manifest; a manifest that no object can be made of has one text. */
function said(manifest: Manifest): string[] {
  const gvk = gvkOf(manifest);
  try {
    const { object, strict } = decode(manifest, gvk);
    setDefaults(object, gvk);
    return [
      ...strict.map(({ message }) => message),
      ...validateCreate(gvk, object).map(fieldErrorText),
      ...validationWarnings(gvk, object),
    ];
  } catch (error) {
    if (error instanceof DecodeError) return [error.message];
    throw error;
  }
}

test.each([
  ['what is most written', good, 500],
  ['other kinds', more, 1000],
] as const)('mutations of %s are all answered in words', (_title, manifests, count) => {
  const below = sequence(7);
  const foreign = /undefined|\[object|NaN|Infinity|TypeError|=>/;
  let answers = 0;
  for (let i = 0; i < count; i++) {
    for (const text of said(mutated(manifests[i % manifests.length]!, below))) {
      expect(text).not.toMatch(foreign);
      answers++;
    }
  }
  expect(answers).toBeGreaterThan(count / 2);
});

test.each([...good, ...more].map((manifest) => [manifest.kind, manifest] as const))(
  'nothing is said of the %s itself',
  (_kind, manifest) => {
    expect(said(manifest).filter((text) => !/^tls: |(Endpoints|externalIPs) is deprecated/.test(text))).toEqual([]);
  },
);
