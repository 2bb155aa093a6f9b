import type { Files, OpenFile } from '../state/files.svelte';
import { languageOf } from './language';
import { withoutMark } from './problems';
import { Range, Uri, editor } from './monaco';

interface Kept {
  readonly model: editor.ITextModel;
  readonly listener: { dispose(): void };
  /** The file's `revision` that the model has. */
  revision: number;
  view: editor.ICodeEditorViewState | null;
}

/** One model a file, kept with its undo history and view while the file is open. */
export class Models {
  readonly #kept = new Map<OpenFile, Kept>();
  readonly #files: Files;
  #number = 0;
  /** The text is being taken over from the file: no edit of the reader's. */
  #taking = false;

  constructor(files: Files) {
    this.#files = files;
  }

  of(file: OpenFile): editor.ITextModel {
    return this.#get(file).model;
  }

  fileOf(model: editor.ITextModel): OpenFile | undefined {
    for (const [file, kept] of this.#kept) if (kept.model === model) return file;
    return undefined;
  }

  #get(file: OpenFile): Kept {
    const known = this.#kept.get(file);
    if (known) return known;
    const uri = Uri.from({ scheme: 'file', path: `/${++this.#number}/${file.path}` });
    const model = editor.createModel(file.text, languageOf(file.path, file.text), uri);
    this.#matchLineEnds(model, file.text);
    model.updateOptions({
      tabSize: 2,
      insertSpaces: !/\.[ch]$|Makefile$/.test(file.path),
      trimAutoWhitespace: true,
      bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
    });
    model.detectIndentation(model.getOptions().insertSpaces, 2);
    const listener = model.onDidChangeContent(() => {
      if (!this.#taking) this.#files.edit(file.path, model.getValue(undefined, true));
    });
    const kept: Kept = { model, listener, revision: file.revision, view: null };
    this.#kept.set(file, kept);
    return kept;
  }

  /** The file may have another name now, and its text be of another language. */
  rename(file: OpenFile): void {
    const kept = this.#kept.get(file);
    if (kept) editor.setModelLanguage(kept.model, languageOf(file.path, file.text));
  }

  /** Takes over the file's text where it was replaced from outside, as one step of undo. */
  take(file: OpenFile): void {
    const kept = this.#kept.get(file);
    if (!kept || kept.revision === file.revision) return;
    kept.revision = file.revision;
    const { model } = kept;
    const after = withoutMark(file.text);
    this.#taking = true;
    this.#matchLineEnds(model, after);
    this.#taking = false;
    const before = model.getValue();
    if (before === after) return;
    let start = 0;
    const shorter = Math.min(before.length, after.length);
    while (start < shorter && before[start] === after[start]) start++;
    let tail = 0;
    while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
    const range = Range.fromPositions(model.getPositionAt(start), model.getPositionAt(before.length - tail));
    this.#taking = true;
    try {
      model.pushStackElement();
      model.pushEditOperations(null, [{ range, text: after.slice(start, after.length - tail) }], () => null);
      model.pushStackElement();
    } finally {
      this.#taking = false;
    }
  }

  /** Monaco would write line ends of the reader's system into files that have none yet. */
  #matchLineEnds(model: editor.ITextModel, text: string): void {
    const wanted = text.includes('\r\n') ? editor.EndOfLineSequence.CRLF : editor.EndOfLineSequence.LF;
    if (model.getEndOfLineSequence() !== wanted) model.setEOL(wanted);
  }

  view(file: OpenFile): editor.ICodeEditorViewState | null {
    return this.#kept.get(file)?.view ?? null;
  }

  keepView(file: OpenFile, view: editor.ICodeEditorViewState | null): void {
    const kept = this.#kept.get(file);
    if (kept) kept.view = view;
  }

  /** Lets go of files that are open no more. */
  prune(open: Iterable<OpenFile>): void {
    const still = new Set(open);
    for (const [file, kept] of this.#kept) {
      if (still.has(file)) continue;
      kept.listener.dispose();
      kept.model.dispose();
      this.#kept.delete(file);
    }
  }

  dispose(): void {
    this.prune([]);
  }
}
