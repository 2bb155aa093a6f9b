import { expect, test } from 'vitest';
import { typeKeys } from '../shell/machine';

for (const [program, quit] of [
  ['less', 'q'],
  ['vi', ':q\r'],
] as const)
  test(`Ctrl-Z stops ${program}, and fg shows its screen again`, async () => {
    const shown = await typeKeys('bash', ['seq 100 > f\r', `${program} f\r`, '\x1a', 'jobs\r', 'fg\r', quit, 'echo over\r'], 'xterm');
    expect(shown).toMatch(new RegExp(`\\[1\\]\\+  Stopped +${program} f`));
    const screens = shown.split('\x1b[?1049h').slice(1);
    expect(screens.length).toBe(2);
    for (const screen of screens) expect(screen).toContain('\x1b[?1049l');
    expect(screens[1]).toContain('over');
  });
