import type { FileType } from '../../kernel';
import { concat, utf8 } from '../text';

/** One member of a ustar archive (POSIX.1-1988, with GNU's long names). */
export interface Member {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly type: FileType | 'link';
  readonly target: string;
  readonly user: string;
  readonly group: string;
}

const typeFlags: Readonly<Record<string, Member['type']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};
const flagOf = (type: Member['type']): string => Object.entries(typeFlags).find(([, t]) => t === type)?.[0] ?? '0';

const block = 512;

function headerBlock(m: Member, name: string, flag: string, size: number): Uint8Array {
  const out = new Uint8Array(block);
  const put = (at: number, text: string | Uint8Array, length: number): void =>
    out.set((typeof text === 'string' ? utf8.encode(text) : text).subarray(0, length), at);
  const octal = (at: number, n: number, length: number): void => put(at, `${Math.floor(Math.max(0, n)).toString(8).padStart(length - 1, '0').slice(-(length - 1))}\0`, length); // prettier-ignore
  let [prefix, base] = ['', name];
  if (utf8.encode(name).length > 100) {
    const cut = name.lastIndexOf('/', 154);
    if (cut > 0 && utf8.encode(name.slice(cut + 1)).length <= 100) [prefix, base] = [name.slice(0, cut), name.slice(cut + 1)];
  }
  put(0, base, 100);
  octal(100, m.mode, 8);
  octal(108, m.uid, 8);
  octal(116, m.gid, 8);
  octal(124, size, 12);
  octal(136, m.mtimeMs / 1000, 12);
  put(148, '        ', 8);
  put(156, flag, 1);
  put(157, m.target, 100);
  put(257, 'ustar\x0000', 8);
  put(265, m.user, 31);
  put(297, m.group, 31);
  octal(329, 0, 8);
  octal(337, 0, 8);
  put(345, prefix, 155);
  put(148, `${out.reduce((a, b) => a + b, 0).toString(8).padStart(6, '0')}\0 `, 8); // prettier-ignore
  return out;
}

const padded = (data: Uint8Array): Uint8Array[] =>
  data.length % block === 0 ? [data] : [data, new Uint8Array(block - (data.length % block))];

/** The blocks of a member, its data too. */
export function encodeMember(m: Member, data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  const long = (flag: string, text: string): void => {
    const value = utf8.encode(`${text}\0`);
    const carrier: Member = { ...m, mode: 0, uid: 0, gid: 0, mtimeMs: 0, target: '', user: 'root', group: 'root' };
    parts.push(headerBlock(carrier, '././@LongLink', flag, value.length), ...padded(value));
  };
  const nameBytes = utf8.encode(m.name).length;
  const cut = m.name.lastIndexOf('/', 154);
  if (nameBytes > 100 && !(cut > 0 && utf8.encode(m.name.slice(cut + 1)).length <= 100)) long('L', m.name);
  if (utf8.encode(m.target).length > 100) long('K', m.target);
  parts.push(headerBlock(m, m.name, flagOf(m.type), m.type === 'file' ? data.length : 0));
  if (m.type === 'file') parts.push(...padded(data));
  return concat(parts);
}

/** Two empty blocks, and what fills the record of 20. */
export const archiveEnd = (written: number): Uint8Array => new Uint8Array(Math.ceil((written + 2 * block) / 10240) * 10240 - written);

export class ArchiveError extends Error {}

/** Reads an archive piece by piece. */
export class ArchiveReader {
  private held: Uint8Array = new Uint8Array(0);
  private offset = 0;
  constructor(private readonly read: () => Promise<Uint8Array>) {}

  private async take(n: number): Promise<Uint8Array | undefined> {
    while (this.held.length < n) {
      const part = await this.read();
      if (part.length === 0) return undefined;
      this.held = this.held.length === 0 ? part : concat([this.held, part]);
    }
    const out = this.held.subarray(0, n);
    this.held = this.held.subarray(n);
    this.offset += n;
    return out;
  }

  /** The next member with its data; undefined at the end. Throws ArchiveError. */
  async next(): Promise<{ member: Member; data: Uint8Array } | undefined> {
    let [longName, longTarget] = ['', ''];
    let pax = new Map<string, string>();
    for (;;) {
      const h = await this.take(block);
      if (!h) {
        if (this.offset === 0) throw new ArchiveError('empty');
        return undefined;
      }
      if (h.every((b) => b === 0)) return undefined;
      const text = (at: number, length: number): string => {
        const field = h.subarray(at, at + length);
        const end = field.indexOf(0);
        return utf8.decode(end < 0 ? field : field.subarray(0, end));
      };
      const number = (at: number, length: number): number => {
        if (((h[at] as number) & 0x80) !== 0) return h.subarray(at + 1, at + length).reduce((n, b) => n * 256 + b, 0);
        return parseInt(text(at, length).trim() || '0', 8) || 0;
      };
      const sum = h.reduce((a, b, i) => a + (i >= 148 && i < 156 ? 32 : b), 0);
      if (sum !== number(148, 8)) throw new ArchiveError('checksum');
      const size = number(124, 12);
      const flag = String.fromCharCode(h[156] as number);
      const type = typeFlags[flag] ?? 'file';
      const carries = type === 'file' || 'LKxg'.includes(flag);
      const length = pax.has('size') && type === 'file' ? Number(pax.get('size')) : carries ? size : 0;
      const whole = await this.take(Math.ceil(length / block) * block);
      if (!whole) throw new ArchiveError('unexpected EOF');
      const data = whole.slice(0, length);
      if (flag === 'L')
        longName = utf8.decode(data).replace(/\0+$/, ''); // prettier-ignore
      else if (flag === 'K')
        longTarget = utf8.decode(data).replace(/\0+$/, ''); // prettier-ignore
      else if (flag === 'x') pax = paxRecords(utf8.decode(data));
      else if (flag !== 'g') {
        const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
        const name = longName || pax.get('path') || (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`);
        const member: Member = {
          name, mode: number(100, 8) & 0o7777, uid: number(108, 8), gid: number(116, 8), size: length, mtimeMs: (pax.has('mtime') ? Number(pax.get('mtime')) : number(136, 12)) * 1000,
          type: type === 'file' && name.endsWith('/') ? 'directory' : type, target: longTarget || pax.get('linkpath') || text(157, 100), user: text(265, 32), group: text(297, 32),
        }; // prettier-ignore
        return { member, data };
      }
    }
  }
}

function paxRecords(text: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const m of text.matchAll(/\d+ ([^=\n]+)=([^\n]*)\n/g)) out.set(m[1] as string, m[2] as string);
  return out;
}
