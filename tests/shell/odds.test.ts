import { expect, test } from 'vitest';
import { manyScripts, runScript, typeKeys } from './machine';

/** What bash 5.2 printed. */
const cases: readonly (readonly [script: string, printed: string])[] = [
  ['declare -A m=([y z]=2); echo "${!m[@]}"; m+=([r  s]=x); echo "${m[r  s]}"; n=([1 + 1]=3 4); echo ${!n[@]}', 'y z\nx\n2 3\n'],
  ['declare -i bad=1x; echo no', 'bash: line 1: declare: 1x: value too great for base (error token is "1x")\n'],
  ['shopt -s execfail; exec nosuch; echo yes $?', 'bash: line 1: exec: nosuch: not found\nyes 127\n'],
  ["printf 'a\\cb\\n'; printf '%b|' 'p\\cq' r", 'a\\cb\np'],
  ["set -x; PS4='+$LINENO '; echo a", "+ PS4='+$LINENO '\n+1 echo a\na\n"],
  ['getopts ab 1x; echo $?', "bash: line 1: getopts: `1x': not a valid identifier\n1\n"],
  ['caller x; echo $?', '1\n'],
  ['f() { caller x; echo $?; }; f', 'environment: line 1: caller: x: invalid number\ncaller: usage: caller [expr]\n2\n'],
  [
    'wait -p q 999999; echo "[$q]"; (exit 3) & p=$!; sleep 0.1; true; wait -p q $p; echo $? $((q == p))',
    'bash: line 1: wait: pid 999999 is not a child of this shell\n[]\n3 1\n',
  ],
  ['SHLVL=1 bash -c \'echo $SHLVL; bash -c "echo \\$SHLVL"\'', '2\n2\n'],
  ['SHLVL=1 bash -c \'echo $SHLVL; exec bash -c "echo \\$SHLVL"\'', '2\n2\n'],
  ['SHLVL=1 bash -c \'(bash -c "echo \\$SHLVL"); bash -c "echo \\$SHLVL" | cat; echo $SHLVL\'', '2\n3\n2\n'],
  ['bash -c \'trap "echo T" QUIT; kill -QUIT $$; trap - QUIT; kill -QUIT $$; echo f\'', 'T\nf\n'],
];

test('what bash says to seldom used things', async () => {
  const run = await manyScripts('bash', ':');
  for (const [script, printed] of cases) expect((await run(`exec 2>&1; ${script}`)).stdout, script).toBe(printed);
});

test('ash ignores QUIT, its children do not', async () => {
  const script =
    'kill -QUIT $$; echo a $?; (kill -QUIT $(sh -c \'echo $PPID\'); echo no); echo $?; trap "echo T" QUIT; kill -QUIT $$; trap - QUIT; kill -QUIT $$; echo b';
  const r = await runScript('sh', script);
  expect(r).toEqual({ stdout: 'a 0\n131\nT\nb\n', stderr: 'Quit\n', code: 0 });
});

test('the name of a variable that holds a directory is completed with a slash', async () => {
  expect(await typeKeys('bash', ['echo $HOM\t\r'], 'xterm')).toMatch(/echo \$HOM(?:.*)E\/\r?\n/);
});
