import { Errno, type Process } from '../kernel';
import { failure } from './errors';
import { readFile, writeFile } from './files';
import { isFields } from './value';
import { documents, yamlText } from './yaml';

export interface ContextFields {
  cluster?: string;
  user?: string;
  namespace?: string;
}
export interface KubeConfigFile {
  apiVersion?: string;
  kind?: string;
  clusters?: { name: string; cluster: { server?: string; [field: string]: unknown } }[];
  contexts?: { name: string; context: ContextFields }[];
  users?: { name: string; user: { [field: string]: unknown } }[];
  'current-context'?: string;
  preferences?: unknown;
}

export function configPath(proc: Process, flag: string): string {
  if (flag) return flag;
  const variable = proc.env.get('KUBECONFIG');
  if (variable) return variable.split(':').find((path) => path !== '') ?? '';
  return `${proc.env.get('HOME') ?? '/root'}/.kube/config`;
}

/** The kubeconfig, or undefined when there is none. */
export async function loadConfig(proc: Process, path: string, explicit: boolean): Promise<KubeConfigFile | undefined> {
  let text: string;
  try {
    text = await readFile(proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOENT' && !explicit) return undefined;
    if (error.code === 'ENOENT') throw failure(`stat ${path}: no such file or directory`);
    throw failure(`error loading config file "${path}": open ${path}: ${error.message.toLowerCase()}`);
  }
  const value = documents(text)[0];
  return isFields(value) ? (value as KubeConfigFile) : {};
}

export async function saveConfig(proc: Process, path: string, config: KubeConfigFile): Promise<void> {
  await writeFile(proc, path, yamlText(config), 0o600);
}
