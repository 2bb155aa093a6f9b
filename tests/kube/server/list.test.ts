import { expect, test } from 'vitest';
import type { KubeList, KubeObject, Status } from '../../../src/kube/api';
import { cluster, secret, secretsRef } from './cluster';

const path = '/api/v1/namespaces/default/secrets';
const names = (list: KubeList): string[] => list.items.map((item) => item.metadata.name!);

/** The version of a list, then of what came after: a is there, b comes, a changes, c comes and b goes. */
async function history() {
  const made = cluster();
  const { client, json } = made;
  const scope = { namespace: 'default' };
  const list = (query = ''): Promise<KubeList & Status> => json<KubeList & Status>('GET', `${path}${query}`);
  await client.create(secretsRef, secret('a'));
  const first = (await list()).metadata.resourceVersion!;
  await client.create(secretsRef, secret('b'));
  await client.patch(secretsRef, 'a', 'merge', { metadata: { labels: { x: 'y' } } }, scope);
  const second = (await list()).metadata.resourceVersion!;
  await client.create(secretsRef, secret('c'));
  await client.delete(secretsRef, 'b', scope);
  return { ...made, list, first, second };
}

test('an exact version is what was there then', async () => {
  const { list, first, second } = await history();
  const exact = (version: string): Promise<KubeList> => list(`?resourceVersion=${version}&resourceVersionMatch=Exact`);
  expect(names(await exact(first))).toEqual(['a']);
  expect((await exact(first)).metadata.resourceVersion).toBe(first);
  expect((await exact(first)).items[0]!.metadata.labels).toBeUndefined();
  expect(names(await exact(second))).toEqual(['a', 'b']);
  expect((await exact(second)).items[0]!.metadata.labels).toEqual({ x: 'y' });
  // A limit with a version is exact too; without one, and with NotOlderThan, it is the present.
  expect(names(await list(`?resourceVersion=${first}&limit=5`))).toEqual(['a']);
  expect(names(await list(`?resourceVersion=${first}`))).toEqual(['a', 'c']);
  expect(names(await list(`?resourceVersion=${first}&resourceVersionMatch=NotOlderThan&limit=5`))).toEqual(['a', 'c']);
});

test('a version to come is too large', async () => {
  const { list, json, second } = await history();
  const current = (await list()).metadata.resourceVersion!;
  expect(await list('?resourceVersion=1000')).toMatchObject({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: 1000, current: ${current}`,
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  });
  expect(await json<Status>('GET', `${path}/a?resourceVersion=1000`)).toMatchObject({ code: 504 });
  expect(await json('GET', `${path}/a?resourceVersion=${second}`)).toMatchObject({ kind: 'Secret' });
});

const versionText = (text: string, why = 'invalid syntax'): string =>
  `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": ${why}`;
const wrong: readonly [string, number, string][] = [
  ['?resourceVersion=abc', 400, `invalid resource version: ${versionText('abc')}`],
  ['?resourceVersion=-1', 400, `invalid resource version: ${versionText('-1')}`],
  [`?resourceVersion=${2n ** 64n}`, 400, `invalid resource version: ${versionText(String(2n ** 64n), 'value out of range')}`],
  ['/a?resourceVersion=abc', 500, versionText('abc')],
  ['?watch=1&resourceVersion=abc', 500, versionText('abc')],
  ['?limit=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['?limit=9223372036854775808', 400, 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
  [
    '?resourceVersionMatch=Exact',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  ],
  [
    '?resourceVersionMatch=Nearly&resourceVersion=1&continue=x',
    422,
    'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided, resourceVersionMatch: Unsupported value: "Nearly": supported values: "Exact", "NotOlderThan", ""]',
  ],
  [
    '?resourceVersionMatch=Exact&resourceVersion=0',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
  ],
  [
    '?sendInitialEvents=true',
    422,
    'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
  ],
  [
    '?watch=1&sendInitialEvents=true',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  ],
  [
    '?watch=1&resourceVersionMatch=NotOlderThan',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
  ],
];

test.each(wrong)('%s: %d', async (query, code, message) => {
  const { list } = await history();
  expect(await list(query)).toMatchObject({ kind: 'Status', code, message });
});

const token = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
const badTokens: readonly [string, string][] = [
  ['*', 'illegal base64 data at input byte 0'],
  [token({ v: 'v9', rv: 1, start: 'a' }), 'server does not recognize this encoded version v9'],
  [token({}), 'server does not recognize this encoded version '],
  [token({ v: 'meta.k8s.io/v1', start: 'a' }), 'incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
  [token({ v: 'meta.k8s.io/v1', rv: 1 }), 'encoded start key empty (version meta.k8s.io/v1)'],
  [token({ v: 'meta.k8s.io/v1', rv: 1, start: '../kube-system/a' }), '../kube-system/a'],
];

test.each(badTokens)('the token %s is refused', async (text, why) => {
  const { list } = await history();
  const answer = await list(`?limit=1&continue=${encodeURIComponent(text)}`);
  expect(answer).toMatchObject({ code: 400, message: `invalid continue token: continue key is not valid: ${why}` });
});

test('pages stay of one version, and go on from the present when it is lost', async () => {
  const { list, client } = await history();
  const page = await list('?limit=1');
  expect(page).toMatchObject({ metadata: { remainingItemCount: 1 }, items: [{ metadata: { name: 'a' } }] });
  await client.create(secretsRef, secret('bb'));
  const next = await list(`?limit=1&continue=${page.metadata.continue}`);
  expect([names(next), next.metadata.resourceVersion]).toEqual([['c'], page.metadata.resourceVersion]);
  expect(await list(`?limit=1&resourceVersion=2&continue=${page.metadata.continue}`)).toMatchObject({
    code: 400,
    message: 'specifying resource version is not allowed when using continue',
  });
  for (let i = 0; i < 1001; i++) {
    await client.patch(secretsRef, 'a', 'merge', { metadata: { labels: { x: `${i}` } } }, { namespace: 'default' });
  }
  const gone = await list(`?limit=1&continue=${page.metadata.continue}`);
  expect(gone).toMatchObject({ code: 410, reason: 'Expired', metadata: { continue: expect.any(String) as string } });
  expect(gone.message).toMatch(
    /^The provided continue parameter is too old to display a consistent list result\. .* use the continue token/,
  );
  expect(names(await list(`?continue=${gone.metadata.continue}`))).toEqual(['bb', 'c']);
  expect(await list(`?resourceVersion=${page.metadata.resourceVersion}&resourceVersionMatch=Exact`)).toMatchObject({
    code: 410,
    message: 'The resourceVersion for the provided list is too old.',
  });
});

test('pages of all namespaces go on in the next one', async () => {
  const { client, json } = await history();
  await client.create(secretsRef, { ...secret('a'), metadata: { name: 'a', namespace: 'kube-system' } });
  const all: string[] = [];
  let token = '';
  do {
    const page = await json<KubeList>('GET', `/api/v1/secrets?limit=1&continue=${token}`);
    all.push(...page.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
    token = page.metadata.continue ?? '';
  } while (token);
  expect(all).toEqual(['default/a', 'default/c', 'kube-system/a']);
});

test('a watch from nowhere ends the state with a bookmark for those who take them', async () => {
  const { request } = await history();
  const read = async (query: string, count: number): Promise<readonly { type: string; object: KubeObject }[]> => {
    const events: { type: string; object: KubeObject }[] = [];
    const { body } = await request('GET', `${path}?watch=1&${query}`);
    for await (const line of body as AsyncIterable<string>) {
      events.push(JSON.parse(String(line)) as (typeof events)[0]);
      if (events.length === count) break;
    }
    return events;
  };
  expect((await read('', 2)).map(({ type }) => type)).toEqual(['ADDED', 'ADDED']);
  const last = (await read('allowWatchBookmarks=true', 3))[2]!;
  expect(last).toMatchObject({ type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } });
});

test('health is told in a word or in full', async () => {
  const { request } = cluster();
  const body = async (path: string): Promise<string> => (await request('GET', path)).body as string;
  expect(await body('/livez')).toBe('ok');
  expect(await body('/readyz/etcd')).toBe('ok');
  expect(await body('/readyz/nosuch')).toBe('404 page not found\n');
  expect(await body('/readyz?verbose')).toMatch(
    /^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd ok\n\[\+\]etcd-readiness ok\n[^]*\[\+\]shutdown ok\nreadyz check passed\n$/,
  );
  expect(await body('/livez?verbose&exclude=etcd&exclude=nosuch')).toMatch(
    /\[\+\]etcd excluded: ok\n[^]*warn: some health checks cannot be excluded: no matches for "nosuch"\nlivez check passed\n$/,
  );
});

test('fields to select by that are not there have the zero of their type', async () => {
  const { json } = cluster();
  const job = {
    metadata: { name: 'j' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } } },
  };
  const controller = { metadata: { name: 'r' }, spec: { selector: { a: 'b' }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } } } }; // prettier-ignore
  const [jobs, controllers] = ['/apis/batch/v1/namespaces/default/jobs', '/api/v1/namespaces/default/replicationcontrollers'];
  await json('POST', jobs, job);
  await json('POST', controllers, controller);
  const found = async (at: string): Promise<string[]> => names(await json<KubeList>('GET', at));
  expect(await found(`${jobs}?fieldSelector=status.successful=0`)).toEqual(['j']);
  expect(await found(`${jobs}?fieldSelector=status.successful!=0`)).toEqual([]);
  expect(await found(`${controllers}?fieldSelector=status.replicas=0`)).toEqual(['r']);
});
