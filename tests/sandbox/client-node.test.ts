import { AppsV1Api, CoreV1Api, KubeConfig, KubernetesObjectApi, makeInformer, Watch, type V1Secret } from 'client-node-1';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type Served } from './served';

// @kubernetes/client-node 1.4, which talks through node-fetch: 2.0 needs an undici that Node 20 cannot load.

let served: Served;
const config = new KubeConfig();

beforeAll(async () => {
  served = await serve({});
  config.loadFromFile(served.kubeconfig);
}, 120_000);

afterAll(() => served.close());

const namespace = 'real';
const secret = (name: string): V1Secret => ({ metadata: { name, labels: { app: 'x' } }, stringData: { colour: 'blue' } });

test('the client lists, page by page, and reads what it is told', async () => {
  const core = config.makeApiClient(CoreV1Api);
  for (const name of ['a', 'b', 'c']) await core.createNamespacedSecret({ namespace, body: secret(name) });
  const names: (string | undefined)[] = [];
  let _continue: string | undefined;
  do {
    const page = await core.listNamespacedSecret({ namespace, labelSelector: 'app=x', limit: 2, _continue });
    names.push(...page.items.map((item) => item.metadata?.name));
    _continue = page.metadata?._continue;
  } while (_continue);
  expect(names).toEqual(['a', 'b', 'c']);
  const read = await core.readNamespacedSecret({ namespace, name: 'a' });
  expect([read.data, read.metadata?.creationTimestamp instanceof Date]).toEqual([{ colour: 'Ymx1ZQ==' }, true]);
  await expect(core.readNamespacedSecret({ namespace, name: 'nosuch' })).rejects.toMatchObject({ code: 404 });
  await core.deleteCollectionNamespacedSecret({ namespace });
  expect((await core.listNamespacedSecret({ namespace })).items).toEqual([]);
});

test('an informer of the client follows what happens', async () => {
  const core = config.makeApiClient(CoreV1Api);
  const informer = makeInformer<V1Secret>(config, `/api/v1/namespaces/${namespace}/secrets`, () =>
    core.listNamespacedSecret({ namespace }),
  );
  const seen: string[] = [];
  const gone = new Promise<void>((resolve) => {
    informer.on('add', (object) => seen.push(`add ${object.metadata?.name}`));
    informer.on('update', (object) => seen.push(`update ${object.metadata?.name} ${object.metadata?.labels?.['x']}`));
    informer.on('delete', (object) => {
      seen.push(`delete ${object.metadata?.name}`);
      resolve();
    });
  });
  await informer.start();
  await core.createNamespacedSecret({ namespace, body: secret('watched') });
  const patch = [{ op: 'add', path: '/metadata/labels/x', value: 'y' }];
  await core.patchNamespacedSecret({ namespace, name: 'watched', body: patch });
  await core.deleteNamespacedSecret({ namespace, name: 'watched' });
  await gone;
  await informer.stop();
  expect(seen).toEqual(['add watched', 'update watched y', 'delete watched']);
}, 30_000);

test('a watch of the client starts at a version and ends when its time is up', async () => {
  const types: string[] = [];
  const done = new Promise<unknown>((resolve, reject) => {
    const query = { resourceVersion: '1', allowWatchBookmarks: true, timeoutSeconds: 1 };
    const seen = (type: string): void => void types.push(type);
    new Watch(config).watch('/api/v1/namespaces', query, seen, resolve).catch(reject);
  });
  await done;
  expect(new Set(types)).toEqual(new Set(['ADDED']));
}, 30_000);

test('objects of any kind are applied and read through discovery', async () => {
  const objects = KubernetesObjectApi.makeApiClient(config);
  const labels = { app: 'web' };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'alpine:3.8' }] } },
    },
  };
  await objects.create(deployment);
  const apps = config.makeApiClient(AppsV1Api);
  const made = await apps.readNamespacedDeployment({ namespace, name: 'web' });
  expect(made.spec?.strategy?.type).toBe('RollingUpdate');
  const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
  expect(scale.spec?.replicas ?? 0).toBe(0);
  expect((await objects.list('apps/v1', 'Deployment', namespace)).items.map((item) => item.metadata?.name)).toEqual(['web']);
  await objects.delete(deployment);
});
