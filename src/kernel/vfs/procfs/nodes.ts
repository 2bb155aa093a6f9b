import { Errno } from '../../errno';
import type { Bytes, DirEntry } from '../../file';
import { Directory, GeneratedFile, Symlink, type FileSystem, type Inode, type Jump } from '../inode';
import type { NodeInit, ProcTask } from '../types';

const root = { uid: 0, gid: 0 };

/** Inode numbers of generated files: the same path always has the same one. */
export function inodeNumber(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193) >>> 0;
  return 4_026_531_840 + (hash % 90_000);
}

/** What a generated directory holds: made when looked up. */
export type NodeMaker = (fs: FileSystem, parent: Directory) => Inode;

/** A directory whose names are known beforehand. */
export class FixedDirectory extends Directory {
  parent: Directory;
  #nodes: ReadonlyMap<string, NodeMaker> | (() => ReadonlyMap<string, NodeMaker>);
  constructor(
    fs: FileSystem,
    key: string,
    parent: Directory | undefined,
    nodes: ReadonlyMap<string, NodeMaker> | (() => ReadonlyMap<string, NodeMaker>),
    init: { mode?: number; uid?: number; gid?: number } = {},
  ) {
    super(fs, inodeNumber(key), { ...root, mode: 0o555, ...init });
    this.#nodes = nodes;
    this.parent = parent ?? this;
    this.nlink = 2;
  }
  /** Made when first looked into. */
  get nodes(): ReadonlyMap<string, NodeMaker> {
    return typeof this.#nodes === 'function' ? (this.#nodes = this.#nodes()) : this.#nodes;
  }
  lookup(name: string, _task: ProcTask): Inode | undefined {
    return this.nodes.get(name)?.(this.fs, this);
  }
  entries(task: ProcTask): DirEntry[] {
    return [...this.nodes.keys()].flatMap((name) => {
      const inode = this.lookup(name, task);
      return inode ? [{ name, type: inode.type, ino: inode.ino }] : [];
    });
  }
  override create(_name: string, init: NodeInit): Inode {
    if (this.fs.type === 'sysfs') throw new Errno(init.type === 'directory' ? 'EPERM' : 'EACCES');
    throw new Errno('ENOENT');
  }
}

export interface FileOptions {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly store?: (text: string, task: ProcTask) => void;
  /** See Inode. */
  readonly strict?: boolean;
  readonly gone?: () => boolean;
  readonly refusal?: 'EINVAL' | 'EIO';
}

/** A file whose opening has a part in what is read: see GeneratedFile. */
export const openedFile =
  (key: string, begin: (task: ProcTask) => () => string | Bytes, options: FileOptions = {}): NodeMaker =>
  (fs) => {
    const { store, strict, refusal, mode = store ? 0o644 : 0o444 } = options;
    const made = new GeneratedFile(fs, inodeNumber(key), { ...root, mode, ...pick(options) }, begin, store, refusal);
    if (strict) made.strict = true;
    made.gone = options.gone;
    return made;
  };

export const file = (key: string, generate: (task: ProcTask) => string | Bytes, options: FileOptions = {}): NodeMaker =>
  openedFile(key, (reader) => () => generate(reader), options);

const pick = (options: { uid?: number; gid?: number }): { uid?: number; gid?: number } => ({
  ...(options.uid === undefined ? {} : { uid: options.uid }),
  ...(options.gid === undefined ? {} : { gid: options.gid }),
});

export const directory =
  (key: string, nodes: Readonly<Record<string, NodeMaker>>, options: { mode?: number; uid?: number; gid?: number } = {}): NodeMaker =>
  (fs, parent) =>
    new FixedDirectory(fs, key, parent, new Map(Object.entries(nodes)), options);

/** A link with a text, and for magic links a place it goes straight to. */
export class ProcLink extends Symlink {
  constructor(
    fs: FileSystem,
    key: string,
    owner: { uid: number; gid: number },
    readonly text: (task: ProcTask) => string,
    readonly to?: (task: ProcTask) => Jump,
    mode = 0o777,
  ) {
    super(fs, inodeNumber(key), { ...owner, mode });
  }
  target(task: ProcTask): string {
    return this.text(task);
  }
  override jump(task: ProcTask): Jump | undefined {
    return this.to?.(task);
  }
}

export const link =
  (key: string, text: (task: ProcTask) => string): NodeMaker =>
  (fs) =>
    new ProcLink(fs, key, root, text);
