import { base64 } from '../../../kube/api';
import type { Command } from '../../command';
import { byName } from '../../value';
import { configMapHash } from './hash';
import { begin, createFlags, metadataOf } from './object';
import { readSources } from './sources';

export const configMap: Command = {
  use: 'configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  aliases: ['cm'],
  short: 'Create a config map from a local file, directory or literal value',
  long: `Create a config map based on a file, directory, or specified literal value.

 One config map holds one or more pairs of key and value.`,
  example: `  # Create a config map with a key for each file of a folder
  kubectl create configmap my-config --from-file=path/to/bar
  
  # Create a config map of literal values
  kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2`,
  flags: [
    ...createFlags,
    { name: 'append-hash', kind: 'bool', usage: 'Append a hash of the contents to the name.' },
    { name: 'from-env-file', kind: 'slice', usage: 'A file with lines of key=val pairs.' },
    {
      name: 'from-file',
      kind: 'slice',
      usage: 'A file for one pair, with key= before the path to choose the key; or a directory of such files.',
    },
    { name: 'from-literal', kind: 'array', usage: 'A key and its literal value (i.e. mykey=somevalue)' },
  ],
  async run(call) {
    const { name, create } = await begin(call);
    const entries = [...(await readSources(call.k, call.flags, 'ConfigMap', name))].sort(([a], [b]) => byName(a, b));
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    for (const [key, bytes] of entries) {
      const text = utf8(bytes);
      if (text === undefined) binaryData[key] = base64(bytes);
      else data[key] = text;
    }
    const binary = Object.keys(binaryData).length > 0 ? binaryData : undefined;
    const hashed = call.flags.bool('append-hash') ? `${name}-${configMapHash({ name, data, binaryData: binary })}` : name;
    const metadata = await metadataOf(call, hashed);
    const object = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata,
      ...(Object.keys(data).length > 0 ? { data } : {}),
      ...(binary ? { binaryData: binary } : {}),
    };
    return create(object, 'failed to create configmap: ');
  },
};

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
