import { describe, expect, test } from 'vitest';
import { fieldErrorText, setDefaults, validateCreate, validateUpdate, type KubeObject } from '../../../../src/kube/api';

const batch = (kind: string) => ({ group: 'batch', version: 'v1', kind });

interface Spec {
  readonly [field: string]: unknown;
}

const template = (spec: object = {}): object => ({
  metadata: { labels: { a: 'b' } },
  spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never', ...spec },
});

function job(spec: Spec, name = 'j'): KubeObject {
  const made: KubeObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'default' },
    spec: { manualSelector: true, selector: { matchLabels: { a: 'b' } }, template: template(), ...spec },
  };
  setDefaults(made, batch('Job'));
  return made;
}

const texts = (spec: Spec, name?: string): string[] => validateCreate(batch('Job'), job(spec, name)).map(fieldErrorText);
const indexed = { completionMode: 'Indexed', completions: 5 };
const failure = (rule: object, spec: Spec = {}): Spec => ({ podFailurePolicy: { rules: [rule] }, ...spec });
const success = (rule: object, spec: Spec = {}): Spec => ({ successPolicy: { rules: [rule] }, ...indexed, ...spec });
const onExitCodes = (fields: object): Spec => failure({ action: 'Ignore', onExitCodes: { operator: 'In', values: [1], ...fields } });
const rule = 'spec.podFailurePolicy.rules[0]';
const winner = 'spec.successPolicy.rules[0]';

const cases: readonly (readonly [string, Spec, readonly string[]])[] = [
  ['a good failure policy', failure({ action: 'FailJob', onExitCodes: { operator: 'In', values: [1, 42] } }), []],
  ['a condition without a status', failure({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }), []],
  [
    'a rule of nothing',
    failure({}),
    [
      `${rule}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
      `${rule}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
    ],
  ],
  [
    'an unknown action',
    failure({ action: 'Retry', onExitCodes: { operator: 'In', values: [1] } }),
    [`${rule}.action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore"`],
  ],
  [
    'an index that fails alone',
    failure({ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }),
    [`${rule}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`],
  ],
  [
    'codes and conditions',
    failure({ action: 'Count', onExitCodes: { operator: 'In', values: [1] }, onPodConditions: [{ type: 'a b', status: 'No' }] }),
    [
      `${rule}.onPodConditions[0].type: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      `${rule}.onPodConditions[0].status: Unsupported value: "No": supported values: "False", "True", "Unknown"`,
      `${rule}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported`,
    ],
  ],
  [
    'an operator that is none',
    onExitCodes({ operator: 'Is' }),
    [`${rule}.onExitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"`],
  ],
  [
    'a container that is not there',
    onExitCodes({ containerName: 'x' }),
    [`${rule}.onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template`],
  ],
  ['no exit codes', onExitCodes({ values: [] }), [`${rule}.onExitCodes.values: Invalid value: []: at least one value is required`]],
  [
    'exit codes out of order',
    onExitCodes({ values: [2, 0, 2] }),
    [
      `${rule}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator`,
      `${rule}.onExitCodes.values[2]: Duplicate value: 2`,
      `${rule}.onExitCodes.values: Invalid value: [2,0,2]: must be ordered`,
    ],
  ],
  [
    'many rules',
    {
      podFailurePolicy: { rules: Array.from({ length: 21 }, () => ({ action: 'Count', onExitCodes: { operator: 'NotIn', values: [0] } })) },
    },
    ['spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items'],
  ],
  [
    'a failure policy for restarts',
    failure({ action: 'Count', onExitCodes: { operator: 'NotIn', values: [0] } }, { template: template({ restartPolicy: 'OnFailure' }) }),
    ['spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified'],
  ],
  [
    'a replacement before failure',
    failure({ action: 'Count', onExitCodes: { operator: 'NotIn', values: [0] } }, { podReplacementPolicy: 'TerminatingOrFailed' }),
    ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
  ],
  [
    'a replacement that is none',
    { podReplacementPolicy: 'Never' },
    ['spec.podReplacementPolicy: Unsupported value: "Never": supported values: "Failed", "TerminatingOrFailed"'],
  ],
  ['a good success policy', success({ succeededIndexes: '0,2-4', succeededCount: 2 }), []],
  [
    'success without indexes',
    success({ succeededCount: 1 }, { completionMode: 'NonIndexed' }),
    ['spec.successPolicy: Invalid value: {"rules":[{"succeededCount":1}]}: requires indexed completion mode'],
  ],
  [
    'success without rules',
    { ...indexed, successPolicy: { rules: [] } },
    ['spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified'],
  ],
  ['success by nothing', success({}), [`${winner}: Required value: at least one of succeededCount or succeededIndexes must be specified`]],
  [
    'indexes that are too large',
    success({ succeededIndexes: '0-9' }),
    [`${winner}.succeededIndexes: Invalid value: "0-9": error parsing succeededIndexes: too large index: "9"`],
  ],
  [
    'indexes that are no numbers',
    success({ succeededIndexes: '0,x' }),
    [`${winner}.succeededIndexes: Invalid value: "0,x": error parsing succeededIndexes: cannot convert string to integer for index: "x"`],
  ],
  [
    'indexes that go back',
    success({ succeededIndexes: '3,1' }),
    [`${winner}.succeededIndexes: Invalid value: "3,1": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1`],
  ],
  [
    'an interval of three',
    success({ succeededIndexes: '0-1-2' }),
    [
      `${winner}.succeededIndexes: Invalid value: "0-1-2": error parsing succeededIndexes: the fragment "0-1-2" violates the requirement that an index interval can have at most two parts separated by '-'`,
    ],
  ],
  [
    'more successes than there can be',
    success({ succeededCount: 9, succeededIndexes: '0-1' }),
    [
      `${winner}.succeededCount: Invalid value: 9: must be less than or equal to 5 (the number of specified completions)`,
      `${winner}.succeededCount: Invalid value: 9: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)`,
    ],
  ],
  [
    'limits per index without indexes',
    { backoffLimitPerIndex: 1, maxFailedIndexes: 1 },
    [
      'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
      'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
    ],
  ],
  [
    'failed indexes without a limit',
    { ...indexed, maxFailedIndexes: 9 },
    [
      'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
      'spec.maxFailedIndexes: Invalid value: 9: must be less than or equal to completions',
    ],
  ],
  [
    'very many pods',
    { ...indexed, completions: 100_001, parallelism: 100_001, backoffLimitPerIndex: 1 },
    [
      'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
      'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
      'spec.parallelism: Invalid value: 100001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
    ],
  ],
  [
    'a manager without a domain',
    { managedBy: 'me' },
    ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    'a manager of a strange domain',
    { managedBy: 'A!/b c' },
    [
      `spec.managedBy: Invalid value: "A!": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      `spec.managedBy: Invalid value: "b c": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`,
    ],
  ],
];

test.each(cases)('%s', (_, spec, expected) => {
  expect(texts(spec)).toEqual(expected);
});

test('the name of an indexed Job leaves room for its indexes', () => {
  const name = 'j'.repeat(62);
  expect(texts(indexed, name)).toEqual([
    `metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-4`,
  ]);
  expect(texts({}, name)).toEqual([]);
});

describe('what of a Job may be changed', () => {
  const changes = (old: Spec, now: Spec): string[] =>
    validateUpdate(batch('Job'), job(now), job(old))
      .map(fieldErrorText)
      .filter((text) => !text.startsWith('metadata.resourceVersion'));

  test('completions only along with parallelism', () => {
    expect(changes({ ...indexed, parallelism: 5 }, { ...indexed, completions: 6, parallelism: 6 })).toEqual([]);
    expect(changes(indexed, { ...indexed, completions: 6 })).toEqual([
      'spec.completions: Invalid value: 6: can only be modified in tandem with spec.parallelism',
    ]);
    expect(changes({ completions: 1 }, { completions: 2 })).toEqual(['spec.completions: Invalid value: 2: field is immutable']);
  });

  test('no policy', () => {
    expect(changes({ ...indexed }, { ...indexed, backoffLimitPerIndex: 3 })).toEqual([
      'spec.backoffLimitPerIndex: Invalid value: 3: field is immutable',
    ]);
    expect(changes({}, { managedBy: 'a.b/c' })).toEqual(['spec.managedBy: Invalid value: "a.b/c": field is immutable']);
  });

  test('of a template where its pods go, while they do not run', () => {
    const there = { template: template({ nodeSelector: { disk: 'ssd' } }) };
    expect(changes({}, there)).toEqual([expect.stringMatching(/^spec\.template: Invalid value: .*: field is immutable$/)]);
    expect(changes({ suspend: true }, { ...there, suspend: true })).toEqual([]);
    const other = { template: template({ containers: [{ name: 'c', image: 'other' }] }), suspend: true };
    expect(changes({ suspend: true }, other)).toEqual([expect.stringMatching(/^spec\.template: /)]);
  });
});

const zones: readonly (readonly [string, readonly string[]])[] = [
  ['Europe/Zurich', []],
  ['Etc/UTC', []],
  ['', ['timeZone must be nil or non-empty string']],
  ['Local', ['timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones']],
  ['Europe/Nowhere', ['unknown time zone Europe/Nowhere']],
  ['a/../b', ['unknown time zone a/../b']],
];

test.each(zones)('a CronJob of the time zone %j', (timeZone, details) => {
  const made: KubeObject = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'c', namespace: 'default' },
    spec: { schedule: '@daily', timeZone, jobTemplate: { spec: { template: template() } } },
  };
  setDefaults(made, batch('CronJob'));
  const expected = details.map((detail) => `spec.timeZone: Invalid value: ${JSON.stringify(timeZone)}: ${detail}`);
  expect(validateCreate(batch('CronJob'), made).map(fieldErrorText)).toEqual(expected);
});
