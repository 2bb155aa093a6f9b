import { createStore, del, get, set, type UseStore } from 'idb-keyval';

export type SaveResult = 'saved' | 'full' | 'unavailable';

/** The saved sandbox, in IndexedDB. Kept aside for its owner: `damaged`, a save that could not be read; `mine`, what there was before a link was opened. */
export type Slot = 'work' | 'damaged' | 'mine';

let store: UseStore | undefined;
const open = (): UseStore => (store ??= createStore('pausebox', 'saves'));

/** undefined: nothing is there, or the browser keeps nothing. */
export async function load(slot: Slot): Promise<Uint8Array | undefined> {
  try {
    const value: unknown = await get(slot, open());
    if (value === undefined) return undefined;
    // something else in its place is damage for the sandbox to find
    return value instanceof Uint8Array ? value : new TextEncoder().encode(String(value));
  } catch {
    return undefined;
  }
}

export async function save(slot: Slot, bytes: Uint8Array): Promise<SaveResult> {
  try {
    await set(slot, bytes, open());
    return 'saved';
  } catch (error) {
    return error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'unavailable';
  }
}

export async function forget(slot: Slot): Promise<void> {
  try {
    await del(slot, open());
  } catch {
    // there is nothing to forget where nothing is kept
  }
}

/** Offers the bytes as a file to keep. */
export function download(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/^.*\//, '');
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
