import { isManifest } from '../editor/language';
import type { Page } from '../state/page.svelte';
import type { PaneName } from '../state/preferences.svelte';
import { hasDrawer, isPhone } from './window';

const panes: readonly PaneName[] = ['lesson', 'editor', 'terminal', 'picture'];

/** Where the keyboard goes in a pane: into its text, not onto its buttons. */
const targets: Readonly<Record<PaneName, string>> = {
  lesson: '[role=group]',
  editor: '.native-edit-context, textarea, [role=tab][tabindex="0"]',
  terminal: 'textarea',
  picture: '[role=tab][tabindex="0"]',
};

const element = (pane: PaneName): HTMLElement | null => document.querySelector(`[data-name=${pane}]`);

/** On a phone it has a pane of its own, on a narrow window the place of the lesson. */
export function openPicture({ preferences }: Page): void {
  if (isPhone()) return;
  preferences.picture = true;
  if (hasDrawer()) preferences.drawer = false;
}

export function focusPane(page: Page, pane: PaneName): void {
  page.show(pane);
  if (pane === 'picture') openPicture(page);
  // on a phone the pane is shown first, and a picture may have to be loaded
  const tries = (left: number): void => {
    const target = element(pane)?.querySelector<HTMLElement>(targets[pane]);
    if (target) target.focus();
    else if (left > 0) requestAnimationFrame(() => tries(left - 1));
  };
  requestAnimationFrame(() => tries(60));
}

function movePane(page: Page, by: number): void {
  const open = panes.filter((pane) => element(pane) !== null);
  const now = open.findIndex((pane) => element(pane)?.contains(document.activeElement));
  focusPane(page, open[(now < 0 ? (by > 0 ? 0 : open.length - 1) : now + by + open.length) % open.length]!);
}

const writes = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select, .native-edit-context'));

/** The page's keys, wherever the focus is. true: it was one. */
export function shortcut(page: Page, event: KeyboardEvent, openKeyboard: () => void): boolean {
  if (event.isComposing || document.querySelector('dialog[open]')) return false;
  const { altKey, ctrlKey, metaKey, shiftKey, code } = event;
  const plain = !altKey && !ctrlKey && !metaKey;
  if (event.key === 'F6' && plain) {
    movePane(page, shiftKey ? -1 : 1);
    return true;
  }
  const elsewhere = !element('editor')?.contains(event.target as Node) && !element('terminal')?.contains(event.target as Node);
  if (altKey && !ctrlKey && !metaKey && !shiftKey) {
    // in the terminal Alt+. is the shell's
    if (elsewhere && code === 'Space') {
      page.togglePause();
      return true;
    }
    if (elsewhere && code === 'Period') {
      void page.step();
      return true;
    }
    const pane = panes[['Digit1', 'Digit2', 'Digit3', 'Digit4'].indexOf(code)];
    if (pane) focusPane(page, pane);
    else if (code === 'KeyN') page.preferences.goToStep(page.preferences.step + 1);
    else if (code === 'KeyP') page.preferences.goToStep(page.preferences.step - 1);
    else return false;
    return true;
  }
  if (event.key === '?' && plain && !writes(event.target)) {
    openKeyboard();
    return true;
  }
  const { file } = page.preferences;
  if (code === 'KeyS' && (ctrlKey || metaKey) && !altKey && !shiftKey && elsewhere) {
    if (file !== undefined && isManifest(file)) void page.apply(file);
    return true;
  }
  return false;
}
