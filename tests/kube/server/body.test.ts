import { describe, expect, test } from 'vitest';
import type { HttpRequest, KubeObject, Status } from '../../../src/kube/api';
import { cluster, pod } from './cluster';

const pods = '/api/v1/namespaces/default/pods';
const secrets = '/api/v1/namespaces/default/secrets';

async function answer(
  method: HttpRequest['method'],
  path: string,
  body: string,
  contentType = 'application/json',
): Promise<{ code: number; message: string | undefined; warnings: readonly string[]; status: Status }> {
  const { server, client } = cluster();
  await client.create(
    { groupVersion: 'v1', resource: 'secrets' },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'old', namespace: 'default' } },
  );
  const response = await server.handle({ method, path, headers: { 'content-type': contentType }, body });
  const status = JSON.parse(response.body as string) as Status;
  return { code: response.status, message: status.message, warnings: response.warnings ?? [], status };
}

describe('a body that cannot be read is a bad request', () => {
  const typeMeta = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  const parse = `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: `;
  const kind = (name: string, version: string): string =>
    `${name} in version "${version}" cannot be handled as a Pod: no kind "${name}" is registered for version "${version}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  test.each([
    ['', `${parse}unexpected end of JSON input (<empty>)`],
    ['x', `${parse}invalid character 'x' looking for beginning of value (78)`],
    ['[]', `${parse}json: cannot unmarshal array into Go value of type ${typeMeta} (5b5d)`],
    ['{"kind":1}', `${parse}json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})`],
    ['{"apiVersion":"v1","kind":"Pod","x"}', `${parse}invalid character '}' after object key ({"apiVersion":"v1","kind":"Pod ...)`],
    ['{"apiVersion":"a/b/c"}', 'the object provided is unrecognized (must be of type Pod): unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})'],
    ['{"apiVersion":"v1","kind":"pod"}', kind('pod', 'v1')],
    ['{"apiVersion":"v2","kind":"Pod"}', kind('Pod', 'v2')],
    ['{"kind":"Secret"}', 'Secret in version "v1" cannot be handled as a Pod: converting (v1.Secret) to (core.Pod): unknown conversion'],
    ['{"spec":[]}', 'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec'],
    [`${'['.repeat(5000)}`, `${parse}unexpected end of JSON input (${'5b'.repeat(30)} ...)`],
  ])('%s', async (body, message) => {
    const { code, status } = await answer('POST', pods, body);
    expect({ code, reason: status.reason, message: status.message }).toEqual({ code: 400, reason: 'BadRequest', message });
  }); // prettier-ignore

  test('another media type is not read', async () => {
    const { code, message } = await answer('POST', pods, 'x', 'text/plain');
    expect([code, message]).toEqual([
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ]);
    expect((await answer('PATCH', `${secrets}/old`, '{}')).message).toBe('415: Unsupported Media Type');
  });
});

describe('unknown fields', () => {
  const body = '{"metadata":{"name":"a","name":"b"},"foo":1,"bar":2}';
  const texts = ['duplicate field "metadata.name"', 'unknown field "foo"', 'unknown field "bar"'];
  test('Strict refuses them', async () => {
    const { code, message } = await answer('POST', `${secrets}?fieldValidation=Strict`, body);
    expect([code, message]).toEqual([
      400,
      `Secret in version "v1" cannot be handled as a Secret: strict decoding error: ${texts.join(', ')}`,
    ]);
  });
  test('Warn takes them with a warning each, and is what is done unasked', async () => {
    for (const query of ['?fieldValidation=Warn', ''])
      expect(await answer('POST', secrets + query, body)).toMatchObject({ code: 201, warnings: texts });
  });
  test('Ignore takes them in silence', async () => {
    expect(await answer('POST', `${secrets}?fieldValidation=Ignore`, body)).toMatchObject({ code: 201, warnings: [] });
  });
});

describe('a patch that makes no object of the kind names the patch', () => {
  const strategic = 'application/strategic-merge-patch+json';
  const merge = 'application/merge-patch+json';
  test.each([
    [strategic, '{"stringData":{"port":5432}}', 'patch: Invalid value: "map[stringData:map[port:5432]]": cannot convert int64 to string'],
    [strategic, '{"foo":1}', 'patch: Invalid value: "map[foo:1]": strict decoding error: unknown field "foo"'],
    [strategic, '{"data":{"a":"***"}}', 'patch: Invalid value: "map[data:map[a:***]]": error decoding from json: illegal base64 data at input byte 0'],
    [merge, '{"data":1}', 'json: cannot unmarshal number into Go struct field Secret.data of type map[string][]uint8'],
  ])('%s %s', async (type, patch, message) => {
    const { code, status } = await answer('PATCH', `${secrets}/old?fieldValidation=Strict`, patch, type);
    expect([code, status.reason, status.details?.causes?.[0]?.field]).toEqual([422, 'Invalid', 'patch']);
    expect(status.message).toContain(message);
  }); // prettier-ignore
});

describe('a patch that cannot be read is a bad request', () => {
  const [json, merge, strategic] = ['json-patch', 'merge-patch', 'strategic-merge-patch'].map((name) => `application/${name}+json`);
  test.each([
    [json, '{}', 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    [json, '[', 'error decoding patch: unexpected end of JSON input'],
    [merge, 'x', "error decoding patch: invalid character 'x' looking for beginning of value"],
    [merge, '[]', 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    [strategic, '"a"', 'json: cannot unmarshal string into Go value of type map[string]interface {}'],
  ])('%s %s', async (type, patch, message) => {
    const answered = await answer('PATCH', `${secrets}/old`, patch, type!);
    expect([answered.code, answered.message]).toEqual([400, message]);
  });
});

describe('options that are none are refused', () => {
  const object = '{"metadata":{"name":"a"}}';
  test.each([
    ['POST', '?dryRun=yes', object, 422, 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["yes"]: supported values: "All"'],
    ['POST', '?fieldValidation=loose', object, 422, 'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "loose": supported values: "", "Ignore", "Strict", "Warn"'],
    ['POST', '?fieldManager=a%09b', object, 422, 'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\tb": invalid character U+0009 (at position 1)'],
    ['POST', `?fieldManager=${'x'.repeat(129)}`, object, 422, 'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes'],
    ['DELETE', '/old?gracePeriodSeconds=soon', '', 400, 'strconv.ParseInt: parsing "soon": invalid syntax'],
    ['DELETE', '/old?propagationPolicy=Quick', '', 422, 'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Quick": supported values: "Foreground", "Background", "Orphan", "nil"'],
    ['DELETE', '/old', '{"orphanDependents":true,"propagationPolicy":"Orphan"}', 422, 'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set'],
    ['DELETE', '/old', 'x', 500, "couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of value"],
    ['GET', '?limit=many', '', 400, 'strconv.ParseInt: parsing "many": invalid syntax'],
    ['GET', '?fieldSelector=data.a%3D1', '', 400, 'field label not supported: data.a'],
    ['GET', '?continue=%25', '', 400, 'invalid continue token: continue key is not valid: illegal base64 data at input byte 0'],
  ] as const)('%s %s %s', async (method, path, body, code, message) => {
    const answered = await answer(method, secrets + path, body);
    expect([answered.code, answered.message]).toEqual([code, message]);
  }); // prettier-ignore
});

describe('server-side apply checks the configuration against the schema', () => {
  const spec = (fields: object): object => ({ containers: [{ name: 'a', image: 'b', ...fields }] });
  test.each([
    [{ foo: 1 }, '.foo: field not declared in schema'],
    [{ spec: spec({ imge: 'x' }) }, '.spec.containers[name="a"].imge: field not declared in schema'],
    [{ spec: spec({ image: 1 }) }, '.spec.containers[name="a"].image: expected string, got &value.valueUnstructured{Value:1}'],
    [{ spec: spec({ stdin: 'yes' }) }, '.spec.containers[name="a"].stdin: expected boolean, got string'],
    [{ spec: { containers: { a: 1 } } }, '.spec.containers: expected list, got &{map[a:1]}'],
    [{ spec: spec({ env: [{ name: 'A' }, { name: 'A' }] }) }, '.spec.containers[name="a"].env: duplicate entries for key [name="A"]'],
    [{ spec: spec({ ports: [{ containerPort: 1 }, { containerPort: 1, protocol: 'TCP' }] }) }, '.spec.containers[name="a"].ports: duplicate entries for key [containerPort=1,protocol="TCP"]'],
    [{ foo: 1, bar: 2 }, 'errors:\n  .bar: field not declared in schema\n  .foo: field not declared in schema'],
  ])('%j', async (config, error) => {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, ...config });
    const { code, message } = await answer('PATCH', `${pods}/web?fieldManager=me`, body, 'application/apply-patch+yaml');
    expect([code, message]).toEqual([500, `failed to create typed patch object (default/web; /v1, Kind=Pod): ${error}`]);
  }); // prettier-ignore
});

test('an eviction deletes its pod', async () => {
  const { request, client, json } = cluster();
  const ref = { groupVersion: 'v1', resource: 'pods' };
  await client.create(
    { groupVersion: 'v1', resource: 'serviceaccounts' },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } },
  );
  await client.create(ref, pod('web'));
  const eviction = (name: string): KubeObject => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } });
  expect((await request('POST', `${pods}/web/eviction`, eviction('other'))).status).toBe(400);
  expect((await request('POST', `${pods}/none/eviction`, eviction('none'))).status).toBe(404);
  expect(await json<Status>('POST', `${pods}/web/eviction`, eviction('web'))).toMatchObject({ status: 'Success', code: 201 });
  expect((await client.list(ref, { namespace: 'default' })).items).toEqual([]);
});

test('what is asked for in YAML is answered in YAML', async () => {
  const { server } = cluster();
  const ask = (path: string, accept: string) => server.handle({ method: 'GET', path, headers: { accept } });
  const missing = await ask('/api/v1/namespaces/nope', 'application/yaml');
  expect([missing.status, missing.headers['content-type'], missing.body]).toEqual([
    404,
    'application/yaml',
    'apiVersion: v1\ncode: 404\ndetails:\n  kind: namespaces\n  name: nope\nkind: Status\nmessage: namespaces "nope" not found\nmetadata: {}\nreason: NotFound\nstatus: Failure\n',
  ]);
  expect((await ask('/api/v1/namespaces/default', 'application/yaml, application/json')).body).toMatch(
    /^apiVersion: v1\nkind: Namespace\n/,
  );
  expect((await ask('/api/v1/namespaces/default', 'application/json, application/yaml')).body).toMatch(/^\{/);
});

describe('YAML', () => {
  const yaml = 'application/yaml';
  const good = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: x\n';

  test('is read as JSON is', async () => {
    const { code, status } = await answer('POST', secrets, good, yaml);
    expect([code, (status as unknown as KubeObject)['data']]).toEqual([201, { a: 'eA==' }]);
  });
  test.each([
    ['a: b: c', 'the object provided is unrecognized (must be of type Secret): yaml: mapping values are not allowed in this context (613a20623a2063)'],
    [`${good}type: 1`, 'Secret in version "v1" cannot be handled as a Secret: json: cannot unmarshal number into Go struct field Secret.type of type v1.SecretType'],
  ])('%j is refused', async (body, message) => {
    expect(await answer('POST', secrets, body, yaml)).toMatchObject({ code: 400, message });
  }); // prettier-ignore
  test('keys that stand twice', async () => {
    const twice = `${good}  a: z\nfoo: 1\n`;
    const repeated = 'yaml: unmarshal errors:\n  line 6: key "a" already set in map';
    expect((await answer('POST', secrets, twice, yaml)).warnings).toEqual([repeated, 'unknown field "foo"']);
    const { message } = await answer('POST', `${secrets}?fieldValidation=Strict`, twice, yaml);
    expect(message).toBe(`Secret in version "v1" cannot be handled as a Secret: strict decoding error: ${repeated}, unknown field "foo"`);
  });
});

describe('a configuration to apply', () => {
  const apply = (name: string, body: string) => answer('PATCH', `${secrets}/${name}?fieldManager=me`, body, 'application/apply-patch+yaml');
  test('may be YAML', async () => {
    expect((await apply('old', 'apiVersion: v1\nkind: Secret\nstringData: {a: x}\n')).code).toBe(200);
  });
  test.each([
    ['a: b: c', 400, 'error decoding YAML: error converting YAML to JSON: yaml: mapping values are not allowed in this context'],
    ['{}', 400, 'invalid object type: /, Kind='],
    ['{apiVersion: v1, kind: Pod}', 400, 'invalid object type: /v1, Kind=Pod'],
    ['{apiVersion: v1, kind: Secret, metadata: {managedFields: [{}]}}', 400, 'metadata.managedFields must be nil'],
    [
      '{apiVersion: v1, kind: Secret, metadata: {uid: x}}',
      409,
      'Operation cannot be fulfilled on secrets "new": uid mismatch: the provided object specified uid x, and no existing object was found',
    ],
  ])('%s is refused', async (body, code, message) => {
    expect(await apply('new', body)).toMatchObject({ code, message });
  });
});
