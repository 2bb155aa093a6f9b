import type { NamespaceType } from './process';
import type { NamespaceHandle, UserNamespaceView } from './vfs';

/** What all kinds of namespaces have. */
export class Namespace implements NamespaceHandle {
  constructor(
    readonly type: NamespaceType,
    readonly inode: number,
    /** The user namespace it was made in: whose capabilities govern it. The initial user namespace has none. */
    readonly owner: UserNamespaceView | undefined,
  ) {}
}
