import { afterEach, describe, expect, it } from 'vitest';
import { closeHosts, start, terminal, until } from './page-start';

const decoder = new TextDecoder();
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

afterEach(closeHosts);

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
    const prompt = shown;
    release?.();
    await page.api.run(id, 'yes');
    let before = prompt;
    const waits = async (): Promise<boolean> => {
      before = shown;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return shown === before && shown > prompt;
    };
    await until(waits, 'the program to wait');
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

  it('tells how a command line ended, and what it printed', async () => {
    const page = await start({ files: [{ path: 'bad.yaml', text: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec: {}\n' }] });
    const { id } = await terminal(page);
    for (const [line, code, output] of [
      ['echo one; echo two', undefined, /^one\ntwo\n$/],
      ['ls nowhere', 2, /^ls: cannot access 'nowhere': No such file or directory\n$/],
      ['kubectl apply -f bad.yaml', 1, /^The Pod "x" is invalid: spec\.containers: Required value\n$/],
      ['true', undefined, /^$/],
      ['cat bad.yaml | head -n 1', 0, /^apiVersion: v1\n$/],
    ] as const) {
      await page.api.run(id, line);
      const outcome = await page.api.outcome(id);
      expect([line, outcome?.code]).toEqual([line, code]);
      expect(outcome?.output).toMatch(output);
    }
  });

  it('knows whether a manifest is what was applied last', async () => {
    const text = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\nstringData:\n  a: b\n';
    const page = await start({ files: [{ path: 'x.yaml', text }] });
    const { id } = await terminal(page);
    const applied = (now = text): Promise<string> => page.api.applied('x.yaml', now);
    await page.api.run(id, 'kubectl get nodes');
    await page.api.outcome(id);
    expect(await applied()).toBe('none');
    await page.api.run(id, 'cat x.yaml | kubectl apply -f -');
    await page.api.outcome(id);
    expect(await applied()).toBe('same');
    expect(await applied(`# a remark\n${text}`)).toBe('same');
    expect(await applied(text.replace('a: b', 'a: c'))).toBe('other');
    await page.api.run(id, 'kubectl delete secret x');
    await page.api.outcome(id);
    expect(await applied()).toBe('none');
  });

  it('jumps to the next thing that happens, also while time stands still', async () => {
    const page = await start();
    const { id, text } = await terminal(page);
    await page.api.run(id, 'kubectl get nodes');
    await page.api.outcome(id);
    await page.api.setRate(0);
    await page.api.run(id, 'sleep 100; echo slept');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const printed = (): boolean => text().split('slept').length > 2;
    expect(printed()).toBe(false);
    const times = [(await page.api.time()).nowMs];
    await until(async () => {
      await page.api.step();
      times.push((await page.api.time()).nowMs);
      return printed();
    }, 'the end of sleep');
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(99_000);
    // never beyond what happens next: sleep's end is 100 s away at most
    expect(Math.max(...times.slice(1).map((time, i) => (times[i]! - times[0]! < 99_000 ? time - times[i]! : 0)))).toBeLessThan(101_000);
  });

  it.each([
    [
      'exec',
      'kubectl run web --image=alpine:3.8 -- sleep 1000 && kubectl wait --for=condition=Ready pod/web && kubectl exec -it web -- sh',
    ],
    ['run', 'kubectl run once --rm -it --image=alpine:3.8 --restart=Never -- sh'],
  ])('tells a shell that kubectl %s opened in a container how large the terminal becomes', { timeout: 60_000 }, async (_, command) => {
    const page = await start();
    const { id, text } = await terminal(page);
    await page.api.run(id, command);
    await until(() => /\/ # $/.test(text().replace(/\x1b\[J/g, '')), 'the prompt in the container');
    await page.api.writeTerminal(id, encode('stty size\r'));
    await until(() => text().includes('24 80\r\n'), 'the first size');
    await page.api.resizeTerminal(id, { columns: 101, rows: 33 });
    await page.api.writeTerminal(id, encode('stty size\r'));
    await until(() => text().includes('33 101\r\n'), 'the second size');
    await page.api.writeTerminal(id, encode('exit\r'));
    await until(() => text().endsWith('root@k8s-minion1:~# '), 'the prompt of the node');
  });
});
