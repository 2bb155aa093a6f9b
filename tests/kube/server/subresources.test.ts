import { expect, test } from 'vitest';
import type { Status } from '../../../src/kube/api';
import { account, accountsRef, cluster, node, nodesRef, pod, podsRef } from './cluster';

const pods = '/api/v1/namespaces/default/pods';

async function withPod() {
  const made = cluster();
  await made.client.create(accountsRef, account());
  await made.client.create(nodesRef, node());
  await made.client.create(podsRef, pod('p'));
  const send = (method: 'POST' | 'PUT' | 'DELETE', path: string, body: string): Promise<Status> =>
    made.server
      .handle({ method, path, headers: { 'content-type': 'application/json' }, body })
      .then((response) => JSON.parse(response.body as string) as Status);
  return { ...made, send };
}

const text = (value: unknown): string => JSON.stringify(value);
const binding = (fields: object): string => text({ apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, ...fields });

const refused: readonly [string, 'POST' | 'PUT' | 'DELETE', string, string, number, string][] = [
  [
    'a binding of no JSON',
    'POST',
    `${pods}/p/binding`,
    '{',
    400,
    "the object provided is unrecognized (must be of type Binding): couldn't get version/kind; json parse error: unexpected end of JSON input ({)",
  ],
  ['a binding to nothing', 'POST', `${pods}/p/binding`, binding({}), 500, 'target.name: Required value'],
  [
    'a binding to another kind',
    'POST',
    `${pods}/p/binding`,
    binding({ target: { kind: 'Rack' } }),
    500,
    '[target.kind: Unsupported value: "Rack": supported values: "Node", "<empty>", target.name: Required value]',
  ],
  [
    'a binding of another pod',
    'POST',
    `${pods}/p/binding`,
    binding({ metadata: { name: 'q' }, target: { name: 'n' } }),
    400,
    'name in URL does not match name in Binding object',
  ],
  [
    'a binding of a wrong type',
    'POST',
    `${pods}/p/binding`,
    binding({ target: 'n' }),
    400,
    'Binding in version "v1" cannot be handled as a Binding: json: cannot unmarshal string into Go struct field Binding.target of type v1.ObjectReference',
  ],
  [
    'a token for a wrong time',
    'POST',
    '/api/v1/namespaces/default/serviceaccounts/default/token',
    text({ spec: { expirationSeconds: 'x' } }),
    400,
    'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal string into Go struct field TokenRequestSpec.spec.expirationSeconds of type int64',
  ],
  [
    'a token for too short a time',
    'POST',
    '/api/v1/namespaces/default/serviceaccounts/default/token',
    text({ spec: { expirationSeconds: 5 } }),
    422,
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes',
  ],
  [
    'a finalized namespace of another name',
    'PUT',
    '/api/v1/namespaces/default/finalize',
    text({ metadata: { name: 'other' } }),
    400,
    'the name of the object (other) does not match the name on the URL (default)',
  ],
  [
    'a finalized namespace that is not',
    'PUT',
    '/api/v1/namespaces/nosuch/finalize',
    text({ metadata: { name: 'nosuch' } }),
    404,
    'namespaces "nosuch" not found',
  ],
  [
    'delete options of no JSON',
    'DELETE',
    `${pods}/p`,
    '{"a"',
    500,
    "couldn't get version/kind; json parse error: unexpected end of JSON input",
  ],
  [
    'delete options of a wrong type',
    'DELETE',
    `${pods}/p`,
    text({ gracePeriodSeconds: 'x' }),
    500,
    'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
  ],
  [
    'delete options that contradict',
    'DELETE',
    `${pods}/p`,
    text({ propagationPolicy: 'Orphan', orphanDependents: true }),
    422,
    'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
  ],
  [
    'delete options with a policy of no name',
    'DELETE',
    `${pods}/p`,
    text({ propagationPolicy: 'Some' }),
    422,
    'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Some": supported values: "Foreground", "Background", "Orphan", "nil"',
  ],
];

test.each(refused)('%s is refused', async (_, method, path, body, code, message) => {
  const { send } = await withPod();
  expect(await send(method, path, body)).toMatchObject({ kind: 'Status', code, message });
});

test('a pod is bound once', async () => {
  const { send, client } = await withPod();
  const body = binding({ target: { kind: 'Node', name: 'k8s-minion1' } });
  expect(await send('POST', `${pods}/p/binding`, body)).toMatchObject({ status: 'Success', code: 201 });
  expect((await client.get(podsRef, 'p', 'default'))['spec']).toMatchObject({ nodeName: 'k8s-minion1' });
  expect(await send('POST', '/api/v1/namespaces/default/bindings', body)).toMatchObject({
    code: 409,
    message: 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "k8s-minion1"',
  });
});

test('preconditions and a dry run keep a pod', async () => {
  const { send, client } = await withPod();
  const { uid } = (await client.get(podsRef, 'p', 'default')).metadata;
  expect(await send('DELETE', `${pods}/p`, text({ preconditions: { uid: 'other' } }))).toMatchObject({
    code: 409,
    message: `Operation cannot be fulfilled on pods "p": Precondition failed: UID in precondition: other, UID in object meta: ${uid}`,
  });
  await send('DELETE', `${pods}/p`, text({ dryRun: ['All'] }));
  await send('DELETE', `${pods}?dryRun=All`, '');
  expect((await client.list(podsRef)).items).toHaveLength(1);
  await send('DELETE', `${pods}?labelSelector=no%3Dsuch`, '');
  expect((await client.list(podsRef)).items).toHaveLength(1);
  await send('DELETE', pods, text({ gracePeriodSeconds: 0 }));
  expect((await client.list(podsRef)).items).toEqual([]);
});

test('a scale is read, put and patched, and its number is a number', async () => {
  const { json, send, server } = await withPod();
  const labels = { app: 'x' };
  const spec = {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  };
  const path = '/apis/apps/v1/namespaces/default/deployments';
  await json('POST', path, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec });
  const scale = await json('GET', `${path}/d/scale`);
  expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { replicas: 0, selector: 'app=x' } });
  expect(await send('PUT', `${path}/d/scale`, text({ ...scale, spec: { replicas: 5 } }))).toMatchObject({ spec: { replicas: 5 } });
  expect(await send('PUT', `${path}/d/scale`, text({ spec: { replicas: 'x' } }))).toMatchObject({
    code: 400,
    message:
      'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32',
  });
  const patch = (body: unknown) =>
    server
      .handle({ method: 'PATCH', path: `${path}/d/scale`, headers: { 'content-type': 'application/merge-patch+json' }, body: text(body) })
      .then((response) => JSON.parse(response.body as string) as Status);
  expect(await patch({ spec: { replicas: 3 } })).toMatchObject({ spec: { replicas: 3 } });
  expect(await patch({ spec: { replicas: -1 } })).toMatchObject({
    code: 422,
    message: 'Scale.autoscaling "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  });
  expect(await patch({ spec: { replicas: 'x' } })).toMatchObject({ code: 422 });
});

test.each([
  ['tailLines=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['sinceTime=x', 400, 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
  ['tailLines=-1', 422, 'PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'],
  [
    'limitBytes=0&sinceSeconds=0',
    422,
    'PodLogOptions "p" is invalid: [limitBytes: Invalid value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]',
  ],
])('a log with %s is refused', async (query, code, message) => {
  const { client, server } = cluster();
  await client.create(accountsRef, account());
  await client.create(podsRef, pod('p'));
  const answer = await server.handle({ method: 'GET', path: `${pods}/p/log?${query}`, headers: {} });
  expect(JSON.parse(answer.body as string) as Status).toMatchObject({ code, message });
});
