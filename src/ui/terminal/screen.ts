import type { SearchAddon } from '@xterm/addon-search';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { TerminalSize } from '../../sandbox/protocol';
import type { Screen, Terminal } from '../state/terminals.svelte';
import { colours, matchColours } from './colours';
import { arrow, Keys, withCtrl } from './keys';

const encoder = new TextEncoder();

/** Lines kept above the screen. */
const scrollback = 10_000;
/** Rows are on the page's grid of 20 px, or as much higher as large text needs. */
const rowPx = (fontPx: number): number => Math.max(20, Math.round(fontPx * 1.48));

/** Matches of a search: which one of how many is shown, from 0; -1: there is none. */
export interface Found {
  readonly index: number;
  readonly count: number;
}

export interface ScreenOptions {
  readonly fontPx: number;
  readonly screenReader: boolean;
}

/** Height of a line of the font, by which xterm.js multiplies `lineHeight`. */
function lineHeightFor(family: string, fontPx: number): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return 1.35;
  context.font = `${fontPx}px ${family}`;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText('W');
  return Math.max(1, (rowPx(fontPx) + 0.01) / (ascent + descent));
}

/** A terminal's xterm.js. It outlives the pane it is shown in, which changes with the window's width. */
export class XtermScreen implements Screen {
  readonly element = document.createElement('div');
  readonly #xterm: Xterm;
  readonly #fit = new FitAddon();
  readonly #terminal: Terminal;
  readonly #observer: ResizeObserver;
  #search: Promise<SearchAddon> | undefined;
  #found: Found = { index: -1, count: 0 };
  #frame = 0;
  #shown = false;
  /** Set by the key row: the next key is typed with Ctrl. */
  #ctrl = false;
  onCtrl: (on: boolean) => void = () => undefined;
  onFind: () => void = () => undefined;
  /** Enter was typed, and ended that line. */
  onLine: (line: string) => void = () => undefined;
  #entered = false;

  constructor(terminal: Terminal, options: ScreenOptions) {
    this.#terminal = terminal;
    this.element.className = 'screen';
    const fontFamily = getComputedStyle(document.documentElement).getPropertyValue('--mono').trim();
    this.#xterm = new Xterm({
      allowProposedApi: true,
      fontFamily,
      fontSize: options.fontPx,
      fontWeightBold: 600,
      lineHeight: lineHeightFor(fontFamily, options.fontPx),
      cursorBlink: false,
      cursorInactiveStyle: 'outline',
      scrollback,
      screenReaderMode: options.screenReader,
      // what a binary file sends is no fault of anybody's
      logLevel: 'off',
      minimumContrastRatio: 4.5,
      theme: colours(),
    });
    this.#xterm.loadAddon(this.#fit);
    this.#xterm.attachCustomKeyEventHandler(new Keys({ copy: () => void this.copy(), find: () => this.onFind() }).handle);
    this.#xterm.onData((keys) => this.#type(keys));
    this.#xterm.onBinary((keys) => terminal.type(Uint8Array.from(keys, (char) => char.charCodeAt(0))));
    this.#xterm.onLineFeed(() => {
      if (this.#entered) this.onLine(this.#endedLine);
      this.#entered = false;
    });
    this.#xterm.onResize(({ cols, rows }) => terminal.resize({ columns: cols, rows }));
    this.#observer = new ResizeObserver(() => this.#fitSoon());
    this.#observer.observe(this.element);
  }

  get size(): TerminalSize {
    return { columns: this.#xterm.cols, rows: this.#xterm.rows };
  }

  /** Puts it into the page; again when the layout has changed. */
  show(place: HTMLElement): void {
    place.replaceChildren(this.element);
    if (!this.#shown) {
      this.#shown = true;
      this.#xterm.open(this.element);
      // xterm.js shows no cursor before it had the focus or a change of screens
      this.#xterm.write('\x1b[?47l');
      void this.#later();
    }
    this.fit();
  }

  /** Its name for assistive technology, and the id of the element that says how to leave it. */
  setLabel(label: string, descriptionId: string): void {
    this.#xterm.textarea?.setAttribute('aria-label', label);
    this.#xterm.textarea?.setAttribute('aria-describedby', descriptionId);
  }

  /** What the first prompt need not wait for: widths of emoji, and links. */
  async #later(): Promise<void> {
    const [{ UnicodeGraphemesAddon }, { WebLinksAddon }] = await Promise.all([
      import('@xterm/addon-unicode-graphemes'),
      import('@xterm/addon-web-links'),
    ]);
    this.#xterm.loadAddon(new UnicodeGraphemesAddon());
    // an emoji of several parts takes two columns, as the shell's line editor counts it
    this.#xterm.unicode.activeVersion = '15-graphemes';
    this.#xterm.loadAddon(new WebLinksAddon((_event, address) => void window.open(address, '_blank', 'noopener,noreferrer')));
  }

  #fitSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.fit());
  }

  fit(): void {
    const size = this.#fit.proposeDimensions();
    if (!size || !Number.isFinite(size.cols) || !Number.isFinite(size.rows) || this.element.clientHeight === 0) return;
    if (size.cols !== this.#xterm.cols || size.rows !== this.#xterm.rows) this.#xterm.resize(size.cols, size.rows);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#xterm.write(bytes, resolve));
  }

  async renew(fresh: boolean): Promise<void> {
    if (fresh) return this.#xterm.reset();
    // what is still to be shown
    await this.write(new Uint8Array());
    const { cursorX, type } = this.#xterm.buffer.active;
    // the modes of a program that did not end well, not the text. Leaving the other screen puts the cursor where it was when that
    // was entered, so only from there; DECSTR is a soft reset
    await this.write(encoder.encode(`${type === 'alternate' ? '\x1b[?1049l' : cursorX > 0 ? '\r\n' : ''}\x1b[!p`));
  }

  focus(): void {
    this.#xterm.focus();
  }

  /** The line above the cursor, with all rows it is wrapped to. */
  get #endedLine(): string {
    const { active } = this.#xterm.buffer;
    let row = active.baseY + active.cursorY - 1;
    let line = '';
    for (; row >= 0; row--) {
      const part = active.getLine(row);
      line = `${part?.translateToString(line === '') ?? ''}${line}`;
      if (!part?.isWrapped) break;
    }
    return line;
  }

  #type(keys: string): void {
    const typed = this.#ctrl ? withCtrl(keys) : keys;
    if (typed.endsWith('\r')) this.#entered = true;
    if (this.#ctrl) this.holdCtrl(false);
    this.#terminal.type(typed);
  }

  /** A key of the key row. */
  press(key: string): void {
    this.#xterm.scrollToBottom();
    this.#type(key);
  }

  pressArrow(final: string): void {
    this.#xterm.scrollToBottom();
    this.#terminal.type(arrow(final, this.#xterm.modes.applicationCursorKeysMode));
  }

  holdCtrl(on: boolean): void {
    this.#ctrl = on;
    this.onCtrl(on);
  }

  get selection(): string {
    return this.#xterm.getSelection();
  }

  async copy(): Promise<void> {
    const text = this.selection;
    if (text) await navigator.clipboard.writeText(text);
  }

  /** As if pasted: bracketed where the program asked for it. */
  paste(text: string): void {
    this.#xterm.paste(text);
  }

  selectAll(): void {
    this.#xterm.selectAll();
  }

  /** The prompt's line stays. */
  clear(): void {
    this.#xterm.clear();
  }

  #searching(): Promise<SearchAddon> {
    return (this.#search ??= import('@xterm/addon-search').then(({ SearchAddon: Addon }) => {
      const addon = new Addon();
      this.#xterm.loadAddon(addon);
      addon.onDidChangeResults(({ resultIndex, resultCount }) => (this.#found = { index: resultIndex, count: resultCount }));
      return addon;
    }));
  }

  /** Shows a match, from the newest output up; `further`: not the one that is shown already. */
  async find(text: string, direction: 'next' | 'previous', further: boolean): Promise<Found> {
    const addon = await this.#searching();
    const options = { decorations: matchColours(), incremental: !further };
    if (!further) this.#xterm.clearSelection();
    if (text === '') this.endFind();
    else if (direction === 'next') addon.findNext(text, options);
    else addon.findPrevious(text, options);
    return this.#found;
  }

  endFind(): void {
    this.#found = { index: -1, count: 0 };
    void this.#search?.then((addon) => addon.clearDecorations());
  }

  setColours(): void {
    this.#xterm.options.theme = colours();
  }

  setFont(fontPx: number): void {
    if (this.#xterm.options.fontSize === fontPx) return;
    this.#xterm.options.fontSize = fontPx;
    this.#xterm.options.lineHeight = lineHeightFor(this.#xterm.options.fontFamily ?? 'monospace', fontPx);
    this.#fitSoon();
  }

  setScreenReader(on: boolean): void {
    this.#xterm.options.screenReaderMode = on;
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#xterm.dispose();
    this.element.remove();
  }
}
