import { afterAll, beforeAll, bench, describe } from 'vitest';
import { ApiClient } from '../src/kube/api';
import type { Sandbox } from '../src/sandbox';
import { bootSandbox, run } from './machine';

let sandbox: Sandbox;
const pods = 1000;

beforeAll(async () => {
  sandbox = await bootSandbox('cluster');
  const client = new ApiClient(sandbox.cluster!.transport, 'bench');
  for (let i = 0; i < pods; i++) {
    await client.create(
      { groupVersion: 'v1', resource: 'pods' },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `p${i}`, namespace: 'default', labels: { tenth: String(i % 10) } },
        // no node fits it: what is timed is listing, not running
        spec: { containers: [{ name: 'c', image: 'busybox' }], nodeSelector: { none: 'such' } },
      },
    );
  }
}, 120_000);
afterAll(() => sandbox.stop());

describe(`kubectl with ${pods} pods`, () => {
  const options = { time: 2000, iterations: 5 };
  bench('kubectl get pods', async () => void (await run(sandbox, 'kubectl get pods > /dev/null')), options);
  bench('kubectl get pods -l tenth=3', async () => void (await run(sandbox, 'kubectl get pods -l tenth=3 > /dev/null')), options);
  bench('kubectl get pods -o yaml', async () => void (await run(sandbox, 'kubectl get pods -o yaml > /dev/null')), options);
  bench('true, for what a command costs', async () => void (await run(sandbox, '/bin/true')), options);
});
