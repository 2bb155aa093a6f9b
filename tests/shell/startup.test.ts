import { expect, test } from 'vitest';
import { manyScripts } from './machine';

const files =
  'echo "echo RC" > f; cp f ~/.bashrc; sed -i s/RC/F/ f; echo "echo PROFILE" > ~/.bash_profile; echo "echo LOGOUT \\$?; false" > ~/.bash_logout';

/** What bash 5.2 printed. */
const cases: readonly (readonly [script: string, printed: string])[] = [
  ['bash -ic "echo hi"', 'RC\nhi\n0\n'],
  ['bash --rcfile f -ic "echo hi"', 'F\nhi\n0\n'],
  ['bash --init-file f -ic "echo hi"', 'F\nhi\n0\n'],
  ['bash --rcfile nosuch -ic "echo hi"', 'hi\n0\n'],
  ['bash --rcfile f --norc -ic "echo hi"', 'hi\n0\n'],
  ['bash --rcfile', 'bash: rcfile: option requires an argument\n2\n'],
  ['bash -lc "exit 3"', 'PROFILE\nLOGOUT 0\n3\n'],
  ['bash -lc "echo x"', 'PROFILE\nx\n0\n'],
  ['bash -lc "logout 3"', 'PROFILE\nLOGOUT 0\n3\n'],
  ['bash -lc "(exit 2); exec true"', 'PROFILE\n0\n'],
  ['bash -lic "exit 3"', 'PROFILE\nlogout\nLOGOUT 0\n3\n'],
  [`bash -lc "trap 'echo T' EXIT; exit 4"`, 'PROFILE\nLOGOUT 0\nT\n4\n'],
  ['echo "exit 9" > ~/.bash_logout; bash -lc "exit 3"', 'PROFILE\n9\n'],
];

test('which files a shell reads as it starts and ends', async () => {
  const run = await manyScripts('bash', files);
  for (const [script, printed] of cases) {
    const { stdout } = await run(`{ ${script}; echo $?; } 2>&1`);
    expect(stdout.replace(/^bash: (cannot set terminal|no job control).*\n/gm, ''), script).toBe(printed);
  }
});
