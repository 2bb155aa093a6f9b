import type { Value } from './values';

/** An array's subscript: a whole number is found by its value, all else by its text. */
export type Key = number | string;

/** An array. In which order `for (k in a)` meets its keys is the implementation's, and programs show it. */
export interface Table {
  readonly size: number;
  has(key: Key): boolean;
  get(key: Key): Value;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
  /** What `split` leaves: keys 1 to n. */
  load(values: readonly Value[]): void;
  /** The keys as `for` meets them. */
  keys(): string[];
}

interface Node {
  readonly number: number | undefined;
  text: string | undefined;
  hash: number;
  value: Value;
}

type Lists = Node[][];

const startingLists = 64;
const averageLength = 12;

/** FNV-1a. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const empty = (count: number): Lists => Array.from({ length: count }, () => []);

/** Puts what was found to the front, where mawk looks first the next time. */
function toFront(list: Node[], at: number): void {
  if (at > 0) list.unshift(...list.splice(at, 1));
}

/**
 * mawk's arrays: hash lists by number, by text, or both, and a vector after `split`; what was looked up last stands
 * first in its list. The second kind of lists is made when it is first asked for.
 */
export class MawkTable implements Table {
  private vector: Value[] | undefined;
  private byNumber: Lists | undefined;
  private byText: Lists | undefined;
  private lists = startingLists;
  private count = 0;

  get size(): number {
    return this.vector ? this.vector.length : this.count;
  }
  has(key: Key): boolean {
    return this.size > 0 && (this.inVector(key) || this.find(key, false) !== undefined);
  }
  get(key: Key): Value {
    if (this.size === 0) return undefined;
    return this.inVector(key) ? this.vector?.[(key as number) - 1] : this.find(key, false)?.value;
  }
  set(key: Key, value: Value): void {
    if (this.vector && this.inVector(key)) this.vector[(key as number) - 1] = value;
    else (this.find(key, true) as Node).value = value;
  }
  delete(key: Key): void {
    if (this.size === 0) return;
    if (typeof key === 'number' && this.vector && !this.inVector(key)) return;
    this.leaveVector();
    const node = this.find(key, false);
    if (!node) return;
    if (this.byNumber && node.number !== undefined) remove(this.byNumber[node.number & (this.lists - 1)], node);
    if (this.byText && node.text !== undefined) remove(this.byText[node.hash & (this.lists - 1)], node);
    if (--this.count === 0) this.clear();
  }
  clear(): void {
    this.vector = this.byNumber = this.byText = undefined;
    this.count = 0;
    this.lists = startingLists;
  }
  load(values: readonly Value[]): void {
    this.clear();
    this.vector = [...values];
  }
  keys(): string[] {
    if (this.size === 0) return [];
    return this.texts()
      .flat()
      .map((n) => n.text as string);
  }

  private inVector(key: Key): boolean {
    return this.vector !== undefined && typeof key === 'number' && key >= 1 && key <= this.vector.length;
  }

  private leaveVector(): void {
    const { vector } = this;
    if (!vector) return;
    this.clear();
    while (vector.length > this.lists * averageLength) this.lists *= 2;
    const made = (this.byNumber = empty(this.lists));
    for (const [i, value] of vector.entries())
      made[(i + 1) & (this.lists - 1)]?.unshift({ number: i + 1, text: undefined, hash: 0, value });
    this.count = vector.length;
  }

  private find(key: Key, create: boolean): Node | undefined {
    this.leaveVector();
    return typeof key === 'number' ? this.findNumber(key, create) : this.findText(key, create);
  }

  private findNumber(number: number, create: boolean): Node | undefined {
    this.byNumber ??= empty(this.lists);
    const list = this.byNumber[number & (this.lists - 1)] as Node[];
    const at = list.findIndex((n) => n.number === number);
    if (at >= 0) {
      toFront(list, at);
      return list[0];
    }
    if (!this.byText && !create) return undefined;
    let node: Node;
    if (this.byText) {
      const found = this.findText(String(number), create);
      if (!found) return undefined;
      node = found;
    } else {
      node = { number, text: undefined, hash: 0, value: undefined };
      this.grow();
    }
    (node as { number: number | undefined }).number = number;
    this.byNumber[number & (this.lists - 1)]?.unshift(node);
    return node;
  }

  private findText(text: string, create: boolean): Node | undefined {
    const hash = fnv(text);
    const list = this.texts()[hash & (this.lists - 1)] as Node[];
    const at = list.findIndex((n) => n.hash === hash && n.text === text);
    if (at >= 0) {
      toFront(list, at);
      return list[0];
    }
    if (!create) return undefined;
    this.grow();
    const node: Node = { number: undefined, text, hash, value: undefined };
    this.texts()[hash & (this.lists - 1)]?.unshift(node);
    return node;
  }

  private texts(): Lists {
    if (this.byText) return this.byText;
    this.leaveVector();
    const made = (this.byText = empty(this.lists));
    for (const node of this.byNumber?.flat() ?? []) {
      node.text = String(node.number);
      node.hash = fnv(node.text);
      made[node.hash & (this.lists - 1)]?.unshift(node);
    }
    return made;
  }

  /** One more is to come: twice the lists where they get long. */
  private grow(): void {
    if (++this.count <= this.lists * averageLength) return;
    this.lists *= 2;
    const spread = (lists: Lists | undefined, place: (n: Node) => number): Lists | undefined => {
      if (!lists) return undefined;
      const made = empty(this.lists);
      for (const node of lists.flat()) made[place(node) & (this.lists - 1)]?.push(node);
      return made;
    };
    this.byText = spread(this.byText, (n) => n.hash);
    this.byNumber = spread(this.byNumber, (n) => n.number as number);
  }
}

function remove(list: Node[] | undefined, node: Node): void {
  list?.splice(list.indexOf(node), 1);
}

/** The sizes that busybox's arrays grow to. */
const primes = [61, 251, 1021, 4093, 16381, 65521];

/** busybox's arrays: what came last stands first in its list. */
export class BusyboxTable implements Table {
  private readonly values = new Map<string, Value>();
  private lists: string[][] = Array.from({ length: primes[0] as number }, () => []);

  get size(): number {
    return this.values.size;
  }
  has(key: Key): boolean {
    return this.values.has(String(key));
  }
  get(key: Key): Value {
    return this.values.get(String(key));
  }
  set(key: Key, value: Value): void {
    const text = String(key);
    if (!this.values.has(text)) {
      const next = primes[primes.indexOf(this.lists.length) + 1];
      if (next !== undefined && Math.floor((this.size + 1) / this.lists.length) > 10) this.rebuild(next);
      this.list(text).unshift(text);
    }
    this.values.set(text, value);
  }
  delete(key: Key): void {
    const text = String(key);
    if (!this.values.delete(text)) return;
    const list = this.list(text);
    list.splice(list.indexOf(text), 1);
  }
  clear(): void {
    this.values.clear();
    this.lists = this.lists.map(() => []);
  }
  load(values: readonly Value[]): void {
    this.clear();
    values.forEach((v, i) => this.set(i + 1, v));
  }
  keys(): string[] {
    return this.lists.flat();
  }

  private list(text: string): string[] {
    let hash = 0;
    for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 63) + text.charCodeAt(i)) >>> 0;
    return this.lists[hash % this.lists.length] as string[];
  }
  private rebuild(count: number): void {
    const old = this.lists.flat();
    this.lists = Array.from({ length: count }, () => []);
    for (const text of old) this.list(text).unshift(text);
  }
}
