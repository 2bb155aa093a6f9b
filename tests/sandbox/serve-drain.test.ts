import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { expectAlike, serve, type Served } from './served';

const files = {
  'web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {name: main, image: alpine, command: [sleep, "1000"]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels: {app: web}
`,
};

let served: Served;

beforeAll(async () => {
  served = await serve(files);
  await served.ours(['apply', '-f', 'web.yaml']);
  const budget = ['get', 'pdb', 'web', '-o', 'jsonpath={.status.currentHealthy}'];
  await vi.waitFor(async () => expect((await served.ours(budget)).stdout).toBe('1'), { timeout: 30_000, interval: 500 });
}, 120_000);

afterAll(() => served.close());

test('a node whose pods no budget lets go is drained in vain by both kubectls', { timeout: 60_000 }, async () => {
  const node = (await served.ours(['get', 'nodes', '-o', 'name'])).stdout.trim().replace('node/', '');
  const alike = (...args: string[]): Promise<void> => expectAlike(served, args, '', true);
  await alike('get', 'pdb', '-A');
  await alike('describe', 'pdb', 'web');
  await alike('drain', node, '--dry-run=client');
  await alike('drain', node, '--dry-run=server', '--timeout=8s');
  await served.ours(['cordon', node]);
  await alike('drain', node, '--timeout=4s');
});
