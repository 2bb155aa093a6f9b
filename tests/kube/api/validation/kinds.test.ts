import { describe, expect, test } from 'vitest';
import {
  decode,
  fieldErrorText,
  setDefaults,
  validateCreate,
  validateUpdate,
  validationWarnings,
  type KubeObject,
} from '../../../../src/kube/api';
import { gvkOf } from './objects';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** As the server has an object before it looks at it. */
function made(apiVersion: string, kind: string, fields: object, metadata: object = {}): KubeObject {
  const gvk = gvkOf({ apiVersion, kind });
  const { object } = decode({ apiVersion, kind, metadata: { name: 'x', namespace: 'default', ...metadata }, ...fields }, gvk);
  setDefaults(object, gvk);
  return object;
}
const errors = (object: KubeObject): string[] => validateCreate(gvkOf(object), object).map(fieldErrorText);
const stored = (object: KubeObject, more: object = {}): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, uid: 'u', resourceVersion: '1', ...more },
});
const changes = (before: KubeObject, after: KubeObject): string[] => [
  ...new Set(validateUpdate(gvkOf(before), stored(after), stored(before)).map(fieldErrorText)),
];

const secret = (type: string, data: Record<string, string>, metadata = {}): KubeObject =>
  made('v1', 'Secret', { type, data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)])) }, metadata);

describe('metadata', () => {
  test.each([
    [{ name: '' }, ['metadata.name: Required value: name or generateName is required']],
    [{ labels: { app: 'ok' }, annotations: { 'Example.com/A': 'any text!' }, finalizers: ['example.com/f'] }, []],
    [{ annotations: { a: 'x'.repeat(256 * 1024) } }, ['metadata.annotations: Too long: may not be more than 262144 bytes']],
    [
      { finalizers: ['mine'] },
      ['metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'],
    ],
    [
      { finalizers: ['orphan', 'foregroundDeletion'] },
      ['metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set'],
    ],
    [
      { ownerReferences: [{}] },
      [
        'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
        'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
        'metadata.ownerReferences.name: Invalid value: "": must not be empty',
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      ],
    ],
    [
      { ownerReferences: [{ controller: true, kind: 'Event', name: 'e', uid: 'u', apiVersion: 'v1' }] },
      [
        'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"e","uid":"u","controller":true}: /v1, Kind=Event is disallowed from being an owner',
      ],
    ],
  ])('%j', (metadata, wrong) => {
    expect(errors(made('v1', 'ConfigMap', {}, metadata))).toEqual(wrong);
  });

  test('what names an object stays', () => {
    const object = made('v1', 'ConfigMap', {});
    expect(changes(object, { ...object, metadata: { ...object.metadata, namespace: 'other' } })).toEqual([
      'metadata.namespace: Invalid value: "other": field is immutable',
    ]);
  });

  test('an object that is being deleted takes no new finalizers', () => {
    const object = made('v1', 'ConfigMap', {}, { finalizers: ['a.b/c'] });
    const going = { ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const more = { ...going, metadata: { ...going.metadata, finalizers: ['a.b/c', 'a.b/d'] } };
    expect(changes(going, more)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.b/d"}',
    ]);
  });
});

describe('Secrets hold what their type asks for', () => {
  const token = 'metadata.annotations[kubernetes.io/service-account.name]: Required value';
  test.each([
    ['Opaque', {}, []],
    ['example.com/mine', {}, []],
    ['kubernetes.io/tls', { 'tls.crt': '' }, ['data[tls.key]: Required value']],
    ['kubernetes.io/basic-auth', { user: 'x' }, ['data[username]: Required value', 'data[password]: Required value']],
    ['kubernetes.io/basic-auth', { password: '' }, []],
    ['kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]: Required value']],
    ['kubernetes.io/service-account-token', {}, [token]],
    ['kubernetes.io/dockerconfigjson', {}, ['data[.dockerconfigjson]: Required value']],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': ' null ' }, []],
    ['kubernetes.io/dockercfg', { '.dockercfg': '{"a":{"b":[1,2]}}' }, []],
    ...[
      ['', 'unexpected end of JSON input'],
      ['{"a":1', 'unexpected end of JSON input'],
      ['hello', "invalid character 'h' looking for beginning of value"],
      ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
      ['{"a" 1}', "invalid character '1' after object key"],
      ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
      ['{"a":[1 2]}', "invalid character '2' after array element"],
      ['{} x', "invalid character 'x' after top-level value"],
      ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
      ['{"a":"\n"}', "invalid character '\\n' in string literal"],
      ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
      ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
      ['[1]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
      ['"x"', 'json: cannot unmarshal string into Go value of type map[string]interface {}'],
    ].map(
      ([text, why]) =>
        [
          'kubernetes.io/dockercfg',
          { '.dockercfg': text! },
          [`data[.dockercfg]: Invalid value: "<secret contents redacted>": ${why}`],
        ] as const,
    ),
  ] as const)('%s %j', (type, data, wrong) => {
    expect(errors(secret(type, data))).toEqual(wrong);
  });

  test('a mebibyte of decoded bytes, no more', () => {
    expect(errors(secret('Opaque', { a: 'x'.repeat(1024 * 1024) }))).toEqual([]);
    expect(errors(secret('Opaque', { a: 'x'.repeat(1024 * 1024), b: 'y' }))).toEqual([
      'data: Too long: may not be more than 1048576 bytes',
    ]);
  });

  test('the type stays, and immutable data too', () => {
    const sealed = { ...secret('Opaque', { a: 'b' }), immutable: true };
    const forbidden = (field: string): string => `${field}: Forbidden: field is immutable when \`immutable\` is set`;
    expect(changes(sealed, { ...sealed, type: 'mine' })).toEqual(['type: Invalid value: "mine": field is immutable']);
    expect(changes(sealed, { ...secret('Opaque', { a: 'c' }) })).toEqual([forbidden('immutable'), forbidden('data')]);
    expect(changes(sealed, sealed)).toEqual([]);
  });

  const pem = (type: string, text: string): string => `-----BEGIN ${type}-----\n${text}\n-----END ${type}-----\n`;
  test.each([
    ['hello', 'world', 'tls: failed to find any PEM data in certificate input'],
    [pem('CERTIFICATE', 'AAAA'), 'world', 'tls: failed to find any PEM data in key input'],
    [pem('CERTIFICATE', 'AAAA'), pem('PRIVATE KEY', 'AAAA'), 'x509: malformed certificate'],
    [pem('CERTIFICATE', 'MIIC'), pem('PRIVATE KEY', 'AAAA'), 'x509: malformed certificate'],
    [pem('CERTIFICATE', 'MAIFAA=='), pem('PRIVATE KEY', 'AAAA'), 'x509: malformed tbs certificate'],
  ])('a tls Secret that holds no pair is taken with a warning: %j %j', (cert, key, warning) => {
    const object = secret('kubernetes.io/tls', { 'tls.crt': cert, 'tls.key': key });
    expect(errors(object)).toEqual([]);
    expect(validationWarnings(gvkOf({ apiVersion: 'v1', kind: 'Secret' }), object)).toEqual([warning]);
  });
});

const template = (labels: object, spec: object = {}): object => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

describe('other kinds', () => {
  test.each<[string, string, object, string[]]>([
    [
      'v1',
      'ConfigMap',
      { data: { a: 'x' }, binaryData: { a: 'YQ==' } },
      ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
    ],
    ['v1', 'ConfigMap', { data: { a: 'x'.repeat(1024 * 1024 + 1) } }, ['[]: Too long: may not be more than 1048576 bytes']],
    ['v1', 'Service', { spec: { ports: [{ port: 80 }] } }, []],
    ['v1', 'Service', { spec: {} }, ['spec.ports: Required value']],
    ['v1', 'Service', { spec: { type: 'ExternalName' } }, ['spec.externalName: Required value']],
    [
      'v1',
      'Service',
      { spec: { ports: [{ port: 80 }, { port: 80, targetPort: 'HTTP' }], type: 'NodePorts' } },
      [
        'spec.ports[0].name: Required value',
        'spec.ports[1].name: Required value',
        'spec.ports[1].targetPort: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'spec.ports[1].targetPort: Invalid value: "HTTP": must contain at least one letter (a-z)',
        'spec.type: Unsupported value: "NodePorts": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ],
    ],
    [
      'v1',
      'Service',
      { spec: { ports: [{ port: 0, nodePort: 30000 }] } },
      [
        'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
      ],
    ],
    ['apps/v1', 'Deployment', { spec: { selector: { matchLabels: { app: 'a' } }, template: template({ app: 'a' }) } }, []],
    [
      'apps/v1',
      'Deployment',
      { spec: { replicas: -1, template: template({ app: 'a' }) } },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'apps/v1',
      'Deployment',
      {
        spec: {
          selector: { matchLabels: { app: 'a' } },
          template: template({ app: 'b' }, { restartPolicy: 'Never', containers: [{ name: 'c' }] }),
        },
      },
      [
        'spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`',
        'spec.template.spec.containers[0].image: Required value',
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      ],
    ],
    [
      'apps/v1',
      'StatefulSet',
      { spec: { selector: {}, template: template({}), podManagementPolicy: 'Serial' } },
      [
        "spec.podManagementPolicy: Invalid value: \"Serial\": must be 'OrderedReady' or 'Parallel'",
        'spec.selector: Invalid value: {}: empty selector is invalid for statefulset',
      ],
    ],
    [
      'batch/v1',
      'Job',
      { spec: { manualSelector: true, selector: { matchLabels: { a: 'b' } }, template: template({ a: 'b' }) } },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    ...(
      [
        ['*/5 * * * *', undefined],
        ['0 9-17/2 * jan,DEC mon-fri', undefined],
        ['@hourly', undefined],
        ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
        ['60 * * * *', 'end of range (60) above maximum (59): 60'],
        ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
        ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
        ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
        ['*/0 * * * *', 'step of range should be a positive number: */0'],
        ['@often', 'unrecognized descriptor: @often'],
      ] as const
    ).map(([schedule, why]): [string, string, object, string[]] => [
      'batch/v1',
      'CronJob',
      { spec: { schedule, jobTemplate: { spec: { template: template({}, { restartPolicy: 'Never' }) } } } },
      why ? [`spec.schedule: Invalid value: ${JSON.stringify(schedule)}: ${why}`] : [],
    ]),
  ])('%s %s %#', (apiVersion, kind, fields, wrong) => {
    expect(errors(made(apiVersion, kind, fields))).toEqual(wrong);
  });

  test('a kind of the whole cluster stands in no namespace', () => {
    expect(errors(made('v1', 'Namespace', {}, { namespace: undefined }))).toEqual([]);
    expect(errors(made('v1', 'Namespace', {}))).toEqual(['metadata.namespace: Forbidden: not allowed on this type']);
  });

  test('a Deployment keeps its selector, a Service its address', () => {
    const deployment = (app: string): KubeObject =>
      made('apps/v1', 'Deployment', { spec: { selector: { matchLabels: { app } }, template: template({ app }) } });
    expect(changes(deployment('a'), deployment('b'))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
    ]);
    const service = (clusterIP: string): KubeObject =>
      made('v1', 'Service', { spec: { clusterIP, clusterIPs: [clusterIP], ports: [{ port: 80 }] } });
    expect(changes(service('10.96.0.9'), service('10.96.0.8'))).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set',
    ]);
  });
});
