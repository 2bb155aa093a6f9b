import { displayWidth } from '../text';
import type { TextBuffer } from './buffer';

export const tabStop = 8;

/** A line with tabs expanded and control characters visible. */
export function expanded(line: string): string {
  let out = '';
  for (const c of line)
    out +=
      c === '\t'
        ? ' '.repeat(tabStop - (displayWidth(out) % tabStop))
        : c < ' ' || c === '\x7f'
          ? `^${String.fromCharCode(c.charCodeAt(0) ^ 64)}`
          : c;
  return out;
}

export const screenColumn = (line: string, column: number): number => displayWidth(expanded(line.slice(0, column)));

/** The part of `text` between two screen columns. */
export function cut(text: string, from: number, width: number): string {
  let out = '';
  let at = 0;
  for (const c of text) {
    const w = displayWidth(c);
    if (at >= from && at + w <= from + width) out += c;
    at += w;
    if (at >= from + width) break;
  }
  return out;
}

/** The first row shown, so that the cursor's is. */
export function scroll(top: number, buffer: TextBuffer, height: number, jump: boolean): number {
  if (buffer.row < top) return jump ? Math.max(0, buffer.row - Math.floor(height / 2)) : buffer.row;
  if (buffer.row >= top + height) return jump ? Math.max(0, buffer.row - Math.floor(height / 2)) : buffer.row - height + 1;
  return top;
}
