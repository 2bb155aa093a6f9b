import { expect, test } from 'vitest';
import { session } from './session';

const manifest = (kind: string, mount: string): string => `apiVersion: v1
kind: ${kind}
metadata: {name: web}
spec:
  containers: [{name: a, image: x, volumeMounts: [{${mount}}]}]
  volumes: [{name: v, emptyDir: {}}]
`;
const why = 'map: map[name:v readOnly:true] does not contain declared merge key: mountPath';

test('apply and diff say why there is no patch, with all that it would have been made of', async () => {
  const s = await session();
  s.files.write('/root/web.yaml', manifest('Pod', 'name: v, mountPath: /v'));
  expect((await s.run('kubectl apply -f /root/web.yaml')).stderr).toBe('');
  s.files.write('/root/web.yaml', manifest('Pod', 'name: v, readOnly: true'));
  const applied = await s.run('kubectl apply -f /root/web.yaml');
  const lines = applied.stderr.split('\n');
  expect(lines.slice(0, 9)).toEqual([
    `warning: error calculating patch from openapi v3 spec: ${why}`,
    `warning: error calculating patch from openapi spec: ${why}`,
    'error: error when applying patch:',
    '',
    'to:',
    'Resource: "/v1, Resource=pods", GroupVersionKind: "/v1, Kind=Pod"',
    'Name: "web", Namespace: "default"',
    'for: "/root/web.yaml": error when patching "/root/web.yaml": creating patch with:',
    'original:',
  ]);
  expect(lines.slice(9).map((line) => line.replace(/^\{.*\}$/, '{}'))).toEqual(['{}', '', 'modified:', '{}', '', 'current:', '{}', '', `for: ${why}`, '']); // prettier-ignore
  expect(applied.code).toBe(1);
});

test('a kind in small letters is no kind to patch', async () => {
  const s = await session();
  s.files.write('/root/web.yaml', manifest('Pod', 'name: v, mountPath: /v'));
  await s.run('kubectl apply -f /root/web.yaml');
  s.files.write('/root/web.yaml', manifest('pod', 'name: v, mountPath: /v'));
  const applied = await s.run('kubectl apply -f /root/web.yaml');
  expect(applied.stderr).toContain('\nResource: "/v1, Resource=pods", GroupVersionKind: "/v1, Kind=pod"\n');
  expect(applied.stderr).toContain('\nfor: precondition failed for: map[kind:pod metadata:map[annotations:map[');
});
