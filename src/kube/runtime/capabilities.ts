/** capabilities(7): names in number order. */
export const capabilityNames = [
  'CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT',
  'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE', 'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE',
  'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP', 'MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ',
  'PERFMON', 'BPF', 'CHECKPOINT_RESTORE',
] as const; // prettier-ignore

/** containerd's default set: CapBnd 00000000a80425fb. */
const defaults = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SYS_CHROOT',
  'MKNOD',
  'AUDIT_WRITE',
  'SETFCAP',
];

const all = (1n << BigInt(capabilityNames.length)) - 1n;

const bit = (name: string): bigint => {
  const at = (capabilityNames as readonly string[]).indexOf(name.toUpperCase().replace(/^CAP_/, ''));
  return at < 0 ? 0n : 1n << BigInt(at);
};

/** The set a container starts with: drops first, then adds; ALL stands for every one. */
export function containerCapabilities(add: readonly string[], drop: readonly string[], privileged: boolean): bigint {
  if (privileged) return all;
  let set = defaults.reduce((bits, name) => bits | bit(name), 0n);
  for (const name of drop) set = name.toUpperCase() === 'ALL' ? 0n : set & ~bit(name);
  for (const name of add) set = name.toUpperCase() === 'ALL' ? all : set | bit(name);
  return set;
}
