import type { Diagnostic } from '../../manifest';
import type { CardZone } from './card-zone';
import { editor } from './monaco';
import type { Findings } from './problems';
import { rangeOf } from './providers';

/** A card that comes by itself waits until the reader has stopped typing. */
const typingPauseMs = 1500;
/** A click that becomes a selection is no request for a card. */
const caretPauseMs = 150;

/** Which problem's card is shown: that of the caret's line, or the one asked for; and the marks in the text. */
export class Cards {
  shown: Diagnostic | undefined = $state.raw();
  readonly #code: editor.IStandaloneCodeEditor;
  readonly #busy: () => boolean;
  readonly #marks: editor.IEditorDecorationsCollection;
  readonly #listeners: { dispose(): void }[];
  #zone: CardZone | undefined;
  #findings: Findings | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #typedAtMs = -typingPauseMs;
  /** The line whose card was closed, until the caret leaves it. */
  #dismissed: number | undefined;
  #asked = false;
  /** The card shown came with the caret, not by a request. */
  #byCaret = false;

  /** `busy`: something is open in the editor that a card would cover. */
  constructor(code: editor.IStandaloneCodeEditor, busy: () => boolean) {
    this.#code = code;
    this.#busy = busy;
    this.#marks = code.createDecorationsCollection();
    this.#listeners = [
      code.onDidChangeCursorSelection(() => this.#follow(caretPauseMs)),
      code.onDidChangeModelContent(() => {
        this.#typedAtMs = performance.now();
        this.#follow(typingPauseMs);
      }),
      code.onDidFocusEditorText(() => this.#follow(caretPauseMs)),
      code.onDidChangeModel(() => this.#close()),
    ];
  }

  /** The card's node has been made. */
  attach(zone: CardZone): void {
    this.#zone = zone;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#fresh ? (this.#findings?.diagnostics ?? []) : [];
  }

  /** In the order in which they are gone through: errors first, each kind from the top. */
  get ordered(): readonly Diagnostic[] {
    const urgent = ['error', 'warning', 'hint'];
    return [...this.diagnostics].sort((a, b) => urgent.indexOf(a.severity) - urgent.indexOf(b.severity) || a.span.start - b.span.start);
  }

  /** Spans are of the text that was looked at. */
  get #fresh(): boolean {
    return this.#findings?.text === this.#code.getModel()?.getValue();
  }

  lineOf(diagnostic: Diagnostic): number {
    return this.#code.getModel()?.getPositionAt(diagnostic.span.start).lineNumber ?? 1;
  }

  found(findings: Findings | undefined): void {
    this.#findings = findings;
    if (findings && !this.#fresh) return;
    this.#mark();
    if (!this.shown) return this.#follow(caretPauseMs);
    const { shown } = this;
    const same = this.diagnostics.find((one) => one.message === shown.message && this.lineOf(one) === this.#zone?.line);
    const next = same ?? this.#atCaret();
    if (next) this.#show(next);
    else this.#close();
  }

  #atCaret(): Diagnostic | undefined {
    const model = this.#code.getModel();
    const position = this.#code.getPosition();
    if (!model || !position) return undefined;
    const offset = model.getOffsetAt(position);
    const here = this.diagnostics.filter((one) => this.lineOf(one) === position.lineNumber);
    const touched = here.filter(({ span }) => span.start <= offset && offset <= span.end);
    // of several in one place the one that is shown stays
    return touched.find((one) => one === this.shown) ?? touched[0] ?? here[0];
  }

  #follow(delayMs: number): void {
    clearTimeout(this.#timer);
    const line = this.#code.getPosition()?.lineNumber;
    if (line !== this.#dismissed) this.#dismissed = undefined;
    if (this.shown && !this.#asked && line !== this.#zone?.line) this.#close();
    const wait = Math.max(delayMs, this.#typedAtMs + typingPauseMs - performance.now());
    this.#timer = setTimeout(() => this.#settle(), wait);
  }

  #settle(): void {
    this.#asked = false;
    if (this.#busy()) return this.#follow(typingPauseMs);
    if (!this.#fresh || this.#code.getSelection()?.isEmpty() === false || !this.#code.hasTextFocus()) return;
    const here = this.#atCaret();
    if (!here) this.#close();
    else if (here !== this.shown && this.#code.getPosition()?.lineNumber !== this.#dismissed) {
      this.#byCaret = true;
      this.#show(here);
    }
  }

  #show(diagnostic: Diagnostic): void {
    this.shown = diagnostic;
    this.#mark();
    // the card has its height once its words are in it
    requestAnimationFrame(() => {
      if (this.shown !== diagnostic || !this.#code.getModel()) return;
      this.#zone?.show(this.lineOf(diagnostic));
      this.#zone?.reveal();
    });
  }

  #close(): void {
    this.shown = undefined;
    this.#zone?.hide();
    this.#mark();
  }

  dismiss(): void {
    this.#dismissed = this.#code.getPosition()?.lineNumber;
    this.#close();
    this.#code.focus();
  }

  /**
   * Goes to the next problem, or the one before: from the card shown on in order, else to the nearest error from the caret
   * on, or to the nearest remark where there is no error.
   */
  go(step: 1 | -1): void {
    const model = this.#code.getModel();
    const position = this.#code.getPosition();
    const { ordered } = this;
    const [first] = ordered;
    if (!model || !position || !first) return;
    const offset = model.getOffsetAt(position);
    // a card that came by itself, of a mere remark, does not hold up the errors
    const shown = this.shown && (!this.#byCaret || this.shown.severity === first.severity) ? ordered.indexOf(this.shown) : -1;
    const urgent = ordered.filter(({ severity }) => severity === first.severity);
    const after = urgent.findIndex(({ span }) => span.start > offset);
    const near = step > 0 ? Math.max(after, 0) : (after < 0 ? urgent.length : after) - 1;
    const next = shown >= 0 ? shown + step : near;
    const target = ordered[(next + ordered.length) % ordered.length]!;
    this.#dismissed = undefined;
    this.#asked = true;
    this.#byCaret = false;
    this.#code.setPosition(model.getPositionAt(target.span.start));
    this.#code.revealPositionInCenterIfOutsideViewport(model.getPositionAt(target.span.start));
    this.#code.focus();
    this.#show(target);
  }

  /** Mends what the shown card, or the caret's line, tells of. */
  fix(): void {
    const model = this.#code.getModel();
    const fix = (this.shown ?? this.#atCaret())?.fix;
    if (!model || !fix || !this.#fresh) return;
    this.#code.pushUndoStop();
    this.#code.executeEdits(
      'pausebox.fix',
      fix.edits.map(({ span, text }) => ({ range: rangeOf(model, span), text, forceMoveMarkers: true })),
    );
    this.#code.pushUndoStop();
    this.#code.focus();
    this.#close();
  }

  showRelated(): void {
    const model = this.#code.getModel();
    const related = this.shown?.related;
    if (model && related) this.#code.revealRangeInCenterIfOutsideViewport(rangeOf(model, related.span));
  }

  /** The lines with problems, and what the shown card points to. */
  #mark(): void {
    const model = this.#code.getModel();
    if (!model || !this.#fresh) return;
    const lines = this.diagnostics
      .filter(({ severity }) => severity !== 'hint')
      .map(({ span, severity }) => ({
        range: rangeOf(model, { start: span.start, end: span.start }),
        options: { isWholeLine: true, className: `marked-${severity}`, glyphMarginClassName: `glyph-${severity}` },
      }));
    const related = this.shown?.related;
    const links = related ? [{ range: rangeOf(model, related.span), options: { inlineClassName: 'related' } }] : [];
    this.#marks.set([...lines, ...links]);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener.dispose();
    this.#marks.clear();
    this.#zone?.dispose();
  }
}
