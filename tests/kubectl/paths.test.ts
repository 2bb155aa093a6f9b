import { expect, test } from 'vitest';
import { session } from './session';

const pod = (metadata: object): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'a', image: 'x' }] } });

test.each([
  ['kubectl delete pod ..', `error: invalid resource name "..": [may not be '..']\n`],
  [
    'kubectl delete pod a%/b',
    `error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form`,
  ],
  ['kubectl describe pod a -n x/y', `invalid namespace "x/y": [may not contain '/']`],
])('%s is not sent', async (command, stderr) => {
  const s = await session();
  const ran = await s.run(command);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(stderr);
});

test('a manifest with such a name is not sent either', async () => {
  const s = await session();
  s.files.write('/root/slash.yaml', pod({ name: 'a/b' }));
  s.files.write('/root/both.yaml', pod({ name: 'a', namespace: 'x/%' }));
  const applied = await s.run('kubectl apply -f /root/slash.yaml');
  expect(applied.stderr).toBe(
    'error: error when retrieving current configuration of:\nResource: "/v1, Resource=pods", GroupVersionKind: "/v1, Kind=Pod"\nName: "a/b", Namespace: "default"\nfrom server for: "/root/slash.yaml": invalid resource name "a/b": [may not contain \'/\']\n',
  );
  const created = await s.run('kubectl create -f /root/both.yaml');
  expect(created.stderr).toBe(
    'error: error when creating "/root/both.yaml": invalid namespace "x/%": [may not contain \'/\' may not contain \'%\']\n',
  );
});
