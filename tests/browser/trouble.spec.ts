import { expect, test, type Page } from '@playwright/test';
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
