import { RuntimeError, type ContainerConfig, type ContainerUser, type Image } from './types';

/** Reads a file of the container's root, or undefined. */
type ReadRootFile = (path: string) => string | undefined;

const rows = (text: string | undefined): string[][] =>
  (text ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':'));

/**
 * Who a container's process is: the Pod's ids, else the image's USER looked up in the image's /etc/passwd, with the
 * groups /etc/group gives that user. Throws as containerd does for a user the image does not have.
 */
export function resolveUser(config: ContainerConfig, image: Image, readRootFile: ReadRootFile): ContainerUser {
  const passwd = rows(readRootFile('/etc/passwd'));
  const group = rows(readRootFile('/etc/group'));
  const [userPart = '', groupPart = ''] = image.config.user.split(':');
  let uid = config.uid ?? 0;
  let entry: string[] | undefined;
  if (config.uid !== undefined || /^\d*$/.test(userPart)) {
    uid = config.uid ?? Number(userPart || 0);
    entry = passwd.find((row) => Number(row[2]) === uid);
  } else {
    entry = passwd.find((row) => row[0] === userPart);
    if (!entry) throw new RuntimeError('Unknown', `unable to find user ${userPart}: no matching entries in passwd file`);
    uid = Number(entry[2]);
  }
  const imageGid =
    config.uid === undefined && groupPart
      ? /^\d+$/.test(groupPart)
        ? Number(groupPart)
        : Number(group.find((row) => row[0] === groupPart)?.[2] ?? 0)
      : undefined;
  const gid = config.gid ?? imageGid ?? (entry ? Number(entry[3]) : 0);
  const named = entry ? group.filter((row) => (row[3] ?? '').split(',').includes(entry[0]!)).map((row) => Number(row[2])) : [];
  const groups = [...new Set([gid, ...named, ...config.supplementalGroups])].sort((a, b) => a - b);
  return { uid, gid, groups };
}

/** `uid[:gid]`, or names that the image's /etc/passwd and /etc/group know (docker exec --user). */
export function namedUser(text: string, readRootFile: ReadRootFile): ContainerUser {
  const [name = '', groupName] = text.split(':');
  const entry = rows(readRootFile('/etc/passwd')).find((row) => row[0] === name || row[2] === name);
  if (!entry && !/^\d+$/.test(name)) throw new RuntimeError('Unknown', `unable to find user ${name}: no matching entries in passwd file`);
  const groupRows = rows(readRootFile('/etc/group'));
  const group = groupName === undefined ? undefined : groupRows.find((row) => row[0] === groupName || row[2] === groupName);
  if (groupName !== undefined && !group && !/^\d+$/.test(groupName))
    throw new RuntimeError('Unknown', `unable to find group ${groupName}: no matching entries in group file`);
  const gid = groupName === undefined ? Number(entry?.[3] ?? 0) : Number(group?.[2] ?? groupName);
  const named = groupRows.filter((row) => (row[3] ?? '').split(',').includes(entry?.[0] ?? ' ')).map((row) => Number(row[2]));
  return { uid: Number(entry?.[2] ?? name), gid, groups: [...new Set([gid, ...named])] };
}

/** The home directory runc puts into HOME: by the image's /etc/passwd, else the root directory. */
export const homeOf = (uid: number, readRootFile: ReadRootFile): string =>
  rows(readRootFile('/etc/passwd')).find((row) => Number(row[2]) === uid)?.[5] || '/';
