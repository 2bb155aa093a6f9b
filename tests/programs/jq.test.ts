import { expect, test } from 'vitest';
import { FakeMachine } from './fake-machine';

const secret = JSON.stringify({
  kind: 'Secret',
  data: { username: 'YWRtaW4=', password: 'UzNjcmV0' },
  items: [{ n: 3, s: 'b' }, { n: 1, s: 'a' }, { n: 2 }],
});

/** What jq 1.6 printed: arguments, output, messages, exit status. */
const cases: readonly (readonly [args: readonly string[], out: string, err?: string, code?: number])[] = [
  [['-r', '.data.password|@base64d'], 'S3cret\n'],
  [['-r', '.data|to_entries[]|"\\(.key)=\\(.value|@base64d)"'], 'username=admin\npassword=S3cret\n'],
  [['.data|keys'], '[\n  "password",\n  "username"\n]\n'],
  [['-c', '.items|sort_by(.n)|map(.s)'], '["a",null,"b"]\n'],
  [['-c', '.items[]|select(.n>1)'], '{"n":3,"s":"b"}\n{"n":2}\n'],
  [['-c', '{kind,"x":.items[0].n}'], '{"kind":"Secret","x":3}\n'],
  [['-r', '.items[]|[.n,.s]|@tsv'], '3\tb\n1\ta\n2\t\n'],
  [['.nope // "d"'], '"d"\n'],
  [['-c', '[..|numbers]'], '[3,1,2]\n'],
  [['.kind as $k|$k'], '"Secret"\n'],
  [['try error("x") catch .'], '"x"\n'],
  [['-e', '.nope'], 'null\n', '', 1],
  [['.kind.x'], '', 'jq: error (at <stdin>:0): Cannot index string with string "x"\n', 5],
  [['.kind+1'], '', 'jq: error (at <stdin>:0): string ("Secret") and number (1) cannot be added\n', 5],
  [['nosuch'], '', 'jq: error: nosuch/0 is not defined at <top-level>, line 1:\nnosuch\njq: 1 compile error\n', 3],
];

for (const [args, out, err = '', code = 0] of cases)
  test(`jq ${args.join(' ')}`, async () => {
    const r = await new FakeMachine().run('gnu', ['jq', ...args], secret);
    expect({ out: r.out, err: r.err, code: r.code }).toEqual({ out, err, code });
  });
