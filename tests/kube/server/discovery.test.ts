import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cluster } from './cluster';

interface Recorded {
  accept?: string;
  contentType: string;
  json: unknown;
}
const recorded = JSON.parse(readFileSync('tests/recordings/http/discovery.json', 'utf8')) as Record<string, Recorded>;

/** Hashes of storage versions and of OpenAPI documents are not made here. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, field: unknown) =>
      key === 'storageVersionHash' || key === 'serverAddressByClientCIDRs' ? undefined : field,
    ),
  );

test.each(Object.keys(recorded).filter((name) => name !== '/openapi/v3' && name !== '/version'))('%s is as recorded', async (name) => {
  const { request } = cluster();
  const { accept, contentType, json } = recorded[name]!;
  const response = await request('GET', name.replace('aggregated ', ''), undefined, accept ? { accept } : {});
  expect(response.headers['content-type']).toBe(contentType);
  expect(plain(JSON.parse(response.body as string))).toEqual(plain(json));
});

interface RecordedTable {
  name: string;
  path: string;
  accept: string;
  table: { columnDefinitions: unknown[] };
}
const tables = JSON.parse(readFileSync('tests/recordings/http/tables.json', 'utf8')) as RecordedTable[];

test.each(tables.map((table) => [table.name, table] as const))(
  'the table of %s has the recorded columns',
  async (_name, { path, accept, table }) => {
    const { json } = cluster();
    const ours = await json<{ columnDefinitions: { description?: string }[] }>('GET', path, undefined, { accept });
    const columns = ours.columnDefinitions.map((column) => ({ ...column, description: undefined }));
    expect(columns).toEqual(table.columnDefinitions);
  },
);

test('the schemas come as Swagger 2.0 too, in JSON only', async () => {
  const { request, json } = cluster();
  const { definitions, swagger } = await json<{ definitions: Record<string, { properties: Record<string, unknown> }>; swagger: string }>(
    'GET',
    '/openapi/v2',
  );
  expect(swagger).toBe('2.0');
  expect(definitions['io.k8s.api.core.v1.Pod']!.properties['spec']).toMatchObject({ $ref: '#/definitions/io.k8s.api.core.v1.PodSpec' });
  const text = JSON.stringify(definitions);
  expect(text.includes('#/components/') || text.includes('"allOf":[')).toBe(false);
  const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
  expect((await request('GET', '/openapi/v2', undefined, { accept })).status).toBe(406);
  expect((await request('GET', '/openapi/v2', undefined, { accept: `${accept}, application/json` })).status).toBe(200);
});
