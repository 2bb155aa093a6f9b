import { expect, test } from 'vitest';
import { manyScripts } from './machine';

const lost = 'error retrieving current directory: getcwd: cannot access parent directories: No such file or directory';
const removed = 'mkdir g; cd g; rmdir ../g;';

/** What bash 5.2 printed. */
const cases: readonly (readonly [script: string, printed: string])[] = [
  ['cd nosuch/..; echo $?; pwd', 'bash: line 1: cd: nosuch/..: No such file or directory\n1\n/tmp/case\n'],
  ['cd nosuch/../d', 'bash: line 1: cd: nosuch/../d: No such file or directory\n'],
  ['cd file/..', 'bash: line 1: cd: file/..: Not a directory\n'],
  ['cd d/../d/e; pwd; cd ../..; pwd', '/tmp/case/d/e\n/tmp/case\n'],
  ['cd l/..; pwd; cd l; cd -P ..; pwd', '/tmp/case\n/tmp/case/d\n'],
  ['cd l/../nosuch/..; pwd', 'bash: line 1: cd: l/../nosuch/..: No such file or directory\n/tmp/case\n'],
  ['cd /../tmp/../tmp/case; pwd; cd ../../..; pwd', '/tmp/case\n/\n'],
  [`${removed} bash -c pwd; echo $?`, `shell-init: ${lost}\npwd: ${lost}\n1\n`],
  [`${removed} cd .; echo $?; pwd`, `cd: ${lost}\n0\n/tmp/case/g/.\n`],
  [`${removed} pwd; pwd -P; echo $?`, `/tmp/case/g\npwd: ${lost}\n1\n`],
  [`${removed} cd ..; echo $?; pwd`, '0\n/tmp/case\n'],
  [
    `${removed} env -u PWD bash -c 'echo [$PWD]; cd x; cd /tmp; pwd'`,
    `shell-init: ${lost}\n[]\nchdir: ${lost}\nbash: line 1: cd: x: No such file or directory\nchdir: ${lost}\n/tmp\n`,
  ],
  [`${removed} sh -c pwd`, 'sh: 0: getcwd() failed: No such file or directory\n\n'],
];

test('cd looks for what stands before .., and knows a directory that is gone', async () => {
  const run = await manyScripts('bash', 'mkdir -p d/e; ln -s d/e l; touch file');
  for (const [script, printed] of cases) expect((await run(`exec 2>&1; ${script}`)).stdout, script).toBe(printed);
});
