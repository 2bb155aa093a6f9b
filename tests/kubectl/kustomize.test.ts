import { expect, test } from 'vitest';
import { session } from './session';

test('a secret generator names its secret by its contents, and references follow', async () => {
  const s = await session();
  s.files.write(
    '/root/k/kustomization.yaml',
    'secretGenerator:\n- name: db-user-pass\n  literals:\n  - username=admin\n  - password=1f2d1e2e67df\nresources: [pod.yaml]\nnamePrefix: dev-\n',
  );
  s.files.write(
    '/root/k/pod.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: c, image: a}]\n  volumes: [{name: v, secret: {secretName: db-user-pass}}]\n',
  );
  const { stdout } = await s.run('kubectl kustomize k');
  const name = 'dev-db-user-pass-bkbd782d2c';
  expect(stdout).toBe(`apiVersion: v1
data:
  password: MWYyZDFlMmU2N2Rm
  username: YWRtaW4=
kind: Secret
metadata:
  name: ${name}
type: Opaque
---
apiVersion: v1
kind: Pod
metadata:
  name: dev-web
spec:
  containers:
  - image: a
    name: c
  volumes:
  - name: v
    secret:
      secretName: ${name}
`);
  expect(await s.run('kubectl apply -k k')).toEqual({ stdout: `secret/${name} created\npod/dev-web created\n`, stderr: '', code: 0 });
});

const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ';

test('a component works on what is there; patched items of a list come first; names and accounts follow', async () => {
  const s = await session();
  const files = {
    'kustomization.yaml':
      'resources: [d.yaml]\ncomponents: [more]\nnamespace: prod\nnamePrefix: p-\ncommonAnnotations: {who: me}\nconfigMapGenerator:\n- {name: c, literals: [a=1, b=2]}\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: w}\n    spec: {containers: [{name: two, image: x}]}\n',
    'd.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec: {serviceAccountName: sa, containers: [{name: one, image: a}, {name: two}]}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}\n---\n${role}RoleBinding\nmetadata: {name: rb}\nroleRef: {kind: Role, name: r, apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: ServiceAccount, name: sa}]\n---\n${role}Role\nmetadata: {name: r}\nrules: []\n`,
    'more/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- target: {kind: Pod}\n  patch: |-\n    - {op: add, path: /spec/nodeName, value: node1}\n',
  };
  for (const [name, text] of Object.entries(files)) s.files.write(`/root/k/${name}`, text);
  const { stdout } = await s.run('kubectl kustomize k');
  expect(stdout).toMatch(/name: p-c-\w{10}\n {2}namespace: prod\n/);
  expect(stdout).toContain('roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: p-r\n');
  expect(stdout).toContain('subjects:\n- kind: ServiceAccount\n  name: p-sa\n  namespace: prod\n');
  expect(stdout).toContain(
    '  containers:\n  - image: x\n    name: two\n  - image: a\n    name: one\n  nodeName: node1\n  serviceAccountName: p-sa\n',
  );
  expect(stdout).toContain('kind: Pod\nmetadata:\n  annotations:\n    who: me\n  name: p-w\n  namespace: prod\n');
});

test.each([
  ['nosuch: 1', 'invalid Kustomization: json: unknown field "nosuch"'],
  [
    'resources: x.yaml',
    'invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.resources of type []string',
  ],
  ['', 'kustomization.yaml is empty'],
  ['kind: Foo', 'Failed to read kustomization file under /root/k:\nkind should be Kustomization or Component'],
  ['configMapGenerator: [{name: a, literals: [x]}]', 'loading KV pairs: literal sources [x]: invalid literal source x, expected key=value'],
  [
    'configMapGenerator: [{name: a, files: [x]}]',
    "loading KV pairs: file sources: [x]: evalsymlink failure on '/root/k/x' : lstat /root/k/x: no such file or directory",
  ],
  [
    'resources: [x]',
    "accumulating resources: accumulation err='accumulating resources from 'x': evalsymlink failure on '/root/k/x' : lstat /root/k/x: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/root/k/x' : lstat /root/k/x: no such file or directory",
  ],
])('a kustomization of %j', async (text, problem) => {
  const s = await session();
  s.files.write('/root/k/kustomization.yaml', text);
  expect(await s.run('kubectl kustomize k')).toEqual({ stdout: '', stderr: `error: ${problem}\n`, code: 1 });
});

test('a directory that is not there', async () => {
  const s = await session();
  expect(await s.run('kubectl apply -k none')).toMatchObject({
    stderr:
      "error: must build at directory: not a valid directory: evalsymlink failure on 'none' : lstat /root/none: no such file or directory\n",
    code: 1,
  });
});
