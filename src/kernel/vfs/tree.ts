import type { Bytes } from '../file';

/**
 * A read-only tree of files: an image's layers, a node's disk as installed. Directories are plain objects, in order.
 * One entry object under several names is one inode with several hard links.
 */
export type FileTree = { readonly [name: string]: TreeEntry };

interface Attributes {
  /** Default 0644 for files, 0755 for directories. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** ms since the epoch; default: the file system's start. */
  readonly mtimeMs?: number;
}

export type TreeEntry =
  | (Attributes & { readonly type: 'file'; readonly content: Bytes | string })
  | (Attributes & { readonly type: 'directory'; readonly entries: FileTree })
  | (Attributes & { readonly type: 'symlink'; readonly target: string })
  | (Attributes & { readonly type: 'char' | 'block' | 'fifo'; readonly rdev?: number });

const lowerTrees = new Map<string, FileTree>();

/** Makes a tree available to `mount -t overlay -o lowerdir=NAME`. */
export function registerLowerTree(name: string, tree: FileTree): void {
  lowerTrees.set(name, tree);
}

export const lowerTree = (name: string): FileTree | undefined => lowerTrees.get(name);

/**
 * A FileTree from flat absolute paths; missing parents are made (0755, root).
 * `{ '/etc/hostname': { type: 'file', content: 'node\n' }, '/tmp': { type: 'directory', mode: 0o1777 } }`.
 */
export function treeOf(paths: Readonly<Record<string, FlatEntry | string>>): FileTree {
  const root: MutableTree = {};
  for (const [path, given] of Object.entries(paths)) {
    const parts = path.split('/').filter(Boolean);
    const name = parts.pop();
    if (name === undefined) continue;
    let at = root;
    for (const part of parts) {
      let next = at[part];
      if (next?.type !== 'directory') next = at[part] = { type: 'directory', entries: {} };
      at = next.entries as MutableTree;
    }
    const entry = typeof given === 'string' ? ({ type: 'file', content: given } as const) : given;
    const known = at[name];
    if (entry.type !== 'directory') at[name] = entry;
    else at[name] = { ...entry, entries: { ...(known?.type === 'directory' ? known.entries : {}), ...entry.entries } };
  }
  return root;
}

type MutableTree = { [name: string]: TreeEntry };
export type FlatEntry =
  Exclude<TreeEntry, { type: 'directory' }> | (Attributes & { readonly type: 'directory'; readonly entries?: FileTree });

/** The entry at an absolute path, following symbolic links inside the tree. */
export function entryAt(tree: FileTree, path: string, depth = 0): TreeEntry | undefined {
  let at: TreeEntry = { type: 'directory', entries: tree };
  const walked: string[] = [];
  const parts = path.split('/').filter((part) => part && part !== '.');
  for (const [index, part] of parts.entries()) {
    if (at.type !== 'directory') return undefined;
    if (part === '..') return entryAt(tree, [...walked.slice(0, -1), ...parts.slice(index + 1)].join('/'), depth);
    const next: TreeEntry | undefined = Object.hasOwn(at.entries, part) ? at.entries[part] : undefined;
    if (!next) return undefined;
    if (next.type === 'symlink') {
      if (depth > 40) return undefined;
      const base = next.target.startsWith('/') ? '' : walked.join('/');
      return entryAt(tree, `${base}/${next.target}/${parts.slice(index + 1).join('/')}`, depth + 1);
    }
    walked.push(part);
    at = next;
  }
  return at;
}
