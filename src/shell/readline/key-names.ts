/** What readline's functions are to the editor: the key that does the same. */
export const editorKeys: Readonly<Record<string, string>> = {
  'accept-line': 'enter', 'beginning-of-line': 'C-a', 'end-of-line': 'C-e', 'backward-char': 'C-b', 'forward-char': 'C-f', 'backward-word': 'M-b', 'forward-word': 'M-f',
  'clear-screen': 'C-l', 'previous-history': 'C-p', 'next-history': 'C-n', 'beginning-of-history': 'M-<', 'end-of-history': 'M->', 'reverse-search-history': 'C-r',
  'forward-search-history': 'C-s', 'history-search-backward': 'history-search-backward', 'history-search-forward': 'history-search-forward', 'delete-char': 'delete',
  'backward-delete-char': 'backspace', 'kill-line': 'C-k', 'unix-line-discard': 'C-u', 'backward-kill-line': 'C-u', 'kill-whole-line': 'kill-whole-line', 'kill-word': 'M-d',
  'backward-kill-word': 'M-backspace', 'unix-word-rubout': 'C-w', 'delete-horizontal-space': 'M-\\', yank: 'C-y', 'yank-pop': 'M-y', 'yank-last-arg': 'M-.',
  'insert-last-argument': 'M-.', 'transpose-chars': 'C-t', 'transpose-words': 'M-t', 'upcase-word': 'M-u', 'downcase-word': 'M-l', 'capitalize-word': 'M-c', undo: 'undo',
  'revert-line': 'M-r', complete: 'tab', 'menu-complete': 'tab', 'possible-completions': 'M-?', 'operate-and-get-next': 'C-o', 'quoted-insert': 'C-v', 'insert-comment': 'M-#',
}; // prettier-ignore

const named: Readonly<Record<string, string>> = {
  DEL: '\x7f', ESC: '\x1b', ESCAPE: '\x1b', LFD: '\n', NEWLINE: '\n', RET: '\r', RETURN: '\r', RUBOUT: '\x7f', SPACE: ' ', SPC: ' ', TAB: '\t',
}; // prettier-ignore

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', d: '\x7f', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const control = (c: string): string => (c === '?' ? '\x7f' : String.fromCharCode(c.charCodeAt(0) & 31));

/** `\C-x`, `\M-x`, `\e[A`: a sequence or a macro as its characters. */
export function sequence(text: string): string {
  const m = /^((?:\\[CM]-)+)(\\?[^]|$)/.exec(text);
  if (m) {
    const base = (m[2] ?? '').replace(/^\\(?=.)/, '');
    const character = m[1]?.includes('C') ? control(base) : base;
    return (m[1]?.includes('M') ? '\x1b' : '') + character + sequence(text.slice(m[0].length));
  }
  const coded = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([^]))/.exec(text);
  if (coded) {
    const [all, hex, octal, c = ''] = coded;
    const character = hex ? String.fromCharCode(parseInt(hex, 16)) : octal ? String.fromCharCode(parseInt(octal, 8)) : (escapes[c] ?? c);
    return character + sequence(text.slice(all.length));
  }
  return text === '' ? '' : (text[0] ?? '') + sequence(text.slice(1));
}

/** `Control-o`, `Meta-Rubout`. */
export function namedKey(text: string): string {
  let rest = text;
  let [withControl, withMeta] = [false, false];
  for (let m = /^(control|ctrl|c|meta|m)-(?=.)/i.exec(rest); m; m = /^(control|ctrl|c|meta|m)-(?=.)/i.exec(rest)) {
    if (/^c/i.test(m[0])) withControl = true;
    else withMeta = true;
    rest = rest.slice(m[0].length);
  }
  const key = named[rest.toUpperCase()] ?? rest[0] ?? '';
  return (withMeta ? '\x1b' : '') + (withControl ? control(key) : key);
}

/** Characters as `bind -s` shows them. */
export const shownSequence = (text: string): string =>
  text.replace(/[^]/g, (c) => {
    if (c === '\x1b') return '\\e';
    if (c === '\x7f') return '\\C-?';
    if (c < ' ') return `\\C-${String.fromCharCode(c.charCodeAt(0) + 96)}`;
    return c === '"' || c === '\\' ? `\\${c}` : c;
  });
