import { expect, test, type Locator, type Page } from '@playwright/test';
import { Shell } from './shell';

const checks = (page: Page): Locator => page.getByRole('region', { name: /^(Live checks|实时检查)$/ });
const goTo = (page: Page, step: number): Promise<void> =>
  page
    .getByRole('navigation', { name: /^(Steps|步骤)$/ })
    .getByRole('button')
    .nth(step - 1)
    .click();
const tour = (page: Page): Locator => page.getByRole('region', { name: 'First steps' });
const done = (page: Page, step: number): Locator => page.getByRole('button', { name: new RegExp(`^Step ${step}:.*, done$`) });

test.describe('a step is done by the state it asks for', () => {
  test('also when the commands are typed, and others than the lesson’s; the tick stays over a reload', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await expect(checks(page)).toContainText('0/2');
    // whoever begins is not in need of the tour
    await expect(tour(page)).toContainText('Click to run');
    await shell.run('kubectl get no k8s-minion1 -o name; kubectl -n kube-system get po');
    await expect(checks(page)).toContainText('2/2');
    await expect(done(page, 1)).toBeVisible();
    await expect(tour(page)).toHaveCount(0);
    await goTo(page, 2);
    await shell.focus();
    await shell.run('printf bob | tee username.txt; echo secret > password.txt');
    await expect(checks(page)).toContainText('1/2');
    // nearly: it is said what is missing
    await expect(checks(page)).toContainText('it ends in a line break');
    await expect(done(page, 2)).toHaveCount(0);
    await shell.run('truncate -s 6 password.txt');
    await expect(done(page, 2)).toBeVisible();
    await expect(page.getByRole('button', { name: /^Secrets in Pods 2\/9/ })).toBeVisible();
    await shell.run('rm *.txt');
    await page.reload();
    await shell.waitForPrompt();
    await expect(done(page, 2)).toBeVisible();
    await expect(checks(page)).toContainText('2/2');
  });

  test('not by a command that is merely typed, or printed', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await shell.run('echo kubectl get nodes; : kubectl get pods -A; kubectl get nodes --request-timeout=x');
    await page.waitForTimeout(500);
    await expect(checks(page)).toContainText('0/2');
    // the lesson's own command counts as run where it is typed
    const [first, second] = [page.locator('button.command').first(), page.locator('button.command').last()];
    await shell.run('kubectl get nodes');
    await expect(first).toHaveAccessibleName(/Done$/);
    await expect(second).toHaveAccessibleName(/Run$/);
  });
});

test('a command that fails says so in the lesson, in the words of whoever refused it; hints tell what to do; it can be run again', async ({
  page,
}) => {
  await Shell.open(page, 900);
  for (const [title, button] of [
    ['Click to run', 'Next'],
    ['Or type here', 'Next'],
    ['The same files', 'Start'],
  ] as const) {
    await expect(tour(page)).toContainText(title);
    await tour(page).getByRole('button', { name: button }).click();
  }
  await expect(tour(page)).toHaveCount(0);
  await goTo(page, 3);
  const hints = page.getByRole('region', { name: 'Hints' });
  const nudge = hints.getByRole('button', { name: 'A nudge' });
  const where = hints.getByRole('button', { name: 'Where to look' });
  await expect(hints).toContainText('none opened');
  await nudge.focus();
  await page.keyboard.press('Enter');
  await expect(nudge).toHaveAttribute('aria-expanded', 'true');
  await expect(hints.getByRole('status')).toContainText('kubectl reads the files itself');
  // one opens no other, and none is shown with another
  await expect(where).toHaveAttribute('aria-expanded', 'false');
  await expect(hints).toContainText('1 of 3 opened');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(nudge).toHaveAttribute('aria-expanded', 'false');
  await expect(hints.getByRole('status')).toContainText('ls shows whether both files are in this directory');
  await expect(hints.getByRole('status')).not.toContainText('kubectl reads');
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('region', { name: '提示' })).toContainText('打开了 2/3');
  await page.getByRole('button', { name: 'EN', exact: true }).click();
  // what was opened is known when one comes back
  await goTo(page, 4);
  await expect(hints).toContainText('none opened');
  await expect(hints.getByRole('status')).toBeEmpty();
  await goTo(page, 3);
  await expect(hints).toContainText('2 of 3 opened');
  const command = page.locator('button.command').first();
  await command.click();
  await expect(command).toHaveAccessibleName(/Again$/);
  await expect(page.getByRole('status').filter({ hasText: 'no such file or directory' })).toBeVisible();
  await goTo(page, 2);
  for (const one of await page.locator('button.command').all()) {
    await one.click();
    await expect(one).toHaveAccessibleName(/Done$/);
  }
  await goTo(page, 3);
  await command.click();
  await expect(command).toHaveAccessibleName(/Done$/);
  await expect(done(page, 3)).toBeVisible();
  // step 8 wants one to fail
  await goTo(page, 8);
  const refused = page.locator('button.command').last();
  await refused.click();
  await expect(refused).toHaveAccessibleName(/Done$/);
  await expect(checks(page).locator('li').last().getByRole('img', { name: 'Passed' })).toBeVisible();
});

for (const [language, locale] of [
  ['English', 'en-US'],
  ['Chinese', 'zh-CN'],
] as const) {
  test.describe(language, () => {
    test.use({ locale });

    for (const exercise of [0, 1]) {
      test(`exercise ${exercise + 1} by clicking alone: every step gets its tick`, async ({ page }) => {
        test.setTimeout(180_000);
        const shell = await Shell.open(page, 1000);
        const exercises = page.getByRole('navigation', { name: /^(Exercise|练习)$/ }).getByRole('button');
        await exercises.nth(exercise).click();
        const steps = page.getByRole('navigation', { name: /^(Steps|步骤)$/ }).getByRole('button');
        await page.getByRole('button', { name: /^(60× speed|60 倍速)/ }).click();
        for (let step = 1; step <= (await steps.count()); step++) {
          await goTo(page, step);
          for (const command of await page.locator('button.command').all()) {
            const text = (await command.locator('.text').textContent()) ?? '';
            // the compiler is large: once is enough
            const compiles = text.startsWith('cc ');
            if (compiles && locale !== 'en-US') continue;
            await command.click();
            if (text.endsWith(' -w')) {
              await expect.poll(() => shell.text()).toMatch(/Completed/);
              await page.keyboard.press('Control+c');
            }
            await expect(command).toHaveAttribute('aria-busy', 'false', { timeout: compiles ? 100_000 : 40_000 });
            // what was refused because the Pod was not ready yet is tried again, as the lesson offers it
            for (let more = 0; more < 20 && /(Again|再试)$/.test((await command.textContent()) ?? ''); more++) {
              await page.waitForTimeout(500);
              await command.click();
              await expect(command).toHaveAttribute('aria-busy', 'false', { timeout: 40_000 });
            }
          }
          await expect(steps.nth(step - 1)).toHaveAccessibleName(/(done|已完成)$/, { timeout: 40_000 });
        }
        await expect(exercises.nth(exercise)).toHaveText(/(\d)\/\1$/);
      });
    }
  });
}
