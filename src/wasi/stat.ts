import type { Bytes, DirEntry, FileType, OpenFlag, Stat } from '../kernel';

const typeBits: Readonly<Record<FileType, number>> = {
  fifo: 0o010000,
  char: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  symlink: 0o120000,
  socket: 0o140000,
};

/** wasm/kfiles.c: `struct kstat`. */
export function encodeStat(stat: Stat): Bytes {
  const bytes = new Uint8Array(88);
  const view = new DataView(bytes.buffer);
  [stat.dev, stat.ino, stat.rdev, stat.size, stat.blocks].forEach((n, i) => view.setBigUint64(8 * i, BigInt(n), true));
  [typeBits[stat.type] | stat.mode, stat.nlink, stat.uid, stat.gid, stat.blksize].forEach((n, i) => view.setUint32(40 + 4 * i, n, true));
  [stat.atimeMs, stat.mtimeMs, stat.ctimeMs].forEach((n, i) => view.setBigInt64(64 + 8 * i, BigInt(Math.floor(n)), true));
  return bytes;
}

/** { u64 ino; u8 type; name; NUL } for each entry. */
export function encodeEntries(entries: readonly DirEntry[]): Bytes {
  const names = entries.map((entry) => new TextEncoder().encode(entry.name));
  const bytes = new Uint8Array(names.reduce((size, name) => size + name.length + 10, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  entries.forEach((entry, i) => {
    view.setBigUint64(at, BigInt(entry.ino), true);
    bytes[at + 8] = typeBits[entry.type] >> 12;
    bytes.set(names[i]!, at + 9);
    at += names[i]!.length + 10;
  });
  return bytes;
}

const flagBits: readonly (readonly [number, OpenFlag])[] = [
  [0o100, 'create'],
  [0o200, 'exclusive'],
  [0o400, 'noctty'],
  [0o1000, 'truncate'],
  [0o2000, 'append'],
  [0o4000, 'nonblock'],
  [0o200000, 'directory'],
  [0o400000, 'nofollow'],
  [0o2000000, 'cloexec'],
];

export function decodeOpenFlags(bits: number): readonly OpenFlag[] {
  const access: OpenFlag = (bits & 3) === 1 ? 'write' : (bits & 3) === 2 ? 'readwrite' : 'read';
  return [access, ...flagBits.filter(([bit]) => (bits & bit) !== 0).map(([, flag]) => flag)];
}
