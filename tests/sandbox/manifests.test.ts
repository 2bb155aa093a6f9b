import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock';
import type { HttpRequest } from '../../src/kube/api';
import { createServer } from '../../src/kube/server';
import { nodeHostTime } from '../../src/sandbox/host-node';
import { createManifests } from '../../src/sandbox/manifests';

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'admin-access' }, data: { 'username.txt': 'YQ==' } };
const pod = (name: string, key: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: web-app
spec:
  containers:
  - name: app
    image: alpine:3.8
    env:
    - name: A
      valueFrom:
        secretKeyRef:
          name: ${name}
          key: ${key}
`;

async function manifests(): Promise<{ of: ReturnType<typeof createManifests>; requests: string[] }> {
  const server = createServer({ clock: new VirtualClock(nodeHostTime) });
  const requests: string[] = [];
  const body = JSON.stringify(secret);
  await server.handle({
    method: 'POST',
    path: '/api/v1/namespaces/default/secrets',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const of = createManifests((request: HttpRequest) => {
    requests.push(request.path);
    return server.handle(request);
  });
  await Promise.resolve();
  await server.handle({ method: 'GET', path: '/readyz', headers: {} });
  return { of, requests };
}

test('what is in the cluster is taken into account', async () => {
  const { of } = await manifests();
  const found = async (text: string): Promise<(string | undefined)[]> => (await of.diagnose('/root/pod.yaml', text)).map((one) => one.rule);
  expect(await found(pod('admin-access', 'username.txt'))).toEqual([]);
  expect(await found(pod('admin-access', 'username'))).toEqual(['no-such-key']);
  expect(await found(pod('admin', 'username.txt'))).toEqual(['no-secret']);
  const names = await of.complete(pod('', 'x'), pod('', 'x').indexOf('name: \n') + 6);
  expect(names.map((one) => one.label)).toEqual(['admin-access']);
});

test('a file that is no manifest is left alone', async () => {
  const { of } = await manifests();
  expect(await of.diagnose('/root/pause.c', 'int main() { return 0; }')).toEqual([]);
});

test('before the cluster answers, nothing is said of what is in it', async () => {
  const of = createManifests(() => new Promise(() => undefined));
  expect(await of.diagnose('pod.yaml', pod('admin', 'x'))).toEqual([]);
  expect((await of.diagnose('pod.yaml', pod('Admin', 'x'))).map((one) => one.message.split(':')[0])).toEqual([
    'spec.containers[0].env[0].valueFrom.secretKeyRef.name',
  ]);
});

test('hovering needs no cluster', async () => {
  const of = createManifests(undefined);
  const text = pod('a', 'b');
  expect((await of.hover(text, text.indexOf('secretKeyRef')))?.path).toBe('spec.containers[].env[].valueFrom.secretKeyRef');
});
