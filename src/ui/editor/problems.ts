import { SvelteMap } from 'svelte/reactivity';
import type { Diagnostic } from '../../manifest';
import type { SandboxApi } from '../../sandbox/protocol';

export type ManifestAccess = Pick<SandboxApi, 'diagnose' | 'applied' | 'hover' | 'complete'>;

/** An open file, as far as it is looked at; `problems` is set to the number of its errors, `remarks` to that of the rest. */
export interface CheckedFile {
  readonly path: string;
  readonly text: string;
  problems: number;
  remarks: number;
  cluster: 'none' | 'other' | 'same';
}

/** What was found in a file's text; spans are of this text alone. */
export interface Findings {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A byte order mark is no part of what the editor shows. */
export const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

export const checkDelayMs = 120;

/** Has the sandbox look at manifests shortly after they change; answers that come too late are dropped. */
export class Problems {
  readonly #found = new SvelteMap<CheckedFile, Findings>();
  readonly #timers = new Map<CheckedFile, ReturnType<typeof setTimeout>>();
  readonly #access: () => ManifestAccess | undefined;
  readonly #onTrouble: (error: unknown) => void;

  constructor(access: () => ManifestAccess | undefined, onTrouble: (error: unknown) => void) {
    this.#access = access;
    this.#onTrouble = onTrouble;
  }

  of(file: CheckedFile): Findings | undefined {
    return this.#found.get(file);
  }

  /** The text, or what it depends on, changed. */
  look(file: CheckedFile): void {
    clearTimeout(this.#timers.get(file));
    this.#timers.set(
      file,
      setTimeout(() => void this.#ask(file), checkDelayMs),
    );
  }

  async #ask(file: CheckedFile): Promise<void> {
    this.#timers.delete(file);
    const { text: asked, path } = file;
    const text = withoutMark(asked);
    const access = this.#access();
    if (!access) return;
    try {
      const diagnostics = await access.diagnose(path, text);
      if (file.text !== asked || this.#access() === undefined) return;
      this.#found.set(file, { text, diagnostics: [...diagnostics].sort((a, b) => a.span.start - b.span.start) });
      file.problems = diagnostics.filter((one) => one.severity === 'error').length;
      file.remarks = diagnostics.length - file.problems;
      const cluster = await access.applied(path, text);
      if (file.text === asked) file.cluster = cluster;
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  /** Lets go of files that are open no more. */
  prune(open: ReadonlySet<CheckedFile>): void {
    for (const file of [...this.#found.keys()]) if (!open.has(file)) this.#found.delete(file);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#found.clear();
  }
}
