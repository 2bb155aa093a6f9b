import { mergeMarksIn, retainsNamedKeys } from '../../kube/api';

/**
 * How a list under a key is merged (patchStrategy and patchMergeKey of the API types): by its members' key,
 * as a set of plain values, or not at all (it is replaced).
 */
export type ListStrategy = { readonly kind: 'merge'; readonly key: string } | { readonly kind: 'set' } | { readonly kind: 'replace' };

/** `parent` is the key that holds the object the list is in; empty for a whole object. */
export function listStrategy(parent: string, key: string): ListStrategy {
  const { mergeKey, set } = mergeMarksIn(parent, key);
  if (set) return { kind: 'set' };
  return mergeKey ? { kind: 'merge', key: mergeKey } : { kind: 'replace' };
}

/** Whether an object under a key, or each member of a list, is merged with $retainKeys. */
export const retainsKeys = (key: string): boolean => retainsNamedKeys(key);
