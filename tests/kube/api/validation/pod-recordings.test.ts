import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { statusCause, validatePodCreate } from '../../../../src/kube/api';
import { readManifest } from '../../../../src/manifest';
import { errorsOf, prepared, warningsOf } from './pods';

interface Run {
  readonly args: readonly string[];
  readonly body?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}
interface Recording {
  readonly id: string;
  readonly class: string;
  readonly manifest?: string;
  readonly unordered?: boolean;
  readonly runs: readonly Run[];
}

const recordings = JSON.parse(readFileSync('tests/recordings/manifests/seen.json', 'utf8')) as Recording[];
const classes =
  /^Pod\/(path|name|enum|container|missing-required|metadata|pod-level|mode|env|multi-error|volume-source|security-context|quantity|null-empty|good)$/;

const create = ({ runs }: Recording): Run | undefined => runs.find(({ args }) => args[0] === 'create');

/** Of `kubectl create`: the errors of a 422, none of a success; undefined when something else refused the manifest. */
function recordedErrors(recording: Recording): string[] | undefined {
  const run = create(recording);
  if (!run) return undefined;
  if (run.code === 0) return [];
  const one = /^The Pod "(?:.*?)" is invalid: (?=\S)([^]*)\n$/.exec(run.stderr);
  if (one) return [one[1]!];
  const many = /^The Pod "(?:.*?)" is invalid: \n([^]*)\n$/.exec(run.stderr);
  return many
    ? many[1]!
        .split(/^\* /m)
        .slice(1)
        .map((line) => line.replace(/\n$/, ''))
    : undefined;
}

// What stands for long texts in the recordings, several documents, and numbers that JavaScript cannot hold are read elsewhere.
const readable = ({ manifest = '' }: Recording): boolean => !/@@REPEAT|^---$|\d{17}/m.test(manifest);

const cases = recordings.filter((recording) => classes.test(recording.class) && readable(recording) && recordedErrors(recording));

describe('pods that a real server was given with kubectl create', () => {
  it('are many', () => expect(cases.length).toBeGreaterThan(300));

  it.each(cases.map((recording) => [recording.id, recording] as const))('%s', (_id, recording) => {
    const pod = prepared(readManifest(recording.manifest!).documents[0]!.value);
    const [got, want] = [errorsOf(pod), recordedErrors(recording)!];
    expect(recording.unordered ? [...got].sort() : got).toEqual(recording.unordered ? [...want].sort() : want);
    const warnings = create(recording)!
      .stderr.split('\n')
      .filter((line) => line.startsWith('Warning: '));
    if (want.length === 0) expect(warningsOf(pod).map((text) => `Warning: ${text}`)).toEqual(warnings);
  });
});

const posts = recordings.flatMap(({ id, class: group, unordered, runs }) =>
  runs.flatMap((run) =>
    group.startsWith('Pod/') && run.args[0] === 'raw' && run.args[1] === 'POST' && /\/pods\?/.test(run.args[2]!) && run.code === 422
      ? [[id, run, unordered] as const]
      : [],
  ),
);

describe('pods that a real server was sent', () => {
  it.each(posts)('%s', (_id, run, unordered) => {
    const want = (JSON.parse(run.stdout) as { details: { causes: object[] } }).details.causes;
    const got = validatePodCreate(prepared(JSON.parse(run.body!))).map(statusCause);
    const order = (causes: readonly object[]): object[] =>
      unordered ? [...causes].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : [...causes];
    expect(order(got)).toEqual(order(want));
  });
});
