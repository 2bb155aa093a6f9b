import { expect, test } from 'vitest';
import { changed, changeErrors, errorsOf, mutations, warningsOf } from './objects';

const subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"; // prettier-ignore

const terms = [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n'] }] }];
const volume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv' },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'slow',
    local: { path: '/mnt/a' },
    nodeAffinity: { required: { nodeSelectorTerms: terms } },
  },
};
/** The volume with another source. */
const of = (name: string, source: object): Record<string, unknown> => ({
  'spec.local': undefined,
  'spec.nodeAffinity': undefined,
  [`spec.${name}`]: source,
});
const another = 'may not specify more than 1 volume type';

mutations('a volume', volume, [
  [{ 'spec.accessModes': undefined }, 'spec.accessModes: Required value'],
  [{ 'spec.accessModes': ['ReadWrite'] }, 'spec.accessModes: Unsupported value: "ReadWrite": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'],
  [{ 'spec.accessModes': ['ReadWriteOncePod', 'ReadOnlyMany'] }, 'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
  [{ 'spec.capacity': undefined }, 'spec.capacity: Required value', 'spec.capacity: Unsupported value: null: supported values: "storage"'],
  [{ 'spec.capacity.cpu': '1' }, 'spec.capacity: Unsupported value: {"cpu":"1","storage":"1Gi"}: supported values: "storage"'],
  [{ 'spec.capacity.storage': '-1' }, 'spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity', 'spec.capacity[storage]: Invalid value: "-1": must be greater than zero'],
  [{ 'spec.capacity.storage': '0' }, 'spec.capacity[storage]: Invalid value: "0": must be greater than zero'],
  [{ 'spec.persistentVolumeReclaimPolicy': 'Keep' }, 'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", "Retain"'],
  [{ 'spec.nodeAffinity': undefined }, 'spec.nodeAffinity: Required value: Local volume requires node affinity'],
  [{ 'spec.nodeAffinity': {} }, 'spec.nodeAffinity.required: Required value: must specify required node constraints'],
  [{ 'spec.nodeAffinity.required.nodeSelectorTerms': [] }, 'spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term'],
  [{ 'spec.local': undefined }, 'spec: Required value: must specify a volume type'],
  [{ 'spec.local.path': '' }, 'spec.local.path: Required value'],
  [{ 'spec.local.path': '/a/../b' }, "spec.local.path: Invalid value: \"/a/../b\": must not contain '..'"],
  [{ 'spec.hostPath': { path: '/a' } }, `spec.local: Forbidden: ${another}`],
  [{ 'spec.cephfs': { monitors: ['a'] }, 'spec.nfs': { server: 'a', path: '/a' } }, `spec.cephFS: Forbidden: ${another}`, `spec.local: Forbidden: ${another}`],
  [{ 'spec.storageClassName': 'Slow' }, `spec.storageClassName: Invalid value: "Slow": ${subdomain}`],
  [{ 'spec.volumeMode': 'Raw' }, 'spec.volumeMode: Unsupported value: "Raw": supported values: "Block", "Filesystem"'],
  [{ 'spec.volumeAttributesClassName': '' }, 'spec.volumeAttributesClassName: Required value: an empty string is disallowed', 'spec.csi: Required value: has to be specified when using volumeAttributesClassName'],
  [of('hostPath', { path: '/' })],
  [{ ...of('hostPath', { path: '//' }), 'spec.persistentVolumeReclaimPolicy': 'Recycle' }, "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
  [of('csi', { driver: 'd.e', volumeHandle: 'a' })],
  [of('csi', { driver: 'd.e' }), 'spec.csi.volumeHandle: Required value'],
  [of('csi', { driver: 'd.e', volumeHandle: 'a', nodePublishSecretRef: {} }), 'spec.csi.nodePublishSecretRef.name: Required value', 'spec.csi.nodePublishSecretRef.namespace: Required value'],
  [of('csi', { driver: 'd.e', volumeHandle: 'a', controllerExpandSecretRef: { name: 'A', namespace: 'a.b' } }), `spec.csi.controllerExpandSecretRef.name: Invalid value: "A": ${subdomain}`, `spec.csi.controllerExpandSecretRef.namespace: Invalid value: "a.b": must not contain dots`],
  [of('glusterfs', { endpoints: 'a', path: 'b', endpointsNamespace: '' }), 'spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name'],
  [of('azureFile', { secretName: 'a', secretNamespace: '' }), 'spec.azureFile.shareName: Required value', 'spec.azureFile.secretNamespace: Required value'],
  [of('cinder', { volumeID: 'a', secretRef: { name: 'a' } }), 'spec.cinder.secretRef.namespace: Required value'],
  [of('gcePersistentDisk', {}), 'spec.persistentDisk.pdName: Required value'],
  [of('iscsi', { targetPortal: 'a', iqn: 'b', lun: 300 }), 'spec.iscsi.iqn: Invalid value: "b": must be valid format', 'spec.iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive'],
  [of('iscsi', { targetPortal: 'a'.repeat(62), iqn: 'iqn.2001-04.com.example:a', lun: 0, initiatorName: 'iqn.2001-04.com.example:a' }), `spec.iscsi.targetportal: Invalid value: "${'a'.repeat(62)}": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.`],
]); // prettier-ignore

test('what a volume is made of stays', () => {
  const csi = changed(volume, of('csi', { driver: 'd.e', volumeHandle: 'a' }));
  expect(changeErrors(csi, changed(csi, { 'spec.csi.controllerExpandSecretRef': { name: 'a', namespace: 'b' } }))).toEqual([]);
  expect(changeErrors(csi, changed(csi, { 'spec.csi.volumeHandle': 'b' }))).toEqual([
    'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n',
  ]);
  expect(changeErrors(volume, changed(volume, { 'spec.volumeMode': 'Block' }))).toEqual([
    'volumeMode: Invalid value: "Block": field is immutable',
  ]);
  expect(changeErrors(volume, changed(volume, { 'spec.nodeAffinity.required.nodeSelectorTerms.0.matchExpressions.0.key': 'a' }))).toEqual([
    'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"a","Operator":"In","Values":["n"]}],"MatchFields":null}]}}: field is immutable',
  ]);
  expect(changeErrors(volume, changed(volume, { 'spec.capacity.storage': '2Gi', 'spec.persistentVolumeReclaimPolicy': 'Delete' }))).toEqual(
    [],
  );
});

mutations(
  'what is old in a volume',
  volume,
  [
    [{ 'spec.persistentVolumeReclaimPolicy': 'Recycle' }, 'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.'],
    [{ 'metadata.annotations': { 'volume.beta.kubernetes.io/storage-class': 'a', 'volume.beta.kubernetes.io/mount-options': 'b' } }, 'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead', 'metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead'],
    [{ 'spec.nodeAffinity.required.nodeSelectorTerms.0.matchExpressions.0.key': 'beta.kubernetes.io/os' }, 'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead'],
    [of('cephfs', { monitors: ['a'] }), 'spec.cephfs: deprecated in v1.28, non-functional in v1.31+'],
    [of('storageos', { volumeName: 'a' }), 'spec.storageOS: deprecated in v1.22, non-functional in v1.25+'],
  ],
  warningsOf,
); // prettier-ignore

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};
const source = { kind: 'PersistentVolumeClaim', name: 'a' };
test.each([
  [source, source, []],
  [source, { ...source, name: 'b' }, ['spec: Invalid value: "spec.dataSource": must match dataSourceRef']],
  [source, { ...source, namespace: 'b' }, ['spec: Invalid value: "spec.dataSource": may not be specified when dataSourceRef.namespace is specified']],
  [{ name: 'a' }, undefined, ['spec.dataSource.kind: Required value', "spec.dataSource: Invalid value: \"\": must be 'PersistentVolumeClaim' when referencing the default apiGroup"]],
  [undefined, { kind: 'A', name: 'a', apiGroup: 'A' }, [`spec.dataSourceRef.apiGroup: Invalid value: "A": ${subdomain}`]],
])('a claim from %j and %j', (dataSource, dataSourceRef, errors) => {
  expect(errorsOf(changed(claim, { 'spec.dataSource': dataSource, 'spec.dataSourceRef': dataSourceRef }))).toEqual(errors);
}); // prettier-ignore

const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'fast' },
  provisioner: 'example.com/disk',
  parameters: { type: 'ssd' },
  allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a'] }] }],
};
mutations('a storage class', storageClass, [
  [{ 'allowedTopologies.0.matchLabelExpressions.0.values': [] }, 'allowedTopologies[0].matchLabelExpressions[0].values: Required value'],
  [{ 'allowedTopologies.0.matchLabelExpressions.0.values': ['a', 'a'] }, 'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"'],
  [{ 'allowedTopologies.0.matchLabelExpressions.1': { key: 'zone', values: ['b'] } }, 'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "zone"'],
  [{ 'allowedTopologies.1': storageClass.allowedTopologies[0] }, 'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'],
  [{ 'parameters.~': 'x' }],
  [{ 'parameters.type': 'x'.repeat(256 * 1024) }, 'parameters: Too long: may not be more than 262144 bytes'],
]); // prettier-ignore
