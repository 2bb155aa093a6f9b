import type { NamespaceType } from '../kernel';

/** clone(2)'s flags, and the letters that unshare(1) and nsenter(1) give each type. */
export const namespaceTypes: readonly {
  readonly type: NamespaceType;
  readonly letter: string;
  readonly long: string;
  readonly flag: number;
}[] = [
  { type: 'user', letter: 'U', long: 'user', flag: 0x10000000 },
  { type: 'cgroup', letter: 'C', long: 'cgroup', flag: 0x02000000 },
  { type: 'ipc', letter: 'i', long: 'ipc', flag: 0x08000000 },
  { type: 'uts', letter: 'u', long: 'uts', flag: 0x04000000 },
  { type: 'net', letter: 'n', long: 'net', flag: 0x40000000 },
  { type: 'pid', letter: 'p', long: 'pid', flag: 0x20000000 },
  { type: 'mnt', letter: 'm', long: 'mount', flag: 0x00020000 },
  { type: 'time', letter: 'T', long: 'time', flag: 0x00000080 },
];
