import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { prompt, Shell } from './shell';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('a phone shows one pane at a time, with a dock', async ({ page }) => {
  await page.goto('/');
  const dock = page.getByRole('navigation', { name: 'Panes' });
  const lesson = page.getByRole('region', { name: 'Lesson' });
  const terminal = page.getByRole('region', { name: 'Terminal' });
  await expect(lesson).toBeVisible();
  await expect(terminal).not.toBeVisible();
  await dock.getByRole('button', { name: 'Terminal' }).tap();
  await expect(terminal).toBeVisible();
  await expect(lesson).not.toBeVisible();
  await dock.getByRole('button', { name: 'Editor' }).tap();
  await expect(page.getByRole('region', { name: 'Editor' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test('a command tapped in the lesson runs in the terminal, which offers the next one', async ({ page }) => {
  await page.goto('/');
  const shell = new Shell(page);
  await page.getByRole('button', { name: 'kubectl get nodes Run' }).tap();
  await expect(page.getByRole('region', { name: 'Terminal' })).toBeVisible();
  await expect.poll(() => shell.text()).toMatch(/k8s-minion1 +Ready/);
  await page.getByRole('button', { name: 'kubectl get pods -A Run' }).tap();
  await expect.poll(() => shell.text()).toContain('kube-system');
  await page.getByRole('region', { name: 'Terminal' }).getByRole('button', { name: 'Next', exact: true }).tap();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Put the values into files');
});

test('a row of keys stands in for those that a phone lacks', async ({ page }) => {
  await page.goto('/');
  const shell = new Shell(page);
  await page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name: 'Terminal' }).tap();
  await shell.waitForPrompt();
  await page.locator('.xterm-screen').tap();
  const keys = page.getByRole('toolbar', { name: 'Extra keys' });
  await page.keyboard.type('echo 1 ');
  await keys.getByRole('button', { name: '|' }).tap();
  await page.keyboard.type(' ca');
  await page.keyboard.type('t\n');
  await expect.poll(() => shell.text()).toMatch(/^1$/m);
  await keys.getByRole('button', { name: 'Up' }).tap();
  await expect.poll(() => shell.text()).toMatch(/# echo 1 \| cat$/);
  await keys.getByRole('button', { name: 'Ctrl, for the next key' }).tap();
  await page.keyboard.type('c');
  await expect.poll(() => shell.text()).toMatch(new RegExp(`\\^C\\n${prompt}$`));
  await page.keyboard.type('kubectl descr');
  await keys.getByRole('button', { name: 'Tab' }).tap();
  await expect.poll(() => shell.text()).toMatch(/kubectl describe$/);
});

test('targets are large enough, and there is no serious violation of accessibility rules', async ({ page }) => {
  await page.goto('/');
  await new Shell(page).waitForPrompt();
  for (const pane of ['Terminal', 'Editor', 'Lesson']) {
    await page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name: pane }).tap();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes[0]?.html]),
    ).toEqual([]);
  }
  const small = await page.locator('button:visible').evaluateAll((buttons) =>
    buttons
      .map((button) => [button.textContent?.trim() || button.getAttribute('aria-label'), button.getBoundingClientRect()] as const)
      .filter(([, box]) => box.height < 32 || box.width < 24)
      .map(([name]) => name),
  );
  expect(small).toEqual([]);
});
