import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test, type Page } from '@playwright/test';
import { slowness } from '../pace';
import { Shell } from './shell';

/** About 100 MB is usual; the page itself, Chromium included, takes 400. */
const limitBytes = 250e6;

/** Resident memory of the page with its Workers, bytes: of the largest of the browser's renderers. */
async function residentBytes(page: Page): Promise<number> {
  const client = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = (await client.send('SystemInfo.getProcessInfo')) as { processInfo: { type: string; id: number }[] };
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => String(id));
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', renderers.join(',')]);
  return Math.max(...stdout.trim().split(/\s+/).map(Number)) * 1024;
}

test('fifty pods run, each with its pause, and the page stays quick', async ({ page }) => {
  const shell = await Shell.open(page);
  await shell.run('kubectl get nodes');
  const before = await residentBytes(page);
  const start = Date.now();
  await shell.run('kubectl create deployment many --image=registry.k8s.io/pause:3.10 --replicas=50');
  const answer = await shell.run('kubectl rollout status deployment/many --timeout=60s | tail -n 1', 80_000);
  const seconds = (Date.now() - start) / 1000;
  expect(answer).toContain('successfully rolled out');
  expect(await shell.run("kubectl get pods | grep -c '1/1 *Running'")).toBe('50');
  // about 5 s on two quiet cores, the typing included
  expect(seconds).toBeLessThan(12 * slowness());
  expect(await shell.run('crictl pods -q | wc -l')).toMatch(/^5\d$/);
  expect((await residentBytes(page)) - before).toBeLessThan(limitBytes);
  await shell.run('kubectl delete deployment many');
});
