import type { Page } from '../state/page.svelte';
import { codePx } from '../frame/window';
import type { Terminal } from '../state/terminals.svelte';
import { XtermScreen } from './screen';

const screens = new WeakMap<Terminal, XtermScreen>();
/** The terminal's screen, made when it is first asked for; the terminal disposes of it. */
export function screenOf(page: Page, terminal: Terminal): XtermScreen {
  let screen = screens.get(terminal);
  if (!screen) {
    screen = new XtermScreen(terminal, { fontPx: codePx(page.preferences.textSize), screenReader: page.preferences.screenReader });
    screen.onLine = (line) => page.entered(terminal, line);
    screens.set(terminal, screen);
  }
  return screen;
}
