import { describe, expect, test } from 'vitest';
import { decode, setDefaults, type GroupVersionKind, type KubeObject } from '../../../src/kube/api';

const gvk = (groupVersion: string, kind: string): GroupVersionKind => {
  const parts = groupVersion.split('/');
  return { group: parts.length === 2 ? parts[0]! : '', version: parts.at(-1)!, kind };
};
function filled(groupVersion: string, kind: string, value: object): KubeObject {
  const { object } = decode(value, gvk(groupVersion, kind));
  setDefaults(object, gvk(groupVersion, kind));
  return object;
}
type Fields = Record<string, unknown>;
const spec = (object: KubeObject): Fields => object['spec'] as Fields;
const container = (fields: object): Fields =>
  (spec(filled('v1', 'Pod', { spec: { containers: [{ name: 'a', ...fields }] } }))['containers'] as Fields[])[0]!;

test('a Pod gets what the server fills in', () => {
  expect(filled('v1', 'Pod', { metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'nginx' }] } })).toEqual({
    metadata: { name: 'a' },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'nginx',
          imagePullPolicy: 'Always',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    },
    status: {},
  });
});

test('what a Pod says stays', () => {
  const own = { restartPolicy: 'Never', dnsPolicy: 'Default', terminationGracePeriodSeconds: 0, enableServiceLinks: false };
  expect(spec(filled('v1', 'Pod', { spec: { containers: [], ...own } }))).toMatchObject(own);
});

test.each([
  ['nginx', 'Always'], ['nginx:latest', 'Always'], ['nginx:1.25', 'IfNotPresent'], ['localhost:5000/nginx', 'Always'],
  ['localhost:5000/nginx:1', 'IfNotPresent'], [`nginx@sha256:${'0'.repeat(64)}`, 'IfNotPresent'], [`nginx:latest@sha256:${'0'.repeat(64)}`, 'Always'], ['', 'IfNotPresent'], ['http://x/y', 'IfNotPresent'], ['Nginx', 'IfNotPresent'], ['Example.com/a', 'Always'], ['nginx:latest ', 'IfNotPresent'],
])('the pull policy of image %j is %s', (image, policy) => {
  expect(container({ image })['imagePullPolicy']).toBe(policy);
}); // prettier-ignore

test('a request that is not given is the limit', () => {
  expect(container({ resources: { limits: { cpu: '0.5', memory: '1Gi' }, requests: { memory: '64Mi' } } })['resources']).toEqual({
    limits: { cpu: '500m', memory: '1Gi' },
    requests: { cpu: '500m', memory: '64Mi' },
  });
});

test('probes, ports and references have their defaults', () => {
  const value = container({
    ports: [{ containerPort: 80 }],
    livenessProbe: { httpGet: { port: 80 }, periodSeconds: 0 },
    readinessProbe: { grpc: { port: 1 } },
    env: [
      { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    ],
  });
  const times = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  expect(value).toMatchObject({
    ports: [{ containerPort: 80, protocol: 'TCP' }],
    livenessProbe: { httpGet: { path: '/', port: 80, scheme: 'HTTP' }, ...times },
    readinessProbe: { grpc: { port: 1, service: '' }, ...times },
    env: [
      { valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
      { valueFrom: { resourceFieldRef: { divisor: '0', resource: 'limits.cpu' } } },
    ],
  });
});

test('volumes have their modes; one without a source is an emptyDir', () => {
  const volumes = [
    { name: 'a' },
    { name: 'b', secret: { secretName: 's' } },
    { name: 'c', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
    { name: 'd', hostPath: { path: '/' } },
    { name: 'e', secret: { secretName: 's', defaultMode: 0 } },
  ];
  expect(spec(filled('v1', 'Pod', { spec: { containers: [], volumes } }))['volumes']).toEqual([
    { name: 'a', emptyDir: {} },
    { name: 'b', secret: { secretName: 's', defaultMode: 420 } },
    { name: 'c', projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] } },
    { name: 'd', hostPath: { path: '/', type: '' } },
    { name: 'e', secret: { secretName: 's', defaultMode: 0 } },
  ]);
});

test('a Pod on the host’s network has the host’s ports', () => {
  const value = {
    spec: { hostNetwork: true, containers: [{ name: 'a', ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 82 }] }] },
  };
  const [first] = spec(filled('v1', 'Pod', value))['containers'] as Fields[];
  expect(first!['ports']).toEqual([
    { containerPort: 80, hostPort: 80, protocol: 'TCP' },
    { containerPort: 81, hostPort: 82, protocol: 'TCP' },
  ]);
});

test('a Secret’s stringData goes into data, over what is there', () => {
  expect(filled('v1', 'Secret', { data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'é', c: '' } })).toEqual({
    metadata: {},
    data: { a: 'YQ==', b: 'w6k=', c: '' },
    type: 'Opaque',
  });
  expect(filled('v1', 'Secret', { type: 'x', stringData: {} })).toEqual({ metadata: {}, type: 'x' });
});

describe('other kinds', () => {
  test.each([
    ['v1', 'Namespace', { metadata: { name: 'a' } }, { metadata: { name: 'a', labels: { 'kubernetes.io/metadata.name': 'a' } }, status: { phase: 'Active' } }],
    ['v1', 'Service', { spec: { ports: [{ port: 80 }, { port: 81, targetPort: 'web' }] } },
      { spec: { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }, { port: 81, protocol: 'TCP', targetPort: 'web' }] } }],
    ['v1', 'Service', { spec: { type: 'LoadBalancer', sessionAffinity: 'ClientIP' } },
      { spec: { externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } } }],
    ['v1', 'PersistentVolumeClaim', { spec: {} }, { spec: { volumeMode: 'Filesystem', resources: {} }, status: { phase: 'Pending' } }],
    ['apps/v1', 'Deployment', { spec: {} },
      { spec: { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }, template: { metadata: {}, spec: { restartPolicy: 'Always' } } } }],
    ['apps/v1', 'Deployment', { spec: { replicas: 0, strategy: { type: 'Recreate' } } }, { spec: { replicas: 0, strategy: { type: 'Recreate' } } }],
    ['apps/v1', 'ReplicaSet', { spec: {} }, { spec: { replicas: 1 } }],
    ['apps/v1', 'StatefulSet', { spec: {} },
      { spec: { podManagementPolicy: 'OrderedReady', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } } }],
    ['apps/v1', 'DaemonSet', { spec: {} }, { spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } }],
    ['batch/v1', 'Job', { spec: { template: { metadata: { labels: { a: 'b' } } } } },
      { metadata: { labels: { a: 'b' } }, spec: { completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, podReplacementPolicy: 'TerminatingOrFailed' } }],
    ['batch/v1', 'CronJob', { spec: {} }, { spec: { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 } }],
    ['networking.k8s.io/v1', 'NetworkPolicy', { spec: { egress: [{}] } }, { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'a' }, subjects: [{ kind: 'User', name: 'u' }, { kind: 'ServiceAccount', name: 's' }] },
      { roleRef: { apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'ServiceAccount', name: 's' }] }],
    ['storage.k8s.io/v1', 'StorageClass', { provisioner: 'a' }, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }],
  ] as const)('%s %s %j', (groupVersion, kind, value, expected) => expect(filled(groupVersion, kind, value)).toMatchObject(expected)); // prettier-ignore
});

test('defaults of one object are not those of another', () => {
  const [one, two] = [filled('apps/v1', 'Deployment', { spec: {} }), filled('apps/v1', 'Deployment', { spec: {} })];
  (spec(one)['template'] as { spec: { securityContext: { runAsUser?: number } } }).spec.securityContext.runAsUser = 1;
  expect((spec(two)['template'] as { spec: object }).spec).toMatchObject({ securityContext: {} });
});

test('filling in twice changes nothing', () => {
  const once = filled('v1', 'Pod', {
    spec: { containers: [{ name: 'a', image: 'b', resources: { limits: { cpu: '0.0001' } } }], volumes: [{ name: 'v' }] },
  });
  const twice = structuredClone(once);
  setDefaults(twice, gvk('v1', 'Pod'));
  expect(twice).toEqual(once);
});

describe("a pod's own resources", () => {
  const own = (resources: object, ...containers: object[]): unknown =>
    spec(filled('v1', 'Pod', { spec: { resources, containers: containers.map((each, i) => ({ name: `c${i}`, resources: each })) } }))[
      'resources'
    ];
  test.each<[why: string, resources: object, containers: object[], filled: object]>([
    ['requests are the limits', { limits: { cpu: '2', memory: '1Gi' } }, [{}], { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '2', memory: '1Gi' } }],
    ['requests are those of the containers together', { limits: { cpu: '5' } }, [{ limits: { cpu: '1' } }, { requests: { cpu: '500m', memory: '1Gi' } }], { limits: { cpu: '5' }, requests: { cpu: '1500m', memory: '1Gi' } }],
    ['what is asked for stays', { limits: { cpu: '5' }, requests: { cpu: '4' } }, [{ requests: { cpu: '1' } }], { limits: { cpu: '5' }, requests: { cpu: '4' } }],
    ['without limits nothing is added', { requests: { cpu: '1' } }, [{ limits: { cpu: '1' } }], { requests: { cpu: '1' } }],
    ['huge pages are limited as the containers are', { requests: { cpu: '1' } }, [{ limits: { 'hugepages-2Mi': '4Mi', memory: '1Gi' } }], { requests: { cpu: '1', memory: '1Gi', 'hugepages-2Mi': '4Mi' }, limits: { 'hugepages-2Mi': '4Mi' } }],
  ])('%s', (_why, resources, containers, all) => {
    expect(own(resources, ...containers)).toEqual(all);
  }); // prettier-ignore
});
