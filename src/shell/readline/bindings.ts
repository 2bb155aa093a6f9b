import type { Key } from '../keys';

/** What a sequence of keys does: as a key of the editor, typing other keys, running a command (`bind -x`), nothing. */
export type Binding =
  | { readonly kind: 'key'; readonly function: string; readonly key: string | undefined }
  | { readonly kind: 'macro'; readonly text: string }
  | { readonly kind: 'command'; readonly command: string };

const raw: Readonly<Record<string, string>> = {
  enter: '\r', tab: '\t', backspace: '\x7f', undo: '\x1f', escape: '\x1b', up: '\x1b[A', down: '\x1b[B', right: '\x1b[C', left: '\x1b[D', home: '\x1b[H', end: '\x1b[F',
  delete: '\x1b[3~', insert: '\x1b[2~', 'page-up': '\x1b[5~', 'page-down': '\x1b[6~', backtab: '\x1b[Z', 'M-backspace': '\x1b\x7f',
}; // prettier-ignore

/** The characters that a key sends. */
export function charactersOf({ name, text }: Key): string {
  const known = raw[name];
  if (known !== undefined) return known;
  if (name === 'unknown' || name === 'char') return text ?? '';
  if (name.startsWith('C-')) return String.fromCharCode(name.charCodeAt(2) & 31);
  return name.startsWith('M-') ? `\x1b${name.slice(2)}` : '';
}

/** The binding that `key`, with keys that come after it, is the beginning of. */
export async function boundTo(
  bindings: ReadonlyMap<string, Binding>,
  key: Key,
  next: () => Promise<Key | undefined>,
): Promise<Binding | undefined> {
  let typed = charactersOf(key);
  for (;;) {
    const found = bindings.get(typed);
    if (found || typed === '') return found;
    if (![...bindings.keys()].some((k) => k.startsWith(typed))) return undefined;
    const more = await next();
    if (!more) return undefined;
    typed += charactersOf(more);
  }
}

/** What `bind` and an inputrc have changed. */
export class ReadlineState {
  readonly bindings = new Map<string, Binding>();
  /** Functions whose own keys were taken from them. */
  readonly unbound = new Set<string>();
  readonly variables = new Map<string, string>();
}
