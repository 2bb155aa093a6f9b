import { describe, expect, test } from 'vitest';
import {
  decode,
  fieldErrorText,
  setDefaults,
  validateCreate,
  validateUpdate,
  validationWarnings,
  type KubeObject,
} from '../../../../src/kube/api';
import { gvkOf } from './objects';

const clusterKinds = ['ClusterRole', 'ClusterRoleBinding', 'PriorityClass', 'StorageClass', 'IngressClass', 'RuntimeClass'];

/** As the server has an object before it looks at it. */
function made(type: string, fields: object, metadata: object = {}): KubeObject {
  const [apiVersion = '', kind = ''] = type.split(' ');
  const namespace = clusterKinds.includes(kind) ? {} : { namespace: 'default' };
  const gvk = gvkOf({ apiVersion, kind });
  const { object } = decode({ apiVersion, kind, metadata: { name: 'x', ...namespace, ...metadata }, ...fields }, gvk);
  setDefaults(object, gvk);
  return object;
}
const errors = (object: KubeObject): string[] => validateCreate(gvkOf(object), object).map(fieldErrorText);
const warnings = (object: KubeObject, old?: KubeObject): string[] => validationWarnings(gvkOf(object), object, old);
const stored = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, uid: 'u', resourceVersion: '1' } });
const changes = (before: KubeObject, after: KubeObject): string[] => [
  ...new Set(validateUpdate(gvkOf(before), stored(after), stored(before)).map(fieldErrorText)),
];

const claim = (spec: object): object => ({
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const rule = (fields: object): object => ({ rules: [fields] });
const path = (fields: object): object => ({
  spec: {
    rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } }, ...fields }] } }],
  },
});
const at = 'spec.rules[0].http.paths[0]';
const rbac = 'rbac.authorization.k8s.io';
const scaled = (fields: object): object => ({ spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'a' }, ...fields } });

describe('objects are refused in the words of their kind', () => {
  test.each<[type: string, fields: object, wrong: string[]]>([
    ['v1 PersistentVolumeClaim', claim({}), []],
    ['v1 PersistentVolumeClaim', {}, ['spec.accessModes: Required value: at least 1 access mode is required', 'spec.resources[storage]: Required value']],
    ['v1 PersistentVolumeClaim', claim({ accessModes: ['RWO'] }), ['spec.accessModes: Unsupported value: "RWO": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"']],
    ['v1 PersistentVolumeClaim', claim({ resources: { requests: { storage: '0' } } }), ['spec.resources[storage]: Invalid value: "0": must be greater than zero']],
    ['v1 ResourceQuota', { spec: { hard: { pods: '4', 'requests.cpu': '1', 'count/secrets': '3', 'requests.nvidia.com/gpu': '1' } } }, []],
    ['v1 ResourceQuota', { spec: { hard: { cpus: '1', pods: '1500m' } } }, [
      'spec.hard[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified',
      'spec.hard[cpus]: Invalid value: "cpus": must be a standard resource for quota',
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
    ]],
    ['v1 ResourceQuota', { spec: { hard: { memory: '1Gi' }, scopes: ['BestEffort', 'NotBestEffort'] } }, [
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: unsupported scope applied to resource',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ]],
    ['v1 ResourceQuota', { spec: { hard: { pods: '1' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] } } }, [
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ]],
    ['v1 LimitRange', { spec: { limits: [{ type: 'Container', max: { cpu: '1' }, min: { cpu: '2' } }] } }, [
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
      'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
    ]],
    ['v1 LimitRange', { spec: { limits: [{ type: 'Pod', default: { cpu: '1' } }, { type: 'Pod' }, { type: 'Node' }] } }, [
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[1].type: Duplicate value: "Pod"',
      'spec.limits[2].type: Invalid value: "Node": must be a standard limit type or fully qualified',
    ]],
    ['v1 LimitRange', { spec: { limits: [{ type: 'PersistentVolumeClaim' }] } }, ['spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided']],
    [`${rbac}/v1 Role`, rule({ verbs: ['get'], apiGroups: [''], resources: ['pods'] }), []],
    [`${rbac}/v1 Role`, rule({}), [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ]],
    [`${rbac}/v1 Role`, rule({ verbs: ['get'], nonResourceURLs: ['/healthz'] }), ['rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs']],
    [`${rbac}/v1 ClusterRole`, rule({ verbs: ['get'], nonResourceURLs: ['/healthz'] }), []],
    [`${rbac}/v1 RoleBinding`, { roleRef: { kind: 'role', name: 'a' }, subjects: [{ kind: 'ServiceAccount', name: 'A_b' }, { kind: 'Robot', name: 'r' }] }, [
      'roleRef.kind: Unsupported value: "role": supported values: "Role", "ClusterRole"',
      expect.stringContaining('subjects[0].name: Invalid value: "A_b": a lowercase RFC 1123 subdomain') as string,
      expect.stringMatching(/^subjects\[1\]\.kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"$/) as string,
    ]],
    [`${rbac}/v1 ClusterRoleBinding`, { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'ServiceAccount', name: 'a' }] }, ['subjects[0].namespace: Required value']],
    ['networking.k8s.io/v1 NetworkPolicy', { spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] } }, []],
    ['networking.k8s.io/v1 NetworkPolicy', { spec: { podSelector: {}, ingress: [{ from: [{}], ports: [{ protocol: 'tcp', port: 'HTTP' }] }], policyTypes: ['In'] } }, [
      'spec.ingress[0].ports[0].protocol: Unsupported value: "tcp": supported values: "TCP", "UDP", "SCTP"',
      'spec.ingress[0].ports[0].port: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.ingress[0].ports[0].port: Invalid value: "HTTP": must contain at least one letter (a-z)',
      'spec.ingress[0].from[0]: Required value: must specify a peer',
      'spec.policyTypes[0]: Unsupported value: "In": supported values: "Ingress", "Egress"',
    ]],
    ['networking.k8s.io/v1 NetworkPolicy', { spec: { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '11.0.0.0/16'] } }] }] } }, [
      'spec.egress[0].to[0].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
    ]],
    ['networking.k8s.io/v1 Ingress', path({}), []],
    ['networking.k8s.io/v1 Ingress', {}, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
    ['networking.k8s.io/v1 Ingress', path({ pathType: undefined }), [`${at}.pathType: Required value: pathType must be specified`]],
    ['networking.k8s.io/v1 Ingress', path({ path: 'a//b', pathType: 'Exact' }), [`${at}.path: Invalid value: "a//b": must be an absolute path`, `${at}.path: Invalid value: "a//b": must not contain '//'`]],
    ['networking.k8s.io/v1 Ingress', path({ backend: { service: { name: 'a' } } }), [`${at}.backend: Required value: port name or number is required`]],
    ['networking.k8s.io/v1 Ingress', { spec: { rules: [{ host: '10.0.0.1' }] } }, ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address']],
    ['policy/v1 PodDisruptionBudget', { spec: { minAvailable: '50%', selector: {} } }, []],
    ['policy/v1 PodDisruptionBudget', { spec: { minAvailable: 1, maxUnavailable: '150%' } }, [
      'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"150%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
      'spec.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
    ]],
    ['autoscaling/v2 HorizontalPodAutoscaler', scaled({ metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] }), []],
    ['autoscaling/v2 HorizontalPodAutoscaler', scaled({ minReplicas: 5, metrics: [{ type: 'Pods' }] }), [
      'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
      'spec.metrics[0].pods: Required value: must populate information for the given metric source',
    ]],
    ['scheduling.k8s.io/v1 PriorityClass', { value: 2_000_000_000 }, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
    ['storage.k8s.io/v1 StorageClass', {}, ['provisioner: Required value']],
  ])('%s %j', (type, fields, wrong) => {
    expect(errors(made(type, fields))).toEqual(wrong);
  }); // prettier-ignore
});

test('what may not change', () => {
  const binding = (name: string): KubeObject => made(`${rbac}/v1 RoleBinding`, { roleRef: { kind: 'Role', name } });
  expect(changes(binding('a'), binding('b'))).toEqual([
    'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef',
  ]);
  const priority = (value: number): KubeObject => made('scheduling.k8s.io/v1 PriorityClass', { value });
  expect(changes(priority(1), priority(2))).toEqual(['value: Forbidden: may not be changed in an update.']);
  const asked = (spec: object): KubeObject => made('v1 PersistentVolumeClaim', claim(spec));
  expect(changes(asked({}), asked({}))).toEqual([]);
  expect(changes(asked({}), asked({ accessModes: ['ReadOnlyMany'] }))[0]).toMatch(
    /^spec: Forbidden: spec is immutable after creation except/,
  );
});

describe('what is odd is said in warnings', () => {
  const env = [{ name: 'A', value: '1' }, { name: 'A', value: '2' }]; // prettier-ignore
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x', env }] } };
  const hidden = 'hides previous definition of "A", which may be dropped when using apply';
  test.each<[type: string, fields: object, metadata: object, said: string[]]>([
    ['apps/v1 Deployment', { spec: { selector: { matchLabels: { a: 'b' } }, template } }, {}, [`spec.template.spec.containers[0].env[1]: ${hidden}`]],
    ['apps/v1 Deployment', {}, { name: 'a.b' }, ['metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]']],
    ['batch/v1 CronJob', { spec: { jobTemplate: { spec: { template } } } }, {}, [`spec.jobTemplate.spec.template.spec.containers[0].env[1]: ${hidden}`]],
    ['apps/v1 StatefulSet', { spec: { revisionHistoryLimit: -1 } }, {}, ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']],
    ['v1 Service', { spec: { clusterIP: 'None', externalIPs: ['10.0.0.1'], ports: [{ port: 80 }] } }, {}, ['spec.externalIPs is ignored for headless services']],
    ['v1 Service', { spec: { externalIPs: ['10.0.0.1'], externalName: 'a.b', trafficDistribution: 'PreferClose', ports: [{ port: 80 }] } }, {}, ['spec.externalIPs is deprecated and may no longer be implemented in some clusters', 'spec.externalName is ignored when spec.type is not "ExternalName"', 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']],
    ['v1 Service', { spec: { type: 'ExternalName', externalName: 'a.b', externalIPs: ['10.0.0.1'] } }, {}, ['spec.externalIPs is ignored when spec.type is "ExternalName"']],
    ['v1 ServiceAccount', {}, { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } }, ['metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets']],
    ['v1 Pod', { spec: { containers: [], nodeSelector: { 'node-role.kubernetes.io/master': '' } } }, {}, ['spec.nodeSelector[node-role.kubernetes.io/master]: use "node-role.kubernetes.io/control-plane" instead']],
    ['node.k8s.io/v1 RuntimeClass', { handler: 'x', scheduling: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } } }, {}, ['scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead']],
    ['v1 PersistentVolumeClaim', claim({ resources: { requests: { storage: '100m' } } }), {}, ['spec.resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer']],
    ['networking.k8s.io/v1 Ingress', path({}), { annotations: { 'kubernetes.io/ingress.class': 'nginx' } }, [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`]],
  ])('%s %j', (type, fields, metadata, said) => {
    expect(warnings(made(type, fields, metadata))).toEqual(said);
  }); // prettier-ignore

  test('a template that stays is not told of again', () => {
    const object = made('apps/v1 Deployment', { spec: { selector: {}, template } }, { generation: 1 });
    expect(warnings(object, object)).toEqual([]);
    expect(warnings({ ...object, metadata: { ...object.metadata, generation: 2 } }, object)).toHaveLength(1);
  });
});
