import { describe, expect, test } from 'vitest';
import { decode, DecodeError, interpret, parseJsonText, strictMessage, type GroupVersionKind } from '../../../src/kube/api';
import { slowness } from '../../pace';

const kinds: Readonly<Record<string, GroupVersionKind>> = {
  Pod: { group: '', version: 'v1', kind: 'Pod' },
  Secret: { group: '', version: 'v1', kind: 'Secret' },
  ConfigMap: { group: '', version: 'v1', kind: 'ConfigMap' },
  Service: { group: '', version: 'v1', kind: 'Service' },
  Deployment: { group: 'apps', version: 'v1', kind: 'Deployment' },
  Event: { group: 'events.k8s.io', version: 'v1', kind: 'Event' },
};
const container = (fields: object): object => ({ spec: { containers: [fields] } });
const volume = (fields: object): object => ({ spec: { volumes: [fields] } });

function errorOf(run: () => unknown): DecodeError {
  try {
    run();
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test.each([
  ['{"terminationGracePeriodSeconds":9223372036854775808}', '9223372036854775808 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64'],
  ['{"terminationGracePeriodSeconds":-9223372036854775809}', '-9223372036854775809 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64'],
  ['{"priority":1152921504606846977}', '1152921504606846977 into Go struct field PodSpec.spec.priority of type int32'],
])('an integer out of its range is shown to its last digit: %s', (spec, message) => {
  expect(errorOf(() => decode(parseJsonText(`{"spec":${spec}}`), kinds['Pod']!)).message).toBe(`json: cannot unmarshal number ${message}`);
}); // prettier-ignore

describe('a value of a wrong type is refused by its Go field and type', () => {
  test.each([
    ['Pod', { spec: 1 }, 'number into Go struct field Pod.spec of type v1.PodSpec', 'spec'],
    ['Pod', { metadata: 'web' }, 'string into Go struct field Pod.metadata of type v1.ObjectMeta', 'metadata'],
    ['Pod', { metadata: { labels: { a: 1 } } }, 'number into Go struct field ObjectMeta.metadata.labels of type string', 'metadata.labels.a'],
    ['Pod', { spec: { containers: {} } }, 'object into Go struct field PodSpec.spec.containers of type []v1.Container', 'spec.containers'],
    ['Pod', { spec: { containers: ['a'] } }, 'string into Go struct field PodSpec.spec.containers of type v1.Container', 'spec.containers[0]'],
    ['Pod', container({ command: 'sh' }), 'string into Go struct field Container.spec.containers.command of type []string', 'spec.containers[0].command'],
    ['Pod', container({ command: [true] }), 'bool into Go struct field Container.spec.containers.command of type string', 'spec.containers[0].command[0]'],
    ['Pod', container({ ports: [{ containerPort: '80' }] }), 'string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32', 'spec.containers[0].ports[0].containerPort'],
    ['Pod', container({ ports: [{ containerPort: 80.5 }] }), 'number 80.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32', 'spec.containers[0].ports[0].containerPort'],
    ['Pod', container({ ports: [{ protocol: 6 }] }), 'number into Go struct field ContainerPort.spec.containers.ports.protocol of type v1.Protocol', 'spec.containers[0].ports[0].protocol'],
    ['Pod', container({ env: [{ valueFrom: { secretKeyRef: { name: 1 } } }] }), 'number into Go struct field SecretKeySelector.spec.containers.env.valueFrom.secretKeyRef.LocalObjectReference.name of type string', 'spec.containers[0].env[0].valueFrom.secretKeyRef.name'],
    ['Pod', container({ livenessProbe: { httpGet: { port: {} } } }), 'object into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32', 'spec.containers[0].livenessProbe.httpGet.port'],
    ['Pod', container({ resources: { limits: [] } }), 'array into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList', 'spec.containers[0].resources.limits'],
    ['Pod', container({ securityContext: { capabilities: { add: 'NET_ADMIN' } } }), 'string into Go struct field Capabilities.spec.containers.securityContext.capabilities.add of type []v1.Capability', 'spec.containers[0].securityContext.capabilities.add'],
    ['Pod', volume({ secret: { defaultMode: '0400' } }), 'string into Go struct field SecretVolumeSource.spec.volumes.VolumeSource.secret.defaultMode of type int32', 'spec.volumes[0].secret.defaultMode'],
    ['Pod', { spec: { activeDeadlineSeconds: 1e20 } }, 'number 100000000000000000000 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64', 'spec.activeDeadlineSeconds'],
    ['Pod', container({ ports: [{ containerPort: 2147483648 }] }), 'number 2147483648 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32', 'spec.containers[0].ports[0].containerPort'],
    ['Secret', { data: 'x' }, 'string into Go struct field Secret.data of type map[string][]uint8', 'data'],
    ['Secret', { data: { a: 1 } }, 'number into Go struct field Secret.data of type []uint8', 'data.a'],
    ['Secret', { data: { a: ['b'] } }, 'string into Go struct field Secret.data of type uint8', 'data.a'],
    ['Service', { spec: { ports: [{ targetPort: true }] } }, 'bool into Go struct field ServicePort.spec.ports.targetPort of type int32', 'spec.ports[0].targetPort'],
    ['Deployment', { spec: { template: { spec: { containers: [{ image: 1 }] } } } }, 'number into Go struct field Container.spec.template.spec.containers.image of type string', 'spec.template.spec.containers[0].image'],
    ['Deployment', { spec: { replicas: '3' } }, 'string into Go struct field DeploymentSpec.spec.replicas of type int32', 'spec.replicas'],
  ] as const)('%s %j', (kind, value, message, path) => {
    const error = errorOf(() => decode(value, kinds[kind]!));
    expect(error.message).toBe(`json: cannot unmarshal ${message}`);
    expect(error.path?.toString()).toBe(path);
  }); // prettier-ignore

  test.each([
    ['Secret', { data: { b: 'YQ=', a: '***' } }, 'illegal base64 data at input byte 0', 'data.a'],
    ['Pod', container({ resources: { limits: { cpu: 'many' } } }), "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'", 'spec.containers[0].resources.limits.cpu'],
    ['Pod', { metadata: { creationTimestamp: 'now' } }, 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"', 'metadata.creationTimestamp'],
  ] as const)('%s %j', (kind, value, message, path) => {
    const error = errorOf(() => decode(value, kinds[kind]!));
    expect([error.message, error.path?.toString()]).toEqual([message, path]);
  }); // prettier-ignore

  test('the first wrong value in the order of sorted keys is the one that is named', () => {
    expect(errorOf(() => decode(container({ name: 1, image: 2 }), kinds['Pod']!)).message).toContain('Container.spec.containers.image');
    const text = '{"spec":{"containers":[{"name":1,"image":2}]}}';
    expect(errorOf(() => decode(parseJsonText(text), kinds['Pod']!)).message).toContain('Container.spec.containers.name');
  });

  test('a wrong type hides unknown fields', () => {
    expect(errorOf(() => decode({ foo: 1, spec: 'x' }, kinds['Pod']!)).message).toContain('of type v1.PodSpec');
  });
});

describe('what a strategic merge patch makes is read in the converter’s words', () => {
  test.each([
    ['Secret', { stringData: { port: 5432 } }, 'cannot convert int64 to string'],
    ['Secret', { stringData: { port: true } }, 'unrecognized type: string'],
    ['Pod', { spec: [] }, 'cannot restore struct from: slice'],
    ['Pod', { spec: { containers: {} } }, 'cannot restore slice from map'],
    ['Pod', { metadata: { labels: 'a' } }, 'cannot restore map from string'],
    ['Pod', { spec: { hostNetwork: 'yes' } }, 'unrecognized type: bool'],
    ['Pod', container({ livenessProbe: { httpGet: { port: {} } } }), 'json: cannot unmarshal object into Go value of type int32'],
    ['Pod', { spec: { activeDeadlineSeconds: 1.5 } }, 'cannot convert float64 to int64'],
  ] as const)('%s %j: %s', (kind, value, message) => {
    expect(errorOf(() => decode(value, kinds[kind]!, 'converter')).message).toBe(message);
  });
});

describe('unknown fields and fields that stand twice are listed', () => {
  const strict = (kind: string, value: unknown): string[] => decode(value, kinds[kind]!).strict.map(({ message }) => message);

  test('depth first, by sorted keys for a value', () => {
    const value = {
      metadata: { name: 'a', type: 1 },
      foo: null,
      spec: { containers: [{ name: 'a', imge: 'x', env: [{ nam: 1 }] }], HostPID: true },
    };
    expect(strict('Pod', value)).toEqual([
      'unknown field "foo"',
      'unknown field "metadata.type"',
      'unknown field "spec.HostPID"',
      'unknown field "spec.containers[0].env[0].nam"',
      'unknown field "spec.containers[0].imge"',
    ]);
  });
  test('in document order for a text', () => {
    const text = '{"metadata":{"name":"a","name":"b"},"b":1,"a":2,"data":{"k":"1","k":"2"},"data":{},"a":3}';
    expect(strict('ConfigMap', parseJsonText(text))).toEqual([
      'duplicate field "metadata.name"',
      'unknown field "b"',
      'unknown field "a"',
      'duplicate field "data.k"',
      'duplicate field "data"',
    ]);
  });
  test('in one message, with odd keys quoted as Go does', () => {
    const { strict: errors } = decode({ 'a"b': 1, 'c\u00a0d': 1, 'ключ\n': 1 }, kinds['Secret']!);
    expect(strictMessage(errors)).toBe('strict decoding error: unknown field "a\\"b", unknown field "c\\u00a0d", unknown field "ключ\\n"');
  });
  test('a hundred at most', () => {
    expect(strict('Pod', { spec: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x${i}`, i])) })).toHaveLength(100);
  });
});

describe('an object is written back as Go would write it', () => {
  test.each([
    ['null is absent', 'ConfigMap', { metadata: { name: 'a', labels: null }, data: null }, { metadata: { name: 'a' } }],
    ['null in a map is a zero value', 'ConfigMap', { data: { color: null } }, { metadata: {}, data: { color: '' } }],
    ['what is empty is left out', 'ConfigMap', { metadata: { labels: {}, finalizers: [], generateName: '' }, data: {} }, { metadata: {} }],
    ['a pointer’s zero is kept', 'Secret', { immutable: false }, { metadata: {}, immutable: false }],
    ['base64 has one form', 'Secret', { data: { a: 'YW\nJj', b: [97, 98] } }, { metadata: {}, data: { a: 'YWJj', b: 'YWI=' } }],
    ['times are in UTC', 'ConfigMap', { metadata: { creationTimestamp: '2020-01-01T02:00:00+02:00' } }, { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } }],
  ] as const)('%s', (_, kind, value, stored) => expect(decode(value, kinds[kind]!).object).toEqual(stored)); // prettier-ignore

  test('structs by value stand though nothing is in them', () => {
    const { object } = decode(
      container({ name: 'a', env: [{ value: '' }, { name: 'B', value: '', valueFrom: null }], tty: false, securityContext: {} }),
      kinds['Pod']!,
    );
    expect(object).toEqual({
      metadata: {},
      spec: { containers: [{ name: 'a', env: [{ name: '' }, { name: 'B' }], resources: {}, securityContext: {} }] },
      status: {},
    });
  });
  test('null in a list is a zero element', () => {
    expect(decode({ spec: { containers: [null] } }, kinds['Pod']!).object['spec']).toEqual({ containers: [{ name: '', resources: {} }] });
  });
  test('unknown fields are dropped, what has no schema is kept', () => {
    const managedFields = [{ manager: 'a', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } }];
    expect(decode({ metadata: { managedFields, nope: 1 }, nope: 1 }, kinds['ConfigMap']!).object).toEqual({ metadata: { managedFields } });
  });
  test('times that are values are null when they are zero', () => {
    const { object } = decode({ status: { conditions: [{ type: 'Ready', status: 'True' }] } }, kinds['Pod']!);
    expect(object['status']).toEqual({ conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: null }] });
    expect(decode({}, kinds['Event']!).object).toMatchObject({ eventTime: null, regarding: {} });
  });
});

test('keys of Object’s prototype are keys like others', () => {
  const { object, strict } = decode(
    parseJsonText('{"data":{"__proto__":"a","constructor":"b"},"__proto__":{"x":1},"toString":1}'),
    kinds['ConfigMap']!,
  );
  expect(Object.entries(object['data'] as object)).toEqual([['__proto__', 'a'], ['constructor', 'b']]); // prettier-ignore
  expect(strict.map(({ message }) => message)).toEqual(['unknown field "__proto__"', 'unknown field "toString"']);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('a value that is read stays as it was', () => {
  const value = Object.freeze({ spec: Object.freeze({ containers: Object.freeze([Object.freeze({ name: 'a', env: null })]) }) });
  expect(() => decode(value, kinds['Pod']!)).not.toThrow();
});

test.each([
  [
    { apiVersion: 'v1', kind: 'Pod' },
    { apiVersion: 'v1', kind: 'Pod' },
  ],
  [null, { apiVersion: '', kind: '' }],
  [{ kind: null }, { apiVersion: '', kind: '' }],
])('the kind of %j', (value, named) => expect(interpret(value)).toEqual(named));

test.each([
  [[], 'json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'],
  [{ kind: 1 }, 'json: cannot unmarshal number into Go struct field .kind of type string'],
])('%j has no kind', (value, message) => expect(() => interpret(value)).toThrow(message)); // prettier-ignore

test('a manifest of five thousand lines in 180 objects is read in a moment', () => {
  const pod = container({ name: 'a', image: 'nginx', env: Array.from({ length: 20 }, (_, i) => ({ name: `E${i}`, value: 'x' })) });
  const text = JSON.stringify({ metadata: { name: 'a' }, ...pod });
  const before = performance.now();
  for (let i = 0; i < 180; i++) decode(parseJsonText(text), kinds['Pod']!);
  // 5 ms on an idle machine
  expect(performance.now() - before).toBeLessThan(500 * slowness());
});
