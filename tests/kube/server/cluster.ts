import { ApiClient } from '../../../src/kube/api/client';
import type { HttpRequest, HttpResponse } from '../../../src/kube/api/http';
import type { KubeObject } from '../../../src/kube/api/object';
import { createServer } from '../../../src/kube/server';
import { readYaml } from '../../../src/manifest';
import { FakeClock } from './fake-clock';

export const podsRef = { groupVersion: 'v1', resource: 'pods' };
export const secretsRef = { groupVersion: 'v1', resource: 'secrets' };
export const accountsRef = { groupVersion: 'v1', resource: 'serviceaccounts' };
export const nodesRef = { groupVersion: 'v1', resource: 'nodes' };
export const namespacesRef = { groupVersion: 'v1', resource: 'namespaces' };
export const eventsRef = { groupVersion: 'v1', resource: 'events' };

/** A server, a clock and an admin's client of its own for a test. */
export function cluster() {
  const clock = new FakeClock();
  const server = createServer({ clock, readYaml });
  const client = new ApiClient(server.handle, 'test/v1');
  const request = (
    method: HttpRequest['method'],
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpResponse> =>
    server.handle({
      method,
      path,
      headers: { 'user-agent': 'test/v1', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const json = async <T = KubeObject>(
    method: HttpRequest['method'],
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<T> => JSON.parse((await request(method, path, body, headers)).body as string) as T;
  return { clock, server, client, request, json };
}

export const secret = (name: string, data: Record<string, string> = { a: 'YQ==' }): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default' },
  type: 'Opaque',
  data,
});

export const account = (name = 'default', namespace = 'default'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
});

export const pod = (name: string, spec: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'alpine:3.8' }], ...spec },
});

export const node = (name = 'k8s-minion1'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] },
});
