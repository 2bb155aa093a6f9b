import type { Invocation } from './command';

/** Types, TYPE/NAME pairs and names. */
export async function completeResources({ k, args }: Invocation, word: string): Promise<string[]> {
  const mapper = await k.mapper();
  if (args.length === 0 && !word.includes('/')) {
    return [...new Set(mapper.mappings.filter((m) => m.verbs.includes('get')).map((m) => m.resource))].sort();
  }
  const [type, prefix] = word.includes('/') ? [word.split('/')[0]!, `${word.split('/')[0]!}/`] : [args[0] ?? '', ''];
  const mapping = mapper.find(type);
  if (!mapping) return [];
  const list = await k.json<{ items: { metadata: { name: string } }[] }>('GET', k.path(mapping, await k.namespace()));
  return list.items.map((item) => prefix + item.metadata.name);
}

/** Pods, and after -c their containers. */
export async function completePodsAndContainers({ k, args }: Invocation): Promise<string[]> {
  if (args.length > 0) return [];
  const mapping = (await k.mapper()).need('pods');
  const list = await k.json<{ items: { metadata: { name: string } }[] }>('GET', k.path(mapping, await k.namespace()));
  return list.items.map((item) => item.metadata.name);
}
