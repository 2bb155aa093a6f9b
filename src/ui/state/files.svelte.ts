import { SvelteMap } from 'svelte/reactivity';
import type { SandboxApi } from '../../sandbox/protocol';

/** What of the sandbox files need; promises, for it is in a Worker. */
export type FileAccess = Pick<SandboxApi, 'readFile' | 'writeFile' | 'renameFile' | 'removeFile' | 'listFiles' | 'watchFiles'>;

export type Content =
  | { readonly state: 'loading' }
  | { readonly state: 'absent' }
  /** `base` is what the shell's file held when it was last read or written. */
  | { readonly state: 'text'; readonly base: string }
  /** The shell changed it while there were changes here. */
  | { readonly state: 'conflict'; readonly base: string; readonly theirs: string }
  /** The shell deleted it; the text is here still. */
  | { readonly state: 'gone' }
  | { readonly state: 'too-large'; readonly size: number }
  | { readonly state: 'binary'; readonly size: number };

/** Bytes that the editor opens at most. */
export const largestText = 2 * 1024 * 1024;
export const writeDelayMs = 150;

const encoder = new TextEncoder();

/** undefined: the bytes are no text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A file that has been opened. Its text is edited here and written to the shell's file shortly after. */
export class OpenFile {
  path: string = $state('');
  text: string = $state('');
  content: Content = $state.raw({ state: 'loading' });
  /** Counts replacements of the text from outside, which an editor has to take over. */
  revision: number = $state(0);
  /** Whether the cluster has what `kubectl apply` of this text would leave there. */
  cluster: 'none' | 'other' | 'same' = $state('none');
  /** The text that was refused when it was applied last, and the words it was refused with. */
  refused: { readonly text: string; readonly words: string } | undefined = $state.raw();
  /** Errors, and what else there is to say. */
  problems: number = $state(0);
  remarks: number = $state(0);
  /** Until what was typed is written. */
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Writes go one after another. */
  written: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  get dirty(): boolean {
    if (this.content.state === 'text') return this.text !== this.content.base;
    return this.content.state === 'conflict';
  }

  get editable(): boolean {
    return this.content.state === 'text' || this.content.state === 'conflict' || this.content.state === 'gone';
  }
}

export class Files {
  readonly open = new SvelteMap<string, OpenFile>();
  /** The home directory's regular files. */
  names: readonly string[] = $state.raw([]);
  readonly #onTrouble: (path: string, error: unknown) => void;
  #access: FileAccess | undefined;

  constructor(onTrouble: (path: string, error: unknown) => void) {
    this.#onTrouble = onTrouble;
  }

  /** A sandbox is there: files are read from it. */
  async connect(access: FileAccess, home: string): Promise<void> {
    this.#access = access;
    await this.#watch(home);
    await this.list();
    await Promise.all([...this.open.values()].map((file) => this.#read(file)));
  }

  disconnect(): void {
    this.#access = undefined;
    for (const file of this.open.values()) clearTimeout(file.timer);
  }

  #home = '';
  async #watch(home = this.#home): Promise<void> {
    this.#home = home;
    const elsewhere = [...this.open.keys()].filter((path) => path.includes('/'));
    await this.#access?.watchFiles([home, ...elsewhere]);
  }

  async list(): Promise<void> {
    if (!this.#access) return;
    const entries = await this.#access.listFiles(this.#home);
    this.names = entries.filter((entry) => entry.type === 'file' && !entry.name.startsWith('.')).map((entry) => entry.name);
  }

  /** A path below the home directory is known by its relative name. */
  key(path: string): string {
    const relative = path.startsWith(`${this.#home}/`) ? path.slice(this.#home.length + 1) : path;
    return relative.replace(/^\.\//, '');
  }

  get(path: string): OpenFile {
    const known = this.open.get(path);
    if (known) return known;
    const file = new OpenFile(path);
    this.open.set(path, file);
    if (path.includes('/')) void this.#watch();
    void this.#read(file);
    return file;
  }

  async close(path: string): Promise<void> {
    await this.flush(path);
    this.open.delete(path);
  }

  async #read(file: OpenFile): Promise<void> {
    if (!this.#access) return;
    const bytes = await this.#access.readFile(file.path);
    if (this.open.get(file.path) !== file) return;
    if (!bytes) {
      if (file.content.state === 'loading' || file.content.state === 'absent') file.content = { state: 'absent' };
      else if (file.editable) file.content = { state: 'gone' };
      else file.content = { state: 'absent' };
      return;
    }
    if (bytes.length > largestText) return void (file.content = { state: 'too-large', size: bytes.length });
    const text = decodeText(bytes);
    if (text === undefined) return void (file.content = { state: 'binary', size: bytes.length });
    this.#take(file, text);
  }

  /** The shell's file holds `theirs`. */
  #take(file: OpenFile, theirs: string): void {
    const { content } = file;
    const mine = file.text;
    const edited = content.state === 'conflict' || (content.state === 'text' && mine !== content.base);
    if (theirs === mine) file.content = { state: 'text', base: theirs };
    else if (content.state === 'text' && theirs === content.base) return;
    else if (edited) file.content = { state: 'conflict', base: content.base, theirs };
    else this.#replace(file, theirs);
  }

  #replace(file: OpenFile, text: string): void {
    file.content = { state: 'text', base: text };
    file.text = text;
    file.revision++;
  }

  /** A `file` event of the sandbox. */
  async changed(path: string): Promise<void> {
    const key = this.key(path);
    await this.list();
    const file = this.open.get(key);
    if (!file) return;
    await file.written;
    await this.#read(file);
  }

  /** The reader typed. */
  edit(path: string, text: string): void {
    const file = this.open.get(path);
    if (!file?.editable || file.text === text) return;
    file.text = text;
    clearTimeout(file.timer);
    file.timer = setTimeout(() => void this.flush(path), writeDelayMs);
  }

  /** Writes what has been typed; afterwards the shell's file is the text, unless there is a conflict or trouble. */
  async flush(path: string): Promise<void> {
    const file = this.open.get(path);
    if (!file) return;
    clearTimeout(file.timer);
    file.written = file.written.then(() => this.#write(file));
    await file.written;
  }

  async #write(file: OpenFile): Promise<void> {
    const access = this.#access;
    if (!access || file.content.state !== 'text' || file.text === file.content.base) return;
    try {
      const now = await access.readFile(file.path);
      const theirs = now && decodeText(now);
      // Reading took a moment: look again at what is to be written.
      if (file.content.state !== 'text') return;
      if (theirs !== undefined && theirs !== file.content.base && theirs !== file.text) {
        file.content = { state: 'conflict', base: file.content.base, theirs };
        return;
      }
      const text = file.text;
      await access.writeFile(file.path, encoder.encode(text));
      file.content = { state: 'text', base: text };
    } catch (error) {
      this.#onTrouble(file.path, error);
    }
  }

  async flushAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((path) => this.flush(path)));
  }

  /** After a conflict, or after the shell deleted the file: the text here becomes the file. */
  async keepMine(path: string): Promise<void> {
    const file = this.open.get(path);
    if (!file) return;
    file.content = { state: 'text', base: file.content.state === 'conflict' ? file.content.theirs : `${file.text}\n` };
    await this.#overwrite(file);
  }

  async #overwrite(file: OpenFile): Promise<void> {
    try {
      const text = file.text;
      await this.#access?.writeFile(file.path, encoder.encode(text));
      file.content = { state: 'text', base: text };
      await this.list();
    } catch (error) {
      this.#onTrouble(file.path, error);
    }
  }

  takeTheirs(path: string): void {
    const file = this.open.get(path);
    if (file?.content.state === 'conflict') this.#replace(file, file.content.theirs);
  }

  async create(path: string): Promise<boolean> {
    try {
      await this.#access?.writeFile(path, new Uint8Array());
      await this.list();
      return true;
    } catch (error) {
      this.#onTrouble(path, error);
      return false;
    }
  }

  async rename(from: string, to: string): Promise<boolean> {
    await this.flush(from);
    try {
      await this.#access?.renameFile(from, to);
    } catch (error) {
      this.#onTrouble(from, error);
      return false;
    }
    const file = this.open.get(from);
    if (file) {
      // the same file under another name: its undo history, caret and marks stay
      this.open.delete(from);
      file.path = to;
      this.open.set(to, file);
    }
    await this.list();
    return true;
  }

  async remove(path: string): Promise<boolean> {
    clearTimeout(this.open.get(path)?.timer);
    try {
      await this.#access?.removeFile(path);
    } catch (error) {
      this.#onTrouble(path, error);
      return false;
    }
    this.open.delete(path);
    await this.list();
    return true;
  }

  async bytes(path: string): Promise<Uint8Array | undefined> {
    await this.flush(path);
    return this.#access?.readFile(path);
  }
}
