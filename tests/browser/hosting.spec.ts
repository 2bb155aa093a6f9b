import { expect, test } from '@playwright/test';
import { serveFiles } from './static-server';

/** Of the files that the service worker means to keep, those that its cache has not got yet. Runs in the page. */
async function filesNotKept(): Promise<string[]> {
  const worker = await (await fetch('sw.js')).text();
  const lists = [...worker.matchAll(/"(?:shell|rest)":(\[[^\]]*\])/g)].map(([, list]) => JSON.parse(list ?? '[]') as string[]);
  const missing: string[] = lists.length === 2 ? [] : ['the lists'];
  for (const path of lists.flat()) if (!(await caches.match(new URL(path, location.href), { ignoreVary: true }))) missing.push(path);
  return missing;
}

test('on a host without headers the page becomes isolated by itself, and works when the host is gone', async ({ page }) => {
  const host = await serveFiles('dist/page');
  const prompt = page.locator('.xterm-rows').first();
  try {
    await page.goto(host.url);
    // it loads once more in between
    const isolated = (): Promise<boolean> => page.evaluate(() => crossOriginIsolated).catch(() => false);
    await expect.poll(isolated, { timeout: 20_000 }).toBe(true);
    await expect(prompt).toContainText('root@k8s-minion1', { timeout: 20_000 });
    // the rest is kept once the page is idle
    await expect.poll(() => page.evaluate(filesNotKept), { timeout: 60_000 }).toEqual([]);
  } finally {
    await host.close();
  }
  await page.reload();
  await expect(prompt).toContainText('root@k8s-minion1', { timeout: 20_000 });
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type('/pause -v; kubectl get nodes\n');
  await expect(prompt).toContainText('pause.c v3.10', { timeout: 20_000 });
  await expect(prompt).toContainText('Ready', { timeout: 20_000 });
});
