import { expect, test, type Page } from '@playwright/test';
import { Code } from './code';
import { Shell } from './shell';

/** Puts something else where the saved work is. */
const damage = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opened = indexedDB.open('pausebox');
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
          const written = opened.result.transaction('saves', 'readwrite');
          written.objectStore('saves').put(new Uint8Array([1, 2, 3]), 'work');
          written.oncomplete = () => resolve();
        };
      }),
  );

test('saved work that cannot be read is kept aside, and the sandbox starts afresh', async ({ page }) => {
  const shell = await Shell.open(page, 900);
  await shell.run('echo one > one.txt');
  await expect(page.getByText('Saved in this browser')).toBeVisible();
  await page.goto('/favicon.svg');
  await damage(page);
  await page.goto('/');
  await expect(page.getByRole('alert').filter({ hasText: 'Your saved work could not be read' })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download what was saved' }).click();
  expect((await download).suggestedFilename()).toBe('pausebox-damaged.bin');
  await shell.waitForPrompt();
  await shell.focus();
  expect(await shell.run('ls one.txt')).toContain('No such file or directory');
});

test('what the browser kept can be anything: the page starts, and uses what is right of it', async ({ page }) => {
  for (const kept of [
    '{{{',
    'null',
    '[]',
    '"x"',
    JSON.stringify({
      theme: 7,
      language: 'xx',
      lesson: 'none',
      steps: { secrets: -3, pause: 1e9 },
      ran: 'x',
      passed: [1, {}, 'secrets nodes'],
      tabs: [null],
      file: {},
      sizes: { 'lesson wide': 1e99 },
      pane: 0,
      textSize: 'x',
      drawer: 'x',
    }),
    JSON.stringify({
      steps: { secrets: 999 },
      passed: Array.from({ length: 5000 }, () => 'secrets nodes'),
      tabs: ['../../etc/passwd', '', '\u0000'],
      file: '\u0000',
    }),
  ]) {
    await page.addInitScript((text) => localStorage.setItem('pausebox', text), kept);
    await page.goto('/');
    await new Shell(page).waitForPrompt();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button').first().click();
  await expect(page.getByRole('region', { name: 'Live checks' })).toContainText('1/2');
});

test('a browser that is full is said to be, with the work to download; it is saved once there is room', async ({ page }) => {
  await page.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...args) {
      if (sessionStorage.getItem('full') !== 'no') throw new DOMException('no room', 'QuotaExceededError');
      return put.apply(this, args);
    };
  });
  const shell = await Shell.open(page, 900);
  await shell.run('echo precious > file.txt');
  const toast = page.getByRole('status').filter({ hasText: 'This browser is out of space' });
  await expect(toast).toBeVisible();
  await expect(page.getByText('Not saved', { exact: true })).toBeVisible();
  const download = page.waitForEvent('download');
  await toast.getByRole('button', { name: 'Download my work' }).click();
  expect((await download).suggestedFilename()).toBe('pausebox-work.bin');
  await page.evaluate(() => sessionStorage.setItem('full', 'no'));
  await shell.focus();
  await shell.run('echo more > file.txt');
  await expect(page.getByText('Saved in this browser')).toBeVisible();
  await expect(toast).toHaveCount(0);
});

test('pasted garbage, and two megabytes in the editor, freeze nothing', async ({ page }) => {
  const shell = await Shell.open(page, 1200);
  const code = new Code(page);
  await code.ready();
  await code.focus();
  await page.keyboard.press('Control+a');
  const paste = (text: string): Promise<void> =>
    page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      document.activeElement!.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  const item = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  a: b\n---\n';
  await paste(item.repeat(Math.floor((2 * 1024 * 1024 - 100) / item.length)));
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('region', { name: '课程' })).toBeVisible({ timeout: 10_000 });
  await page.getByRole('button', { name: 'EN', exact: true }).click();
  await shell.focus();
  await expect.poll(async () => Number(await shell.run('wc -c < secret-pod.yaml')), { timeout: 30_000 }).toBeGreaterThan(2_000_000);
  await page.keyboard.type('cat ');
  await paste(`\u0000\u0007\u001b[2J\u001b]0;title\u0007 ${'\u{1F469}\u200D\u{1F680}%$(\`'.repeat(200)}`);
  await page.waitForTimeout(500);
  await page.keyboard.press('Control+c');
  await shell.waitForPrompt();
  expect(await shell.run('echo alive')).toBe('alive');
});

test('a sandbox that cannot be loaded says so, and can be started again', async ({ page }) => {
  await page.route(/\/assets\/worker-/, (route) => route.abort());
  await page.goto('/');
  await expect(page.getByRole('alert').filter({ hasText: 'The sandbox stopped' })).toBeVisible();
  await expect(page.getByText('The sandbox stopped').last()).toBeVisible();
  await page.unroute(/\/assets\/worker-/);
  await page.getByRole('button', { name: 'Start again' }).click();
  await new Shell(page).waitForPrompt();
});

test('of two pages open at a time one saves, and the other says that it does not', async ({ page, context }) => {
  await Shell.open(page, 900);
  const second = await context.newPage();
  await Shell.open(second, 900);
  await expect(second.getByText('Not saved: Pausebox is open in another tab')).toBeVisible();
});

test('pane sizes stay over a reload, and Enter brings back the usual ones', async ({ page }) => {
  await Shell.open(page, 900);
  await page.setViewportSize({ width: 1440, height: 900 });
  const lesson = page.getByRole('region', { name: 'Lesson' });
  const width = async (): Promise<number> => Math.round((await lesson.boundingBox())?.width ?? 0);
  expect(await width()).toBe(352);
  const handle = page.getByRole('separator', { name: 'Resize the lesson' });
  await handle.press('ArrowRight');
  await handle.press('ArrowRight');
  expect(await width()).toBe(384);
  const box = (await handle.boundingBox())!;
  await page.mouse.move(box.x + 4, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 104, box.y + 220, { steps: 4 });
  await page.mouse.up();
  expect(await width()).toBe(484);
  await page.reload();
  await expect.poll(width).toBe(484);
  await handle.press('Home');
  expect(await width()).toBe(304);
  await handle.press('Enter');
  expect(await width()).toBe(352);
});
