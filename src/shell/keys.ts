import { Errno } from '../kernel';
import { decode, encode } from './bytes';
import type { Shell } from './shell';

/** A key: a character, `C-x`, `M-x`, or a name such as `up`; `paste` carries the pasted text. */
export type Key = { readonly name: string; readonly text?: string };

const sequences: Readonly<Record<string, string>> = {
  '[A': 'up', '[B': 'down', '[C': 'right', '[D': 'left', '[H': 'home', '[F': 'end', OA: 'up', OB: 'down', OC: 'right', OD: 'left', OH: 'home', OF: 'end',
  '[1~': 'home', '[7~': 'home', '[4~': 'end', '[8~': 'end', '[3~': 'delete', '[2~': 'insert', '[5~': 'page-up', '[6~': 'page-down', '[Z': 'backtab',
  '[1;5C': 'M-f', '[1;5D': 'M-b', '[1;3C': 'M-f', '[1;3D': 'M-b', '[5C': 'M-f', '[5D': 'M-b', '[3;5~': 'M-d',
}; // prettier-ignore

/** Reads keys one byte at a time, so that nothing meant for the next program is taken. Throws EINTR. */
export class Keys {
  /** Bytes that are read before those of the terminal: a macro's. */
  private queued: number[] = [];

  constructor(private readonly sh: Shell) {}

  /** Types `text` before what comes from the terminal. */
  type(text: string): void {
    this.queued.unshift(...encode(text));
  }

  /** Whether more has been typed already. */
  async pending(): Promise<boolean> {
    if (this.queued.length > 0) return true;
    const ready = await this.sh.proc.poll([{ fd: 0, events: 'in' }], 0);
    return ready.some((r) => r.in);
  }

  private async byte(): Promise<number | undefined> {
    const queued = this.queued.shift();
    if (queued !== undefined) return queued;
    const bytes = await this.sh.proc.read(0, 1);
    return bytes[0];
  }

  private async sureByte(): Promise<number | undefined> {
    for (;;) {
      try {
        return await this.byte();
      } catch (e) {
        if (!(e instanceof Errno && e.code === 'EINTR')) throw e;
      }
    }
  }

  async next(): Promise<Key | undefined> {
    const first = await this.byte();
    if (first === undefined) return undefined;
    if (first === 27) return this.escape();
    if (first === 127 || first === 8) return { name: 'backspace' };
    if (first === 13 || first === 10) return { name: 'enter' };
    if (first === 9) return { name: 'tab' };
    if (first === 31) return { name: 'undo' };
    if (first < 32) return { name: `C-${String.fromCharCode(first + 96)}` };
    return { name: 'char', text: await this.character(first) };
  }

  /** The next byte or character as it is, whatever it would do. */
  async literal(): Promise<string> {
    const first = await this.sureByte();
    return first === undefined ? '' : this.character(first);
  }

  private async character(first: number): Promise<string> {
    const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const bytes = [first];
    while (bytes.length < length) {
      const byte = await this.sureByte();
      if (byte === undefined) break;
      bytes.push(byte);
    }
    return decode(Uint8Array.from(bytes));
  }

  private async escape(): Promise<Key> {
    // to vi an Esc with nothing behind it is a key of its own
    const vi = this.sh.options.has('vi');
    if (vi && !(await this.pending())) return { name: 'escape' };
    const second = await this.sureByte();
    if (second === undefined) return { name: 'escape' };
    const char = String.fromCharCode(second);
    if (char === 'O') {
      const third = await this.sureByte();
      return { name: sequences[`O${String.fromCharCode(third ?? 0)}`] ?? 'unknown' };
    }
    if (vi && char !== '[') {
      this.queued.unshift(second);
      return { name: 'escape' };
    }
    if (char !== '[') {
      if (second === 127 || second === 8) return { name: 'M-backspace' };
      return { name: second === 27 ? 'escape' : `M-${char}` };
    }
    let sequence = '[';
    for (;;) {
      const byte = await this.sureByte();
      if (byte === undefined) break;
      sequence += String.fromCharCode(byte);
      if (byte >= 0x40 && byte <= 0x7e) break;
    }
    if (sequence === '[200~') return { name: 'paste', text: await this.paste() };
    return { name: sequences[sequence] ?? 'unknown', text: `\x1b${sequence}` };
  }

  private async paste(): Promise<string> {
    const bytes: number[] = [];
    const end = [27, 91, 50, 48, 49, 126];
    for (;;) {
      const byte = await this.sureByte();
      if (byte === undefined) break;
      bytes.push(byte);
      if (bytes.length >= end.length && end.every((b, i) => bytes[bytes.length - end.length + i] === b)) {
        bytes.length -= end.length;
        break;
      }
    }
    return decode(Uint8Array.from(bytes)).replace(/\r\n?/g, '\n');
  }
}
