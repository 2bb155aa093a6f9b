import { Errno } from './errno';
import { Namespace } from './namespace';
import type { UserNamespace } from './user-namespace';
import { capableIn, overflowId, type Subject } from './vfs';

export type IpcKind = 'msg' | 'shm' | 'sem';

/** A message queue, shared memory segment or set of semaphores; ids as the caller's user namespace counts. */
export interface IpcObject {
  readonly id: number;
  readonly key: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** shm: bytes; sem: how many; msg: 0. */
  readonly size: number;
}

export interface IpcCalls {
  /** msgget(2), shmget(2), semget(2) with IPC_CREAT: the id. ENOSPC when there are too many. */
  get(kind: IpcKind, key: number, size: number, mode: number): number;
  list(kind: IpcKind): readonly IpcObject[];
  /** IPC_RMID. EINVAL for an unknown id, EPERM for another's. */
  remove(kind: IpcKind, id: number): void;
}

const limit = 4096;
const CAP_IPC_OWNER = 15;
const CAP_SYS_ADMIN = 21;

/** ipc_namespaces(7). */
export class IpcNamespace extends Namespace {
  readonly #objects: Record<IpcKind, Map<number, IpcObject>> = { msg: new Map(), shm: new Map(), sem: new Map() };
  readonly #nextId: Record<IpcKind, number> = { msg: 0, shm: 0, sem: 0 };
  constructor(
    inode: number,
    override readonly owner: UserNamespace,
  ) {
    super('ipc', inode, owner);
  }

  calls(subject: () => Subject): IpcCalls {
    return {
      get: (kind, key, size, mode) => {
        const objects = this.#objects[kind];
        const known = key === 0 ? undefined : [...objects.values()].find((each) => each.key === key);
        if (known) return known.id;
        if (objects.size >= limit) throw new Errno('ENOSPC');
        if (kind !== 'msg' && size <= 0) throw new Errno('EINVAL');
        const { euid, egid } = subject();
        const id = this.#nextId[kind]++;
        objects.set(id, { id, key, uid: euid, gid: egid, mode: mode & 0o777, size });
        return id;
      },
      list: (kind) => {
        const { user } = subject();
        return [...this.#objects[kind].values()].map((each) => ({
          ...each,
          uid: user.uidOf(each.uid) ?? overflowId,
          gid: user.gidOf(each.gid) ?? overflowId,
        }));
      },
      remove: (kind, id) => {
        const object = this.#objects[kind].get(id);
        if (!object) throw new Errno('EINVAL');
        const by = subject();
        if (by.euid !== object.uid && !capableIn(by, this.owner, CAP_IPC_OWNER) && !capableIn(by, this.owner, CAP_SYS_ADMIN))
          throw new Errno('EPERM');
        this.#objects[kind].delete(id);
      },
    };
  }
}
