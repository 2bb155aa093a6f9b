import { mac } from '../parts/platform';

/**
 * Which keys are not the shell's. Copy is Ctrl+Shift+C, as in a desktop's terminal, for Ctrl+C is the interrupt; paste is
 * Ctrl+Shift+V or Ctrl+V (Cmd+C and Cmd+V on a Mac), done by the browser, which needs no permission that way. Tab after
 * Esc moves the focus on. Ctrl+Shift+F (Cmd+F) searches.
 */
export class Keys {
  readonly #acts: { readonly copy: () => void; readonly find: () => void };
  #escaped = false;

  constructor(acts: { readonly copy: () => void; readonly find: () => void }) {
    this.#acts = acts;
  }

  /** true: the key is the shell's. */
  readonly handle = (event: KeyboardEvent): boolean => {
    if (event.type !== 'keydown') return true;
    const escaped = this.#escaped;
    this.#escaped = event.key === 'Escape' || (escaped && event.key === 'Shift');
    if (event.key === 'Tab' && escaped) return false;
    const command = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    if (event.altKey || !command) return true;
    if (event.code === 'KeyV') return false;
    const act = mac || event.shiftKey ? { KeyC: this.#acts.copy, KeyF: this.#acts.find }[event.code] : undefined;
    if (act) {
      event.preventDefault();
      act();
      return false;
    }
    return true;
  };
}

/** What a terminal sends for the key that is typed while Ctrl is held: `c` is 0x03. Other keys are sent as they are. */
export function withCtrl(keys: string): string {
  if (keys.length !== 1) return keys;
  if (keys === ' ') return '\0';
  if (keys === '?' || keys === '/') return keys === '?' ? '\x7f' : '\x1f';
  const code = keys.toUpperCase().charCodeAt(0);
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : keys;
}

/** An arrow key: `application` is the mode that full-screen programs switch to (DECCKM). */
export const arrow = (final: string, application: boolean): string => `\x1b${application ? 'O' : '['}${final}`;

/** As the keyboard's owner knows them. */
export const copyKeys = mac ? '⌘C' : 'Ctrl+Shift+C';
export const findKeys = mac ? '⌘F' : 'Ctrl+Shift+F';
export const pasteKeys = mac ? '⌘V' : 'Ctrl+Shift+V';
