import type { Key } from './keys';
import type { Screen } from './screen';

export interface Found {
  readonly text: string;
  readonly cursor: number | undefined;
  /** The line of the history it is; undefined when the search was given up. */
  readonly at: number | undefined;
  readonly end: 'enter' | 'interrupt' | 'edit';
  /** The command that ended the search and is still to be carried out. */
  readonly key?: string;
}

/** Ctrl-R and Ctrl-S: looks through the history as text is typed. */
export async function searchHistory(
  screen: Screen,
  lines: readonly string[],
  from: { readonly text: string; readonly at: number },
  start: 'C-r' | 'C-s',
  nextKey: () => Promise<Key | undefined>,
): Promise<Found> {
  let forward = start === 'C-s';
  let wanted = '';
  let at = from.at;
  let found = from.text;
  let failed = false;
  const look = (first: number): boolean => {
    const step = forward ? 1 : -1;
    for (let i = first; i >= 0 && i < lines.length; i += step) {
      if (!lines[i]?.includes(wanted)) continue;
      at = i;
      found = lines[i] ?? '';
      return true;
    }
    return false;
  };
  for (;;) {
    await screen.drawSearch(wanted, found, failed, forward);
    const key = await nextKey();
    const cursor = wanted === '' ? undefined : [...found.slice(0, Math.max(0, found.indexOf(wanted)))].length;
    if (!key || key.name === 'C-c') return { text: found, cursor, at, end: 'interrupt' };
    switch (key.name) {
      case 'C-r':
      case 'C-s':
        forward = key.name === 'C-s';
        failed = wanted !== '' && !look(at + (forward ? 1 : -1));
        break;
      case 'char':
        wanted += key.text ?? '';
        failed = !look(Math.min(at, lines.length - 1));
        break;
      case 'backspace':
        wanted = wanted.slice(0, -1);
        at = from.at;
        found = from.text;
        failed = wanted !== '' && !look(Math.min(at, lines.length - 1));
        break;
      case 'C-g':
        return { text: from.text, cursor: undefined, at: undefined, end: 'edit' };
      case 'enter':
        return { text: found, cursor, at, end: 'enter' };
      default:
        return { text: found, cursor, at, end: 'edit', ...(key.name === 'escape' ? {} : { key: key.name }) };
    }
  }
}
