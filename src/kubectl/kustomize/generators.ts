import { base64, type KubeObject } from '../../kube/api';
import { Errno } from '../../kernel';
import { failure } from '../errors';
import { readBytes } from '../files';
import type { Kubectl } from '../kubectl';
import { notFound } from './file';
import { byName, type Fields, fieldsAt, textAt, textsAt } from '../value';

/** A ConfigMap or Secret of files, literals and env files. */
export async function generate(
  k: Kubectl,
  folder: string,
  kind: 'ConfigMap' | 'Secret',
  spec: Fields,
  options: Fields,
): Promise<KubeObject> {
  const entries = new Map<string, Uint8Array>();
  const add = (key: string, bytes: Uint8Array): void => {
    if (entries.has(key)) throw failure(`configmap ${textAt(spec, 'name')} illegally repeats the key \`${key}\``);
    entries.set(key, bytes);
  };
  for (const file of textsAt(spec, 'files')) {
    const equals = file.indexOf('=');
    const path = equals < 0 ? file : file.slice(equals + 1);
    add(
      equals < 0 ? path.split('/').pop()! : file.slice(0, equals),
      await read(k, folder, path, `file sources: [${textsAt(spec, 'files').join(' ')}]`),
    );
  }
  for (const literal of textsAt(spec, 'literals')) {
    const equals = literal.indexOf('=');
    if (equals <= 0)
      throw failure(
        `loading KV pairs: literal sources [${textsAt(spec, 'literals').join(' ')}]: invalid literal source ${literal}, expected key=value`,
      );
    add(literal.slice(0, equals), new TextEncoder().encode(literal.slice(equals + 1).replace(/^(["'])(.*)\1$/s, '$2')));
  }
  for (const file of [...textsAt(spec, 'envs'), ...(textAt(spec, 'env') ? [textAt(spec, 'env')] : [])]) {
    const bytes = await read(k, folder, file, `env source files: [${textsAt(spec, 'envs').join(' ')}]`);
    for (const line of new TextDecoder().decode(bytes).split('\n')) {
      if (!line.trim() || line.trimStart().startsWith('#')) continue;
      const equals = line.indexOf('=');
      add(
        equals < 0 ? line : line.slice(0, equals),
        new TextEncoder().encode(equals < 0 ? (k.proc.env.get(line) ?? '') : line.slice(equals + 1)),
      );
    }
  }
  const texts = [...entries].sort(([a], [b]) => byName(a, b));
  const decoder = new TextDecoder();
  const data = Object.fromEntries(texts.map(([key, bytes]) => [key, kind === 'Secret' ? base64(bytes) : decoder.decode(bytes)]));
  const [labels, annotations] = [fieldsAt(options, 'labels'), fieldsAt(options, 'annotations')];
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: textAt(spec, 'name'),
      ...(textAt(spec, 'namespace') ? { namespace: textAt(spec, 'namespace') } : {}),
      ...(Object.keys(labels).length > 0 ? { labels: labels as Record<string, string> } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations: annotations as Record<string, string> } : {}),
    },
    ...(texts.length > 0 ? { data } : {}),
    ...(options.immutable === true ? { immutable: true } : {}),
    ...(kind === 'Secret' ? { type: textAt(spec, 'type') || 'Opaque' } : {}),
  };
}

/** A source's bytes; `what` names all sources of its kind in the message. */
async function read(k: Kubectl, folder: string, path: string, what: string): Promise<Uint8Array> {
  const whole = path.startsWith('/') ? path : `${folder}/${path}`;
  try {
    return await readBytes(k.proc, whole);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`loading KV pairs: ${what}: ${notFound(absolutePath(k, whole))}`);
  }
}

const absolutePath = (k: Kubectl, path: string): string =>
  path.startsWith('/') ? path : `${k.proc.getcwd()}/${path}`.replaceAll('/./', '/');
