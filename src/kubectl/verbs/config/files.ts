import type { Invocation } from '../../command';
import { CommandError } from '../../errors';
import {
  emptyConfig,
  entriesOf,
  type Entry,
  type KubeConfigFile,
  type LoadedConfig,
  loadConfigs,
  mergedConfig,
  saveConfig,
  type Section,
  withEntries,
} from '../../kubeconfig';

/** The files that are there; --kubeconfig may name one that is still to be written. */
export const filesOf = ({ k }: Invocation): Promise<LoadedConfig[]> => loadConfigs(k.proc, k.configPaths, false);

export async function configOf(call: Invocation): Promise<KubeConfigFile> {
  return { ...emptyConfig, ...mergedConfig(await filesOf(call)) };
}

/** The file that a change goes to: the first that is there, else the last that is named. */
export function defaultPath({ k }: Invocation, files: readonly LoadedConfig[]): string {
  return files[0]?.path ?? k.configPaths.at(-1)!;
}

/** Writes one file anew. */
export async function change(call: Invocation, path: string, files: readonly LoadedConfig[], config: KubeConfigFile): Promise<void> {
  const before = files.find((file) => file.path === path)?.config ?? {};
  await saveConfig(call.k.proc, path, { ...before, ...config });
}

/** Puts an entry into the file that has one of its name, or into the default one; undefined takes it away. */
export async function putEntry(call: Invocation, section: Section, name: string, fields: Entry['fields'] | undefined): Promise<void> {
  const files = await filesOf(call);
  const holds = ({ config }: LoadedConfig): boolean => entriesOf(config, section).some((entry) => entry.name === name);
  const path = files.find(holds)?.path ?? defaultPath(call, files);
  const config = files.find((file) => file.path === path)?.config ?? {};
  const others = entriesOf(config, section).filter((entry) => entry.name !== name);
  await change(call, path, files, withEntries(config, section, fields ? [...others, { name, fields }] : others));
}

/** A wrong use of a command that first shows its help. */
export function helpError(call: Invocation, message: string): CommandError {
  return new CommandError(`error: ${message}`, 1, call.help());
}

export const unexpected = (call: Invocation): CommandError => helpError(call, `Unexpected args: [${call.args.join(' ')}]`);

/** Completes one name of a section. */
export const completeEntries =
  (section: Section) =>
  async (call: Invocation): Promise<string[]> =>
    call.args.length > 0
      ? []
      : entriesOf(await configOf(call), section)
          .map(({ name }) => name)
          .sort();
