import { expect, test } from 'vitest';
import { FakeMachine } from './fake-machine';

test('an archive comes back as it went in, from either tar', async () => {
  const from = new FakeMachine({ 'd/a.txt': 'hello\n', 'd/sub/b': 'x'.repeat(1500) });
  const made = await from.run('gnu', ['tar', 'cf', '-', 'd']);
  expect({ err: made.err, code: made.code, size: made.bytes.length }).toEqual({ err: '', code: 0, size: 10240 });
  for (const face of ['gnu', 'busybox'] as const) {
    const to = new FakeMachine();
    const got = await to.run(face, ['tar', '-xvmf', '-'], made.bytes);
    expect(got).toMatchObject({ out: 'd/\nd/a.txt\nd/sub/\nd/sub/b\n', err: '', code: 0 });
    expect(to.read('d/a.txt')).toBe('hello\n');
    expect(to.read('d/sub/b').length).toBe(1500);
  }
});

test('what is no archive is refused', async () => {
  const r = await new FakeMachine().run('gnu', ['tar', 'tf', '-'], 'x'.repeat(600));
  expect(r).toMatchObject({
    out: '',
    err: 'tar: This does not look like a tar archive\ntar: Exiting with failure status due to previous errors\n',
    code: 2,
  });
});
