import { expect, test } from '@playwright/test';
import { prompt, Shell } from './shell';

test.describe('the terminal', () => {
  test('Ctrl-C interrupts what runs', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await shell.start('echo on; sleep 1000');
    await expect.poll(() => shell.text()).toMatch(/^on$/m);
    await page.keyboard.press('Control+c');
    await shell.waitForPrompt();
    expect(await shell.text()).toContain('^C');
    expect(await shell.run('echo $?')).toBe('130');
  });

  test('tells the shell its size, again when a pane is resized', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    const size = async (): Promise<number[]> => (await shell.run('stty size')).split(' ').map(Number);
    const [rows = 0, columns = 0] = await size();
    await page.getByRole('separator', { name: 'Resize the lesson' }).press('End');
    await page.getByRole('separator', { name: 'Resize the editor' }).press('Home');
    await shell.focus();
    const [moreRows = 0, lessColumns = 0] = await size();
    expect(moreRows).toBeGreaterThan(rows);
    expect(lessColumns).toBeLessThan(columns);
    await page.getByRole('separator', { name: 'Resize the lesson' }).press('Enter');
    await page.getByRole('separator', { name: 'Resize the editor' }).press('Enter');
    await shell.focus();
    expect(await size()).toEqual([rows, columns]);
  });

  test('pastes with Ctrl+Shift+V, line breaks and all, without running them', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const shell = await Shell.open(page, 900);
    await page.evaluate(() => navigator.clipboard.writeText('echo one\necho two'));
    await page.keyboard.press('Control+Shift+V');
    await expect.poll(() => shell.text()).toContain('echo two');
    expect(await shell.text()).not.toMatch(/^one$/m);
    await page.keyboard.press('Enter');
    await expect.poll(() => shell.text()).toMatch(/^one\ntwo$/m);
  });

  test('copies a selection with Ctrl+Shift+C and from its menu', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const shell = await Shell.open(page, 900);
    await shell.run('echo selected');
    await page.locator('.xterm-screen').dblclick({ position: { x: 20, y: 30 } });
    await page.keyboard.press('Control+Shift+C');
    const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(clipboard).toBe('selected');

    await page.locator('.xterm-screen').click({ button: 'right', position: { x: 300, y: 60 } });
    await page.getByRole('menuitem', { name: 'Select all' }).click();
    await page.locator('.xterm-screen').click({ button: 'right', position: { x: 300, y: 60 } });
    await page.getByRole('menuitem', { name: /^Copy/ }).click();
    await expect.poll(clipboard).toContain(`${prompt} echo selected\nselected\n`);
  });

  test('is searched with Ctrl+Shift+F, newest match first, and Esc goes back', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await shell.run('for i in 1 2 3; do echo needle $i; done; echo hay');
    await page.keyboard.press('Control+Shift+F');
    const search = page.getByRole('search', { name: 'Search' });
    const field = search.getByRole('textbox', { name: 'Search' });
    await expect(field).toBeFocused();
    await page.keyboard.type('needle ');
    await expect(search.getByRole('status')).toHaveText('4 of 4');
    await page.keyboard.press('Enter');
    await expect(search.getByRole('status')).toHaveText('3 of 4');
    await search.getByRole('button', { name: 'Next match' }).click();
    await expect(search.getByRole('status')).toHaveText('4 of 4');
    await field.fill('nowhere');
    await expect(search.getByRole('status')).toHaveText('No match');
    await field.press('Escape');
    await expect(search).toHaveCount(0);
    await expect(page.getByRole('textbox', { name: 'Terminal input' })).toBeFocused();
  });

  test('the middle button pastes the selection where the system does so; text can be made larger, and stays so', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await shell.run('echo selected');
    await page.locator('.xterm-screen').dblclick({ position: { x: 20, y: 30 } });
    await page.locator('.xterm-screen').click({ button: 'middle', position: { x: 300, y: 90 } });
    await expect.poll(() => shell.text()).toMatch(/# selected$/);
    await page.keyboard.press('Control+u');
    const columns = async (): Promise<number> => Number((await shell.run('stty size')).split(' ')[1]);
    const before = await columns();
    await page.locator('.xterm-screen').click({ button: 'right', position: { x: 300, y: 60 } });
    await page.getByRole('menuitemcheckbox', { name: 'Largest text' }).click();
    await shell.focus();
    await expect.poll(columns).toBeLessThan(before * 0.7);
    await page.reload();
    await shell.waitForPrompt();
    await shell.focus();
    expect(await columns()).toBeLessThan(before * 0.7);
  });

  test('a loop without end, and processes that multiply, end with Ctrl-C; the page stays quick', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await shell.start('while :; do :; done');
    await page.getByRole('button', { name: '中文' }).click();
    await expect(page.getByRole('region', { name: '课程' })).toBeVisible({ timeout: 3000 });
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    await shell.focus();
    await page.keyboard.press('Control+c');
    await shell.waitForPrompt(10_000);
    await shell.start(':(){ :|:& };:');
    await page.waitForTimeout(2000);
    await page.getByRole('button', { name: '中文' }).click();
    await expect(page.getByRole('region', { name: '课程' })).toBeVisible({ timeout: 5000 });
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    await page.getByRole('banner').getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: /Reset everything/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
    await shell.waitForPrompt();
    await shell.focus();
    expect(await shell.run('echo alive')).toBe('alive');
  });

  test('gives Tab to the shell, and the keyboard back after Esc and Tab', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await page.keyboard.type('kubectl descr');
    await page.keyboard.press('Tab');
    await expect.poll(() => shell.text()).toBe(`${prompt} kubectl describe`);
    const input = page.getByRole('textbox', { name: 'Terminal input' });
    await expect(input).toBeFocused();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await expect(input).not.toBeFocused();
    await page.keyboard.press('Alt+3');
    await expect(input).toBeFocused();
  });

  test('has tabs, each with a shell of its own, and starts another where one has ended', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await shell.run('cd /tmp');
    await page.getByRole('button', { name: 'New terminal' }).click();
    await expect.poll(() => shell.text()).toBe(prompt);
    expect(await shell.run('pwd')).toBe('/root');
    await page.getByRole('tab', { name: 'k8s-minion1', exact: true }).click();
    await expect.poll(() => shell.text()).toMatch(/root@k8s-minion1:\/tmp#$/);
    await page.getByRole('tab', { name: 'k8s-minion1 (2)' }).click();
    await shell.focus();
    await page.keyboard.type('exit 3\n');
    await expect(page.getByText('The shell ended with exit code 3. Enter starts a new one.')).toBeVisible();
    await page.getByRole('button', { name: 'Start a new shell' }).click();
    // below what the ended one printed
    await expect.poll(() => shell.text()).toMatch(/^root@.*# exit 3\nexit\nroot@k8s-minion1:~#$/m);
    expect(await shell.run('echo $$')).toMatch(/^\d+$/);
    await page.getByRole('button', { name: 'Close terminal k8s-minion1 (2)' }).click();
    await expect(page.getByRole('tab', { name: 'k8s-minion1 (2)' })).toHaveCount(0);
  });

  test('shows wide characters, emoji and colours', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await page.keyboard.insertText('echo "中文👍x"');
    await expect.poll(() => shell.text()).toBe(`${prompt} echo "中文👍x"`);
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'Backspace']) await page.keyboard.press(key);
    await page.keyboard.type('y');
    await expect.poll(() => shell.text()).toBe(`${prompt} echo "中y👍x"`);
    await page.keyboard.press('Enter');
    await expect.poll(() => shell.text()).toMatch(/^中y👍x$/mu);
    await shell.run("printf '\\033[31mred\\033[0m\\n'");
    await expect(page.locator('.xterm-rows .xterm-fg-1', { hasText: 'red' })).toBeVisible();
  });

  for (const screenReader of [false, true]) {
    test(`takes what an input method composes${screenReader ? ', in screen reader mode too' : ''}`, async ({ page }) => {
      const shell = await Shell.open(page, 900);
      if (screenReader) {
        await page.locator('.xterm-screen').click({ button: 'right', position: { x: 300, y: 60 } });
        await page.getByRole('menuitemcheckbox', { name: 'Screen reader mode' }).click();
        await expect(page.locator('.xterm-accessibility')).toContainText(prompt);
      }
      await page.keyboard.type('echo ');
      const client = await page.context().newCDPSession(page);
      await client.send('Input.imeSetComposition', { text: 'ni', selectionStart: 2, selectionEnd: 2 });
      await client.send('Input.imeSetComposition', { text: '你', selectionStart: 1, selectionEnd: 1 });
      await client.send('Input.insertText', { text: '你好' });
      await expect.poll(() => shell.text()).toBe(`${prompt} echo 你好`);
      await page.keyboard.press('Enter');
      await expect.poll(() => shell.text()).toMatch(/^你好$/m);
    });
  }

  test('output without end does not freeze the page', async ({ page }) => {
    const shell = await Shell.open(page, 900);
    await shell.start('yes');
    await expect.poll(async () => (await shell.rows()).filter((row) => row === 'y').length).toBeGreaterThan(5);
    await page.getByRole('button', { name: '中文' }).click();
    await expect(page.getByRole('region', { name: '课程' })).toBeVisible();
    await page.locator('.xterm-screen').click();
    await page.keyboard.press('Control+c');
    await shell.waitForPrompt(10_000);
  });

  test('keys typed before the shell is there are not lost', async ({ page }) => {
    await page.route(/\/assets\/worker-/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await route.continue();
    });
    await page.goto('/');
    await page.getByRole('textbox', { name: 'Terminal input' }).focus();
    await page.keyboard.type('echo ea"r"ly\n');
    const shell = new Shell(page);
    await expect.poll(() => shell.text()).toMatch(/^early$/m);
  });
});
