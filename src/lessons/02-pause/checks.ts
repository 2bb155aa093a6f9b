import type { Check, Fact } from '../check';

const pods = '/api/v1/namespaces/default/pods';
const exists = (path: string, like?: unknown): Fact => ({ kind: 'object', path, like });
const happened = (like: unknown): Fact => ({ kind: 'happened', like });
const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
const inside = { event: 'request', path: /\/pods\/shared\/exec\b/ };

export const checks: readonly Check[] = [
  { id: 'containers', fact: happened({ event: 'exit', process: { comm: /^(docker|crictl|ctr)$/ }, code: 0 }) },

  { id: 'dockerfile', fact: { kind: 'read', path: 'Dockerfile' } },
  { id: 'source', fact: { kind: 'read', path: 'pause.c' } },

  { id: 'by-hand', fact: happened({ event: 'exit', process: { comm: 'pause', depth: 1 }, code: 0, signals: /\b(TERM|INT)\b/ }), waits: { kind: 'process', like: { comm: 'pause', depth: 1 } } }, // prettier-ignore

  { id: 'namespace', fact: happened({ event: 'exec', process: { pid: 1, depth: 2, pod: false, terminal: true, comm: /sh$/ } }) },
  { id: 'back', fact: happened({ event: 'exit', process: { pid: 1, depth: 2, pod: false } }), after: 'namespace' },

  { id: 'shared', fact: exists(`${pods}/shared`, { spec: { shareProcessNamespace: true }, ...ready }), waits: exists(`${pods}/shared`) },
  { id: 'inside', fact: happened(inside), after: 'shared' },

  { id: 'reaped', fact: happened({ event: 'reap', process: { pod: true }, by: { comm: 'pause', pid: 1 } }) },
  {
    id: 'zombie',
    fact: { kind: 'process', like: { pod: true, depth: 2, state: 'Z', parent: { pid: 1, comm: /^(?!pause$|runc)/ } } },
    waits: exists(`${pods}/plain`),
  },

  { id: 'kill', fact: happened({ event: 'signal', process: { comm: 'pause', pid: 1 }, signal: 'KILL', outcome: 'ignored' }) },
  {
    id: 'term',
    fact: happened({ event: 'exit', process: { comm: 'pause', pid: 1, pod: true }, code: 0, signals: /\b(TERM|INT)\b/ }),
    after: 'shared',
  },
  {
    id: 'anew',
    fact: exists(`${pods}/shared`, { status: { containerStatuses: [{ restartCount: { atLeast: 1 } }] } }),
    after: 'term',
    waits: exists(`${pods}/shared`),
  },

  { id: 'gone', fact: { kind: 'absent', paths: [`${pods}/shared`, `${pods}/plain`] }, after: 'zombie' },
];
