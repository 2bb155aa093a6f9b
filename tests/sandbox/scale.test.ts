import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient, type KubeObject } from '../../src/kube/api';
import type { Cluster } from '../../src/sandbox/cluster';
import { boot, type Box } from './boot';

const podsRef = { groupVersion: 'v1', resource: 'pods' };
const count = 500;
const nodes = 5;

let box: Box;
let cluster: Cluster;
beforeAll(async () => {
  box = await boot({ bare: true, nodes });
  cluster = box.sandbox.cluster!;
}, 60_000);
afterAll(() => box.close());

/** Drops what can be dropped, where Node was started with --expose-gc. */
const heapBytes = (): number => {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
};
const processes = (): string[][] =>
  cluster.nodes.map(({ runtime }) => [`${runtime.listPodSandboxes().length} sandboxes`, `${runtime.listContainers().length} containers`]);

it(`${count} pods on ${nodes} nodes run, and leave nothing behind when they are deleted`, async () => {
  const client = new ApiClient(cluster.transport, 'test/v1');
  const template = (i: number): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${i}`, namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'alpine:3.8', command: ['sleep', '100000'] }] },
  });
  const watches = cluster.server.watchCount;
  const before = processes();
  const tasks = [...box.sandbox.machine.kernel.tasks()].length;
  const phases = async (): Promise<Record<string, number>> => {
    const { items } = await client.list<KubeObject>(podsRef, { namespace: 'default' });
    const found: Record<string, number> = {};
    for (const item of items) {
      const { phase = '' } = item['status'] as { phase?: string };
      found[phase] = (found[phase] ?? 0) + 1;
    }
    return found;
  };
  /** Makes pods until there are `to` and all run; ms of wall time that each took. */
  const grow = async (from: number, to: number): Promise<number> => {
    const startMs = performance.now();
    for (let i = from; i < to; i++) await client.create(podsRef, template(i));
    const start = box.clock.now();
    while ((await phases())['Running'] !== to && box.clock.now() - start < 120_000) await box.clock.advanceTo(box.clock.now() + 1000);
    expect(await phases()).toEqual({ Running: to });
    return (performance.now() - startMs) / (to - from);
  };
  const firstMs = await grow(0, count / 5);
  const laterMs = await grow(count / 5, count);
  // a pod costs as much as it did when there were few: `npm run bench` has the seconds
  expect(laterMs).toBeLessThan(4 * firstMs);
  expect(cluster.nodes.map(({ runtime }) => runtime.listPodSandboxes().length)).toEqual(Array<number>(nodes).fill(count / nodes));

  const full = heapBytes();
  await client.deleteCollection(podsRef, { namespace: 'default', query: { gracePeriodSeconds: 1 } });
  const deleted = box.clock.now();
  while ((await client.list(podsRef, { namespace: 'default' })).items.length && box.clock.now() - deleted < 120_000)
    await box.clock.advanceTo(box.clock.now() + 1000);
  await box.clock.advanceTo(box.clock.now() + 60_000);
  expect(await phases()).toEqual({});
  expect(processes()).toEqual(before);
  expect([...box.sandbox.machine.kernel.tasks()].length).toBe(tasks);
  expect(cluster.server.watchCount).toBe(watches);
  expect(box.faults).toEqual([]);
  if ('gc' in globalThis) expect(heapBytes()).toBeLessThan(full);
}, 240_000);
