import { decodeBase64, type ConfigMap, type KeyToPath, type Pod, type Secret, type Volume } from '../api';
import type { Bytes } from '../runtime';
import type { Payload, VolumeFile } from './atomic-writer';
import { podField, type ValueSource } from './environment';
import { resourceValue } from './resource-field';

/** A volume cannot be set up yet; the message follows `MountVolume.SetUp failed for volume "x" : `. */
export class VolumeError extends Error {
  constructor(
    message: string,
    /** What failed, and of which volume, where that is not the setting up of the pod's own. */
    readonly about?: { readonly step: string; readonly volume: string },
  ) {
    super(message);
  }
}

export interface PersistentVolumeSpec {
  readonly hostPath?: { readonly path: string; readonly type?: string };
  readonly local?: { readonly path: string };
}

/** The volume that a claim is bound to. */
export interface ClaimSource {
  volumeOf(claimName: string): Promise<{ readonly name: string; readonly spec: PersistentVolumeSpec } | undefined>;
}

/** What a projected service account token is asked for. */
export interface TokenSource {
  token(audience: string | undefined, expirationSeconds: number): Promise<string>;
}

interface KeyedObject {
  readonly kind: 'secret' | 'configmap';
  readonly name: string;
  readonly namespace: string;
  readonly data: ReadonlyMap<string, Bytes>;
}

const encode = (text: string): Bytes => new TextEncoder().encode(text);

function bytesOf(object: Secret | ConfigMap, kind: KeyedObject['kind']): Map<string, Bytes> {
  const data = new Map<string, Bytes>();
  for (const [key, value] of Object.entries(object.data ?? {})) data.set(key, kind === 'secret' ? decodeBase64(value) : encode(value));
  const binary = (object as ConfigMap).binaryData;
  if (kind === 'configmap' && binary) for (const [key, value] of Object.entries(binary)) data.set(key, decodeBase64(value));
  return data;
}

function keyFiles(
  object: KeyedObject,
  items: readonly KeyToPath[] | undefined,
  defaultMode: number,
  optional: boolean,
): Map<string, VolumeFile> {
  const files = new Map<string, VolumeFile>();
  if (!items?.length) {
    for (const key of [...object.data.keys()].sort()) files.set(key, { data: object.data.get(key)!, mode: defaultMode });
    return files;
  }
  for (const item of items) {
    const data = object.data.get(item.key);
    if (!data) {
      if (optional) continue;
      throw new VolumeError(`references non-existent ${object.kind === 'secret' ? 'secret' : 'config'} key: ${item.key}`);
    }
    files.set(item.path, { data, mode: item.mode ?? defaultMode });
  }
  return files;
}

async function keyed(
  kind: KeyedObject['kind'],
  name: string,
  pod: Pod,
  source: ValueSource,
  optional: boolean,
): Promise<KeyedObject | undefined> {
  const namespace = pod.metadata.namespace ?? '';
  const object = kind === 'secret' ? await source.secret(name) : await source.configMap(name);
  if (!object) {
    if (optional) return undefined;
    throw new VolumeError(`${kind} "${name}" not found`);
  }
  return { kind, name, namespace, data: bytesOf(object, kind) };
}

/**
 * The files of a volume whose content comes from API objects, or undefined for other kinds of volume.
 * Throws VolumeError with the kubelet's words.
 */
export async function volumePayload(volume: Volume, pod: Pod, source: ValueSource, tokens: TokenSource): Promise<Payload | undefined> {
  if (volume.secret) {
    const { secretName = '', items, defaultMode = 0o644, optional = false } = volume.secret;
    const object = await keyed('secret', secretName, pod, source, optional);
    return object ? keyFiles(object, items, defaultMode, optional) : new Map();
  }
  if (volume.configMap) {
    const { name = '', items, defaultMode = 0o644, optional = false } = volume.configMap;
    const object = await keyed('configmap', name, pod, source, optional);
    return object ? keyFiles(object, items, defaultMode, optional) : new Map();
  }
  if (volume.downwardAPI) {
    const files = new Map<string, VolumeFile>();
    for (const item of volume.downwardAPI.items ?? []) {
      files.set(item.path, {
        data: encode(downward(item, pod, source)),
        mode: item.mode ?? volume.downwardAPI.defaultMode ?? 0o644,
      });
    }
    return files;
  }
  if (volume.projected) return projected(volume.projected, pod, source, tokens);
  return undefined;
}

type Projected = NonNullable<Volume['projected']>;
type DownwardItem = NonNullable<NonNullable<Volume['downwardAPI']>['items']>[number];

/** One file of the downward API. */
function downward({ fieldRef, resourceFieldRef }: DownwardItem, pod: Pod, source: ValueSource): string {
  if (fieldRef) return podField(fieldRef.fieldPath, pod, source);
  return resourceFieldRef ? resourceValue(resourceFieldRef, pod, undefined, source.allocatable) : '';
}

/** The user all containers of the pod run as, if they do (util.FsUserFrom). */
function commonUser(pod: Pod): number | undefined {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const users = new Set(all.map((c) => c.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser));
  return users.size === 1 ? [...users][0] : undefined;
}

/** All sources are looked at; what is wrong with several is told together. */
async function projected(
  { defaultMode: mode = 0o644, sources = [] }: Projected,
  pod: Pod,
  source: ValueSource,
  tokens: TokenSource,
): Promise<Payload> {
  const files = new Map<string, VolumeFile>();
  const problems: string[] = [];
  for (const from of sources) {
    try {
      if (from.secret || from.configMap) {
        const ref = (from.secret ?? from.configMap)!;
        const object = await keyed(from.secret ? 'secret' : 'configmap', ref.name ?? '', pod, source, ref.optional ?? false);
        if (object) for (const [path, file] of keyFiles(object, ref.items, mode, ref.optional ?? false)) files.set(path, file);
      } else if (from.downwardAPI) {
        for (const item of from.downwardAPI.items ?? [])
          files.set(item.path, { data: encode(downward(item, pod, source)), mode: item.mode ?? mode });
      } else if (from.serviceAccountToken) {
        const { path, audience, expirationSeconds = 3600 } = from.serviceAccountToken;
        const uid = commonUser(pod);
        // with fsGroup the group gets to read it: 0600 becomes 0640
        const own = uid !== undefined || pod.spec.securityContext?.fsGroup !== undefined;
        const file = { data: encode(await tokens.token(audience, expirationSeconds)), mode: own ? 0o600 : mode };
        files.set(path, uid === undefined ? file : { ...file, uid });
      }
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      problems.push(error.message);
    }
  }
  const [first] = problems;
  if (first !== undefined) throw new VolumeError(problems.length > 1 ? `[${problems.join(', ')}]` : first);
  return files;
}
