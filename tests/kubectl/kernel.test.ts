import { expect, test } from 'vitest';
import { createKernel, type Pty, type Task } from '../../src/kernel';
import type { Channel, Transport } from '../../src/kube/api';
import { createKubectl, kubeconfigText } from '../../src/kubectl';
import { createServer } from '../../src/kube/server';
import { FakeClock } from '../kube/server/fake-clock';

/** kubectl as a process of a real kernel, on a terminal. */
async function machine(channel?: Channel) {
  const clock = new FakeClock();
  const server = createServer({ clock });
  const transport: Transport = async (request) =>
    channel && request.path.includes('/exec?') ? { status: 101, headers: {}, body: '', channel } : server.handle(request);
  const post = (path: string, object: unknown) => server.handle({ method: 'POST', path, headers: {}, body: JSON.stringify(object) });
  await post('/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
  const kernel = createKernel({ clock, hostname: 'machine' });
  kernel.boot(
    async (proc) => {
      for (;;) await proc.pause().catch(() => undefined);
    },
    ['init'],
  );
  const pty = kernel.openPty({ columns: 80, rows: 24 });
  let shown = '';
  pty.onOutput((bytes) => (shown += new TextDecoder().decode(bytes)));
  const turns = async (count = 60): Promise<void> => {
    for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const start = (line: string): Task =>
    kernel.start(createKubectl({ transport }), { argv: line.split(' '), env: new Map([['HOME', '/root']]), stdio: pty });
  const pod = (name: string) =>
    post('/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'c', image: 'a' }] },
    });
  return { clock, server, pty, start, turns, pod, shown: () => shown };
}

const type = (pty: Pty, text: string): void => pty.write(new TextEncoder().encode(text));

test('Ctrl-C ends a watch by its signal, and the watch on the server with it', async () => {
  const m = await machine();
  await m.pod('one');
  const task = m.start('kubectl get pods -w');
  await m.turns();
  expect(m.shown()).toContain('one    0/1     Pending');
  await m.pod('two');
  await m.turns();
  expect(m.shown()).toContain('two    0/1     Pending');
  expect(m.server.watchCount).toBe(1);
  type(m.pty, '\x03');
  await m.turns();
  expect(await task.exited).toMatchObject({ kind: 'signaled', signal: 2 });
  expect(m.server.watchCount).toBe(0);
});

test('exec -it types into the container, resizes it, and gives the terminal back as it was', async () => {
  const sent: [number, string][] = [];
  let message: (channel: number, bytes: Uint8Array) => void = () => undefined;
  const m = await machine({
    send: (channel, bytes) => void sent.push([channel, new TextDecoder().decode(bytes)]),
    closeSend: () => undefined,
    onMessage: (listener) => void (message = listener),
    onClose: () => undefined,
    close: () => undefined,
  });
  await m.pod('one');
  const task = m.start('kubectl exec -it one -- sh');
  await m.turns();
  message(1, new TextEncoder().encode('/ # '));
  type(m.pty, 'ls\r\x03');
  m.pty.resize({ columns: 100, rows: 30 });
  await m.turns();
  expect(m.shown()).toBe('/ # ');
  expect(
    sent
      .filter(([channel]) => channel === 0)
      .map(([, text]) => text)
      .join(''),
  ).toBe('ls\r\x03');
  expect(sent.filter(([channel]) => channel === 4).map(([, text]) => JSON.parse(text) as unknown)).toEqual([
    { Width: 80, Height: 24 },
    { Width: 100, Height: 30 },
  ]);
  const failed = {
    kind: 'Status',
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  };
  message(3, new TextEncoder().encode(JSON.stringify(failed)));
  await m.turns();
  expect(await task.exited).toEqual({ kind: 'exited', code: 3 });
  expect(m.shown()).toBe('/ # command terminated with exit code 3\r\n');
});

test('the kubeconfig for the sandbox names one context', () => {
  expect(kubeconfigText('https://127.0.0.1:6443')).toContain('current-context: kubernetes-admin@kubernetes\n');
});
