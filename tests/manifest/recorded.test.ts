import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diagnose, type ClusterContext } from '../../src/manifest';

interface Recorded {
  readonly id: string;
  readonly file: string;
  readonly manifest?: string;
  readonly files?: unknown;
  readonly expand?: unknown;
  readonly runs: readonly { readonly args: readonly string[]; readonly stderr: string; readonly env?: unknown; readonly stdin?: unknown }[];
}

const recorded = JSON.parse(readFileSync('tests/recordings/manifests/seen.json', 'utf8')) as readonly Recorded[];

/** Each manifest with what `kubectl apply --dry-run=server` printed of it. */
const cases = recorded.flatMap(({ id, file, manifest, files, expand, runs }) => {
  const run = runs.find(({ args, env, stdin }) => args.join(' ') === `apply -f ${file} --dry-run=server` && !env && !stdin);
  return run && manifest && !files && !expand ? [{ id, file, manifest, stderr: run.stderr }] : [];
});

const namespaces = ['default', 'corpus', 'kube-system', 'kube-public', 'kube-node-lease'];
const cluster: ClusterContext = {
  lookup: (kind, _namespace, name) =>
    (kind === 'Namespace' && namespaces.includes(name)) || (kind === 'ServiceAccount' && name === 'default')
      ? { metadata: { name } }
      : undefined,
};

/** The server's or kubectl's words without what only tells which file and object they are of. */
function said(stderr: string): string[] {
  const text = stderr.replace(/^Warning: .*\n/gm, '');
  if (text === '') return [];
  const several = /^The \w+ ".*?" is invalid: \n((?:\* .*\n)+)$/s.exec(text);
  if (several) return several[1]!.slice(2, -1).split('\n* ');
  const parts = text
    .trimEnd()
    .split(/\n(?=Error from server)/)
    .map(
      (line) => /^(?:The \w+ "[^"]*" is invalid|Error from server \(\w+\): error when creating "[^"]+"): (.*)$/s.exec(line)?.[1] ?? line,
    );
  return parts.map((part) => part.replace(/^\w+ "[^"]*" is invalid: /, ''));
}

/** Unknown fields are told apart in the editor; the server tells them in one sentence. */
const apart = (message: string): string[] => {
  const found = /^(.*strict decoding error: )(.*)$/s.exec(message);
  return found ? found[2]!.split(/, (?=unknown field )/).map((field) => found[1]! + field) : [message];
};

/** What is not met, and why. */
const known: Readonly<Record<string, string>> = {
  'Namespace/metadata/pod-security-bad': 'the PodSecurity admission plugin’s labels are not looked at',
  'Other/multi-doc/sa-secret-pod': 'a dry run does not see what an earlier document would make; an apply does',
  'Pod/enum/spec.preemptionPolicy=_Never': 'the Priority admission plugin’s own computation is not repeated',
  'Pod/wrong-type/apiVersion=': 'an empty apiVersion is looked for as one that is not served',
};

test('findings are what kubectl apply printed', () => {
  const differing = cases.flatMap(({ id, file, manifest, stderr }) => {
    const found = diagnose(manifest, { ...cluster, file }).filter((one) => one.severity === 'error');
    const [want, got] = [said(stderr).flatMap(apart), found.map((one) => one.message)].map((list) => [...new Set(list)].sort());
    return JSON.stringify(want) === JSON.stringify(got) ? [] : [{ id, want, got }];
  });
  expect(differing.filter(({ id }) => !(id in known))).toEqual([]);
  expect(differing.map(({ id }) => id).sort()).toEqual(Object.keys(known).sort());
  expect(cases.length).toBeGreaterThan(700);
});

test('warnings of the server and of kubectl are among the findings', () => {
  const differing = cases.flatMap(({ id, file, manifest, stderr }) => {
    const want = [...stderr.matchAll(/^Warning: .*$/gm)].map(([line]) => line);
    if (want.length === 0 || stderr.replace(/^Warning: .*\n/gm, '') !== '') return [];
    const got = diagnose(manifest, { ...cluster, file }).flatMap((one) =>
      one.severity === 'warning' && one.source !== 'advice' ? [one.message] : [],
    );
    return JSON.stringify(want.sort()) === JSON.stringify(got.sort()) ? [] : [{ id, want, got }];
  });
  expect(differing).toEqual([]);
});

test('every error has words in both languages and a place', () => {
  for (const { id, file, manifest } of cases) {
    for (const one of diagnose(manifest, { ...cluster, file })) {
      expect(one.plain?.en && one.plain.zh, `${id}: ${one.message}`).toBeTruthy();
      expect(one.span.start >= 0 && one.span.end > one.span.start && one.span.end <= manifest.length + 1, id).toBe(true);
    }
  }
});
