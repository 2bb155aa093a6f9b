import { Errno, type Process } from '../kernel';
import type { Context } from './command';

/** What a program becomes; what is left out stays as it is. */
export interface Identity {
  readonly groups?: readonly number[] | undefined;
  readonly gid?: number | undefined;
  readonly uid?: number | undefined;
}

/** Takes on groups, group and user, in this order; where the kernel refuses one, the program ends with its words for that call. */
export async function takeIdentity(
  ctx: Context,
  { groups, gid, uid }: Identity,
  words: Readonly<Record<keyof Identity, string>>,
  status = 1,
): Promise<void> {
  const steps: readonly (readonly [string, (() => void) | undefined])[] = [
    [words.groups, groups && (() => ctx.proc.setgroups(groups))],
    [words.gid, gid === undefined ? undefined : () => ctx.proc.setgid(gid)],
    [words.uid, uid === undefined ? undefined : () => ctx.proc.setuid(uid)],
  ];
  for (const [text, step] of steps) {
    try {
      step?.();
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(`${text}: ${ctx.strerror(error)}`, status);
      throw error;
    }
  }
}

/** The words of nsenter and unshare. */
export const callWords = { groups: 'setgroups failed', gid: 'setgid failed', uid: 'setuid failed' };

/** Leaves all supplementary groups; false where the kernel refuses. */
export function dropGroups(proc: Process): boolean {
  try {
    proc.setgroups([]);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}
