import type { KubeObject } from '../kube/api';
import { type Command, type Completion, type Invocation, nameOf } from './command';
import { type Mapping, resourceName } from './discovery';
import type { Flag } from './flags';
import type { Kubectl } from './kubectl';
import { containersOf, objectOf } from './pods';
import { getFormats, objectFormats } from './printers';
import { byName, listAt, textAt } from './value';

async function names(k: Kubectl, mapping: Mapping): Promise<string[]> {
  const namespace = mapping.namespaced ? await k.namespace() : undefined;
  const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, namespace));
  return items.map((item) => item.metadata.name ?? '').sort();
}

/** Types, names of a type, and TYPE/NAME pairs; a name is given once. */
export async function completeResources({ k, args }: Invocation, word: string): Promise<string[]> {
  const mapper = await k.mapper();
  if (word.includes('/')) {
    const type = word.slice(0, word.indexOf('/'));
    const mapping = mapper.find(type);
    if (!mapping) return [];
    return (await names(k, mapping)).map((name) => `${type}/${name}`).filter((pair) => !args.includes(pair));
  }
  if (args.length === 0) {
    const comma = word.lastIndexOf(',') + 1;
    const types = [...mapper.preferred()]
      .filter((m) => m.verbs.includes('get'))
      .sort((a, b) => byName(a.group, b.group) || byName(a.resource, b.resource))
      .map(resourceName);
    return [...new Set(types)].map((type) => word.slice(0, comma) + type);
  }
  if (args[0]!.includes('/')) return [];
  const found: string[] = [];
  for (const type of args[0]!.split(',')) {
    const mapping = mapper.find(type);
    if (mapping) found.push(...(await names(k, mapping)));
  }
  return found.filter((name) => !args.includes(name));
}

/** A file of the pod, or a local one: namespaces and pods, then files of the directory at hand. */
export async function completeCopy({ k, args }: Invocation, word: string): Promise<Completion> {
  const noSpace = 2;
  if (args.length > 0 || /^[/.~]/.test(word) || word.includes(':')) return { words: [], directive: noSpace };
  const mapper = await k.mapper();
  const slash = word.indexOf('/');
  if (slash > 0) {
    const path = k.path(mapper.need('pods'), word.slice(0, slash));
    const { items } = await k.json<{ items: KubeObject[] }>('GET', path);
    return { words: items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}:`), directive: noSpace };
  }
  const remote = [
    ...(await names(k, mapper.need('namespaces'))).map((name) => `${name}/`),
    ...(await names(k, mapper.need('pods'))).map((name) => `${name}:`),
  ].filter((candidate) => candidate.startsWith(word));
  if (word === '') return { words: [...remote, './', '/'], directive: noSpace };
  // without others the shell completes files itself
  if (remote.length === 0) return { words: [], directive: noSpace };
  const files = k.proc.readdir('.').map(({ name, type }) => (type === 'directory' ? `${name}/` : name));
  return { words: [...remote, ...files.sort(byName)], directive: noSpace };
}

/** The types whose pods commands like logs find. */
const podTypes = 'daemonsets deployments pods jobs replicasets replicationcontrollers services statefulsets'.split(' ');

/** Pods by name, and TYPE/NAME. */
export async function completePods(call: Invocation, word: string): Promise<readonly string[] | Completion> {
  if (call.args.length > 0) return [];
  if (word.includes('/')) return completeResources(call, word);
  const pods = (await names(call.k, (await call.k.mapper()).need('pods'))).filter((name) => name.startsWith(word));
  // a type alone is not finished: no space after it
  return { words: [...pods, ...podTypes.map((type) => `${type}/`)], directive: pods.length > 0 ? 4 : 4 | 2 };
}

/** Of the types that a command can do something with; then names, one when it takes no more. */
export const completeOf =
  (types: string, most = Infinity) =>
  async (call: Invocation, word: string): Promise<string[]> => {
    if (call.args.length === 0 && !word.includes('/')) return types.split(' ');
    return call.args.length > most || (call.args.length > 0 && most === 1 && call.args[0]!.includes('/'))
      ? []
      : completeResources(call, word);
  };

/** As `completePods`, then the pod's containers. */
export const completePodsAndContainers = (call: Invocation, word: string): Promise<readonly string[] | Completion> =>
  call.args.length === 1 ? containers(call) : completePods(call, word);

/** As `completePods`, then a pair: a port that the pod or service declares, and what is typed already or the same port before it. */
export async function completePorts(call: Invocation, word: string): Promise<readonly string[] | Completion> {
  const [target, ...taken] = call.args;
  if (target === undefined) return completePods(call, word);
  if (taken.length > 0) return [];
  const object = await objectOf(call.k, target);
  const isPod = object.kind === 'Pod';
  const declared = isPod ? listAt(object, 'spec', 'containers').flatMap((each) => listAt(each, 'ports')) : listAt(object, 'spec', 'ports');
  const ports = declared.map((port) => textAt(port, isPod ? 'containerPort' : 'port')).filter(Boolean);
  return { words: ports.map((port) => `${word.split(':')[0] || port}:${port}`), directive: 4 };
}

export async function completeNamespaces({ k }: Invocation): Promise<string[]> {
  return names(k, (await k.mapper()).need('namespaces'));
}

async function containers({ k, args }: Invocation): Promise<string[]> {
  if (args.length === 0) return [];
  const pods = (await k.mapper()).need('pods');
  const pod = await k.json<KubeObject>('GET', k.path(pods, await k.namespace(), args[0]!.replace(/^(pods?|po)\//, '')));
  return containersOf(pod).map(({ name }) => name);
}

/** Candidates for a flag's value. */
export async function completeFlagValue(call: Invocation, command: Command, flag: Flag, word: string): Promise<Completion> {
  const fitting = (words: readonly string[]): Completion => ({ words: words.filter((one) => one.startsWith(word)), directive: 4 });
  switch (flag.name) {
    case 'namespace':
      return fitting(await completeNamespaces(call));
    case 'container':
      return fitting(await containers(call));
    case 'output':
      if (!command.flags?.some((one) => one.name === 'template')) return fitting([]);
      return fitting(nameOf(command) === 'get' ? getFormats : objectFormats);
    case 'dry-run':
      return fitting(['client', 'none', 'server']);
    case 'subresource':
      return fitting(['status', 'scale', 'resize']);
    case 'cascade':
      return fitting(['background', 'foreground', 'orphan']);
    case 'context':
    case 'cluster':
    case 'user': {
      const config = await call.k.config();
      const key = `${flag.name}s` as 'contexts' | 'clusters' | 'users';
      return fitting((config?.[key] ?? []).map((entry) => entry.name).sort());
    }
    case 'filename':
      return { words: ['json', 'yaml', 'yml'], directive: 8 };
    default:
      return { words: [], directive: 0 };
  }
}
