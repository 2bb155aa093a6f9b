import { afterEach, describe, expect, it } from 'vitest';
import { createPageSandbox } from '../../src/sandbox';
import { nodeHostTime } from '../../src/sandbox/host-node';
import type { SandboxApi, SandboxEvent, SandboxStart } from '../../src/sandbox/protocol';
import { createCc, createPlainHost, createWasi, loadPause, toolchainLoader, type WasiHost } from '../../src/wasi';

const decoder = new TextDecoder();
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const hosts: WasiHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

interface Started {
  readonly api: SandboxApi;
  readonly events: SandboxEvent[];
}

async function start(options: Partial<SandboxStart> = {}): Promise<Started> {
  const events: SandboxEvent[] = [];
  const api = createPageSandbox({
    time: nodeHostTime,
    loadAssets: async () => {
      const { v310, v30, source } = await loadPause();
      return { pause: { '3.10': v310, '3.0': v30 }, pauseSource: source, deviations: '' };
    },
    formats: (clock) => {
      const host = createPlainHost();
      hosts.push(host);
      return [createWasi(host, clock)];
    },
    cc: (clock) => createCc(toolchainLoader(), clock),
  });
  await api.start({ language: 'en', ...options }, (event) => events.push(event));
  return { api, events };
}

const until = async (true_: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  for (let i = 0; i < 500; i++) {
    if (await true_()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not within 10 s: ${what}`);
};

async function terminal({ api }: Started): Promise<{ id: number; text: () => string }> {
  let text = '';
  const id = await api.openTerminal({ columns: 80, rows: 24 }, (bytes) => void (text += decoder.decode(bytes)));
  return { id, text: () => text };
}

describe('the sandbox of a page', () => {
  it('has a shell with a prompt, where commands are typed once it waits', async () => {
    const page = await start();
    const { id, text } = await terminal(page);
    await page.api.run(id, 'sleep 0.1; echo a$((1+1))');
    await page.api.run(id, 'echo b$((1+2))');
    await until(() => text().includes('b3'), 'the second output');
    expect(text()).toContain('a2\r\n');
    expect(text()).toMatch(/root@k8s-minion1:~# /);
  });

  it('has something to save once the page writes, renames or removes a file', async () => {
    const page = await start();
    const count = (): number => page.events.filter(({ type }) => type === 'changed').length;
    const changes: readonly (() => Promise<void>)[] = [
      () => page.api.writeFile('one', encode('1')),
      () => page.api.renameFile('one', 'two'),
      () => page.api.removeFile('two'),
    ];
    // what the cluster's own start changes is past
    await new Promise((resolve) => setTimeout(resolve, 2500));
    for (const change of changes) {
      const before = count();
      await change();
      await until(() => count() > before, 'a change');
    }
  });

  it('shares files with the shell, and tells when the shell changed one', async () => {
    const page = await start({ files: [{ path: 'x.yaml', text: 'a: 1\n' }] });
    const { id, text } = await terminal(page);
    await page.api.watchFiles(['/root']);
    await page.api.writeFile('x.yaml', encode('a: 2\n'));
    await page.api.run(id, 'cat x.yaml; echo c > new.txt; rm x.yaml');
    await until(() => page.events.some((event) => event.type === 'file' && event.path === '/root/x.yaml' && !event.exists), 'the event');
    await until(() => text().includes('a: 2\r\n'), 'the text of the page');
    const told = page.events.filter((event) => event.type === 'file' && !event.path.endsWith('history'));
    expect(told).toEqual([
      { type: 'file', path: '/root/new.txt', exists: true },
      { type: 'file', path: '/root/x.yaml', exists: false },
    ]);
    expect(decoder.decode(await page.api.readFile('new.txt'))).toBe('c\n');
    expect(await page.api.readFile('x.yaml')).toBeUndefined();
  });

  it('keeps files and objects over a save', async () => {
    const page = await start();
    const { id } = await terminal(page);
    await page.api.run(id, 'mkdir -p d && echo -n x > d/f && chmod 600 d/f && ln -s d/f link');
    await page.api.run(id, 'kubectl create secret generic s --from-literal=k=v && touch made');
    await until(async () => (await page.api.readFile('made')) !== undefined, 'the secret');
    const again = await start({ saved: await page.api.save() });
    const second = await terminal(again);
    await again.api.run(second.id, 'ls -l d/f link; cat link; echo');
    await until(
      () => again.events.some((event) => event.type === 'progress' && event.stage === 'cluster' && event.fraction === 1),
      'the cluster',
    );
    await again.api.run(second.id, 'kubectl get secret s -o jsonpath={.data.k}; echo .');
    await until(() => second.text().includes('dg==.'), 'the kept secret');
    expect(second.text()).toMatch(/-rw------- 1 root root 1 .* d\/f\r\n/);
    expect(second.text()).toContain('link -> d/f');
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello, this is no saved state at all'],
    ['a header that is no JSON', 'PAUSEBOX\x05\0\0\0nope!'],
    ['a header that is cut', 'PAUSEBOX\xff\0\0\0{}'],
    [
      'a path that leads out',
      `PAUSEBOX\x7b\0\0\0${'{"version":1,"files":[{"path":"../x","size":0,"mode":420,"mtimeMs":0}],"directories":[],"links":[],"objects":[]}'.padEnd(123)}`,
    ],
  ])('refuses a saved state that is %s', async (_, text) => {
    const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
    await expect(start({ saved: bytes })).rejects.toMatchObject({ name: 'DamagedSave' });
  });

  it('makes a program wait that prints faster than the page shows', async () => {
    const page = await start();
    let shown = 0;
    let release: (() => void) | undefined;
    const id = await page.api.openTerminal({ columns: 80, rows: 24 }, (bytes) => {
      shown += bytes.length;
      return new Promise<void>((resolve) => (release = resolve));
    });
    await until(() => shown > 0, 'the prompt');
    release?.();
    await page.api.run(id, 'yes');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = shown;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(shown).toBe(before);
    await page.api.closeTerminal(id);
    await until(() => page.events.some((event) => event.type === 'terminal-ended' && event.id === id), 'the end');
  });

  it('runs time faster, and stops it', async () => {
    const { api } = await start();
    await api.setRate(60);
    const first = await api.time();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await api.time()).nowMs - first.nowMs).toBeGreaterThan(2000);
    await api.setRate(0);
    const stopped = await api.time();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await api.time()).nowMs).toBe(stopped.nowMs);
  });
});
