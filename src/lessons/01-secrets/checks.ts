import type { Check, Fact } from '../check';

const api = '/api/v1/namespaces/default';
const secret = `${api}/secrets/admin-access`;
const secretPod = `${api}/pods/secret-pod`;
const envPod = `${api}/pods/secret-env-pod`;
const asked = (path: RegExp, status: unknown = 200, method = 'GET'): Fact => ({
  kind: 'happened',
  like: { event: 'request', method, path, status },
});
const exists = (path: string, like?: unknown): Fact => ({ kind: 'object', path, like });
const ended = { status: { phase: 'Succeeded' } };
/** One line without a line break at its end. */
const oneLine = /^[^\n]+$/;

export const checks: readonly Check[] = [
  { id: 'nodes', fact: asked(/^\/api\/v1\/nodes\b/) },
  { id: 'system-pods', fact: asked(/^\/api\/v1\/(namespaces\/kube-system\/)?pods\b/) },

  { id: 'username', fact: { kind: 'file', path: 'username.txt', matches: oneLine }, waits: { kind: 'file', path: 'username.txt', matches: /\n$/ } }, // prettier-ignore
  { id: 'password', fact: { kind: 'file', path: 'password.txt', matches: oneLine }, waits: { kind: 'file', path: 'password.txt', matches: /\n$/ } }, // prettier-ignore

  { id: 'secret', fact: exists(secret) },
  { id: 'keys', fact: exists(secret, { data: { 'username.txt': /./, 'password.txt': /./ } }), waits: exists(secret) },

  { id: 'look', fact: asked(/\/secrets\/admin-access\b/) },
  { id: 'base64', fact: { kind: 'happened', like: { event: 'exit', process: { comm: 'base64' }, code: 0 } } },

  { id: 'pod', fact: exists(secretPod) },
  {
    id: 'mount',
    fact: exists(secretPod, {
      spec: { volumes: [{ secret: { secretName: 'admin-access', defaultMode: 0o440 } }], containers: [{ volumeMounts: [{ mountPath: '/etc/foo', readOnly: true }] }] }, // prettier-ignore
    }),
    waits: exists(secretPod),
  },

  { id: 'completed', fact: exists(secretPod, ended), waits: exists(secretPod) },
  { id: 'log', fact: asked(/\/pods\/secret-pod\/log\b/), after: 'pod' },

  {
    id: 'env',
    fact: exists(envPod, { spec: { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'admin-access' } } }] }] }, ...ended }),
    waits: exists(envPod),
  },
  { id: 'env-log', fact: asked(/\/pods\/secret-env-pod\/log\b/), after: 'env' },

  { id: 'registry', fact: exists(`${api}/secrets/registry-login`, { type: 'kubernetes.io/dockerconfigjson' }) },
  { id: 'basic', fact: exists(`${api}/secrets/basic-login`, { type: 'kubernetes.io/basic-auth' }) },
  { id: 'refused', fact: asked(/\/secrets\b/, 422, 'POST') },

  {
    id: 'stuck',
    fact: { kind: 'all', facts: [{ kind: 'absent', paths: [secret] }, exists(secretPod, { status: { phase: 'Pending' } })] },
    after: 'completed',
  },
  { id: 'goes-on', fact: exists(secretPod, ended), after: 'stuck', waits: exists(secret) },
  {
    id: 'tidy',
    fact: { kind: 'absent', paths: [secretPod, secret, `${api}/secrets/registry-login`, `${api}/secrets/basic-login`] },
    after: 'goes-on',
  },
];
