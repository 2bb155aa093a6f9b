import { Errno, type Process } from '../kernel';
import { failure } from './errors';
import { readFile, writeFile } from './files';
import { byName, isFields } from './value';
import { documents, yamlText } from './yaml';

export interface ContextFields {
  cluster?: string;
  user?: string;
  namespace?: string;
}
export interface ClusterFields {
  server?: string;
  'tls-server-name'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  [field: string]: unknown;
}
export interface UserFields {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  [field: string]: unknown;
}
export interface KubeConfigFile {
  apiVersion?: string;
  kind?: string;
  clusters?: { name: string; cluster: ClusterFields }[] | null;
  contexts?: { name: string; context: ContextFields }[] | null;
  users?: { name: string; user: UserFields }[] | null;
  'current-context'?: string;
}

export type Section = 'clusters' | 'contexts' | 'users';
export const sections: readonly Section[] = ['clusters', 'contexts', 'users'];

/** The names in sections: `clusters` hold a `cluster` each. */
export const fieldOf: Readonly<Record<Section, 'cluster' | 'context' | 'user'>> = {
  clusters: 'cluster',
  contexts: 'context',
  users: 'user',
};

/** One entry of a section, whatever the section. */
export interface Entry {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const entriesOf = (config: KubeConfigFile | undefined, section: Section): Entry[] =>
  ((config?.[section] ?? []) as readonly { name: string }[]).map((entry) => ({
    name: String(entry.name ?? ''),
    fields: ((entry as Record<string, unknown>)[fieldOf[section]] ?? {}) as Record<string, unknown>,
  }));

/** A section with other entries, in the order of their names, as kubectl writes it. */
export function withEntries(config: KubeConfigFile, section: Section, entries: readonly Entry[]): KubeConfigFile {
  const list = [...entries].sort((a, b) => byName(a.name, b.name)).map(({ name, fields }) => ({ name, [fieldOf[section]]: fields }));
  return { ...config, [section]: list.length > 0 ? list : null };
}

/** Where configuration is: the file of --kubeconfig alone, those of $KUBECONFIG, or the one at home. */
export function configPaths(proc: Process, flag: string): string[] {
  if (flag) return [flag];
  const named = (proc.env.get('KUBECONFIG') ?? '').split(':').filter((path) => path !== '');
  return named.length > 0 ? [...new Set(named)] : [`${proc.env.get('HOME') ?? '/root'}/.kube/config`];
}

export interface LoadedConfig {
  readonly path: string;
  readonly config: KubeConfigFile;
}

/** The files that are there, in order. `required`: a file that is not there is an error. */
export async function loadConfigs(proc: Process, paths: readonly string[], required: boolean): Promise<LoadedConfig[]> {
  const found: LoadedConfig[] = [];
  for (const path of paths) {
    try {
      const value = documents(await readFile(proc, path))[0];
      found.push({ path, config: isFields(value) ? (value as KubeConfigFile) : {} });
    } catch (error) {
      if (error instanceof Errno && error.code === 'ENOENT') {
        if (required) throw failure(`stat ${path}: no such file or directory`);
        continue;
      }
      if (error instanceof Errno) throw failure(`error loading config file "${path}": open ${path}: ${error.message.toLowerCase()}`);
      throw failure(`error loading config file "${path}": ${(error as Error).message}`);
    }
  }
  return found;
}

/** Several files as one: of each entry, and of the current context, the first counts. Relative paths become whole ones. */
export function mergedConfig(files: readonly LoadedConfig[]): KubeConfigFile | undefined {
  if (files.length === 0) return undefined;
  let merged: KubeConfigFile = { apiVersion: 'v1', kind: 'Config' };
  for (const section of sections) {
    const entries = new Map<string, Entry>();
    for (const { config } of files)
      for (const entry of entriesOf(config, section)) if (!entries.has(entry.name)) entries.set(entry.name, entry);
    merged = withEntries(merged, section, [...entries.values()]);
  }
  const current = files.map(({ config }) => config['current-context']).find(Boolean);
  return { ...merged, 'current-context': current ?? '' };
}

export const emptyConfig: KubeConfigFile = {
  apiVersion: 'v1',
  clusters: null,
  contexts: null,
  'current-context': '',
  kind: 'Config',
  users: null,
};

export async function saveConfig(proc: Process, path: string, config: KubeConfigFile): Promise<void> {
  const known: KubeConfigFile = { ...emptyConfig };
  for (const key of Object.keys(known) as (keyof KubeConfigFile)[]) Object.assign(known, { [key]: config[key] ?? known[key] });
  await writeFile(proc, path, yamlText(known), 0o600);
}
