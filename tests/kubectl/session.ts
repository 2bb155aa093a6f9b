import { createKubectl } from '../../src/kubectl';
import type { HttpRequest, HttpResponse, Transport } from '../../src/kube/api';
import { createServer } from '../../src/kube/server';
import { readYaml } from '../../src/manifest';
import { FakeClock } from '../kube/server/fake-clock';
import { FakeFiles, FakeProcess, type Ran, textOf } from './fake-process';
import { split } from './words';

export const config = `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: https://127.0.0.1:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
users:
- name: kubernetes-admin
  user: {}
`;

export interface Session {
  readonly clock: FakeClock;
  readonly files: FakeFiles;
  readonly transport: Transport;
  /** Runs `kubectl …` as a shell would split it; `<<<` gives standard input. */
  run(
    command: string,
    options?: { stdin?: string; env?: Record<string, string>; spawn?: (path: string, argv: readonly string[]) => Promise<number> },
  ): Promise<Ran>;
}

/** kubectl against an API server of its own, with files but no nodes. `between` may answer requests itself. */
export async function session(between?: (request: HttpRequest, next: Transport) => Promise<HttpResponse>): Promise<Session> {
  const clock = new FakeClock();
  const server = createServer({ clock, readYaml });
  const transport: Transport = (request) => (between ? between(request, server.handle) : server.handle(request));
  for (const namespace of ['default', 'kube-public', 'kube-system']) {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
    await server.handle({ method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts`, headers: {}, body });
  }
  const files = new FakeFiles();
  files.write('/root/.kube/config', config);
  const program = createKubectl({ transport });
  return {
    clock,
    files,
    transport,
    async run(command, options = {}) {
      const { words, stdin } = split(command);
      const fake = new FakeProcess({ files, clock, argv: words, stdin: options.stdin ?? stdin, env: options.env, spawn: options.spawn });
      const code = await program(fake.process);
      return { stdout: textOf(fake.out), stderr: textOf(fake.err), code };
    },
  };
}
