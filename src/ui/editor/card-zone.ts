import { editor } from './monaco';

/** Room below a line, with a card over it: a zone pushes the text apart, a widget holds what can be clicked. */
export class CardZone {
  readonly #code: editor.IStandaloneCodeEditor;
  readonly #node: HTMLElement;
  readonly #widget: editor.IOverlayWidget;
  readonly #resized: ResizeObserver;
  readonly #layout: { dispose(): void };
  #zone: { readonly id: string; readonly spec: editor.IViewZone; readonly line: number } | undefined;

  constructor(code: editor.IStandaloneCodeEditor, node: HTMLElement) {
    this.#code = code;
    this.#node = node;
    this.#widget = { getId: () => 'pausebox.card', getDomNode: () => node, getPosition: () => null };
    node.style.visibility = 'hidden';
    code.addOverlayWidget(this.#widget);
    this.#resized = new ResizeObserver(() => this.#fit());
    this.#resized.observe(node);
    this.#layout = code.onDidLayoutChange(() => this.#place());
    this.#place();
  }

  get line(): number | undefined {
    return this.#zone?.line;
  }

  /** The height of the card and the room around it, px. */
  get #height(): number {
    return this.#node.offsetHeight + 12;
  }

  show(line: number): void {
    if (this.#zone?.line === line) return this.#fit();
    this.hide();
    this.#place();
    const spec: editor.IViewZone = {
      afterLineNumber: line,
      heightInPx: this.#height,
      domNode: document.createElement('div'),
      suppressMouseDown: true,
      onDomNodeTop: (top) => {
        this.#node.style.top = `${top + 4}px`;
        // not `visible`: on a phone the whole pane may be out of sight
        this.#node.style.visibility = '';
      },
    };
    this.#code.changeViewZones((zones) => {
      this.#zone = { id: zones.addZone(spec), spec, line };
    });
  }

  hide(): void {
    this.#node.style.visibility = 'hidden';
    this.#node.style.top = '-1000px';
    const zone = this.#zone;
    this.#zone = undefined;
    if (zone) this.#code.changeViewZones((zones) => zones.removeZone(zone.id));
  }

  #fit(): void {
    const zone = this.#zone;
    if (!zone || zone.spec.heightInPx === this.#height) return;
    zone.spec.heightInPx = this.#height;
    this.#code.changeViewZones((zones) => zones.layoutZone(zone.id));
  }

  #place(): void {
    const { contentLeft, contentWidth, verticalScrollbarWidth } = this.#code.getLayoutInfo();
    this.#node.style.left = `${contentLeft}px`;
    this.#node.style.width = `${Math.max(160, contentWidth - verticalScrollbarWidth - 8)}px`;
  }

  /** Scrolls so that the line and the whole card are seen. */
  reveal(): void {
    const zone = this.#zone;
    if (!zone) return;
    const top = this.#code.getTopForLineNumber(zone.line);
    const bottom = top + 20 + this.#height;
    const { height } = this.#code.getLayoutInfo();
    const scroll = this.#code.getScrollTop();
    // the first line that is seen is seen whole
    const whole = 8 + Math.ceil((bottom - height - 8) / 20) * 20;
    if (bottom > scroll + height) this.#code.setScrollTop(Math.min(top, whole));
    else if (top < scroll) this.#code.setScrollTop(top);
  }

  dispose(): void {
    this.hide();
    this.#resized.disconnect();
    this.#layout.dispose();
    this.#code.removeOverlayWidget(this.#widget);
  }
}
