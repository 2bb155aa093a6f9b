import type { KubeObject } from '../kube/api';
import { damagedSave } from './protocol';

export interface SavedFile {
  /** Relative to the home directory. */
  readonly path: string;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly content: Uint8Array;
}

export interface SavedDirectory {
  readonly path: string;
  readonly mode: number;
}

export interface SavedLink {
  readonly path: string;
  readonly target: string;
}

/** What outlives a sandbox: the home directory and the objects the learner made. */
export interface Save {
  readonly files: readonly SavedFile[];
  readonly directories: readonly SavedDirectory[];
  readonly links: readonly SavedLink[];
  readonly objects: readonly KubeObject[];
}

interface Header {
  readonly version: 1;
  readonly files: readonly (Omit<SavedFile, 'content'> & { readonly size: number })[];
  readonly directories: readonly SavedDirectory[];
  readonly links: readonly SavedLink[];
  readonly objects: readonly KubeObject[];
}

const magic = 'PAUSEBOX';

/** `PAUSEBOX`, the header's length (32 bits, little-endian), the header as JSON, then the files' bytes one after another. */
export function packSave(save: Save): Uint8Array {
  const header: Header = {
    version: 1,
    files: save.files.map(({ path, mode, mtimeMs, content }) => ({ path, mode, mtimeMs, size: content.length })),
    directories: save.directories,
    links: save.links,
    objects: save.objects,
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = new TextEncoder().encode(magic);
  const total = start.length + 4 + text.length + save.files.reduce((sum, { content }) => sum + content.length, 0);
  const bytes = new Uint8Array(total);
  bytes.set(start);
  new DataView(bytes.buffer).setUint32(start.length, text.length, true);
  bytes.set(text, start.length + 4);
  let at = start.length + 4 + text.length;
  for (const { content } of save.files) {
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}

function damaged(why: string): Error {
  const error = new Error(why);
  error.name = damagedSave;
  return error;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A path that stays below the directory it is relative to. */
const isInside = (path: unknown): path is string =>
  typeof path === 'string' && path !== '' && !path.startsWith('/') && !path.split('/').some((part) => part === '..' || part === '');

function headerOf(text: Uint8Array): Header {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (error) {
    throw damaged(`the saved state's header cannot be read: ${(error as Error).message}`);
  }
  if (!isRecord(value) || value['version'] !== 1) throw damaged('the saved state is of a version that is not known');
  const lists = ['files', 'directories', 'links', 'objects'].map((name) => value[name]);
  if (!lists.every((list) => Array.isArray(list) && list.every(isRecord))) throw damaged('the saved state lacks a list');
  const [files, directories, links, objects] = lists as Record<string, unknown>[][];
  for (const entry of [...files!, ...directories!, ...links!]) if (!isInside(entry['path'])) throw damaged('a saved path is no path');
  for (const file of files!)
    if (
      !Number.isSafeInteger(file['size']) ||
      (file['size'] as number) < 0 ||
      typeof file['mtimeMs'] !== 'number' ||
      typeof file['mode'] !== 'number'
    )
      throw damaged('a saved file lacks its size, mode or time');
  for (const directory of directories!) if (typeof directory['mode'] !== 'number') throw damaged('a saved directory lacks its mode');
  for (const link of links!) if (typeof link['target'] !== 'string') throw damaged('a saved link lacks its target');
  for (const object of objects!) if (!isRecord(object['metadata']) || typeof object['kind'] !== 'string') throw damaged('a saved object has no kind'); // prettier-ignore
  return value as unknown as Header;
}

/** Throws an Error named `DamagedSave` when the bytes are no save. */
export function unpackSave(bytes: Uint8Array): Save {
  const start = magic.length + 4;
  if (bytes.length < start || new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic)
    throw damaged('these bytes are no saved state');
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(magic.length, true);
  if (start + length > bytes.length) throw damaged('the saved state is cut short');
  const header = headerOf(bytes.subarray(start, start + length));
  let at = start + length;
  const files = header.files.map(({ path, mode, mtimeMs, size }) => {
    const content = bytes.slice(at, at + size);
    at += size;
    return { path, mode, mtimeMs, content };
  });
  if (at > bytes.length) throw damaged('the saved state is cut short');
  return { files, directories: header.directories, links: header.links, objects: header.objects };
}
