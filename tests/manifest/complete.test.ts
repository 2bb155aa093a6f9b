import { expect, test } from 'vitest';
import { loadDescriptions } from '../../src/kube/api';
import { complete, hover } from '../../src/manifest';
import { cluster } from './marked';

const descriptions = await loadDescriptions();
const head = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-app\nspec:\n';
const container = `${head}  containers:\n  - name: app\n    image: alpine:3.8\n`;

/** `|` is where the cursor stands. */
const at = (marked: string): [string, number] => [marked.replace('|', ''), marked.indexOf('|')];
const labels = (marked: string): string[] => complete(...at(marked), descriptions, cluster).map((one) => one.label);

test.each([
  ['an empty document offers whole manifests', '|', ['Secret', 'Pod', 'apiVersion', 'kind', 'metadata']],
  ['so does a new document after a separator', `${container}---\n|`, ['Secret', 'Pod', 'apiVersion', 'kind', 'metadata']],
  ['the fields of the kind', 'apiVersion: v1\nkind: Secret\n|', ['metadata', 'type', 'stringData', 'data', 'immutable']],
  ['kinds', 'apiVersion: v1\nkind: |', ['Secret', 'Pod', 'ConfigMap', 'Namespace', 'ServiceAccount', 'Service']],
  ['kinds of the group', 'apiVersion: apps/v1\nkind: |', ['Deployment', 'ControllerRevision']],
  ['fields of a struct', `${head}  |`, ['containers', 'volumes', 'restartPolicy', 'initContainers', 'shareProcessNamespace']],
  ['fields of an item', `${container}    |`, ['command', 'args', 'env', 'envFrom', 'volumeMounts', 'ports']],
  ['fields of an item that just begins', `${container}  - |`, ['name', 'image', 'command']],
  ['fields of an item under a lone dash', `${container}    env:\n    - |`, ['name', 'valueFrom', 'value']],
  ['fields below a field', `${container}    env:\n    - name: A\n      valueFrom:\n        |`, ['secretKeyRef', 'configMapKeyRef']],
  ['fields after a list that is not indented', `${container}    env:\n    - name: A\n    vol|`, ['command', 'args', 'envFrom', 'volumeMounts']],
  ['values of a list of values', `${head}  restartPolicy: |`, ['Always', 'Never', 'OnFailure']],
  ['booleans', `${head}  shareProcessNamespace: |`, ['true', 'false']],
  ['names of volumes', `${container}    volumeMounts:\n    - name: |\n  volumes:\n  - name: creds\n  - name: "tmp"\n`, ['creds', 'tmp']],
  ['names of Secrets', `${head}  volumes:\n  - name: c\n    secret:\n      secretName: |`, ['admin-access']],
  ['names of Secrets of the file', `apiVersion: v1\nkind: Secret\nmetadata:\n  name: own\n---\n${container}    envFrom:\n    - secretRef:\n        name: |`, ['own', 'admin-access']],
  ['keys of a Secret', `${container}    env:\n    - name: A\n      valueFrom:\n        secretKeyRef:\n          name: admin-access\n          key: |`, ['username.txt', 'password.txt']],
  ['keys of a volume’s Secret', `${head}  volumes:\n  - name: c\n    secret:\n      secretName: admin-access\n      items:\n      - key: |`, ['username.txt', 'password.txt']],
  ['modes', `${head}  volumes:\n  - name: c\n    secret:\n      defaultMode: |`, ['0440', '0400', '0444', '0644']],
  ['types of Secrets', 'apiVersion: v1\nkind: Secret\ntype: |', ['Opaque', 'kubernetes.io/basic-auth']],
  ['fields of metadata, but not those of the server', 'apiVersion: v1\nkind: Pod\nmetadata:\n  |', ['name', 'namespace', 'labels', 'annotations', 'finalizers', 'generateName', 'ownerReferences']],
  ['fields though the text above is broken', `${container}    args: ["a"\n    |`, ['command', 'env', 'envFrom', 'volumeMounts']],
])('%s', (_name, marked, expected) => {
  expect(labels(marked).slice(0, expected.length)).toEqual(expected);
}); // prettier-ignore

test.each([
  ['in a comment', `${head}  # |`],
  ['in a block of text', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    b\n    '],
  ['of a field that is free text', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: |'],
  ['of an unknown kind', 'apiVersion: v1\nkind: Pdo\nspec:\n  |'],
])('nothing is offered %s', (_name, marked) => {
  const text = marked.includes('a: |\n') ? marked : marked.replace('|', '');
  const offset = marked.includes('a: |\n') ? marked.length : marked.indexOf('|');
  expect(complete(text, offset, descriptions, cluster)).toEqual([]);
});

test('a completion replaces the word that is there', () => {
  const [text, offset] = at(`${container}    com|mad: [sh]\n`);
  const command = complete(text, offset, descriptions, cluster).find((one) => one.label === 'command')!;
  expect(text.slice(0, command.span.start) + command.insert + text.slice(command.span.end)).toBe(`${container}    command: [sh]\n`);
});

test.each([
  ['a field', `${container}    ima|gePullPolicy: Always\n`, 'spec.containers[].imagePullPolicy', 'PullPolicy', 'imagePullPolicy'],
  ['a value', `${container}    imagePullPolicy: Al|ways\n`, 'spec.containers[].imagePullPolicy', 'PullPolicy', 'Always'],
  ['a list', `${head}  conta|iners: []\n`, 'spec.containers', '[]Container', 'containers'],
  ['an entry of a map', 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    ap|p: web\n', 'metadata.labels.app', 'string', 'app'],
  ['a JSON text', '{"apiVersion":"v1","kind":"Pod","spec":{"host|PID":true}}', 'spec.hostPID', 'bool', '"hostPID"'],
  ['flow style', 'apiVersion: v1\nkind: Pod\nspec: {containers: [{na|me: a}]}\n', 'spec.containers[].name', 'string', 'name'],
  ['a text that is broken elsewhere', `${container}    args: ["a"\n  restart|Policy: Never\n`, 'spec.restartPolicy', 'RestartPolicy', 'restartPolicy'],
  ['an item of a List', 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  string|Data: {}\n', 'stringData', 'map[string]string', 'stringData'],
])('hovering over %s', (_name, marked, path, type, underlined) => {
  const [text, offset] = at(marked);
  const found = hover(text, offset, descriptions);
  expect([found?.path, found?.type, found && text.slice(found.span.start, found.span.end)]).toEqual([path, type, underlined]);
  expect(found?.description).not.toBe('');
}); // prettier-ignore

test('what must be given says so', () => {
  expect(hover(...at(`${head}  containers:\n  - na|me: a\n`), descriptions)?.required).toBe(true);
  expect(hover(...at(`${head}  containers:\n  - im|age: a\n`), descriptions)?.required).toBe(false);
});

test('nothing is thrown, wherever the cursor stands in a broken text', () => {
  const text = `${container}    args: ["a"\n   env:\n- : x\n\t- name\n--- x\n? a\n: |\n  b: c\n"`;
  for (let offset = 0; offset <= text.length; offset++) {
    complete(text, offset, descriptions, cluster);
    hover(text, offset, descriptions);
  }
});
