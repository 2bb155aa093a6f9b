import { expect, test } from 'vitest';
import { runScript, typeKeys } from './machine';

test('a script: pipes, substitution, statuses', async () => {
  const r = await runScript(
    'bash',
    'echo hi | cat; x=$(echo in; exit 3); echo "$x $?"; nosuch; for i in {1..3}; do echo $i; done | wc -l; (exit 4); echo $?',
  );
  expect(r).toEqual({ stdout: 'hi\nin 3\n3\n4\n', stderr: 'bash: line 1: nosuch: command not found\n', code: 0 });
});

test('Ctrl-Z, jobs, bg, fg, Ctrl-C', async () => {
  const shown = await typeKeys('bash', ['sleep 50\r', '\x1a', 'jobs\r', 'bg\r', 'fg\r', '\x03', 'echo $?\r']);
  expect(shown).toBe(
    '# sleep 50\r\n^Z\r\n[1]+  Stopped                 sleep 50\r\n# jobs\r\n[1]+  Stopped                 sleep 50\r\n# bg\r\n[1]+ sleep 50 &\r\n# fg\r\nsleep 50\r\n^C\r\n# echo $?\r\n130\r\n# ',
  );
});

// typed at bash 5.2
test.each([
  ['for i in 1 2 3; do sleep 1; echo $i; done', '', '148'],
  ['while :; do sleep 5; done; echo after', 'after\r\n', '0'],
  ['until sleep 5; do echo b; done; echo z', 'z\r\n', '0'],
  ['for i in 1 2; do for j in a b; do sleep 5; echo $j; done; echo $i; done', '', '148'],
  ['f() { for i in 1 2; do sleep 5; done; echo e; }; f; echo out', 'e\r\nout\r\n', '0'],
  ['f() { sleep 5; echo in; }; f', 'in\r\n', '0'],
])('Ctrl-Z ends the loops around the command, not what follows them: %s', async (line, after, status) => {
  const shown = await typeKeys('bash', [`${line}\r`, [0.5, '\x1a'], 'echo $?\r']);
  const stopped = /\r\n\[1\]\+ {2}Stopped {17}sleep [15]\r\n/.exec(shown)?.[0];
  expect(shown).toBe(`# ${line}\r\n^Z${stopped}${after}# echo $?\r\n${status}\r\n# `);
});

test('jobs lists what the shell around it has in a pipeline and in substitutions, not in a group or ( )', async () => {
  const line = '[1]+  Running                 sleep 99 &\r\n';
  const typed = ['jobs | cat', '(jobs)', 'echo "$(jobs; jobs %1)"', '{ jobs; } | cat', 'true | jobs', '(jobs) | cat', 'cat <(jobs)'];
  const shown = (await typeKeys('bash', ['sleep 99 &\r', ...typed.map((t) => `${t}\r`)])).split('# ').slice(2, -1);
  const outputs = [line, '', line + line, '', line, '', line];
  expect(shown).toEqual(typed.map((t, i) => `${t}\r\n${outputs[i]}`));
  expect(await typeKeys('bash', ['sleep 9\r', '\x1a', 'x=$(sleep 3 & jobs); echo $x\r', [3, '']])).toContain(
    '\n[1]+ Stopped sleep 9 [2]- Running sleep 3 &\r\n',
  );
});

test('after a word about stopped jobs, exit leaves right behind exit or jobs', async () => {
  const stop = ['sleep 9\r', '\x1a', 'exit\r'];
  for (const between of ['jobs\r', '\r']) expect(await typeKeys('bash', [...stop, between, 'exit\r', 'echo still\r'])).toMatch(/exit\r\n$/);
  expect(await typeKeys('bash', [...stop, 'echo\r', 'exit\r'])).toMatch(/There are stopped jobs.\r\n# $/);
});

test('%1 as a command is fg, with & behind it bg; in a pipeline it is a name like others', async () => {
  const typed = ['%1\r', '\x1a', '%1 &\r', 'jobs\r', '%1 | cat\r', '(%1)\r', 'x=%%; $x\r', '\x03', '%7\r', '%7 & echo $?\r'];
  expect(await typeKeys('bash', ['sleep 50\r', '\x1a', ...typed])).toBe(
    `# sleep 50
^Z
[1]+  Stopped                 sleep 50
# %1
sleep 50
^Z
[1]+  Stopped                 sleep 50
# %1 &
[1]+ sleep 50 &
# jobs
[1]+  Running                 sleep 50 &
# %1 | cat
bash: %1: command not found
# (%1)
bash: fg: no job control
# x=%%; $x
sleep 50
^C
# %7
bash: fg: %7: no such job
# %7 & echo $?
bash: bg: %7: no such job
1
# `.replaceAll('\n', '\r\n'),
  );
});

test('a job that several names fit', async () => {
  const typed = ['fg %sl', 'bg %sl', 'wait %sl', 'kill %sl', 'jobs %sl'];
  const shown = (await typeKeys('bash', ['sleep 50 & sleep 51 &\r', ...typed.map((t) => `${t}\r`)])).split('# ').slice(2, -1);
  const said = typed.map((t) => `${t}\r\nbash: ${t.split(' ')[0]}: sl: ambiguous job spec\r\n`);
  expect(shown).toEqual([...said.slice(0, 4), `${said[4]}bash: jobs: %sl: no such job\r\n`]);
});

test('an endless loop of builtins can be interrupted', async () => {
  expect(await typeKeys('bash', ['while :; do :; done\r', '\x03', 'echo ok\r'])).toBe(
    '# while :; do :; done\r\n^C\r\n# echo ok\r\nok\r\n# ',
  );
});

test('a background job is announced, and its end told at the next prompt', async () => {
  const shown = await typeKeys('bash', ['false &\r', '\r']);
  expect(shown.replace(/\[1\] \d+/, '[1] N')).toBe('# false &\r\n[1] N\r\n# \r\n[1]+  Exit 1                  false\r\n# ');
});

test('ash has its own job lines', async () => {
  expect(await typeKeys('sh', ['sleep 31\r', '\x1a', 'jobs\r'])).toBe(
    '# sleep 31\r\n^Z[1]+  Stopped                    sleep 31\r\n# jobs\r\n[1]+  Stopped                    sleep 31\r\n# ',
  );
});

test('Ctrl-C right after Enter ends the command, whatever moment it comes at', async () => {
  const shown = '# sleep 50\r\n^C\r\n# echo $?\r\n130\r\n# ';
  for (const lateMs of [0, 1, 2, 5, 10, 20])
    expect(await typeKeys('bash', ['sleep 50\r', [lateMs / 1000, '\x03'], 'echo $?\r'])).toBe(shown);
});

test('Ctrl-C in wait and in a substitution gives the line up', async () => {
  expect((await typeKeys('bash', ['sleep 9 & wait; echo no\r', '\x03', 'echo $?\r'])).replace(/\] \d+/, '] N')).toBe(
    '# sleep 9 & wait; echo no\r\n[1] N\r\n^C\r\n# echo $?\r\n130\r\n# ',
  );
  expect(await typeKeys('bash', ['x=$(sleep 9); echo no\r', '\x03', 'echo $?\r'])).toBe(
    '# x=$(sleep 9); echo no\r\n^C\r\n# echo $?\r\n130\r\n# ',
  );
});

test('top ends at Ctrl-C; stopped, it gives the terminal back, and has its keys again when it goes on', async () => {
  expect(await typeKeys('bash', ['top\r', '\x03', 'echo after\r'], 'xterm')).toMatch(/# echo after\r\n(\x1b\[\?2004l\r)?after\r\n/);
  const shown = await typeKeys('bash', ['top\r', '\x1a', 'fg\r', 'q', 'echo after\r'], 'xterm');
  expect(shown).toMatch(/Stopped {17}top/);
  expect(shown).toMatch(/# echo after\r\n(\x1b\[\?2004l\r)?after\r\n/);
});

test('a pasted tab shows as room up to the next eighth column', async () => {
  expect(await typeKeys('bash', ['\x1b[200~echo \tx\x1b[201~', '\r'], 'xterm')).toContain('echo  x');
});

test('output without a line end stays before the prompt while the line is edited', async () => {
  const shown = await typeKeys('bash', ['echo -n out\r', 'ab', '\x7f', '\x01', 'x\r'], 'xterm');
  expect(shown.slice(shown.lastIndexOf('out'))).not.toMatch(/\r(?!\n)# /);
  expect(shown).toContain('out\x1b[?2004h# ab\b\x1b[J\bxa\x1b[J');
});

test('Ctrl-V takes the next key as it is', async () => {
  expect(await typeKeys('bash', ["echo 'a\x16\tb\x16\x01' | cat -A\r"])).toContain('\r\na^Ib^A$\r\n');
});

test('more than a hundred completions are listed only when asked for, and a screen at a time', async () => {
  const shown = await typeKeys('bash', ['touch long-name-of-a-file-{1..150}\r', 'ls l\t', '\t\t', 'y', 'q', '\x15echo ok\r'], 'xterm');
  expect(shown).toContain('Display all 150 possibilities? (y or n)');
  expect(shown).toContain('--More--');
  expect(shown).toMatch(/\rok\r\n/);
});

test('what complete says of a command is what Tab offers', async () => {
  const shown = await typeKeys('bash', ["complete -W 'start stop' svc\r", 'svc sta\t\r'], 'xterm');
  expect(shown).toContain('svc start ');
});

test('a line that is entered while the terminal does not echo is not shown', async () => {
  expect(await typeKeys('bash', ['stty -echo\r', 'echo out\r'])).toMatch(/# stty -echo\r\n# out\r\n# $/);
});
