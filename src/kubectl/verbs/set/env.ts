import type { Command, Invocation } from '../../command';
import { failure } from '../../errors';
import { podContainers, podSpecOf } from '../../pod-template';
import { type Fields, isFields, listAt, textAt } from '../../value';
import { changePodSpecs, completeResources, objectsOf, setFlags, splitChanges } from './change';

export const setEnv: Command = {
  use: 'env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  short: 'Update environment variables on a pod template',
  example: `  # Set a variable
  kubectl set env deployment/registry STORAGE_DIR=/local
  
  # List the variables of all pods
  kubectl set env pods --all --list
  
  # Remove one
  kubectl set env deployments/registry ENV-`,
  flags: [
    ...setFlags,
    { name: 'containers', short: 'c', kind: 'string', value: '*', usage: 'The names of containers to change, may use wildcards' },
    { name: 'env', short: 'e', kind: 'array', usage: 'A key value pair for an environment variable.' },
    { name: 'from', kind: 'string', usage: 'A resource (configmap/NAME or secret/NAME) to take variables from' },
    { name: 'keys', kind: 'slice', usage: 'Keys to take from the resource' },
    { name: 'list', kind: 'bool', usage: 'If true, display the environment and exit.' },
    { name: 'overwrite', kind: 'bool', value: 'true', usage: 'If true, values that exist may be changed.' },
    { name: 'prefix', kind: 'string', usage: 'Prefix for the names of variables from a resource' },
    { name: 'resolve', kind: 'bool', usage: 'If true, show the values that references have.' },
  ],
  async run(call) {
    const { flags } = call;
    const { words, changes } = splitChanges(call.args, true);
    if (words.length === 0 && flags.list('filename').length === 0)
      throw failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (flags.bool('list')) return list(call, words);
    const all = [...changes, ...flags.list('env')];
    if (all.length === 0 && !flags.string('from')) return 0;
    const set = all
      .filter((word) => word.includes('='))
      .map((word) => ({ name: word.slice(0, word.indexOf('=')), value: word.slice(word.indexOf('=') + 1) }));
    const removed = all.filter((word) => !word.includes('=')).map((word) => word.slice(0, -1));
    const imported = await fromResource(call);
    return changePodSpecs(call, words, 'env updated', 'env update', (object) => {
      const containers = podContainers(object)
        .filter((container) => matches(flags.string('containers'), textAt(container, 'name')))
        .map((container) => ({
          name: container.name,
          env: [
            ...imported,
            ...set.map(({ name, value }) => ({ name, value, valueFrom: null })),
            ...removed.map((name) => ({ $patch: 'delete', name })),
          ],
        }));
      return containers.length > 0 ? { containers } : undefined;
    });
  },
  complete: (call, word) => completeResources(call, word),
};

const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(name);

async function fromResource({ k, flags }: Invocation): Promise<Fields[]> {
  if (!flags.string('from')) return [];
  const [type = '', name = ''] = flags.string('from').split('/');
  const mapping = (await k.mapper()).need(type);
  if (mapping.kind !== 'Secret' && mapping.kind !== 'ConfigMap') throw failure(`unsupported resource specified in --from`);
  const object = await k.json<{ data?: Record<string, string> }>('GET', k.path(mapping, await k.namespace(), name));
  const keys = flags.list('keys');
  const ref = mapping.kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef';
  return Object.keys(object.data ?? {})
    .filter((key) => keys.length === 0 || keys.includes(key))
    .map((key) => ({ name: flags.string('prefix') + key.toUpperCase().replace(/[^A-Z0-9_]/g, '_'), valueFrom: { [ref]: { name, key } } }));
}

async function list(call: Invocation, words: readonly string[]): Promise<number> {
  const { k, flags } = call;
  for (const { mapping, object } of await objectsOf(call, words)) {
    for (const container of [...podContainers(object), ...listAt(podSpecOf(object), 'initContainers')]) {
      if (!matches(flags.string('containers'), textAt(container, 'name'))) continue;
      const kind = mapping.kind === 'Pod' ? 'Pod' : `${mapping.resource}`;
      await k.out(`# ${kind} ${object.metadata.name}, container ${textAt(container, 'name')}\n`);
      for (const variable of listAt(container, 'env')) await k.out(`${line(variable)}\n`);
    }
  }
  return 0;
}

function line(variable: Fields): string {
  const name = textAt(variable, 'name');
  const from = variable.valueFrom;
  if (!isFields(from)) return `${name}=${textAt(variable, 'value')}`;
  if (isFields(from.secretKeyRef))
    return `# ${name} from secret ${textAt(from, 'secretKeyRef', 'name')}, key ${textAt(from, 'secretKeyRef', 'key')}`;
  if (isFields(from.configMapKeyRef))
    return `# ${name} from configmap ${textAt(from, 'configMapKeyRef', 'name')}, key ${textAt(from, 'configMapKeyRef', 'key')}`;
  if (isFields(from.fieldRef)) return `# ${name} from field path ${textAt(from, 'fieldRef', 'fieldPath')}`;
  return `# ${name} from resource field ${textAt(from, 'resourceFieldRef', 'resource')}`;
}
