import { Errno } from './errno';
import type { NamespaceType } from './process';
import { capableIn, type NamespaceHandle, type Subject, type TimeView, type UserNamespaceView } from './vfs';

const CAP_SYS_TIME = 25;

/** What all kinds of namespaces have. */
export class Namespace implements NamespaceHandle {
  constructor(
    readonly type: NamespaceType,
    readonly inode: number,
    /** The user namespace it was made in: whose capabilities govern it. The initial user namespace has none. */
    readonly owner: UserNamespaceView | undefined,
  ) {}
}

/** The clocks that a time namespace shifts, in seconds against the initial one's. */
const shiftedClocks = ['monotonic', 'boottime'] as const;

/** time_namespaces(7). */
export class TimeNamespace extends Namespace implements TimeView {
  readonly offsets: Record<(typeof shiftedClocks)[number], number> = { monotonic: 0, boottime: 0 };
  /** A process is in it, so that its clocks cannot be set any more. */
  entered = false;
  constructor(inode: number, owner: UserNamespaceView) {
    super('time', inode, owner);
  }
  set(clock: string, seconds: number, setter: Subject): void {
    if (!this.owner || !capableIn(setter, this.owner, CAP_SYS_TIME)) throw new Errno('EPERM');
    if (this.entered) throw new Errno('EACCES');
    const name = shiftedClocks.find((each) => each === clock);
    if (!name) throw new Errno('EINVAL');
    this.offsets[name] = seconds;
  }
}
