import { Errno } from './errno';
import { Namespace } from './namespace';
import { capableIn, type IdMaps, type Subject, type UserNamespaceView } from './vfs';

export type IdKind = 'uid' | 'gid';

interface Extent {
  readonly inner: number;
  readonly global: number;
  readonly count: number;
}

const everyone: readonly Extent[] = [{ inner: 0, global: 0, count: 2 ** 32 - 1 }];
const extentsMax = 340;
const CAP_SETGID = 6;
const CAP_SETUID = 7;
const CAP_SYS_ADMIN = 21;

const outwards = (map: readonly Extent[], inner: number): number | undefined => {
  const extent = map.find((each) => inner >= each.inner && inner < each.inner + each.count);
  return extent && extent.global + inner - extent.inner;
};
const inwards = (map: readonly Extent[], global: number): number | undefined => {
  const extent = map.find((each) => global >= each.global && global < each.global + each.count);
  return extent && extent.inner + global - extent.global;
};

/** user_namespaces(7). */
export class UserNamespace extends Namespace implements UserNamespaceView {
  readonly #maps: Record<IdKind, readonly Extent[]>;
  setgroups: 'allow' | 'deny' = 'allow';
  readonly level: number;

  constructor(
    inode: number,
    readonly parent: UserNamespace | undefined,
    readonly ownerUid: number,
  ) {
    super('user', inode, parent);
    this.level = parent ? parent.level + 1 : 0;
    this.#maps = parent ? { uid: [], gid: [] } : { uid: everyone, gid: everyone };
    if (parent) this.setgroups = parent.setgroups;
  }

  uidOf(global: number): number | undefined {
    return inwards(this.#maps.uid, global);
  }
  gidOf(global: number): number | undefined {
    return inwards(this.#maps.gid, global);
  }
  /** The initial namespace's id for an id of this one. Throws EINVAL when it is not mapped. */
  globalOf(kind: IdKind, inner: number): number {
    const global = Number.isInteger(inner) && inner >= 0 ? outwards(this.#maps[kind], inner) : undefined;
    if (global === undefined) throw new Errno('EINVAL');
    return global;
  }
  isMapped(kind: IdKind): boolean {
    return this.#maps[kind].length > 0;
  }

  /** /proc/PID/uid_map and gid_map: the ids outside are those of the reader's namespace, or of the parent for a reader inside. */
  showMap(kind: IdKind, reader: UserNamespace): string {
    const outside = reader === this ? (this.parent ?? this) : reader;
    const column = (value: number): string => String(value).padStart(10);
    return this.#maps[kind]
      .map(
        ({ inner, global, count }) => `${column(inner)} ${column(inwards(outside.#maps[kind], global) ?? 2 ** 32 - 1)} ${column(count)}\n`,
      )
      .join('');
  }

  /** A write to uid_map or gid_map: once, in one go. */
  writeMap(kind: IdKind, text: string, writer: Subject): void {
    const { parent } = this;
    if (!parent || this.isMapped(kind)) throw new Errno('EPERM');
    if (!capableIn(writer, this, CAP_SYS_ADMIN)) throw new Errno('EPERM');
    if (writer.user !== this && writer.user !== parent) throw new Errno('EPERM');
    const lines = text.replace(/\n$/, '').split('\n');
    if (lines.length > extentsMax) throw new Errno('EINVAL');
    const extents = lines.map((line): { inner: number; outer: number; count: number } => {
      const fields = line.trim().split(/\s+/);
      if (fields.length !== 3 || !fields.every((field) => /^\d+$/.test(field))) throw new Errno('EINVAL');
      const [inner = 0, outer = 0, count = 0] = fields.map(Number);
      if (count === 0 || inner + count >= 2 ** 32 || outer + count >= 2 ** 32) throw new Errno('EINVAL');
      return { inner, outer, count };
    });
    for (const [i, a] of extents.entries())
      for (const b of extents.slice(i + 1)) {
        const apart = (x: number, y: number): boolean => x + a.count <= y || y + b.count <= x;
        if (!apart(a.inner, b.inner) || !apart(a.outer, b.outer)) throw new Errno('EINVAL');
      }
    if (!this.#mayMap(kind, extents, parent, writer)) throw new Errno('EPERM');
    this.#maps[kind] = extents.map(({ inner, outer, count }) => {
      const global = outwards(parent.#maps[kind], outer);
      if (global === undefined || outwards(parent.#maps[kind], outer + count - 1) !== global + count - 1) throw new Errno('EPERM');
      return { inner, global, count };
    });
  }

  /** new_idmap_permitted(): one's own id, or any with CAP_SETUID or CAP_SETGID in the parent. */
  #mayMap(
    kind: IdKind,
    extents: readonly { readonly outer: number; readonly count: number }[],
    parent: UserNamespace,
    writer: Subject,
  ): boolean {
    const [only] = extents;
    if (extents.length === 1 && only?.count === 1 && writer.euid === this.ownerUid) {
      const global = outwards(parent.#maps[kind], only.outer);
      if (kind === 'uid' ? global === writer.euid : this.setgroups === 'deny' && global === writer.egid) return true;
    }
    return capableIn(writer, parent, kind === 'uid' ? CAP_SETUID : CAP_SETGID);
  }

  /** As /proc/PID shows it of the processes in it. */
  get idMaps(): IdMaps {
    return {
      show: (kind, reader) => this.showMap(kind, reader.credentials.user as UserNamespace),
      write: (kind, text, writer) => this.writeMap(kind, text, writer.credentials),
      setgroups: this.setgroups,
      writeSetgroups: (text, writer) => this.writeSetgroups(text, writer.credentials),
    };
  }
  /** A write to /proc/PID/setgroups. */
  writeSetgroups(text: string, writer: Subject): void {
    const value = text.trim();
    if (value !== 'allow' && value !== 'deny') throw new Errno('EINVAL');
    if (!capableIn(writer, this, CAP_SYS_ADMIN)) throw new Errno('EPERM');
    if (value === 'allow' ? this.setgroups === 'deny' : this.isMapped('gid')) throw new Errno('EPERM');
    this.setgroups = value;
  }
}
