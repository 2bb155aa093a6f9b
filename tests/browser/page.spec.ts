import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { Shell } from './shell';

const serious = async (page: Page): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`));
};

test('a reload keeps the files, the Secret and the step', async ({ page }) => {
  const shell = await Shell.open(page, 900);
  await shell.run('echo kept > notes.txt');
  await shell.run('kubectl create secret generic kept --from-literal=a=b');
  await page.keyboard.press('Alt+n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Put the values into files');
  await expect(page.getByText('Saved in this browser')).toBeVisible();
  // the last change is a second or so before what was saved
  await page.waitForTimeout(2500);
  await expect(page.getByText('Saved in this browser')).toBeVisible();
  await page.reload();
  await shell.waitForPrompt();
  expect(await shell.run('cat notes.txt')).toBe('kept');
  await shell.until('kubectl get secrets', /kept +Opaque +1/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Put the values into files');
});

test('a reset asks first, then starts from the beginning', async ({ page }) => {
  const shell = await Shell.open(page, 900);
  await shell.run('echo gone > notes.txt');
  await page.keyboard.press('Alt+n');
  await page.getByRole('banner').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /Reset everything/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await shell.focus();
  expect(await shell.run('cat notes.txt')).toBe('gone');
  await page.getByRole('banner').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /Reset everything/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Say hello to your node');
  await shell.waitForPrompt();
  await shell.focus();
  expect(await shell.run('cat notes.txt')).toBe('cat: notes.txt: No such file or directory');
});

test('English and Chinese, remembered', async ({ page }) => {
  await Shell.open(page, 900);
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(/[a-z]{8}/i);
  await expect(page.getByRole('button', { name: '哪些是模拟的？' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.getByRole('button', { name: 'EN', exact: true }).click();
  await expect(page.getByRole('button', { name: 'What is simulated?' })).toBeVisible();
});

test('a Chinese browser gets Chinese', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page.getByRole('region', { name: '课程' })).toBeVisible();
  await context.close();
});

test('light and dark, as the system or as chosen, before the first paint', async ({ page }) => {
  await Shell.open(page, 900);
  const canvas = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const terminal = (): Promise<string> =>
    page.locator('[data-name=terminal]').evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await canvas()).toBe('rgb(232, 235, 239)');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(canvas).toBe('rgb(12, 14, 17)');
  await expect.poll(terminal).toBe('rgb(17, 20, 24)');
  await page.getByRole('button', { name: /^Colours/ }).click();
  await expect.poll(canvas).toBe('rgb(232, 235, 239)');
  await page.reload({ waitUntil: 'commit' });
  await page.waitForSelector('#app', { state: 'attached' });
  expect(await canvas()).toBe('rgb(232, 235, 239)');
});

test('asks nobody but its own origin', async ({ page, context, baseURL }) => {
  const elsewhere: string[] = [];
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== baseURL) elsewhere.push(request.url());
  });
  const shell = await Shell.open(page, 900);
  await shell.run('kubectl apply -f secret-pod.yaml');
  await page.getByRole('button', { name: 'About' }).click();
  await page.getByRole('button', { name: 'Third-party notices' }).click();
  await expect(page.getByText('@xterm/xterm')).toBeVisible();
  await page.waitForTimeout(3000);
  expect(elsewhere).toEqual([]);
});

test('one can type before the full editor has come', async ({ page }) => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let asked = false;
  await page.route(/\/assets\/(monaco|EditorPane)[^/]*\.js$/, async (route) => {
    asked = true;
    await gate;
    await route.continue();
  });
  const shell = await Shell.open(page, 900);
  expect(await shell.run('echo hello')).toBe('hello');
  expect(asked).toBe(true);
  await expect(page.getByRole('tab', { name: 'secret-pod.yaml' })).toHaveCount(0);
  open();
  await expect(page.getByRole('tab', { name: 'secret-pod.yaml' })).toBeVisible();
});

test('keys go round the panes, and a list tells them', async ({ page }) => {
  await Shell.open(page, 900);
  const inside = (pane: string): Promise<boolean> =>
    page.evaluate((name) => !!document.activeElement?.closest(`[data-name=${name}]`), pane);
  for (const pane of ['picture', 'lesson', 'editor']) {
    await page.keyboard.press('F6');
    await expect.poll(() => inside(pane)).toBe(true);
  }
  await page.keyboard.press('F6');
  await expect.poll(() => inside('terminal')).toBe(true);
  await page.keyboard.press('Shift+F6');
  await expect.poll(() => inside('editor')).toBe(true);
  await page.keyboard.press('Alt+1');
  await expect.poll(() => inside('lesson')).toBe(true);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect.poll(() => inside('lesson')).toBe(true);
});

test('time jumps to what happens next, also while it is paused', async ({ page }) => {
  const shell = await Shell.open(page, 900);
  await shell.run('kubectl get nodes');
  await page.getByRole('button', { name: 'Pause time' }).click();
  await shell.focus();
  await shell.start('sleep 50; echo "slept"');
  await page.waitForTimeout(300);
  const clock = page.getByRole('group', { name: 'Cluster time' }).locator('.clock');
  const before = await clock.innerText();
  const step = page.getByRole('button', { name: 'Jump to what happens next' });
  await expect
    .poll(
      async () => {
        if (!/^slept$/m.test(await shell.text())) await step.click();
        return shell.text();
      },
      { intervals: [300] },
    )
    .toMatch(/^slept$/m);
  expect(await clock.innerText()).not.toBe(before);
  await expect(page.getByText('Time is paused. You can type')).toBeVisible();
  await page.keyboard.press('Alt+1');
  await page.keyboard.press('Alt+.');
  await page.keyboard.press('Alt+Space');
  await expect(page.getByText('Time is paused. You can type')).toHaveCount(0);
});

test('between phone and desktop the lesson is a drawer', async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 800 });
  await page.goto('/');
  await new Shell(page).waitForPrompt();
  const lesson = page.getByRole('region', { name: 'Lesson' });
  const drawer = page.getByRole('button', { name: 'Lesson', exact: true });
  await expect(drawer).toHaveAttribute('aria-expanded', 'true');
  expect((await lesson.boundingBox())!.width).toBe(320);
  await drawer.click();
  await expect(lesson).toHaveCount(0);
  expect((await page.getByRole('region', { name: 'Terminal' }).boundingBox())!.width).toBeGreaterThan(860);
  await page.keyboard.press('Alt+1');
  await expect(lesson).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(900);
  await page.setViewportSize({ width: 1100, height: 800 });
  await expect(drawer).toHaveCount(0);
  await expect(lesson).toBeVisible();
});

test('motion is off where the system asks for less of it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await Shell.open(page, 900);
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => !element.closest('.monaco-editor, .xterm'))
      .filter((element) => {
        const { transitionDuration, animationDuration } = getComputedStyle(element);
        return [transitionDuration, animationDuration].some((text) => text.split(',').some((one) => Number.parseFloat(one) > 0.001));
      })
      .map((element) => element.className.toString()),
  );
  expect(moving).toEqual([]);
});

test('time can be paused and goes on', async ({ page }) => {
  const shell = await Shell.open(page, 900);
  await page.getByRole('button', { name: 'Pause time' }).click();
  await expect(page.getByText('Time is paused. You can type')).toBeVisible();
  await shell.focus();
  await shell.start('sleep 1; echo slept');
  await page.waitForTimeout(2000);
  expect(await shell.text()).not.toMatch(/^slept$/m);
  await page.getByRole('button', { name: '60× speed' }).click();
  await expect.poll(() => shell.text()).toMatch(/^slept$/m);
});

for (const [theme, locale] of [
  ['light', 'en-US'],
  ['light', 'zh-CN'],
  ['dark', 'en-US'],
  ['dark', 'zh-CN'],
] as const) {
  test.describe(`${theme}, ${locale}`, () => {
    test.use({ colorScheme: theme, locale });

    test('no serious violation of accessibility rules: page, error, menu, dialogs', async ({ page }) => {
      await page.goto('/');
      const shell = new Shell(page);
      await shell.waitForPrompt();
      await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 60_000 });
      // a command that failed, an error in the editor with its card, a check that waits
      await page
        .getByRole('navigation', { name: /^(Steps|步骤)$/ })
        .getByRole('button')
        .nth(2)
        .click();
      await page.locator('button.command').first().click();
      await expect(page.locator('button.command').first()).toHaveAccessibleName(/(Again|再试)$/);
      await page.locator('.xterm-helper-textarea').focus();
      await page.keyboard.type("sed -i 's/volumes:/volume:/' secret-pod.yaml; kubectl create secret generic admin-access\n");
      await expect(page.locator('.squiggly-error').first()).toBeAttached();
      await page.locator('.summary').click();
      await expect(page.locator('.card.error')).toBeVisible();
      await page.mouse.move(0, 0);
      expect(await serious(page)).toEqual([]);
      const header = page.getByRole('banner');
      await header.getByRole('button', { name: /^(More|更多)$/ }).click();
      await expect(page.getByRole('menu')).toBeVisible();
      expect(await serious(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await header.getByRole('button', { name: /^(About|关于)$/ }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await serious(page)).toEqual([]);
    });
  });
}

test('a change of colours is taken over at once, also by the editor and the terminal', async ({ page }) => {
  await Shell.open(page, 900);
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 60_000 });
  const colours = (): Promise<readonly string[]> =>
    page.evaluate(() =>
      ['.monaco-editor-background', '.xterm-scrollable-element, .xterm-viewport', '[data-name=terminal]'].map(
        (selector) => getComputedStyle(document.querySelector(selector)!).backgroundColor,
      ),
    );
  const light = await colours();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect
    .poll(async () => (await colours()).filter((colour, at) => colour === light[at] && !/, 0\)/.test(colour)), { timeout: 1000 })
    .toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(colours, { timeout: 1000 }).toEqual(light);
});
