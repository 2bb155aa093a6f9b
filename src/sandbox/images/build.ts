import { entryAt, registerLowerTree, type FileTree, type TreeEntry } from '../../kernel';
import type { Image, ImageConfig, ImageSource } from '../../kube/runtime';
import { sha256Hex } from '../../programs';

const digestOf = (text: string): string => sha256Hex(new TextEncoder().encode(text));

/** The program's path in a tree, for the config's digest: names and sizes stand for the content. */
function listing(tree: FileTree, path = ''): string {
  return Object.entries(tree)
    .map(([name, entry]) => {
      const own = `${path}/${name}`;
      if (entry.type === 'directory') return `${own}/\n${listing(entry.entries, own)}`;
      if (entry.type === 'symlink') return `${own} -> ${entry.target}\n`;
      return entry.type === 'file' ? `${own} ${entry.content.length}\n` : `${own}\n`;
    })
    .join('');
}

/** The tree with one time on everything in it that has none. */
export function dated(tree: FileTree, mtimeMs: number, seen = new Map<TreeEntry, TreeEntry>()): FileTree {
  const entry = (given: TreeEntry): TreeEntry => {
    const known = seen.get(given);
    if (known) return known;
    const made: TreeEntry =
      given.type === 'directory' ? { mtimeMs, ...given, entries: dated(given.entries, mtimeMs, seen) } : { mtimeMs, ...given };
    seen.set(given, made);
    return made;
  };
  return Object.fromEntries(Object.entries(tree).map(([name, given]) => [name, entry(given)]));
}

/** An image whose digests come from what is in it, and its tree made known to the kernel's overlay. */
export function buildImage(source: ImageSource): Image {
  const config: ImageConfig = {
    env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    entrypoint: [],
    cmd: [],
    workingDir: '',
    user: '',
    ...source.config,
  };
  const layer = digestOf(listing(source.tree));
  const id = digestOf(JSON.stringify({ config, layer, tags: source.tags }));
  registerLowerTree(id, dated(source.tree, source.createdMs));
  return {
    id,
    tags: source.tags,
    digest: digestOf(JSON.stringify({ schemaVersion: 2, config: id, layers: [layer] })),
    sizeBytes: source.sizeBytes,
    createdMs: source.createdMs,
    rootfs: id,
    config,
    readFile: (path) => {
      const entry = entryAt(source.tree, path);
      if (entry?.type !== 'file') return undefined;
      return typeof entry.content === 'string' ? entry.content : new TextDecoder().decode(entry.content);
    },
    history: source.history
      .map((createdBy, i) => ({ createdBy, sizeBytes: i === 0 ? source.sizeBytes : 0, createdMs: source.createdMs }))
      .reverse(),
  };
}
