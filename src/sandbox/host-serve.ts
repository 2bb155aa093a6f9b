import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cancel, type HttpRequest, type Transport } from '../kube/api';
import type { Sandbox } from './sandbox';

/** The API server takes no larger body (limit of kube-apiserver: 3 MiB). */
const bodyLimit = 3 * 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= bodyLimit + 1) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function pass(transport: Transport, from: IncomingMessage, to: ServerResponse): Promise<void> {
  const cancel = new Cancel();
  to.on('close', () => cancel.abort());
  const headers = Object.fromEntries(
    Object.entries(from.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
  const body = await bodyOf(from);
  const response = await transport({
    method: (from.method ?? 'GET') as HttpRequest['method'],
    path: from.url ?? '/',
    headers,
    ...(body && { body }),
    signal: cancel.signal,
  });
  const warnings = (response.warnings ?? []).map((text) => `299 - ${JSON.stringify(text)}`);
  if (warnings.length > 0) to.setHeader('warning', warnings);
  to.writeHead(response.channel ? 501 : response.status, { ...response.headers });
  if (typeof response.body === 'string') {
    to.end(response.body);
    return;
  }
  for await (const chunk of response.body) to.write(chunk);
  to.end();
}

/** Serves the sandbox's API on 127.0.0.1 and prints where its kubeconfig is. Never settles. */
export async function serve(sandbox: Sandbox, port: number): Promise<number> {
  const { cluster } = sandbox;
  if (!cluster) throw new Error('this machine has no cluster to serve');
  const server = createServer((request, response) => {
    pass(cluster.transport, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const path = join(mkdtempSync(join(tmpdir(), 'pausebox-')), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'pausebox', cluster: { server: url } }],
    users: [{ name: 'pausebox', user: {} }],
    contexts: [{ name: 'pausebox', context: { cluster: 'pausebox', user: 'pausebox' } }],
    'current-context': 'pausebox',
  };
  writeFileSync(path, JSON.stringify(config, null, 2));
  process.stdout.write(`export KUBECONFIG=${path}\n`);
  return new Promise<number>(() => undefined);
}
