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

test('a directory that is not there', async () => {
  const s = await session();
  expect(await s.run('kubectl apply -k none')).toMatchObject({
    stderr:
      "error: must build at directory: not a valid directory: evalsymlink failure on 'none' : lstat /root/none: no such file or directory\n",
    code: 1,
  });
});
