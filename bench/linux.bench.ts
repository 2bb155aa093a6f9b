import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, bench, describe } from 'vitest';
import type { Sandbox } from '../src/sandbox';
import { bootSandbox, run } from './machine';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await bootSandbox('node');
});
afterAll(() => sandbox.stop());

const options = { time: 2000, iterations: 3, warmupIterations: 1 };

const scripts: Readonly<Record<string, string>> = {
  '1,000 processes': 'for i in $(seq 1000); do /bin/true; done',
  '50 MB through a pipeline': 'head -c 50000000 /dev/zero | cat | wc -c',
  'a loop of 100,000 turns': 'i=0; while ((i < 100000)); do ((i++)); done',
  'sort 20,000 lines': 'seq 20000 | sort -rn | tail -1',
};

for (const [name, script] of Object.entries(scripts)) {
  describe(name, () => {
    bench('the sandbox', async () => void (await run(sandbox, script)), options);
    bench(
      'bash on this machine',
      () => {
        const { status } = spawnSync('bash', ['-c', script]);
        if (status !== 0) throw new Error(`exit code ${status}`);
      },
      options,
    );
  });
}
