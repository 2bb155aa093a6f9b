import { afterAll, expect, test } from 'vitest';
import type { Scene } from '../../src/sandbox/protocol';
import { closeHosts, start, terminal, until } from './page-start';

afterAll(closeHosts);

const manifest = `apiVersion: v1
kind: Pod
metadata: {name: shared}
spec:
  shareProcessNamespace: true
  containers:
  - name: worker
    image: alpine:3.8
    command: [sleep, "1000"]
    env: [{name: USER_NAME, valueFrom: {secretKeyRef: {name: s, key: k}}}]
    volumeMounts: [{name: v, mountPath: /etc/v}]
  volumes: [{name: v, secret: {secretName: s}}]
`;

test('the scene has the Pod with its processes, what happens between them, and where the Secret is', { timeout: 60_000 }, async () => {
  const page = await start({ files: [{ path: 'pod.yaml', text: manifest }] });
  const { id } = await terminal(page);
  const scene = (): Scene | undefined => page.events.findLast((event) => event.type === 'scene')?.scene;
  await page.api.watchScene(true);
  await page.api.setRate(10);
  await page.api.run(id, 'kubectl create secret generic s --from-literal=k=admin; kubectl apply -f pod.yaml');
  await until(() => scene()?.pods[0]?.status === 'Running', 'the Pod');
  await page.api.run(id, "kubectl exec shared -- sh -c '(sleep 500 >/dev/null 2>&1 &)'; kubectl exec shared -- pkill -f 'sleep 500'");
  await until(() => scene()?.moments.some(({ kind }) => kind === 'killed') === true, 'the end of the orphan');

  const { pods, secrets, places, processes, moments } = scene()!;
  expect(secrets).toEqual([{ namespace: 'default', name: 's', type: 'Opaque', data: { k: 'YWRtaW4=' } }]);
  expect(pods[0]).toMatchObject({
    name: 'shared',
    ready: '1/1',
    node: 'k8s-minion1',
    containers: [
      {
        name: 'worker',
        state: 'running',
        mounts: [{ volume: 'v', path: '/etc/v' }],
        variables: [{ name: 'USER_NAME', secret: 's', key: 'k' }],
      },
    ],
    volumes: [{ name: 'v', kind: 'secret', secret: 's' }],
  });
  expect(pods[0]!.life.map(({ stage }) => stage)).toEqual(['Pending', 'Scheduled', 'Running']);
  const place = places.find(({ kind }) => kind === 'pod')!;
  expect(place).toMatchObject({ name: 'shared', shared: true });
  const inside = processes.filter((process) => process.place === place.key && process.state !== 'X');
  expect(inside.map(({ comm, role, container }) => [comm, role, container])).toEqual(
    expect.arrayContaining([
      ['containerd-shim', 'shim', undefined],
      ['pause', 'pause', undefined],
      ['sleep', 'container', 'worker'],
    ]),
  );
  const said = moments.map(({ kind, signal, to, by }) => [kind, signal, to.comm, by?.comm]);
  expect(said).toContainEqual(['reparented', undefined, 'sleep', 'pause']);
  expect(said).toContainEqual(['killed', 'SIGTERM', 'sleep', undefined]);

  await page.api.watchScene(false);
  const told = page.events.filter(({ type }) => type === 'scene').length;
  await page.api.run(id, 'kubectl delete secret s');
  await page.api.outcome(id);
  expect(page.events.filter(({ type }) => type === 'scene')).toHaveLength(told);
});
