import { decodeBase64, type ConfigMap, type KeyToPath, type Pod, type Secret, type Volume } from '../api';
import type { Bytes } from '../runtime';
import type { Payload, VolumeFile } from './atomic-writer';
import { podField, type ValueSource } from './environment';

/** A volume cannot be set up yet; the message follows `MountVolume.SetUp failed for volume "x" : `. */
export class VolumeError extends Error {}

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
        data: encode(item.fieldRef ? podField(item.fieldRef.fieldPath, pod, source) : ''),
        mode: item.mode ?? volume.downwardAPI.defaultMode ?? 0o644,
      });
    }
    return files;
  }
  if (volume.projected) {
    const files = new Map<string, VolumeFile>();
    const mode = volume.projected.defaultMode ?? 0o644;
    for (const from of volume.projected.sources ?? []) {
      if (from.secret || from.configMap) {
        const kind = from.secret ? 'secret' : 'configmap';
        const ref = (from.secret ?? from.configMap)!;
        const object = await keyed(kind, ref.name ?? '', pod, source, ref.optional ?? false);
        if (object) for (const [path, file] of keyFiles(object, ref.items, mode, ref.optional ?? false)) files.set(path, file);
      } else if (from.downwardAPI) {
        for (const item of from.downwardAPI.items ?? [])
          files.set(item.path, {
            data: encode(item.fieldRef ? podField(item.fieldRef.fieldPath, pod, source) : ''),
            mode: item.mode ?? mode,
          });
      } else if (from.serviceAccountToken) {
        const { path, audience, expirationSeconds = 3600 } = from.serviceAccountToken;
        const uid = pod.spec.securityContext?.runAsUser;
        const file = { data: encode(await tokens.token(audience, expirationSeconds)), mode: uid === undefined ? mode : 0o600 };
        files.set(path, uid === undefined ? file : { ...file, uid });
      }
    }
    return files;
  }
  return undefined;
}
