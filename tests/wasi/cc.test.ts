import { describe, expect, it } from 'vitest';
import { createCc, createPlainHost, createWasi, toolchainLoader } from '../../src/wasi';
import { FakeProcessWithFiles } from './fake-files';
import { FakeProcess } from './fake-process';

const cc = createCc(toolchainLoader());
const format = createWasi(createPlainHost());
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function compile(files: Record<string, string>, ...args: string[]): Promise<{ proc: FakeProcessWithFiles; code: number }> {
  const proc = new FakeProcessWithFiles(9, ['cc', ...args], new Map(Object.entries(files).map(([name, text]) => [name, encode(text)])));
  return { proc, code: await proc.run(cc) };
}

async function run(program: Uint8Array, ...argv: string[]): Promise<{ proc: FakeProcess; code: number }> {
  const proc = new FakeProcess(12, argv, { GREETING: 'hello' });
  return { proc, code: await proc.run(await format.load(program, argv[0]!)) };
}

describe('cc', () => {
  it('compiles a program with a header beside it, which gets its arguments and environment', async () => {
    const { proc, code } = await compile(
      {
        'hello.c':
          '#include <stdio.h>\n#include <stdlib.h>\n#include "who.h"\nint main(int c, char **v) { printf("%s %s %d %s\\n", getenv("GREETING"), WHO, c, v[1]); return 3; }\n',
        'who.h': '#define WHO "world"\n',
      },
      '-Wall',
      '-O2',
      '-static',
      '-o',
      'hello',
      'hello.c', // prettier-ignore
    );
    expect([proc.stderr, code]).toEqual(['', 0]);
    const ran = await run(proc.files.get('hello')!, './hello', 'x');
    expect([ran.proc.stdout, ran.code]).toEqual(['hello world 2 x\n', 3]);
  }, 60_000);

  it('writes a.out by default, and name.o for -c', async () => {
    const object = await compile({ 'a.c': 'int f(void) { return 4; }\n' }, '-c', 'a.c');
    expect([...object.proc.files.keys()]).toEqual(['a.c', 'a.o']);
    const files = new Map([...object.proc.files, ['main.c', encode('int f(void);\nint main(void) { return f(); }\n')]]);
    const proc = new FakeProcessWithFiles(9, ['cc', 'main.c', 'a.o'], files);
    expect(await proc.run(cc)).toBe(0);
    expect((await run(proc.files.get('a.out')!, './a.out')).code).toBe(4);
  }, 60_000);

  it('says what is wrong and leaves no program', async () => {
    const { proc, code } = await compile({ 'bad.c': 'int main(void) { return x; }\n' }, 'bad.c');
    expect(code).toBe(1);
    expect(proc.stderr).toContain("bad.c:1:25: error: use of undeclared identifier 'x'\n");
    expect(proc.stderr).toContain('1 error generated.\n');
    expect([...proc.files.keys()]).toEqual(['bad.c']);
  }, 60_000);

  it('a missing file is clang’s own error', async () => {
    const { proc, code } = await compile({}, 'no.c');
    expect(code).toBe(1);
    expect(proc.stderr).toContain("clang: error: no such file or directory: 'no.c'\n");
  }, 60_000);

  it('a loop without system calls can be killed', async () => {
    const { proc } = await compile({ 'spin.c': 'int main(void) { volatile int x = 0; for (;;) x++; }\n' }, 'spin.c', '-o', 'spin');
    const spin = new FakeProcess(12, ['./spin']);
    void spin.run(await format.load(proc.files.get('spin')!, './spin'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    spin.kill9();
  }, 60_000);

  it('fork returns twice, and unflushed output doubles', async () => {
    const source = `#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  int n = 40, status;
  printf("once ");
  pid_t child = fork();
  if (child == 0) { n += 2; printf("child %d\\n", n); return n; }
  pid_t got = waitpid(child, &status, 0);
  printf("parent %d, child was %s, status %d\\n", n, got == child ? "it" : "not it", WEXITSTATUS(status));
}
`;
    const { proc, code } = await compile({ 'fork.c': source }, 'fork.c', '-o', 'fork');
    expect([proc.stderr, code]).toEqual(['', 0]);
    const ran = await run(proc.files.get('fork')!, './fork');
    expect(ran.proc.stdout).toBe('once child 42\nonce parent 40, child was it, status 42\n');
    expect(ran.code).toBe(0);
  }, 60_000);
});
