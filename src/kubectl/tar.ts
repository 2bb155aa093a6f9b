const block = 512;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly mode: number;
  readonly linkName: string;
  readonly bytes: Uint8Array;
}

/** One entry in the ustar format: header and contents in whole blocks. */
export function tarEntry(entry: {
  name: string;
  type: TarEntry['type'];
  mode: number;
  mtimeMs: number;
  linkName?: string;
  bytes?: Uint8Array;
}): Uint8Array {
  const bytes = entry.bytes ?? new Uint8Array();
  const header = new Uint8Array(block);
  const put = (offset: number, text: string, size: number): void => header.set(encoder.encode(text).slice(0, size), offset);
  const octal = (offset: number, value: number, size: number): void =>
    put(
      offset,
      Math.floor(value)
        .toString(8)
        .padStart(size - 1, '0'),
      size,
    );
  const name = entry.type === 'directory' && !entry.name.endsWith('/') ? `${entry.name}/` : entry.name;
  const [prefix, rest] = splitName(name);
  put(0, rest, 100);
  octal(100, entry.mode, 8);
  octal(108, 0, 8);
  octal(116, 0, 8);
  octal(124, bytes.length, 12);
  octal(136, entry.mtimeMs / 1000, 12);
  put(148, '        ', 8);
  put(156, entry.type === 'directory' ? '5' : entry.type === 'symlink' ? '2' : '0', 1);
  put(157, entry.linkName ?? '', 100);
  put(257, 'ustar\u000000', 8);
  put(345, prefix, 155);
  put(
    148,
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    8,
  );
  const whole = new Uint8Array(block + Math.ceil(bytes.length / block) * block);
  whole.set(header);
  whole.set(bytes, block);
  return whole;
}

export const tarEnd = new Uint8Array(2 * block);

function splitName(name: string): [string, string] {
  if (encoder.encode(name).length <= 100) return ['', name];
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    if (encoder.encode(name.slice(slash + 1)).length <= 100) return [name.slice(0, slash), name.slice(slash + 1)];
  }
  return ['', name];
}

const text = (bytes: Uint8Array, from: number, size: number): string => {
  const field = bytes.subarray(from, from + size);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
};

/** The entries of an archive (ustar, and GNU's long names). A cut archive ends where it is cut. */
export function* tarEntries(archive: Uint8Array): Generator<TarEntry> {
  let longName = '';
  for (let at = 0; at + block <= archive.length;) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    const size = parseInt(text(header, 124, 12).trim() || '0', 8);
    const bytes = archive.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
    const flag = text(header, 156, 1);
    if (flag === 'L') {
      longName = text(bytes, 0, bytes.length);
      continue;
    }
    const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
    const name = longName || (prefix ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100));
    longName = '';
    const type = flag === '5' ? 'directory' : flag === '2' ? 'symlink' : flag === '' || flag === '0' ? 'file' : 'other';
    yield { name, type, mode: parseInt(text(header, 100, 8).trim() || '644', 8), linkName: text(header, 157, 100), bytes };
  }
}
