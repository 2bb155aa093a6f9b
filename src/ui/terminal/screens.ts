import type { Page } from '../state/page.svelte';
import type { Terminal } from '../state/terminals.svelte';
import { XtermScreen } from './screen';

const screens = new WeakMap<Terminal, XtermScreen>();
const larger = matchMedia('(min-width: 1680px)');

/** The code size of the tokens, for this window. */
export const fontPx = (): number => (larger.matches ? 13.5 : 12.5);

/** Calls back when `fontPx` changes, until the returned function is called. */
export function followFont(changed: () => void): () => void {
  larger.addEventListener('change', changed);
  return () => larger.removeEventListener('change', changed);
}

/** The terminal's screen, made when it is first asked for; the terminal disposes of it. */
export function screenOf(page: Page, terminal: Terminal): XtermScreen {
  let screen = screens.get(terminal);
  if (!screen) {
    screen = new XtermScreen(terminal, { fontPx: fontPx(), screenReader: page.preferences.screenReader });
    screens.set(terminal, screen);
  }
  return screen;
}
