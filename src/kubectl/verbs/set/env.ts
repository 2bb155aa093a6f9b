import type { KubeObject } from '../../../kube/api';
import type { Command, Invocation } from '../../command';
import { CommandError, failure } from '../../errors';
import { podContainers, podSpecOf, withPodSpec } from '../../pod-template';
import { type Fields, isFields, listAt, textAt } from '../../value';
import { changeObjects, objectsOf, namePattern, reportingOf, setFlags, splitChanges } from './change';
import { fromResource, origin, resolved, updated, variablesOf } from './variables';

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
    const { k, flags } = call;
    await k.connection();
    const reporting = await reportingOf(call);
    const stdin = call.args.includes('-');
    const split = splitChanges(
      call.args.filter((arg) => arg !== '-'),
      true,
    );
    const { words } = split;
    const changes = [...split.changes, ...(stdin ? ['-'] : [])];
    if (words.length === 0 && flags.list('filename').length === 0)
      throw failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (flags.bool('list') && flags.string('output')) throw failure('--list and --output may not be specified together');
    if (flags.list('keys').length > 0 && !flags.string('from'))
      throw failure('when specifying --keys, a configmap or secret must be provided with --from');
    const asked = await variablesOf(call, [...flags.list('env'), ...changes]);
    const prefix = flags.string('prefix');
    const set = [...asked.set, ...(await fromResource(call))].map((variable) => ({
      ...variable,
      name: `${prefix}${String(variable.name)}`,
    }));
    const found = await objectsOf(call, flags.bool('local') ? [] : words);
    const wording = { done: 'env updated', refused: 'failed to patch env update to pod template:', named: true };
    const listed = flags.bool('list');
    return changeObjects(call, reporting, found, wording, async (object, mapping) => {
      let some = false;
      const change = (list: readonly Fields[]): Fields[] =>
        list.map((container) => {
          if (!matches(flags.string('containers'), textAt(container, 'name'))) return container;
          some = true;
          const env = listAt(container, 'env');
          if (!flags.bool('overwrite')) checkKept(env, set);
          const { env: _before, ...others } = container;
          const after = updated(env, { set, removed: asked.removed });
          return after.length > 0 ? { ...container, env: after } : others;
        });
      const wanted = withPodSpec(object, (spec) => ({
        ...spec,
        containers: change(listAt(spec, 'containers')),
        ...(spec.initContainers ? { initContainers: change(listAt(spec, 'initContainers')) } : {}),
      }));
      if (!some)
        await k.printWarning(
          `${mapping.kind}/${object.metadata.name} does not have any containers matching "${flags.string('containers')}"`,
        );
      if (!listed) return wanted;
      await list(call, mapping.kind, wanted);
      return object;
    });
  },
};

const matches = (pattern: string, name: string): boolean => namePattern(pattern).test(name);

/** --overwrite=false: throws for the first variable that has a value already. */
function checkKept(before: readonly Fields[], set: readonly Fields[]): void {
  for (const variable of set) {
    const old = before.find((other) => other.name === variable.name);
    if (old && !old.valueFrom)
      throw failure(`'${String(variable.name)}' already has a value (${textAt(old, 'value')}), and --overwrite is false`);
  }
}

/** --list: the variables of each container, and with --resolve the values of what they refer to. */
async function list(call: Invocation, kind: string, object: KubeObject): Promise<void> {
  const { k, flags } = call;
  const unresolved = new Map<string, string[]>();
  for (const container of [...podContainers(object), ...listAt(podSpecOf(object), 'initContainers')]) {
    if (!matches(flags.string('containers'), textAt(container, 'name'))) continue;
    await k.out(`# ${kind} ${object.metadata.name}, container ${textAt(container, 'name')}\n`);
    for (const variable of listAt(container, 'env')) {
      const [name, from] = [textAt(variable, 'name'), variable.valueFrom];
      let text = isFields(from) ? `# ${name} from ${origin(from)}` : `${name}=${textAt(variable, 'value')}`;
      if (isFields(from) && flags.bool('resolve')) {
        try {
          text = `${name}=${await resolved(call, object, from)}`;
        } catch (error) {
          const why = error instanceof CommandError ? error.text.replace(/^error: /, '') : (error as Error).message;
          unresolved.set(why, [...(unresolved.get(why) ?? []), name]);
        }
      }
      await k.out(`${text}\n`);
    }
  }
  if (unresolved.size === 0) return;
  for (const [why, names] of [...unresolved].sort()) await k.err(`error retrieving reference for ${names.sort().join(', ')}: ${why}\n`);
}
