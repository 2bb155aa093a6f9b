import { expect, test } from 'vitest';
import type { Status } from '../../../src/kube/api/object';
import { account, accountsRef, cluster, pod } from './cluster';

const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const map = (name: string, data: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
const jsonPatch = { 'content-type': 'application/json-patch+json' };
const mergePatch = { 'content-type': 'application/merge-patch+json' };

async function send(body: string, path = maps) {
  const made = cluster();
  const answer = await made.server.handle({ method: 'POST', path, headers: { 'user-agent': 'test' }, body });
  const { items } = await made.json<{ items: unknown[] }>('GET', maps);
  return { code: answer.status, message: (JSON.parse(answer.body as string) as Status).message, stored: items.length };
}

test.each([
  ['nested without end', '['.repeat(200_000), 400],
  ['nested deeply in a field no one knows', `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 400],
  ['larger than 3 MiB', JSON.stringify(map('a', { a: 'x'.repeat(4 * 1024 * 1024) })), 413],
  ['of more data than 1 MiB', JSON.stringify(map('a', { a: 'x'.repeat(1024 * 1024 + 1) })), 422],
  ['no text', '\0\x01\x02\xff', 400],
])('a body that is %s is refused and nothing is stored', async (_what, body, code) => {
  const answer = await send(body);
  expect(answer).toMatchObject({ code, stored: 0 });
  expect(answer.message).not.toBe('');
}); // prettier-ignore

const yaml = (levels: number): string =>
  Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join('\n');
test.each([
  ['nested without end', '['.repeat(200_000)],
  ['nested deeply', `x: ${'['.repeat(5000)}${']'.repeat(5000)}`],
  ['of aliases of aliases', `a0: &a0 x\n${yaml(9)}`],
  ['of keys that stand many times', 'a: 1\n'.repeat(4_000)],
])('YAML that is %s is refused and nothing is stored', async (_what, body) => {
  const { server, json } = cluster();
  const answer = await server.handle({ method: 'POST', path: maps, headers: { 'content-type': 'application/yaml' }, body });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect((JSON.parse(answer.body as string) as Status).message).not.toMatch(/call stack|undefined/);
  expect((await json<{ items: unknown[] }>('GET', maps)).items).toEqual([]);
});

test('keys that every object has are keys like others', async () => {
  const { server, json } = cluster();
  const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"__proto__":"1","constructor":"2","toString":"3"}}';
  await server.handle({ method: 'POST', path: maps, headers: {}, body });
  const data = async (): Promise<[string, unknown][]> => Object.entries((await json('GET', `${maps}/a`))['data'] as object);
  expect(await data()).toEqual([['__proto__', '1'], ['constructor', '2'], ['toString', '3']]); // prettier-ignore
  await server.handle({ method: 'PATCH', path: `${maps}/a`, headers: mergePatch, body: '{"data":{"__proto__":"4","hasOwnProperty":"5"}}' });
  await server.handle({
    method: 'PATCH',
    path: `${maps}/a`,
    headers: jsonPatch,
    body: '[{"op":"add","path":"/data/valueOf","value":"6"}]',
  });
  expect(Object.fromEntries(await data())).toMatchObject({ hasOwnProperty: '5', valueOf: '6' });
  expect((await data())[0]).toEqual(['__proto__', '4']);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('selectors see only labels that are there', async () => {
  const { json } = cluster();
  await json('POST', maps, map('a'));
  for (const selector of ['constructor', 'toString', '__proto__ notin (a),constructor']) {
    const query = encodeURIComponent(selector);
    expect(await json('GET', `${maps}?labelSelector=${query}`)).not.toMatchObject({ items: [{}] });
  }
});

test('a pod whose resources bear such names is refused as others are', async () => {
  const { client, json } = cluster();
  await client.create(accountsRef, account());
  const answer = await json<Status>('POST', pods, pod('a', { containers: [{ name: 'c', image: 'x', resources: { requests: { constructor: '1' } } }] }));
  expect(answer).toMatchObject({ code: 422 });
  expect(answer.message).toContain('spec.containers[0].resources.requests[constructor]: Invalid value: "constructor": must be a standard resource');
}); // prettier-ignore

test('copies of copies end at the limit', async () => {
  const { json } = cluster();
  await json('POST', maps, map('a', { a: 'x'.repeat(1000) }));
  const operations = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/data', path: `/data/c${i}` }));
  expect(await json<Status>('PATCH', `${maps}/a`, operations, jsonPatch)).toMatchObject({ code: 422 });
});

test('more than 10000 operations are too many', async () => {
  const { json } = cluster();
  await json('POST', maps, map('a'));
  const operations = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' }));
  expect(await json<Status>('PATCH', `${maps}/a`, operations, jsonPatch)).toMatchObject({
    code: 413,
    message: 'The allowed maximum operations in a JSON patch is 10000, got 10001',
  });
});

test('an int64 is kept to its last digit', async () => {
  const { client, server } = cluster();
  await client.create(accountsRef, account());
  const text = (seconds: string): string =>
    `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"terminationGracePeriodSeconds":${seconds},"containers":[{"name":"c","image":"x"}]}}`;
  const create = async (seconds: string): Promise<string> =>
    (await server.handle({ method: 'POST', path: pods, headers: {}, body: text(seconds) })).body as string;
  expect(await create('9223372036854775808')).toContain(
    'cannot unmarshal number 9223372036854775808 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
  );
  expect(await create('9223372036854775807')).toContain('"terminationGracePeriodSeconds":9223372036854775807,');
  const patch = '{"metadata":{"labels":{"a":"b"}}}';
  const patched = await server.handle({ method: 'PATCH', path: `${pods}/a`, headers: mergePatch, body: patch });
  expect(patched.body).toContain('"terminationGracePeriodSeconds":9223372036854775807,');
  const yaml = await server.handle({ method: 'GET', path: `${pods}/a`, headers: { accept: 'application/yaml' } });
  expect(yaml.body).toContain('terminationGracePeriodSeconds: 9223372036854775807\n');
  expect((await server.handle({ method: 'DELETE', path: `${pods}/a`, headers: {} })).status).toBe(200);
});
