import { addedCapabilities, seccompProfile as badSeccompProfile } from './baseline';
import { containersOf, containersText, namesOf, plural, quotedList, settersText, sortedSet, type PodCheck } from './check';

/** What the level `restricted` asks for beyond `baseline`: the practices of hardening a pod. */

export const allowPrivilegeEscalation: PodCheck = (pod) => {
  const bad = namesOf(pod, (each) => each.securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  const detail = `${containersText(bad)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: 'allowPrivilegeEscalation != false', detail };
};

const mayAdd: ReadonlySet<string> = new Set(['NET_BIND_SERVICE']);
export const capabilities: PodCheck = (pod) => {
  const keeping = namesOf(pod, (each) => !each.securityContext?.capabilities?.drop?.includes('ALL'));
  const adding = addedCapabilities(pod, mayAdd);
  if (keeping.length === 0 && adding === undefined) return undefined;
  const details = [
    ...(keeping.length > 0 ? [`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding === undefined ? [] : [adding]),
  ];
  return { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const allowedSources = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];
const otherSources =
  'hostPath gcePersistentDisk awsElasticBlockStore gitRepo nfs iscsi glusterfs rbd flexVolume cinder cephfs flocker fc azureFile vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO storageos'.split(
    ' ',
  );
export const restrictedVolumes: PodCheck = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => allowedSources.every((source) => volume[source] === undefined));
  if (bad.length === 0) return undefined;
  const types = sortedSet(bad.map((volume) => otherSources.find((source) => volume[source] !== undefined) ?? 'unknown'));
  const words = [
    plural('volume', 'volumes', bad.length),
    quotedList(bad.map(({ name }) => name)),
    plural('uses', 'use', bad.length),
    plural('restricted volume type', 'restricted volume types', types.length),
    quotedList(types),
  ];
  return { reason: 'restricted volume types', detail: words.join(' ') };
};

export const runAsNonRoot: PodCheck = (pod) => {
  const own = pod.spec.securityContext?.runAsNonRoot;
  const reason = 'runAsNonRoot != true';
  const asRoot = namesOf(pod, (each) => each.securityContext?.runAsNonRoot === false);
  if (own === false || asRoot.length > 0)
    return { reason, detail: `${settersText(own === false, asRoot)} must not set securityContext.runAsNonRoot=false` };
  const silent = own ? [] : namesOf(pod, (each) => each.securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true` };
};

export const runAsUser: PodCheck = (pod) => {
  const own = pod.spec.securityContext?.runAsUser === 0;
  const bad = namesOf(pod, (each) => each.securityContext?.runAsUser === 0);
  if (!own && bad.length === 0) return undefined;
  return { reason: 'runAsUser=0', detail: `${settersText(own, bad)} must not set runAsUser=0` };
};

export const seccompProfile: PodCheck = (pod) => {
  const bad = badSeccompProfile(pod);
  if (bad || pod.spec.securityContext?.seccompProfile) return bad;
  const silent = containersOf(pod.spec)
    .filter((each) => !each.securityContext?.seccompProfile)
    .map(({ name }) => name);
  if (silent.length === 0) return undefined;
  const detail = `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: 'seccompProfile', detail };
};
