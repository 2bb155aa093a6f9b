import { expect, test } from 'vitest';
import { typeKeys } from '../shell/machine';

for (const [command, stop, quit] of [
  ['less f', '\x1a', 'q'],
  ['vi f', '\x1a', ':q\r'],
  ['man kill', '\x1a', 'q'],
  ['nano f', '\x14\x1a', '\x18'],
  ['watch -n 60 cat f', '\x1a', '\x03'],
] as const)
  test(`${command} is stopped and shows its screen again when it goes on`, async () => {
    const shown = await typeKeys('bash', ['seq 100 > f\r', `${command}\r`, stop, 'jobs\r', 'fg\r', quit, 'echo over\r'], 'xterm');
    expect(shown).toMatch(new RegExp(`\\[1\\]\\+  Stopped +${command}`));
    const screens = shown.split('\x1b[?1049h').slice(1);
    expect(screens.length).toBe(2);
    for (const screen of screens) expect(screen).toContain('\x1b[?1049l');
    expect(screens[1]).toContain('over');
  });

test('top is stopped, goes on, and ends at q', async () => {
  const shown = await typeKeys('bash', ['top\r', '\x1a', 'jobs\r', 'fg\r', 'q', 'echo over\r'], 'xterm');
  expect(shown).toMatch(/\[1\]\+ {2}Stopped +top/);
  expect(shown.split('load average:').length).toBeGreaterThan(2);
  expect(shown).toContain('over');
});

test('nano says how it is stopped', async () => {
  expect(await typeKeys('bash', ['nano f\r', '\x1a', '\x18'], 'xterm')).toContain('[ To suspend, type ^T^Z ]');
});
