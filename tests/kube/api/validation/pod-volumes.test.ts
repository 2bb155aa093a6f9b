import { describe, expect, it } from 'vitest';
import { errorsOf, podOf, table, warningsOf, withContainer, withVolume, type Fields } from './pods';

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** [the volume, its errors, with `v` for `spec.volumes[0]`]. */
const sources: readonly (readonly [Fields, ...string[]])[] = [
  // Defaulted to an emptyDir.
  [{}],
  [{ emptyDir: {} }],
  [{ emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
  [{ emptyDir: { sizeLimit: '-1' } }, 'v.emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity'],
  [{ emptyDir: {}, hostPath: { path: '/x' } }, 'v.hostPath: Forbidden: may not specify more than 1 volume type'],
  [{ hostPath: { path: '/var/log' } }],
  [{ hostPath: {} }, 'v.hostPath.path: Required value'],
  [{ hostPath: { path: '/a/../b' } }, `v.hostPath.path: Invalid value: "/a/../b": must not contain '..'`],
  [
    { hostPath: { path: '/a', type: 'Dir' } },
    'v.hostPath.type: Unsupported value: "Dir": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
  ],
  [{ secret: { secretName: 's' } }],
  [{ secret: {} }, 'v.secret.secretName: Required value'],
  [{ secret: { secretName: 's', items: [{}] } }, 'v.secret.items[0].key: Required value', 'v.secret.items[0].path: Required value'],
  [
    { secret: { secretName: 's', items: [{ key: 'k', path: '/k' }] } },
    'v.secret.items[0].path: Invalid value: "/k": must be a relative path',
  ],
  [
    { secret: { secretName: 's', items: [{ key: 'k', path: 'a/../k' }] } },
    `v.secret.items[0].path: Invalid value: "a/../k": must not contain '..'`,
  ],
  [
    { secret: { secretName: 's', items: [{ key: 'k', path: '..k' }] } },
    `v.secret.items[0].path: Invalid value: "..k": must not start with '..'`,
  ],
  [
    { secret: { secretName: 's', defaultMode: 512 } },
    'v.secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
  ],
  [
    { secret: { secretName: 's', items: [{ key: 'k', path: 'k', mode: -1 }] } },
    'v.secret.items[0].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
  ],
  [{ configMap: {} }, 'v.configMap.name: Required value'],
  [
    { configMap: { name: 'c', defaultMode: 644 } },
    'v.configMap.defaultMode: Invalid value: 644: must be a number between 0 and 0777 (octal), both inclusive',
  ],
  [
    { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'status.podIP' } }] } },
    'v.downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
  ],
  [{ downwardAPI: { items: [{ path: 'a' }] } }, 'v.downwardAPI: Required value: one of fieldRef and resourceFieldRef is required'],
  [
    { downwardAPI: { items: [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }] } },
    'v.downwardAPI.resourceFieldRef.containerName: Required value',
  ],
  [{ projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'c' } }] } }],
  [{ projected: { sources: [{ secret: {} }] } }, 'v.projected.sources[0].secret.name: Required value'],
  [
    { projected: { sources: [{ secret: { name: 's' }, configMap: { name: 'c' } }] } },
    'v.projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
  ],
  [
    {
      projected: {
        sources: [
          { secret: { name: 's', items: [{ key: 'a', path: 'x' }] } },
          { configMap: { name: 'c', items: [{ key: 'b', path: 'x' }] } },
        ],
      },
    },
    'v.projected: Invalid value: "c": conflicting duplicate paths',
  ],
  [
    { projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 599 } }] } },
    'v.projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
  ],
  [{ projected: { sources: [{ serviceAccountToken: {} }] } }, 'v.projected.path: Required value'],
  [{ persistentVolumeClaim: { claimName: 'c' } }],
  [{ persistentVolumeClaim: {} }, 'v.persistentVolumeClaim.claimName: Required value'],
  [{ nfs: { server: 's', path: '/x' } }],
  [{ nfs: {} }, 'v.nfs.server: Required value', 'v.nfs.path: Required value', 'v.nfs.path: Invalid value: "": must be an absolute path'],
  [{ nfs: { server: 's', path: 'x' } }, 'v.nfs.path: Invalid value: "x": must be an absolute path'],
  [{ gitRepo: {} }, 'v.gitRepo.repository: Required value'],
  [{ gitRepo: { repository: 'r', directory: '/x' } }, 'v.gitRepo.directory: Invalid value: "/x": must be a relative path'],
  [{ gcePersistentDisk: {} }, 'v.persistentDisk.pdName: Required value'],
  [
    { gcePersistentDisk: { pdName: 'd', partition: 256 } },
    'v.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
  ],
  [{ awsElasticBlockStore: {} }, 'v.awsElasticBlockStore.volumeID: Required value'],
  [{ iscsi: { targetPortal: 'p', iqn: 'iqn.2001-04.com.example:disk', lun: 0 } }],
  [
    { iscsi: { lun: 256 } },
    'v.iscsi.targetPortal: Required value',
    'v.iscsi.iqn: Required value',
    'v.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
  ],
  [{ iscsi: { targetPortal: 'p', iqn: 'web' } }, 'v.iscsi.iqn: Invalid value: "web": must be valid format starting with iqn, eui, or naa'],
  [{ glusterfs: {} }, 'v.glusterfs.endpoints: Required value', 'v.glusterfs.path: Required value'],
  [{ flocker: {} }, 'v.flocker: Required value: one of datasetName and datasetUUID is required'],
  [{ rbd: {} }, 'v.rbd.monitors: Required value', 'v.rbd.image: Required value'],
  [
    { quobyte: {} },
    'v.quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas',
    'v.quobyte.volume: Required value',
  ],
  [{ cinder: {} }, 'v.cinder.volumeID: Required value'],
  [{ cephfs: {} }, 'v.cephfs.monitors: Required value'],
  [{ fc: {} }, 'v.fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both'],
  [{ fc: { targetWWNs: ['a'] } }, 'v.fc.lun: Required value: lun is required if targetWWNs is specified'],
  [{ flexVolume: {} }, 'v.flexVolume.driver: Required value'],
  [{ azureFile: {} }, 'v.azureFile.secretName: Required value', 'v.azureFile.shareName: Required value'],
  [
    { azureDisk: {} },
    'v.azureDisk.diskName: Required value',
    'v.azureDisk.diskURI: Required value',
    'v.azureDisk.diskURI: Unsupported value: "": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
  ],
  [{ vsphereVolume: {} }, 'v.vsphereVolume.volumePath: Required value'],
  [{ photonPersistentDisk: {} }, 'v.photonPersistentDisk.pdID: Required value'],
  [{ portworxVolume: {} }, 'v.portworxVolume.volumeID: Required value'],
  [{ scaleIO: {} }, 'v.scaleIO.gateway: Required value', 'v.scaleIO.system: Required value', 'v.scaleIO.volumeName: Required value'],
  [{ storageos: {} }, 'v.storageos.volumeName: Required value'],
  [{ csi: {} }, 'v.csi.driver: Required value', `v.csi.driver: Invalid value: "": ${subdomain}`],
  [{ csi: { driver: 'd', nodePublishSecretRef: {} } }, 'v.csi.nodePublishSecretRef.name: Required value'],
  [{ ephemeral: {} }, 'v.ephemeral.volumeClaimTemplate: Required value'],
  [{ image: { reference: 'r', pullPolicy: 'Always' } }],
  [
    { image: { reference: 'r', pullPolicy: 'Sometimes' } },
    'v.image.pullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
  ],
];

describe('a volume', () => {
  it.each(sources.map(([source, ...errors]) => [JSON.stringify(source), source, errors] as const))('%s', (_text, source, errors) => {
    expect(errorsOf(withVolume(source)).map((text) => text.replace(/^spec\.volumes\[0\]/, 'v'))).toEqual(errors);
  });

  it('has a name of its own', () => {
    const volumes = [{ emptyDir: {} }, { name: 'A', emptyDir: {} }, { name: 'b', emptyDir: {} }, { name: 'b', emptyDir: {} }];
    expect(errorsOf(podOf({ volumes }))).toEqual([
      'spec.volumes[0].name: Required value',
      expect.stringMatching(/^spec\.volumes\[1\]\.name: Invalid value: "A": a lowercase RFC 1123 label must consist of/),
      'spec.volumes[3].name: Duplicate value: "b"',
    ]);
  });

  it('may warn', () => {
    expect(warningsOf(withVolume({ gitRepo: { repository: 'r' } }))).toEqual([
      'spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+',
    ]);
    expect(warningsOf(withVolume({ cephfs: { monitors: ['a'] } }))).toEqual([
      'spec.volumes[0].cephfs: deprecated in v1.28, non-functional in v1.31+',
    ]);
  });
});

const volumes = [
  { name: 'data', emptyDir: {} },
  { name: 'disk', persistentVolumeClaim: { claimName: 'c' } },
];
const mounted = (...volumeMounts: Fields[]): string[] =>
  errorsOf(withContainer({ volumeMounts }, { volumes })).map((text) => text.replace('spec.containers[0].volumeMounts', 'm'));

describe('a mount', () => {
  table(
    'is',
    [
      [{ name: 'data', mountPath: '/x' }],
      [{ name: 'data', mountPath: 'x' }],
      [{ name: 'data' }, 'm[0].mountPath: Required value'],
      [{ mountPath: '/x' }, 'm[0].name: Required value', 'm[0].name: Not found: ""'],
      [{ name: 'other', mountPath: '/x' }, 'm[0].name: Not found: "other"'],
      [{ name: 'data', mountPath: '/x', subPath: 'a/b' }],
      [{ name: 'data', mountPath: '/x', subPath: '/a' }, 'm.subPath: Invalid value: "/a": must be a relative path'],
      [{ name: 'data', mountPath: '/x', subPath: '../a' }, `m.subPath: Invalid value: "../a": must not contain '..'`],
      [
        { name: 'data', mountPath: '/x', subPath: 'a', subPathExpr: 'b' },
        'm[0].subPathExpr: Invalid value: "b": subPathExpr and subPath are mutually exclusive',
      ],
      [
        { name: 'data', mountPath: '/x', mountPropagation: 'Both' },
        'm.mountPropagation: Unsupported value: "Both": supported values: "Bidirectional", "HostToContainer", "None"',
      ],
      [
        { name: 'data', mountPath: '/x', mountPropagation: 'Bidirectional' },
        'm.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
      ],
      [
        { name: 'data', mountPath: '/x', recursiveReadOnly: 'Enabled' },
        'm.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      ],
    ],
    (mount) => mounted(mount),
  );

  it('has a place of its own', () => {
    expect(mounted({ name: 'data', mountPath: '/x' }, { name: 'disk', mountPath: '/x' })).toEqual([
      'm[1].mountPath: Invalid value: "/x": must be unique',
    ]);
  });

  it('of a volume that is wrong itself has none', () => {
    const pod = withContainer({ volumeMounts: [{ name: 'data', mountPath: '/x' }] }, { volumes: [{ name: 'data', secret: {} }] });
    expect(errorsOf(pod)).toEqual([
      'spec.volumes[0].secret.secretName: Required value',
      'spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ]);
  });
});

describe('a raw device', () => {
  const devices = (...volumeDevices: Fields[]): string[] =>
    errorsOf(withContainer({ volumeDevices }, { volumes })).map((text) => text.replace('spec.containers[0].volumeDevices', 'd'));
  table(
    'is',
    [
      [{ name: 'disk', devicePath: '/dev/x' }],
      [{ name: 'disk' }, 'd[0].devicePath: Required value'],
      [
        { name: 'data', devicePath: '/dev/x' },
        'd[0].name: Invalid value: "data": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      ],
      [{ name: 'x', devicePath: '/dev/x' }, 'd[0].name: Not found: "x"'],
      [{ name: 'disk', devicePath: '/dev/../x' }, `d[0].devicePath: Invalid value: "/dev/../x": can not contain backsteps ('..')`],
    ],
    (device) => devices(device),
  );
});
