import { describe, expect, it } from 'vitest';
import { arrow, Keys, withCtrl } from '../../src/ui/terminal/keys';

/** A keydown as xterm.js hands it over; `held` names the modifiers. */
function press(keys: Keys, key: string, held: readonly ('ctrl' | 'shift' | 'alt' | 'meta')[] = []): boolean {
  return keys.handle({
    type: 'keydown',
    key,
    code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key,
    ctrlKey: held.includes('ctrl'),
    shiftKey: held.includes('shift'),
    altKey: held.includes('alt'),
    metaKey: held.includes('meta'),
    preventDefault: () => undefined,
  } as KeyboardEvent);
}

describe('keys of the terminal', () => {
  it.each([
    ['c', ['ctrl'], true],
    ['C', ['ctrl', 'shift'], false],
    ['v', ['ctrl'], false],
    ['V', ['ctrl', 'shift'], false],
    ['v', ['ctrl', 'alt'], true],
    ['s', ['ctrl'], true],
    ['Tab', [], true],
    ['Escape', [], true],
  ] as const)('%s with %j is the shell’s: %s', (key, held, shells) => {
    expect(press(new Keys({ copy: () => undefined, find: () => undefined }), key, held)).toBe(shells);
  });

  it('Ctrl+Shift+C copies and Ctrl+Shift+F searches, Ctrl+C does neither', () => {
    let [copies, finds] = [0, 0];
    const keys = new Keys({ copy: () => copies++, find: () => finds++ });
    press(keys, 'c', ['ctrl']);
    expect(copies).toBe(0);
    press(keys, 'C', ['ctrl', 'shift']);
    press(keys, 'F', ['ctrl', 'shift']);
    expect([copies, finds]).toEqual([1, 1]);
  });

  it('Tab leaves the terminal right after Esc only', () => {
    const keys = new Keys({ copy: () => undefined, find: () => undefined });
    press(keys, 'Escape');
    expect(press(keys, 'Tab')).toBe(false);
    expect(press(keys, 'Tab')).toBe(true);
    press(keys, 'Escape');
    press(keys, 'b');
    expect(press(keys, 'Tab')).toBe(true);
    press(keys, 'Escape');
    press(keys, 'Shift', ['shift']);
    expect(press(keys, 'Tab', ['shift'])).toBe(false);
  });

  it.each([
    ['c', '\x03'],
    ['C', '\x03'],
    ['d', '\x04'],
    ['[', '\x1b'],
    [' ', '\0'],
    ['?', '\x7f'],
    ['/', '\x1f'],
    ['1', '1'],
    ['é', 'é'],
    ['two', 'two'],
  ])('Ctrl and %j sends %j', (typed, sent) => {
    expect(withCtrl(typed)).toBe(sent);
  });

  it('arrows depend on the mode that full-screen programs set', () => {
    expect(arrow('A', false)).toBe('\x1b[A');
    expect(arrow('A', true)).toBe('\x1bOA');
  });
});
