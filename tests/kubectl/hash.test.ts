import { expect, test } from 'vitest';
import { session } from './session';

test('--append-hash appends what kubectl 1.36 appends', async () => {
  const s = await session();
  expect(await s.run('kubectl create secret generic hashed --from-literal=a=b --append-hash')).toMatchObject({
    stdout: 'secret/hashed-cgm2t8ff2d created\n',
  });
});
