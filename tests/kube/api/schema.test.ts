import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kindsOf, loadDescriptions, openApiSchemas, structNamed, structOfKind, type Struct } from '../../../src/kube/api';
import { resources } from '../../../src/kube/server/resources';

test('every kind that is served has a type', () => {
  const missing = resources.filter((resource) => !structOfKind(resource)).map(({ kind }) => kind);
  expect(missing).toEqual([]);
  expect(kindsOf('apps/v1')).toContain('Deployment');
  expect(structOfKind({ group: '', version: 'v1', kind: 'pod' })).toBeUndefined();
});

test('types of one name in two groups stay apart', () => {
  const event = (group: string): Struct => structOfKind({ group, version: 'v1', kind: 'Event' })!;
  expect(event('').fields.has('involvedObject')).toBe(true);
  expect(event('events.k8s.io').fields.has('regarding')).toBe(true);
  expect(event('').goName).toBe('Event');
});

/** `Struct.path` Type, one a line: what a real server was seen to say. */
const seen = readFileSync('tests/recordings/manifests/seen.json', 'utf8').matchAll(/Go struct field (\w+)\.([\w.]+) of type ([\w.[\]]+)/g);

describe('fields have the Go types that the server names', () => {
  const named = new Map([...seen].filter(([, struct]) => struct !== 'metadataOnlyObject').map(([text, ...parts]) => [text, parts]));
  test.each([...named])('%s', (_, [struct = '', path = '', go = '']) => {
    const kindOf = (name: string): Struct | undefined => structNamed(`v1.${name}`);
    const steps = path.split('.');
    const field = kindOf(struct)?.fields.get(steps.at(-1)!);
    expect(field).toBeDefined();
    if (field!.embedded) expect(steps.at(-2)).toBe(field!.embedded);
    const types = [field!.type.go];
    for (let type = field!.type; type.kind === 'list' || type.kind === 'map'; type = type.element) types.push(type.element.go);
    // what stands inside: an item, a port's number, a byte
    if (field!.type.kind === 'int-or-string') types.push('int32');
    if (types.includes('[]uint8')) types.push('uint8');
    expect(types).toContain(go);
  });
});

test('every struct and field that the hand-written table names is there', async () => {
  const source = readFileSync('src/kube/api/go-types.ts', 'utf8');
  const lines = [...source.matchAll(/^((?:\w+:)?v\d\w*\.\w+): (.*)$/gm)].filter(([, , fields]) => fields!.includes(' '));
  const unknown = lines.flatMap(([, struct = '', rules = '']) => {
    const fields = structNamed(struct)?.fields;
    if (!fields) return [struct];
    if (/^[A-Z]/.test(rules)) return [];
    return rules
      .split('; ')
      .map((rule) => rule.split(' ')[0]!)
      .filter((name) => !fields.has(name))
      .map((name) => `${struct}.${name}`);
  });
  expect(lines.length).toBeGreaterThan(100);
  expect(unknown).toEqual([]);
});

describe('descriptions', () => {
  test('tell what types and fields are for', async () => {
    const texts = await loadDescriptions();
    expect(texts.about('v1.Secret')).toMatch(/^Secret holds secret data/);
    expect(texts.about('v1.SecretVolumeSource', 'defaultMode')).toContain('Must be an octal value between 0000 and 0777');
    expect(texts.about('v1.Pod', 'apiVersion')).toMatch(/^APIVersion defines the versioned schema/);
    expect(texts.about('v1.Nothing', 'x')).toBe('');
    expect(texts.valuesOf('v1.PodSpec', 'restartPolicy')).toEqual(['Always', 'Never', 'OnFailure']);
    expect(texts.definition('v1.ObjectMeta')).toBe('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
  });
  test('no field of the kinds one meets is without', async () => {
    const texts = await loadDescriptions();
    for (const name of ['v1.PodSpec', 'v1.Container', 'v1.SecretVolumeSource', 'v1.ServiceSpec', 'v1.JobSpec']) {
      for (const field of structNamed(name)!.fields.keys()) expect(`${name}.${field}: ${texts.about(name, field)}`).toMatch(/: \S/);
    }
  });
});

test('an OpenAPI document has all that its references name', async () => {
  for (const groupVersion of new Set(resources.map((resource) => resource.groupVersion))) {
    const schemas = await openApiSchemas(groupVersion);
    const names = [...JSON.stringify(schemas).matchAll(/#\/components\/schemas\/([\w.-]+)/g)].map(([, name]) => name!);
    expect(names.filter((name) => !schemas[name])).toEqual([]);
  }
  const core = await openApiSchemas('v1');
  expect(core['io.k8s.api.core.v1.Pod']).toMatchObject({ 'x-kubernetes-group-version-kind': [{ group: '', kind: 'Pod', version: 'v1' }] });
  expect(core['io.k8s.api.core.v1.SecretKeySelector']).toMatchObject({ required: ['key'], properties: { optional: { type: 'boolean' } } });
});
