import { type Assertion, type CharSet, PatternError, type Tree } from './syntax';

/** What a node does before it goes on to `to`: takes a character of a set, asserts, notes a group's end, branches, repeats a group. */
export type Node =
  | { readonly type: 'take'; readonly set: number; readonly to: number }
  | { readonly type: 'assert'; readonly what: Assertion; readonly to: number }
  | { readonly type: 'open' | 'close'; readonly group: number; readonly optional: boolean; readonly to: number }
  | { readonly type: 'branch'; to: number; readonly other: number }
  | { readonly type: 'reference'; readonly group: number; readonly to: number }
  | { readonly type: 'accept' };

/** More nodes than this are a regular expression too big. */
const mostNodes = 150_000;

/** A nondeterministic automaton. Node 0 accepts. */
export class RegexProgram {
  readonly nodes: Node[] = [{ type: 'accept' }];
  readonly sets: CharSet[] = [];
  private readonly setNumbers = new Map<string, number>();
  readonly start: number;

  constructor(tree: Tree | undefined) {
    this.start = this.compile(tree, 0);
  }

  private add(node: Node): number {
    if (this.nodes.length >= mostNodes) throw new PatternError('ESIZE');
    return this.nodes.push(node) - 1;
  }

  private setNumber(set: CharSet): number {
    const known = this.setNumbers.get(set.key);
    if (known !== undefined) return known;
    this.setNumbers.set(set.key, this.sets.length);
    return this.sets.push(set) - 1;
  }

  /** The first node of `tree` when `next` comes after it. */
  private compile(tree: Tree | undefined, next: number): number {
    switch (tree?.type) {
      case undefined:
        return next;
      case 'set':
        return this.add({ type: 'take', set: this.setNumber(tree.set), to: next });
      case 'assert':
        return this.add({ type: 'assert', what: tree.what, to: next });
      case 'cat': {
        let first = next;
        for (let i = tree.parts.length - 1; i >= 0; i--) first = this.compile(tree.parts[i], first);
        return first;
      }
      case 'alt': {
        const rights: (Tree | undefined)[] = [];
        let left: Tree | undefined = tree;
        for (; left?.type === 'alt'; left = left.left) rights.push(left.right);
        let first = this.compile(left, next);
        // glibc's nodes are tried in the order they were made: what follows an empty first alternative comes after the second
        for (const [k, right] of rights.reverse().entries()) {
          const second = this.compile(right, next);
          const swapped = k === 0 && left === undefined;
          first = this.add({ type: 'branch', to: swapped ? second : first, other: swapped ? first : second });
        }
        return first;
      }
      case 'star': {
        const branch: Node = { type: 'branch', to: -1, other: next };
        const at = this.add(branch);
        branch.to = this.compile(tree.body, at);
        return at;
      }
      case 'upTo': {
        // (((e?)e)?e)?: what follows each copy, from the last to the first
        const follows = [next];
        for (let k = 1; k < tree.most; k++) follows.push(this.compile(tree.body, follows[k - 1] as number));
        let first = -1;
        for (let k = tree.most - 1; k >= 0; k--) {
          const follow = follows[k] as number;
          first = this.add({ type: 'branch', to: k === tree.most - 1 ? this.compile(tree.first, follow) : first, other: follow });
        }
        return first;
      }
      case 'group': {
        const close = this.add({ type: 'close', group: tree.index, optional: tree.optional, to: next });
        return this.add({ type: 'open', group: tree.index, optional: tree.optional, to: this.compile(tree.body, close) });
      }
      case 'reference':
        return this.add({ type: 'reference', group: tree.group, to: next });
    }
  }
}
