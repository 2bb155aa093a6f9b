import { expect, test } from 'vitest';
import { createKubectl } from '../../src/kubectl';
import { deployment, deploymentsRef, workload, workloads } from '../kube/control/workloads';
import { node, nodesRef } from '../kube/server/cluster';
import { FakeFiles, FakeProcess, textOf, type Ran } from './fake-process';
import { config } from './session';

const budgetsRef = { groupVersion: 'policy/v1', resource: 'poddisruptionbudgets' };

/** Pods of a deployment on one node, another node for them to go to, and a budget for them. */
async function guarded(replicas: number, spec: object) {
  const parts = await workloads();
  const { client, clock, server, pass } = parts;
  await client.create(deploymentsRef, deployment('web', { replicas }));
  await pass(2);
  await client.create(nodesRef, node('second'));
  await client.create(
    budgetsRef,
    workload('policy/v1', 'PodDisruptionBudget', 'budget', { selector: { matchLabels: { app: 'web' } }, ...spec }),
  );
  await pass(2);
  const files = new FakeFiles();
  files.write('/root/.kube/config', config);
  const names = (await parts.podsOf('web-')).map(({ metadata }) => metadata.name!);
  return {
    ...parts,
    /** Runs kubectl while the cluster goes on; pods have the names `A`, `B`, … in what it prints. */
    async kubectl(...words: string[]): Promise<Ran> {
      const fake = new FakeProcess({ files, clock, argv: ['kubectl', ...words] });
      let code: number | undefined;
      void createKubectl({ transport: server.handle })(fake.process).then((value) => (code = value));
      for (let i = 0; i < 60 && code === undefined; i++) await pass(1);
      const named = (text: string): string => names.reduce((out, name, i) => out.replaceAll(name, String.fromCharCode(65 + i)), text);
      return { stdout: named(textOf(fake.out)), stderr: named(textOf(fake.err)), code: code ?? -1 };
    },
  };
}

const refused = (pod: string, after = ' (will retry after 5s)'): string =>
  `error when evicting pods/"${pod}" -n "default"${after}: Cannot evict pod as it would violate the pod's disruption budget.\n`;

test('evictions that a budget refuses are tried again until there are new pods elsewhere', async () => {
  const { kubectl, podsOf, stop } = await guarded(2, { maxUnavailable: 1 });
  expect(await kubectl('drain', 'k8s-minion1')).toEqual({
    stdout:
      'node/k8s-minion1 cordoned\nevicting pod default/A\nevicting pod default/B\npod/A evicted\nevicting pod default/B\npod/B evicted\nnode/k8s-minion1 drained\n',
    stderr: refused('B'),
    code: 0,
  });
  expect((await podsOf('web-')).map(({ spec }) => spec.nodeName)).toEqual(['second', 'second']);
  await stop();
});

test('a drain that no budget lets through ends with its time', async () => {
  const { kubectl, podsOf, stop } = await guarded(1, { minAvailable: 1 });
  expect(await kubectl('drain', 'k8s-minion1', '--timeout=8s')).toEqual({
    stdout: 'node/k8s-minion1 cordoned\nevicting pod default/A\nevicting pod default/A\nevicting pod default/A\n',
    stderr: `${refused('A')}${refused('A')}There are pending pods in node "k8s-minion1" when an error occurred: error when evicting pods/"A" -n "default": global timeout reached: 8s
pod/A
error: unable to drain node "k8s-minion1" due to error: error when evicting pods/"A" -n "default": global timeout reached: 8s, continuing command...
There are pending nodes to be drained:
 k8s-minion1
error when evicting pods/"A" -n "default": global timeout reached: 8s
`,
    code: 1,
  });
  expect((await podsOf('web-')).length).toBe(1);
  await stop();
});

test('a dry run takes nothing, and pods that are deleted are not asked about', async () => {
  const { kubectl, podsOf, stop } = await guarded(1, { maxUnavailable: 1 });
  expect(await kubectl('drain', 'k8s-minion1', '--dry-run=server')).toEqual({
    stdout:
      'node/k8s-minion1 cordoned (server dry run)\nevicting pod default/A (server dry run)\nnode/k8s-minion1 drained (server dry run)\n',
    stderr: '',
    code: 0,
  });
  expect((await podsOf('web-'))[0]!.metadata.deletionTimestamp).toBeUndefined();
  expect(await kubectl('drain', 'k8s-minion1', '--disable-eviction')).toEqual({
    stdout: 'node/k8s-minion1 cordoned\ndeleting pod default/A\npod/A deleted\nnode/k8s-minion1 drained\n',
    stderr: '',
    code: 0,
  });
  await stop();
});
