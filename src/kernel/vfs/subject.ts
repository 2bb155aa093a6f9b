import type { Credentials } from '../process';
import type { Inode } from './inode';

/** What an id without a mapping is shown as (/proc/sys/kernel/overflowuid). */
export const overflowId = 65534;

/** A user namespace as permission checks see it (user_namespaces(7)). */
export interface UserNamespaceView {
  readonly parent: UserNamespaceView | undefined;
  readonly level: number;
  /** Effective user of the process that made it, as the initial namespace counts. */
  readonly ownerUid: number;
  /** The id inside that an id of the initial namespace is mapped to. */
  uidOf(global: number): number | undefined;
  gidOf(global: number): number | undefined;
  /** The other way; EINVAL for one that is not mapped. */
  globalOf(kind: 'uid' | 'gid', id: number): number;
}

/** Who asks for something. Its ids are those of the initial namespace; its capabilities are good for `user` and below. */
export interface Subject extends Credentials {
  readonly user: UserNamespaceView;
}

const has = (subject: Subject, capability: number): boolean => ((subject.capabilities.effective >> BigInt(capability)) & 1n) === 1n;

/** ns_capable(): "a process has a capability inside a user namespace if it is a member …, or of an ancestor … or created it" - user_namespaces(7) */
export function capableIn(subject: Subject, namespace: UserNamespaceView, capability: number): boolean {
  for (let at: UserNamespaceView | undefined = namespace; at; at = at.parent) {
    if (at === subject.user) return has(subject, capability);
    if (at.parent === subject.user && at.ownerUid === subject.euid) return true;
  }
  return false;
}

/** capable(): in the initial namespace. */
export const capable = (subject: Subject, capability: number): boolean => subject.user.parent === undefined && has(subject, capability);

/** In the subject's own namespace. */
export const capableHere = has;

/** capable_wrt_inode_uidgid(): over a file whose owner and group are mapped in the subject's namespace. */
export const capableOver = (subject: Subject, inode: Inode, capability: number): boolean =>
  has(subject, capability) && subject.user.uidOf(inode.uid) !== undefined && subject.user.gidOf(inode.gid) !== undefined;
