import { describe, expect, test } from 'vitest';
import { typeKeys } from '../shell/machine';

/** What each step adds to the terminal, without escapes that only move or colour. */
async function steps(command: string, keys: Parameters<typeof typeKeys>[1]): Promise<string[]> {
  const shown = await typeKeys('bash', ['seq 100 > f; echo only > g; stty rows 6 cols 40\r', `${command}\r`, ...keys], 'xterm');
  const screens = shown.split('\x1b[H').slice(1);
  return screens.map((screen) => screen.replace(/\x1b\[(?!7m|27m)[0-9;?]*[A-Za-z]/g, '').replace(/\r/g, ''));
}
const lines = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

describe('less', () => {
  for (const [command, key, screen] of [
    ['less f', 'G', lines(96, 100) + '\x1b[7m(END)'],
    ['less f', '50g', lines(50, 54) + ':'],
    ['less f', '50p', lines(51, 55) + ':'],
    ['less f', '/^4.$\r', `\x1b[7m40\x1b[27m\n`],
    ['less f', '/3$\rnn', `\x1b[7m2`],
    ['less f', '?nope\r', 'Pattern not found  (press RETURN)'],
    ['less f', '&99\r', '99\n~\n~\n~\n~\n& \x1b[7m(END)'],
    ['less f', '-N', '      1 1\n      2 2\n'],
    ['less f', '-Q', 'There is no -Q option  (press RETURN)'],
    ['less f', '=', 'f lines 1-5/100 byte 10/292 3%  (press RETURN)'],
    ['less -M f', 'j', 'f lines 2-6/100 6%'],
    ['less f', "jmaG'a", lines(2, 6) + ':'],
    ['less +G f', 'k', lines(95, 99) + ':'],
    ['less +/50 f', '', '\x1b[7m50\x1b[27m\n51\n'],
    ['less f g', ':n', 'only\n~\n~\n~\n~\n\x1b[7mg (file 2 of 2) (END)'],
    ['less f g', ':p', 'No previous file  (press RETURN)'],
    ['(seq 20; sleep 1000) | less', '', lines(1, 5) + ':'],
  ] as const)
    test(`${command}, ${JSON.stringify(key)}`, async () => {
      const shown = await steps(command, [...(key === '' ? [] : [key]), 'q']);
      expect(shown.join('\f')).toContain(screen.replace('\x1b[7m2', '\x1b[7m'));
    });

  test('F shows what is added to the file, until Ctrl-C', async () => {
    const shown = await steps('(sleep 3; echo new >> f) & less f', ['F', [5, '\x03'], 'q']);
    expect(shown.join('\f')).toContain('97\n98\n99\n100\nnew\n\x1b[7mWaiting for data... (interrupt to abort)');
  });

  test('-F prints what fits the screen and ends', async () => {
    expect(await typeKeys('bash', ['echo one > f; less -F f; echo $?\r'], 'xterm')).toContain('one\r\n0\r\n');
  });
});

describe('top', () => {
  const keyed = (...keys: string[]): Promise<string> => typeKeys('bash', ['sleep 1000 &\r', 'top\r', ...keys, 'q', 'jobs\r'], 'xterm');
  test('1 shows each processor', async () => expect(await keyed('1')).toMatch(/%Cpu0 {2}:[^\n]*\n%Cpu1 {2}:/));
  test('h explains, and any process can be killed with k', async () => {
    const shown = await keyed('h', '\x1b', 'k', '3\r', '9\r');
    expect(shown).toContain('Help for Interactive Commands');
    expect(shown).toMatch(/PID to signal\/kill \[default pid = \d+\]/);
    expect(shown).toContain('Send pid 3 signal [15/sigterm]');
    expect(shown).toMatch(/\[1\]\+ {2}Killed +sleep 1000/);
  });
  test('is drawn again after its interval', async () => {
    const shown = await typeKeys('bash', ['top -d 2\r', [7, 'q']], 'xterm');
    expect(shown.split('load average:').length).toBe(5);
  });
  test('an unknown key is said to be one', async () => expect(await keyed('@')).toContain("Unknown command - try 'h' for help"));
});

describe('watch', () => {
  test('-g ends when the output changes', async () => {
    expect(await typeKeys('bash', ['watch -g -n 1 date +%s; echo ended $?\r', [3, '\r']], 'xterm')).toContain('ended 0');
  });
  test('-e waits for a key and ends with 8', async () => {
    const shown = await typeKeys('bash', ['watch -e false; echo ended $?\r', 'x'], 'xterm');
    expect(shown).toContain('command exit with a non-zero status, press a key to exit');
    expect(shown).toContain('ended 8');
  });
  test('-t has no heading, -d inverts what changed, and keys other than Ctrl-C mean nothing', async () => {
    const shown = await typeKeys('bash', ['watch -t -d -n 1 date +%s; echo ended $?\r', 'q', [3, '\x03']], 'xterm');
    expect(shown).not.toContain('Every');
    expect(shown).toMatch(/\x1b\[7m\d\x1b\[27m/);
    expect(shown).toContain('ended 0');
  });
  test("busybox's clears the screen before each run", async () => {
    const shown = await typeKeys('sh', ['watch -n 1 echo hi\r', [3, '\x03']], 'xterm');
    expect(shown.split('\x1b[H\x1b[J').length).toBeGreaterThan(2);
    expect(shown).toMatch(/Every 1\.0s: echo hi +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\r\n\r\nhi/);
  });
});
