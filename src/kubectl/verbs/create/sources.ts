import { Errno } from '../../../kernel';
import { configKeyErrors } from '../../../kube/api';
import { failure } from '../../errors';
import { readBytes, readFile } from '../../files';
import type { Flags } from '../../flags';
import type { Kubectl } from '../../kubectl';

/**
 * Keys and contents of --from-file, --from-literal and --from-env-file. `kind` and `name` are what messages call the object;
 * `onlyKey` is the key of files that have none.
 */
export async function readSources(
  k: Kubectl,
  flags: Flags,
  kind: 'Secret' | 'ConfigMap',
  name = '',
  onlyKey?: string,
): Promise<Map<string, Uint8Array>> {
  const entries = new Map<string, Uint8Array>();
  const add = (key: string, bytes: Uint8Array): void => {
    const why = configKeyErrors(key)[0];
    if (why)
      throw failure(
        kind === 'Secret'
          ? `"${key}" is not valid key name for a Secret ${why}`
          : `"${key}" is not a valid key name for a ConfigMap: ${why}`,
      );
    if (entries.has(key)) {
      throw failure(
        kind === 'Secret'
          ? `cannot add key ${key}, another key by that name already exists`
          : `cannot add key "${key}", another key by that name already exists in Data for ConfigMap "${name}"`,
      );
    }
    entries.set(key, bytes);
  };
  const [files, literals, envFiles] = [flags.list('from-file'), flags.list('from-literal'), flags.list('from-env-file')];
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0))
    throw failure('from-env-file cannot be combined with from-file or from-literal');
  for (const literal of literals) {
    const equals = literal.indexOf('=');
    if (equals <= 0) throw failure(`invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, equals), new TextEncoder().encode(literal.slice(equals + 1)));
  }
  for (const source of files) await fromFile(k, onlyKey === undefined || source.includes('=') ? source : `${onlyKey}=${source}`, add);
  for (const path of envFiles) await fromEnvFile(k, path, add);
  return entries;
}

/** A file source is `path` (the key is the file's name) or `key=path`. */
async function fromFile(k: Kubectl, source: string, add: (key: string, bytes: Uint8Array) => void): Promise<void> {
  if (source === '') return;
  const equals = source.indexOf('=');
  const parts = source.split('=').length;
  if (equals === 0) throw failure(`key name for file path ${source.slice(1)} missing`);
  if (equals > 0 && equals === source.length - 1) throw failure(`file path for key name ${source.slice(0, equals)} missing`);
  if (parts > 2) throw failure("key names or file paths cannot contain '='");
  const path = equals > 0 ? source.slice(equals + 1) : source;
  const key = equals > 0 ? source.slice(0, equals) : path.replace(/\/+$/, '').split('/').pop()!;
  const type = statOf(k, path);
  if (type !== 'directory') {
    add(key, await bytesOf(k, path));
    return;
  }
  if (equals > 0) throw failure('cannot give a key name for a directory path');
  const entries = [...k.proc.readdir(path)].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name } of entries) {
    const inner = `${path.replace(/\/$/, '')}/${name}`;
    if (k.proc.stat(inner).type === 'file' && k.proc.lstat(inner).type === 'file') add(name, await bytesOf(k, inner));
  }
}

function statOf(k: Kubectl, path: string): string {
  try {
    return k.proc.stat(path).type;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`error reading ${path}: ${error.message.toLowerCase()}`);
  }
}

async function bytesOf(k: Kubectl, path: string): Promise<Uint8Array> {
  try {
    return await readBytes(k.proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`open ${path}: ${error.message.toLowerCase()}`);
  }
}

async function fromEnvFile(k: Kubectl, path: string, add: (key: string, bytes: Uint8Array) => void): Promise<void> {
  let text: string;
  try {
    if (k.proc.stat(path).type === 'directory') throw failure('env file cannot be a directory');
    text = await readFile(k.proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`error reading ${path}: ${error.message.toLowerCase()}`);
  }
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const raw of lines) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key)) throw failure(`${JSON.stringify(key)} is not a valid key name: ${environmentName}`);
    const value = equals < 0 ? (k.proc.env.get(key) ?? '') : line.slice(equals + 1);
    add(key, new TextEncoder().encode(value));
  }
}

const environmentName =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
