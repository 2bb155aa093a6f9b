import { describe, expect, test } from 'vitest';
import type { KubeObject, ManagedFieldsEntry, Status } from '../../../src/kube/api/object';
import { cluster, secret, secretsRef } from './cluster';
import { jsonPatch, type Operation } from '../../../src/kube/server/patch/json';
import { mergePatch } from '../../../src/kube/server/patch/merge';
import { leftOf, strategicMergePatch } from '../../../src/kube/server/patch/strategic';

const path = '/api/v1/namespaces/default/secrets/one';

test.each<[Operation[], unknown]>([
  [[{ op: 'add', path: '/a', value: 1 }], { l: [1, 2], a: 1 }],
  [[{ op: 'add', path: '/l/-', value: 3 }], { l: [1, 2, 3] }],
  [[{ op: 'add', path: '/l/0', value: 3 }], { l: [3, 1, 2] }],
  [[{ op: 'remove', path: '/l/0' }], { l: [2] }],
  [[{ op: 'replace', path: '/new', value: 0 }], { l: [1, 2], new: 0 }],
  [[{ op: 'move', from: '/l', path: '/m' }], { m: [1, 2] }],
  [[{ op: 'copy', from: '/l/1', path: '/c~1d' }], { l: [1, 2], 'c/d': 2 }],
  [[{ op: 'test', path: '/l', value: [1, 2] }], { l: [1, 2] }],
])('json patch %j', (operations, expected) => {
  expect(jsonPatch({ l: [1, 2] }, operations)).toEqual(expected);
});

test.each<[Operation[]]>([
  [[{ op: 'remove', path: '/x' }]],
  [[{ op: 'test', path: '/l', value: [] }]],
  [[{ op: 'add', path: '/l/5', value: 1 }]],
  [[{ op: 'add', path: '', value: {} }]],
  [[{ op: 'replace', path: 'l', value: 1 }]],
])('json patch %j does not apply', (operations) => {
  expect(() => jsonPatch({ l: [1, 2] }, operations)).toThrow();
});

test('merge patch removes by null and replaces lists', () => {
  expect(mergePatch({ a: { b: 1, c: 2 }, l: [1] }, { a: { b: null, d: 3 }, l: [2] })).toEqual({ a: { c: 2, d: 3 }, l: [2] });
});

describe('strategic merge patch', () => {
  const kind = { apiVersion: 'v1', kind: 'Pod', metadata: {} };
  const pod = { ...kind, spec: { containers: [{ name: 'a', image: 'x', args: ['1'] }, { name: 'b' }], nodeSelector: { d: '1' } } };
  test.each<[string, unknown, unknown]>([
    [
      'merges containers by name',
      { containers: [{ name: 'b', image: 'y' }] },
      [
        { name: 'a', image: 'x', args: ['1'] },
        { name: 'b', image: 'y' },
      ],
    ],
    ['appends what is new', { containers: [{ name: 'c' }] }, [{ name: 'a', image: 'x', args: ['1'] }, { name: 'b' }, { name: 'c' }]],
    ['deletes by $patch', { containers: [{ name: 'a', $patch: 'delete' }] }, [{ name: 'b' }]],
    ['replaces a list of scalars', { containers: [{ name: 'a', args: ['2'] }] }, [{ name: 'a', image: 'x', args: ['2'] }, { name: 'b' }]],
    [
      'orders by $setElementOrder',
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [] },
      [{ name: 'b' }, { name: 'a', image: 'x', args: ['1'] }],
    ],
  ])('%s', (_name, spec, containers) => {
    expect(strategicMergePatch(pod, { spec }).spec.containers).toEqual(containers);
  });

  test('an item without its key cannot be merged, only be taken where there was no list', () => {
    const env = [{ value: 'x', nested: [{ a: 1 }] }];
    const patch = { spec: { containers: [{ name: 'a', env }] } };
    const merged = strategicMergePatch(pod, patch);
    expect(merged.spec.containers[0]).toMatchObject({ env });
    const why = 'map: map[nested:[map[a:1]] value:x] does not contain declared merge key: name';
    expect(() => strategicMergePatch(merged, patch)).toThrow(why);
  });

  test('a patch is shown without the lists whose order it gives', () => {
    const spec = { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', env: [] }], restartPolicy: 'Never' };
    expect(leftOf({ metadata: { labels: { a: 'b' } }, spec })).toEqual({
      metadata: { labels: { a: 'b' } },
      spec: { restartPolicy: 'Never' },
    });
    expect(leftOf({ spec: { containers: [] } })).toEqual({ spec: { containers: [] } });
  });

  test('$retainKeys drops the other keys of a volume', () => {
    const before = { ...kind, spec: { volumes: [{ name: 'v', emptyDir: {} }] } };
    const patch = { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }] } };
    expect(strategicMergePatch(before, patch).spec.volumes).toEqual([{ name: 'v', secret: { secretName: 's' } }]);
  });
});

test.each([
  [
    'application/json-patch+json',
    [{ op: 'remove', path: '/data/no' }],
    422,
    'the server rejected our request due to an error in our request',
  ],
  [
    'application/json-patch+json',
    { op: 'remove' },
    400,
    'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
  ],
  [
    'application/strategic-merge-patch+json',
    { metadata: { name: 'other' } },
    400,
    'the name of the object (other) does not match the name on the URL (one)',
  ],
  [
    'application/strategic-merge-patch+json',
    { metadata: { namespace: 'other' } },
    400,
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
] as const)('%s %j is refused', async (type, patch, code, message) => {
  const { client, json } = cluster();
  await client.create(secretsRef, secret('one'));
  expect(await json<Status>('PATCH', path, patch, { 'content-type': type })).toMatchObject({ code, message });
});

test('lists of any kind merge as its types say', () => {
  const template = (containers: object[], tolerations?: object[]): object => ({ template: { spec: { containers, tolerations } } });
  const job = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: {}, spec: { jobTemplate: { spec: template([{ name: 'a' }, { name: 'b' }]) } } };
  const patch = { spec: { jobTemplate: { spec: template([{ name: 'b', image: 'x' }], [{ key: 'k' }]) } } };
  expect(strategicMergePatch(job, patch).spec.jobTemplate.spec).toEqual(template([{ name: 'a' }, { name: 'b', image: 'x' }], [{ key: 'k' }]));
  const hook = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: {}, webhooks: [{ name: 'a' }] };
  expect(strategicMergePatch(hook, { webhooks: [{ name: 'b' }] }).webhooks).toEqual([{ name: 'a' }, { name: 'b' }]);
}); // prettier-ignore

const owners = (object: KubeObject): [string | undefined, unknown][] =>
  (object.metadata.managedFields ?? []).map((entry: ManagedFieldsEntry) => [entry.manager, entry.fieldsV1]);

test('who sets a field owns it', async () => {
  const { client } = cluster();
  await client.create(secretsRef, secret('one'), { query: { fieldManager: 'kubectl-create' } });
  const patch = { data: { b: 'Yg==' }, metadata: { labels: { x: 'y' } } };
  const patched = await client.patch(secretsRef, 'one', 'merge', patch, { namespace: 'default', query: { fieldManager: 'kubectl-patch' } });
  expect(owners(patched)).toEqual([
    ['kubectl-create', { 'f:data': { '.': {}, 'f:a': {} }, 'f:type': {} }],
    ['kubectl-patch', { 'f:data': { 'f:b': {} }, 'f:metadata': { 'f:labels': { '.': {}, 'f:x': {} } } }],
  ]);
});

test('server-side apply keeps what others own, and drops what it no longer names', async () => {
  const { client } = cluster();
  const apply = (object: unknown, query: Record<string, string> = {}): Promise<KubeObject> =>
    client.patch(secretsRef, 'one', 'apply', object, { namespace: 'default', query: { fieldManager: 'me', ...query } });
  const base = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one' } };
  const made = await apply({ ...base, data: { a: 'YQ==', b: 'Yg==' } });
  expect(owners(made)).toEqual([['me', { 'f:data': { 'f:a': {}, 'f:b': {} } }]]);
  await client.patch(secretsRef, 'one', 'merge', { data: { c: 'Yw==' } }, { namespace: 'default', query: { fieldManager: 'you' } });
  const again = await apply({ ...base, data: { a: 'YQ==' } });
  expect(again['data']).toEqual({ a: 'YQ==', c: 'Yw==' });
  await expect(apply({ ...base, data: { c: 'eA==' } })).rejects.toThrow(
    'Apply failed with 1 conflict: conflict with "you" using v1: .data.c',
  );
  const forced = await apply({ ...base, data: { c: 'eA==' } }, { force: 'true' });
  expect(forced['data']).toEqual({ c: 'eA==' });
  expect(owners(forced)).toEqual([['me', { 'f:data': { 'f:c': {} } }]]);
});

test('items of keyed lists have owners of their own, references have one', async () => {
  const { client } = cluster();
  const deployments = { groupVersion: 'apps/v1', resource: 'deployments' };
  const spec = {
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: {
        imagePullSecrets: [{ name: 's' }],
        containers: [{ name: 'c', image: 'x', env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }],
      },
    },
  };
  const config = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec };
  const query = { fieldManager: 'me' };
  const made = await client.patch(deployments, 'd', 'apply', config, { namespace: 'default', query });
  const pod = {
    'f:imagePullSecrets': { 'k:{"name":"s"}': {} },
    'f:containers': {
      'k:{"name":"c"}': {
        '.': {},
        'f:image': {},
        'f:name': {},
        'f:env': { 'k:{"name":"E"}': { '.': {}, 'f:name': {}, 'f:valueFrom': { 'f:secretKeyRef': {} } } },
      },
    },
  };
  expect(owners(made)).toEqual([
    ['me', { 'f:spec': { 'f:selector': {}, 'f:template': { 'f:metadata': { 'f:labels': { 'f:a': {} } }, 'f:spec': pod } } }],
  ]);
  const other = { ...config, spec: { template: { spec: { containers: [{ name: 'c', image: 'y' }] } } } };
  await expect(client.patch(deployments, 'd', 'apply', other, { namespace: 'default', query: { fieldManager: 'you' } })).rejects.toThrow(
    'Apply failed with 1 conflict: conflict with "me": .spec.template.spec.containers[name="c"].image',
  );
  const forced = await client.patch(deployments, 'd', 'apply', other, {
    namespace: 'default',
    query: { fieldManager: 'you', force: 'true' },
  });
  expect(owners(forced).map(([manager]) => manager)).toEqual(['me', 'you']);
});

test("fields that are never left out, and a status, are nobody's in a new object", async () => {
  const { json } = cluster();
  const meta = { metadata: { name: 'a' } };
  const make = async (path: string, object: object): Promise<unknown> => {
    const made = await json<KubeObject>('POST', `${path}?fieldManager=me`, { ...meta, ...object });
    return owners(made);
  };
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i', imagePullPolicy: 'Always' }] } };
  const set = { selector: { matchLabels: { a: 'b' } }, template, updateStrategy: { type: 'OnDelete' } };
  expect(await make('/apis/apps/v1/namespaces/default/daemonsets', { apiVersion: 'apps/v1', kind: 'DaemonSet', spec: set })).toMatchObject([
    [
      'me',
      {
        'f:spec': {
          'f:updateStrategy': { 'f:type': {} },
          'f:template': {
            'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
            'f:spec': { 'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:image': {} } } },
          },
        },
      },
    ],
  ]);
  const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', spec: { minAvailable: 1 } };
  expect(await make('/apis/policy/v1/namespaces/default/poddisruptionbudgets', budget)).toEqual([
    ['me', { 'f:spec': { 'f:minAvailable': {} } }],
  ]);
  const node = { apiVersion: 'v1', kind: 'Node', status: { capacity: { cpu: '1' } }, spec: { providerID: 'x' } };
  expect(await make('/api/v1/nodes', node)).toEqual([['me', { 'f:spec': { 'f:providerID': {} } }]]);
});
