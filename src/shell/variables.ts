import { ShellError } from './flow';
import { walkOrder } from './hashing';
import { doubleQuote, quotedKey } from './quoting';

export interface Variable {
  kind: 'scalar' | 'indexed' | 'assoc';
  /** undefined: declared, not set. */
  value: string | undefined;
  /** Elements of an array by index or key. */
  items: Map<string, string>;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
  caseFold: 'lower' | 'upper' | 'capital' | undefined;
  nameref: boolean;
  /** `declare -t`. */
  traced: boolean;
  /** An array that was given a value, be it an empty one. */
  assigned: boolean;
}

export function newVariable(value?: string): Variable {
  return {
    kind: 'scalar',
    value,
    items: new Map(),
    exported: false,
    readonly: false,
    integer: false,
    caseFold: undefined,
    nameref: false,
    traced: false,
    assigned: false,
  };
}

function copyVariable(v: Variable): Variable {
  return { ...v, items: new Map(v.items) };
}

function folded(text: string, fold: 'lower' | 'upper' | 'capital'): string {
  if (fold === 'lower') return text.toLowerCase();
  if (fold === 'upper') return text.toUpperCase();
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

/** More references than this, one to the other, go round in a circle. */
const longestChain = 8;

const elementName = /^([A-Za-z_]\w*)\[([^]*)\]$/;

type Scope = Map<string, Variable>;

/** Dynamic scoping: the innermost declaration of a name is the one meant. */
export class Variables {
  private scopes: Scope[] = [new Map()];
  /** Values that are computed when asked for ($RANDOM, $SECONDS); undefined: not one of those. */
  dynamic: (name: string) => string | undefined = () => undefined;
  onUnset: (name: string) => void = () => {};
  /** Called after a scalar was set. */
  onSet: (name: string, value: string) => void = () => {};
  readonlyError: (name: string) => ShellError = (name) => new ShellError(`${name}: readonly variable`);
  evaluateInteger: (expression: string) => number | string = (e) => e;

  clone(): Variables {
    const copy = new Variables();
    copy.scopes = this.scopes.map((s) => new Map([...s].map(([k, v]) => [k, copyVariable(v)])));
    for (const [name, value] of this.foreign) copy.foreign.set(name, value);
    return copy;
  }

  get depth(): number {
    return this.scopes.length;
  }
  push(): void {
    this.scopes.push(new Map());
  }
  pop(): void {
    this.scopes.pop();
  }

  find(name: string): Variable | undefined {
    return this.follow(name, 0);
  }

  private follow(name: string, steps: number): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = this.scopes[i]?.get(name);
      if (!v) continue;
      if (!v.nameref || !v.value) return v;
      // a local reference to its own name means the variable outside
      if (v.value === name && i > 0) continue;
      if (v.value === name || steps > longestChain) return undefined;
      const element = elementName.exec(v.value);
      if (element) return undefined;
      return this.follow(v.value, steps + 1) ?? this.declareAt(0, v.value);
    }
    return undefined;
  }

  private declareAt(scope: number, name: string): Variable {
    const v = newVariable();
    this.scopes[scope]?.set(name, v);
    return v;
  }

  /** The element of an array that a name reference stands for. */
  elementOf(name: string): { readonly name: string; readonly key: string } | undefined {
    let v = this.own(name);
    for (let steps = 0; v?.nameref && v.value && steps <= longestChain; steps++) {
      const [, array, index] = elementName.exec(v.value) ?? [];
      if (array === undefined || index === undefined) {
        v = this.own(v.value);
        continue;
      }
      if (this.find(array)?.kind === 'assoc') return { name: array, key: index.replace(/^(["'])(.*)\1$/, '$2') };
      return { name: array, key: /^\d+$/.test(index) ? index : String(this.evaluateInteger(index)) };
    }
    return undefined;
  }

  /** The name a name reference stands for; undefined when `name` is none. */
  referenceOf(name: string): string | undefined {
    const v = this.own(name);
    return v?.nameref ? v.value : undefined;
  }

  /** The variable of this very name, be it a reference. */
  own(name: string): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = this.scopes[i]?.get(name);
      if (v) return v;
    }
    return undefined;
  }

  /** The names declared in the innermost scope. */
  localNames(): string[] {
    return [...(this.scopes.at(-1)?.keys() ?? [])].sort();
  }

  /** The variable itself, declared globally when there is none. */
  declare(name: string): Variable {
    const existing = this.find(name);
    if (existing) return existing;
    const v = newVariable();
    this.scopes[0]?.set(name, v);
    return v;
  }

  declareLocal(name: string): Variable {
    const top = this.scopes.at(-1);
    let v = top?.get(name);
    if (!v) {
      const outer = this.find(name);
      v = newVariable();
      if (outer?.exported) v.exported = true;
      top?.set(name, v);
    }
    return v;
  }

  /** A scalar's value or an array's element 0. */
  get(name: string): string | undefined {
    const dynamic = this.dynamic(name);
    if (dynamic !== undefined) return dynamic;
    const v = this.find(name);
    if (!v) return this.elementValue(name);
    return v.kind === 'scalar' ? v.value : v.items.get('0');
  }

  private elementValue(name: string): string | undefined {
    const element = this.elementOf(name);
    if (!element) return undefined;
    const v = this.find(element.name);
    return v?.kind === 'scalar' ? (element.key === '0' ? v.value : undefined) : v?.items.get(element.key);
  }

  set(name: string, value: string, options?: { append?: boolean; index?: string; local?: boolean }): void {
    const element = options?.local ? undefined : this.elementOf(name);
    if (element) {
      this.set(element.name, value, { append: options?.append ?? false, index: element.key });
      return;
    }
    const v = options?.local ? this.declareLocal(name) : this.declare(name);
    if (v.nameref && !v.value) {
      v.value = value;
      return;
    }
    if (v.readonly) throw this.readonlyError(this.referenceOf(name) ?? name);
    let old = options?.index !== undefined ? v.items.get(options.index) : v.kind === 'scalar' ? v.value : v.items.get('0');
    let next = value;
    if (v.integer) {
      if (options?.append) next = `(${old ?? '0'})+(${value || '0'})`;
      next = String(this.evaluateInteger(next));
      old = undefined;
    } else if (options?.append) next = (old ?? '') + value;
    if (v.caseFold) next = folded(next, v.caseFold);
    if (options?.index !== undefined) {
      if (v.kind === 'scalar') {
        v.kind = 'indexed';
        if (v.value !== undefined) v.items.set('0', v.value);
        v.value = undefined;
      }
      v.items.set(options.index, next);
    } else if (v.kind === 'scalar') v.value = next;
    else v.items.set('0', next);
    this.onSet(name, next);
  }

  /** What all values take, roughly, bytes. */
  get bytes(): number {
    let total = 0;
    for (const scope of this.scopes)
      for (const { value, items } of scope.values()) {
        total += value?.length ?? 0;
        for (const item of items.values()) total += item.length;
      }
    return total;
  }

  unset(name: string): void {
    this.onUnset(name);
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = this.scopes[i]?.get(name);
      if (!v) continue;
      if (v.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`);
      // what a function unset of its own stays unset until it returns
      if (i > 0 && i === this.scopes.length - 1) this.scopes[i]?.set(name, newVariable());
      else this.scopes[i]?.delete(name);
      return;
    }
  }

  names(): string[] {
    const all = new Set<string>();
    for (const scope of this.scopes) for (const name of scope.keys()) all.add(name);
    return [...all].sort();
  }

  /** Of the environment: names no variable can have (`a.b`) are passed on as they came. */
  readonly foreign = new Map<string, string>();

  environment(): Map<string, string> {
    const env = new Map(this.foreign);
    for (const scope of this.scopes) {
      for (const [name, v] of scope) {
        if (v.exported && v.kind === 'scalar' && v.value !== undefined) env.set(name, v.value);
        else if (scope !== this.scopes[0]) env.delete(name);
      }
    }
    return env;
  }
}

/** Buckets of an associative array. */
const buckets = 1024;

/** An indexed array's elements in ascending order, an associative one's in the order of its hash table; a scalar's only one. */
export function elements(v: Variable): [key: string, value: string][] {
  if (v.kind === 'scalar') return v.value === undefined ? [] : [['0', v.value]];
  const entries = [...v.items];
  if (v.kind === 'indexed') return entries.sort((a, b) => Number(a[0]) - Number(b[0]));
  return walkOrder([...v.items.keys()], buckets).map((key) => [key, v.items.get(key) ?? '']);
}

const foldLetters = { lower: 'l', upper: 'u', capital: 'c' } as const;

/** `arx`: the letters of `declare` for what a variable is. */
export function attributeLetters(v: Variable): string {
  return [
    v.kind === 'indexed' ? 'a' : v.kind === 'assoc' ? 'A' : '',
    v.integer ? 'i' : '',
    v.nameref ? 'n' : '',
    v.readonly ? 'r' : '',
    v.traced ? 't' : '',
    v.exported ? 'x' : '',
    v.caseFold ? foldLetters[v.caseFold] : '',
  ].join('');
}

/** `("a" "b")` as `declare -p` and `set` show an array's elements. */
export function arrayText(v: Variable, entries = elements(v)): string {
  const shown = entries.map(([k, value]) => `[${v.kind === 'assoc' ? quotedKey(k) : k}]=${doubleQuote(value)}`);
  return `(${shown.join(' ')}${v.kind === 'assoc' && shown.length > 0 ? ' ' : ''})`;
}

/** A variable as `declare -p` shows it. */
export function declaration(name: string, v: Variable, value = v.value, entries = elements(v)): string {
  const head = `declare -${attributeLetters(v) || '-'} ${name}`;
  if (v.kind === 'scalar') return value === undefined ? head : `${head}=${doubleQuote(value)}`;
  return v.assigned || v.items.size > 0 ? `${head}=${arrayText(v, entries)}` : head;
}
