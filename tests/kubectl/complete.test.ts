import { expect, test } from 'vitest';
import { session } from './session';

async function complete(words: string): Promise<{ words: string[]; directive: string }> {
  const s = await session();
  await s.run('kubectl create secret generic admin-access --from-literal=a=b');
  await s.run('kubectl run web --image=alpine:3.8');
  const { stdout, code } = await s.run(`kubectl __complete ${words}`);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  return { words: lines.slice(0, -1).map((line) => line.split('\t')[0]!), directive: lines.at(-1)! };
}

test.each([
  ['ge', ['get'], ':4'],
  ['create sec', ['secret'], ':4'],
  ['get secre', ['secrets'], ':4'],
  ["get secrets ''", ['admin-access'], ':4'],
  ['get secrets/', ['secrets/admin-access'], ':4'],
  ['describe pod w', ['web'], ':4'],
  ['logs w', ['web'], ':4'],
  ['logs p', ['pods/'], ':6'],
  ["cp ''", ['default/', 'kube-node-lease/', 'kube-public/', 'kube-system/', 'web:', './', '/'], ':2'],
  ['cp w', ['web:'], ':2'],
  ['cp default/', ['default/web:'], ':2'],
  ['cp web:', [], ':2'],
  ['cp ./', [], ':2'],
  ["cp web:/x ''", [], ':2'],
  ["rollout status ''", ['deployment', 'daemonset', 'statefulset'], ':4'],
  ["scale ''", ['--replicas', 'deployment', 'replicaset', 'replicationcontroller', 'statefulset'], ':4'],
  ["config delete-user ''", ['kubernetes-admin'], ':4'],
  ["get pods --subresource ''", ['status', 'scale', 'resize'], ':4'],
  ["logs web -c ''", ['web'], ':4'],
  ['get pods -n kube-p', ['kube-public'], ':4'],
  ['get pods --namespace=def', ['default'], ':4'],
  ['get pods -o js', ['json', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file'], ':4'],
  ['get pods --show-l', ['--show-labels'], ':4'],
  ["apply -f ''", ['json', 'yaml', 'yml'], ':8'],
  ["nosuch ''", [], ':4'],
])('%s completes to %j', async (words, expected, directive) => {
  expect(await complete(words)).toEqual({ words: expected, directive });
});
