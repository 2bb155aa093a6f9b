import type { Clock } from '../../clock';
import { ApiError, EventRecorder, quantityNumber, referenceTo, type ApiClient, type KubeObject } from '../api';
import type { Informer } from './informer';
import { storageClasses } from './resources';
import { meets, type PodView, type Requirement } from './scheduling';
import { keyOf, splitKey, WorkQueue } from './work-queue';

/** The controller's resyncPeriod, ms. */
const resyncMs = 15_000;
const boundByController = 'pv.kubernetes.io/bound-by-controller';
const bindCompleted = 'pv.kubernetes.io/bind-completed';
const noProvisioner = 'kubernetes.io/no-provisioner';

export interface Claim extends KubeObject {
  spec?: {
    accessModes?: string[];
    storageClassName?: string;
    volumeName?: string;
    volumeMode?: string;
    resources?: { requests?: { storage?: string } };
    selector?: { matchLabels?: Record<string, string>; matchExpressions?: Requirement[] };
  };
  status?: { phase?: string };
}
export interface PersistentVolume extends KubeObject {
  spec?: {
    accessModes?: string[];
    storageClassName?: string;
    volumeMode?: string;
    capacity?: { storage?: string };
    claimRef?: { namespace?: string; name?: string; uid?: string };
    persistentVolumeReclaimPolicy?: string;
    hostPath?: { path: string };
  };
  status?: { phase?: string };
}
interface StorageClass extends KubeObject {
  provisioner?: string;
  volumeBindingMode?: string;
}

const storageOf = (quantity: string | undefined): number => quantityNumber(quantity ?? '0');
const isFor = ({ spec }: PersistentVolume, claim: Claim): boolean =>
  spec?.claimRef?.name === claim.metadata.name &&
  spec?.claimRef?.namespace === claim.metadata.namespace &&
  (spec?.claimRef?.uid === undefined || spec.claimRef.uid === claim.metadata.uid);

/** Whether a volume may be bound to a claim (FindMatchingVolume). */
export function suits(volume: PersistentVolume, claim: Claim): boolean {
  const { spec = {} } = volume;
  const wanted = claim.spec ?? {};
  if (volume.metadata.deletionTimestamp || (spec.claimRef && !isFor(volume, claim))) return false;
  if (storageOf(spec.capacity?.storage) < storageOf(wanted.resources?.requests?.storage)) return false;
  if ((spec.volumeMode ?? 'Filesystem') !== (wanted.volumeMode ?? 'Filesystem')) return false;
  if (!(wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode))) return false;
  if (spec.claimRef) return true;
  if (volume.status?.phase !== 'Available' || (spec.storageClassName ?? '') !== (wanted.storageClassName ?? '')) return false;
  const labels = volume.metadata.labels ?? {};
  const { matchLabels = {}, matchExpressions = [] } = wanted.selector ?? {};
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every((each) => meets(each, labels[each.key])); // prettier-ignore
}

/** Binds claims to volumes that suit them, and keeps both while they are used (persistentvolume-controller and the protection controllers). */
export function startVolumeBinding(
  clock: Clock,
  client: ApiClient,
  volumes: Informer<PersistentVolume>,
  claims: Informer<Claim>,
  pods: Informer<PodView>,
): () => void {
  const recorder = new EventRecorder({ client, clock, component: 'persistentvolume-controller' });
  const users = ({ metadata }: Claim): PodView[] =>
    pods.list().filter(({ metadata: { namespace }, spec }) => namespace === metadata.namespace && spec?.volumes?.some((v) => v.persistentVolumeClaim?.claimName === metadata.name)); // prettier-ignore

  const patch = async <T extends KubeObject>(informer: Informer<T>, object: T, body: object, subresource?: string): Promise<T> => {
    const options = { namespace: object.metadata.namespace, ...(subresource && { subresource }) };
    return informer.note(await client.patch<T>(informer.ref, object.metadata.name ?? '', 'merge', body, options));
  };
  const setPhase = async <T extends KubeObject & { status?: { phase?: string } }>(informer: Informer<T>, object: T, phase: string, more = {}): Promise<T> => object.status?.phase === phase ? object : patch(informer, object, { status: { phase, ...more } }, 'status'); // prettier-ignore

  /** Puts the finalizer on, or takes it off what is to go and no longer `used`. Undefined: the object is going. */
  const protect = async <T extends KubeObject>(
    informer: Informer<T>,
    object: T,
    finalizer: string,
    used: boolean,
  ): Promise<T | undefined> => {
    const { finalizers = [], deletionTimestamp } = object.metadata;
    const has = finalizers.includes(finalizer);
    if (!deletionTimestamp) return has ? object : patch(informer, object, { metadata: { finalizers: [...finalizers, finalizer] } });
    if (has && !used) await patch(informer, object, { metadata: { finalizers: finalizers.filter((each) => each !== finalizer) } });
    return undefined;
  };

  const bind = async (claim: Claim, volume: PersistentVolume): Promise<void> => {
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    let bound = volume;
    if (volume.spec?.claimRef?.uid !== uid) {
      const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, resourceVersion, uid };
      const metadata = volume.spec?.claimRef ? {} : { annotations: { [boundByController]: 'yes' } };
      bound = await patch(volumes, volume, { metadata, spec: { claimRef } });
    }
    await setPhase(volumes, bound, 'Bound');
    const chosen = claim.spec?.volumeName === undefined;
    const annotations = { [bindCompleted]: 'yes', ...(chosen && { [boundByController]: 'yes' }) };
    let known = claim;
    if (claim.metadata.annotations?.[bindCompleted] === undefined)
      known = await patch(claims, claim, { metadata: { annotations }, spec: { volumeName: volume.metadata.name } });
    await setPhase(claims, known, 'Bound', { accessModes: volume.spec?.accessModes, capacity: volume.spec?.capacity });
  };

  const classOf = async (name: string): Promise<StorageClass | undefined> => {
    try {
      return await client.get<StorageClass>(storageClasses, name);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  };

  /** Nothing suits the claim: what is said of it, by its class. */
  const tellWhy = async (claim: Claim): Promise<void> => {
    const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void => recorder.event(referenceTo(claim), type, reason, message); // prettier-ignore
    const name = claim.spec?.storageClassName ?? '';
    if (!name) return tell('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
    const { provisioner } = (await classOf(name)) ?? {};
    if (provisioner === undefined) return tell('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`);
    if (provisioner === noProvisioner) return tell('Warning', 'ProvisioningFailed', `no volume plugin matched name: ${noProvisioner}`);
    tell('Normal', 'ExternalProvisioning', `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`); // prettier-ignore
  };

  const syncClaim = async (given: Claim): Promise<number | void> => {
    const claim = await protect(claims, given, 'kubernetes.io/pvc-protection', users(given).length > 0);
    if (!claim) return;
    const named = claim.spec?.volumeName;
    if (named !== undefined) {
      const volume = volumes.get(undefined, named);
      if (volume && isFor(volume, claim)) return bind(claim, volume);
      if (volume && !volume.spec?.claimRef && suits(volume, claim)) return bind(claim, volume);
      if (claim.metadata.annotations?.[bindCompleted] === undefined) return void (await setPhase(claims, claim, 'Pending'));
      if (claim.status?.phase === 'Lost') return;
      await setPhase(claims, claim, 'Lost');
      return recorder.event(referenceTo(claim), 'Warning', 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'); // prettier-ignore
    }
    const size = ({ spec }: PersistentVolume): number => storageOf(spec?.capacity?.storage);
    const fitting = volumes.list().filter((volume) => suits(volume, claim)).sort((a, b) => size(a) - size(b)); // prettier-ignore
    const waits = (await classOf(claim.spec?.storageClassName ?? ''))?.volumeBindingMode === 'WaitForFirstConsumer' && !users(claim).length;
    const best = fitting.find(({ spec }) => spec?.claimRef) ?? (waits ? undefined : fitting[0]);
    if (best) return bind(claim, best);
    const pending = await setPhase(claims, claim, 'Pending');
    if (waits)
      recorder.event(referenceTo(claim), 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
    else await tellWhy(pending);
    return resyncMs;
  };

  const release = async (volume: PersistentVolume): Promise<void> => {
    const { persistentVolumeReclaimPolicy: policy, hostPath } = volume.spec ?? {};
    const released = await setPhase(volumes, volume, 'Released');
    if (policy !== 'Delete') return;
    if (hostPath && /^\/tmp\/.+/.test(hostPath.path)) return void (await client.delete(volumes.ref, volume.metadata.name ?? ''));
    const message = hostPath
      ? `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`
      : `error getting deleter volume plugin for volume "${volume.metadata.name}": no deletable volume plugin matched`;
    await setPhase(volumes, released, 'Failed', { message });
    recorder.event(referenceTo(volume), 'Warning', 'VolumeFailedDelete', message);
  };

  const syncVolume = async (given: PersistentVolume): Promise<void> => {
    const volume = await protect(volumes, given, 'kubernetes.io/pv-protection', given.status?.phase === 'Bound');
    if (!volume) return;
    const { claimRef } = volume.spec ?? {};
    const claim = claimRef && claims.get(claimRef.namespace, claimRef.name ?? '');
    if (!claimRef || claimRef.uid === undefined) {
      if (volume.status?.phase === 'Available') return;
      await setPhase(volumes, volume, 'Available');
      for (const each of claims.list()) if (each.status?.phase !== 'Bound') queue.add(keyOf(each));
    } else if ((!claim || claim.metadata.uid !== claimRef.uid) && !['Released', 'Failed'].includes(volume.status?.phase ?? ''))
      await release(volume);
    else if (claim && claim.status?.phase !== 'Bound') queue.add(keyOf(claim));
  };

  const queue: WorkQueue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      if (namespace === undefined) {
        const volume = volumes.get(undefined, name);
        if (volume) await syncVolume(volume);
        return undefined;
      }
      const claim = claims.get(namespace, name);
      return claim && syncClaim(claim);
    },
  });
  const add = (object: KubeObject): void => queue.add(keyOf(object));
  const gone = (object: KubeObject): void => queue.forget(keyOf(object));
  volumes.on({
    added: add,
    updated: add,
    deleted(volume) {
      gone(volume);
      for (const claim of claims.list()) if (claim.spec?.volumeName === volume.metadata.name) add(claim);
    },
  });
  claims.on({
    added: add,
    updated(claim, old) {
      const asked = ({ spec, metadata: { deletionTimestamp } }: Claim): string => JSON.stringify([spec, deletionTimestamp]);
      if (asked(claim) !== asked(old)) add(claim);
    },
    deleted(claim) {
      gone(claim);
      for (const volume of volumes.list()) if (isFor(volume, claim)) add(volume);
    },
  });
  const used = (pod: PodView): void => {
    for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
      const claim = persistentVolumeClaim && claims.get(pod.metadata.namespace, persistentVolumeClaim.claimName);
      if (claim) add(claim);
    }
  };
  pods.on({ added: used, deleted: used });
  return () => queue.stop();
}
