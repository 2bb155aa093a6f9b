import { decodeBase64, type KubeObject, quantityIn } from '../../../kube/api';
import type { Invocation } from '../../command';
import { AggregateFailure, failure } from '../../errors';
import { readAll } from '../../files';
import { fetchAll, targets } from '../../resources';
import { at, type Fields, fieldsAt, isFields, listAt, textAt } from '../../value';

/** What KEY=VALUE, KEY- and - words ask for (cmd/set/env's ParseEnv). */
export interface Variables {
  readonly set: readonly Fields[];
  readonly removed: readonly string[];
}

/** Throws for names that are none, and for a name both set and removed. */
export async function variablesOf({ k }: Invocation, words: readonly string[]): Promise<Variables> {
  const given = words.includes('-') ? lines(new TextDecoder().decode(await readAll(k.proc, 0))) : [];
  const set: Fields[] = [];
  const removed: string[] = [];
  for (const word of [...words.flatMap((one) => (one === '-' ? given : [one]))]) {
    const equals = word.indexOf('=');
    if (equals >= 0) {
      const name = word.slice(0, equals);
      const why = nameProblem(name);
      if (why) throw failure(`${JSON.stringify(name)} is not a valid key name: ${why}`);
      set.push({ name, value: word.slice(equals + 1) });
    } else if (word.endsWith('-')) removed.push(word.slice(0, -1));
    else throw failure(`unknown environment variable: ${word}`);
  }
  if (removed.some((name) => set.some((variable) => variable.name === name)))
    throw failure('can not both modify and remove the same environment variable in the same command');
  return { set, removed };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** validation.IsEnvVarName. */
export function nameProblem(name: string): string | undefined {
  const problems: string[] = [];
  if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name))
    problems.push(
      "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name', or 'MY_ENV.NAME', or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')",
    );
  if (name === '.') problems.push("must not be '.'");
  if (name === '..') problems.push("must not be '..'");
  else if (name.startsWith('..')) problems.push("must not start with '..'");
  return problems.length > 0 ? problems.join(';') : undefined;
}

/**
 * Variables that name the keys of --from's Secrets or ConfigMaps. It is looked up with the flags that select what is
 * changed too: -f and -l do not go with it.
 */
export async function fromResource({ k, flags }: Invocation): Promise<Fields[]> {
  if (!flags.string('from')) return [];
  const keys = flags.list('keys');
  const list = await targets(k, { args: [flags.string('from')], flags, selector: flags.string('selector'), typeAlone: flags.bool('all') });
  const { found, errors } = await fetchAll(k, list);
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  const variables: Fields[] = [];
  for (const { mapping, object } of found) {
    if (mapping.kind !== 'Secret' && mapping.kind !== 'ConfigMap') throw failure('unsupported resource specified in --from');
    const ref = mapping.kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef';
    for (const key of Object.keys(fieldsAt(object, 'data'))) {
      if (keys.length > 0 && !keys.includes(key)) continue;
      const variable = key.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
      if (variable !== key) await k.printWarning(`key ${key} transferred to ${variable}`);
      variables.push({ name: variable, valueFrom: { [ref]: { name: object.metadata.name, key } } });
    }
  }
  return variables;
}

/** A container's variables after the changes, each in its place. */
export function updated(before: readonly Fields[], { set, removed }: Variables): Fields[] {
  const covered = new Set(removed);
  const result: Fields[] = [];
  for (const variable of before) {
    const name = textAt(variable, 'name');
    if (covered.has(name)) continue;
    const newer = set.find((other) => other.name === name);
    if (newer) covered.add(name);
    result.push(newer ?? variable);
  }
  for (const variable of set) {
    const name = textAt(variable, 'name');
    if (covered.has(name)) continue;
    covered.add(name);
    result.push(variable);
  }
  return result;
}

/** `secret x, key y`: where a variable's value comes from (resource.GetEnvVarRefString). */
export function origin(from: Fields): string {
  if (isFields(from.secretKeyRef)) return `secret ${textAt(from, 'secretKeyRef', 'name')}, key ${textAt(from, 'secretKeyRef', 'key')}`;
  if (isFields(from.configMapKeyRef))
    return `configmap ${textAt(from, 'configMapKeyRef', 'name')}, key ${textAt(from, 'configMapKeyRef', 'key')}`;
  if (isFields(from.fieldRef)) return `field path ${textAt(from, 'fieldRef', 'fieldPath')}`;
  const container = textAt(from, 'resourceFieldRef', 'containerName');
  return `resource field ${container ? `${container}/` : ''}${textAt(from, 'resourceFieldRef', 'resource')}`;
}

/** The value that a reference has now. Throws for what is not there. */
export async function resolved({ k }: Invocation, object: KubeObject, from: Fields): Promise<string> {
  const namespace = object.metadata.namespace;
  for (const [ref, resource] of [
    ['secretKeyRef', 'secrets'],
    ['configMapKeyRef', 'configmaps'],
  ] as const) {
    if (!isFields(from[ref])) continue;
    const [name, key] = [textAt(from, ref, 'name'), textAt(from, ref, 'key')];
    const mapping = (await k.mapper()).need(resource);
    const holder = await k.json<{ data?: Record<string, string> }>('GET', k.path(mapping, namespace, name));
    const value = holder.data?.[key];
    if (value === undefined) throw failure(`key ${key} not found in ${mapping.kind === 'Secret' ? 'secret' : 'config map'} ${name}`);
    return mapping.kind === 'Secret' ? new TextDecoder().decode(decodeBase64(value)) : value;
  }
  const path = textAt(from, 'fieldRef', 'fieldPath');
  if (path) {
    const value = at(object, ...path.split('.'));
    return typeof value === 'string' ? value : '';
  }
  const [kind, name] = textAt(from, 'resourceFieldRef', 'resource').split('.');
  const containers = listAt(object, 'spec', 'containers');
  const wanted = textAt(from, 'resourceFieldRef', 'containerName');
  const container = containers.find((one) => !wanted || one.name === wanted);
  const amount = textAt(fieldsAt(container, 'resources', kind ?? ''), name ?? '') || '0';
  return quantityIn(amount, textAt(from, 'resourceFieldRef', 'divisor'));
}
