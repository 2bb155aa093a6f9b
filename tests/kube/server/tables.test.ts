import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/api';
import { resources } from '../../../src/kube/server/resources';
import { tableOf } from '../../../src/kube/server/tables';

const nowMs = Date.parse('2026-11-23T06:10:00Z');
const creationTimestamp = '2026-11-23T06:05:00Z';

/** What `kubectl get` shows of an object: its wide columns in parentheses. */
function shown(plural: string, fields: object, metadata: object = {}): Record<string, unknown> {
  const resource = resources.find((candidate) => candidate.plural === plural)!;
  const object = { ...fields, metadata: { name: 'x', namespace: 'default', creationTimestamp, ...metadata } } as KubeObject;
  const { columnDefinitions, rows } = tableOf(resource, [object], nowMs, 'None');
  return Object.fromEntries(columnDefinitions.map(({ name, priority }, i) => [priority ? `(${name})` : name, rows[0]!.cells[i]]));
}

const age = { Name: 'x', Age: '5m' };
const cases: readonly (readonly [string, object, object])[] = [
  ['limitranges', {}, { Name: 'x', 'Created At': creationTimestamp }],
  ['customresourcedefinitions', {}, { Name: 'x', 'Created At': creationTimestamp }],
  ['deviceclasses', {}, age],
  [
    'resourcequotas',
    {
      status: {
        hard: { pods: '3', 'limits.cpu': '2', 'requests.cpu': '1' },
        used: { pods: '1', 'limits.cpu': '500m', 'requests.cpu': '0' },
      },
    },
    { ...age, Request: 'pods: 1/3, requests.cpu: 0/1', Limit: 'limits.cpu: 500m/2' },
  ],
  [
    'persistentvolumeclaims',
    {
      spec: { volumeName: 'v', storageClassName: 's', volumeMode: 'Filesystem' },
      status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteMany', 'ReadWriteOnce'] },
    },
    {
      ...age,
      Status: 'Bound',
      Volume: 'v',
      Capacity: '1Gi',
      'Access Modes': 'RWO,RWX',
      StorageClass: 's',
      VolumeAttributesClass: '<unset>',
      '(VolumeMode)': 'Filesystem',
    },
  ],
  [
    'persistentvolumeclaims',
    { spec: {}, status: { phase: 'Pending' } },
    {
      ...age,
      Status: 'Pending',
      Volume: '',
      Capacity: '',
      'Access Modes': '',
      StorageClass: '',
      VolumeAttributesClass: '<unset>',
      '(VolumeMode)': '<unset>',
    },
  ],
  [
    'persistentvolumes',
    {
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteOncePod'],
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace: 'n', name: 'c' },
      },
      status: { phase: 'Bound' },
    },
    {
      ...age,
      Capacity: '5Gi',
      'Access Modes': 'RWOP',
      'Reclaim Policy': 'Retain',
      Status: 'Bound',
      Claim: 'n/c',
      StorageClass: '',
      VolumeAttributesClass: '<unset>',
      Reason: '',
      '(VolumeMode)': '<unset>',
    },
  ],
  [
    'storageclasses',
    { provisioner: 'p' },
    { ...age, Provisioner: 'p', ReclaimPolicy: 'Delete', VolumeBindingMode: 'Immediate', AllowVolumeExpansion: false },
  ],
  [
    'ingresses',
    {
      spec: { rules: [{ host: 'a' }, { host: 'b' }, { host: 'c' }, { host: 'd' }], tls: [{}] },
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    },
    { ...age, Class: '<none>', Hosts: 'a,b,c + 1 more...', Address: '1.2.3.4', Ports: '80, 443' },
  ],
  ['ingresses', { spec: { ingressClassName: 'nginx' } }, { ...age, Class: 'nginx', Hosts: '*', Address: '', Ports: '80' }],
  [
    'ingressclasses',
    { spec: { controller: 'a/b', parameters: { apiGroup: 'g', kind: 'K', name: 'n' } } },
    { ...age, Controller: 'a/b', Parameters: 'K.g/n' },
  ],
  ['networkpolicies', { spec: { podSelector: { matchLabels: { a: 'b' } } } }, { ...age, 'Pod-Selector': 'a=b' }],
  [
    'poddisruptionbudgets',
    { spec: { minAvailable: '50%' }, status: { disruptionsAllowed: 2 } },
    { ...age, 'Min Available': '50%', 'Max Unavailable': 'N/A', 'Allowed Disruptions': 2 },
  ],
  ['runtimeclasses', { handler: 'runc' }, { ...age, Handler: 'runc' }],
  ['validatingwebhookconfigurations', { webhooks: [{}, {}] }, { ...age, Webhooks: 2 }],
  [
    'certificatesigningrequests',
    {
      spec: { signerName: 's', username: 'jane', expirationSeconds: 86400 },
      status: { conditions: [{ type: 'Approved' }], certificate: 'x' },
    },
    { ...age, SignerName: 's', Requestor: 'jane', RequestedDuration: '24h', Condition: 'Approved,Issued' },
  ],
  [
    'csidrivers',
    { spec: { podInfoOnMount: true, volumeLifecycleModes: ['Persistent'] } },
    {
      ...age,
      AttachRequired: true,
      PodInfoOnMount: true,
      StorageCapacity: false,
      TokenRequests: '<unset>',
      RequiresRepublish: false,
      Modes: 'Persistent',
    },
  ],
  ['resourceclaims', { status: { allocation: {}, reservedFor: [{}] } }, { ...age, State: 'allocated,reserved' }],
  ['servicecidrs', { spec: { cidrs: ['10.96.0.0/12', 'fd00::/108'] } }, { ...age, CIDRs: '10.96.0.0/12,fd00::/108' }],
  [
    'apiservices',
    { spec: {}, status: { conditions: [{ type: 'Available', status: 'True' }] } },
    { ...age, Service: 'Local', Available: 'True' },
  ],
];

test.each(cases)('%s', (plural, fields, expected) => {
  expect(shown(plural, fields)).toEqual(expected);
});

test('the default storage class says that it is', () => {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  expect(shown('storageclasses', {}, { annotations })['Name']).toBe('x (default)');
});

test('what is being deleted is Terminating', () => {
  expect(shown('persistentvolumeclaims', {}, { deletionTimestamp: creationTimestamp })['Status']).toBe('Terminating');
});

test('every kind that is listed has a printer and as many cells as columns', () => {
  const unprinted = new Set<string>();
  for (const resource of resources.filter(({ verbs }) => verbs.includes('list'))) {
    const object: KubeObject = { metadata: { name: 'x', creationTimestamp } };
    const { columnDefinitions, rows } = tableOf(resource, [object], nowMs, 'None');
    expect([resource.plural, rows[0]!.cells.length]).toEqual([resource.plural, columnDefinitions.length]);
    expect(
      rows[0]!.cells.every((cell) => cell !== undefined),
      resource.plural,
    ).toBe(true);
    if (columnDefinitions.map(({ name }) => name).join() === 'Name,Age') unprinted.add(resource.plural);
  }
  expect([...unprinted].sort()).toEqual(['deviceclasses', 'resourceclaimtemplates', 'serviceaccounts']);
});
