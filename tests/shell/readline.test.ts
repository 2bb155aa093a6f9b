import { expect, test } from 'vitest';
import { runScript, typeKeys } from './machine';

const esc = '\x1b';

/** What the commands typed print; what the editor shows of them is the terminal's. */
async function printed(keys: readonly string[]): Promise<string[]> {
  const shown = await typeKeys('bash', keys);
  const lines = shown.split('\r\n');
  return lines.filter((l) => !l.startsWith('# ') && !l.startsWith('> ') && l !== '');
}

test('vi mode: motions, operators, counts, what is put and repeated', async () => {
  const typed: readonly (readonly [keys: string, printed: string])[] = [
    [`echo hello${esc}0cwprintf${esc}A\\n\r`, 'hellon# echo abc def'],
    [`echo abc def${esc}bD\r`, 'abc'],
    [`echo one two${esc}hx\r`, 'one to'],
    [`${esc}k\r`, 'one to'],
    [`echo a${esc}0iX${esc}u\r`, 'a'],
    [`echo abc def ghi${esc}0wdw\r`, 'def ghi'],
    [`echo foo${esc}Iecho ${esc}A bar\r`, 'echo foo bar'],
    [`echo foo.bar${esc}F.r-\r`, 'foo-bar'],
    [`echo zed${esc}~\r`, 'zeD'],
    [`echo a b c d e${esc}0w3x\r`, 'c d e'],
    [`echo abc${esc}xpp\r`, 'abcc'],
    [`echo one two three${esc}bcwX${esc}b.\r`, 'one X X'],
    [`echo aXbXc${esc}0fXrY;rZ\r`, 'aYbZc'],
    [`echo abc${esc}bcc echo z\r`, 'z'],
    [`echo word${esc}yy\r`, 'word'],
    [`${esc}p\r`, 'word'],
    [`${esc}/one X\r\r`, 'one X X'],
  ];
  const lines = await printed(['set -o vi\r', ...typed.map(([keys]) => keys)]);
  // printf wrote no newline: the prompt and what is typed after it stand on its line
  expect([lines[0]?.replace(/# echo abc def.*/, '# echo abc def'), ...lines.slice(1)]).toEqual(typed.map(([, text]) => text));
});

test('bind: macros, functions, commands, and what was bound before', async () => {
  expect(
    await printed([
      `bind '"\\C-t": "echo bound\\r"'\r`,
      '\x14',
      'bind -s\r',
      `bind -x '"\\C-g": echo ran "$READLINE_LINE"'\r`,
      'abc\x07\x15\r',
      `bind '"\\C-xq": kill-whole-line'\r`,
      'echo lost\x18qecho kept\r',
      `bind '"\\e[A": history-search-backward'\r`,
      'echo one\r',
      'true\r',
      'echo\x1b[A\r',
      'bind -q kill-whole-line\r',
    ]),
  ).toEqual(['bound', '"\\C-t": "echo bound\\C-m"', 'ran abc', 'kept', 'one', 'one', 'kill-whole-line can be invoked via "\\C-xq".']);
});

test('bind lists what readline has', async () => {
  const { stdout } = await runScript(
    'bash',
    'bind -l | wc -l; bind -p | grep -c ": self-insert"; bind -v | grep editing; bind -P | sed -n 2p',
  );
  expect(stdout).toBe('173\n223\nset editing-mode emacs\nabort can be found on "\\C-g", "\\C-x\\C-g", "\\M-\\C-g".\n');
});

test('HISTTIMEFORMAT puts a time before each line of the history; PS0 comes before a command', async () => {
  expect(await printed([`HISTTIMEFORMAT='%Y '\r`, 'history\r', `PS0='before '\r`, 'echo x\r'])).toEqual([
    `    1  2026 HISTTIMEFORMAT='%Y '`,
    '    2  2026 history',
    'before x',
  ]);
});
