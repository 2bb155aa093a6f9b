import type { Filter } from './parse';

/** What `as` takes apart: a name, an array's elements, an object's values (each perhaps under a name of its own too). */
export type Pattern =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'array'; readonly of: readonly Pattern[] }
  | {
      readonly kind: 'object';
      readonly of: readonly { readonly key: Filter; readonly name: string | undefined; readonly value: Pattern | undefined }[];
    };

/** All names that a pattern binds. */
export function namesOf(pattern: Pattern): string[] {
  if (pattern.kind === 'name') return [pattern.name];
  if (pattern.kind === 'array') return pattern.of.flatMap(namesOf);
  return pattern.of.flatMap(({ name, value }) => [...(name === undefined ? [] : [name]), ...(value ? namesOf(value) : [])]);
}
