import { bench, describe } from 'vitest';
import { VirtualClock } from '../src/clock';
import { ApiClient, type KubeObject } from '../src/kube/api';
import { createSandbox } from '../src/sandbox';
import { nodeHostTime } from '../src/sandbox/host-node';
import { createPlainHost, createWasi, loadPause } from '../src/wasi';

const pods = { groupVersion: 'v1', resource: 'pods' };
const pod = (i: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `p${i}`, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'alpine:3.8', command: ['sleep', '100000'] }] },
});

/** A cluster from nothing until all its pods run, in virtual time. */
async function fill(nodes: number, count: number): Promise<void> {
  const clock = new VirtualClock(nodeHostTime);
  const host = createPlainHost();
  const { v310, v30, source } = await loadPause();
  const { ready } = await createSandbox({
    clock,
    assets: { pause: { '3.10': v310, '3.0': v30 }, pauseSource: source, deviations: async () => '', home: {} },
    formats: [createWasi(host, clock)],
    kind: 'cluster',
    bare: true,
    nodes,
    privileged: false,
    report: (error) => {
      throw error as Error;
    },
  });
  const sandbox = await clock.runUntil(ready);
  const client = new ApiClient(sandbox.cluster!.transport, 'bench/v1');
  for (let i = 0; i < count; i++) await client.create(pods, pod(i));
  for (let running = 0; running < count;) {
    await clock.advanceTo(clock.now() + 1000);
    running = (await client.list<KubeObject>(pods)).items.filter((p) => (p['status'] as { phase?: string }).phase === 'Running').length;
  }
  sandbox.stop();
  await host.close();
}

describe('pods come to run', () => {
  const once = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };
  bench('50 on 1 node', () => fill(1, 50), once);
  bench('500 on 5 nodes', () => fill(5, 500), once);
});
