import type { Filter } from './parse';

type Json = unknown;

/** A function of the program's own, or an argument that is a filter, with the scope it was written in. */
export type Known =
  | { readonly kind: 'def'; readonly params: readonly string[]; readonly body: Filter; readonly scope: Scope }
  | { readonly kind: 'closure'; readonly body: Filter; readonly scope: Scope };

interface Link<T> {
  readonly name: string;
  readonly value: T;
  readonly next: Link<T> | undefined;
}

function find<T>(from: Link<T> | undefined, name: string): Link<T> | undefined {
  for (let link = from; link; link = link.next) if (link.name === name) return link;
  return undefined;
}

/** What names mean at a place of a program. Functions are known as `name/arity`. */
export class Scope {
  private constructor(
    private readonly variables: Link<Json> | undefined,
    private readonly functions: Link<Known> | undefined,
    private readonly labels: Link<object> | undefined,
    private readonly builtins: ReadonlyMap<string, Known>,
  ) {}

  static with(builtins: ReadonlyMap<string, Known>): Scope {
    return new Scope(undefined, undefined, undefined, builtins);
  }

  variable(name: string): { readonly value: Json } | undefined {
    return find(this.variables, name);
  }
  function(name: string): Known | undefined {
    return find(this.functions, name)?.value ?? this.builtins.get(name);
  }
  label(name: string): object | undefined {
    return find(this.labels, name)?.value;
  }

  let(name: string, value: Json): Scope {
    return new Scope({ name, value, next: this.variables }, this.functions, this.labels, this.builtins);
  }
  argument(name: string, body: Filter, scope: Scope): Scope {
    return new Scope(
      this.variables,
      { name: `${name}/0`, value: { kind: 'closure', body, scope }, next: this.functions },
      this.labels,
      this.builtins,
    );
  }
  /** A function that knows itself. */
  define(name: string, params: readonly string[], body: Filter): Scope {
    const link: { name: string; value: Known; next: Link<Known> | undefined } = {
      name: `${name}/${params.length}`,
      value: undefined as unknown as Known,
      next: this.functions,
    };
    const scope = new Scope(this.variables, link, this.labels, this.builtins);
    link.value = { kind: 'def', params, body, scope };
    return scope;
  }
  mark(name: string, label: object): Scope {
    return new Scope(this.variables, this.functions, { name, value: label, next: this.labels }, this.builtins);
  }
}
