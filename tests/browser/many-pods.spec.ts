import { expect, test } from '@playwright/test';
import { Shell } from './shell';

/** Of the page and its workers, bytes, as performance.measureUserAgentSpecificMemory() counts. */
const limitBytes = 500e6;

test('fifty pods run, each with its pause, and the page stays quick', async ({ page }) => {
  const shell = await Shell.open(page);
  await shell.run('kubectl get nodes');
  const start = Date.now();
  await shell.run('kubectl create deployment many --image=registry.k8s.io/pause:3.10 --replicas=50');
  const answer = await shell.run('kubectl rollout status deployment/many --timeout=60s | tail -n 1', 80_000);
  const seconds = (Date.now() - start) / 1000;
  expect(answer).toContain('successfully rolled out');
  expect(await shell.run("kubectl get pods | grep -c '1/1 *Running'")).toBe('50');
  // about 5 s on two quiet cores, the typing included
  expect(seconds).toBeLessThan(12);
  expect(await shell.run('crictl pods -q | wc -l')).toMatch(/^5\d$/);
  const memory = await page.evaluate(async () => {
    const measure = (performance as unknown as { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> })
      .measureUserAgentSpecificMemory;
    return measure ? (await measure.call(performance)).bytes : 0;
  });
  expect(memory).toBeGreaterThan(0);
  expect(memory).toBeLessThan(limitBytes);
  await shell.run('kubectl delete deployment many');
});
